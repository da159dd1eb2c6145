//! ESPN's game summary, for the NFL and for college: as the service sends it (`drives.previous[].plays`,
//! `drives.current`, `header.competitions`) and as common tools flatten it (`plays[]` with dotted keys).

use matchday_event::{
    Detail, FaultCode, GameId, GameInfo, GamePhase, GameStatus, Line, PlayId, PlayReport, Score,
    Side, Signal, Sport, Team,
    football::{FootballPlay, PlayKind, Timeouts},
};
use serde_json::Value;

use super::college;
use crate::{
    Context, Fault, FeedError, Parsed,
    body::{self, clock, float, int, path, small, text, time},
    reference,
};

/// Reads one poll. The payload is the whole game.
pub fn parse(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    let doc: Value = body::json(body)?;
    if !doc.is_object() {
        return Err(FeedError::wrong_shape(
            "body",
            "expected an object with header and drives",
        ));
    }
    let competition = path(&doc, "header.competitions")
        .get(0)
        .or_else(|| doc.get("teamInfo"))
        .filter(|c| c.is_object())
        .ok_or_else(|| {
            FeedError::wrong_shape(
                "header.competitions.0",
                "no competition; expected a game summary",
            )
        })?;
    let league = league(&doc, context);
    let number = ["header.id", "gameId", "id"]
        .iter()
        .find_map(|key| text(path(&doc, key)))
        .or_else(|| text(path(competition, "id")))
        .ok_or_else(|| FeedError::wrong_shape("header.id", "no game id"))?;
    let id = GameId::new(format!("{league}-{number}"))
        .map_err(|e| FeedError::wrong_shape("header.id", e.to_string()))?;
    if context.game.as_ref().is_some_and(|want| *want != id) {
        return Err(FeedError::wrong_shape(
            "header.id",
            format!("this feed is not of {id}"),
        ));
    }
    let sides = Sides::read(competition, &league)?;
    let mut parsed = Parsed::whole(id);
    parsed
        .signals
        .push(Signal::Info(info(&doc, competition, &sides, &league)));
    let mut plays: Vec<(i64, PlayReport)> = Vec::new();
    let nested = read_drives(&doc, &sides, &mut plays, &mut parsed.faults);
    if !nested {
        match doc.get("plays") {
            Some(Value::Array(list)) => {
                for (i, play) in list.iter().enumerate() {
                    sides.read_play(play, &format!("plays.{i}"), &mut plays, &mut parsed.faults);
                }
            }
            None | Some(Value::Null) => {}
            Some(_) => return Err(FeedError::wrong_shape("plays", "expected a list")),
        }
    }
    parsed.add_plays(plays);
    parsed
        .signals
        .push(Signal::Status(sides.status(&doc, competition)));
    Ok(vec![parsed])
}

/// Reads the plays of all drives; false if there are none in the payload. The drive in progress is also listed
/// as the last of the previous ones between possessions, so its plays are taken once.
fn read_drives(
    doc: &Value,
    sides: &Sides,
    plays: &mut Vec<(i64, PlayReport)>,
    faults: &mut Vec<Fault>,
) -> bool {
    let previous = path(doc, "drives.previous").as_array();
    let current = path(doc, "drives.current");
    let same = |drive: &Value| drive.get("id").is_some() && drive.get("id") == current.get("id");
    let mut any = false;
    for (i, drive) in previous.into_iter().flatten().enumerate() {
        if same(drive) {
            continue;
        }
        for (j, play) in drive
            .get("plays")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            any = true;
            sides.read_play(
                play,
                &format!("drives.previous.{i}.plays.{j}"),
                plays,
                faults,
            );
        }
    }
    for (j, play) in current
        .get("plays")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        any = true;
        sides.read_play(play, &format!("drives.current.plays.{j}"), plays, faults);
    }
    any
}

fn league(doc: &Value, context: &Context) -> String {
    let slug = text(path(doc, "header.league.slug")).unwrap_or_default();
    match &*slug {
        "nfl" => "nfl".to_owned(),
        "college-football" => "ncaaf".to_owned(),
        _ => context.league_or("ncaaf").as_ref().to_owned(),
    }
}

