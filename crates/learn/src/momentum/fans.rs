//! How well a signal follows what real fans wrote: correlation with the rate of comments, at the lag that fits best.

use matchday_event::PlayId;

use super::{
    Features, Flow, Model,
    flow::{Played, Stand},
};

/// Length of a cell of the grid, in seconds.
pub const CELL_S: i64 = 10;
/// Lags that are tried, in cells: people write after what happened, and threads' clocks are rough. The same for every
/// signal.
pub const LAGS: std::ops::RangeInclusive<usize> = 0..=30;
/// Seconds before the first play and after the last that count as the match's hours.
pub const AROUND_S: i64 = 900;
/// A thread without any comment for this many cells in a row is taken for one that was not collected.
const HOLE: usize = 12;

/// What a match's file says of a play.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FanPlay {
    /// When it was, in seconds since 1970.
    pub at_s: i64,
    /// Home win probability after it, 0 to 1.
    pub wp_home: f64,
    /// Share of the match that is left after it, 1 to 0.
    pub left: f64,
}

/// A match and what was written about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FanGame {
    /// Its name.
    pub name: String,
    /// Plays, by time.
    pub plays: Vec<FanPlay>,
    /// Comments: when, in seconds since 1970, and how many.
    pub comments: Vec<(i64, f64)>,
}

/// A match on the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    /// The match's name.
    pub name: String,
    /// The features at the end of each cell, as the agent would have had them then.
    pub features: Vec<Features>,
    /// What is compared with the model.
    pub baselines: [Vec<f64>; Baseline::COUNT],
    /// Comments of each cell.
    pub rate: Vec<f64>,
    /// Whether the thread was collected then.
    pub known: Vec<bool>,
    /// The cells from the first play to the last.
    pub play: std::ops::Range<usize>,
}

/// A simple signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// Sum of |WPA|, each decayed over 120 s.
    Swings120,
    /// The same over 480 s.
    Swings480,
    /// The same over 900 s.
    Swings900,
    /// 1 − |2 WP − 1|.
    Closeness,
    /// Closeness over 0.1 plus the root of the share that is left.
    CloseUrgency,
    /// p (1 − p) over the root of the share that is left (0.01 at the least): how far one score would move win
    /// probability, for a lead that wanders as a Brownian motion (after Stern, 1994).
    Leverage,
}

impl Baseline {
    /// How many there are.
    pub const COUNT: usize = 6;
    /// All of them.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Swings120,
        Self::Swings480,
        Self::Swings900,
        Self::Closeness,
        Self::CloseUrgency,
        Self::Leverage,
    ];

    /// What it is called in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Swings120 => "|WPA| 120 s",
            Self::Swings480 => "|WPA| 480 s",
            Self::Swings900 => "|WPA| 900 s",
            Self::Closeness => "closeness",
            Self::CloseUrgency => "close x urgent",
            Self::Leverage => "leverage",
        }
    }
}

impl FanGame {
    /// Whether its plays have times of their own: four in five of them, over two hours or more.
    pub fn is_timed(&self) -> bool {
        let mut times: Vec<i64> = self.plays.iter().map(|p| p.at_s).collect();
        times.sort_unstable();
        let span = times.last().zip(times.first()).map_or(0, |(b, a)| b - a);
        times.dedup();
        self.plays.len() >= 20 && times.len() * 5 >= self.plays.len() * 4 && span >= 7200
    }

