//! The chat agent: what a crowd says, what one spammer cannot make it say, and keyword spikes.

use std::sync::Arc;

use matchday_engine::sense::chat::{ChatAgent, ChatConfig, ConfigError, KeywordGroup};
use matchday_event::{
    EventTime, Fact,
    senses::{ChatMessage, ChatReport, MoodFact, Pseudonym},
};
use proptest::prelude::*;

const START_MS: i64 = 1_700_000_000_000;

fn message(at_ms: i64, author: u64, text: &str) -> ChatMessage {
    ChatMessage {
        at: EventTime::from_millis(START_MS + at_ms),
        author: Pseudonym(author),
        text: text.into(),
        emotes: Vec::new(),
    }
}

fn report(at_ms: i64, messages: Vec<ChatMessage>) -> ChatReport {
    ChatReport {
        room: "main".into(),
        at: EventTime::from_millis(START_MS + at_ms),
        messages,
        shed: 0,
    }
}

fn moods(facts: &[Fact]) -> Vec<&MoodFact> {
    facts
        .iter()
        .map(|f| match f {
            Fact::Mood(mood) => mood,
            other => panic!("unexpected {other:?}"),
        })
        .collect()
}

/// Plays messages by time, a report every 100 ms, and gives the last mood.
fn play(agent: &mut ChatAgent, messages: &[ChatMessage], until_ms: i64) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut rest = messages;
    for end in (100..=until_ms).step_by(100) {
        let n = rest.partition_point(|m| m.at.millis() - START_MS <= end);
        let (now, later) = rest.split_at(n);
        rest = later;
        agent.apply(&report(end, now.to_vec()), &mut facts);
    }
    facts
}

fn agent() -> ChatAgent {
    ChatAgent::new(ChatConfig::default()).expect("the defaults are sound")
}

#[test]
fn a_crowd_of_joy_is_joy() {
    let shouts = [
        "LETSGOOO",
        "PogChamp",
        "what a goal!!! 🔥🔥",
        "GOOOOOL",
        "KEKW",
        "love this team",
    ];
    let crowd: Vec<_> = (0..300_u64)
        .map(|n| message(n as i64 * 10, n, shouts[n as usize % shouts.len()]))
        .collect();
    let facts = play(&mut agent(), &crowd, 3000);
    let moods = moods(&facts);
    let last = moods.last().expect("a mood");
    assert!(last.joy > 0.6 && last.rage < 0.1, "{last:?}");
    assert!(last.confidence > 0.9, "{last:?}");
    assert!((80.0..120.0).contains(&last.rate_per_s), "{last:?}");
    assert_eq!(last.spam_share, 0.0);
    for mood in moods {
        let sum = mood.joy + mood.rage + mood.surprise + mood.neutral;
        assert!((sum - 1.0).abs() < 1e-9, "{mood:?}");
    }
}

#[test]
fn one_spammer_is_no_crowd() {
    let words = [
        "I hate this",
        "worst ref ever",
        "rigged trash",
        "disgusting",
        "fuck this game",
    ];
    let spam: Vec<_> = (0..400_u64)
        .map(|n| message(n as i64 * 10, 7, words[n as usize % words.len()]))
        .collect();
    let mut agent = agent();
    let facts = play(&mut agent, &spam, 4000);
    for mood in moods(&facts) {
        assert!(mood.confidence < 0.2, "{mood:?}");
        assert!(mood.rage < 0.65, "{mood:?}");
    }
    let last = moods(&facts).pop().expect("a mood");
    assert!(last.spam_share > 0.9, "{last:?}");
    assert_eq!(agent.counts().repeats, 395, "every text counts once");
}

#[test]
fn a_spammer_who_varies_the_text_is_heard_less_and_less() {
    let spam: Vec<_> = (0..400_u64)
        .map(|n| {
            let text = format!("rage{n} disgusting worst ref number {n} word{}", n * n);
            message(n as i64 * 10, 7, &text)
        })
        .collect();
    let calm: Vec<_> = (0..400_u64)
        .map(|n| message(n as i64 * 10 + 5, 100 + n, "nice play, well done"))
        .collect();
    let mut both: Vec<_> = spam.into_iter().chain(calm).collect();
    both.sort_by_key(|m| m.at);
    let facts = play(&mut agent(), &both, 4000);
    let last = moods(&facts).pop().expect("a mood");
    assert!(last.joy > 5.0 * last.rage, "{last:?}");
}

#[test]
fn a_pasted_text_counts_once_and_a_shout_does_not() {
    let paste = "this is the worst team in the whole league and I hate every one of them";
    let pasted: Vec<_> = (0..200_u64)
        .map(|n| message(n as i64 * 10, n, paste))
        .collect();
    let mut pasting = agent();
    play(&mut pasting, &pasted, 2000);
    assert_eq!(pasting.counts().repeats, 199);
    let shouted: Vec<_> = (0..200_u64)
        .map(|n| message(n as i64 * 10, n, "GOAL GOAL GOAL"))
        .collect();
    let mut shouting = agent();
    play(&mut shouting, &shouted, 2000);
    assert_eq!(shouting.counts().repeats, 0);
}

