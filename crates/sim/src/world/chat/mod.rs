//! Chat rooms around a match: what happens in the script sets people writing, each side's fans in their own way, in
//! several languages, with emotes, stretched words, sarcasm, adverts and pasted floods. Every message comes with the
//! truth about it.

mod minds;
mod vocabulary;
mod write;

use std::sync::Arc;

use matchday_event::{
    EventTime, Side,
    senses::{ChatMessage, ChatReport, Emotion, Pseudonym},
};

pub use self::minds::Mind;
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
    /// Whether rooms are of one mind now and then, and talk of somebody who is hurt.
    pub minds: bool,
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
            minds: true,
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
/// Messages a second about a keyword, as a share of those at the moment of the match, where a happening is no more to
/// look at again than many are.
const TALK: f64 = 0.1;
/// Messages a second that a room of one mind writes more, at the most, as a share of those at the moment of the match.
const WAVE: f64 = 1.0;
/// Share of what a room of one mind writes that is shouted and no sentence.
const SHOUTED: f64 = 0.9;

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
    /// Spikes that some of the answers to what happened are about.
    answered: Vec<Spike>,
    minds: Vec<Mind>,
    /// Spikes beside [`World::answered`], with the happenings that they are about.
    more: Vec<(usize, Spike)>,
    /// All of them, by time.
    spikes: Vec<Spike>,
}

/// The voices of one room.
#[derive(Debug)]
struct Teller {
    rng: Rng,
    /// For what comes beside: see [`minds`].
    beside: Rng,
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
            beside: Rng::new(seed, &format!("chat minds {}", room.name)),
            writer: Writer::new(script),
        };
        let spikes = spikes(seed, script);
        let (minds, more) = if plan.minds {
            (
                minds::minds(seed, script),
                minds::more_spikes(seed, script, &spikes),
            )
        } else {
            Default::default()
        };
        let mut every_spike = [&spikes[..], &more].concat();
        every_spike.sort_by_key(|s| s.at_ms);
        let place = |s: Spike| {
            let at = script.happenings.iter().position(|h| h.at_ms == s.at_ms);
            Some((at?, s))
        };
        Self {
            rooms: plan.rooms.iter().map(teller).collect(),
            world: World {
                script,
                minds,
                more: more.into_iter().filter_map(place).collect(),
                spikes: every_spike,
                answered: spikes,
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

    /// When rooms are of one mind.
    pub fn minds(&self) -> &[Mind] {
        &self.world.minds
    }

    fn stir(&mut self) {
        let all = &self.world.script.happenings;
        while all
            .get(self.oldest)
            .is_some_and(|h| h.at_ms + FORGOTTEN_MS < self.at_ms)
        {
            self.oldest += 1;
        }
        let strength = |h: &Happening| f64::from(h.weight) * shape(h, self.at_ms) * 1.25;
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
            let mut said = self.speak(rng, &teller.writer, room, answers, at_ms);
            if let Some(mind) = self.mind(room, said.truth.answers, at_ms)
                && teller.beside.chance(mind.share)
            {
                said = self.of_mind(&mut teller.beside, &teller.writer, room, mind);
            }
            let at = self.time(at_ms + STEP_MS * (n as u64 + 1) / (told as u64 + 1));
            messages.push(message(at, &mut said));
            truth.push(said.truth);
        }
        self.beside(room, teller, at_ms, &mut messages, &mut truth);
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

    /// The mind that a room is of, where a message answers what it is about or what came before: that is forgotten.
    fn mind(&self, room: &Room, answers: Option<usize>, at_ms: u64) -> Option<&Mind> {
        let n = answers?;
        let first = self.minds.partition_point(|m| m.happening < n);
        self.minds[first..]
            .iter()
            .take_while(|m| self.script.happenings[m.happening].at_ms + REACTION_MS as u64 <= at_ms)
            .filter(|m| m.holds_in(room))
            .find(|m| {
                let since = at_ms - self.script.happenings[m.happening].at_ms;
                m.happening == n || since <= FALL_MS as u64
            })
    }

    /// Somebody of the room's own side says what all of it feels.
    fn of_mind(&self, rng: &mut Rng, writer: &Writer, room: &Room, mind: &Mind) -> Said {
        let fan = writer.fan_of(self.person(rng), room, mind.side.or(room.supports));
        let happening = &self.script.happenings[mind.happening];
        let mut said = match rng.chance(SHOUTED) {
            true => writer.shout(rng, fan, happening, mind.emotion),
            false => writer.answer(rng, fan, happening, mind.emotion, false),
        };
        said.truth.answers = Some(mind.happening);
        said
    }

    /// What rooms of one mind write more, and talk of what is to be seen again.
    fn beside(
        &self,
        room: &Room,
        teller: &mut Teller,
        at_ms: u64,
        messages: &mut Vec<ChatMessage>,
        truth: &mut Vec<MessageTruth>,
    ) {
        let own = messages.len();
        let rng = &mut teller.beside;
        let lately = |n: usize| {
            let at = self.script.happenings[n].at_ms;
            (at + REACTION_MS as u64..at + FORGOTTEN_MS).contains(&at_ms)
        };
        let mut add = |rng: &mut Rng, mut said: Said| {
            let at = EventTime(self.time(at_ms).0 + rng.below(STEP_MS as usize * 1000) as i64);
            messages.push(message(at, &mut said));
            truth.push(said.truth);
        };
        for mind in self
            .minds
            .iter()
            .filter(|m| lately(m.happening) && m.holds_in(room))
        {
            let height = shape(&self.script.happenings[mind.happening], at_ms);
            let rate = self.plan.peak_per_s * WAVE * mind.share * height;
            for _ in 0..poisson(rng, rate * STEP_MS as f64 / 1000.0) {
                let said = self.of_mind(rng, &teller.writer, room, mind);
                add(rng, said);
            }
        }
        for (n, spike) in &self.more {
            let begins = spike.at_ms + REACTION_MS as u64;
            if !(begins..begins + KEYWORD_MS).contains(&at_ms) {
                continue;
            }
            let rate = self.plan.peak_per_s * TALK;
            for _ in 0..poisson(rng, rate * STEP_MS as f64 / 1000.0) {
                let fan = teller.writer.fan(self.person(rng), room);
                let mut said = teller.writer.keyword(rng, fan, spike.group);
                said.truth.answers = Some(*n);
                add(rng, said);
            }
        }
        if messages.len() > own {
            let mut both: Vec<_> = messages.drain(..).zip(truth.drain(..)).collect();
            both.sort_by_key(|(message, _)| message.at);
            (*messages, *truth) = both.into_iter().unzip();
        }
    }

    /// A few write much, most write little.
    fn person(&self, rng: &mut Rng) -> u64 {
        (rng.unit() * rng.unit() * self.plan.people as f64) as u64
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
        let fan = writer.fan(self.person(rng), room);
        let Some(n) = answers else {
            return writer.idle(rng, fan);
        };
        let happening = &self.script.happenings[n];
        let spike = self.answered.iter().find(|s| {
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

/// How much of what a happening sets off is there at a time: 0.8 at its top, which is two seconds after the first answers.
fn shape(h: &Happening, at_ms: u64) -> f64 {
    let since = at_ms as f64 - h.at_ms as f64 - REACTION_MS;
    (1.0 - libm::exp(-since / RISE_MS)) * libm::exp(-since / FALL_MS)
}

fn message(at: EventTime, said: &mut Said) -> ChatMessage {
    ChatMessage {
        at,
        author: Pseudonym(said.author),
        text: std::mem::take(&mut said.text).into(),
        emotes: std::mem::take(&mut said.emotes),
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