    /// The match on the grid. `None` without plays or comments.
    pub fn hours(&self) -> Option<Hours> {
        let (first, last) = (self.plays.first()?.at_s, self.plays.last()?.at_s);
        let from = first.div_euclid(CELL_S) * CELL_S - AROUND_S;
        let cells = usize::try_from((last + AROUND_S - from) / CELL_S).ok()?;
        let mut rate = vec![0.0; cells];
        for (at, n) in &self.comments {
            let cell = usize::try_from((at - from).div_euclid(CELL_S)).ok();
            if let Some(cell) = cell.and_then(|c| rate.get_mut(c)) {
                *cell += n;
            }
        }
        if rate.iter().all(|n| *n == 0.0) {
            return None;
        }
        let mut features = Vec::with_capacity(cells);
        let mut baselines: [Vec<f64>; Baseline::COUNT] = Default::default();
        let mut flow = Flow::default();
        let mut next = 0;
        let mut swings_480 = 0.0;
        let mut before = self.plays[0].wp_home;
        let mut stand = Stand {
            wp_home: before,
            ..Stand::default()
        };
        flow.stands(stand);
        for cell in 0..cells {
            let now = from + (cell as i64 + 1) * CELL_S;
            swings_480 *= libm::exp(-(CELL_S as f64) / 480.0);
            while let Some(play) = self.plays.get(next).filter(|p| p.at_s <= now) {
                let wpa = play.wp_home - before;
                before = play.wp_home;
                flow.play(Played {
                    id: PlayId::new(next.to_string()),
                    order: next as i64,
                    at_us: Some(play.at_s * 1_000_000),
                    wpa_home: wpa,
                });
                swings_480 += wpa.abs() * libm::exp(-((now - play.at_s) as f64) / 480.0);
                next += 1;
                stand = Stand {
                    wp_home: play.wp_home,
                    left: play.left,
                    over: next == self.plays.len(),
                    steady: false,
                };
                flow.stands(stand);
            }
            let f = flow.features(now * 1_000_000);
            let (p, on) = (stand.wp_home, if stand.over { 0.0 } else { 1.0 });
            let close = 1.0 - (2.0 * p - 1.0).abs();
            let values = [
                f.values[0],
                swings_480,
                f.values[1],
                on * close,
                f.values[5],
                on * p * (1.0 - p) / stand.left.max(0.01).sqrt(),
            ];
            for (series, value) in baselines.iter_mut().zip(values) {
                series.push(value);
            }
            features.push(f);
        }
        let cell_of = |at: i64| usize::try_from((at - from) / CELL_S).unwrap_or(0);
        Some(Hours {
            name: self.name.clone(),
            features,
            baselines,
            known: known(&rate),
            rate,
            play: cell_of(first)..cell_of(last).min(cells),
        })
    }
}

/// Cells that are not in a hole of the thread.
fn known(rate: &[f64]) -> Vec<bool> {
    let mut known = vec![true; rate.len()];
    let mut from = 0;
    while from < rate.len() {
        let long = rate[from..].iter().take_while(|n| **n == 0.0).count();
        if long >= HOLE {
            known[from..from + long].fill(false);
        }
        from += long.max(1);
    }
    known
}

/// Which cells are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// From the first play to the last.
    Play,
    /// A quarter of an hour more at both ends.
    Hours,
}

/// How well a signal follows a thread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Pearson's correlation with comments per cell at the best lag; 0 for a signal that does not move.
    pub r: f64,
    /// That lag in seconds.
    pub lag_s: i64,
    /// 90 % interval of the correlation at that lag, from blocks of five minutes drawn with replacement.
    pub interval: (f64, f64),
}

impl Hours {
    /// What the model makes of the match's facts.
    pub fn intensity(&self, model: &Model) -> Vec<f64> {
        let raw = |f: &Features| {
            let pairs = model.game.features.iter().zip(&f.values);
            pairs.map(|(w, x)| w * x).sum::<f64>() - model.game.floor
        };
        self.features.iter().map(|f| raw(f).max(0.0)).collect()
    }

    /// Pairs of signal and comments `lag` cells later.
    fn pairs(&self, signal: &[f64], window: Window, lag: usize) -> Vec<(f64, f64)> {
        let all = match window {
            Window::Play => self.play.clone(),
            Window::Hours => 0..self.rate.len(),
        };
        (all.start..all.end.saturating_sub(lag))
            .filter(|i| self.known[i + lag])
            .map(|i| (signal[i], self.rate[i + lag]))
            .collect()
    }

    /// The best lag, in cells, and the correlation at it.
    pub fn best(&self, signal: &[f64], window: Window) -> (usize, f64) {
        let of = |lag| (lag, correlation(&self.pairs(signal, window, lag)));
        LAGS.map(of).fold(
            (0, f64::MIN),
            |best, next| {
                if next.1 > best.1 { next } else { best }
            },
        )
    }

    /// How well a signal follows the thread.
    pub fn fit(&self, signal: &[f64], window: Window) -> Fit {
        let (lag, r) = self.best(signal, window);
        let pairs = self.pairs(signal, window, lag);
        let blocks: Vec<&[(f64, f64)]> = pairs.chunks(30).collect();
        let mut rng = Draws(0x6d6f_6d65_6e74);
        let mut drawn: Vec<f64> = (0..400)
            .map(|_| {
                let sample: Vec<(f64, f64)> = (0..blocks.len())
                    .flat_map(|_| blocks[rng.below(blocks.len())].iter().copied())
                    .collect();
                correlation(&sample)
            })
            .collect();
        Fit {
            r,
            lag_s: lag as i64 * CELL_S,
            interval: interval(&mut drawn),
        }
    }
}

