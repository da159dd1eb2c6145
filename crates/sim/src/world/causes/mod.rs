//! The true causes of what rules are to act on: what really happened in the world, never what our agents said of it.
//!
//! A cause must be acted on where it is clearly over its threshold and can be known; where it is near the threshold, or
//! hidden (a device that is off, a ball on its way), it may be or not. How near is near was laid down before anything was
//! tuned to it, and stands in the constants of these files and nowhere else.

mod pitch;
mod rooms;
mod score;
mod served;
mod stretch;

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

pub use self::score::{Acted, CauseScore, score};
pub use self::stretch::{decoy_for, matches_for, plan_for, sport_for, stretch_for};
use super::{Script, stadium::StadiumPlan};

/// What a rule acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A chat room writes of ankles or slow motion much more than it does: the rail camera, 0.3 s later.
    Keyword,
    /// Six in ten look at the penalty mark: the keeper's camera, until the run-up or 1.4 s.
    PenaltyGaze,
    /// A defender's head turns by 55 degrees: the wing camera.
    HeadTurn,
    /// Four players' hearts leap by 30 a minute within two seconds: the crowd's camera, with a fade of half a second.
    HeartLeap,
    /// The ball's spin falls under 2 rad/s in the final third: a zoom within a quarter of a second.
    SpinDrop,
    /// A serve over 190 km/h: the baseline's camera.
    FastServe,
    /// The same, for a cluster of viewers of whom over 72 % like analytics: the ball's trace.
    BallTrace,
    /// Joy over 0.72 after a three-pointer: confetti.
    ThreeJoy,
    /// Rage over 0.68 after a missed penalty: a poll to cool down.
    MissRage,
    /// Surprise over 0.8 on an underdog's goal: a code.
    UnderdogSurprise,
}

impl Trigger {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Keyword,
        Self::PenaltyGaze,
        Self::HeadTurn,
        Self::HeartLeap,
        Self::SpinDrop,
        Self::FastServe,
        Self::BallTrace,
        Self::ThreeJoy,
        Self::MissRage,
        Self::UnderdogSurprise,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::PenaltyGaze => "penalty_gaze",
            Self::HeadTurn => "head_turn",
            Self::HeartLeap => "heart_leap",
            Self::SpinDrop => "spin_drop",
            Self::FastServe => "fast_serve",
            Self::BallTrace => "ball_trace",
            Self::ThreeJoy => "three_joy",
            Self::MissRage => "miss_rage",
            Self::UnderdogSurprise => "underdog_surprise",
        }
    }

    /// How long after its cause the rule acts, by the product's own numbers.
    pub fn delay_ms(self) -> i64 {
        match self {
            Self::Keyword => 300,
            _ => 0,
        }
    }

    /// How long before the true time it may be known: noise can push a value over a threshold that it is about to pass.
    pub fn early_ms(self) -> i64 {
        match self {
            Self::Keyword | Self::ThreeJoy | Self::MissRage | Self::UnderdogSurprise => 1_500,
            Self::HeartLeap => 1_000,
            _ => 300,
        }
    }
}

impl fmt::Display for Trigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that a rule is to act on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// For which rule.
    pub trigger: Trigger,
    /// When it was truly so, in milliseconds from kick-off.
    pub at_ms: u64,
    /// Until when what is done can still be because of it: senses and feeds need their time.
    pub until_ms: u64,
    /// When what it sets off must be over, where the world knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_ms: Option<u64>,
    /// The room or the cluster that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Arc<str>>,
    /// It must be acted on; otherwise it may be or not.
    pub must: bool,
}

/// The causes in a match as a plan lets it be heard and seen, by time. What no sense of the plan can know is none.
pub fn truth(seed: u64, script: &Script, plan: &StadiumPlan) -> Vec<Cause> {
    let mut out = Vec::new();
    let plays = served::plays(seed, script, plan);
    if let Some(chat) = &plan.chat {
        rooms::causes(seed, script, chat, &plays, &mut out);
    }
    pitch::causes(seed, script, plan, &mut out);
    served::causes(seed, script, plan, &plays, &mut out);
    out.sort_by(|a, b| (a.at_ms, a.trigger, &a.key).cmp(&(b.at_ms, b.trigger, &b.key)));
    out
}
