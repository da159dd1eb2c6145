//! Which happenings are moments, and how well those that were found fit.
//!
//! What counts was laid down before anything was tuned to it: see [`MUST_WEIGHT`] and what follows it.

use matchday_event::{
    EventTime, Side,
    senses::{MomentFact, MomentKind},
};

use super::{
    Happening, HappeningKind as Kind, Script,
    sound::{Cue, CueKind},
};

/// A happening of this weight or more must be found, where a crowd's answer to it can be heard.
pub const MUST_WEIGHT: f32 = 0.4;
/// One of this weight or more may be told or not.
pub const MAY_WEIGHT: f32 = 0.2;
/// The crowd's answer can be heard if it rises this far over the murmur, and nothing covers it.
pub const HEARD_DB: f32 = 6.0;
/// Happenings within this time of each other are one moment, the first of them.
const ONE_MS: u64 = 3_000;
/// A moment may be told to have begun this long before it did: reports span a tenth of a second.
const BEFORE_MS: i64 = 300;
/// And this long after it.
const AFTER_MS: i64 = 1_500;
/// A soft or covered answer may be told to have begun this long after what happened.
const MAY_AFTER_MS: i64 = 2_500;

/// A moment of the world.
#[derive(Debug, Clone, PartialEq)]
pub struct TrueMoment {
    /// Milliseconds from kick-off at which it happened.
    pub at_ms: u64,
    /// When it could first be heard: the beginning of the crowd's answer.
    pub onset_ms: u64,
    /// What it was.
    pub kind: MomentKind,
    /// Whose.
    pub side: Option<Side>,
    /// Who.
    pub player: Option<std::sync::Arc<str>>,
    /// It must be found; otherwise it may be told or not.
    pub must: bool,
}

/// What a moment of the world should be called.
pub fn kind_of(kind: Kind) -> MomentKind {
    match kind {
        Kind::Score { .. } => MomentKind::Score,
        Kind::NearMiss | Kind::PenaltyMissed => MomentKind::NearMiss,
        Kind::BigPlay | Kind::Stop => MomentKind::BigPlay,
        Kind::Turnover => MomentKind::Turnover,
        Kind::Foul | Kind::Card => MomentKind::Foul,
        Kind::Injury => MomentKind::Injury,
        _ => MomentKind::Crowd,
    }
}

/// The moments of a script. `cues` is what its crowd's sound truly holds.
pub fn truth(script: &Script, cues: &[Cue]) -> Vec<TrueMoment> {
    let mut out: Vec<TrueMoment> = Vec::new();
    for (i, h) in script.happenings.iter().enumerate() {
        if h.weight < MAY_WEIGHT {
            continue;
        }
        let answer = cues
            .iter()
            .filter(|c| c.happening == Some(i))
            .filter(|c| matches!(c.sound, CueKind::Roar | CueKind::Groan))
            .filter(|c| !c.masked && c.gain_db >= HEARD_DB)
            .map(|c| c.onset_ms)
            .min();
        // Of what has no tone nobody says whether it was good or bad: the beginning, the end.
        let must = h.weight >= MUST_WEIGHT && h.kind.tone() != 0 && answer.is_some();
        push(&mut out, moment(h, answer.unwrap_or(h.at_ms), must));
    }
    out
}

fn moment(h: &Happening, onset_ms: u64, must: bool) -> TrueMoment {
    TrueMoment {
        at_ms: h.at_ms,
        onset_ms,
        kind: kind_of(h.kind),
        side: h.side,
        player: h.player.as_ref().map(|p| p.name.clone()),
        must,
    }
}

/// Adds a moment, or joins it with the one before it.
fn push(out: &mut Vec<TrueMoment>, next: TrueMoment) {
    match out.last_mut() {
        Some(last) if next.at_ms < last.at_ms + ONE_MS && (last.must || !next.must) => {
            // A point that wins a game is the game.
            if next.at_ms == last.at_ms && next.kind == MomentKind::Score {
                (last.kind, last.side) = (next.kind, next.side);
            }
            last.must |= next.must;
        }
        Some(last) if next.at_ms == last.at_ms => {
            let player = last.player.take();
            *last = next;
            last.player = last.player.take().or(player);
        }
        _ => out.push(next),
    }
}

/// A moment that was told: the first word and the last.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// As it was first told.
    pub first: MomentFact,
    /// As it stood in the end.
    pub last: MomentFact,
}

impl Told {
    /// Joins facts, in the order in which they were told, by number.
    pub fn join<'f>(facts: impl IntoIterator<Item = &'f MomentFact>) -> Vec<Self> {
        let mut out: Vec<Self> = Vec::new();
        for fact in facts {
            match out.iter_mut().find(|t| t.last.number == fact.number) {
                Some(told) => told.last = fact.clone(),
                None => out.push(Self {
                    first: fact.clone(),
                    last: fact.clone(),
                }),
            }
        }
        out
    }
}

