//! Matchday's own plain JSON, for a broadcaster with a feed of its own. `docs/feeds.md` describes it and
//! `schemas/feeds/plain-game.v1.json` is its schema; whatever is not required there may be left out.

use matchday_event::{
    Detail, FaultCode, GameId, GameInfo, GamePhase, GameStatus, Line, PlayId, PlayReport, Score,
    Side, Signal, Sport, Team,
    football::{FootballPlay, PlayKind, Tags, Timeouts},
};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    Context, Fault, FeedError, Parsed,
    body::{self, float, int, small, text, time},
    reference,
};

/// Reads one document: a whole game, or with `"partial": true` only what is new in it.
pub fn parse(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    let doc: Value = body::json(body)?;
    if !doc.is_object() {
        return Err(FeedError::wrong_shape(
            "body",
            "expected an object with plays",
        ));
    }
    let key = |name: &str| doc.get(name).unwrap_or(&Value::Null);
    let league =
        text(key("league")).map_or_else(|| context.league_or("nfl"), |l| l.to_lowercase().into());
    let id = match text(key("gameId")) {
        Some(given) => {
            let prefix = format!("{league}-");
            let full = if given.starts_with(&prefix) {
                given.into_owned()
            } else {
                format!("{prefix}{given}")
            };
            GameId::new(full).map_err(|e| FeedError::wrong_shape("gameId", e.to_string()))?
        }
        None => context.game.clone().ok_or_else(|| {
            FeedError::wrong_shape("gameId", "no game id, and the feed is not tied to one game")
        })?,
    };
    if context.game.as_ref().is_some_and(|want| *want != id) {
        return Err(FeedError::wrong_shape(
            "gameId",
            format!("this feed is not of {id}"),
        ));
    }
    let plays = match key("plays") {
        Value::Array(plays) => plays.as_slice(),
        Value::Null => &[],
        _ => return Err(FeedError::wrong_shape("plays", "expected a list")),
    };
    if plays.is_empty() && key("homeScore").is_null() && key("homeTeam").is_null() {
        return Err(FeedError::wrong_shape(
            "body",
            "neither plays nor homeTeam nor homeScore; expected a plain game document",
        ));
    }
    let mut parsed = Parsed {
        // Without a list of plays it says nothing of them.
        whole: key("plays").is_array() && key("partial") != &Value::Bool(true),
        ..Parsed::whole(id)
    };
    let sides = Sides {
        home: team(key("homeTeam"), &league),
        away: team(key("awayTeam"), &league),
    };
    if let (Some(home), Some(away)) = (&sides.home, &sides.away) {
        parsed.signals.push(Signal::Info(GameInfo {
            sport: Sport::AmericanFootball,
            league: league.clone(),
            season: small(key("season")),
            week: small(key("week")),
            postseason: key("postseason").as_bool().unwrap_or(false),
            home: home.clone(),
            away: away.clone(),
            kickoff: text(key("kickoff")).and_then(|t| time(&t)),
            neutral: key("neutral").as_bool().unwrap_or(false),
            venue: text(key("venue")).map(|v| v.into()),
            line: read_line(key("line")),
            forecast: None,
            rules: None,
        }));
    }
    let mut reports = Vec::with_capacity(plays.len());
    for (i, play) in plays.iter().enumerate() {
        match sides.play(play, i, &mut parsed.faults) {
            Ok(play) => reports.push(play),
            Err(fault) => parsed.faults.push(*fault),
        }
    }
    let reports = parsed.without_repeats(reports, |p| p);
    parsed.signals.extend(reports.into_iter().map(Signal::Play));
    for id in key("withdrawn")
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(text)
    {
        parsed.signals.push(Signal::Withdrawn {
            play_id: PlayId::new(id),
        });
    }
    if let Some(status) = sides.status(&doc) {
        parsed.signals.push(Signal::Status(status));
    }
    Ok(vec![parsed])
}

fn team(value: &Value, league: &str) -> Option<Team> {
    if let Some(key) = text(value) {
        return Some(reference::team(league, &key));
    }
    let part = |name: &str| value.get(name).and_then(text);
    let id = part("id").or_else(|| part("abbr"))?;
    let known = reference::team(league, &id);
    Some(Team {
        abbr: part("abbr").map_or(known.abbr, |v| v.into()),
        name: part("name").map_or(known.name, |v| v.into()),
        color: part("color").map(|v| v.into()).or(known.color),
        alt_color: part("altColor").map(|v| v.into()).or(known.alt_color),
        id: id.into(),
    })
}

fn read_line(value: &Value) -> Option<Line> {
    let part = |name: &str| value.get(name).and_then(float).and_then(body::single);
    let line = Line {
        spread_home: part("spreadHome"),
        total: part("total"),
    };
    (line.spread_home.is_some() || line.total.is_some()).then_some(line)
}

struct Sides {
    home: Option<Team>,
    away: Option<Team>,
}

impl Sides {
    fn side(&self, value: &Value) -> Option<Side> {
        let key = text(value)?;
        let is = |team: &Option<Team>| {
            team.as_ref()
                .is_some_and(|t| *t.id == *key || t.abbr.eq_ignore_ascii_case(&key))
        };
        if key.eq_ignore_ascii_case("home") || is(&self.home) {
            Some(Side::Home)
        } else if key.eq_ignore_ascii_case("away") || is(&self.away) {
            Some(Side::Away)
        } else {
            None
        }
    }

