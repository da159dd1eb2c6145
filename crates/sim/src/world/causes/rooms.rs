//! Causes in chat rooms: words that come much more often than a room's habit explains, and moods after plays.
//!
//! A mood of the truth is the share of a feeling among what was truly meant, spam left out, with the half-life that the
//! chat agent has by default. A burst of the truth is so many people's writing a group's words within two seconds.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use matchday_event::{EventTime, senses::Emotion};

use super::{
    Cause, Trigger,
    served::{Played, What},
};
use crate::world::{
    Script,
    chat::{Chat, ChatPlan},
};

/// Half-life of a message in the mood.
const HALF_LIFE_MS: f64 = 5_000.0;
/// How far over its threshold a mood must be, and for how long; and how far under it it may be.
const CLEAR: f64 = 0.08;
const CLEAR_MS: u64 = 1_000;
/// A mood within this time after a play is after it; within the longer one it may be.
const AFTER_MS: u64 = 10_000;
const MAYBE_AFTER_MS: u64 = 15_000;
/// How long after both are known a rule may act.
const SLACK_MS: u64 = 4_000;

/// Nothing must be known of a room that was heard for less: four half-lives.
const SETTLE_MS: u64 = 20_000;

/// A window of words.
const WINDOW_MS: u64 = 2_000;
/// People who write the same words in it, for it to be a burst or chance; and for it to be a burst for sure.
const MAYBE_MENTIONS: usize = 3;
const MUST_MENTIONS: usize = 8;
/// And how often as many as the room's habit explains.
const MUST_TIMES: f64 = 3.0;
/// Bursts of one group that are nearer to each other are one.
const ONE_MS: u64 = 3_000;

/// Words of each group, in lower case.
const GROUPS: [(&str, &[&str]); 2] = [
    ("ankle", &["ankle"]),
    (
        "slow-mo",
        &[
            "slow-mo",
            "slow mo",
            "slowmo",
            "slow motion",
            "replay",
            "show it again",
        ],
    ),
];

/// What was true in a room, every tenth of a second.
#[derive(Debug, Default)]
struct Room {
    at_ms: f64,
    sums: [f64; Emotion::COUNT],
    shares: Vec<(u64, [f64; Emotion::COUNT])>,
    groups: [Words; GROUPS.len()],
    messages: VecDeque<u64>,
    /// Messages so far that lie in no burst.
    all: usize,
}

/// A group's words in a room.
#[derive(Debug, Default)]
struct Words {
    /// Time, author, and whether it was meant as talk about what happened.
    lately: VecDeque<(u64, u64, bool)>,
    habit: usize,
    burst: Option<Burst>,
    bursts: Vec<Burst>,
}

#[derive(Debug, Clone, Copy)]
struct Burst {
    from_ms: u64,
    to_ms: u64,
    must: bool,
}

/// The causes in the rooms of a match.
pub(super) fn causes(
    seed: u64,
    script: &Script,
    plan: &ChatPlan,
    plays: &[Played],
    out: &mut Vec<Cause>,
) {
    let plan = ChatPlan {
        kick_off: EventTime(0),
        ..plan.clone()
    };
    let mut rooms: BTreeMap<Arc<str>, Room> = BTreeMap::new();
    for heard in Chat::new(seed, script, plan) {
        let room = rooms.entry(heard.report.room.clone()).or_default();
        let now_ms = heard.report.at.millis().max(0) as u64;
        for (message, truth) in heard.report.messages.iter().zip(&heard.truth) {
            if truth.spam {
                continue;
            }
            let at_ms = message.at.millis().max(0) as u64;
            room.feel(message.at.0 as f64 / 1000.0, truth.emotion);
            let meant = truth.keyword.is_some();
            room.read(at_ms, message.author.0, &message.text, meant);
        }
        room.look(now_ms);
    }
    for (name, room) in &mut rooms {
        for words in &mut room.groups {
            words.bursts.extend(words.burst.take());
            out.extend(words.bursts.iter().map(|burst| Cause {
                trigger: Trigger::Keyword,
                at_ms: burst.from_ms,
                until_ms: burst.to_ms + 1_000,
                ends_ms: None,
                key: Some(name.clone()),
                must: burst.must,
            }));
        }
        for play in plays {
            let (trigger, emotion, threshold) = match play.what {
                What::Three => (Trigger::ThreeJoy, Emotion::Joy, 0.72),
                What::Missed => (Trigger::MissRage, Emotion::Rage, 0.68),
                What::Goal(side) if script.underdog == Some(side) => {
                    (Trigger::UnderdogSurprise, Emotion::Surprise, 0.8)
                }
                _ => continue,
            };
            out.extend(
                room.mood_after(play, emotion, threshold)
                    .map(|(at_ms, must)| Cause {
                        trigger,
                        at_ms,
                        until_ms: (at_ms.max(play.told_ms.1) + SLACK_MS)
                            .max(play.at_ms + MAYBE_AFTER_MS),
                        ends_ms: None,
                        key: Some(name.clone()),
                        must,
                    }),
            );
        }
    }
}

