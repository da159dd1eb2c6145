//! The prices before kick-off, in the shape of The Odds API, version 4.

use serde_json::{Value, json};

use crate::{clubs::club_name, sunday::game::Game};

/// Game, points added to the home side, and over/under: the closing lines of 1 January 2017, as the public
/// tables of NFL results give them.
const LINES: &[(&str, f64, f64)] = &[
    ("2017010100", -7.5, 58.5),
    ("2017010101", 2.5, 40.5),
    ("2017010102", 3.5, 50.0),
    ("2017010103", -5.5, 48.5),
    ("2017010104", 7.5, 47.0),
    ("2017010105", -6.0, 44.0),
    ("2017010106", 3.5, 43.0),
    ("2017010107", -6.5, 44.0),
    ("2017010108", -3.0, 41.5),
    ("2017010109", -3.0, 44.5),
    ("2017010110", -3.0, 41.5),
    ("2017010111", -9.0, 47.5),
    ("2017010112", -1.0, 40.0),
    ("2017010113", 7.0, 39.0),
    ("2017010114", 5.5, 45.0),
    ("2017010115", 11.5, 45.0),
];

/// What both sides of a line pay, as decimal odds: a line is set so that each is as likely.
const EVEN_PRICE: f64 = 1.91;
const LAST_UPDATE: &str = "2017-01-01T17:55:00Z";
/// All sixteen kick off together in the demo, at the hour of the first of them.
pub(crate) const KICKOFF: &str = "2017-01-01T18:00:00Z";

/// Points added to the home side, and over/under; `None` for a game that is not of this Sunday.
pub fn line(game: &str) -> Option<(f64, f64)> {
    LINES
        .iter()
        .find(|(id, _, _)| *id == game)
        .map(|(_, spread, total)| (*spread, *total))
}

/// The document of the games' prices.
pub fn odds<'a>(games: impl Iterator<Item = &'a Game>) -> Value {
    games
        .filter_map(|game| {
            let (spread, total) = line(&game.id)?;
            let (home, away) = (club_name(&game.home), club_name(&game.away));
            Some(json!({
                "id": format!("nfl-{}", game.id),
                "sport_key": "americanfootball_nfl",
                "sport_title": "NFL",
                "commence_time": KICKOFF,
                "home_team": home,
                "away_team": away,
                "bookmakers": [{
                    "key": "consensus",
                    "title": "Consensus",
                    "last_update": LAST_UPDATE,
                    "markets": [
                        {
                            "key": "spreads",
                            "last_update": LAST_UPDATE,
                            "outcomes": [
                                {"name": home, "price": EVEN_PRICE, "point": spread},
                                {"name": away, "price": EVEN_PRICE, "point": -spread},
                            ],
                        },
                        {
                            "key": "totals",
                            "last_update": LAST_UPDATE,
                            "outcomes": [
                                {"name": "Over", "price": EVEN_PRICE, "point": total},
                                {"name": "Under", "price": EVEN_PRICE, "point": total},
                            ],
                        },
                    ],
                }],
            }))
        })
        .collect()
}
