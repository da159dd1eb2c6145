use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Detail, EventTime, GameId, MatchRules, PlayId, Seq, Sport,
    football::Spot,
    production::{CameraReport, DirectorCall, FrownReport, RuleOrder, TasteReport},
    senses::{BeatReport, ChatReport, FrameReport, GazeReport, SeenReport, SoundReport},
};

/// What a feed says about a game. Values are the provider's own wherever healing them needs more than the
/// payload in hand: an impossible clock or a score that drops is passed on, and the game agent, which sees
/// the whole game, heals it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Signal {
    /// Who plays, when, and at what price. May come again with more filled in.
    Info(GameInfo),
    /// A play as the provider has it now. A second report of a [`PlayId`] supersedes the first.
    Play(PlayReport),
    /// The provider no longer lists this play.
    Withdrawn {
        /// The play that is gone.
        play_id: PlayId,
    },
    /// Where the game stands, apart from any play.
    Status(GameStatus),
    /// One bookmaker's prices.
    Odds(OddsReport),
    /// What was written in a chat room.
    Chat(ChatReport),
    /// What a microphone heard.
    Sound(SoundReport),
    /// What a wearable felt.
    Beats(BeatReport),
    /// Where viewers looked.
    Gaze(GazeReport),
    /// What a camera's software detected.
    Seen(SeenReport),
    /// Where players and ball were.
    Frame(FrameReport),
    /// What a cluster of viewers likes.
    Taste(TasteReport),
    /// How viewers answered what the rules did.
    Frowns(FrownReport),
    /// Which rules to run on.
    Rules(RuleOrder),
    /// An operator's order to the director.
    Director(DirectorCall),
    /// A camera that really went on air.
    Camera(CameraReport),
    /// Time passed. Whatever hears, sees or counts people goes by it while nothing else is heard of.
    Tick {
        /// It is now this late.
        at: EventTime,
    },
}

impl Signal {
    /// Whether it is about the game itself, and not about those who watch or play it.
    pub fn is_of_the_game(&self) -> bool {
        matches!(
            self,
            Self::Info(_)
                | Self::Play(_)
                | Self::Withdrawn { .. }
                | Self::Status(_)
                | Self::Odds(_)
        )
    }

    /// Whether it is an order, which operators give and feeds do not.
    pub fn is_an_order(&self) -> bool {
        matches!(self, Self::Rules(_) | Self::Director(_))
    }

    /// The time it speaks of, where it says one.
    pub fn at(&self) -> Option<EventTime> {
        match self {
            Self::Play(play) => play.wall,
            Self::Odds(odds) => odds.updated,
            Self::Chat(report) => Some(report.at),
            Self::Sound(report) => Some(report.at),
            Self::Beats(report) => Some(report.at),
            Self::Gaze(report) => Some(report.at),
            Self::Seen(report) => Some(report.at),
            Self::Frame(report) => Some(report.at),
            Self::Taste(report) => Some(report.at),
            Self::Frowns(report) => Some(report.at),
            Self::Rules(order) => Some(order.at()),
            Self::Director(call) => Some(call.at),
            Self::Camera(report) => Some(report.at),
            Self::Tick { at } => Some(*at),
            Self::Info(_) | Self::Withdrawn { .. } | Self::Status(_) => None,
        }
    }

    /// The CloudEvents `type` of this signal.
    pub fn event_type(&self) -> &'static str {
        match self {
            Self::Info(_) => "matchday.signal.info.v1",
            Self::Play(_) => "matchday.signal.play.v1",
            Self::Withdrawn { .. } => "matchday.signal.withdrawn.v1",
            Self::Status(_) => "matchday.signal.status.v1",
            Self::Odds(_) => "matchday.signal.odds.v1",
            Self::Chat(_) => "matchday.signal.chat.v1",
            Self::Sound(_) => "matchday.signal.sound.v1",
            Self::Beats(_) => "matchday.signal.beats.v1",
            Self::Gaze(_) => "matchday.signal.gaze.v1",
            Self::Seen(_) => "matchday.signal.seen.v1",
            Self::Frame(_) => "matchday.signal.frame.v1",
            Self::Taste(_) => "matchday.signal.taste.v1",
            Self::Frowns(_) => "matchday.signal.frowns.v1",
            Self::Rules(_) => "matchday.signal.rules.v1",
            Self::Director(_) => "matchday.signal.director.v1",
            Self::Camera(_) => "matchday.signal.camera.v1",
            Self::Tick { .. } => "matchday.signal.tick.v1",
        }
    }
}