/// Mean of differences between matches, with a 90 % interval from matches drawn with replacement.
pub fn mean_interval(values: &[f64]) -> (f64, (f64, f64)) {
    if values.is_empty() {
        return (0.0, (0.0, 0.0));
    }
    let mut rng = Draws(0x6761_6d65_7321);
    let n = values.len();
    let mean = |of: &mut dyn FnMut() -> f64| (0..n).map(|_| of()).sum::<f64>() / n as f64;
    let mut drawn: Vec<f64> = (0..4000)
        .map(|_| mean(&mut || values[rng.below(n)]))
        .collect();
    let mut all = values.iter();
    let exact = mean(&mut || all.next().copied().unwrap_or_default());
    (exact, interval(&mut drawn))
}

fn interval(drawn: &mut [f64]) -> (f64, f64) {
    drawn.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let last = drawn.len().saturating_sub(1) as f64;
        drawn.get((share * last).round() as usize).copied()
    };
    (at(0.05).unwrap_or(0.0), at(0.95).unwrap_or(0.0))
}

/// Pearson's correlation; 0 where one of the two does not vary.
pub fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    if n < 2.0 {
        return 0.0;
    }
    let (mx, my) = pairs
        .iter()
        .fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
    let (mx, my) = (mx / n, my / n);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        xx += (x - mx) * (x - mx);
        yy += (y - my) * (y - my);
        xy += (x - mx) * (y - my);
    }
    if xx <= 1e-12 * n || yy <= 1e-12 * n {
        return 0.0;
    }
    xy / (xx * yy).sqrt()
}

/// What one signal reached on every game, in both windows.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The signal.
    pub name: String,
    /// By game: in play, and with a quarter of an hour more at both ends.
    pub fits: Vec<[Fit; 2]>,
}

/// The rows of the model and of everything that it is compared with.
pub fn rows(hours: &[Hours], models: &[Model], name: &str) -> Vec<Row> {
    let windows = [Window::Play, Window::Hours];
    let mut rows = vec![Row {
        name: name.to_owned(),
        fits: hours
            .iter()
            .zip(models)
            .map(|(h, model)| {
                let signal = h.intensity(model);
                windows.map(|w| h.fit(&signal, w))
            })
            .collect(),
    }];
    for (i, baseline) in Baseline::ALL.iter().enumerate() {
        rows.push(Row {
            name: baseline.as_str().to_owned(),
            fits: hours
                .iter()
                .map(|h| windows.map(|w| h.fit(&h.baselines[i], w)))
                .collect(),
        });
    }
    rows
}

/// SplitMix64.
#[derive(Debug)]
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let n = n.max(1) as u64;
        usize::try_from((z ^ (z >> 31)) % n).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn correlation_is_that_of_the_textbook() {
        let pairs = [(1.0, 2.0), (2.0, 4.0), (3.0, 5.0), (4.0, 4.0), (5.0, 5.0)];
        assert!((correlation(&pairs) - 0.774_596_669_241).abs() < 1e-9);
        assert_eq!(correlation(&[(1.0, 3.0), (1.0, 4.0)]), 0.0);
    }

    #[test]
    fn the_lag_of_a_thread_is_found_and_holes_are_left_out() {
        let plays: Vec<FanPlay> = (0..200)
            .map(|i| FanPlay {
                at_s: 100_000 + i * 45,
                wp_home: if i / 20 % 2 == 0 { 0.5 } else { 0.8 },
                left: 1.0 - i as f64 / 200.0,
            })
            .collect();
        let mut game = FanGame {
            name: "made up".to_owned(),
            plays,
            comments: Vec::new(),
        };
        assert!(game.is_timed());
        let answer: Vec<(i64, f64)> = (0..1000)
            .map(|cell| {
                let at = 99_000 + cell * CELL_S;
                // The thread answers each swing 90 s later, and was not collected for a while.
                let swing = (100_900..110_000)
                    .step_by(900)
                    .any(|s| (0..120).contains(&(at - s - 90)));
                let lost = (104_000..104_800).contains(&at);
                (
                    at,
                    if lost {
                        0.0
                    } else if swing {
                        9.0
                    } else {
                        1.0
                    },
                )
            })
            .collect();
        game.comments = answer;
        let hours = game.hours().expect("hours");
        assert!(hours.known.iter().filter(|k| !**k).count() >= 70);
        let fit = hours.fit(&hours.baselines[0], Window::Play);
        assert!((60..=120).contains(&fit.lag_s), "{fit:?}");
        assert!(
            fit.r > 0.6 && fit.interval.0 < fit.r && fit.r < fit.interval.1,
            "{fit:?}"
        );
    }
}
