//! One wearer: reports into a heart, troubles told once, and what a rule asks about.

use matchday_event::{
    EventTime, Fact, Side,
    senses::{
        BeatReport, BodyFact, BodyRefusalCode as Code, Direction, PlayerWearer, Pseudonym,
        RateCrossing, RefusalPhase, Strain, Wearer as Who,
    },
};

use super::{
    super::watch::{Watch, places},
    baseline::Baseline,
    heart::{Heart, Rise},
    leap::Leapt,
    limits::Limits,
};

/// Most intervals of one report.
const MOST_INTERVALS: usize = 256;
/// How much longer than the time since the last report its intervals may be together: devices stamp what they receive.
const SLACK_US: i64 = 1_500_000;
/// Beats older than this say nothing about now, in microseconds.
const STALE_US: i64 = 10_000_000;

/// What came of a report.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub troubles: Vec<(Code, RefusalPhase)>,
    pub leap: Option<Leapt>,
}

/// A wearer.
#[derive(Debug, Clone)]
pub(super) struct Wearer {
    who: Who,
    last: Option<EventTime>,
    heart: Heart,
    base: Baseline,
    watches: [Watch; Code::ALL.len()],
    over: bool,
    /// Since when the variability is under the threshold.
    under: Option<EventTime>,
    strain: Option<Strain>,
}

impl Wearer {
    pub fn new(who: Who) -> Self {
        Self {
            who,
            last: None,
            heart: Heart::default(),
            base: Baseline::default(),
            watches: [Watch::default(); Code::ALL.len()],
            over: false,
            under: None,
            strain: None,
        }
    }

    /// Takes a report. `changed` where it was of someone else until now, `late` where its clock is not believed.
    pub fn take(
        &mut self,
        report: &BeatReport,
        changed: bool,
        late: bool,
        limits: &Limits,
    ) -> Told {
        let mut told = Told::default();
        let changed = changed || self.who != report.who;
        if changed {
            let troubles = self.watches;
            *self = Self::new(report.who.clone());
            self.watches = troubles;
        }
        let old = self.last.is_some_and(|last| report.at <= last);
        let impossible = !late && self.is_impossible(report);
        let loose = report.contact == Some(false);
        let usable = !(late || old || impossible || loose);
        let mut leap = None;
        if usable && !report.intervals_ms.is_empty() {
            leap = self.beat(report, limits);
        }
        if !late && !old {
            self.last = Some(report.at);
        }
        let stuck = usable && self.heart.is_stuck();
        let share = self.heart.artefacts();
        let noisy = if self.watch(Code::Noisy).lasts() {
            share > limits.noisy.1
        } else {
            share > limits.noisy.0
        };
        for (code, bad, back) in [
            (Code::Clock, late, 2),
            (Code::OutOfOrder, old, 1),
            (Code::Impossible, impossible, 2),
            (Code::ContactLost, loose, 2),
            (Code::Changed, changed, 1),
            (Code::Stuck, stuck, 3),
            (Code::Noisy, noisy, 1),
        ] {
            let place = place(code);
            let phase = self.watches[place].see(bad, 1, back);
            told.troubles.extend(phase.map(|phase| (code, phase)));
        }
        if told.troubles.contains(&(Code::Stuck, RefusalPhase::Ended)) {
            // What was the same for so long would look like a heart that beats like a clock.
            self.heart.clear();
        }
        told.leap = leap.filter(|_| !self.is_ill());
        told
    }

    fn watch(&self, code: Code) -> Watch {
        self.watches[place(code)]
    }

    fn is_impossible(&self, report: &BeatReport) -> bool {
        let number = |ms: &f32| ms.is_finite() && *ms > 0.0 && *ms < 60_000.0;
        if report.intervals_ms.len() > MOST_INTERVALS || !report.intervals_ms.iter().all(number) {
            return true;
        }
        let sum_us = (report
            .intervals_ms
            .iter()
            .map(|ms| f64::from(*ms))
            .sum::<f64>()
            * 1000.0) as i64;
        let since = |last: EventTime| report.at.0.saturating_sub(last.0);
        self.last
            .map(since)
            .is_some_and(|passed| passed > 0 && sum_us > passed + passed / 4 + SLACK_US)
    }

    fn beat(&mut self, report: &BeatReport, limits: &Limits) -> Option<Leapt> {
        let mut left_us: i64 = (report
            .intervals_ms
            .iter()
            .map(|ms| f64::from(*ms))
            .sum::<f64>()
            * 1000.0) as i64;
        let mut leap: Option<Leapt> = None;
        for ms in &report.intervals_ms {
            left_us -= (f64::from(*ms) * 1000.0) as i64;
            let at_us = report.at.0 - left_us.max(0);
            self.heart.beat(at_us, *ms, limits);
            if let Some(Rise { bpm, from_us }) = self
                .heart
                .rise(limits)
                .filter(|rise| rise.bpm > limits.leap_bpm)
                && leap.is_none_or(|l| l.bpm < bpm)
            {
                leap = Some(Leapt {
                    bpm,
                    from: EventTime(from_us),
                    at: EventTime(at_us),
                });
            }
        }
        if !self.is_ill()
            && let Some(bpm) = self.heart.bpm()
        {
            let rmssd = self.heart.rmssd_ms(limits);
            self.base.learn(report.at.0, bpm, rmssd, limits);
        }
        leap
    }