/// A signal as it lies on the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Logged {
    /// Whose log.
    pub game: GameId,
    /// Place in it.
    pub seq: Seq,
    /// When this program received it. Facts never depend on it; latency figures do.
    pub received: EventTime,
    /// The feed it came by, such as `gsis:http` (configuration's name for it, never a URL).
    pub source: Arc<str>,
    /// What it says.
    pub signal: Signal,
}

/// A contestant as shown to people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Team {
    /// The provider's key, as it stands in the payloads.
    pub id: Arc<str>,
    /// Three or four letters.
    pub abbr: Arc<str>,
    /// Full name.
    pub name: Arc<str>,
    /// Primary colour, `#rrggbb`.
    pub color: Option<Arc<str>>,
    /// Second colour, `#rrggbb`.
    pub alt_color: Option<Arc<str>>,
}

/// Who plays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GameInfo {
    /// The sport.
    pub sport: Sport,
    /// `nfl`, `ncaaf`, `nba`, …: decides the rules of overtime and the model.
    pub league: Arc<str>,
    /// Season's first year.
    pub season: Option<u16>,
    /// Week of the season.
    pub week: Option<u8>,
    /// Whether a tie can stand (false in a play-off).
    pub postseason: bool,
    /// The home side.
    pub home: Team,
    /// The visitors.
    pub away: Team,
    /// Scheduled start.
    pub kickoff: Option<EventTime>,
    /// No home advantage.
    pub neutral: bool,
    /// Stadium.
    pub venue: Option<Arc<str>>,
    /// The price before kick-off, where the feed carries one.
    pub line: Option<Line>,
    /// What the sides' ratings lead one to expect, where ratings are at hand (see `matchday ratings`). A price
    /// knows more: where there is one, it is taken instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<Forecast>,
    /// Rules that the league alone does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<MatchRules>,
}

/// What each side may expect before the start: points in basketball, goals in soccer, in tennis the share of the
/// points on serve that the player wins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Forecast {
    /// The home side.
    pub home: f64,
    /// The visitors.
    pub away: f64,
}

/// A pregame price.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// Points added to the home side: negative when home is favoured.
    pub spread_home: Option<f32>,
    /// Over/under of both sides' points.
    pub total: Option<f32>,
}

/// Points of both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub struct Score {
    /// Home points.
    pub home: i16,
    /// Away points.
    pub away: i16,
}

/// One play, as a provider has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlayReport {
    /// The provider's id.
    pub play_id: PlayId,
    /// Place in the game: plays are taken in ascending `order`, ties by id. A provider that numbers its
    /// plays gives that number; otherwise the place in the payload times 1,000.
    pub order: i64,
    /// Quarter, or 5 and up for overtime; half of a soccer match; set of a tennis match.
    pub period: u8,
    /// Seconds on the period's clock at the play (see [`crate::GameClock`]), as given: may be missing or impossible.
    pub clock_s: Option<i32>,
    /// Score before the play, as given.
    pub score_before: Option<Score>,
    /// Score after the play, as given.
    pub score_after: Option<Score>,
    /// Wall-clock time of the play, where the provider stamps it.
    pub wall: Option<EventTime>,
    /// The provider's sentence.
    pub text: Option<Arc<str>>,
    /// What is particular to the sport.
    pub detail: Detail,
}

/// Where a game is in its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GamePhase {
    /// Not begun.
    #[default]
    Scheduled,
    /// In play.
    Live,
    /// Between the halves.
    Halftime,
    /// Interrupted.
    Delayed,
    /// Over, and the score stands.
    Final,
}

/// Where the game stands, apart from any play.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GameStatus {
    /// The phase.
    pub phase: GamePhase,
    /// Period, if the provider says.
    pub period: Option<u8>,
    /// Seconds left in it, as given.
    pub clock_s: Option<i32>,
    /// The score the provider shows.
    pub score: Option<Score>,
    /// The next snap, if the provider says.
    pub spot: Option<Spot>,
}

/// One bookmaker's prices for a game.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OddsReport {
    /// The bookmaker's key.
    pub book: Arc<str>,
    /// When the bookmaker last changed them.
    pub updated: Option<EventTime>,
    /// Spread and total.
    pub line: Line,
    /// Decimal price of a home win.
    pub home_price: Option<f32>,
    /// Decimal price of an away win.
    pub away_price: Option<f32>,
    /// Decimal price of a draw, where there can be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw_price: Option<f32>,
}
