//! What clusters of viewers like, counted as an operator's own system would count it: those who watch now, by cluster.

use std::sync::Arc;

use matchday_event::{EventTime, production::TasteReport};

use super::{
    Script,
    viewers::{Viewer, Viewers},
};

/// The topic that is counted.
pub const TOPIC: &str = "analytics";
/// Whoever likes numbers by this much or more likes them.
const LIKES: f32 = 0.5;

/// Who is counted, and how often.
#[derive(Debug, Clone, PartialEq)]
pub struct TastePlan {
    /// When the match kicks off.
    pub kick_off: EventTime,
    /// Viewers, of all clusters.
    pub viewers: u64,
    /// Clusters that are told of: the first ones.
    pub clusters: u16,
    /// Milliseconds between two counts.
    pub every_ms: u64,
}

impl Default for TastePlan {
    fn default() -> Self {
        Self {
            kick_off: EventTime::from_millis(1_760_000_000_000),
            viewers: 12_000,
            clusters: 40,
            every_ms: 300_000,
        }
    }
}

/// The name of a cluster.
pub fn name_of(cluster: u16) -> Arc<str> {
    format!("postcodes-{cluster:03}").into()
}

/// The counts of a match, by time: every cluster that anyone of watches, at the kick-off and then again and again.
pub fn render(seed: u64, script: &Script, plan: &TastePlan) -> Vec<TasteReport> {
    let viewers: Vec<Viewer> = Viewers::new(seed, script)
        .iter()
        .take(usize::try_from(plan.viewers).unwrap_or(usize::MAX))
        .filter(|v| v.cluster < plan.clusters)
        .collect();
    let names: Vec<Arc<str>> = (0..plan.clusters).map(name_of).collect();
    let mut out = Vec::new();
    let every = usize::try_from(plan.every_ms.max(1)).unwrap_or(usize::MAX);
    for at_ms in (0..=script.duration_ms).step_by(every) {
        let mut counts = vec![(0_u32, 0_u32); names.len()];
        let here = |v: &&Viewer| v.joins_ms <= at_ms && v.leaves_ms.is_none_or(|to| at_ms < to);
        for viewer in viewers.iter().filter(here) {
            let (all, like) = &mut counts[usize::from(viewer.cluster)];
            *all += 1;
            *like += u32::from(viewer.tastes.analytics >= LIKES);
        }
        for (cluster, (viewers, like)) in names.iter().zip(counts) {
            if viewers > 0 {
                out.push(TasteReport {
                    at: EventTime(plan.kick_off.0 + at_ms as i64 * 1000),
                    cluster: cluster.clone(),
                    topic: TOPIC.into(),
                    viewers,
                    like,
                });
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use matchday_event::{Sport, production::MIN_VIEWERS};

    use super::*;

    #[test]
    fn clusters_lie_on_both_sides_of_the_threshold_and_move_as_people_come_and_go() {
        let script = Script::generate(5, Sport::Tennis);
        let reports = render(5, &script, &TastePlan::default());
        assert_eq!(reports, render(5, &script, &TastePlan::default()));
        assert!(reports.is_sorted_by_key(|r| r.at));
        let share = |r: &TasteReport| f64::from(r.like) / f64::from(r.viewers);
        let enough = |r: &&TasteReport| r.viewers >= MIN_VIEWERS;
        let over = reports.iter().filter(enough).filter(|r| share(r) > 0.72);
        let under = reports.iter().filter(enough).filter(|r| share(r) < 0.72);
        assert!(over.count() > 20 && under.count() > 20);
        // Too few to be spoken of, at some time.
        assert!(reports.iter().any(|r| r.viewers < MIN_VIEWERS));
        let of = |name: &str| -> Vec<u32> {
            let all = reports.iter().filter(|r| &*r.cluster == name);
            all.map(|r| r.viewers).collect()
        };
        let first = of(&name_of(0));
        assert!(first.iter().any(|n| *n != first[0]), "{first:?}");
    }
}
