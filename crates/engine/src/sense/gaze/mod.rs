//! The gaze agent: what viewers look at together.
//!
//! Samples of single viewers in, shares of all of them out: nothing is ever told of fewer than five. A viewer counts once,
//! however many samples there are; whose tracker is stuck does not count.

mod config;
mod viewer;

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime, Fact, Signal,
    senses::{
        Direction, GazeCrossing, GazeFact, GazeRefusal, GazeRefusalCode as Code, GazeReport,
        GazeSample, GazeShares, Look, Pseudonym, RefusalPhase, RegionShare,
    },
};

pub use config::{ConfigError, FEWEST, GazeConfig, MOST_REGIONS, WatchedRegion};

use super::{
    senses::{Scene, SenseAgent},
    watch::{Heed, MatchClock, Watch, named, places},
};
use config::is_area;
use viewer::{On, Viewer};

/// Most viewers that are kept: some 15 MB.
const MAX_VIEWERS: usize = 100_000;
/// Most streams of samples.
const MAX_SOURCES: usize = 64;
/// Most samples of a report that are taken.
const MAX_SAMPLES: usize = 20_000;
/// Time between two counts, in microseconds.
const STEP_US: i64 = 100_000;
/// A viewer who is not heard of for so long is forgotten, in microseconds.
const FORGET_US: i64 = 60_000_000;
/// How much older than its report a sample may be, in microseconds.
const OLD_US: i64 = 10_000_000;
/// How far outside the picture eyes are simply away, and no error of a tracker, as a share of its size.
const OUTSIDE: f32 = 2.0;

/// Watches the watchers of one match.
#[derive(Debug, Clone, Default)]
pub struct Gaze {
    config: GazeConfig,
    clock: MatchClock,
    viewers: BTreeMap<Pseudonym, Viewer>,
    sources: BTreeMap<Arc<str>, Source>,
    /// Whether each watched region's share is over its threshold.
    over: Vec<bool>,
    too_few: Watch,
    stuck: Watch,
    too_many: Watch,
    counted: Option<EventTime>,
    told: Option<EventTime>,
    swept: Option<EventTime>,
}

/// One stream of samples.
#[derive(Debug, Clone, Default)]
struct Source {
    last: Option<EventTime>,
    /// Where the watched regions lie on its picture, by the order of configuration.
    areas: Vec<Option<[f32; 4]>>,
    watches: [Watch; 4],
}

/// The codes of a source's own troubles, by the order of its watches.
const OF_SOURCE: [Code; 4] = [
    Code::Clock,
    Code::OutOfOrder,
    Code::Impossible,
    Code::TooMany,
];

impl SenseAgent for Gaze {
    fn take(&mut self, signal: &Signal, _: Scene<'_>, facts: &mut Vec<Fact>) {
        match signal {
            Signal::Gaze(report) => self.apply(report, facts),
            Signal::Tick { at } => self.tick(*at, facts),
            _ => {}
        }
    }
}

