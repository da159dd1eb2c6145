use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    EventTime, GameClock, GameInfo, GamePhase, HealedFact, PlayDetail, PlayId, Score, Side,
    StateDetail,
    production::{FrownFact, TasteFact},
    senses::{
        BodyFact, GazeFact, MicroEvent, MomentFact, MomentumFact, MomentumRefusal, MoodFact,
        SoundFact, TrackingFact, VisionFact,
    },
};

/// What matchday holds to be true of a match. Facts are worked out from the log alone: the same log gives
/// the same facts, byte for byte. A fact about a play supersedes an earlier one about the same play.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    /// Who plays.
    Game(GameFact),
    /// A play, with what it did to the game.
    Play(Arc<PlayFact>),
    /// A play that no longer counts.
    PlayWithdrawn {
        /// Which.
        play_id: PlayId,
    },
    /// Where the game stands now.
    State(StateFact),
    /// Points were scored (or taken back).
    Score(ScoreFact),
    /// The key plays changed.
    KeyPlays(KeyPlaysFact),
    /// A drive, new or changed.
    Drive(DriveFact),
    /// A feed's fault was healed.
    Healed(HealedFact),
    /// The mood of a chat room.
    Mood(MoodFact),
    /// How the crowd sounds.
    Sound(SoundFact),
    /// How hearts beat.
    Body(BodyFact),
    /// Where viewers look.
    Gaze(GazeFact),
    /// What cameras see.
    Vision(VisionFact),
    /// How players and ball move.
    Tracking(TrackingFact),
    /// The Momentum Index.
    Momentum(MomentumFact),
    /// A moment that stands out.
    Moment(MomentFact),
    /// A source's reports are left out of the momentum.
    MomentumRefused(MomentumRefusal),
    /// A small thing that happened, with the camera that shows it.
    Micro(MicroEvent),
    /// What a cluster of viewers likes.
    Taste(TasteFact),
    /// How viewers answered what the rules did.
    Frowns(FrownFact),
}

impl Fact {
    /// Whether it is about the game itself, and not about those who watch or play it.
    pub fn is_of_the_game(&self) -> bool {
        matches!(
            self,
            Self::Game(_)
                | Self::Play(_)
                | Self::PlayWithdrawn { .. }
                | Self::State(_)
                | Self::Score(_)
                | Self::KeyPlays(_)
                | Self::Drive(_)
                | Self::Healed(_)
        )
    }

    /// Whether everyone may see it on the crowd's channel. A new kind of fact may not until it is named here: what
    /// a wearable says of a player is for those who run the show alone.
    pub fn is_of_the_crowd(&self) -> bool {
        match self {
            Self::Momentum(_) | Self::Moment(_) | Self::Mood(_) | Self::Sound(_) => true,
            Self::Body(body) => matches!(body, BodyFact::Fans(_)),
            Self::Gaze(gaze) => matches!(gaze, GazeFact::Shares(_)),
            Self::Vision(vision) => matches!(
                vision,
                VisionFact::Celebration(_) | VisionFact::Crowd(_) | VisionFact::Reaction(_)
            ),
            _ => false,
        }
    }

    /// The CloudEvents `type` of this fact.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::Game(_) => "matchday.fact.game.v1",
            Self::Play(_) => "matchday.fact.play.v1",
            Self::PlayWithdrawn { .. } => "matchday.fact.play_withdrawn.v1",
            Self::State(_) => "matchday.fact.state.v1",
            Self::Score(_) => "matchday.fact.score.v1",
            Self::KeyPlays(_) => "matchday.fact.key_plays.v1",
            Self::Drive(_) => "matchday.fact.drive.v1",
            Self::Healed(_) => "matchday.fact.healed.v1",
            Self::Mood(_) => "matchday.fact.mood.v1",
            Self::Sound(_) => "matchday.fact.sound.v1",
            Self::Body(_) => "matchday.fact.body.v1",
            Self::Gaze(_) => "matchday.fact.gaze.v1",
            Self::Vision(_) => "matchday.fact.vision.v1",
            Self::Momentum(_) => "matchday.fact.momentum.v1",
            Self::Moment(_) => "matchday.fact.moment.v1",
            Self::MomentumRefused(_) => "matchday.fact.momentum_refused.v1",
            Self::Tracking(_) => "matchday.fact.tracking.v1",
            Self::Micro(_) => "matchday.fact.micro.v1",
            Self::Taste(_) => "matchday.fact.taste.v1",
            Self::Frowns(_) => "matchday.fact.frowns.v1",
        }
    }
}

