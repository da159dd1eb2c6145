//! One viewer: where the eyes are and how long they have been there.

use matchday_event::{EventTime, senses::Look};

use super::config::GazeConfig;

/// Samples on one very point before a tracker can be stuck.
const STUCK_SAMPLES: u16 = 20;

/// Where a viewer looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// At a watched region, by its place in the configuration.
    Region(u8),
    /// Elsewhere on the picture.
    Elsewhere,
    /// Not at the picture.
    Away,
}

/// A viewer, as far as the last samples tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Viewer {
    at: EventTime,
    on: On,
    /// The region that the eyes dwell on, since when, and when they were last seen on it.
    dwell: Option<(u8, EventTime, EventTime)>,
    /// The point of the last sample, since when it has been that very one, and in how many samples.
    point: Option<([f32; 2], EventTime, u16)>,
    stuck: bool,
}

impl Viewer {
    pub fn new(at: EventTime) -> Self {
        Self {
            at,
            on: On::Away,
            dwell: None,
            point: None,
            stuck: false,
        }
    }

    /// Takes a sample.
    pub fn look(&mut self, at: EventTime, look: &Look, on: On, config: &GazeConfig) {
        self.point = match (look, self.point) {
            (Look::Point(point), Some((last, since, n))) if last == *point => {
                Some((*point, since, n.saturating_add(1)))
            }
            (Look::Point(point), _) => Some((*point, at, 1)),
            _ => None,
        };
        self.stuck = self.point.is_some_and(|(_, since, n)| {
            n >= STUCK_SAMPLES && at.0 - since.0 >= i64::from(config.stuck_ms) * 1000
        });
        let glance_us = i64::from(config.glance_ms) * 1000;
        self.dwell = match (on, self.dwell) {
            (On::Region(now), Some((region, since, seen)))
                if now == region && at.0 - seen.0 <= glance_us =>
            {
                Some((region, since, at))
            }
            (On::Region(now), _) => Some((now, at, at)),
            (_, Some(dwell)) if at.0 - dwell.2.0 <= glance_us => Some(dwell),
            _ => None,
        };
        self.at = at;
        self.on = on;
    }

    pub fn at(&self) -> EventTime {
        self.at
    }

    pub fn is_stuck(&self) -> bool {
        self.stuck
    }

    /// Where the eyes are, a blink aside.
    pub fn on(&self) -> On {
        match (self.on, self.dwell) {
            (On::Away, Some((region, _, _))) => On::Region(region),
            (on, _) => on,
        }
    }

    /// Milliseconds for which they have been there.
    pub fn dwell_ms(&self) -> u32 {
        let us = self.dwell.map_or(0, |(_, since, seen)| seen.0 - since.0);
        u32::try_from(us / 1000).unwrap_or(0)
    }
}