impl Gaze {
    /// An agent with these settings.
    pub fn new(config: GazeConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            config,
            ..Self::default()
        })
    }

    /// Time passed.
    pub fn tick(&mut self, at: EventTime, out: &mut Vec<Fact>) {
        self.clock.tick(at);
        self.pass(out);
    }

    /// Takes a report and appends what follows from it.
    pub fn apply(&mut self, report: &GazeReport, out: &mut Vec<Fact>) {
        let full = self.sources.len() >= MAX_SOURCES && !self.sources.contains_key(&report.source);
        if let Some(phase) = self.too_many.see(full, 1, 100) {
            refuse(None, report.at, Code::TooMany, phase, out);
        }
        if full {
            return;
        }
        let heed = self.clock.hear(named(&report.source), report.at);
        if heed == Heed::Restart {
            self.start_again(out);
        }
        let source = self
            .sources
            .entry(report.source.clone())
            .or_insert_with(|| Source {
                areas: self.config.regions.iter().map(|r| r.area).collect(),
                ..Source::default()
            });
        let late = heed == Heed::Refuse;
        let old = !late && source.last.is_some_and(|last| report.at < last);
        let mut impossible = false;
        let mut many = report.samples.len() > MAX_SAMPLES;
        if !late && !old {
            source.last = Some(report.at);
            if let Some(regions) = &report.regions {
                impossible |= regions.iter().any(|r| !is_area(r.area));
                let area = |name: &Arc<str>| {
                    let region = regions.iter().find(|r| r.name == *name)?;
                    is_area(region.area).then_some(region.area)
                };
                source.areas = self.config.regions.iter().map(|r| area(&r.name)).collect();
            }
            for sample in report.samples.iter().take(MAX_SAMPLES) {
                let age_us = report.at.0.saturating_sub(sample.at.0);
                let on = on(sample, &self.config, &source.areas);
                let Some(on) = on.filter(|_| (0..=OLD_US).contains(&age_us)) else {
                    impossible = true;
                    continue;
                };
                if self.viewers.len() >= MAX_VIEWERS && !self.viewers.contains_key(&sample.viewer) {
                    many = true;
                    continue;
                }
                let viewer = self
                    .viewers
                    .entry(sample.viewer)
                    .or_insert_with(|| Viewer::new(EventTime(i64::MIN)));
                // Of two streams with one viewer the later sample counts.
                if sample.at > viewer.at() {
                    viewer.look(sample.at, &sample.look, on, &self.config);
                }
            }
        }
        let source = self.sources.get_mut(&report.source);
        for (watch, (code, bad)) in source
            .into_iter()
            .flat_map(|s| s.watches.iter_mut())
            .zip(OF_SOURCE.into_iter().zip([late, old, impossible, many]))
        {
            if let Some(phase) = watch.see(bad, 1, 10) {
                refuse(Some(report.source.clone()), report.at, code, phase, out);
            }
        }
        self.pass(out);
    }

    /// Counts, where a tenth of a second has passed.
    fn pass(&mut self, out: &mut Vec<Fact>) {
        let Some(now) = self.clock.now() else {
            return;
        };
        if self.counted.is_some_and(|at| now.0 - at.0 < STEP_US) || self.viewers.is_empty() {
            return;
        }
        self.counted = Some(now);
        if self.swept.is_none_or(|at| now.0 - at.0 >= FORGET_US / 4) {
            self.swept = Some(now);
            self.viewers.retain(|_, v| now.0 - v.at().0 < FORGET_US);
        }
        let stale_us = i64::from(self.config.stale_ms) * 1000;
        let (mut viewers, mut away, mut stuck) = (0_u32, 0_u32, 0_u32);
        let mut dwells: Vec<Vec<u32>> = vec![Vec::new(); self.config.regions.len()];
        for viewer in self.viewers.values() {
            if now.0 - viewer.at().0 > stale_us {
                continue;
            }
            if viewer.is_stuck() {
                stuck += 1;
                continue;
            }
            viewers += 1;
            match viewer.on() {
                On::Region(i) => dwells[usize::from(i)].push(viewer.dwell_ms()),
                On::Away => away += 1,
                On::Elsewhere => {}
            }
        }
        let enough = viewers as usize >= self.config.fewest;
        if let Some(phase) = self.stuck.see(stuck > 0, 1, 10) {
            refuse(None, now, Code::Stuck, phase, out);
        }
        if let Some(phase) = self.too_few.see(!enough, 10, 1) {
            refuse(None, now, Code::TooFew, phase, out);
        }
        let share = |n: usize| {
            if enough {
                places(n as f32 / viewers as f32, 1000.0)
            } else {
                0.0
            }
        };
        self.cross(now, if enough { viewers } else { 0 }, &dwells, share, out);
        let due = self
            .told
            .is_none_or(|at| now.0 - at.0 >= i64::from(self.config.every_ms) * 1000);
        if !enough || !due {
            return;
        }
        self.told = Some(now);
        let regions = self
            .config
            .regions
            .iter()
            .zip(&mut dwells)
            .map(|(region, dwells)| {
                dwells.sort_unstable();
                let at = |share: f32| {
                    let place = libm::roundf(share * (dwells.len() - 1) as f32) as usize;
                    (dwells.len() >= self.config.fewest).then(|| dwells[place])
                };
                let some = !dwells.is_empty();
                RegionShare {
                    region: region.name.clone(),
                    share: share(dwells.len()),
                    dwell_p50_ms: some.then(|| at(0.5)).flatten(),
                    dwell_p90_ms: some.then(|| at(0.9)).flatten(),
                }
            })
            .collect();
        out.push(Fact::Gaze(GazeFact::Shares(GazeShares {
            at: now,
            viewers,
            away: share(away as usize),
            regions,
        })));
    }

    fn cross(
        &mut self,
        at: EventTime,
        viewers: u32,
        dwells: &[Vec<u32>],
        share: impl Fn(usize) -> f32,
        out: &mut Vec<Fact>,
    ) {
        self.over.resize(self.config.regions.len(), false);
        for ((region, over), on) in self.config.regions.iter().zip(&mut self.over).zip(dwells) {
            let share = share(on.len());
            let (threshold, direction) = match *over {
                false if share >= region.up => (region.up, Direction::Up),
                true if share < region.down => (region.down, Direction::Down),
                _ => continue,
            };
            *over = !*over;
            out.push(Fact::Gaze(GazeFact::Crossed(GazeCrossing {
                region: region.name.clone(),
                at,
                threshold,
                direction,
                share,
                viewers,
            })));
        }
    }

    /// What was known is of another time; what was over a threshold is over it no more.
    fn start_again(&mut self, out: &mut Vec<Fact>) {
        let at = self.clock.now().unwrap_or_default();
        let none = vec![Vec::new(); self.config.regions.len()];
        self.cross(at, 0, &none, |_| 0.0, out);
        let (config, clock) = (self.config.clone(), self.clock);
        let sources = std::mem::take(&mut self.sources);
        *self = Self {
            config,
            clock,
            too_few: self.too_few,
            stuck: self.stuck,
            too_many: self.too_many,
            sources: sources
                .into_iter()
                .map(|(name, source)| {
                    (
                        name,
                        Source {
                            last: None,
                            ..source
                        },
                    )
                })
                .collect(),
            ..Self::default()
        };
    }
}