impl Room {
    fn feel(&mut self, at_ms: f64, emotion: Emotion) {
        let passed = (at_ms - self.at_ms).max(0.0);
        self.at_ms = self.at_ms.max(at_ms);
        let kept = libm::exp2(-passed / HALF_LIFE_MS);
        self.sums = self.sums.map(|s| s * kept);
        self.sums[emotion.index()] += 1.0;
    }

    fn look(&mut self, now_ms: u64) {
        let sum: f64 = self.sums.iter().sum();
        self.shares
            .push((now_ms, self.sums.map(|s| s / sum.max(1e-9))));
    }

    fn read(&mut self, at_ms: u64, author: u64, text: &str, meant: bool) {
        let old = |then: u64| then + WINDOW_MS <= at_ms;
        self.messages.push_back(at_ms);
        while self.messages.front().is_some_and(|then| old(*then)) {
            self.messages.pop_front();
        }
        self.all += 1;
        let text = text.to_lowercase();
        for ((_, forms), words) in GROUPS.iter().zip(&mut self.groups) {
            if !forms.iter().any(|form| text.contains(form)) {
                continue;
            }
            words
                .lately
                .retain(|(then, who, _)| !old(*then) && *who != author);
            words.lately.push_back((at_ms, author, meant));
            let mentions = words.lately.len();
            if mentions < MAYBE_MENTIONS {
                words.habit += 1;
                continue;
            }
            let habit = (words.habit as f64 + 0.5) / (self.all as f64 + 1000.0);
            let expected = habit * self.messages.len() as f64;
            let of_it = words.lately.iter().filter(|m| m.2).count();
            let must = of_it >= MUST_MENTIONS && of_it as f64 >= MUST_TIMES * expected;
            match &mut words.burst {
                Some(burst) if at_ms <= burst.to_ms + ONE_MS => {
                    burst.to_ms = at_ms;
                    burst.must |= must;
                }
                burst => {
                    words.bursts.extend(burst.take());
                    *burst = Some(Burst {
                        from_ms: at_ms,
                        to_ms: at_ms,
                        must,
                    });
                }
            }
        }
    }

    /// When a mood passed its threshold after a play, if it came near it, and whether it did so clearly.
    fn mood_after(&self, play: &Played, emotion: Emotion, threshold: f64) -> Option<(u64, bool)> {
        let from = self.shares.partition_point(|s| s.0 < play.at_ms);
        let after = self.shares[from..]
            .iter()
            .take_while(|s| s.0 <= play.at_ms + MAYBE_AFTER_MS);
        let of = after.map(|(at, shares)| (*at, shares[emotion.index()]));
        let shares: Vec<(u64, f64)> = of.collect();
        let first = |at_least: f64| shares.iter().find(|s| s.1 >= at_least).map(|s| s.0);
        let near = first(threshold - CLEAR)?;
        let at_ms = first(threshold).unwrap_or(near);
        let calm_before = shares.first().is_some_and(|s| s.1 < threshold - CLEAR);
        let (mut since, mut clear) = (None, false);
        for (at, share) in shares.iter().take_while(|s| s.0 <= play.at_ms + AFTER_MS) {
            since = (*share >= threshold + CLEAR).then(|| since.unwrap_or(*at));
            clear |= since.is_some_and(|since| at - since >= CLEAR_MS);
        }
        Some((at_ms, calm_before && clear && at_ms > SETTLE_MS))
    }
}