    /// Whether nothing of it can be used now.
    pub fn is_ill(&self) -> bool {
        [
            Code::Stuck,
            Code::Noisy,
            Code::ContactLost,
            Code::Impossible,
            Code::Clock,
        ]
        .into_iter()
        .any(|code| self.watch(code).lasts())
    }

    /// Whether there is a heart rate.
    pub fn is_usable(&self) -> bool {
        !self.is_ill() && self.heart.bpm().is_some()
    }

    pub fn is_player(&self) -> bool {
        matches!(self.who, Who::Player { .. })
    }

    /// As facts name a player.
    pub fn player(&self, wearer: Pseudonym) -> Option<PlayerWearer> {
        match &self.who {
            Who::Player { side, shirt } => Some(PlayerWearer {
                wearer,
                side: *side,
                shirt: shirt.clone(),
            }),
            Who::Fan { .. } => None,
        }
    }

    pub fn side(&self) -> Option<Side> {
        self.who.side()
    }

    /// Time of the last report that was believed.
    pub fn heard_us(&self) -> Option<i64> {
        self.last.map(|at| at.0)
    }

    /// The troubles that last, for whoever counts them.
    pub fn troubles(&self) -> impl Iterator<Item = Code> {
        Code::ALL
            .into_iter()
            .filter(|code| self.watch(*code).lasts())
    }

    /// Rate, rise over the baseline and variability against it, as of `now`.
    pub fn pulse(&self, now: EventTime, limits: &Limits) -> Option<(f32, f32, Option<f32>)> {
        let fresh = self.heart.last_us().is_some_and(|at| now.0 - at < STALE_US);
        let bpm = self.heart.bpm().filter(|_| fresh && !self.is_ill())?;
        let z = self
            .heart
            .rmssd_ms(limits)
            .and_then(|r| self.base.z(r, limits));
        Some((bpm, self.base.rise(bpm, limits)?, z))
    }

    /// What a rule asks of a player.
    pub fn tell(&mut self, player: &PlayerWearer, limits: &Limits, out: &mut Vec<Fact>) {
        let Some(at) = self.heart.last_us().map(EventTime) else {
            self.end_strain(self.last, out);
            return;
        };
        if self.is_ill() {
            self.end_strain(self.last, out);
            return;
        }
        self.cross(player, at, limits, out);
        let reading = self.heart.rmssd_ms(limits).and_then(|rmssd_ms| {
            let sdnn_ms = self.heart.sdnn_ms(limits)?;
            Some((rmssd_ms, sdnn_ms, self.base.z(rmssd_ms, limits)?))
        });
        let Some((rmssd_ms, sdnn_ms, z)) = reading else {
            self.end_strain(Some(at), out);
            return;
        };
        if z > limits.strain_z.0 {
            self.under = None;
        }
        if z > limits.strain_z.1 {
            self.end_strain(Some(at), out);
        }
        if z > limits.strain_z.0 || self.strain.is_some() {
            return;
        }
        let under = *self.under.get_or_insert(at);
        if (at.0 - under.0) as f32 / 1e6 >= limits.strain_s {
            let strain = Strain {
                player: player.clone(),
                at,
                onset: under,
                ended: None,
                rmssd_ms: places(rmssd_ms, 10.0),
                sdnn_ms: places(sdnn_ms, 10.0),
                z: places(z, 100.0),
                strength: places((-z / 3.0).clamp(0.0, 1.0), 100.0),
            };
            self.strain = Some(strain.clone());
            out.push(Fact::Body(BodyFact::Strain(strain)));
        }
    }

    fn cross(
        &mut self,
        player: &PlayerWearer,
        at: EventTime,
        limits: &Limits,
        out: &mut Vec<Fact>,
    ) {
        let Some(bpm) = self.heart.bpm() else {
            return;
        };
        let (up, down) = limits.rate_bpm;
        let (threshold_bpm, direction) = match self.over {
            false if bpm > up => (up, Direction::Up),
            true if bpm < down => (down, Direction::Down),
            _ => return,
        };
        self.over = !self.over;
        out.push(Fact::Body(BodyFact::Rate(RateCrossing {
            player: player.clone(),
            at,
            threshold_bpm,
            direction,
            bpm: places(bpm, 10.0),
        })));
    }

    pub fn end_strain(&mut self, at: Option<EventTime>, out: &mut Vec<Fact>) {
        self.under = None;
        if let Some(mut strain) = self.strain.take() {
            let at = at.unwrap_or(strain.at);
            strain.at = at;
            strain.ended = Some(at);
            out.push(Fact::Body(BodyFact::Strain(strain)));
        }
    }
}

fn place(code: Code) -> usize {
    Code::ALL.iter().position(|c| *c == code).unwrap_or(0)
}
