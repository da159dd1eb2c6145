//! Chat rooms around a match: what happens in the script sets people writing, each side's fans in their own way, in
//! several languages, with emotes, stretched words, sarcasm, adverts and pasted floods. Every message comes with the
//! truth about it.

mod vocabulary;
mod write;

use std::sync::Arc;

use matchday_event::{
    EventTime, Side,
    senses::{ChatMessage, ChatReport, Emotion, Pseudonym},
};

use self::write::{Said, Writer};
use super::{Happening, HappeningKind, Script};
use crate::Rng;

/// The languages that people write, by code, with how many in a hundred do.
pub fn languages() -> impl Iterator<Item = (&'static str, usize)> {
    vocabulary::LANGUAGES.iter().map(|l| (l.code, l.percent))
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its name.
    pub name: Arc<str>,
    /// Whose fans meet there; `None` for a room of both.
    pub supports: Option<Side>,
}

/// How the rooms are.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatPlan {
    /// The rooms.
    pub rooms: Vec<Room>,
    /// When the match kicks off.
    pub kick_off: EventTime,
    /// Messages a second in each room while nothing happens.
    pub calm_per_s: f64,
    /// Messages a second in each room at the moment of the match.
    pub peak_per_s: f64,
    /// People in each room.
    pub people: u64,
    /// Share of messages that are adverts or pasted.
    pub spam: f64,
    /// Share of angry messages that are written as praise.
    pub sarcasm: f64,
}

impl Default for ChatPlan {
    fn default() -> Self {
        let room = |name: &str, supports| Room {
            name: name.into(),
            supports,
        };
        Self {
            rooms: vec![
                room("home", Some(Side::Home)),
                room("away", Some(Side::Away)),
                room("stream", None),
            ],
            kick_off: EventTime::from_millis(1_760_000_000_000),
            calm_per_s: 5.0,
            peak_per_s: 120.0,
            people: 4000,
            spam: 0.03,
            sarcasm: 0.03,
        }
    }
}

/// What is true of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageTruth {
    /// What its author felt.
    pub emotion: Emotion,
    /// An advert, or pasted.
    pub spam: bool,
    /// Praise that is not meant.
    pub sarcastic: bool,
    /// The language's code.
    pub language: &'static str,
    /// The group of keywords that it is about.
    pub keyword: Option<&'static str>,
    /// The happening that it answers, by its place in the script.
    pub answers: Option<usize>,
}

/// A report of a tenth of a second of one room, and the truth about each message.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// What a feed would report.
    pub report: ChatReport,
    /// The truth, message by message.
    pub truth: Vec<MessageTruth>,
}

/// A time at which a group of keywords truly spikes in every room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spike {
    /// Milliseconds since kick-off at which what it is about happened.
    pub at_ms: u64,
    /// The group.
    pub group: &'static str,
}

/// Length of a report.
const STEP_MS: u64 = 100;
/// Messages of a report at most; more are shed, as a feed would.
const MOST: usize = 2048;
/// People need this long to see and write, at the least.
const REACTION_MS: f64 = 900.0;
/// Rise and fall of what a happening sets off.
const RISE_MS: f64 = 700.0;
const FALL_MS: f64 = 9000.0;
/// Nobody answers a happening any more after this time.
const FORGOTTEN_MS: u64 = 60_000;
/// How long a keyword is written about.
const KEYWORD_MS: u64 = 5000;

/// The rooms, report by report in the order of time; room by room within each tenth of a second.
#[derive(Debug)]
pub struct Chat<'s> {
    world: World<'s>,
    rooms: Vec<Teller>,
    at_ms: u64,
    next_room: usize,
    /// What sets people writing now.
    stirring: Vec<Stir>,
    /// First happening that is not forgotten.
    oldest: usize,
}

/// What does not change while people write.
#[derive(Debug)]
struct World<'s> {
    script: &'s Script,
    plan: ChatPlan,
    spikes: Vec<Spike>,
}

