//! The NFL's game JSON (GSIS, as the league's site served it and `nflgame` keeps it).
//!
//! One object under the game's number holds a header (score by quarter, clock, next spot) and `drives`, each with
//! `plays` under their play ids. Plays carry numbered statistics and no running score: the score is rebuilt play
//! by play. Object keys stand in playing order, which is not always the order of the ids.

mod stats;

use matchday_event::{
    Detail, FaultCode, GameId, GameInfo, GamePhase, GameStatus, PlayId, PlayReport, Score, Side,
    Signal, Sport,
    football::{FootballPlay, PlayKind, PlayTag, StatLine, Timeouts},
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{
    Context, Fault, FeedError, Parsed,
    body::{self, Pairs, any, clock, int, small, text},
    calendar, reference,
};

#[derive(Deserialize)]
struct Game {
    home: Value,
    away: Value,
    #[serde(default)]
    drives: Option<Pairs<Box<RawValue>>>,
    #[serde(default)]
    scrsummary: Value,
    #[serde(default)]
    yl: Value,
    #[serde(default)]
    qtr: Value,
    #[serde(default)]
    down: Value,
    #[serde(default)]
    togo: Value,
    #[serde(default)]
    clock: Value,
    #[serde(default)]
    posteam: Value,
    #[serde(default)]
    stadium: Value,
}

#[derive(Deserialize)]
struct Drive {
    #[serde(default)]
    plays: Option<Pairs<Box<RawValue>>>,
}

/// Reads one poll. The payload is the whole game.
pub fn parse(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    let top: Pairs<Box<RawValue>> = body::json(body)?;
    let mut found = Vec::new();
    for (key, raw) in &top.0 {
        if !key.bytes().all(|b| b.is_ascii_digit()) || key.is_empty() {
            continue;
        }
        let game: Game = serde_json::from_str(raw.get()).map_err(|e| {
            FeedError::wrong_shape(
                key.clone(),
                format!("not a game: {e}; expected home, away and drives"),
            )
        })?;
        found.push(one_game(key, &game, context)?);
    }
    if found.is_empty() {
        return Err(FeedError::wrong_shape(
            "body",
            "no game under a numeric key, such as \"2017010100\"",
        ));
    }
    Ok(found)
}

fn one_game(key: &str, game: &Game, context: &Context) -> Result<Parsed, FeedError> {
    let id = GameId::new(format!("nfl-{key}"))
        .map_err(|e| FeedError::wrong_shape(key, e.to_string()))?;
    if context.game.as_ref().is_some_and(|want| *want != id) {
        return Err(FeedError::wrong_shape(
            key,
            format!(
                "this feed is of {}",
                context.game.as_ref().map_or("", |g| g.as_str())
            ),
        ));
    }
    let abbr = |team: &Value, place: &str| {
        text(any(team, &["abbr"]))
            .map(|t| t.into_owned())
            .ok_or_else(|| {
                FeedError::wrong_shape(format!("{key}.{place}.abbr"), "no team abbreviation")
            })
    };
    let reader = Reader {
        home: abbr(&game.home, "home")?,
        away: abbr(&game.away, "away")?,
    };
    let mut parsed = Parsed::whole(id);
    let season = calendar_of(key);
    parsed.signals.push(Signal::Info(GameInfo {
        sport: Sport::AmericanFootball,
        league: context.league_or("nfl"),
        season: season.map(|s| s.0),
        week: season.map(|s| s.1),
        postseason: season.is_some_and(|s| s.2),
        home: reference::nfl(&reader.home),
        away: reference::nfl(&reader.away),
        kickoff: None,
        neutral: false,
        venue: text(&game.stadium).map(|s| s.into()),
        line: None,
        forecast: None,
        rules: None,
    }));
    let mut plays = Vec::new();
    for (number, raw) in drives_in_order(game, &mut parsed.faults) {
        let place = format!("drives.{number}");
        match serde_json::from_str::<Drive>(raw.get()) {
            Ok(drive) => {
                for (play_key, raw) in drive.plays.unwrap_or_default().0 {
                    let place = format!("{place}.plays.{play_key}");
                    match reader.play(&play_key, raw.get(), &place, &mut parsed.faults) {
                        Ok(play) => plays.push(play),
                        Err(fault) => parsed.faults.push(*fault),
                    }
                }
            }
            Err(e) => parsed.faults.push(Fault::new(
                FaultCode::PlayUnreadable,
                place,
                format!("not a drive: {e}"),
            )),
        }
    }
    // A play listed twice must not score twice.
    let mut plays = parsed.without_repeats(plays, |p| &p.report);
    add_missing_tries(&mut plays, &game.scrsummary);
    rebuild_score(&mut plays, season.is_some_and(|s| s.2));
    parsed.add_plays(plays.into_iter().map(|p| (p.number, p.report)).collect());
    parsed
        .signals
        .push(Signal::Status(reader.status(game, &mut parsed.faults)));
    Ok(parsed)
}

/// Season, week and play-off from the date in the game's number.
fn calendar_of(key: &str) -> Option<(u16, u8, bool)> {
    let part = |range| key.get(range).and_then(|s: &str| s.parse::<i16>().ok());
    let date = jiff::civil::Date::new(
        part(0..4)?,
        i8::try_from(part(4..6)?).ok()?,
        i8::try_from(part(6..8)?).ok()?,
    )
    .ok()?;
    calendar::nfl(date)
}

/// Drives by their number (their place in the object carries nothing), without the pointer `crntdrv`.
fn drives_in_order<'a>(game: &'a Game, faults: &mut Vec<Fault>) -> Vec<(u32, &'a RawValue)> {
    let mut drives = Vec::new();
    for (key, raw) in game.drives.iter().flat_map(|d| &d.0) {
        match key.parse::<u32>() {
            Ok(number) => drives.push((number, &**raw)),
            Err(_) if key == "crntdrv" => {}
            Err(_) => faults.push(Fault::new(
                FaultCode::PlayUnreadable,
                format!("drives.{key}"),
                "a drive's key must be its number",
            )),
        }
    }
    drives.sort_by_key(|d| d.0);
    drives
}

