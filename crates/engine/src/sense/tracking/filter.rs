//! From places to speeds.
//!
//! The filter is a straight line through the places of the last half second, by least squares: the slope is the velocity,
//! its value at the newest frame the place. It is a Savitzky-Golay filter of first order, one-sided, because what comes
//! later is not known yet. With noise of standard deviation s in a place and n frames dt apart, the noise in a speed is
//! s · sqrt(12 / (n (n² - 1))) / dt: at 0.1 m and 25 Hz 0.19 m/s. Its price is a delay of a quarter of a second.

use std::collections::VecDeque;

use matchday_event::EventTime;

use super::Motion;

/// How far back the line goes.
const WINDOW_US: i64 = 500_000;
/// Frames kept at the most: 0.5 s at 120 Hz.
const MOST: usize = 64;
/// A line needs so many frames and so long.
const LEAST: usize = 3;
const LEAST_US: i64 = 150_000;

/// The last places of one player or the ball.
#[derive(Debug, Clone, Default)]
pub(super) struct Track {
    places: VecDeque<(EventTime, f32, f32)>,
}

impl Track {
    /// Adds a place. If it is farther from the last than `most_mps` allows (and half a metre of noise) the track begins
    /// anew, and the answer is false.
    pub fn push(&mut self, at: EventTime, x_m: f32, y_m: f32, most_mps: f32) -> bool {
        let whole = self.places.back().is_none_or(|&(before, x, y)| {
            let dt = (at.0 - before.0) as f32 / 1e6;
            libm::hypotf(x_m - x, y_m - y) <= most_mps * dt + 0.5
        });
        if !whole {
            self.places.clear();
        }
        while self.places.len() >= MOST
            || self
                .places
                .front()
                .is_some_and(|p| at.0 - p.0.0 > WINDOW_US)
        {
            self.places.pop_front();
        }
        self.places.push_back((at, x_m, y_m));
        whole
    }

    pub fn clear(&mut self) {
        self.places.clear();
    }

    /// Where it is and how it moves, once there are places enough.
    pub fn motion(&self) -> Option<Motion> {
        let (&(first, ..), &(last, ..)) = (self.places.front()?, self.places.back()?);
        if self.places.len() < LEAST || last.0 - first.0 < LEAST_US {
            return None;
        }
        let n = self.places.len() as f64;
        let time = |at: EventTime| (at.0 - last.0) as f64 / 1e6;
        let (mut t, mut x, mut y) = (0.0, 0.0, 0.0);
        for &(at, px, py) in &self.places {
            t += time(at);
            x += f64::from(px);
            y += f64::from(py);
        }
        (t, x, y) = (t / n, x / n, y / n);
        let (mut tt, mut tx, mut ty) = (0.0, 0.0, 0.0);
        for &(at, px, py) in &self.places {
            let dt = time(at) - t;
            tt += dt * dt;
            tx += dt * (f64::from(px) - x);
            ty += dt * (f64::from(py) - y);
        }
        let (vx, vy) = (tx / tt, ty / tt);
        Some(Motion {
            x_m: (x - vx * t) as f32,
            y_m: (y - vy * t) as f32,
            vx_mps: vx as f32,
            vy_mps: vy as f32,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_run_has_its_speed_and_place() {
        for hz in [10_i64, 25, 50] {
            let mut track = Track::default();
            for n in 0..hz {
                let t = n as f32 / hz as f32;
                let at = EventTime(n * 1_000_000 / hz);
                assert!(track.push(at, 3.0 + 6.0 * t, -1.0 - 8.0 * t, 13.0));
            }
            let m = track.motion().expect("a second of it");
            let t = (hz - 1) as f32 / hz as f32;
            assert!((m.speed_mps() - 10.0).abs() < 1e-3, "{hz} Hz: {m:?}");
            assert!((m.x_m - (3.0 + 6.0 * t)).abs() < 1e-3, "{hz} Hz: {m:?}");
        }
    }

    #[test]
    fn a_leap_begins_anew() {
        let mut track = Track::default();
        for n in 0..10 {
            track.push(EventTime(n * 40_000), 0.0, 0.0, 13.0);
        }
        assert!(!track.push(EventTime(400_000), 5.0, 0.0, 13.0));
        assert_eq!(track.motion(), None);
    }
}
