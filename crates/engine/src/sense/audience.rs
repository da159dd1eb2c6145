//! What groups of viewers like, and how they answer what the rules do: counts in, shares out.
//!
//! Nobody is spoken of who is not one of twenty: a count of fewer people makes no fact, and neither does one that cannot
//! be (more who like than there are). Counts stand in the order in which they came: the last one holds, whatever its clock
//! says.

use std::{collections::BTreeSet, sync::Arc};

use matchday_event::{
    Fact, Signal,
    production::{FrownFact, FrownReport, MIN_VIEWERS, TasteFact, TasteReport},
};

use super::{Scene, SenseAgent, watch::places};

/// Clusters of a match, each with one thing that it may like. Of more, those that come later are not told of, so that
/// nobody behind this agent must keep more than these apart.
pub const MOST_CLUSTERS: usize = 4096;

/// The agent of viewers in groups.
#[derive(Debug, Clone, Default)]
pub struct Audience {
    /// Cluster and topic.
    known: BTreeSet<(Arc<str>, Arc<str>)>,
}

/// The share of a count, where it can be spoken of.
fn share(part: u32, viewers: u32) -> Option<f32> {
    // A share of ten million people has seven digits that mean something; facts keep four.
    (viewers >= MIN_VIEWERS && part <= viewers)
        .then(|| places((f64::from(part) / f64::from(viewers)) as f32, 10_000.0))
}

impl Audience {
    /// Takes a count of a cluster.
    pub fn taste(&mut self, report: &TasteReport, out: &mut Vec<Fact>) {
        let Some(share) = share(report.like, report.viewers) else {
            return;
        };
        let key = (report.cluster.clone(), report.topic.clone());
        if !self.known.contains(&key) {
            if self.known.len() >= MOST_CLUSTERS {
                return;
            }
            self.known.insert(key);
        }
        out.push(Fact::Taste(TasteFact {
            at: report.at,
            cluster: report.cluster.clone(),
            topic: report.topic.clone(),
            viewers: report.viewers,
            share,
        }));
    }

    /// Takes a count of frowns.
    pub fn frowns(&mut self, report: &FrownReport, out: &mut Vec<Fact>) {
        let Some(share) = share(report.frowns, report.viewers) else {
            return;
        };
        out.push(Fact::Frowns(FrownFact {
            at: report.at,
            viewers: report.viewers,
            share,
        }));
    }
}

impl SenseAgent for Audience {
    fn take(&mut self, signal: &Signal, _: Scene<'_>, facts: &mut Vec<Fact>) {
        match signal {
            Signal::Taste(report) => self.taste(report, facts),
            Signal::Frowns(report) => self.frowns(report, facts),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use matchday_event::EventTime;

    use super::*;

    fn report(cluster: &str, at: i64, viewers: u32, like: u32) -> TasteReport {
        TasteReport {
            at: EventTime(at),
            cluster: cluster.into(),
            topic: "analytics".into(),
            viewers,
            like,
        }
    }

    fn told(reports: &[TasteReport]) -> Vec<(String, f32)> {
        let (mut agent, mut facts) = (Audience::default(), Vec::new());
        for report in reports {
            agent.taste(report, &mut facts);
        }
        let share = |fact: Fact| match fact {
            Fact::Taste(t) => (t.cluster.to_string(), t.share),
            other => panic!("{other:?}"),
        };
        facts.into_iter().map(share).collect()
    }

    #[test]
    fn a_share_is_told_of_twenty_people_and_no_fewer() {
        let reports = [
            report("few", 0, MIN_VIEWERS - 1, 19),
            report("enough", 0, MIN_VIEWERS, 15),
            report("all", 1, 50, 50),
            report("none", 1, 50, 0),
        ];
        let want = [("enough", 0.75), ("all", 1.0), ("none", 0.0)];
        assert_eq!(told(&reports), want.map(|(c, s)| (c.to_owned(), s)));
    }

    #[test]
    fn what_cannot_be_is_no_fact_and_the_last_to_come_holds() {
        let reports = [
            report("a", 5, 100, 101),
            report("a", 5, 100, 73),
            report("a", 4, 100, 72),
        ];
        let want = [("a", 0.73), ("a", 0.72)];
        assert_eq!(told(&reports), want.map(|(c, s)| (c.to_owned(), s)));
    }

    #[test]
    fn no_more_clusters_are_told_of_than_there_is_room_for() {
        let (mut agent, mut facts) = (Audience::default(), Vec::new());
        for n in 0..MOST_CLUSTERS as i64 + 500 {
            agent.taste(&report(&format!("c{n}"), n, 40, 30), &mut facts);
        }
        assert_eq!(facts.len(), MOST_CLUSTERS);
        agent.taste(&report("c7", 9, 40, 31), &mut facts);
        assert_eq!(facts.len(), MOST_CLUSTERS + 1);
    }

    #[test]
    fn frowns_are_a_share_of_those_who_could_answer() {
        let (mut agent, mut facts) = (Audience::default(), Vec::new());
        for (at, viewers, frowns) in [(1, 1000, 51), (2, 10, 9), (3, 30, 31)] {
            let at = EventTime(at);
            agent.frowns(
                &FrownReport {
                    at,
                    viewers,
                    frowns,
                },
                &mut facts,
            );
        }
        let [Fact::Frowns(fact)] = &facts[..] else {
            panic!("{facts:?}");
        };
        assert_eq!(
            (fact.at, fact.viewers, fact.share),
            (EventTime(1), 1000, 0.051)
        );
    }
}
