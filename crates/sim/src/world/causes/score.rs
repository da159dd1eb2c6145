//! How what was done fits its true causes.

use std::sync::Arc;

use super::{Cause, Trigger};

/// Something that a rule did.
#[derive(Debug, Clone, PartialEq)]
pub struct Acted {
    /// By which rule.
    pub trigger: Trigger,
    /// The room or the cluster, where the rule looks at each by itself.
    pub key: Option<Arc<str>>,
    /// The time of what made it true, in milliseconds from kick-off.
    pub at_ms: f64,
    /// When it was due, in the same.
    pub due_ms: f64,
    /// When it was over, if it was.
    pub ended_ms: Option<f64>,
}

/// How a rule did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CauseScore {
    /// Causes that had to be acted on.
    pub must: usize,
    /// Those acted on.
    pub found: usize,
    /// How often the rule acted.
    pub acted: usize,
    /// Without any cause near.
    pub wrong: usize,
    /// For a cause that it had acted on already.
    pub again: usize,
    /// From the true cause until what made the rule act, of those found: the senses' delay, and the feed's.
    pub lags_ms: Vec<f64>,
    /// How far what it did was from the time of what made it act plus the rule's own delay.
    pub off_ms: Vec<f64>,
    /// Of those found whose end the world knows: how much later than that it was over.
    pub late_ms: Vec<f64>,
}

impl CauseScore {
    /// Share of what had to be acted on that was; 1 where nothing had to be.
    pub fn recall(&self) -> f64 {
        match self.must {
            0 => 1.0,
            must => self.found as f64 / must as f64,
        }
    }

    /// Adds another match's.
    pub fn add(&mut self, other: &Self) {
        self.must += other.must;
        self.found += other.found;
        self.acted += other.acted;
        self.wrong += other.wrong;
        self.again += other.again;
        self.lags_ms.extend(&other.lags_ms);
        self.off_ms.extend(&other.off_ms);
        self.late_ms.extend(&other.late_ms);
    }

    /// The delay of the senses that this share of what was found stayed within, 0 to 1.
    pub fn lag_ms(&self, share: f64) -> Option<f64> {
        quantile(&self.lags_ms, share)
    }

    /// How late what had an end was over, or how early if negative, in this share of it.
    pub fn late_ms(&self, share: f64) -> Option<f64> {
        quantile(&self.late_ms, share)
    }

    /// The distance from the rule's own delay, whichever way, that this share stayed within, in frames of so many a second.
    pub fn off_frames(&self, share: f64, fps: f64) -> Option<f64> {
        let off: Vec<f64> = self.off_ms.iter().map(|ms| ms.abs()).collect();
        Some(quantile(&off, share)? / 1000.0 * fps)
    }
}

fn quantile(values: &[f64], share: f64) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    values.get((share * last as f64).round() as usize).copied()
}

/// Holds what a rule did against its causes. What is done without a key answers every cause of that time, for a rule that
/// does not tell rooms apart acts once for all of them. A rule that acts no more often than once in `rest_ms` need not act
/// on what happens while it rests.
pub fn score(trigger: Trigger, causes: &[Cause], acted: &[Acted], rest_ms: u64) -> CauseScore {
    let causes: Vec<&Cause> = causes.iter().filter(|c| c.trigger == trigger).collect();
    let mut acted: Vec<&Acted> = acted.iter().filter(|a| a.trigger == trigger).collect();
    acted.sort_by(|a, b| a.at_ms.total_cmp(&b.at_ms));
    let mut out = CauseScore::default();
    let mut taken = vec![false; causes.len()];
    let same = |cause: &Cause, key: &Option<Arc<str>>| {
        cause.key.is_none() || key.is_none() || cause.key == *key
    };
    for act in &acted {
        out.acted += 1;
        out.off_ms
            .push(act.due_ms - act.at_ms - trigger.delay_ms() as f64);
        let near = |c: &Cause| {
            let early = c.at_ms as f64 - trigger.early_ms() as f64;
            same(c, &act.key) && (early..=c.until_ms as f64).contains(&act.at_ms)
        };
        let all: Vec<usize> = (0..causes.len()).filter(|i| near(causes[*i])).collect();
        let new = || all.iter().copied().filter(|i| !taken[*i]);
        // What had to be done first, and of several the one that has waited longest.
        let Some(first) = new().find(|i| causes[*i].must).or_else(|| new().next()) else {
            match all.is_empty() {
                true => out.wrong += 1,
                false => out.again += 1,
            }
            continue;
        };
        if causes[first].must {
            out.lags_ms.push(act.at_ms - causes[first].at_ms as f64);
            if let (Some(ended), Some(ends)) = (act.ended_ms, causes[first].ends_ms) {
                out.late_ms.push(ended - ends as f64);
            }
        }
        taken[first] = true;
        if act.key.is_none() {
            for i in all {
                taken[i] = true;
            }
        }
    }
    for (cause, taken) in causes.iter().zip(taken).filter(|(c, _)| c.must) {
        let rests = acted.iter().any(|a| {
            let since = cause.at_ms as f64 - a.at_ms;
            same(cause, &a.key) && (0.0..rest_ms as f64).contains(&since)
        });
        if taken || !rests {
            out.must += 1;
            out.found += usize::from(taken);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(at_ms: u64, key: Option<&str>, must: bool) -> Cause {
        Cause {
            trigger: Trigger::Keyword,
            at_ms,
            until_ms: at_ms + 2_000,
            ends_ms: None,
            key: key.map(Into::into),
            must,
        }
    }

    fn act(at_ms: f64, key: Option<&str>) -> Acted {
        Acted {
            trigger: Trigger::Keyword,
            key: key.map(Into::into),
            at_ms,
            due_ms: at_ms + 310.0,
            ended_ms: None,
        }
    }

    #[test]
    fn found_missed_allowed_repeated_and_wrong() {
        let causes = [
            cause(10_000, Some("home"), true),
            cause(10_000, Some("away"), true),
            cause(40_000, Some("home"), false),
        ];
        let acts = [
            act(10_200.0, Some("home")),
            act(11_000.0, Some("home")),
            act(41_000.0, Some("home")),
            act(41_000.0, Some("away")),
        ];
        let s = score(Trigger::Keyword, &causes, &acts, 0);
        assert_eq!((s.must, s.found, s.acted), (2, 1, 4));
        assert_eq!((s.wrong, s.again), (1, 1));
        assert_eq!(s.lags_ms, [200.0]);
        // Ten milliseconds later than the rule's own delay: half a frame.
        assert_eq!(s.off_frames(0.5, 50.0), Some(0.5));
        assert_eq!(score(Trigger::SpinDrop, &causes, &acts, 0).must, 0);
    }

    #[test]
    fn a_rule_that_tells_no_rooms_apart_acts_once_for_all_of_them() {
        let causes = [
            cause(10_000, Some("home"), true),
            cause(10_500, Some("away"), true),
        ];
        let s = score(Trigger::Keyword, &causes, &[act(10_600.0, None)], 0);
        assert_eq!((s.must, s.found, s.wrong), (2, 2, 0));
    }

    #[test]
    fn a_rule_that_rests_misses_nothing() {
        let causes = [cause(10_000, None, true), cause(14_000, None, true)];
        let acts = [act(10_600.0, None)];
        let s = score(Trigger::Keyword, &causes, &acts, 0);
        assert_eq!((s.must, s.found), (2, 1));
        let s = score(Trigger::Keyword, &causes, &acts, 10_000);
        assert_eq!((s.must, s.found), (1, 1));
    }
}
