//! How well detections fit the truth.

use matchday_event::senses::{CrowdSound, SoundKind};

use super::Cue;

/// A cue must be at least this loud over the murmur to be missed; softer ones may be told or not.
pub const MUST_DB: f32 = 6.0;
/// How long before a cue's beginning it may be told: reports span a tenth of a second.
const BEFORE_MS: i64 = 150;

/// How one kind was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KindScore {
    /// Cues that had to be found.
    pub must: usize,
    /// Those found.
    pub found: usize,
    /// Detections.
    pub told: usize,
    /// Detections that no cue of the kind explains.
    pub wrong: usize,
    /// From the cue's beginning until it was known, in milliseconds, of those found.
    pub delays_ms: Vec<i64>,
}

impl KindScore {
    /// Share of detections that are right; 1 without detections.
    pub fn precision(&self) -> f64 {
        share(self.told - self.wrong, self.told)
    }

    /// Share of what had to be found that was; 1 where nothing had to be.
    pub fn recall(&self) -> f64 {
        share(self.found, self.must)
    }

    /// The delay that this share of cues stayed within, 0 to 1.
    pub fn delay_ms(&self, share: f64) -> Option<i64> {
        let mut delays = self.delays_ms.clone();
        delays.sort_unstable();
        let last = delays.len().checked_sub(1)?;
        delays.get((share * last as f64).round() as usize).copied()
    }

    /// Adds another match's.
    pub fn add(&mut self, other: &Self) {
        self.must += other.must;
        self.found += other.found;
        self.told += other.told;
        self.wrong += other.wrong;
        self.delays_ms.extend(&other.delays_ms);
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// How each kind was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    /// By the order of [`SoundKind::ALL`].
    pub kinds: [KindScore; 4],
}

impl Score {
    /// Adds another match's.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.kinds.iter_mut().zip(&other.kinds) {
            mine.add(theirs);
        }
    }

    /// One kind.
    pub fn of(&self, kind: SoundKind) -> &KindScore {
        &self.kinds[SoundKind::ALL.iter().position(|k| *k == kind).unwrap_or(0)]
    }
}

/// How long after its beginning a cue may still be found: a rhythm must be heard a few times.
fn within_ms(kind: SoundKind) -> i64 {
    match kind {
        SoundKind::Chant => 8000,
        _ => 1500,
    }
}

/// Compares the first word of each detection (`told`, by time, with times from kick-off) with the truth. A cue is
/// found if a detection of its kind comes between 150 ms before it and a limit after it (1.5 s; 8 s for chants). A
/// detection is right if it finds a cue, if it comes while one of its kind sounds (a roar that swells again is told
/// again), however soft or masked, and otherwise wrong. Whistles within a second of each other are one call.
pub fn score(cues: &[Cue], told: &[CrowdSound]) -> Score {
    let mut out = Score::default();
    for (kind, score) in SoundKind::ALL.iter().zip(&mut out.kinds) {
        let mut cues: Vec<Cue> = cues
            .iter()
            .filter(|c| c.sound.told_as() == Some(*kind))
            .cloned()
            .collect();
        merge(&mut cues, *kind);
        let mut taken = vec![false; cues.len()];
        let told = told.iter().filter(|t| t.kind == *kind);
        for detection in told {
            score.told += 1;
            let at = detection.found.millis();
            let begins = |c: &Cue| {
                let after = at - c.onset_ms as i64;
                (-BEFORE_MS..=within_ms(*kind)).contains(&after)
            };
            let free = (0..cues.len()).find(|i| !taken[*i] && begins(&cues[*i]));
            if let Some(i) = free {
                taken[i] = true;
                score
                    .delays_ms
                    .extend(is_must(&cues[i]).then_some(at - cues[i].onset_ms as i64));
            } else {
                let sounds = |c: &Cue| {
                    let tail = (c.end_ms - c.onset_ms) / 2;
                    (c.onset_ms as i64..=(c.end_ms + tail) as i64).contains(&at)
                };
                score.wrong += usize::from(!cues.iter().any(sounds));
            }
        }
        for (cue, taken) in cues.iter().zip(taken) {
            if is_must(cue) {
                score.must += 1;
                score.found += usize::from(taken);
            }
        }
    }
    out
}

fn is_must(cue: &Cue) -> bool {
    !cue.masked && cue.gain_db >= MUST_DB
}

/// Cues of one kind that run into each other are one: the first counts, as long as the last.
fn merge(cues: &mut Vec<Cue>, kind: SoundKind) {
    let pause_ms = if kind == SoundKind::Whistle {
        1000
    } else {
        600
    };
    let mut out: Vec<Cue> = Vec::with_capacity(cues.len());
    for cue in cues.drain(..) {
        match out.last_mut() {
            Some(last)
                if cue.onset_ms < last.onset_ms + pause_ms
                    || (kind == SoundKind::Whistle && cue.onset_ms < last.end_ms + pause_ms) =>
            {
                last.end_ms = last.end_ms.max(cue.end_ms);
                last.gain_db = last.gain_db.max(cue.gain_db);
                last.masked = last.masked && cue.masked;
            }
            _ => out.push(cue),
        }
    }
    *cues = out;
}