/// The voices of one room.
#[derive(Debug)]
struct Teller {
    rng: Rng,
    writer: Writer,
}

/// A happening by its place in the script, with the strength that it still has.
#[derive(Debug, Clone, Copy)]
struct Stir {
    happening: usize,
    strength: f64,
}

impl<'s> Chat<'s> {
    /// The rooms of a match.
    pub fn new(seed: u64, script: &'s Script, plan: ChatPlan) -> Self {
        let teller = |room: &Room| Teller {
            rng: Rng::new(seed, &format!("chat {}", room.name)),
            writer: Writer::new(script),
        };
        Self {
            rooms: plan.rooms.iter().map(teller).collect(),
            world: World {
                script,
                spikes: spikes(seed, script),
                plan,
            },
            at_ms: 0,
            next_room: 0,
            stirring: Vec::new(),
            oldest: 0,
        }
    }

    /// When groups of keywords truly spike.
    pub fn spikes(&self) -> &[Spike] {
        &self.world.spikes
    }

    fn stir(&mut self) {
        let all = &self.world.script.happenings;
        while all
            .get(self.oldest)
            .is_some_and(|h| h.at_ms + FORGOTTEN_MS < self.at_ms)
        {
            self.oldest += 1;
        }
        let strength = |h: &Happening| {
            let since = self.at_ms as f64 - h.at_ms as f64 - REACTION_MS;
            let shape = (1.0 - libm::exp(-since / RISE_MS)) * libm::exp(-since / FALL_MS);
            // The shape's height is about 0.8 at its top.
            f64::from(h.weight) * shape * 1.25
        };
        self.stirring = (self.oldest..)
            .zip(&all[self.oldest..])
            .take_while(|(_, h)| h.at_ms as f64 + REACTION_MS < self.at_ms as f64)
            .map(|(happening, h)| Stir {
                happening,
                strength: strength(h),
            })
            .filter(|s| s.strength > 0.002)
            .collect();
    }
}

impl Iterator for Chat<'_> {
    type Item = Heard;

    fn next(&mut self) -> Option<Heard> {
        if self.next_room == 0 {
            if self.at_ms > self.world.script.duration_ms {
                return None;
            }
            self.stir();
        }
        let room = self.world.plan.rooms.get(self.next_room)?;
        let teller = &mut self.rooms[self.next_room];
        let heard = self.world.hear(room, teller, &self.stirring, self.at_ms);
        self.next_room += 1;
        if self.next_room == self.rooms.len() {
            self.next_room = 0;
            self.at_ms += STEP_MS;
        }
        Some(heard)
    }
}

impl World<'_> {
    fn hear(&self, room: &Room, teller: &mut Teller, stirring: &[Stir], at_ms: u64) -> Heard {
        let rng = &mut teller.rng;
        let stir: f64 = stirring.iter().map(|s| s.strength).sum();
        let lift = (self.plan.peak_per_s - self.plan.calm_per_s).max(0.0) * stir.min(1.0);
        let rate = self.plan.calm_per_s + lift;
        let wanted = poisson(rng, rate * STEP_MS as f64 / 1000.0);
        let told = wanted.min(MOST);
        let (mut messages, mut truth) = (Vec::new(), Vec::new());
        for n in 0..told {
            let answers = (rng.unit() * rate < lift)
                .then(|| pick(rng, stirring, stir))
                .flatten();
            let said = self.speak(rng, &teller.writer, room, answers, at_ms);
            messages.push(ChatMessage {
                at: self.time(at_ms + STEP_MS * (n as u64 + 1) / (told as u64 + 1)),
                author: Pseudonym(said.author),
                text: said.text.into(),
                emotes: said.emotes,
            });
            truth.push(said.truth);
        }
        Heard {
            report: ChatReport {
                room: room.name.clone(),
                at: self.time(at_ms + STEP_MS),
                messages,
                shed: (wanted - told) as u32,
            },
            truth,
        }
    }

    fn time(&self, at_ms: u64) -> EventTime {
        EventTime(self.plan.kick_off.0 + at_ms as i64 * 1000)
    }

    fn speak(
        &self,
        rng: &mut Rng,
        writer: &Writer,
        room: &Room,
        answers: Option<usize>,
        at_ms: u64,
    ) -> Said {
        if rng.chance(self.plan.spam) {
            return writer.spam(rng, at_ms, self.plan.people);
        }
        // A few write much, most write little.
        let person = (rng.unit() * rng.unit() * self.plan.people as f64) as u64;
        let fan = writer.fan(person, room);
        let Some(n) = answers else {
            return writer.idle(rng, fan);
        };
        let happening = &self.script.happenings[n];
        let spike = self.spikes.iter().find(|s| {
            s.at_ms == happening.at_ms && at_ms < s.at_ms + REACTION_MS as u64 + KEYWORD_MS
        });
        let mut said = match spike {
            Some(spike) if rng.chance(0.3) => writer.keyword(rng, fan, spike.group),
            _ => {
                let emotion = felt(rng, happening, fan.side);
                let sarcastic = emotion == Emotion::Rage && rng.chance(self.plan.sarcasm);
                writer.answer(rng, fan, happening, emotion, sarcastic)
            }
        };
        said.truth.answers = Some(n);
        said
    }
}

