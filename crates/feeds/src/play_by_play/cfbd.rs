//! CollegeFootballData's `plays`, `games` and `lines`, in the spelling of its second API (`yardsToGoal`) and of
//! its first (`yards_to_goal`). Every endpoint answers with a list, and a list may hold many games.

use std::collections::HashMap;

use matchday_event::{
    Detail, FaultCode, GameId, GameInfo, GamePhase, GameStatus, Line, OddsReport, PlayId,
    PlayReport, Score, Side, Signal, Sport,
    football::{FootballPlay, PlayKind, Timeouts},
};
use serde_json::Value;

use super::college;
use crate::{
    Context, Fault, FeedError, Parsed,
    body::{self, any, clock, float, int, small, text, time},
    reference,
};

/// Reads an answer of any of the three endpoints, told apart by what its entries hold.
pub fn parse(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    let doc: Value = body::json(body)?;
    let Some(list) = doc.as_array() else {
        return Err(FeedError::wrong_shape(
            "body",
            match text(any(&doc, &["message", "error"])) {
                Some(message) => format!("an error instead of a list: {message}"),
                None => "expected a list of plays, games or lines".to_owned(),
            },
        ));
    };
    let first = list.iter().find(|v| v.is_object());
    let has = |keys: &[&str]| first.is_some_and(|v| !any(v, keys).is_null());
    let mut games = Games::default();
    for (i, entry) in list.iter().enumerate() {
        let place = i.to_string();
        let result = if has(&["playType", "play_type"]) {
            games.play(entry, &place, context)
        } else if has(&["lines"]) {
            games.lines(entry, &place, context)
        } else if has(&["homeTeam", "home_team"]) {
            games.game(entry, &place, context)
        } else {
            return Err(FeedError::wrong_shape(
                "0",
                "neither a play (playType), a game (homeTeam) nor lines",
            ));
        };
        if let Err(fault) = result {
            games.stray.push(*fault);
        }
    }
    games.finish(context)
}

#[derive(Default)]
struct Games {
    found: Vec<Parsed>,
    at: HashMap<GameId, usize>,
    plays: HashMap<GameId, Vec<(i64, PlayReport)>>,
    /// Faults of entries whose game could not be told.
    stray: Vec<Fault>,
}

type Read = Result<(), Box<Fault>>;

fn unreadable(place: String, message: &str) -> Box<Fault> {
    Box::new(Fault::new(FaultCode::PlayUnreadable, place, message))
}

impl Games {
    fn id(entry: &Value, keys: &[&str], place: &str) -> Result<(GameId, i64), Box<Fault>> {
        let number = int(any(entry, keys))
            .ok_or_else(|| unreadable(format!("{place}.{}", keys[0]), "no game id"))?;
        let id = GameId::new(format!("ncaaf-{number}"))
            .map_err(|e| unreadable(format!("{place}.{}", keys[0]), &e.to_string()))?;
        Ok((id, number))
    }

    fn slot(&mut self, id: &GameId, whole: bool) -> &mut Parsed {
        let at = *self.at.entry(id.clone()).or_insert_with(|| {
            self.found.push(Parsed {
                whole,
                ..Parsed::whole(id.clone())
            });
            self.found.len() - 1
        });
        &mut self.found[at]
    }

