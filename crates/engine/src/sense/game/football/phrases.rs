use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};

macro_rules! phrases {
    ($($name:ident: $($phrase:literal),+;)+) => {
        /// A group of phrases that mean one thing in a play's sentence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Phrase { $($name,)+ }

        const TABLE: &[(Phrase, &str)] = &[$($((Phrase::$name, $phrase),)+)+];
    };
}

// Phrases of both leagues' scorers, upper and lower case alike. Where two begin at one place the longer
// one counts, and what a phrase covers is not read again.
phrases! {
    Noise: "punt formation", "field goal formation", "pass formation", "run formation", "kick formation", "wildcat formation", "hangtime", "on the kickoff", "on the kick-off", " on kickoff", "on ensuing kickoff", "illegal forward pass", "incomplete pass ruling", "complete pass ruling", "pass completion ruling", "pass ruling", "pass interference", " pass interference", " pass ruling", " pass rush", "downfield on pass", "downfield pass", "intentional grounding", "fumble ruling", "interception ruling", "touchdown ruling", "first down ruling", "ruled incomplete", "touchdown nullified", "touchdown negated", "onside kick formation", "kick catch interference", "illegal kick", "pass rush";
    NoPlay: "no play";
    Reversed: "was reversed.", "was reversed", "is reversed", "overturned";
    Timeout: "two-minute warning", "timeout", "time out", "time-out";
    EndHalf: "end of 1st half", "end of first half", "end of half", "end of the half", "halftime", "end of 2nd quarter", "end of second quarter", "end quarter 2";
    EndGame: "end game", "end of game", "final score";
    EndPeriod: "end of regulation", "end of 4th quarter", "end of 1st quarter", "end of 3rd quarter", "end of quarter", "end of ot", "end of 1st ot", "end of 2nd ot", "end of overtime", "end quarter", "end of period", "end of first quarter", "end of third quarter", "end of ";
    Comment: "under review", "coin toss", "won the toss", "wins the toss", "official review", "injury timeout";
    ExtraPoint: "extra point", "kick attempt", "pat kick", "point after";
    TwoPoint: "two-point", "two point", "2-point", "2pt", "2 pt", "conversion attempt";
    AfterTouchdownKick: " kick)", "pat good", "kick good)", "(kick good";
    AfterTouchdownMissed: "pat failed", "pat missed", "kick failed", "kick no good", "pat blocked", "kick blocked)", "missed kick", "pat no good";
    Succeeds: "succeeds", "successful", "conversion good", "is good", " good", "good,", "good)", "good.";
    Fails: "fails", "failed", "no good", "not good", "is no good", "unsuccessful", "missed", "wide left", "wide right", "hit left upright", "hit right upright", "hit crossbar", "short.", "fell short", "unsuccesful";
    DefensiveTry: "defensive two-point", "defensive two point", "defensive 2", "defensive conversion", "defensive pat";
    Kickoff: "kickoff", "kick off", "kicks off", "kick for ";
    KicksYards: " kicks";
    Onside: " onside", "kicks onside", "on-side";
    FieldGoal: "field goal", " fg ", " fg,", "fg good", "fg no good", "fg missed", "yd fg", " fga";
    Punt: " punt", "punt ", "punts", "punted";
    Sack: "sacked", " sack ";
    Kneel: "kneels", "kneel", "takes a knee", "takes knee", "takes the knee", "took a knee";
    Spike: "spiked", "spikes the", "spike the";
    Incomplete: "incomplete", "pass falls", "incompletion", "pass broken up", "incomp";
    Intercepted: "intercepted", "interception", "picked off";
    Complete: "pass complete", "complete to", "is complete", "completed", "caught by", "catch made by";
    Pass: " pass ", "passes", " pass,", " pass.", " throws", "threw", "passing", "thrown to", "pass from";
    Run: " run ", "runs ", "rush", "left tackle", "right tackle", "left end", "right end", "left guard", "right guard", "up the middle", "scramble", "carries", " ran ", "off tackle", "quarterback sneak", "keeper", "takes handoff", "left side", "right side", "run for";
    ScoredRun: "yd run", "yard run", "yd rush";
    ScoredPass: "yd pass from", "yard pass from";
    ScoredInterception: "yd interception return", "yard interception return";
    ScoredFumble: "yd fumble return", "yard fumble return", "yd fumble recovery", "yard fumble recovery";
    ScoredPunt: "yd punt return", "yard punt return", "yd return of blocked punt";
    ScoredKickoff: "yd kickoff return", "yard kickoff return";
    ScoredBlock: "yd return of blocked field goal", "yd blocked field goal return";
    ScoredFieldGoal: "yd field goal", "yard field goal.";
    Direct: "direct snap";
    Penalty: "penalty", "penalties", "penalized", "flag on";
    Declined: "declined";
    Offsetting: "offsetting", "off-setting", "offset";
    ByDefence: "defensive pass interference", "defensive holding", "defensive offside", "neutral zone infraction", "encroachment", "roughing the passer", "roughing the kicker", "running into the kicker", "defensive delay", "illegal use of hands, defensive", "defensive 12 on-field", "roughing passer", "roughing kicker", "defensive too many", "defense offside", "offside defense", "offsides defense", "defensive illegal";
    AutomaticFirst: "for a 1st down", "automatic first down", "first down", "1st down", "for a 1st";
    Fumble: "fumble", "fumbles", "fumbled", "muffs", "muffed";
    Recovered: "recovered by";
    Touchdown: "touchdown", " td,", " td ", " td.", " td(", " td)", "a td", "for td";
    Safety: "safety", "safeties";
    Touchback: "touchback";
    Blocked: "blocked by", "is blocked", "was blocked", " blocked", "blocked kick", "blocked punt";
    Lateral: "lateral";
    OverOnDowns: "turnover on downs", "over on downs", "loss of downs";
    Downed: "downed", "fair catch", "out of bounds";
    Aborted: "aborted", "bad snap", "botched snap";
    Return: "return", "returned", "returns";
}

fn automaton() -> &'static AhoCorasick {
    static AUTOMATON: OnceLock<AhoCorasick> = OnceLock::new();
    AUTOMATON.get_or_init(|| {
        AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(aho_corasick::AhoCorasickKind::DFA))
            .build(TABLE.iter().map(|(_, phrase)| phrase))
            .expect("a test builds the table of phrases")
    })
}

/// Every phrase in a sentence, in order, with the place where it begins and ends.
pub fn find(text: &str) -> impl Iterator<Item = (Phrase, usize, usize)> {
    automaton()
        .find_iter(text)
        .map(|m| (TABLE[m.pattern().as_usize()].0, m.start(), m.end()))
}

/// A set of phrases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Phrases(u64);

impl Phrases {
    /// Adds one.
    pub fn insert(&mut self, phrase: Phrase) {
        self.0 |= 1 << (phrase as u8);
    }

    /// Whether it holds one.
    pub fn has(self, phrase: Phrase) -> bool {
        self.0 & (1 << (phrase as u8)) != 0
    }
}