/// Where a sample is. `None` where it cannot be.
fn on(sample: &GazeSample, config: &GazeConfig, areas: &[Option<[f32; 4]>]) -> Option<On> {
    let region = |i: usize| u8::try_from(i).map_or(On::Elsewhere, On::Region);
    Some(match &sample.look {
        Look::Away => On::Away,
        Look::Region(name) => config
            .regions
            .iter()
            .position(|r| r.name == *name)
            .map_or(On::Elsewhere, region),
        Look::Point([x, y]) => {
            let sane = |v: &f32| (-OUTSIDE..=1.0 + OUTSIDE).contains(v);
            if !sane(x) || !sane(y) {
                return None;
            }
            let within = |area: &Option<[f32; 4]>| {
                area.is_some_and(|[left, top, width, height]| {
                    (left..=left + width).contains(x) && (top..=top + height).contains(y)
                })
            };
            let inside = |v: &f32| (0.0..=1.0).contains(v);
            match areas.iter().position(within) {
                _ if !inside(x) || !inside(y) => On::Away,
                Some(i) => region(i),
                None => On::Elsewhere,
            }
        }
    })
}

fn refuse(
    source: Option<Arc<str>>,
    at: EventTime,
    code: Code,
    phase: RefusalPhase,
    out: &mut Vec<Fact>,
) {
    out.push(Fact::Gaze(GazeFact::Refused(GazeRefusal {
        source,
        at,
        code,
        phase,
    })));
}
