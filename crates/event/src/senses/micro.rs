//! Micro-events: small things that happened at a place and a time, each with the camera that would show it best.
//!
//! They are what camera rules, mixers and the nightly test of the rules speak of. Their numbers have the precision that
//! the store keeps, so that what is told and what is kept are one: times whole milliseconds, places a thousandth of the
//! field, confidences a hundredth.

use std::{fmt, str::FromStr, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Sense;
use crate::{EventTime, GameId, Side};

/// Steps of a [`Place`]'s numbers between 0 and 1.
pub const PLACE_STEPS: u16 = 1000;
/// Steps of a confidence between 0 and 1.
pub const CONFIDENCE_STEPS: u16 = 100;

/// A name that stands for nothing that this build knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no {1} that this build knows")]
pub struct UnknownName(String, &'static str);

macro_rules! named {
    ($(#[$about:meta])* $name:ident, $what:literal { $($(#[$doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$doc])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownName;

            fn from_str(name: &str) -> Result<Self, UnknownName> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|v| v.as_str() == name)
                    .ok_or_else(|| UnknownName(name.chars().take(40).collect(), $what))
            }
        }
    };
}

named! {
    /// What kind of thing happened.
    MicroKind, "kind of micro-event" {
        /// Points.
        Score = "score",
        /// Almost.
        NearMiss = "near_miss",
        /// Something to look at again.
        BigPlay = "big_play",
        /// The ball was lost.
        Turnover = "turnover",
        /// A foul, a card, a call.
        Foul = "foul",
        /// A player is hurt.
        Injury = "injury",
        /// A corner, a free kick, a penalty given: the ball is set down.
        SetPiece = "set_piece",
        /// A player for another.
        Substitution = "substitution",
        /// People were stirred, and nobody says by what.
        Stir = "stir",
        /// The crowd lets go.
        Roar = "roar",
        /// The referee's whistle.
        Whistle = "whistle",
        /// The crowd is disappointed.
        Groan = "groan",
        /// Many voices in one rhythm.
        Chant = "chant",
        /// The crowd's level passed a threshold upward; the label says which.
        Loud = "loud",
        /// A group of words comes more often than the room's habit explains; the label says which.
        Keyword = "keyword",
        /// A player runs as fast as players do.
        Sprint = "sprint",
        /// The ball came into the final third of the side that attacks there.
        FinalThird = "final_third",
        /// A kicker starts the run-up.
        RunUp = "run_up",
        /// A player's head turned.
        HeadTurn = "head_turn",
        /// The ball lost its spin in the final third.
        SpinDrop = "spin_drop",
        /// A fast serve.
        FastServe = "fast_serve",
        /// Several players' hearts jumped at once.
        HeartJump = "heart_jump",
        /// Much of the viewers' gaze rests on one region; the label says which.
        GazeHold = "gaze_hold",
        /// Players celebrate.
        Celebration = "celebration",
        /// The crowd is seen to react.
        Reaction = "reaction",
    }
}

named! {
    /// Which camera shows it best.
    Camera, "camera" {
        /// The wide one, high on the halfway line.
        Main = "main",
        /// The one beside it that stays close to the ball.
        Tight = "tight",
        /// On the rail along the touchline, at the players' height.
        Rail = "rail",
        /// Behind the goal, over the keeper's shoulder.
        Keeper = "keeper",
        /// High on a wing.
        Wing = "wing",
        /// On the people in the stands.
        Crowd = "crowd",
        /// Low behind the baseline, as in tennis and under the basket.
        Baseline = "baseline",
    }
}

/// A place on the field of play: 0 to 1 along each side, so that it is the same for a pitch, a court and a gridiron.
///
/// `x` runs along the field's length towards the end that the home side attacks first; `y` across it, from the right to
/// the left of somebody who looks that way. It stays with the ground and does not turn at half-time, because cameras do
/// not either. What lies a little outside the lines is at the edge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// Along the length.
    pub x: f32,
    /// Across.
    pub y: f32,
}

impl Place {
    /// The nearest place that facts and the store can tell; `None` of what is no number.
    pub fn new(x: f32, y: f32) -> Option<Self> {
        let step = |v: f32| stepped(v, PLACE_STEPS);
        Some(Self {
            x: step(x)?,
            y: step(y)?,
        })
    }
}

/// The nearest of `steps` steps between 0 and 1; `None` of what is no number.
fn stepped(v: f32, steps: u16) -> Option<f32> {
    let scale = f32::from(steps);
    v.is_finite()
        .then(|| (v.clamp(0.0, 1.0) * scale).round() / scale)
}

/// A small thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MicroEvent {
    /// When, in whole milliseconds.
    pub at: EventTime,
    /// Milliseconds since the match began, by the clock on the wall and with all its breaks: what the match second of a
    /// mixer's record is made of. 0 before the match.
    pub match_ms: u32,
    /// What.
    pub kind: MicroKind,
    /// Which of its kind: the words of a keyword, the threshold of a level, the region of a gaze.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Arc<str>>,
    /// Which sense told of it.
    pub sense: Sense,
    /// Where, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Whose, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// The camera that would show it best. A hint: rules and the operator decide.
    pub camera: Camera,
    /// How sure it is that it happened, 0 to 1.
    pub confidence: f32,
}

impl MicroEvent {
    /// A confidence as facts and the store can tell it; what is no number is 0.
    pub fn confidence_of(confidence: f32) -> f32 {
        stepped(confidence, CONFIDENCE_STEPS).unwrap_or(0.0)
    }
}

/// A micro-event of a match as it is kept: with the camera that the director then took, once that is known, which is the
/// label that camera rules are tested on and trained from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LabelledMicro {
    /// Which match.
    pub game: GameId,
    /// What happened.
    #[serde(flatten)]
    pub event: MicroEvent,
    /// The camera that was on air for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub called: Option<Camera>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire_and_lead_back() {
        for kind in MicroKind::ALL {
            let wire = serde_json::to_value(kind).expect("json");
            assert_eq!(wire, kind.as_str());
            assert_eq!(kind.as_str().parse::<MicroKind>(), Ok(*kind));
        }
        for camera in Camera::ALL {
            let wire = serde_json::to_value(camera).expect("json");
            assert_eq!(wire, camera.as_str());
            assert_eq!(camera.as_str().parse::<Camera>(), Ok(*camera));
        }
        let wrong = "zeppelin".parse::<Camera>().expect_err("no such camera");
        assert_eq!(
            wrong.to_string(),
            "\"zeppelin\" is no camera that this build knows"
        );
    }

    #[test]
    fn places_have_three_digits_and_stay_on_the_field() {
        let place = Place::new(0.123_456, 1.7).expect("a place");
        assert_eq!(
            serde_json::to_string(&place).expect("json"),
            r#"{"x":0.123,"y":1.0}"#
        );
        assert_eq!(Place::new(f32::NAN, 0.5), None);
        assert_eq!(MicroEvent::confidence_of(0.876), 0.88);
        assert_eq!(MicroEvent::confidence_of(f32::INFINITY), 0.0);
    }
}
