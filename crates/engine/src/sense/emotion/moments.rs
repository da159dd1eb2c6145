//! The moments that stand out.

use std::sync::Arc;

use matchday_event::{
    EventTime, Fact, PlayId, Side,
    senses::{MomentFact, MomentKind, Sense},
};
use matchday_learn::momentum::Reading;

use super::game::Meaning;

/// What begins this soon after a moment belongs to it.
const JOIN_US: i64 = 3_000_000;
/// A moment lasts this long at the least, and a crowd that is calm ends it.
const LEAST_US: i64 = 3_000_000;
/// A moment lasts this long at the most.
const MOST_US: i64 = 30_000_000;
/// A crowd this little over its murmur is calm.
const CALM: f64 = 0.15;
/// How long after its own time a feed tells of a play, at the most, where it does not say when the play was.
const LATE_US: i64 = 40_000_000;
/// The crowd answers a play this long after it, at the most, and this long before it where the feed's clock is rough.
const ANSWER_US: (i64, i64) = (-2_000_000, 3_500_000);
/// A play that swings win probability this much is a moment even if no sense told of it.
const SWING: f64 = 0.1;
/// Moments that can still be explained.
const KEPT: usize = 16;

/// A sign that something happened.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stir {
    pub sense: Sense,
    pub onset: EventTime,
    pub side: Option<Side>,
    pub confidence: f64,
}

#[derive(Debug, Clone)]
struct Kept {
    fact: MomentFact,
    play: Option<PlayId>,
}

/// The moments of a match.
#[derive(Debug, Clone, Default)]
pub(super) struct Moments {
    last: u32,
    kept: Vec<Kept>,
}

/// Which of two plays at one time people were stirred by.
fn rank(kind: MomentKind) -> u8 {
    match kind {
        MomentKind::Score => 6,
        MomentKind::NearMiss => 5,
        MomentKind::Turnover => 4,
        MomentKind::BigPlay => 3,
        MomentKind::Injury => 2,
        MomentKind::Foul => 1,
        MomentKind::Crowd => 0,
    }
}

impl Moments {
    fn begin(&mut self, fact: MomentFact, play: Option<PlayId>, facts: &mut Vec<Fact>) {
        self.last += 1;
        let fact = MomentFact {
            number: self.last,
            ..fact
        };
        facts.push(Fact::Moment(fact.clone()));
        if self.kept.len() == KEPT {
            self.kept.remove(0);
        }
        self.kept.push(Kept { fact, play });
    }

    /// A sense is stirred. Unless it may stand `alone`, it only adds to a moment that another has begun.
    pub fn stir(
        &mut self,
        stir: Stir,
        now: EventTime,
        alone: bool,
        intensity: f32,
        facts: &mut Vec<Fact>,
    ) {
        let joined = self.kept.iter_mut().rev().find(|kept| {
            let after = stir.onset.0.saturating_sub(kept.fact.onset.0);
            let within = (-JOIN_US..=JOIN_US).contains(&after);
            // A room answers later than a crowd, and to something that is going on.
            let late = stir.sense != Sense::Sound && kept.fact.ended.is_none() && after >= 0;
            within || late
        });
        if let Some(kept) = joined {
            let fact = &mut kept.fact;
            if !fact.senses.contains(&stir.sense) {
                fact.senses.push(stir.sense);
                fact.senses.sort_unstable();
                let doubt = (1.0 - fact.confidence) * (1.0 - stir.confidence as f32);
                fact.confidence = 1.0 - doubt;
                fact.intensity = fact.intensity.max(intensity);
                facts.push(Fact::Moment(fact.clone()));
            }
            return;
        }
        if !alone {
            return;
        }
        let fact = MomentFact {
            number: 0,
            kind: MomentKind::Crowd,
            side: stir.side,
            player: None,
            intensity,
            onset: stir.onset,
            found: now,
            ended: None,
            confidence: stir.confidence as f32,
            senses: vec![stir.sense],
        };
        self.begin(fact, None, facts);
    }

