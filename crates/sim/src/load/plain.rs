use matchday_event::{Detail, GameInfo, GamePhase, PlayReport, Score, Side, Signal};
use serde_json::{Value, json};

use super::{Signals, game_id};

/// A generated game as a provider of plain JSON would publish it: one document that grows by a play at
/// each step.
#[derive(Debug)]
pub struct PlainGame {
    id: String,
    signals: Signals,
    info: Option<GameInfo>,
    plays: Vec<Value>,
    score: Score,
    phase: GamePhase,
    quarter: u8,
    clock_s: i32,
}

impl PlainGame {
    /// The game of this seed and number, not begun.
    pub fn new(seed: u64, game: u64) -> Self {
        Self {
            id: game_id(seed, game).to_string(),
            signals: super::signals(seed, game),
            info: None,
            plays: Vec::new(),
            score: Score::default(),
            phase: GamePhase::Scheduled,
            quarter: 1,
            clock_s: 900,
        }
    }

    /// Plays on by one signal. Whether there was one.
    pub fn step(&mut self) -> bool {
        match self.signals.next() {
            None => return false,
            Some(Signal::Info(info)) => self.info = Some(info),
            Some(Signal::Play(play)) => self.add(&play),
            Some(Signal::Status(status)) => self.phase = status.phase,
            Some(_) => {}
        }
        true
    }

    fn add(&mut self, play: &PlayReport) {
        self.phase = GamePhase::Live;
        self.quarter = play.period;
        self.clock_s = play.clock_s.unwrap_or(self.clock_s);
        self.score = play.score_after.unwrap_or(self.score);
        let Detail::AmericanFootball(football) = &play.detail else {
            return;
        };
        let abbr = |side: Side| {
            let info = self.info.as_ref();
            info.map(|i| {
                if side == Side::Home {
                    &i.home.abbr
                } else {
                    &i.away.abbr
                }
                .to_string()
            })
        };
        self.plays.push(json!({
            "playId": play.play_id.as_str(),
            "playType": football.kind,
            "possession": football.possession.and_then(abbr),
            "yardLine": football.yards_to_goal,
            "down": football.down,
            "distance": football.distance,
            "yards": football.yards,
            "tags": football.tags,
            "homeTimeouts": football.timeouts.map(|t| t.home),
            "awayTimeouts": football.timeouts.map(|t| t.away),
            "description": play.text,
            "homeScore": self.score.home,
            "awayScore": self.score.away,
            "quarter": play.period,
            "gameClockSeconds": play.clock_s,
        }));
    }

    /// The document as it stands.
    pub fn document(&self) -> Value {
        let team = |side: Side| {
            self.info.as_ref().map(|i| {
                let team = if side == Side::Home { &i.home } else { &i.away };
                json!({"id": team.id, "abbr": team.abbr, "name": team.name})
            })
        };
        json!({
            "gameId": self.id,
            "league": "nfl",
            "season": self.info.as_ref().and_then(|i| i.season),
            "line": self.info.as_ref().and_then(|i| i.line).map(|l| json!({
                "spreadHome": l.spread_home,
                "total": l.total,
            })),
            "phase": self.phase,
            "homeTeam": team(Side::Home),
            "awayTeam": team(Side::Away),
            "homeScore": self.score.home,
            "awayScore": self.score.away,
            "quarter": self.quarter,
            "gameClockSeconds": self.clock_s,
            "plays": self.plays,
        })
    }
}