fn info(doc: &Value, competition: &Value, sides: &Sides, league: &str) -> GameInfo {
    let spread = ["betting.game_spread", "gameSpread"]
        .iter()
        .find_map(|k| float(path(doc, k)))
        .or_else(|| float(path(doc, "pickcenter").get(0)?.get("spread")?))
        // The flattened form prints a spread of 2.5 where it has none, and says so.
        .filter(|_| path(doc, "gameSpreadAvailable") != &Value::Bool(false));
    let total = ["betting.over_under", "overUnder"]
        .iter()
        .find_map(|k| float(path(doc, k)))
        .or_else(|| float(path(doc, "pickcenter").get(0)?.get("overUnder")?));
    GameInfo {
        sport: Sport::AmericanFootball,
        league: league.into(),
        season: small(path(doc, "header.season.year")).or_else(|| small(path(doc, "season"))),
        week: small(path(doc, "header.week")).or_else(|| small(path(doc, "week"))),
        postseason: int(path(doc, "header.season.type")).or_else(|| int(path(doc, "season_type")))
            == Some(3),
        home: sides.home.clone(),
        away: sides.away.clone(),
        kickoff: text(path(competition, "date")).and_then(|t| time(&t)),
        neutral: path(competition, "neutralSite").as_bool().unwrap_or(false),
        venue: text(path(doc, "gameInfo.venue.fullName")).map(|v| v.into()),
        line: (spread.is_some() || total.is_some()).then(|| Line {
            spread_home: spread.and_then(body::single),
            total: total.and_then(body::single),
        }),
        forecast: None,
        rules: None,
    }
}

struct Sides {
    home: Team,
    away: Team,
    home_score: Option<i16>,
    away_score: Option<i16>,
}

impl Sides {
    fn read(competition: &Value, league: &str) -> Result<Self, FeedError> {
        let (mut home, mut away) = (None, None);
        for competitor in path(competition, "competitors")
            .as_array()
            .into_iter()
            .flatten()
        {
            let Some(team) = competitor.get("team").filter(|t| t.is_object()) else {
                continue;
            };
            let Some(id) = text(path(team, "id")).or_else(|| text(path(competitor, "id"))) else {
                continue;
            };
            let known = text(path(team, "abbreviation")).map(|a| reference::team(league, &a));
            let color = |key: &str| {
                text(path(team, key))
                    .filter(|c| c.len() == 6 && c.bytes().all(|b| b.is_ascii_hexdigit()))
                    .map(|c| format!("#{}", c.to_lowercase()).into())
            };
            let name = text(path(team, "displayName"))
                .or_else(|| text(path(team, "location")))
                .unwrap_or_else(|| id.clone());
            let read = (
                Team {
                    abbr: text(path(team, "abbreviation"))
                        .map_or_else(|| reference::abbreviate(&name).into(), |a| a.into()),
                    name: name.into(),
                    color: color("color").or_else(|| known.as_ref()?.color.clone()),
                    alt_color: color("alternateColor")
                        .or_else(|| known.as_ref()?.alt_color.clone()),
                    id: id.into(),
                },
                small::<i16>(path(competitor, "score")),
            );
            match path(competitor, "homeAway").as_str() {
                Some("home") => home = Some(read),
                Some("away") => away = Some(read),
                _ => {}
            }
        }
        match (home, away) {
            (Some((home, home_score)), Some((away, away_score))) => Ok(Self {
                home,
                away,
                home_score,
                away_score,
            }),
            _ => Err(FeedError::wrong_shape(
                "header.competitions.0.competitors",
                "expected one competitor with homeAway \"home\" and one with \"away\"",
            )),
        }
    }

    fn side(&self, value: &Value) -> Option<Side> {
        let id = text(value)?;
        if *id == *self.home.id {
            Some(Side::Home)
        } else if *id == *self.away.id {
            Some(Side::Away)
        } else {
            None
        }
    }

    fn read_play(
        &self,
        play: &Value,
        place: &str,
        plays: &mut Vec<(i64, PlayReport)>,
        faults: &mut Vec<Fault>,
    ) {
        match self.play(play, place, faults) {
            Ok(read) => plays.push(read),
            Err(fault) => faults.push(*fault),
        }
    }