struct Play {
    number: i64,
    report: PlayReport,
    points: Score,
    timeout: Option<Side>,
}

struct Reader {
    home: String,
    away: String,
}

impl Reader {
    fn side(&self, team: &str) -> Option<Side> {
        if team.is_empty() {
            None
        } else if team == self.home {
            Some(Side::Home)
        } else if team == self.away {
            Some(Side::Away)
        } else {
            self.moved_side(team)
        }
    }

    /// A club written another way than in the header, such as `JAC` beside `JAX`.
    fn moved_side(&self, team: &str) -> Option<Side> {
        let name = reference::nfl(team).name;
        if name == reference::nfl(&self.home).name {
            Some(Side::Home)
        } else if name == reference::nfl(&self.away).name {
            Some(Side::Away)
        } else {
            None
        }
    }

    /// Yards to the goal that `side` attacks, from `ATL 35`, `50` or `MID 50`.
    fn yards_to_goal(&self, line: &str, side: Side) -> Option<i16> {
        let mut words = line.split_whitespace();
        let (half, yards) = match (words.next(), words.next(), words.next()) {
            (Some(yards), None, _) => (None, yards),
            (Some(half), Some(yards), None) => (Some(half), yards),
            _ => return None,
        };
        let yards: i16 = yards.parse().ok()?;
        if yards == 50 {
            return Some(50);
        }
        let own = self.side(half?)?;
        Some(if own == side {
            100_i16.checked_sub(yards)?
        } else {
            yards
        })
    }

