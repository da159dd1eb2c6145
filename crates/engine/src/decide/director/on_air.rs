use matchday_event::{EventTime, production::Cut};

use super::{Director, Heard};

/// Of the cuts that were told, those that came to be: what an output shows that holds each until its frame.
///
/// A cut that came after another and has its frame or an earlier one stands in its place; one that leaves the picture as it
/// is is none. For matches that are over: of one that goes on, the last may yet be taken back.
#[derive(Debug, Clone, Default)]
pub struct OnAir {
    cuts: Vec<Cut>,
}

impl OnAir {
    /// Hears of a cut.
    pub fn push(&mut self, cut: Cut) {
        let stay = self.cuts.partition_point(|c| c.frame < cut.frame);
        self.cuts.truncate(stay);
        let changes = match self.cuts.last() {
            Some(last) => last.shot.camera != cut.shot.camera || last.shot.zoom != cut.shot.zoom,
            None => cut.from != cut.shot.camera || cut.shot.zoom.is_some(),
        };
        if changes {
            self.cuts.push(cut);
        }
    }

    /// The cut whose shot is on air at a time, as far as is known.
    pub fn at(&self, at: EventTime) -> Option<&Cut> {
        let begun = self.cuts.partition_point(|c| c.at <= at);
        begun.checked_sub(1).map(|last| &self.cuts[last])
    }

    /// Forgets all but the newest cuts.
    pub fn keep_last(&mut self, cuts: usize) {
        let old = self.cuts.len().saturating_sub(cuts);
        self.cuts.drain(..old);
    }

    /// The cuts, by frame.
    pub fn cuts(&self) -> &[Cut] {
        &self.cuts
    }

    /// The cuts, by frame.
    pub fn into_cuts(self) -> Vec<Cut> {
        self.cuts
    }
}

impl FromIterator<Cut> for OnAir {
    fn from_iter<I: IntoIterator<Item = Cut>>(cuts: I) -> Self {
        let mut on_air = Self::default();
        for cut in cuts {
            on_air.push(cut);
        }
        on_air
    }
}

/// A director that is tried on a match that is over.
#[derive(Debug)]
pub struct Rehearsal {
    director: Director,
    on_air: OnAir,
    told: Vec<Cut>,
    now: Option<EventTime>,
}

/// Time is told this often where nothing else is heard: well within any sensible lead.
const TICK_US: i64 = 100_000;

impl Rehearsal {
    /// Begins with the main camera.
    pub fn new(director: Director) -> Self {
        Self {
            director,
            on_air: OnAir::default(),
            told: Vec::new(),
            now: None,
        }
    }

    /// Hears something at its time, which is not before what it heard last, and the ticks until then.
    pub fn hear(&mut self, now: EventTime, heard: &Heard) {
        self.tick_to(now);
        self.one(now, heard);
    }

    /// Time passes.
    pub fn tick_to(&mut self, now: EventTime) {
        while let Some(last) = self.now
            && last.0 + TICK_US < now.0
        {
            self.one(EventTime(last.0 + TICK_US), &Heard::Nothing);
        }
    }

    fn one(&mut self, now: EventTime, heard: &Heard) {
        self.now = Some(self.now.map_or(now, |last| last.max(now)));
        self.director.hear(now, heard, &mut self.told);
        for cut in self.told.drain(..) {
            self.on_air.push(cut);
        }
    }

    /// The cut whose shot is on air at a time, as far as is known.
    pub fn at(&self, at: EventTime) -> Option<&Cut> {
        self.on_air.at(at)
    }

    /// The cuts that came to be until the match was over.
    pub fn finish(mut self, end: EventTime) -> Vec<Cut> {
        self.tick_to(end);
        self.on_air.into_cuts()
    }
}
