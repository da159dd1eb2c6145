//! StatsBomb's event JSON: one list of everything that happened. Of it the shots, cards, corners, fouls, offsides,
//! substitutions and whistles are kept; passes, carries and pressures say nothing that the game agent reads.

use std::sync::Arc;

use matchday_event::{
    Detail, GameId, GameInfo, PlayId, PlayReport, Side, Signal, Sport,
    soccer::{PlayKind, SoccerPlay},
};
use serde_json::Value;

use crate::{Context, Fault, FeedError, Parsed, body, table::text_stream::club};

/// Reads a match. The list itself does not say which match it is: a feed of one match says so, else the id of the
/// first event stands in. The first team listed is home.
pub fn parse(bytes: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    let doc: Value = body::json(bytes)?;
    let events = doc
        .as_array()
        .ok_or_else(|| FeedError::wrong_shape("body", "not a list of events"))?;
    let teams = || events.iter().filter_map(|e| e["team"]["name"].as_str());
    let Some(home) = teams().next() else {
        return Err(FeedError::wrong_shape(
            "0.team.name",
            "no event names a team",
        ));
    };
    let away = teams().find(|t| *t != home).unwrap_or("Away");
    let id = match &context.game {
        Some(id) => id.clone(),
        None => {
            let first = events[0]["id"].as_str().unwrap_or("0");
            let short: String = first.chars().take_while(char::is_ascii_hexdigit).collect();
            GameId::new(format!("soccer-sb-{short}"))
                .map_err(|e| FeedError::wrong_shape("0.id", e.to_string()))?
        }
    };
    let mut parsed = Parsed::whole(id);
    parsed.signals.push(Signal::Info(GameInfo {
        sport: Sport::Soccer,
        league: context.league_or("soccer"),
        season: None,
        week: None,
        postseason: false,
        home: club(home),
        away: club(away),
        kickoff: None,
        neutral: false,
        venue: None,
        line: None,
        forecast: None,
        rules: None,
    }));
    let mut plays = Vec::new();
    let mut started = [false; 6];
    let mut ended = [false; 6];
    for (n, event) in events.iter().enumerate() {
        let period = event["period"].as_u64().and_then(|p| u8::try_from(p).ok());
        let (Some(id), Some(index), Some(period @ 1..=5)) =
            (event["id"].as_str(), event["index"].as_i64(), period)
        else {
            parsed.faults.push(Fault::new(
                matchday_event::FaultCode::PlayUnreadable,
                format!("{n}"),
                "no id, no index, or a period that is not 1 to 5",
            ));
            continue;
        };
        let Some(kind) = kind(event, period) else {
            continue;
        };
        // Both teams report each whistle.
        let seen = match kind {
            PlayKind::StartPeriod => Some(&mut started),
            PlayKind::EndPeriod => Some(&mut ended),
            _ => None,
        };
        if let Some(seen) = seen
            && std::mem::replace(&mut seen[usize::from(period)], true)
        {
            continue;
        }
        let team = event["team"]["name"].as_str().unwrap_or_default();
        let side = if team == home { Side::Home } else { Side::Away };
        let whistle = matches!(kind, PlayKind::StartPeriod | PlayKind::EndPeriod);
        let player: Option<Arc<str>> = event["player"]["name"].as_str().map(Into::into);
        let xg = event["shot"]["statsbomb_xg"]
            .as_f64()
            .and_then(body::single);
        plays.push((
            index,
            PlayReport {
                play_id: PlayId::new(id),
                order: 0,
                period,
                clock_s: event["timestamp"].as_str().and_then(seconds),
                score_before: None,
                score_after: None,
                wall: None,
                text: Some(sentence(kind, player.as_deref(), team, xg)),
                detail: Detail::Soccer(SoccerPlay {
                    kind,
                    side: (!whistle).then_some(side),
                    player,
                    xg,
                }),
            },
        ));
    }
    parsed.add_plays(plays);
    Ok(vec![parsed])
}

fn kind(event: &Value, period: u8) -> Option<PlayKind> {
    let card = |of: &str| event[of]["card"]["name"].as_str();
    let booked = |name: Option<&str>| match name {
        Some("Yellow Card") => Some(PlayKind::YellowCard),
        Some("Second Yellow") => Some(PlayKind::SecondYellow),
        Some("Red Card") => Some(PlayKind::RedCard),
        _ => None,
    };
    Some(match event["type"]["name"].as_str()? {
        "Shot" => {
            let outcome = event["shot"]["outcome"]["name"]
                .as_str()
                .unwrap_or_default();
            let penalty = event["shot"]["type"]["name"] == "Penalty";
            match (outcome, penalty) {
                ("Goal", _) if period == 5 => PlayKind::ShootoutGoal,
                _ if period == 5 => PlayKind::ShootoutMissed,
                ("Goal", true) => PlayKind::PenaltyGoal,
                ("Goal", false) => PlayKind::Goal,
                (_, true) => PlayKind::PenaltyMissed,
                ("Saved" | "Saved to Post" | "Saved Off Target", _) => PlayKind::ShotSaved,
                ("Blocked", _) => PlayKind::ShotBlocked,
                ("Post", _) => PlayKind::Woodwork,
                _ => PlayKind::ShotOff,
            }
        }
        "Own Goal Against" => PlayKind::OwnGoal,
        "Foul Committed" => booked(card("foul_committed")).unwrap_or(PlayKind::Foul),
        "Bad Behaviour" => booked(card("bad_behaviour"))?,
        "Substitution" => PlayKind::Substitution,
        "Offside" => PlayKind::Offside,
        "Pass" if event["pass"]["type"]["name"] == "Corner" => PlayKind::Corner,
        "Pass" if event["pass"]["outcome"]["name"] == "Pass Offside" => PlayKind::Offside,
        "Half Start" => PlayKind::StartPeriod,
        "Half End" => PlayKind::EndPeriod,
        _ => return None,
    })
}