    fn play(
        &self,
        key: &str,
        raw: &str,
        place: &str,
        faults: &mut Vec<Fault>,
    ) -> Result<Play, Box<Fault>> {
        let unreadable = |place: String, message: String| {
            Box::new(Fault::new(FaultCode::PlayUnreadable, place, message))
        };
        let number: i64 = key.parse().map_err(|_| {
            unreadable(
                place.to_owned(),
                "a play's key must be its number".to_owned(),
            )
        })?;
        let id = PlayId::new(key);
        let json: Value =
            serde_json::from_str(raw).map_err(|e| unreadable(place.to_owned(), e.to_string()))?;
        if !json.is_object() {
            return Err(Box::new(
                Fault::new(FaultCode::PlayUnreadable, place, "not an object").of_play(&id),
            ));
        }
        let field = |name: &str| json.get(name).unwrap_or(&Value::Null);
        let period: u8 = small(field("qtr")).ok_or_else(|| {
            Box::new(
                Fault::new(
                    FaultCode::PlayUnreadable,
                    format!("{place}.qtr"),
                    "no quarter",
                )
                .of_play(&id),
            )
        })?;
        // A field that cannot be read is a field that is missing; the play still counts.
        let mut missing = |name: &str, code: FaultCode, was: &str| {
            faults.push(
                Fault::new(
                    code,
                    format!("{place}.{name}"),
                    format!("cannot read {was:?}"),
                )
                .of_play(&id),
            );
        };
        let time = text(field("time"));
        let clock_s = time.as_deref().and_then(clock);
        if let (Some(time), None) = (&time, clock_s) {
            missing("time", FaultCode::ClockMissing, time);
        }
        let team = text(field("posteam")).unwrap_or_default();
        let offense = self.side(&team);
        if offense.is_none() && !team.is_empty() {
            missing("posteam", FaultCode::PossessionMissing, &team);
        }
        let line = text(field("yrdln")).unwrap_or_default();
        let yards_to_goal = offense.and_then(|side| self.yards_to_goal(&line, side));
        if yards_to_goal.is_none() && offense.is_some() && !line.is_empty() {
            missing("yrdln", FaultCode::YardLineRange, &line);
        }
        let stats = self.stats(field("players"));
        let sum = stats::summarise(&stats, offense);
        let note = text(field("note")).unwrap_or_default().to_uppercase();
        let sentence = text(field("desc"));
        let words = sentence.as_deref().unwrap_or_default();
        let kind = kind_of(sum.kind, &note, words, period, line.is_empty());
        let (possession, yards_to_goal) = if kind == Some(PlayKind::Kickoff) {
            super::seen_from_receivers(offense, yards_to_goal)
        } else {
            (offense, yards_to_goal)
        };
        let scoring = int(field("sp")) == Some(1);
        let points = if scoring {
            Score {
                home: sum.home,
                away: sum.away,
            }
        } else {
            Score::default()
        };
        let mut tags = sum.tags;
        if !scoring {
            // Statistics of a touchdown that was called back may linger; the scoring mark decides.
            tags -= PlayTag::Touchdown | PlayTag::ReturnTouchdown | PlayTag::Safety;
        }
        if note == "PENALTY" || words.contains("offsetting") {
            tags |= PlayTag::Penalty;
        }
        let detail = FootballPlay {
            possession,
            down: small(field("down")),
            distance: small(field("ydstogo")),
            yards_to_goal,
            yards: sum.yards,
            end: None,
            timeouts: None,
            kind,
            tags,
            stats,
        };
        Ok(Play {
            number,
            points,
            timeout: sum.timeout,
            report: PlayReport {
                play_id: id,
                order: 0,
                period,
                clock_s,
                score_before: None,
                score_after: None,
                wall: None,
                text: sentence.map(|s| s.into()),
                detail: Detail::AmericanFootball(detail),
            },
        })
    }

    /// The statistics in the order in which the league entered them.
    fn stats(&self, players: &Value) -> Vec<StatLine> {
        let mut lines: Vec<(i64, StatLine)> = Vec::new();
        for (player_id, list) in players.as_object().into_iter().flatten() {
            for stat in list.as_array().into_iter().flatten() {
                let Some(number) = small(any(stat, &["statId"])) else {
                    continue;
                };
                let named = player_id != "0";
                lines.push((
                    int(any(stat, &["sequence"])).unwrap_or(i64::MAX),
                    StatLine {
                        stat: number,
                        side: text(any(stat, &["clubcode"])).and_then(|t| self.side(&t)),
                        player_id: named.then(|| player_id.as_str().into()),
                        player: text(any(stat, &["playerName"])).map(|t| t.into()),
                        yards: small(any(stat, &["yards"])).unwrap_or(0),
                    },
                ));
            }
        }
        lines.sort_by_key(|l| l.0);
        lines.into_iter().map(|l| l.1).collect()
    }

    fn status(&self, game: &Game, faults: &mut Vec<Fault>) -> GameStatus {
        let total = |team: &Value| team.get("score").and_then(|s| s.get("T")).and_then(small);
        let score = match (total(&game.home), total(&game.away)) {
            (Some(home), Some(away)) => Some(Score { home, away }),
            _ => {
                faults.push(Fault::new(
                    FaultCode::ScoreMissing,
                    "home.score.T",
                    "the header shows no score",
                ));
                None
            }
        };
        let quarter = text(&game.qtr).unwrap_or_default().to_lowercase();
        let phase = match quarter.as_str() {
            "" | "pregame" | "scheduled" => GamePhase::Scheduled,
            "halftime" => GamePhase::Halftime,
            "suspended" | "delayed" => GamePhase::Delayed,
            q if q.starts_with("final") => GamePhase::Final,
            _ => GamePhase::Live,
        };
        let live = phase == GamePhase::Live;
        let side = text(&game.posteam).and_then(|t| self.side(&t));
        let line = text(&game.yl).unwrap_or_default();
        GameStatus {
            phase,
            period: quarter.parse().ok(),
            clock_s: if phase == GamePhase::Final {
                None
            } else {
                text(&game.clock).and_then(|c| clock(&c))
            },
            score,
            spot: (live && side.is_some()).then(|| {
                super::spot(
                    side,
                    int(&game.down),
                    int(&game.togo),
                    side.and_then(|s| self.yards_to_goal(&line, s))
                        .map(i64::from),
                )
            }),
        }
    }
}