    fn play(&mut self, entry: &Value, place: &str, context: &Context) -> Read {
        let (game, number) = Self::id(entry, &["gameId", "game_id"], place)?;
        let id = text(any(entry, &["id", "play_id", "playId"]))
            .ok_or_else(|| unreadable(format!("{place}.id"), "no play id"))?;
        let id = PlayId::new(id);
        let (home, away) = (
            text(any(entry, &["home"])).unwrap_or_default(),
            text(any(entry, &["away"])).unwrap_or_default(),
        );
        let fresh = !self.at.contains_key(&game);
        let slot = self.slot(&game, true);
        if fresh && !home.is_empty() && !away.is_empty() {
            slot.signals.push(Signal::Info(GameInfo {
                home: reference::ncaaf(&home),
                away: reference::ncaaf(&away),
                ..blank_info(context)
            }));
        }
        let Some(period) = small(any(entry, &["period"])) else {
            let fault = unreadable(format!("{place}.period"), "no period").of_play(&id);
            slot.faults.push(fault);
            return Ok(());
        };
        let name = text(any(entry, &["playType", "play_type"])).unwrap_or_default();
        let play_type = college::play_type(&name);
        if play_type.unknown {
            slot.faults.push(
                Fault::new(
                    FaultCode::Unclassified,
                    format!("{place}.playType"),
                    format!("unknown play type {name:?}"),
                )
                .of_play(&id),
            );
        }
        let team = text(any(entry, &["offense"])).unwrap_or_default();
        let offense = side_of(&team, &home, &away);
        let by_side = |offense_key: &[&str], defense_key: &[&str]| {
            let of: i16 = small(any(entry, offense_key))?;
            let de: i16 = small(any(entry, defense_key))?;
            Some(match offense? {
                Side::Home => (of, de),
                Side::Away => (de, of),
            })
        };
        let after = by_side(
            &["offenseScore", "offense_score"],
            &["defenseScore", "defense_score"],
        )
        .map(|(home, away)| Score { home, away });
        let timeouts = by_side(
            &["offenseTimeouts", "offense_timeouts"],
            &["defenseTimeouts", "defense_timeouts"],
        )
        .and_then(|(home, away)| {
            Some(Timeouts {
                home: i8::try_from(home).ok()?,
                away: i8::try_from(away).ok()?,
            })
        });
        let from = small(any(entry, &["yardsToGoal", "yards_to_goal"]));
        let (possession, yards_to_goal) = if play_type.kind == Some(PlayKind::Kickoff) {
            super::seen_from_receivers(offense, from)
        } else {
            (offense, from)
        };
        let down = super::has_down(play_type.kind);
        let order = play_order(entry, id.as_str(), number);
        let report = PlayReport {
            order: 0,
            period,
            clock_s: read_clock(any(entry, &["clock"])),
            score_before: None,
            score_after: after,
            wall: text(any(entry, &["wallclock"])).and_then(|t| time(&t)),
            text: text(any(entry, &["playText", "play_text"])).map(|t| t.into()),
            detail: Detail::AmericanFootball(FootballPlay {
                possession,
                down: small(any(entry, &["down"])).filter(|_| down),
                distance: small(any(entry, &["distance"])).filter(|_| down),
                yards_to_goal,
                yards: small(any(entry, &["yardsGained", "yards_gained"])),
                end: None,
                timeouts,
                kind: play_type.kind,
                tags: play_type.tags,
                stats: Vec::new(),
            }),
            play_id: id,
        };
        self.plays.entry(game).or_default().push((order, report));
        Ok(())
    }

    fn game(&mut self, entry: &Value, place: &str, context: &Context) -> Read {
        let (game, _) = Self::id(entry, &["id", "gameId", "game_id"], place)?;
        let (Some(home), Some(away)) = (
            text(any(entry, &["homeTeam", "home_team"])),
            text(any(entry, &["awayTeam", "away_team"])),
        ) else {
            return Err(unreadable(
                format!("{place}.homeTeam"),
                "a game without two teams",
            ));
        };
        let season_type = text(any(entry, &["seasonType", "season_type"])).unwrap_or_default();
        let slot = self.slot(&game, false);
        slot.signals.push(Signal::Info(GameInfo {
            season: small(any(entry, &["season"])),
            week: small(any(entry, &["week"])),
            postseason: season_type.contains("postseason"),
            home: reference::ncaaf(&home),
            away: reference::ncaaf(&away),
            kickoff: text(any(entry, &["startDate", "start_date"])).and_then(|t| time(&t)),
            neutral: any(entry, &["neutralSite", "neutral_site"]) == &Value::Bool(true),
            venue: text(any(entry, &["venue"])).map(|v| v.into()),
            ..blank_info(context)
        }));
        let score = Option::zip(
            small(any(entry, &["homePoints", "home_points"])),
            small(any(entry, &["awayPoints", "away_points"])),
        )
        .map(|(home, away)| Score { home, away });
        // The first API has no `completed`; there, a score means that the game is over.
        let completed = match any(entry, &["completed"]) {
            Value::Bool(done) => *done,
            _ => score.is_some(),
        };
        if completed {
            slot.signals.push(Signal::Status(GameStatus {
                phase: GamePhase::Final,
                period: None,
                clock_s: None,
                score,
                spot: None,
            }));
        }
        Ok(())
    }

