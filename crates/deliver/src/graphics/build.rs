//! From an approved command to what a graphics system is told. Pure: the same command gives the same bytes.

use matchday_event::{
    self as event, GameId, GraphicsCommand, PlayId, Proposal, Score, Side,
    football::{Choice, Decision, DecisionKind},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A command as it leaves matchday: over HTTP, on the graphics channel, to an OGraf graphic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Command {
    /// The same on every attempt and after a restart: `<game>-<log record>-<command>`.
    pub id: String,
    /// Which game.
    pub game: GameId,
    /// What to do.
    #[serde(flatten)]
    pub order: Order,
}

/// What to do, and with what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "command", content = "data", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Order {
    /// Set the win probability strip.
    UpdateWinProbability(WinProbability),
    /// Show a key play, then take it away.
    ShowKeyPlay(KeyPlay),
    /// Set score, clock, down and distance.
    UpdateSituation(Situation),
    /// Show what a fourth down or a try comes down to; `null` takes it away.
    UpdateDecision(Option<DecisionCard>),
}

impl Order {
    /// The command's name as it stands in the JSON.
    pub fn name(&self) -> &'static str {
        match self {
            Self::UpdateWinProbability(_) => "UPDATE_WIN_PROBABILITY",
            Self::ShowKeyPlay(_) => "SHOW_KEY_PLAY",
            Self::UpdateSituation(_) => "UPDATE_SITUATION",
            Self::UpdateDecision(_) => "UPDATE_DECISION",
        }
    }
}

/// The win probability strip, in percent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WinProbability {
    /// Home, one decimal, 0 to 100.
    pub home: f64,
    /// Away: 100 less home.
    pub away: f64,
    /// Percentage points that the last play moved home, one decimal.
    pub delta: f64,
}

/// The play that just moved the game.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyPlay {
    /// Which play.
    pub play_id: PlayId,
    /// The sentence.
    pub text: String,
    /// Who gained by it.
    pub side: Side,
    /// Percentage points that side gained, one decimal.
    pub wpa: f64,
    /// How long to show it, in milliseconds.
    pub duration: u32,
}

/// Score, clock, down and distance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Situation {
    /// The score.
    pub score: Score,
    /// The period, as [`matchday_event::GameClock`] numbers it.
    pub period: u8,
    /// Seconds on the period's clock.
    pub clock_s: u16,
    /// The same as people read it, `10:32`; in soccer the minute.
    pub clock: String,
    /// Who has the ball, or serves.
    pub possession: Option<Side>,
    /// 1 to 4.
    pub down: Option<u8>,
    /// Yards to the line to gain.
    pub distance: Option<u8>,
    /// Yards to the goal that the side in possession attacks.
    pub yards_to_goal: Option<u8>,
    /// `3rd & 4`, `1st & goal`, a tennis match's games and points, or empty.
    pub text: String,
    /// Leverage index of the next play, two decimals.
    pub leverage: Option<f64>,
}

/// A fourth down or a try, best option first, in percent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionCard {
    /// Fourth down or try.
    pub kind: DecisionKind,
    /// Who decides.
    pub side: Side,
    /// The sentence: `go for it`, `punt`, … or `toss-up`.
    pub verdict: String,
    /// Percentage points between the best option and the second, one decimal.
    pub edge: f64,
    /// The options.
    pub options: Vec<DecisionLine>,
    /// Chance from which going for it, or for two, pays, in percent, one decimal.
    pub break_even: Option<f64>,
}

/// One option of a [`DecisionCard`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionLine {
    /// What.
    pub choice: Choice,
    /// The same as people read it.
    pub text: String,
    /// Chance to win, one decimal.
    pub wp: f64,
    /// Lower end of its 90 % interval, one decimal.
    pub wp_low: f64,
    /// Upper end, one decimal.
    pub wp_high: f64,
    /// Chance that it works, one decimal; `null` for a punt.
    pub success: Option<f64>,
    /// How often coaches choose it, one decimal.
    pub usual: f64,
}

/// A request, before anyone has sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Always `POST`.
    pub method: &'static str,
    /// Headers, lower case.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Vec<u8>,
}