fn sentence(kind: PlayKind, player: Option<&str>, team: &str, xg: Option<f32>) -> Arc<str> {
    let what = match kind {
        PlayKind::Goal => "Goal",
        PlayKind::OwnGoal => "Own goal",
        PlayKind::PenaltyGoal => "Goal from the penalty spot",
        PlayKind::PenaltyMissed => "Penalty missed",
        PlayKind::ShotSaved => "Shot saved",
        PlayKind::ShotOff => "Shot off target",
        PlayKind::ShotBlocked => "Shot blocked",
        PlayKind::Woodwork => "Hits the woodwork",
        PlayKind::YellowCard => "Yellow card",
        PlayKind::SecondYellow => "Second yellow card",
        PlayKind::RedCard => "Red card",
        PlayKind::Substitution => "Substitution",
        PlayKind::Corner => "Corner",
        PlayKind::Foul => "Foul",
        PlayKind::Offside => "Offside",
        PlayKind::ShootoutGoal => "Shoot-out: scored",
        PlayKind::ShootoutMissed => "Shoot-out: missed",
        PlayKind::StartPeriod => return "The whistle: play begins".into(),
        PlayKind::EndPeriod => return "The whistle: play ends".into(),
        _ => "Event",
    };
    let chance = xg.map_or_else(String::new, |x| format!(", expected goals {x:.2}"));
    match player {
        Some(player) => format!("{what}: {player} ({team}){chance}").into(),
        None => format!("{what}: {team}{chance}").into(),
    }
}

/// Whole seconds of `00:12:31.625`.
fn seconds(stamp: &str) -> Option<i32> {
    let mut parts = stamp.split(':');
    let (h, m, s) = (parts.next()?, parts.next()?, parts.next()?);
    let (h, m): (i32, i32) = (h.parse().ok()?, m.parse().ok()?);
    let s: f64 = s.parse().ok().filter(|s: &f64| (0.0..61.0).contains(s))?;
    ((0..4).contains(&h) && (0..60).contains(&m)).then(|| h * 3600 + m * 60 + s as i32)
}

/// A mark that the picture an annotator watched left the play, or came back to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CameraMark {
    /// 1 and 2 are halves.
    pub period: u8,
    /// Milliseconds of the period.
    pub clock_ms: u32,
    /// The play is seen again from here on; otherwise no longer.
    pub on: bool,
    /// Milliseconds since something on the ball was last noted.
    pub since_ball_ms: Option<u32>,
}

/// The `Camera On` and `Camera off` events, by time. They name no camera and no time of day, so that they are no
/// [`Signal::Camera`]; `docs/nightly.md` says what they are worth.
pub fn camera_marks(bytes: &[u8]) -> Result<Vec<CameraMark>, FeedError> {
    let doc: Value = body::json(bytes)?;
    let events = doc
        .as_array()
        .ok_or_else(|| FeedError::wrong_shape("body", "not a list of events"))?;
    let mut marks = Vec::new();
    let mut ball: Option<(u8, u32)> = None;
    for event in events {
        let at = || {
            let period = u8::try_from(event["period"].as_u64()?).ok()?;
            Some((period, millis(event["timestamp"].as_str()?)?))
        };
        let (Some(kind), Some((period, clock_ms))) = (event["type"]["name"].as_str(), at()) else {
            continue;
        };
        let on = match kind {
            "Camera On" => true,
            "Camera off" | "Camera Off" => false,
            // Pressure is noted of whoever is seen; the rest is about the ball.
            "Pressure" => continue,
            _ => {
                ball = Some((period, clock_ms));
                continue;
            }
        };
        let since_ball_ms = ball
            .filter(|(p, ms)| *p == period && *ms <= clock_ms)
            .map(|(_, ms)| clock_ms - ms);
        marks.push(CameraMark {
            period,
            clock_ms,
            on,
            since_ball_ms,
        });
    }
    Ok(marks)
}

/// Milliseconds of `00:12:31.625`.
fn millis(stamp: &str) -> Option<u32> {
    let s = u32::try_from(seconds(stamp)?).ok()?;
    let part: f64 = format!("0.{}", stamp.split_once('.').map_or("0", |p| p.1))
        .parse()
        .ok()?;
    Some(s * 1000 + (part * 1000.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_the_camera_have_their_time_and_what_lies_since_the_ball() {
        let events = r#"[
            {"period": 1, "timestamp": "00:01:06.500", "type": {"name": "Foul Committed"}},
            {"period": 1, "timestamp": "00:01:20.000", "type": {"name": "Pressure"}},
            {"period": 1, "timestamp": "00:01:21.698", "type": {"name": "Camera On"}},
            {"period": 2, "timestamp": "00:00:03.000", "type": {"name": "Camera off"}},
            {"period": "x", "timestamp": 5, "type": {"name": "Camera off"}}
        ]"#;
        let mark = |period, clock_ms, on, since_ball_ms| CameraMark {
            period,
            clock_ms,
            on,
            since_ball_ms,
        };
        assert_eq!(
            camera_marks(events.as_bytes()).expect("reads"),
            [
                mark(1, 81_698, true, Some(15_198)),
                mark(2, 3_000, false, None),
            ]
        );
        assert!(camera_marks(b"{}").is_err());
    }
}