    fn lines(&mut self, entry: &Value, place: &str, context: &Context) -> Read {
        let (game, _) = Self::id(entry, &["id", "gameId", "game_id"], place)?;
        let lines: Vec<&Value> = any(entry, &["lines"])
            .as_array()
            .into_iter()
            .flatten()
            .collect();
        let reports: Vec<OddsReport> = lines.iter().filter_map(|line| odds(line)).collect();
        let slot = self.slot(&game, false);
        if let (Some(home), Some(away), Some(first)) = (
            text(any(entry, &["homeTeam", "home_team"])),
            text(any(entry, &["awayTeam", "away_team"])),
            reports
                .iter()
                .find(|r| &*r.book == "consensus")
                .or_else(|| reports.first()),
        ) {
            let season_type = text(any(entry, &["seasonType", "season_type"])).unwrap_or_default();
            slot.signals.push(Signal::Info(GameInfo {
                season: small(any(entry, &["season"])),
                week: small(any(entry, &["week"])),
                postseason: season_type.contains("postseason"),
                home: reference::ncaaf(&home),
                away: reference::ncaaf(&away),
                kickoff: text(any(entry, &["startDate", "start_date"])).and_then(|t| time(&t)),
                line: Some(first.line),
                ..blank_info(context)
            }));
        }
        slot.signals.extend(reports.into_iter().map(Signal::Odds));
        Ok(())
    }

    fn finish(mut self, context: &Context) -> Result<Vec<Parsed>, FeedError> {
        for parsed in &mut self.found {
            parsed.add_plays(self.plays.remove(&parsed.game).unwrap_or_default());
        }
        if let Some(want) = &context.game {
            self.found.retain(|p| p.game == *want);
        }
        match self.found.first_mut() {
            Some(first) => first.faults.append(&mut self.stray),
            None if !self.stray.is_empty() => {
                let fault = self.stray.swap_remove(0);
                return Err(FeedError::wrong_shape(fault.place, fault.message));
            }
            None => {}
        }
        Ok(self.found)
    }
}

fn blank_info(context: &Context) -> GameInfo {
    GameInfo {
        sport: Sport::AmericanFootball,
        league: context.league_or("ncaaf"),
        season: None,
        week: None,
        postseason: false,
        home: reference::ncaaf(""),
        away: reference::ncaaf(""),
        kickoff: None,
        neutral: false,
        venue: None,
        line: None,
        forecast: None,
        rules: None,
    }
}

fn side_of(team: &str, home: &str, away: &str) -> Option<Side> {
    if team.is_empty() {
        None
    } else if team == home {
        Some(Side::Home)
    } else if team == away {
        Some(Side::Away)
    } else {
        None
    }
}

/// `{"minutes": 12, "seconds": 3}`, with either left out when it is zero, or text.
fn read_clock(value: &Value) -> Option<i32> {
    match value {
        Value::Object(_) => {
            let part = |key: &str| match value.get(key) {
                None | Some(Value::Null) => Some(0),
                Some(v) => small::<i32>(v),
            };
            part("minutes")?
                .checked_mul(60)?
                .checked_add(part("seconds")?)
        }
        Value::String(s) => clock(s),
        _ => None,
    }
}

/// Drive and play numbers say the place; ids do so only within what is left of them after the game's number.
fn play_order(entry: &Value, id: &str, game: i64) -> i64 {
    let drive: Option<i64> =
        small::<i32>(any(entry, &["driveNumber", "drive_number"])).map(i64::from);
    let play: Option<i64> = small::<i32>(any(entry, &["playNumber", "play_number"])).map(i64::from);
    if let (Some(drive), Some(play)) = (drive, play) {
        return drive.saturating_mul(1000).saturating_add(play);
    }
    id.strip_prefix(&game.to_string())
        .and_then(|rest| rest.parse::<u32>().ok())
        .map_or(0, i64::from)
}

fn odds(line: &Value) -> Option<OddsReport> {
    let spread = float(any(line, &["spread"]));
    let total = float(any(line, &["overUnder", "over_under"]));
    let price = |keys: &[&str]| float(any(line, keys)).and_then(crate::odds::decimal_of_american);
    Some(OddsReport {
        book: text(any(line, &["provider"]))?.to_lowercase().into(),
        updated: None,
        line: Line {
            spread_home: spread.and_then(body::single),
            total: total.and_then(body::single),
        },
        home_price: price(&["homeMoneyline", "home_moneyline"]),
        away_price: price(&["awayMoneyline", "away_moneyline"]),
        draw_price: None,
    })
}