/// The kind of a play, where statistics, the note and the league's fixed phrases tell it.
fn kind_of(
    by_stats: Option<PlayKind>,
    note: &str,
    words: &str,
    period: u8,
    no_spot: bool,
) -> Option<PlayKind> {
    let kneels = words.contains(" kneels");
    match by_stats {
        Some(PlayKind::Run) if kneels => return Some(PlayKind::Kneel),
        Some(PlayKind::Pass) if words.contains("spiked the ball") => return Some(PlayKind::Spike),
        // A challenge costs a timeout on the play it challenges: only where nothing else is told is it one.
        Some(PlayKind::Timeout) if !no_spot => {}
        Some(kind) => return Some(kind),
        None => {}
    }
    if no_spot && let Some(marker) = super::nfl_marker(words, period) {
        return Some(marker);
    }
    match note {
        "KICKOFF" => Some(PlayKind::Kickoff),
        "PUNT" | "PUNTB" => Some(PlayKind::Punt),
        "FG" | "FGM" | "FGB" => Some(PlayKind::FieldGoal),
        "XP" | "XPM" | "XPB" | "XPA" => Some(PlayKind::ExtraPoint),
        "2PS" | "2PR" | "2PPF" | "2PRF" => Some(PlayKind::TwoPoint),
        "TIMEOUT" if no_spot => Some(PlayKind::Timeout),
        "PENALTY" => Some(PlayKind::NoPlay),
        // Offsetting fouls leave neither a statistic nor a note.
        _ if by_stats.is_none() && words.contains("No Play") => Some(PlayKind::NoPlay),
        _ if no_spot && by_stats.is_none() => Some(PlayKind::Other),
        _ => None,
    }
}

/// Points of tries that are not among the plays. After a touchdown on a return the league's JSON leaves the try
/// out; only its summary of scores, under the touchdown's id, says how it went. It is read once play has gone on
/// without a try, so that a try which is yet to come is not counted twice.
fn add_missing_tries(plays: &mut [Play], summary: &Value) {
    for i in 0..plays.len() {
        let kind = |p: &Play| p.report.detail.football()?.kind;
        let side = match plays[i].points {
            Score { home: 6, away: 0 } => Side::Home,
            Score { home: 0, away: 6 } => Side::Away,
            _ => continue,
        };
        let next = plays[i + 1..]
            .iter()
            .map(kind)
            .find(|k| k.is_none_or(PlayKind::is_snap));
        let left_out =
            next.is_some_and(|k| !matches!(k, Some(PlayKind::ExtraPoint | PlayKind::TwoPoint)));
        if !left_out {
            continue;
        }
        let said = summary
            .get(plays[i].report.play_id.as_str())
            .and_then(|s| s.get("desc"))
            .and_then(Value::as_str)
            .and_then(|s| Some(s.rsplit_once('(')?.1.split_once(')')?.0));
        let points = match said {
            Some(s) if s.contains("failed") || s.contains("blocked") || s.contains("aborted") => 0,
            Some(s) if s.contains("kick") => 1,
            Some(s) if s.contains("pass") || s.contains("run") => 2,
            _ => 0,
        };
        match side {
            Side::Home => plays[i].points.home += points,
            Side::Away => plays[i].points.away += points,
        }
    }
}

/// The running score and the timeouts left, which this feed does not carry play by play.
fn rebuild_score(plays: &mut [Play], postseason: bool) {
    let mut score = Score::default();
    let mut used = (0_i8, 0_i8);
    let mut half = 0;
    for play in plays {
        let now = match play.report.period {
            0..=2 => 1,
            3 | 4 => 2,
            _ => 3,
        };
        if now != half {
            half = now;
            used = (0, 0);
        }
        match play.timeout {
            Some(Side::Home) => used.0 = used.0.saturating_add(1),
            Some(Side::Away) => used.1 = used.1.saturating_add(1),
            None => {}
        }
        let allowed = if half == 3 && !postseason { 2 } else { 3 };
        play.report.score_before = Some(score);
        score.home = score.home.saturating_add(play.points.home);
        score.away = score.away.saturating_add(play.points.away);
        play.report.score_after = Some(score);
        if let Detail::AmericanFootball(detail) = &mut play.report.detail {
            detail.timeouts = Some(Timeouts {
                home: (allowed - used.0).max(0),
                away: (allowed - used.1).max(0),
            });
        }
    }
}
