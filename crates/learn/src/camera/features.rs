//! What the camera model knows of a micro-event: itself, what came just before it, and what is on air. Live and in
//! training this is the only way to make a row.

use std::{collections::VecDeque, sync::LazyLock};

use matchday_event::{
    EventTime, Side,
    senses::{Camera, MicroEvent, MicroKind as Kind},
};

const KINDS: usize = Kind::ALL.len();
const CAMERAS: usize = Camera::ALL.len();
const GROUPS: [&str; 7] = ["score", "chance", "stop", "crowd", "chat", "move", "party"];
const LABELS: [&str; 6] = ["none", "again", "penalty", "set_piece", "level", "other"];
/// A thing longer ago than this is as long ago as ever.
const LONG_S: f32 = 60.0;
const SHORT_US: i64 = 5_000_000;
const LONGER_US: i64 = 30_000_000;
/// Times kept for the counts; more in half a minute is many.
const TIMES_MOST: usize = 64;

/// Numbers in a row.
pub const FEATURES: usize = KINDS + LABELS.len() + 8 + 2 * CAMERAS + GROUPS.len() + 3;

/// The features' names, in order.
pub static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let kinds = Kind::ALL.iter().map(|k| format!("kind_{k}"));
    let labels = LABELS.iter().map(|l| format!("label_{l}"));
    let own = [
        "x",
        "y",
        "from_middle_x",
        "from_middle_y",
        "side",
        "confidence",
        "minute",
        "on_air_s",
    ];
    let hints = Camera::ALL.iter().map(|c| format!("hint_{c}"));
    let on_air = Camera::ALL.iter().map(|c| format!("on_air_{c}"));
    let since = GROUPS.iter().map(|g| format!("since_{g}_s"));
    let rest = ["since_same_kind_s", "events_5s", "events_30s"];
    (kinds.chain(labels))
        .chain(own.map(String::from))
        .chain(hints)
        .chain(on_air)
        .chain(since)
        .chain(rest.map(String::from))
        .collect()
});

/// A row.
pub type Row = [f32; FEATURES];

fn group(kind: Kind) -> usize {
    match kind {
        Kind::Score => 0,
        Kind::NearMiss | Kind::BigPlay => 1,
        Kind::Foul
        | Kind::Injury
        | Kind::SetPiece
        | Kind::Turnover
        | Kind::Substitution
        | Kind::Whistle => 2,
        Kind::Stir
        | Kind::Roar
        | Kind::Groan
        | Kind::Chant
        | Kind::Loud
        | Kind::HeartJump
        | Kind::Reaction => 3,
        Kind::Keyword => 4,
        Kind::Celebration => 6,
        _ => 5,
    }
}

fn label(event: &MicroEvent) -> usize {
    match event.label.as_deref() {
        None => 0,
        Some("slow-mo" | "ankle") => 1,
        Some(l) if l.contains("penalty") => 2,
        Some("free-kick" | "corner") => 3,
        Some(l) if l.bytes().all(|b| b.is_ascii_digit()) => 4,
        Some(_) => 5,
    }
}

/// What came before, as far as a row tells of it.
#[derive(Debug, Clone, Default)]
pub struct Recent {
    groups: [Option<EventTime>; GROUPS.len()],
    kinds: [Option<EventTime>; KINDS],
    times: VecDeque<EventTime>,
}

impl Recent {
    /// The row of an event, `on_air` being the camera then and since when it is.
    pub fn row(&self, event: &MicroEvent, on_air: (Camera, Option<EventTime>)) -> Row {
        let mut row = [0.0; FEATURES];
        let mut at = 0;
        let mut one_of = |n: usize, of: usize| {
            row[at + n] = 1.0;
            at += of;
        };
        one_of(event.kind as usize, KINDS);
        one_of(label(event), LABELS.len());
        let (x, y) = event.place.map_or((f32::NAN, f32::NAN), |p| (p.x, p.y));
        let side = match event.side {
            Some(Side::Home) => 1.0,
            Some(Side::Away) => -1.0,
            None => 0.0,
        };
        let own = [
            x,
            y,
            (x - 0.5).abs(),
            (y - 0.5).abs(),
            side,
            event.confidence,
            (event.match_ms / 60_000) as f32,
            since(event.at, on_air.1),
        ];
        row[at..at + own.len()].copy_from_slice(&own);
        at += own.len();
        for camera in [event.camera, on_air.0] {
            row[at + camera as usize] = 1.0;
            at += CAMERAS;
        }
        for group in self.groups {
            row[at] = since(event.at, group);
            at += 1;
        }
        let within = |us: i64| {
            let from = EventTime(event.at.0.saturating_sub(us));
            self.times.iter().filter(|t| **t >= from).count() as f32
        };
        row[at] = since(event.at, self.kinds[event.kind as usize]);
        row[at + 1] = within(SHORT_US);
        row[at + 2] = within(LONGER_US);
        row
    }

    /// From now on the event has been.
    pub fn hear(&mut self, event: &MicroEvent) {
        self.groups[group(event.kind)] = Some(event.at);
        self.kinds[event.kind as usize] = Some(event.at);
        if self.times.len() == TIMES_MOST {
            self.times.pop_front();
        }
        self.times.push_back(event.at);
    }
}

/// Seconds since then, in tenths.
fn since(now: EventTime, then: Option<EventTime>) -> f32 {
    then.map_or(LONG_S, |then| {
        let tenths = (now.0.saturating_sub(then.0) / 100_000) as f32;
        (tenths / 10.0).clamp(0.0, LONG_S)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_row_has_its_name() {
        assert_eq!(NAMES.len(), FEATURES);
        let mut sorted = NAMES.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted.len(), FEATURES);
    }
}
