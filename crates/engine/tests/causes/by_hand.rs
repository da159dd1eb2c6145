//! Rules as anybody would write them who reads the mission's numbers: they stand in for those that producers write.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use matchday_event::{
    EventTime, Fact, PlayDetail, Side,
    basketball::PlayKind as Basket,
    senses::{
        BodyFact, Direction, GazeFact, Kick as Penalty, MoodFact, TrackingFact, TurnBy, VisionFact,
    },
    soccer::PlayKind as Kick,
};
use matchday_sim::world::causes::{Acted, Trigger};

/// A mood within so long after a play is after it.
const AFTER_MS: f64 = 10_000.0;
/// The keeper's camera stays no longer.
const KEEPER_MS: f64 = 1_400.0;
/// A side that is given less than this chance, a draw counted as half, is an underdog.
const UNDERDOG: f64 = 0.36;

pub struct ByHand {
    trigger: Trigger,
    kick_off: EventTime,
    pub acted: Vec<Acted>,
    /// Words that spike now, by room.
    spiking: BTreeSet<(Arc<str>, Arc<str>)>,
    leaps: Vec<EventTime>,
    served: BTreeSet<String>,
    shares: BTreeMap<Arc<str>, f32>,
    /// Plays that a mood is waited for after: id and time.
    plays: Vec<(String, f64)>,
    /// Moods over the threshold, by room.
    moods: Vec<(Arc<str>, f64)>,
    answered: BTreeSet<(String, Arc<str>)>,
    underdog: Option<Side>,
    began: bool,
}

impl ByHand {
    pub fn new(trigger: Trigger, kick_off: EventTime) -> Self {
        Self {
            trigger,
            kick_off,
            acted: Vec::new(),
            spiking: BTreeSet::new(),
            leaps: Vec::new(),
            served: BTreeSet::new(),
            shares: BTreeMap::new(),
            plays: Vec::new(),
            moods: Vec::new(),
            answered: BTreeSet::new(),
            underdog: None,
            began: false,
        }
    }

    fn ms(&self, at: EventTime) -> f64 {
        (at.0 - self.kick_off.0) as f64 / 1000.0
    }

    /// The keeper's camera is left, unless it was before.
    fn leave(&mut self, at_ms: f64) {
        if let Some(last) = self.acted.last_mut().filter(|a| a.ended_ms.is_none()) {
            last.ended_ms = Some(at_ms.min(last.due_ms + KEEPER_MS));
        }
    }

    fn act(&mut self, key: Option<Arc<str>>, at_ms: f64) {
        self.acted.push(Acted {
            trigger: self.trigger,
            key,
            at_ms,
            due_ms: at_ms + self.trigger.delay_ms() as f64,
            ended_ms: None,
        });
    }