    /// Time passes: peaks rise, and what is over ends.
    pub fn go_on(
        &mut self,
        now: EventTime,
        intensity: f32,
        sound: Option<Reading>,
        facts: &mut Vec<Fact>,
    ) {
        for kept in &mut self.kept {
            let fact = &mut kept.fact;
            if fact.ended.is_some() {
                continue;
            }
            fact.intensity = fact.intensity.max(intensity);
            let lasted = now.0.saturating_sub(fact.onset.0);
            let calm = sound.is_none_or(|s| s.stirred < CALM);
            if lasted >= MOST_US || (lasted >= LEAST_US && calm) {
                fact.ended = Some(now);
                facts.push(Fact::Moment(fact.clone()));
            }
        }
    }

    /// A play's fact has come: it may say what a moment was, or be one, if the crowd cannot be `heard`: what it can be
    /// heard about and does not answer is none.
    pub fn explain(&mut self, play: Meaning, now: EventTime, heard: bool, facts: &mut Vec<Fact>) {
        let explained = |kept: &Kept| kept.play.as_ref() == Some(&play.id);
        let found = self.kept.iter().position(explained).or_else(|| {
            let apart = |kept: &Kept| {
                let onset = kept.fact.onset.0;
                match play.wall {
                    Some(wall) => {
                        let after = onset.saturating_sub(wall.0);
                        (ANSWER_US.0..=ANSWER_US.1)
                            .contains(&after)
                            .then_some(after.abs())
                    }
                    None => {
                        let ago = now.0.saturating_sub(onset);
                        (0..=LATE_US).contains(&ago).then_some(ago)
                    }
                }
            };
            let better = |kept: &Kept| {
                kept.play.is_none()
                    || (play.wall.is_some() && rank(play.kind) > rank(kept.fact.kind))
            };
            (0..self.kept.len())
                .filter(|i| better(&self.kept[*i]))
                .filter_map(|i| Some((apart(&self.kept[i])?, i)))
                .min()
                .map(|(_, i)| i)
        });
        if let Some(i) = found {
            let kept = &mut self.kept[i];
            let fact = &mut kept.fact;
            let player = play.player.or_else(|| {
                // A play told again without its player keeps the one that it had.
                fact.player
                    .clone()
                    .filter(|_| kept.play.as_ref() == Some(&play.id))
            });
            let told = (fact.kind, fact.side, fact.player.clone());
            (fact.kind, fact.side, fact.player) = (play.kind, play.side, player);
            let first = kept.play.replace(play.id).is_none();
            if first && !fact.senses.contains(&Sense::Game) {
                fact.senses.insert(0, Sense::Game);
                fact.confidence = 1.0 - 0.2 * (1.0 - fact.confidence);
            }
            if first || told != (fact.kind, fact.side, fact.player.clone()) {
                facts.push(Fact::Moment(fact.clone()));
            }
            return;
        }
        let at = play.wall.unwrap_or(now);
        if heard || play.swing < SWING || now.0.saturating_sub(at.0) > LATE_US {
            return;
        }
        let fact = MomentFact {
            number: 0,
            kind: play.kind,
            side: play.side,
            player: play.player,
            intensity: (play.swing * 200.0).clamp(0.0, 100.0) as f32,
            onset: at,
            found: now,
            ended: None,
            confidence: 0.9,
            senses: vec![Sense::Game],
        };
        self.begin(fact, Some(play.id), facts);
    }

    /// A play no longer counts: what it explained is unexplained again, and what nobody else told of was nothing.
    pub fn withdraw(&mut self, id: &PlayId, now: EventTime, facts: &mut Vec<Fact>) {
        for kept in &mut self.kept {
            if kept.play.as_ref() != Some(id) {
                continue;
            }
            kept.play = None;
            let fact = &mut kept.fact;
            (fact.kind, fact.side, fact.player) = (MomentKind::Crowd, None, None::<Arc<str>>);
            fact.senses.retain(|s| *s != Sense::Game);
            if fact.senses.is_empty() {
                fact.confidence = 0.0;
                fact.ended = fact.ended.or(Some(now));
            }
            facts.push(Fact::Moment(fact.clone()));
        }
    }

    /// The clock shows another time: all is over.
    pub fn close_all(&mut self, now: EventTime, facts: &mut Vec<Fact>) {
        for kept in &mut self.kept {
            if kept.fact.ended.is_none() {
                kept.fact.ended = Some(now.max(kept.fact.onset));
                facts.push(Fact::Moment(kept.fact.clone()));
            }
        }
        self.kept.clear();
    }
}
