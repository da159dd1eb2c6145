use serde_json::Value;

use crate::{
    Context, FeedError, Parsed, body, chat, odds, play_by_play as pbp, sensor, signals, tracking,
};

/// A parser.
pub type Parse = fn(&[u8], &Context) -> Result<Vec<Parsed>, FeedError>;

/// What a provider's payloads are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProviderKind {
    /// Plays.
    PlayByPlay,
    /// Prices.
    Odds,
    /// What people write, hear, wear and look at: a line each, nothing of the game itself.
    Senses,
    /// Signals of any kind, as matchday writes them.
    Signals,
    /// Positions of players and ball.
    Tracking,
}

/// A provider this program can read.
#[derive(Debug, Clone, Copy)]
pub struct Provider {
    /// Its name in configuration and in the names of feeds.
    pub name: &'static str,
    /// What its payloads are about.
    pub kind: ProviderKind,
    /// What it is, for people.
    pub about: &'static str,
    /// Its parser.
    pub parse: Parse,
}

impl Provider {
    /// Reads a payload. What its parser makes of it but the log could not give back is set aside.
    pub fn read(&self, body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
        let mut games = (self.parse)(body, context)?;
        for game in &mut games {
            game.set_aside_unwritable();
        }
        Ok(games)
    }
}

const fn plays(name: &'static str, parse: Parse, about: &'static str) -> Provider {
    Provider {
        name,
        kind: ProviderKind::PlayByPlay,
        about,
        parse,
    }
}

const fn senses(name: &'static str, parse: Parse, about: &'static str) -> Provider {
    Provider {
        name,
        kind: ProviderKind::Senses,
        about,
        parse,
    }
}

const fn positions(name: &'static str, parse: Parse, about: &'static str) -> Provider {
    Provider {
        name,
        kind: ProviderKind::Tracking,
        about,
        parse,
    }
}

/// Every provider: one line each.
static PROVIDERS: &[Provider] = &[
    plays(
        "gsis",
        pbp::gsis::parse,
        "NFL game JSON with numbered statistics",
    ),
    plays(
        "espn",
        pbp::espn::parse,
        "ESPN game summary, raw or flattened",
    ),
    plays(
        "cfbd",
        pbp::cfbd::parse,
        "CollegeFootballData plays, games and lines",
    ),
    plays(
        "nflverse",
        pbp::nflverse::parse,
        "nflverse play-by-play, CSV or Parquet",
    ),
    plays(
        "nba-stats",
        pbp::nba::parse,
        "NBA play-by-play, JSON result sets",
    ),
    plays(
        "statsbomb",
        pbp::statsbomb::parse,
        "StatsBomb soccer events, JSON",
    ),
    plays(
        "text-stream",
        pbp::nflverse::parse,
        "soccer text stream, CSV or Parquet",
    ),
    plays(
        "slam-points",
        pbp::nflverse::parse,
        "Grand Slam tennis point by point, CSV",
    ),
    plays("plain", pbp::plain::parse, "matchday's own plain JSON"),
    Provider {
        name: "the-odds-api",
        kind: ProviderKind::Odds,
        about: "The Odds API version 4",
        parse: odds::the_odds_api::parse,
    },
    senses(
        "chat-lines",
        chat::provide_plain,
        "matchday's own chat messages, a JSON object a line",
    ),
    senses(
        "twitch-irc",
        chat::provide_twitch,
        "Twitch chat, IRC lines with tags",
    ),
    senses(
        "beat-lines",
        sensor::provide_beats,
        "wearables: beat-to-beat intervals, a JSON object a line",
    ),
    senses(
        "gaze-lines",
        sensor::provide_gaze,
        "eye trackers: where viewers look, a JSON object a line",
    ),
    senses(
        "seen-lines",
        sensor::provide_seen,
        "cameras: detections of a picture, a JSON object a line",
    ),
    positions(
        "tracab",
        tracking::provide_tracab,
        "TRACAB positions of players and ball, JSON",
    ),
    positions(
        "pff",
        tracking::provide_pff,
        "PFF positions of players and ball, a JSON object a line",
    ),
    positions(
        "hawkeye",
        tracking::provide_hawkeye,
        "Hawk-Eye samples of the ball, JSON",
    ),
    Provider {
        name: "signals",
        kind: ProviderKind::Signals,
        about: "matchday's own signals, a JSON object a line, as `matchday sim world` writes them",
        parse: signals::parse,
    },
];

/// Every provider this program can read.
pub fn providers() -> &'static [Provider] {
    PROVIDERS
}

/// A provider by its name.
pub fn provider(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|p| p.name == name)
}

/// Tells whose payload a body is by its content.
pub fn sniff(body: &[u8]) -> Result<&'static Provider, FeedError> {
    let name = if body.starts_with(b"PAR1") {
        "nflverse"
    } else if body.starts_with(b"{\"specversion\"") {
        return Err(FeedError::wrong_shape(
            "line 1",
            "CloudEvents, as `matchday log export` and `replay --facts` write them, are for other tools; \
             `matchday replay --log DIR` reads the log itself",
        ));
    } else if signals::are_lines(body) {
        "signals"
    } else if tracking::pff::are_lines(body) {
        "pff"
    } else {
        match body::data(body)?.iter().find(|b| !b.is_ascii_whitespace()) {
            Some(b'{' | b'[') => sniff_json(&body::json(body)?)?,
            _ => "nflverse",
        }
    };
    provider(name).ok_or_else(|| FeedError::wrong_shape("body", format!("no provider {name}")))
}

fn sniff_json(doc: &Value) -> Result<&'static str, FeedError> {
    let has = |v: &Value, keys: &[&str]| keys.iter().any(|k| v.get(k).is_some());
    Ok(match doc {
        Value::Array(list) => match list.iter().find(|v| v.is_object()) {
            Some(v) if has(v, &["bookmakers", "sport_key"]) => "the-odds-api",
            Some(v) if has(v, &["possession_team", "play_pattern"]) => "statsbomb",
            Some(v)
                if has(
                    v,
                    &["playType", "play_type", "homeTeam", "home_team", "lines"],
                ) =>
            {
                "cfbd"
            }
            _ => {
                return Err(FeedError::wrong_shape(
                    "body",
                    "a list that is neither plays, games, lines nor events with prices",
                ));
            }
        },
        Value::Object(o) if has(doc, &["header", "teamInfo"]) && !o.contains_key("homeScore") => {
            "espn"
        }
        Value::Object(_) if has(doc, &["resultSets"]) => "nba-stats",
        Value::Object(_) if has(doc, &["FrameData"]) => "tracab",
        Value::Object(_) if doc.pointer("/samples/ball").is_some() => "hawkeye",
        Value::Object(o) if o.contains_key("bookmakers") => "the-odds-api",
        Value::Object(o)
            if o.iter().any(|(k, v)| {
                !k.is_empty() && k.bytes().all(|b| b.is_ascii_digit()) && v.get("home").is_some()
            }) =>
        {
            "gsis"
        }
        Value::Object(_) if has(doc, &["plays", "homeScore", "homeTeam"]) => "plain",
        _ => {
            return Err(FeedError::wrong_shape(
                "body",
                "JSON of no provider this program knows",
            ));
        }
    })
}