    pub fn hear(&mut self, now_ms: u64, fact: &Fact) {
        match (self.trigger, fact) {
            (Trigger::Keyword, Fact::Mood(mood)) => self.words(mood),
            (Trigger::PenaltyGaze, Fact::Gaze(GazeFact::Crossed(c)))
                if c.direction == Direction::Up && &*c.region == "penalty_mark" =>
            {
                self.leave(self.ms(c.at));
                self.act(None, self.ms(c.at));
            }
            (Trigger::PenaltyGaze, Fact::Gaze(GazeFact::Crossed(c))) => self.leave(self.ms(c.at)),
            (Trigger::PenaltyGaze, Fact::Tracking(TrackingFact::RunUp(r)))
                if r.kick == Penalty::Penalty =>
            {
                self.leave(self.ms(r.at));
            }
            (Trigger::HeadTurn, Fact::Tracking(TrackingFact::HeadTurn(t)))
                if t.by == TurnBy::Head && t.defends == Some(true) =>
            {
                self.act(None, self.ms(t.at));
            }
            (Trigger::HeadTurn, Fact::Vision(VisionFact::HeadTurn(t)))
                if t.defending == Some(true) =>
            {
                self.act(None, self.ms(t.at));
            }
            (Trigger::HeartLeap, Fact::Body(BodyFact::Leap(leap)))
                if !self.leaps.contains(&leap.onset) =>
            {
                self.leaps.push(leap.onset);
                self.act(None, self.ms(leap.at));
            }
            (Trigger::SpinDrop, Fact::Tracking(TrackingFact::SpinDrop(drop))) => {
                self.act(None, self.ms(drop.at));
            }
            (_, Fact::Taste(taste)) => {
                self.shares.insert(taste.cluster.clone(), taste.share);
            }
            (
                Trigger::FastServe | Trigger::BallTrace,
                Fact::Tracking(TrackingFact::FastServe(serve)),
            ) if self.served.insert(serve.play_id.to_string()) => {
                let at_ms = serve.at.map_or(now_ms as f64, |at| self.ms(at));
                if self.trigger == Trigger::FastServe {
                    self.act(None, at_ms);
                    return;
                }
                let over = self.shares.iter().filter(|(_, share)| **share > 0.72);
                for cluster in over.map(|(c, _)| c.clone()).collect::<Vec<_>>() {
                    self.act(Some(cluster), at_ms);
                }
            }
            (_, Fact::State(state)) if !self.began => {
                // The chances before the match begins.
                self.underdog = match state.wp_home {
                    wp if wp < UNDERDOG => Some(Side::Home),
                    wp if wp > 1.0 - UNDERDOG => Some(Side::Away),
                    _ => None,
                };
            }
            (_, Fact::Play(play)) => {
                self.began = true;
                let asked = match (self.trigger, &play.detail) {
                    (Trigger::ThreeJoy, PlayDetail::Basketball(p)) => {
                        p.kind == Basket::Made && p.points == 3
                    }
                    (Trigger::MissRage, PlayDetail::Soccer(p)) => p.kind == Kick::PenaltyMissed,
                    (Trigger::UnderdogSurprise, PlayDetail::Soccer(p)) => {
                        p.kind.is_goal() && p.side.is_some() && p.side == self.underdog
                    }
                    _ => false,
                };
                if let Some(wall) = play.wall.filter(|_| asked) {
                    self.plays.push((play.play_id.to_string(), self.ms(wall)));
                    self.meet(now_ms as f64);
                }
            }
            (_, Fact::Mood(mood)) => {
                let over = match self.trigger {
                    Trigger::ThreeJoy => mood.joy > 0.72,
                    Trigger::MissRage => mood.rage > 0.68,
                    Trigger::UnderdogSurprise => mood.surprise > 0.8,
                    _ => false,
                };
                if over {
                    let at_ms = self.ms(mood.at);
                    self.moods.push((mood.room.clone(), at_ms));
                    self.meet(at_ms);
                }
            }
            _ => {}
        }
    }

    fn words(&mut self, mood: &MoodFact) {
        let surprise = |group: &str| {
            let found = mood.keywords.iter().find(|k| &*k.group == group);
            found.map_or(0.0, |k| k.surprise)
        };
        self.spiking
            .retain(|(room, group)| *room != mood.room || surprise(group) >= 0.5);
        for spike in mood.keywords.iter().filter(|k| k.surprise > 0.82) {
            let key = (mood.room.clone(), spike.group.clone());
            if self.spiking.insert(key) {
                self.act(Some(mood.room.clone()), self.ms(mood.at));
            }
        }
    }

    /// Plays and moods meet in whichever order they are known.
    fn meet(&mut self, now_ms: f64) {
        let mut met = Vec::new();
        for (play, at_ms) in &self.plays {
            for (room, mood_ms) in &self.moods {
                let after = (0.0..=AFTER_MS).contains(&(mood_ms - at_ms));
                if after && self.answered.insert((play.clone(), room.clone())) {
                    met.push(room.clone());
                }
            }
        }
        for room in met {
            self.act(Some(room), now_ms);
        }
        // A feed may be half a minute late.
        self.moods.retain(|(_, at)| now_ms - at < 40_000.0);
        self.plays.retain(|(_, at)| now_ms - at < 40_000.0);
    }
}
