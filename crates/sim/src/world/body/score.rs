//! How well facts of bodies fit the truth.

use matchday_event::{
    EventTime, Fact,
    senses::{BodyFact, BodyRefusalCode, Direction, Pseudonym, RefusalPhase},
};

use super::BodyTruth;
use crate::world::tally::{KindScore, Span, tally, tally_by};

/// Names of what is scored, in the order of [`score`].
pub const SCORED: [&str; 4] = ["leap", "rate", "strain", "stuck"];

/// A strain that must be found goes so far at least.
const SURE_Z: f64 = -1.8;

/// Scores what was told of players: leaps of a group, crossings of 110 beats a minute, strains, and devices that are stuck.
///
/// A leap must be found where six or more leapt (four are at the limit, and a loose strap decides); a crossing where the
/// true rate did not come back within twenty seconds; a strain where the true variability went 1.8 standard deviations under
/// its mean and lasted twenty seconds. A crossing near the threshold and a strain of 0.8 may be told. Nothing is asked in the
/// first two minutes, when hearts are not known yet, nor while a device is loose or stuck.
pub fn score(truth: &[BodyTruth], facts: &[Fact], kick_off: EventTime) -> [KindScore; 4] {
    let ms = |at: EventTime| (at.0 - kick_off.0) / 1000;
    let bodies = || {
        facts.iter().filter_map(|fact| match fact {
            Fact::Body(body) => Some(body),
            _ => None,
        })
    };
    let away = |wearer: Pseudonym, from: i64, to: i64| {
        truth.iter().any(|t| match t {
            BodyTruth::Loose {
                wearer: w,
                from_ms,
                to_ms,
            }
            | BodyTruth::Stuck {
                wearer: w,
                from_ms,
                to_ms,
            } => *w == wearer && (*from_ms as i64) < to && from < *to_ms as i64,
            _ => false,
        })
    };
    let leaps: Vec<Span> = truth
        .iter()
        .filter_map(|t| match t {
            BodyTruth::Leap { at_ms, home, away } => Some(Span {
                onset_ms: *at_ms as i64,
                from_ms: *at_ms as i64 - 1000,
                to_ms: *at_ms as i64 + 8000,
                must: home + away >= 6 && *at_ms > 120_000,
            }),
            _ => None,
        })
        .collect();
    let mut groups = Vec::new();
    let told_leaps: Vec<i64> = bodies()
        .filter_map(|body| match body {
            BodyFact::Leap(leap) if !groups.contains(&leap.onset) => {
                groups.push(leap.onset);
                Some(ms(leap.at))
            }
            _ => None,
        })
        .collect();
    let crossings: Vec<(Pseudonym, i64, bool)> = truth
        .iter()
        .filter_map(|t| match t {
            BodyTruth::Rate { wearer, at_ms, up } => Some((*wearer, *at_ms as i64, *up)),
            _ => None,
        })
        .collect();
    let mut rates: Vec<((Pseudonym, bool), Span)> = crossings
        .iter()
        .map(|(wearer, at, up)| {
            let alone = !crossings
                .iter()
                .any(|c| c.0 == *wearer && c.1 != *at && (c.1 - at).abs() < 20_000);
            let span = Span {
                onset_ms: *at,
                from_ms: at - 10_000,
                to_ms: at + 12_000,
                must: alone && *at > 120_000 && !away(*wearer, at - 20_000, at + 20_000),
            };
            ((*wearer, *up), span)
        })
        .collect();
    rates.extend(truth.iter().filter_map(|t| match t {
        BodyTruth::Near {
            wearer,
            from_ms,
            to_ms,
            up,
        } => {
            let span = Span {
                onset_ms: *from_ms as i64,
                from_ms: *from_ms as i64 - 3000,
                to_ms: *to_ms as i64 + 3000,
                must: false,
            };
            Some(((*wearer, *up), span))
        }
        _ => None,
    }));
    let told_rates = bodies()
        .filter_map(|body| match body {
            BodyFact::Rate(r) => Some(((r.player.wearer, r.direction == Direction::Up), ms(r.at))),
            _ => None,
        })
        .collect();
    let strains = truth
        .iter()
        .filter_map(|t| match t {
            BodyTruth::Strain {
                wearer,
                from_ms,
                to_ms,
                z,
            } => {
                let (from, to) = (*from_ms as i64, *to_ms as i64);
                let span = Span {
                    onset_ms: from,
                    from_ms: from - 5000,
                    to_ms: to + 10_000,
                    must: *z <= SURE_Z
                        && to - from >= 20_000
                        && from > 180_000
                        && !away(*wearer, from - 40_000, to),
                };
                Some((*wearer, span))
            }
            _ => None,
        })
        .collect();
    let told_strains = bodies()
        .filter_map(|body| match body {
            BodyFact::Strain(s) if s.ended.is_none() => Some((s.player.wearer, ms(s.onset))),
            _ => None,
        })
        .collect();
    let stuck: Vec<Span> = truth
        .iter()
        .filter_map(|t| match t {
            BodyTruth::Stuck {
                wearer,
                from_ms,
                to_ms,
            } => Some(Span {
                onset_ms: *from_ms as i64,
                from_ms: *from_ms as i64,
                to_ms: *to_ms as i64,
                must: !truth.iter().any(|l| {
                    matches!(l, BodyTruth::Loose { wearer: w, from_ms: f, .. }
                        if w == wearer && f.abs_diff(*from_ms) < 30_000)
                }),
            }),
            _ => None,
        })
        .collect();
    let told_stuck: Vec<i64> = bodies()
        .filter_map(|body| match body {
            BodyFact::Refused(r)
                if r.code == BodyRefusalCode::Stuck && r.phase == RefusalPhase::Began =>
            {
                Some(ms(r.at))
            }
            _ => None,
        })
        .collect();
    [
        tally(&leaps, &told_leaps),
        tally_by(rates, told_rates),
        tally_by(strains, told_strains),
        tally(&stuck, &told_stuck),
    ]
}
