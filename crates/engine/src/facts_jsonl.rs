//! Facts as JSON lines.
//!
//! A replay of a decade of games writes gigabytes of these, most of them about plays, states and drives; those
//! three are written by hand, several times as fast as through serde. Every other fact, and any value out of the
//! ordinary, goes through serde, and a property test holds both to the same bytes.

use std::{
    io::{self, Write},
    sync::Arc,
};

use matchday_event::{
    DriveFact, DriveResult, Fact, GameClock, GameId, GamePhase, NextPlay, PlayDetail, PlayFact,
    Score, Seq, Side, StateDetail, StateFact,
    football::{PlayKind, PlayTag, Spot},
};

/// Writes facts as JSON lines, each a CloudEvents 1.0 envelope in structured form. The id is
/// `<game>/<seq>/<n>`, so that the same log gives the same bytes; a fact has no time of its own, since
/// nothing in the match gave it one.
pub fn write_facts_jsonl(
    out: &mut impl Write,
    game: &GameId,
    seq: Seq,
    facts: &[Fact],
) -> io::Result<()> {
    if facts.is_empty() {
        return Ok(());
    }
    // One buffer and one write for all facts of a signal. A game id is safe in JSON as it stands.
    let mut line = Line(Vec::with_capacity(facts.len() * 900));
    for (n, fact) in facts.iter().enumerate() {
        line.text(r#"{"specversion":"1.0","id":""#);
        line.text(game.as_str());
        line.text("/");
        line.int(seq);
        line.text("/");
        line.int(n as u64);
        line.text(r#"","source":"/sense/game","type":""#);
        line.text(fact.event_type());
        line.text(r#"","subject":""#);
        line.text(game.as_str());
        line.text(r#"","data":"#);
        match fact {
            Fact::Play(play) => line.play(play)?,
            Fact::State(state) => line.state(state)?,
            Fact::Drive(drive) => line.drive(drive),
            other => line.serde(other)?,
        }
        line.text("}\n");
    }
    out.write_all(&line.0)
}

struct Line(Vec<u8>);

impl Line {
    fn text(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    fn int(&mut self, n: impl itoa::Integer) {
        self.text(itoa::Buffer::new().format(n));
    }

    fn int_or_null(&mut self, n: Option<impl itoa::Integer>) {
        match n {
            Some(n) => self.int(n),
            None => self.text("null"),
        }
    }

    /// Facts carry six decimal places at the most. Written as an integer of millionths with the point put in,
    /// they read as the shortest decimal of the same number would: two decimals of up to fifteen digits never
    /// stand for one `f64`.
    fn float(&mut self, x: f64) -> io::Result<()> {
        let millionths = (x * 1e6).round();
        let plain = millionths / 1e6 == x && (1e-3..1e6).contains(&x.abs());
        if !plain {
            return Ok(serde_json::to_writer(&mut self.0, &x)?);
        }
        if x < 0.0 {
            self.text("-");
        }
        let n = millionths.abs() as u64;
        self.int(n / 1_000_000);
        self.text(".");
        let mut rest = n % 1_000_000;
        let mut digits = *b"000000";
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let end = digits
            .iter()
            .rposition(|d| *d != b'0')
            .map_or(1, |at| at + 1);
        self.0.extend_from_slice(&digits[..end]);
        Ok(())
    }

    fn float_or_null(&mut self, x: Option<f64>) -> io::Result<()> {
        match x {
            Some(x) => self.float(x),
            None => {
                self.text("null");
                Ok(())
            }
        }
    }

    fn string(&mut self, text: &str) -> io::Result<()> {
        let plain = text.bytes().fold(true, |plain, b| {
            plain & (b >= 0x20) & (b != b'"') & (b != b'\\')
        });
        if !plain {
            return Ok(serde_json::to_writer(&mut self.0, text)?);
        }
        self.text("\"");
        self.text(text);
        self.text("\"");
        Ok(())
    }

    fn score(&mut self, score: Score) {
        self.text(r#"{"home":"#);
        self.int(score.home);
        self.text(r#","away":"#);
        self.int(score.away);
        self.text("}");
    }

    fn clock(&mut self, clock: GameClock) {
        self.text(r#"{"period":"#);
        self.int(clock.period);
        self.text(r#","clock_s":"#);
        self.int(clock.clock_s);
        self.text("}");
    }

    fn spot(&mut self, spot: &Spot) {
        self.text(match spot.possession {
            Some(Side::Home) => r#"{"possession":"home","down":"#,
            Some(Side::Away) => r#"{"possession":"away","down":"#,
            None => r#"{"possession":null,"down":"#,
        });
        self.int_or_null(spot.down);
        self.text(r#","distance":"#);
        self.int_or_null(spot.distance);
        self.text(r#","yards_to_goal":"#);
        self.int_or_null(spot.yards_to_goal);
        self.text("}");
    }

    fn play(&mut self, play: &PlayFact) -> io::Result<()> {
        let PlayDetail::AmericanFootball(detail) = &play.detail else {
            return self.serde(&Fact::Play(Arc::new(play.clone())));
        };
        self.text(r#"{"fact":"play","play_id":"#);
        self.string(play.play_id.as_str())?;
        self.text(r#","order":"#);
        self.int(play.order);
        self.text(r#","clock":"#);
        self.clock(play.clock);
        self.text(r#","text":"#);
        match &play.text {
            Some(text) => self.string(text)?,
            None => self.text("null"),
        }
        self.text(r#","score_before":"#);
        self.score(play.score_before);
        self.text(r#","score_after":"#);
        self.score(play.score_after);
        self.text(r#","wp_home_before":"#);
        self.float(play.wp_home_before)?;
        self.text(r#","wp_home_after":"#);
        self.float(play.wp_home_after)?;
        self.text(r#","wpa_home":"#);
        self.float(play.wpa_home)?;
        self.text(r#","leverage":"#);
        self.float_or_null(play.leverage)?;
        self.text(r#","sport":"american_football","drive":"#);
        self.int(detail.drive);
        self.text(r#","spot":"#);
        self.spot(&detail.spot);
        self.text(r#","kind":""#);
        self.text(kind(detail.kind));
        self.text(r#"","tags":["#);
        for (n, tag) in detail.tags.iter().enumerate() {
            self.text(if n == 0 { "\"" } else { ",\"" });
            self.text(tag_name(tag));
            self.text("\"");
        }
        self.text(r#"],"yards":"#);
        self.int_or_null(detail.yards);
        self.text(r#","ep_before":"#);
        self.float_or_null(detail.ep_before)?;
        self.text(r#","epa":"#);
        self.float_or_null(detail.epa)?;
        self.text("}");
        Ok(())
    }

    fn state(&mut self, state: &StateFact) -> io::Result<()> {
        let StateDetail::AmericanFootball(detail) = &state.detail else {
            return self.serde(&Fact::State(state.clone()));
        };
        self.text(r#"{"fact":"state","phase":""#);
        self.text(match state.phase {
            GamePhase::Scheduled => "scheduled",
            GamePhase::Live => "live",
            GamePhase::Halftime => "halftime",
            GamePhase::Delayed => "delayed",
            GamePhase::Final => "final",
        });
        self.text(r#"","clock":"#);
        self.clock(state.clock);
        self.text(r#","score":"#);
        self.score(state.score);
        self.text(r#","wp_home":"#);
        self.float(state.wp_home)?;
        self.text(r#","leverage":"#);
        self.float_or_null(state.leverage)?;
        self.text(r#","sport":"american_football","spot":"#);
        self.spot(&detail.spot);
        self.text(r#","next":""#);
        self.text(match detail.next {
            NextPlay::Kickoff => "kickoff",
            NextPlay::Scrimmage => "scrimmage",
            NextPlay::Try => "try",
            NextPlay::Over => "over",
        });
        self.text(r#"","timeouts":{"home":"#);
        self.int(detail.timeouts.home);
        self.text(r#","away":"#);
        self.int(detail.timeouts.away);
        self.text(r#"},"ep":"#);
        self.float_or_null(detail.ep)?;
        self.text(r#","drive":"#);
        self.int(detail.drive);
        self.text("}");
        Ok(())
    }

    fn serde(&mut self, fact: &Fact) -> io::Result<()> {
        Ok(serde_json::to_writer(&mut self.0, fact)?)
    }

    fn drive(&mut self, drive: &DriveFact) {
        self.text(r#"{"fact":"drive","number":"#);
        self.int(drive.number);
        self.text(match drive.side {
            Side::Home => r#","side":"home","start":"#,
            Side::Away => r#","side":"away","start":"#,
        });
        self.clock(drive.start);
        self.text(r#","start_yards_to_goal":"#);
        self.int_or_null(drive.start_yards_to_goal);
        self.text(r#","end":"#);
        self.clock(drive.end);
        self.text(r#","plays":"#);
        self.int(drive.plays);
        self.text(r#","yards":"#);
        self.int(drive.yards);
        self.text(match drive.result {
            None => r#","result":null}"#,
            Some(DriveResult::Touchdown) => r#","result":"touchdown"}"#,
            Some(DriveResult::FieldGoal) => r#","result":"field_goal"}"#,
            Some(DriveResult::MissedFieldGoal) => r#","result":"missed_field_goal"}"#,
            Some(DriveResult::Punt) => r#","result":"punt"}"#,
            Some(DriveResult::Turnover) => r#","result":"turnover"}"#,
            Some(DriveResult::Downs) => r#","result":"downs"}"#,
            Some(DriveResult::Safety) => r#","result":"safety"}"#,
            Some(DriveResult::EndOfHalf) => r#","result":"end_of_half"}"#,
        });
    }
}

fn kind(kind: PlayKind) -> &'static str {
    match kind {
        PlayKind::Kickoff => "kickoff",
        PlayKind::Run => "run",
        PlayKind::Pass => "pass",
        PlayKind::Sack => "sack",
        PlayKind::Punt => "punt",
        PlayKind::FieldGoal => "field_goal",
        PlayKind::ExtraPoint => "extra_point",
        PlayKind::TwoPoint => "two_point",
        PlayKind::Kneel => "kneel",
        PlayKind::Spike => "spike",
        PlayKind::NoPlay => "no_play",
        PlayKind::Timeout => "timeout",
        PlayKind::EndPeriod => "end_period",
        PlayKind::EndHalf => "end_half",
        PlayKind::EndGame => "end_game",
        PlayKind::Other => "other",
    }
}

fn tag_name(tag: PlayTag) -> &'static str {
    match tag {
        PlayTag::Complete => "complete",
        PlayTag::Incomplete => "incomplete",
        PlayTag::Interception => "interception",
        PlayTag::Fumble => "fumble",
        PlayTag::FumbleLost => "fumble_lost",
        PlayTag::Good => "good",
        PlayTag::NoGood => "no_good",
        PlayTag::Blocked => "blocked",
        PlayTag::Touchback => "touchback",
        PlayTag::Onside => "onside",
        PlayTag::Touchdown => "touchdown",
        PlayTag::ReturnTouchdown => "return_touchdown",
        PlayTag::Safety => "safety",
        PlayTag::Penalty => "penalty",
        PlayTag::DefensivePenalty => "defensive_penalty",
        PlayTag::FirstDown => "first_down",
        PlayTag::TurnoverOnDowns => "turnover_on_downs",
        PlayTag::KickingTeamBall => "kicking_team_ball",
        PlayTag::Reversed => "reversed",
        PlayTag::DefensiveTwoPoint => "defensive_two_point",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn float(x: f64) -> String {
        let mut line = Line(Vec::new());
        line.float(x).unwrap();
        String::from_utf8(line.0).unwrap()
    }

    #[test]
    fn names_are_those_of_serde() {
        for tag in matchday_event::football::Tags::all() {
            assert_eq!(serde_json::to_value(tag).unwrap(), tag_name(tag));
        }
    }

    proptest! {
        #[test]
        fn floats_are_those_of_serde(
            millionths in -40_000_000_i64..40_000_000, places in 0_u32..7, any in any::<f64>()
        ) {
            let coarse = 10_i64.pow(6 - places);
            for x in [(millionths / coarse * coarse) as f64 / 1e6, millionths as f64 / 1e4, any, 0.0, -0.0, 1.0] {
                prop_assert_eq!(float(x), serde_json::to_string(&x).unwrap());
            }
        }

        #[test]
        fn strings_are_those_of_serde(text in "\\PC{0,20}|[\\x00-\\x7f]{0,20}") {
            let mut line = Line(Vec::new());
            line.string(&text).unwrap();
            prop_assert_eq!(String::from_utf8(line.0).unwrap(), serde_json::to_string(&text).unwrap());
        }
    }
}