    fn play(
        &self,
        play: &Value,
        place: &str,
        faults: &mut Vec<Fault>,
    ) -> Result<(i64, PlayReport), Box<Fault>> {
        let unreadable = |field: &str, message: &str| {
            Box::new(Fault::new(
                FaultCode::PlayUnreadable,
                format!("{place}{field}"),
                message,
            ))
        };
        if !play.is_object() {
            return Err(unreadable("", "not an object"));
        }
        let id = text(path(play, "id")).ok_or_else(|| unreadable(".id", "no play id"))?;
        let id = PlayId::new(id);
        let period = small(path(play, "period.number"))
            .or_else(|| small(path(play, "period")))
            .ok_or_else(|| Box::new(unreadable(".period.number", "no period").of_play(&id)))?;
        let number = int(path(play, "sequenceNumber"))
            .filter(|n| *n > 0)
            .or_else(|| trailing_number(id.as_str()))
            .unwrap_or(0);
        let name = text(path(play, "type.text"));
        let named = name.as_deref().map(college::play_type).unwrap_or_default();
        let by_id = int(path(play, "type.id")).and_then(college::espn_type);
        let play_type = if named.unknown || name.is_none() {
            by_id.map_or(named, college::play_type)
        } else {
            named
        };
        if play_type.unknown {
            faults.push(
                Fault::new(
                    FaultCode::Unclassified,
                    format!("{place}.type.text"),
                    format!(
                        "unknown play type {:?}",
                        name.as_deref().unwrap_or_default()
                    ),
                )
                .of_play(&id),
            );
        }
        let shown = text(path(play, "clock.displayValue"));
        let clock_s = shown.as_deref().and_then(clock);
        if let (Some(shown), None) = (&shown, clock_s) {
            faults.push(
                Fault::new(
                    FaultCode::ClockMissing,
                    format!("{place}.clock.displayValue"),
                    format!("cannot read {shown:?}"),
                )
                .of_play(&id),
            );
        }
        let score_at = |home: &str, away: &str| {
            Some(Score {
                home: small(path(play, home))?,
                away: small(path(play, away))?,
            })
        };
        let before = score_at("start.homeScore", "start.awayScore");
        let after = score_at("homeScore", "awayScore");
        let offense = self.side(path(play, "start.team.id"));
        let kickoff = play_type.kind == Some(PlayKind::Kickoff);
        let from = small(path(play, "start.yardsToEndzone"));
        let (possession, yards_to_goal) = if kickoff {
            super::seen_from_receivers(offense, from)
        } else {
            (offense, from)
        };
        let down = super::has_down(play_type.kind);
        let mut tags = play_type.tags;
        if path(play, "isPenalty") == &Value::Bool(true) {
            tags |= matchday_event::football::PlayTag::Penalty;
        }
        let end_side = self.side(path(play, "end.team.id"));
        let end = end_side.map(|side| {
            super::spot(
                Some(side),
                int(path(play, "end.down")),
                int(path(play, "end.distance")),
                int(path(play, "end.yardsToEndzone")),
            )
        });
        let timeouts = Option::zip(
            small(path(play, "end.homeTeamTimeouts")),
            small(path(play, "end.awayTeamTimeouts")),
        )
        .map(|(home, away)| Timeouts { home, away });
        let detail = FootballPlay {
            possession,
            down: small(path(play, "start.down")).filter(|_| down),
            distance: small(path(play, "start.distance")).filter(|_| down),
            yards_to_goal,
            yards: small(path(play, "statYardage")),
            end,
            timeouts,
            kind: play_type.kind,
            tags: super::complete_tags(tags),
            stats: Vec::new(),
        };
        Ok((
            number,
            PlayReport {
                play_id: id,
                order: 0,
                period,
                clock_s,
                score_before: before,
                score_after: after,
                wall: text(path(play, "wallclock")).and_then(|t| time(&t)),
                text: text(path(play, "text")).map(|t| t.into()),
                detail: Detail::AmericanFootball(detail),
            },
        ))
    }

    fn status(&self, doc: &Value, competition: &Value) -> GameStatus {
        let status = path(competition, "status");
        let name = text(path(status, "type.name"))
            .unwrap_or_default()
            .to_uppercase();
        let state = text(path(status, "type.state")).unwrap_or_default();
        let phase = if name.contains("DELAY") || name.contains("SUSPEND") {
            GamePhase::Delayed
        } else if name.contains("HALFTIME") {
            GamePhase::Halftime
        } else if name.contains("POSTPONED") || name.contains("CANCELED") {
            GamePhase::Scheduled
        } else {
            match &*state {
                "post" => GamePhase::Final,
                "in" => GamePhase::Live,
                _ => GamePhase::Scheduled,
            }
        };
        let live = phase == GamePhase::Live;
        let situation = path(doc, "situation");
        let holder = path(competition, "competitors")
            .as_array()
            .into_iter()
            .flatten()
            .find(|c| c.get("possession") == Some(&Value::Bool(true)))
            .and_then(|c| self.side(path(c, "id")));
        GameStatus {
            phase,
            period: small(path(status, "period")).filter(|_| phase != GamePhase::Final),
            clock_s: text(path(status, "displayClock"))
                .and_then(|c| clock(&c))
                .filter(|_| phase != GamePhase::Final),
            score: Option::zip(self.home_score, self.away_score)
                .map(|(home, away)| Score { home, away }),
            spot: holder.filter(|_| live).map(|side| {
                super::spot(
                    Some(side),
                    int(path(situation, "down")),
                    int(path(situation, "distance")),
                    None,
                )
            }),
        }
    }
}

/// The number at the end of an id whose beginning is the game's, small enough to multiply.
fn trailing_number(id: &str) -> Option<i64> {
    let digits = id.get(id.len().saturating_sub(9)..)?;
    digits.parse().ok()
}