/// What a fan feels about a happening: good for the own side is joy, bad is rage, what nobody expected surprises both,
/// and some only tell what happened.
fn felt(rng: &mut Rng, happening: &Happening, side: Option<Side>) -> Emotion {
    let surprised = match happening.kind {
        HappeningKind::NearMiss | HappeningKind::PenaltyMissed | HappeningKind::BigPlay => 0.25,
        _ => 0.05,
    };
    if rng.chance(surprised + 0.6 * f64::from(happening.surprise)) {
        return Emotion::Surprise;
    }
    if rng.chance(0.15) {
        return Emotion::Neutral;
    }
    let feeling = match side {
        Some(side) => happening.feeling(side),
        // Without a side one enjoys what is good to watch.
        None => f32::from(happening.kind.tone().max(0)) * happening.weight,
    };
    match feeling {
        f if f > 0.0 => Emotion::Joy,
        f if f < 0.0 => Emotion::Rage,
        _ => Emotion::Neutral,
    }
}

/// One of them, the stronger the likelier.
fn pick(rng: &mut Rng, stirring: &[Stir], sum: f64) -> Option<usize> {
    let mut left = rng.unit() * sum;
    let hit = stirring.iter().find(|s| {
        left -= s.strength;
        left < 0.0
    });
    hit.or(stirring.last()).map(|s| s.happening)
}

/// Big plays that people want to see again, or that cost a defender his ankles; at least half a minute apart, so that
/// one spike is one.
fn spikes(seed: u64, script: &Script) -> Vec<Spike> {
    let mut rng = Rng::new(seed, "chat keywords");
    let mut spikes: Vec<Spike> = Vec::new();
    for happening in &script.happenings {
        let apart = spikes
            .last()
            .is_none_or(|s| s.at_ms + 30_000 < happening.at_ms);
        let big = happening.kind == HappeningKind::BigPlay && happening.weight >= 0.15;
        if big && apart && rng.chance(0.6) {
            let (group, _) = vocabulary::KEYWORDS[rng.below(vocabulary::KEYWORDS.len())];
            spikes.push(Spike {
                at_ms: happening.at_ms,
                group,
            });
        }
    }
    spikes
}

/// A Poisson number: by counting below thirty (Knuth), above by the normal curve.
fn poisson(rng: &mut Rng, mean: f64) -> usize {
    if mean > 30.0 {
        let drawn = mean + libm::sqrt(mean) * rng.normal();
        return drawn.max(0.0).round() as usize;
    }
    let until = libm::exp(-mean);
    let mut product = rng.unit();
    let mut n = 0;
    while product > until {
        product *= rng.unit();
        n += 1;
    }
    n
}