/// Who plays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GameFact {
    /// The teams and the price.
    pub info: GameInfo,
    /// The model that win probability comes from, such as `wp-nfl-spread@1`.
    pub wp_model: Arc<str>,
}

/// A play and what it did to the game.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlayFact {
    /// The provider's id.
    pub play_id: PlayId,
    /// Place in the game (see [`crate::PlayReport::order`]).
    pub order: i64,
    /// Clock at its beginning, healed.
    pub clock: GameClock,
    /// Wall-clock time of the play, where the provider stamps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall: Option<EventTime>,
    /// The sentence, if there is one.
    pub text: Option<Arc<str>>,
    /// Score before.
    pub score_before: Score,
    /// Score after.
    pub score_after: Score,
    /// Home win probability before it, 0 to 1, a tie counted as half.
    pub wp_home_before: f64,
    /// Home win probability after it.
    pub wp_home_after: f64,
    /// Home win probability added: after less before.
    pub wpa_home: f64,
    /// Leverage index at its beginning: the expected absolute swing in win probability of this play over
    /// that of the average play. 1 is an average play. `None` where nothing was at stake.
    pub leverage: Option<f64>,
    /// What is particular to the sport, beside the rest on the wire.
    #[serde(flatten)]
    pub detail: PlayDetail,
}

/// Where a game stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateFact {
    /// Phase of the day.
    pub phase: GamePhase,
    /// Clock now.
    pub clock: GameClock,
    /// Score now.
    pub score: Score,
    /// Home win probability now.
    pub wp_home: f64,
    /// Leverage index of the next play.
    pub leverage: Option<f64>,
    /// What is particular to the sport, beside the rest on the wire.
    #[serde(flatten)]
    pub detail: StateDetail,
}

/// What kind of play the next one must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NextPlay {
    /// A kick-off.
    #[default]
    Kickoff,
    /// A play from scrimmage.
    Scrimmage,
    /// The try after a touchdown.
    Try,
    /// Nothing more.
    Over,
}

/// Points scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScoreFact {
    /// The play that scored.
    pub play_id: PlayId,
    /// Who scored.
    pub side: Side,
    /// How many points (negative when taken back).
    pub points: i16,
    /// Score after.
    pub score: Score,
}

/// The plays that moved the game most: |WPA| of at least 0.10, five at the most, largest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KeyPlaysFact {
    /// Their ids, largest swing first.
    pub plays: Vec<PlayId>,
}

/// One side's uninterrupted possession.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DriveFact {
    /// From 1.
    pub number: u16,
    /// Whose.
    pub side: Side,
    /// Clock at its first snap.
    pub start: GameClock,
    /// Yards to goal at its first snap.
    pub start_yards_to_goal: Option<u8>,
    /// Clock when it ended or now.
    pub end: GameClock,
    /// Snaps so far.
    pub plays: u16,
    /// Net yards so far.
    pub yards: i16,
    /// How it ended; `None` while it runs.
    pub result: Option<DriveResult>,
}

/// How a drive ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DriveResult {
    /// Touchdown by the side with the ball.
    Touchdown,
    /// Field goal made.
    FieldGoal,
    /// Field goal missed or blocked.
    MissedFieldGoal,
    /// Punt.
    Punt,
    /// Interception or lost fumble.
    Turnover,
    /// Fourth down failed.
    Downs,
    /// Safety against the side with the ball.
    Safety,
    /// The half or the game ended.
    EndOfHalf,
}