/// A room of 40 messages a second for a minute in which one in two hundred says `ankle` anyway.
fn chatter(seconds: u64) -> Vec<ChatMessage> {
    (0..seconds * 40)
        .map(|n| {
            let text = match n % 200 {
                17 => format!("my ankle hurts {}", n / 200),
                _ => format!("who is number x{n}"),
            };
            message(n as i64 * 25, n, &text)
        })
        .collect()
}

fn highest(facts: &[Fact], from_ms: i64, group: &str) -> f64 {
    moods(facts)
        .iter()
        .filter(|m| m.at.millis() - START_MS >= from_ms)
        .flat_map(|m| &m.keywords)
        .filter(|k| &*k.group == group)
        .map(|k| k.surprise)
        .fold(0.0, f64::max)
}

#[test]
fn words_beyond_the_rooms_habit_are_a_spike_and_the_habit_is_none() {
    let quiet = play(&mut agent(), &chatter(60), 60_000);
    assert!(highest(&quiet, 10_000, "ankle") < 0.5);
    let mut room = chatter(60);
    let broke = [
        "HE BROKE HIS ANKLEEEES",
        "ankles gone",
        "that ankle-breaker omg",
    ];
    room.extend(
        (0..9_u64).map(|n| message(50_000 + n as i64 * 150, 9000 + n, broke[n as usize % 3])),
    );
    room.sort_by_key(|m| m.at);
    let spike = play(&mut agent(), &room, 60_000);
    assert!(highest(&spike, 50_000, "ankle") > 0.82);
    assert_eq!(highest(&spike, 0, "slow-mo"), 0.0);
}

#[test]
fn one_author_makes_no_spike() {
    let mut room = chatter(60);
    room.extend((0..30_u64).map(|n| message(50_000 + n as i64 * 30, 9000, "ankle ankle ankle")));
    room.sort_by_key(|m| m.at);
    let facts = play(&mut agent(), &room, 60_000);
    assert!(highest(&facts, 50_000, "ankle") < 0.5);
}

#[test]
fn a_silent_room_calms_down() {
    let angry: Vec<_> = (0..200_u64)
        .map(|n| message(n as i64 * 10, n, "this ref is disgusting, robbed again"))
        .collect();
    let mut agent = agent();
    let facts = play(&mut agent, &angry[..1], 2000);
    assert!(!facts.is_empty());
    let facts = play(&mut agent, &[], 60_000);
    let last = moods(&facts).pop().expect("a mood");
    assert!(
        last.rate_per_s < 0.01 && last.confidence < 0.01 && last.neutral > 0.99,
        "{last:?}"
    );
}

#[test]
fn times_that_lie_move_nothing() {
    let mut agent = agent();
    let mut facts = Vec::new();
    let ahead = message(3_600_000, 1, "from the future");
    let behind = message(-3_600_000, 2, "from the past");
    agent.apply(&report(1000, vec![ahead, behind]), &mut facts);
    agent.apply(&report(500, Vec::new()), &mut facts);
    agent.apply(&report(1200, Vec::new()), &mut facts);
    let moods = moods(&facts);
    assert_eq!(moods.len(), 2, "{moods:?}");
    assert!(moods.iter().all(|m| m.rate_per_s > 0.1));
}

#[test]
fn settings_that_cannot_be_are_refused_by_name() {
    let refused = |config: ChatConfig| {
        let error = ChatAgent::new(config).expect_err("refused");
        error.to_string()
    };
    let default = ChatConfig::default;
    let error = refused(ChatConfig {
        mood_half_life_s: 0.0,
        ..default()
    });
    assert_eq!(error, "chat.mood_half_life_s must be above 0");
    let error = refused(ChatConfig {
        spike_prior: 1.0,
        ..default()
    });
    assert_eq!(error, "chat.spike_prior must be between 0 and 1");
    let group = KeywordGroup {
        name: "x".into(),
        words: vec!["--".into()],
    };
    let config = ChatConfig {
        keywords: vec![group],
        ..default()
    };
    assert_eq!(
        ChatAgent::new(config).expect_err("refused"),
        ConfigError::Group(Arc::from("x"))
    );
}

fn any_message() -> impl Strategy<Value = ChatMessage> {
    let text = prop_oneof![
        Just("GOOOL".to_owned()),
        Just("ankle".to_owned()),
        Just("worst ref ever".to_owned()),
        "\\PC{0,40}",
    ];
    (-500_i64..3000, 0_u64..6, text).prop_map(|(at, author, text)| message(at, author, &text))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_comes_facts_hold_to_their_ranges_and_come_again(
        reports in prop::collection::vec((-200_i64..4000, prop::collection::vec(any_message(), 0..12)), 1..12),
    ) {
        let run = || {
            let mut agent = agent();
            let mut facts = Vec::new();
            for (at, messages) in &reports {
                agent.apply(&report(*at, messages.clone()), &mut facts);
            }
            facts
        };
        let facts = run();
        for mood in moods(&facts) {
            for share in [mood.joy, mood.rage, mood.surprise, mood.neutral, mood.volatility, mood.spam_share, mood.confidence] {
                prop_assert!((0.0..=1.0).contains(&share), "{mood:?}");
            }
            prop_assert!((mood.joy + mood.rage + mood.surprise + mood.neutral - 1.0).abs() < 2e-6);
            prop_assert!(mood.rate_per_s >= 0.0);
            for spike in &mood.keywords {
                prop_assert!((0.0..=1.0).contains(&spike.surprise));
            }
        }
        prop_assert_eq!(facts, run());
    }
}
