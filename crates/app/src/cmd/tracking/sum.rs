//! What a file of positions holds, in figures.

use std::{collections::BTreeMap, fmt::Write as _, path::Path, sync::Arc};

use matchday_event::{
    Side,
    senses::{FrameReport, Phase, RefusalPhase, Towards, TrackingFact},
};
use matchday_feeds::tracking::Tracks;
use serde::Serialize;

use super::Format;

/// The fastest that anybody was measured running, in m/s.
const FASTEST_MPS: f32 = 12.4;

/// The figures.
#[derive(Debug, Clone, Serialize)]
pub struct Sum {
    /// The file.
    pub file: String,
    /// Its format.
    pub format: &'static str,
    /// Frames.
    pub frames: usize,
    /// Frames a second, by the median step.
    pub hz: Option<f32>,
    /// Seconds from the first to the last frame of each period, summed.
    pub seconds: f64,
    /// Periods that frames are of.
    pub periods: Vec<u8>,
    /// Length and width of the pitch, in metres.
    pub pitch_m: (f32, f32),
    /// Whether the axes were turned about.
    pub turned: bool,
    /// Which way the home side attacks in the first period.
    pub home_attacks_first: Option<&'static str>,
    /// Players in a frame, on average.
    pub players: f32,
    /// Share of frames with a ball.
    pub with_ball: f32,
    /// Least and greatest place of players: x and y, in metres.
    pub players_m: Option<[f32; 4]>,
    /// Least and greatest place of the ball.
    pub ball_m: Option<[f32; 4]>,
    /// Share of players' places more than five metres off the lines.
    pub off_pitch: f32,
    /// Speeds by the provider's places, over a tenth of a second.
    pub steps: Speeds,
    /// The ball's.
    pub ball_steps: Speeds,
    /// Those against the provider's own, of players.
    pub against_own: Option<Against>,
    /// The same of the ball.
    pub ball_against_own: Option<Against>,
    /// What the agent told.
    pub facts: BTreeMap<String, usize>,
    /// The fastest sprints: player, highest smoothed speed.
    pub fastest: Vec<(Arc<str>, f32)>,
    /// Parts that could not be read.
    pub faults: usize,
}

/// Speeds between neighbouring frames.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Speeds {
    /// How many.
    pub n: usize,
    /// Half are slower.
    pub p50_mps: f32,
    /// 99 in 100 are slower.
    pub p99_mps: f32,
    /// The fastest.
    pub max_mps: f32,
    /// Share over what anybody ever ran.
    pub impossible: f32,
}

/// Our speeds against the provider's.
#[derive(Debug, Clone, Serialize)]
pub struct Against {
    /// How many.
    pub n: usize,
    /// Median of the absolute differences.
    pub median_mps: f32,
    /// 95 in 100 are less.
    pub p95_mps: f32,
    /// Correlation.
    pub r: f32,
}

