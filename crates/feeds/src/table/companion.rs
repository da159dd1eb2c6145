//! The table of games that lies beside a table of plays: finals, lines, kick-offs.

use std::{collections::HashMap, io::Read, sync::Arc};

use matchday_event::{EventTime, Line, Score, Side};

use crate::{FeedError, body};

/// What a table of games says of one game.
#[derive(Debug, Clone, PartialEq)]
pub struct CompanionGame {
    /// How it ended.
    pub score: Option<Score>,
    /// The price before kick-off.
    pub line: Option<Line>,
    /// Scheduled start.
    pub kickoff: Option<EventTime>,
    /// No home advantage.
    pub neutral: bool,
    /// Whether it was a play-off.
    pub postseason: bool,
    /// Home side's name.
    pub home: Option<Arc<str>>,
    /// The visitors' name.
    pub away: Option<Arc<str>>,
    /// Who won.
    pub winner: Option<Side>,
}

/// Games by their number.
#[derive(Debug, Clone, Default)]
pub struct Companion {
    games: Arc<HashMap<Box<str>, CompanionGame>>,
    league: Option<Arc<str>>,
}

impl Companion {
    /// Reads a CSV of games. Column names of both kinds of table in use are known.
    pub fn read(source: impl Read) -> Result<Self, FeedError> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(source);
        let header = reader
            .headers()
            .map_err(|e| FeedError::wrong_shape("header", e.to_string()))?
            .clone();
        let column = |names: &[&str]| {
            names
                .iter()
                .find_map(|n| header.iter().position(|h| h == *n))
        };
        let Some(id) = column(&["game_id", "match_id", "id"]) else {
            return Err(FeedError::wrong_shape(
                "header",
                "no column game_id, match_id or id",
            ));
        };
        let home = column(&["home_final", "home_points", "home_score"]);
        let away = column(&["away_final", "away_points", "away_score"]);
        let spread = column(&["spread_home", "spread"]);
        let total = column(&["over_under_line", "over_under"]);
        let start = column(&["start_date", "kickoff"]);
        let neutral = column(&["stadium_neutral", "neutral_site"]);
        let kind = column(&["season_type"]);
        let start_ms = column(&["kickoff_ms"]);
        let names = [column(&["home", "player1"]), column(&["away", "player2"])];
        let winner = column(&["winner"]);
        let mut games = HashMap::new();
        for record in reader.records() {
            let record = record.map_err(|e| FeedError::wrong_shape("row", e.to_string()))?;
            let field = |at: Option<usize>| at.and_then(|i| record.get(i)).unwrap_or_default();
            let points = |at| {
                let value: f64 = field(at).parse().ok()?;
                (0.0..1000.0).contains(&value).then_some(value as i16)
            };
            let number = |at| field(at).parse::<f32>().ok().filter(|f| f.is_finite());
            let name = |at| Some(field(at)).filter(|n| !n.is_empty()).map(Arc::from);
            let line = Line {
                spread_home: number(spread),
                total: number(total),
            };
            games.insert(
                field(Some(id)).into(),
                CompanionGame {
                    score: Option::zip(points(home), points(away))
                        .map(|(home, away)| Score { home, away }),
                    line: (line.spread_home.is_some() || line.total.is_some()).then_some(line),
                    kickoff: body::time(field(start))
                        .or_else(|| field(start_ms).parse().ok().map(EventTime::from_millis)),
                    neutral: field(neutral).eq_ignore_ascii_case("true"),
                    home: name(names[0]),
                    away: name(names[1]),
                    winner: match field(winner) {
                        "1" | "1.0" => Some(Side::Home),
                        "2" | "2.0" => Some(Side::Away),
                        _ => None,
                    },
                    postseason: matches!(field(kind), "POST" | "postseason"),
                },
            );
        }
        Ok(Self {
            games: Arc::new(games),
            league: None,
        })
    }

    /// The same, for a league other than the one the layout is usually of.
    #[must_use]
    pub fn with_league(self, league: Option<Arc<str>>) -> Self {
        Self { league, ..self }
    }

    /// What is known of a game.
    pub fn game(&self, number: &str) -> Option<&CompanionGame> {
        self.games.get(number)
    }

    /// How many games there are.
    pub fn len(&self) -> usize {
        self.games.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.games.is_empty()
    }

    pub(crate) fn league(&self, usual: &'static str) -> Arc<str> {
        self.league.clone().unwrap_or_else(|| usual.into())
    }
}
