//! What is wrong with an input, told once when it begins and once when it is over.

use matchday_event::senses::{Heard, RefusalPhase, SoundRefusalCode as Code, SoundReport};

use super::limits::Limits;

/// One trouble of one microphone.
#[derive(Debug, Clone, Copy, Default)]
struct Watch {
    bad: u32,
    good: u32,
    told: bool,
}

impl Watch {
    fn see(&mut self, bad: bool, after: u32, limits: &Limits) -> Option<RefusalPhase> {
        if bad {
            self.bad += 1;
            self.good = 0;
            if !self.told && self.bad >= after {
                self.told = true;
                return Some(RefusalPhase::Began);
            }
        } else {
            self.bad = 0;
            self.good += 1;
            if self.told && self.good >= limits.good_reports {
                self.told = false;
                return Some(RefusalPhase::Ended);
            }
        }
        None
    }
}

#[derive(Debug, Clone, Default)]
pub(super) struct Troubles {
    wrong_rate: Watch,
    silent: Watch,
    stuck: Watch,
    clipped: Watch,
    lost: Watch,
    impossible: Watch,
    uncalibrated: Watch,
    last: Option<Heard>,
    same: u32,
}

impl Troubles {
    /// Looks at a report. Whether it can be used.
    pub fn see(
        &mut self,
        report: &SoundReport,
        limits: &Limits,
        tell: &mut impl FnMut(Code, RefusalPhase),
    ) -> bool {
        let heard = report.heard.as_ref();
        let repeats = heard.is_some() && self.last.as_ref() == heard;
        self.same = if repeats { self.same + 1 } else { 0 };
        self.last = report.heard;
        let impossible = heard.is_some_and(is_impossible)
            || report.offset_db.is_some_and(|db| !db.is_finite())
            || !(0.0..=1.0).contains(&report.lost);
        // A level that cannot be says nothing about silence or clipping either.
        let heard = heard.filter(|_| !impossible);
        let silent = heard.is_some_and(|h| h.peak_dbfs <= limits.silent_dbfs);
        let stuck = !silent && (heard.is_some_and(|h| h.still >= limits.stuck) || self.same >= 10);
        let clipped = heard.is_some_and(|h| h.clipped >= limits.clipped);
        let lost = report.lost > limits.lost;
        let soon = limits.trouble_reports;
        let mut watch = |watch: &mut Watch, bad, after, code| {
            if let Some(phase) = watch.see(bad, after, limits) {
                tell(code, phase);
            }
        };
        watch(
            &mut self.wrong_rate,
            report.heard.is_none(),
            1,
            Code::WrongRate,
        );
        watch(&mut self.impossible, impossible, 1, Code::Impossible);
        watch(&mut self.silent, silent && !lost, soon, Code::Silent);
        watch(&mut self.stuck, stuck, soon, Code::Stuck);
        watch(&mut self.clipped, clipped, 1, Code::Clipped);
        watch(&mut self.lost, lost, soon, Code::Lost);
        watch(
            &mut self.uncalibrated,
            report.offset_db.is_none(),
            1,
            Code::Uncalibrated,
        );
        // What has just been silent, stuck or overdriven is not used before it has been well for a while.
        let ill = [
            &self.wrong_rate,
            &self.impossible,
            &self.silent,
            &self.stuck,
            &self.clipped,
            &self.lost,
        ];
        heard.is_some() && !silent && !stuck && !lost && ill.iter().all(|w| !w.told)
    }
}

fn is_impossible(heard: &Heard) -> bool {
    let loudness = [heard.momentary_lufs, heard.short_term_lufs];
    let tone = heard
        .tone
        .map_or([0.0; 2], |t| [t.prominence_db, t.hz / 1000.0]);
    let levels = [
        heard.a_fast_db,
        heard.a_slow_db,
        heard.a_max_db,
        heard.c_fast_db,
        heard.c_slow_db,
        heard.c_max_db,
        heard.peak_dbfs,
    ];
    let shares = [heard.clipped, heard.still, heard.periodic];
    levels
        .into_iter()
        .chain(heard.bands_db)
        .chain(loudness.into_iter().flatten())
        .chain(tone)
        .any(|v| !(-400.0..=250.0).contains(&v))
        || shares.iter().any(|v| !(0.0..=1.0).contains(v))
}