/// Turns an approved command into what leaves matchday. Where a probability is not a number the strip shows
/// an even game: a graphic never shows `NaN`.
pub fn command(proposal: &Proposal<GraphicsCommand>) -> Command {
    let order = match &proposal.what {
        GraphicsCommand::UpdateWinProbability {
            home, delta_home, ..
        } => Order::UpdateWinProbability(win_probability(*home, *delta_home)),
        GraphicsCommand::ShowKeyPlay {
            play_id,
            text,
            side,
            wpa,
            duration_ms,
        } => Order::ShowKeyPlay(KeyPlay {
            play_id: play_id.clone(),
            text: text.clone(),
            side: *side,
            wpa: tenths(wpa * 1000.0, 0.0),
            duration: *duration_ms,
        }),
        GraphicsCommand::UpdateSituation {
            score,
            period,
            clock_s,
            leverage,
            situation,
        } => Order::UpdateSituation(Situation {
            score: *score,
            period: *period,
            clock_s: *clock_s,
            clock: clock(*clock_s, situation),
            possession: possession(situation),
            down: situation.spot().and_then(|s| s.down),
            distance: situation.spot().and_then(|s| s.distance),
            yards_to_goal: situation.spot().and_then(|s| s.yards_to_goal),
            text: short(situation),
            leverage: leverage
                .filter(|l| l.is_finite())
                .map(|l| (l * 100.0).round() / 100.0),
        }),
        GraphicsCommand::UpdateDecision { decision } => {
            Order::UpdateDecision(decision.as_deref().map(decision_card))
        }
    };
    Command {
        id: format!("{}-{}-{}", proposal.game, proposal.cause, order.name()),
        game: proposal.game.clone(),
        order,
    }
}

/// The HTTP request for a command.
pub fn request(command: &Command) -> Request {
    Request {
        method: "POST",
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("idempotency-key", command.id.clone()),
        ],
        // Writing to memory cannot fail, and a command has no map keys.
        body: serde_json::to_vec(command).expect("a command is JSON"),
    }
}

fn win_probability(home: f64, delta_home: f64) -> WinProbability {
    // In tenths of a percent and whole numbers: home and away then add up to exactly 100.
    let home = if home.is_finite() {
        (home.clamp(0.0, 1.0) * 1000.0).round()
    } else {
        500.0
    };
    WinProbability {
        home: home / 10.0,
        away: (1000.0 - home) / 10.0,
        delta: tenths(delta_home * 1000.0, 0.0),
    }
}

fn tenths(value: f64, otherwise: f64) -> f64 {
    // Adding zero turns -0 into 0, which a graphic would print with its sign.
    if value.is_finite() {
        value.round() / 10.0 + 0.0
    } else {
        otherwise
    }
}

fn decision_card(decision: &Decision) -> DecisionCard {
    let percent = |p: f64| tenths(p * 1000.0, 0.0);
    DecisionCard {
        kind: decision.kind,
        side: decision.side,
        verdict: decision
            .recommended()
            .map_or("toss-up", Choice::words)
            .to_owned(),
        edge: percent(decision.edge),
        options: decision
            .options
            .iter()
            .map(|o| DecisionLine {
                choice: o.choice,
                text: o.choice.words().to_owned(),
                wp: percent(o.wp),
                wp_low: percent(o.wp_low),
                wp_high: percent(o.wp_high),
                success: o.success.map(percent),
                usual: percent(o.usual),
            })
            .collect(),
        break_even: decision.break_even.map(percent),
    }
}

/// The clock as people read it: time left, or in soccer the minute; nothing in tennis.
fn clock(clock_s: u16, situation: &event::Situation) -> String {
    match situation {
        event::Situation::Soccer {
            minute, added_min, ..
        } => match added_min {
            Some(added) => format!("{minute}+{added}\u{2032}"),
            None => format!("{minute}\u{2032}"),
        },
        event::Situation::Tennis { .. } => String::new(),
        _ => format!("{}:{:02}", clock_s / 60, clock_s % 60),
    }
}

fn possession(situation: &event::Situation) -> Option<Side> {
    match situation {
        event::Situation::AmericanFootball { spot, .. } => spot.possession,
        event::Situation::Basketball { possession } => *possession,
        event::Situation::Soccer { .. } => None,
        event::Situation::Tennis { server, .. } => *server,
    }
}

/// The line beside the score: down and distance, or a tennis match's games and points.
fn short(situation: &event::Situation) -> String {
    match situation {
        event::Situation::AmericanFootball { spot, .. } => {
            down_and_distance(spot.down, spot.distance, spot.yards_to_goal)
        }
        event::Situation::Tennis { sets, set, .. } => {
            let mut text: String = sets
                .iter()
                .chain([&set.games])
                .map(|s| format!("{}\u{2013}{} ", s.home, s.away))
                .collect();
            text.push_str(&format!("({}\u{2013}{})", set.points[0], set.points[1]));
            text
        }
        event::Situation::Soccer {
            shootout: Some(kicks),
            ..
        } => format!("{}\u{2013}{} on penalties", kicks.home, kicks.away),
        event::Situation::Basketball { .. } | event::Situation::Soccer { .. } => String::new(),
    }
}

fn down_and_distance(down: Option<u8>, distance: Option<u8>, to_goal: Option<u8>) -> String {
    let Some(down) = down else {
        return String::new();
    };
    let nth = match down {
        1 => "1st",
        2 => "2nd",
        3 => "3rd",
        4 => "4th",
        _ => return String::new(),
    };
    match (distance, to_goal) {
        (Some(distance), Some(to_goal)) if distance >= to_goal => format!("{nth} & goal"),
        (Some(distance), _) => format!("{nth} & {distance}"),
        (None, _) => format!("{nth} down"),
    }
}
