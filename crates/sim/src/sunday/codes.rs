//! The league's numbers and letters: statistics that score, and fouls.

/// Codes of fouls, with the name people use.
const FOULS: &[(&str, &str)] = &[
    ("FST", "false start"),
    ("OH", "offensive holding"),
    ("DH", "defensive holding"),
    ("NZI", "neutral zone infraction"),
    ("DPI", "defensive pass interference"),
    ("OPI", "offensive pass interference"),
    ("UNR", "unnecessary roughness"),
    ("UNS", "unsportsmanlike conduct"),
    ("DOF", "defensive offside"),
    ("IBW", "illegal block above the waist"),
    ("FMM", "face mask"),
    ("RPS", "roughing the passer"),
    ("RTK", "running into the kicker"),
    ("RRK", "roughing the kicker"),
    ("DOG", "delay of game"),
    ("ILF", "illegal formation"),
    ("ILH", "illegal use of hands"),
    ("ILM", "illegal motion"),
    ("ILS", "illegal shift"),
    ("ILC", "illegal contact"),
    ("ING", "intentional grounding"),
    ("ENC", "encroachment"),
    ("OFK", "offside on the free kick"),
    ("D12", "twelve men on the field"),
    ("IFC", "invalid fair catch signal"),
    ("CHB", "chop block"),
    ("POP", "stepping out of bounds on the punt"),
    ("HCT", "horse collar tackle"),
    ("IDK", "ineligible man downfield on the kick"),
    ("IDP", "ineligible man downfield on the pass"),
    ("LEA", "leaping"),
    ("DSQ", "disqualification"),
];

/// The name of a foul, in lower case; `None` for a code that is not known.
pub fn foul_name(code: &str) -> Option<&'static str> {
    FOULS.iter().find(|(c, _)| *c == code).map(|(_, n)| *n)
}

/// The code of a foul from the provider's word for it; `None` for a foul that is not known.
pub fn foul_code(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let word = match word.as_str() {
        "face mask (15 yards)" => "face mask",
        "offside on free kick" => "offside on the free kick",
        "defensive 12 on-field" => "twelve men on the field",
        "player out of bounds on punt" => "stepping out of bounds on the punt",
        "ineligible downfield kick" => "ineligible man downfield on the kick",
        "ineligible downfield pass" => "ineligible man downfield on the pass",
        other => other,
    };
    FOULS.iter().find(|(_, n)| *n == word).map(|(c, _)| *c)
}

/// Whether a statistic is one player's touchdown. The passer's (16) is left out: the receiver's counts.
pub fn is_touchdown(code: u16) -> bool {
    matches!(
        code,
        11 | 13 | 18 | 22 | 24 | 26 | 28 | 34 | 36 | 46 | 48 | 56 | 58 | 60 | 62 | 64 | 108
    )
}

/// Points that a statistic stands for, to the club it is booked to.
pub fn points(code: u16) -> u8 {
    match code {
        c if is_touchdown(c) => 6,
        70 => 3,
        75 | 77 | 89 => 2,
        72 => 1,
        _ => 0,
    }
}
