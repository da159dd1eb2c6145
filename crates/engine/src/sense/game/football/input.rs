use std::sync::Arc;

use matchday_event::{
    Detail, EventTime, PlayId, PlayReport, Score, Side,
    football::{PlayKind, Spot, Tags, Timeouts},
};

use super::{classify, score};

/// A play report as the fold keeps it: classified, without what no number depends on.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// The provider's id.
    pub play_id: PlayId,
    /// Place in the game.
    pub order: i64,
    /// As given.
    pub period: u8,
    /// As given.
    pub clock_s: Option<i32>,
    /// As given.
    pub score_before: Option<Score>,
    /// As given.
    pub score_after: Option<Score>,
    /// As given.
    pub wall: Option<EventTime>,
    /// The provider's sentence.
    pub text: Option<Arc<str>>,
    /// As given.
    pub possession: Option<Side>,
    /// As given.
    pub down: Option<i16>,
    /// As given.
    pub distance: Option<i16>,
    /// As given.
    pub yards_to_goal: Option<i16>,
    /// As given.
    pub yards: Option<i16>,
    /// As given.
    pub end: Option<Spot>,
    /// As given.
    pub timeouts: Option<Timeouts>,
    /// From the provider's code, else from the text.
    pub kind: PlayKind,
    /// From the provider's codes, else from the text.
    pub tags: Tags,
    /// Points of a try that the touchdown's own sentence tells of.
    pub try_points: Option<u8>,
    /// Yards of the penalty that the sentence tells of.
    pub penalty_yards: Option<u8>,
    /// Neither code nor text said what it was.
    pub unclassified: bool,
    /// Stands for the content, whatever the id; `None` where a play says too little to be told apart.
    pub content: Option<u64>,
}

impl Input {
    /// Takes a report in; `None` for a report of another sport.
    pub fn new(report: &PlayReport) -> Option<Self> {
        let Detail::AmericanFootball(play) = &report.detail else {
            return None;
        };
        let text = report.text.as_deref().unwrap_or("");
        let class = classify::classify(play.kind, play.tags, text);
        let mut input = Self {
            play_id: report.play_id.clone(),
            order: report.order,
            wall: report.wall,
            period: report.period,
            clock_s: report.clock_s,
            score_before: report.score_before.filter(score::possible),
            score_after: report.score_after.filter(score::possible),
            text: report.text.clone(),
            possession: play.possession,
            down: play.down,
            distance: play.distance,
            yards_to_goal: play.yards_to_goal,
            yards: play.yards,
            end: play.end,
            timeouts: play.timeouts,
            kind: class.kind,
            tags: class.tags,
            try_points: class.try_points,
            penalty_yards: class.penalty_yards,
            unclassified: class.unclassified,
            content: None,
        };
        input.content = content(&input);
        Some(input)
    }

    /// Key that plays are ordered by.
    pub fn key(&self) -> (i64, &PlayId) {
        (self.order, &self.play_id)
    }

    /// A snap from scrimmage, or a penalty in place of one.
    pub fn is_scrimmage(&self) -> bool {
        use PlayKind::*;
        match self.kind {
            Run | Pass | Sack | Punt | FieldGoal | Kneel | Spike => true,
            NoPlay => matches!(self.down, Some(1..=4)),
            _ => false,
        }
    }

    /// A try after a touchdown.
    pub fn is_try(&self) -> bool {
        matches!(self.kind, PlayKind::ExtraPoint | PlayKind::TwoPoint)
    }

    /// The score that this report shows, the latest it has.
    pub fn shown_score(&self) -> Option<Score> {
        self.score_after.or(self.score_before)
    }
}

/// Two reports with equal content are one play told twice. A play without a down and without a sentence
/// says too little for that: two kick-offs of a game may well look alike.
fn content(input: &Input) -> Option<u64> {
    let text = input.text.as_deref().unwrap_or("");
    let scrimmage = matches!(input.down, Some(1..=4)) && input.yards_to_goal.is_some();
    if text.is_empty() && !(scrimmage && input.clock_s.is_some()) || input.kind == PlayKind::Timeout
    {
        return None;
    }
    let mut hash = Fnv::default();
    hash.bytes(text.as_bytes());
    let side = |s: Option<Side>| s.map_or(0, |s| 1 + s as i64);
    for number in [
        i64::from(input.period),
        i64::from(input.clock_s.unwrap_or(-1)),
        side(input.possession),
        i64::from(input.down.unwrap_or(-1)),
        i64::from(input.distance.unwrap_or(-1)),
        i64::from(input.yards_to_goal.unwrap_or(-1)),
        i64::from(input.yards.unwrap_or(-999)),
        input.kind as i64,
    ] {
        hash.number(number);
    }
    Some(hash.0)
}

/// FNV-1a over eight bytes at a time: quick, and the same on every machine.
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Of one piece of text.
    pub fn of(text: &str) -> u64 {
        let mut hash = Self::default();
        hash.bytes(text.as_bytes());
        hash.0
    }

    fn number(&mut self, n: i64) {
        self.0 = (self.0 ^ n as u64).wrapping_mul(0x0000_0100_0000_01b3);
        self.0 ^= self.0 >> 29;
    }

    fn bytes(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.number(i64::from_le_bytes(word));
        }
        self.number(bytes.len() as i64);
    }
}