fn quantile(sorted: &[f32], share: f32) -> f32 {
    let at = (sorted.len() as f32 * share) as usize;
    sorted
        .get(at.min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

impl Speeds {
    fn of(mut all: Vec<f32>) -> Self {
        all.sort_by(f32::total_cmp);
        let over = all.iter().filter(|v| **v > FASTEST_MPS).count();
        Self {
            n: all.len(),
            p50_mps: quantile(&all, 0.5),
            p99_mps: quantile(&all, 0.99),
            max_mps: all.last().copied().unwrap_or(0.0),
            impossible: over as f32 / all.len().max(1) as f32,
        }
    }
}

impl Against {
    fn of(pairs: &[(f32, f32)]) -> Option<Self> {
        if pairs.len() < 10 {
            return None;
        }
        let mut off: Vec<f32> = pairs.iter().map(|(a, b)| (a - b).abs()).collect();
        off.sort_by(f32::total_cmp);
        let n = pairs.len() as f64;
        let mean =
            |f: fn(&(f32, f32)) -> f32| pairs.iter().map(|p| f64::from(f(p))).sum::<f64>() / n;
        let (ma, mb) = (mean(|p| p.0), mean(|p| p.1));
        let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
        for (a, b) in pairs {
            let (a, b) = (f64::from(*a) - ma, f64::from(*b) - mb);
            ab += a * b;
            aa += a * a;
            bb += b * b;
        }
        Some(Self {
            n: pairs.len(),
            median_mps: quantile(&off, 0.5),
            p95_mps: quantile(&off, 0.95),
            r: (ab / (aa * bb).sqrt()) as f32,
        })
    }
}

/// How far back the frame is that a speed is taken from, at the most.
const STEP_US: i64 = 110_000;

impl Sum {
    /// Of a file.
    pub fn of(path: &Path, format: Format, tracks: &Tracks, facts: &[TrackingFact]) -> Self {
        let frames = &tracks.frames;
        let (mut steps, mut ball_steps) = (Vec::new(), Vec::new());
        let (mut own, mut ball_own) = (Vec::new(), Vec::new());
        let mut gaps: Vec<f32> = Vec::new();
        // Some providers measure at half the rate of their frames: over two steps each place is another.
        let mut back = 0;
        for (n, b) in frames.iter().enumerate() {
            if let Some(before) = n.checked_sub(1).map(|n| &frames[n])
                && before.period == b.period
            {
                gaps.push((b.at.0 - before.at.0) as f32 / 1e6);
            }
            if format.is_of_events() {
                continue;
            }
            while b.at.0 - frames[back].at.0 > STEP_US {
                back += 1;
            }
            let a = &frames[back];
            let dt = (b.at.0 - a.at.0) as f32 / 1e6;
            if back == n || a.period != b.period {
                continue;
            }
            for player in b.players.iter().filter(|p| !p.guessed) {
                let Some(before) = a.players.iter().find(|p| p.id == player.id && !p.guessed)
                else {
                    continue;
                };
                let v = (player.x_m - before.x_m).hypot(player.y_m - before.y_m) / dt;
                steps.push(v);
                own.extend(player.speed_mps.map(|s| (v, s)));
            }
            if let ([p], [q]) = (&a.balls[..], &b.balls[..]) {
                let flat = (q.x_m - p.x_m).hypot(q.y_m - p.y_m);
                let up = q.z_m.zip(p.z_m).map_or(0.0, |(q, p)| q - p);
                let v = flat.hypot(up) / dt;
                ball_steps.push(v);
                ball_own.extend(q.speed_mps.map(|s| (v, s)));
            }
        }
        gaps.sort_by(f32::total_cmp);
        let pitch = frames.first().map(|f| f.pitch);
        let places: Vec<(f32, f32)> = frames
            .iter()
            .flat_map(|f| f.players.iter().map(|p| (p.x_m, p.y_m)))
            .collect();
        let balls: Vec<(f32, f32)> = frames
            .iter()
            .flat_map(|f| f.balls.iter().map(|b| (b.x_m, b.y_m)))
            .collect();
        let off = pitch.map_or(0, |p| {
            let (x, y) = (p.length_m / 2.0 + 5.0, p.width_m / 2.0 + 5.0);
            places
                .iter()
                .filter(|at| at.0.abs() > x || at.1.abs() > y)
                .count()
        });
        let mut periods: Vec<u8> = frames.iter().filter_map(|f| f.period).collect();
        periods.sort_unstable();
        periods.dedup();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for fact in facts {
            *counts.entry(name_of(fact)).or_default() += 1;
        }
        let mut fastest: Vec<(Arc<str>, f32)> = facts
            .iter()
            .filter_map(|f| match f {
                TrackingFact::Sprint(s) if s.phase == Phase::Ended => {
                    Some((s.player.clone(), s.speed_mps))
                }
                _ => None,
            })
            .collect();
        fastest.sort_by(|a, b| b.1.total_cmp(&a.1));
        fastest.truncate(5);
        let n = frames.len().max(1) as f32;
        Self {
            file: path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned()),
            format: format.name(),
            frames: frames.len(),
            hz: (!gaps.is_empty()).then(|| 1.0 / quantile(&gaps, 0.5)),
            seconds: seconds(frames),
            periods,
            pitch_m: pitch.map_or((0.0, 0.0), |p| (p.length_m, p.width_m)),
            turned: tracks.turned,
            home_attacks_first: frames.iter().find_map(|f| f.home_attacks).map(|t| match t {
                Towards::Positive => "positive x",
                Towards::Negative => "negative x",
            }),
            players: places.len() as f32 / n,
            with_ball: frames.iter().filter(|f| !f.balls.is_empty()).count() as f32 / n,
            players_m: range(&places),
            ball_m: range(&balls),
            off_pitch: off as f32 / places.len().max(1) as f32,
            steps: Speeds::of(steps),
            ball_steps: Speeds::of(ball_steps),
            against_own: Against::of(&own),
            ball_against_own: Against::of(&ball_own),
            facts: counts,
            fastest,
            faults: tracks.faults.len(),
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        let mut t = String::new();
        let mut line = |name: &str, text: String| {
            let _ = writeln!(t, "  {name:<22} {text}");
        };
        line("format", self.format.into());
        line(
            "frames",
            format!(
                "{} in {:.0} s of play{}, periods {:?}",
                self.frames,
                self.seconds,
                self.hz
                    .map_or_else(String::new, |hz| format!(", {hz:.1} a second")),
                self.periods
            ),
        );
        line(
            "pitch",
            format!("{:.1} by {:.1} m", self.pitch_m.0, self.pitch_m.1),
        );
        line(
            "axes",
            format!(
                "{}; home attacks {} in the first frames",
                if self.turned {
                    "turned about"
                } else {
                    "as they were"
                },
                self.home_attacks_first.unwrap_or("nobody knows where")
            ),
        );
        line(
            "in a frame",
            format!(
                "{:.1} players, a ball in {:.0} % of frames",
                self.players,
                100.0 * self.with_ball
            ),
        );
        let place = |r: Option<[f32; 4]>| {
            r.map_or_else(
                || "none".into(),
                |[a, b, c, d]| format!("x {a:.1} to {b:.1} m, y {c:.1} to {d:.1} m"),
            )
        };
        line("players are at", place(self.players_m));
        line("the ball is at", place(self.ball_m));
        line(
            "off the pitch",
            format!(
                "{:.3} % of places are over 5 m off the lines",
                100.0 * self.off_pitch
            ),
        );
        let speeds = |s: &Speeds| {
            format!(
                "half under {:.2}, 99 % under {:.2}, most {:.2} m/s, {} of them",
                s.p50_mps, s.p99_mps, s.max_mps, s.n
            )
        };
        if self.steps.n > 0 {
            let too_fast = 100.0 * self.steps.impossible;
            let text = speeds(&self.steps);
            line(
                "players' speeds",
                format!("{text}; {too_fast:.3} % over {FASTEST_MPS}"),
            );
        }
        if self.ball_steps.n > 0 {
            line("ball's speeds", speeds(&self.ball_steps));
        }
        let against = |a: &Against| {
            format!(
                "half differ by under {:.2} m/s, 95 % by under {:.2}, r {:.3}, {} of them",
                a.median_mps, a.p95_mps, a.r, a.n
            )
        };
        if let Some(a) = &self.against_own {
            line("against its own", against(a));
        }
        if let Some(a) = &self.ball_against_own {
            line("ball against its own", against(a));
        }
        for (name, n) in &self.facts {
            line(name, n.to_string());
        }
        for (player, speed) in &self.fastest {
            line(
                "fast",
                format!("{player} {speed:.2} m/s, {:.1} km/h", speed * 3.6),
            );
        }
        if self.faults > 0 {
            line("could not be read", self.faults.to_string());
        }
        format!("{}\n{t}", self.file)
    }
}

fn name_of(fact: &TrackingFact) -> String {
    let side = |s: Side| if s == Side::Home { "home" } else { "away" };
    match fact {
        TrackingFact::Sprint(f) if f.phase == Phase::Began => "sprints".into(),
        TrackingFact::Sprint(_) => "sprints over".into(),
        TrackingFact::FinalThird(f) if f.phase == Phase::Began => {
            format!("final third {}", side(f.side))
        }
        TrackingFact::FinalThird(_) => "final thirds left".into(),
        TrackingFact::RunUp(f) => format!("run-ups {:?}", f.kick).to_lowercase(),
        TrackingFact::HeadTurn(f) => format!("turns by {:?}", f.by).to_lowercase(),
        TrackingFact::SpinDrop(_) => "spin drops".into(),
        TrackingFact::FastServe(_) => "fast serves".into(),
        TrackingFact::Refused(f) if f.phase == RefusalPhase::Began => {
            format!("refused {}", f.code.as_str())
        }
        TrackingFact::Refused(_) => "refusals over".into(),
    }
}

fn range(places: &[(f32, f32)]) -> Option<[f32; 4]> {
    let first = places.first()?;
    let mut r = [first.0, first.0, first.1, first.1];
    for (x, y) in places {
        r = [r[0].min(*x), r[1].max(*x), r[2].min(*y), r[3].max(*y)];
    }
    Some(r)
}

fn seconds(frames: &[FrameReport]) -> f64 {
    frames
        .chunk_by(|a, b| a.period == b.period)
        .filter_map(|p| Some(p.last()?.at.0 - p.first()?.at.0))
        .sum::<i64>() as f64
        / 1e6
}