    fn play(
        &self,
        play: &Value,
        index: usize,
        faults: &mut Vec<Fault>,
    ) -> Result<PlayReport, Box<Fault>> {
        let place = format!("plays.{index}");
        if !play.is_object() {
            return Err(Box::new(Fault::new(
                FaultCode::PlayUnreadable,
                place,
                "not an object",
            )));
        }
        let key = |name: &str| play.get(name).unwrap_or(&Value::Null);
        let id = text(key("playId")).ok_or_else(|| {
            Box::new(Fault::new(
                FaultCode::PlayUnreadable,
                format!("{place}.playId"),
                "no play id",
            ))
        })?;
        let id = PlayId::new(id);
        let period = small(key("quarter")).ok_or_else(|| {
            Box::new(
                Fault::new(
                    FaultCode::PlayUnreadable,
                    format!("{place}.quarter"),
                    "no quarter",
                )
                .of_play(&id),
            )
        })?;
        let name = text(key("playType"));
        let kind = name.as_deref().and_then(kind_of);
        if let (Some(name), None) = (&name, kind) {
            faults.push(
                Fault::new(
                    FaultCode::Unclassified,
                    format!("{place}.playType"),
                    format!("unknown play type {name:?}"),
                )
                .of_play(&id),
            );
        }
        let possession = self.side(key("possession"));
        if possession.is_none()
            && let Some(was) = text(key("possession"))
        {
            faults.push(
                Fault::new(
                    FaultCode::PossessionMissing,
                    format!("{place}.possession"),
                    format!("{was:?} is neither \"home\", \"away\" nor a team of this game"),
                )
                .of_play(&id),
            );
        }
        let mut tags = Tags::empty();
        for tag in key("tags").as_array().into_iter().flatten() {
            // A tag that is not ours says nothing; the sentence may still.
            if let Ok(one) = Tags::deserialize(Value::Array(vec![tag.clone()])) {
                tags |= one;
            }
        }
        let score = |home: &str, away: &str| {
            Some(Score {
                home: small(key(home))?,
                away: small(key(away))?,
            })
        };
        let down = super::has_down(kind);
        let place_in_list = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1);
        Ok(PlayReport {
            order: int(key("order")).unwrap_or_else(|| place_in_list.saturating_mul(1000)),
            period,
            clock_s: small(key("gameClockSeconds")),
            score_before: score("homeScoreBefore", "awayScoreBefore"),
            score_after: score("homeScore", "awayScore"),
            wall: text(key("wallClock")).and_then(|t| time(&t)),
            text: text(key("description")).map(|t| t.into()),
            detail: Detail::AmericanFootball(FootballPlay {
                possession,
                down: small(key("down")).filter(|_| down),
                distance: small(key("distance")).filter(|_| down),
                yards_to_goal: small(key("yardLine")),
                yards: small(key("yards")),
                end: None,
                timeouts: Option::zip(small(key("homeTimeouts")), small(key("awayTimeouts")))
                    .map(|(home, away)| Timeouts { home, away }),
                kind,
                tags: super::complete_tags(tags),
                stats: Vec::new(),
            }),
            play_id: id,
        })
    }

    fn status(&self, doc: &Value) -> Option<GameStatus> {
        let key = |name: &str| doc.get(name).unwrap_or(&Value::Null);
        let score = Option::zip(small(key("homeScore")), small(key("awayScore")))
            .map(|(home, away)| Score { home, away });
        let period: Option<u8> = small(key("quarter"));
        let named = text(key("phase")).and_then(|p| match p.to_lowercase().as_str() {
            "scheduled" => Some(GamePhase::Scheduled),
            "live" => Some(GamePhase::Live),
            "halftime" => Some(GamePhase::Halftime),
            "delayed" => Some(GamePhase::Delayed),
            "final" => Some(GamePhase::Final),
            _ => None,
        });
        if score.is_none() && period.is_none() && named.is_none() {
            return None;
        }
        let phase = named.unwrap_or(if period.is_some_and(|p| p > 0) {
            GamePhase::Live
        } else {
            GamePhase::Scheduled
        });
        let next = key("next");
        let next_key = |name: &str| next.get(name).unwrap_or(&Value::Null);
        Some(GameStatus {
            phase,
            period,
            clock_s: small(key("gameClockSeconds")),
            score,
            spot: self.side(next_key("possession")).map(|side| {
                super::spot(
                    Some(side),
                    int(next_key("down")),
                    int(next_key("distance")),
                    int(next_key("yardLine")),
                )
            }),
        })
    }
}

/// The kind by our own names, and by the ones people write instead.
fn kind_of(name: &str) -> Option<PlayKind> {
    use PlayKind as K;
    let name = name.trim().to_lowercase().replace([' ', '-'], "_");
    Some(match name.as_str() {
        "kickoff" | "kick_off" => K::Kickoff,
        "run" | "rush" => K::Run,
        "pass" => K::Pass,
        "sack" => K::Sack,
        "punt" => K::Punt,
        "field_goal" => K::FieldGoal,
        "extra_point" | "pat" => K::ExtraPoint,
        "two_point" | "two_point_conversion" => K::TwoPoint,
        "kneel" | "qb_kneel" => K::Kneel,
        "spike" | "qb_spike" => K::Spike,
        "no_play" | "penalty" => K::NoPlay,
        "timeout" => K::Timeout,
        "end_period" | "end_quarter" => K::EndPeriod,
        "end_half" => K::EndHalf,
        "end_game" => K::EndGame,
        "other" => K::Other,
        _ => return None,
    })
}