/// How moments were found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MomentScore {
    /// Moments that had to be found.
    pub must: usize,
    /// Those found at all.
    pub found: usize,
    /// Moments told.
    pub told: usize,
    /// Those that nothing explains, or that were told a second time.
    pub wrong: usize,
    /// Of those found: from the crowd's answer until they were known, in milliseconds.
    pub delays_ms: Vec<i64>,
    /// Of those found: from what happened.
    pub since_ms: Vec<i64>,
    /// Of those found: kind and side right in the end.
    pub named: usize,
}

impl MomentScore {
    /// Share of moments told that are right; 1 without any.
    pub fn precision(&self) -> f64 {
        share(self.told - self.wrong, self.told)
    }

    /// Share of what had to be found that was; 1 where nothing had to be.
    pub fn recall(&self) -> f64 {
        share(self.found, self.must)
    }

    /// Share of what had to be found that was known within so many milliseconds of the crowd's answer.
    pub fn recall_within(&self, ms: i64) -> f64 {
        share(
            self.delays_ms.iter().filter(|d| **d < ms).count(),
            self.must,
        )
    }

    /// Adds another match's.
    pub fn add(&mut self, other: &Self) {
        self.must += other.must;
        self.found += other.found;
        self.told += other.told;
        self.wrong += other.wrong;
        self.delays_ms.extend(&other.delays_ms);
        self.since_ms.extend(&other.since_ms);
        self.named += other.named;
    }
}

/// The delay that this share of moments stayed within, 0 to 1.
pub fn quantile(delays_ms: &[i64], share: f64) -> Option<i64> {
    let mut delays = delays_ms.to_vec();
    delays.sort_unstable();
    let last = delays.len().checked_sub(1)?;
    delays.get((share * last as f64).round() as usize).copied()
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// What became of each moment told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is this one of the truth's, which had to be found.
    Found(usize),
    /// It may be told.
    Allowed,
    /// Nothing explains it.
    Wrong,
}

/// Holds what was told (times from `kick_off`) against the truth, moment by moment.
pub fn judge(truth: &[TrueMoment], told: &[Told], kick_off: EventTime) -> Vec<Verdict> {
    let mut taken = vec![false; truth.len()];
    told.iter()
        .map(|told| {
            let onset = (told.first.onset.0 - kick_off.0).div_euclid(1000);
            let fits = |t: &TrueMoment, after: i64| {
                let from = (t.at_ms.min(t.onset_ms) as i64) - BEFORE_MS;
                (from..=after).contains(&onset)
            };
            let found = (0..truth.len())
                .filter(|i| truth[*i].must && !taken[*i])
                .find(|i| fits(&truth[*i], truth[*i].onset_ms as i64 + AFTER_MS));
            if let Some(i) = found {
                taken[i] = true;
                return Verdict::Found(i);
            }
            let allowed = (0..truth.len()).find(|i| {
                let t = &truth[*i];
                !t.must && !taken[*i] && fits(t, t.at_ms as i64 + MAY_AFTER_MS)
            });
            if let Some(i) = allowed {
                taken[i] = true;
                return Verdict::Allowed;
            }
            Verdict::Wrong
        })
        .collect()
}

/// The figures of one match: overall, and by kind of what had to be found in the order of [`KINDS`] (whatever was told
/// wrongly has no kind that can be right, and counts overall alone).
pub fn score(
    truth: &[TrueMoment],
    told: &[Told],
    kick_off: EventTime,
) -> (MomentScore, [MomentScore; KINDS.len()]) {
    let mut all = MomentScore::default();
    let mut kinds: [MomentScore; KINDS.len()] = Default::default();
    let place = |kind| KINDS.iter().position(|k| *k == kind).unwrap_or(0);
    for t in truth.iter().filter(|t| t.must) {
        all.must += 1;
        kinds[place(t.kind)].must += 1;
    }
    for (told, verdict) in told.iter().zip(judge(truth, told, kick_off)) {
        all.told += 1;
        match verdict {
            Verdict::Wrong => all.wrong += 1,
            Verdict::Allowed => {}
            Verdict::Found(i) => {
                let t = &truth[i];
                let known = (told.first.found.0 - kick_off.0).div_euclid(1000);
                let named = told.last.kind == t.kind && told.last.side == t.side;
                for score in [&mut all, &mut kinds[place(t.kind)]] {
                    score.found += 1;
                    score.delays_ms.push(known - t.onset_ms as i64);
                    score.since_ms.push(known - t.at_ms as i64);
                    score.named += usize::from(named);
                }
                kinds[place(t.kind)].told += 1;
            }
        }
    }
    (all, kinds)
}

/// The kinds that a moment of the world can be.
pub const KINDS: [MomentKind; 6] = [
    MomentKind::Score,
    MomentKind::NearMiss,
    MomentKind::BigPlay,
    MomentKind::Turnover,
    MomentKind::Foul,
    MomentKind::Injury,
];
