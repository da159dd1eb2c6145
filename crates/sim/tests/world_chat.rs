//! The chat of the seeded world.

use std::collections::{BTreeMap, BTreeSet};

use matchday_event::{Side, Sport, senses::Emotion};
use matchday_sim::world::{
    Happening, HappeningKind, Script,
    chat::{Chat, ChatPlan, Heard, Room},
};
use proptest::prelude::*;

fn short(seed: u64) -> Script {
    Script::generate(seed, Sport::Soccer).excerpt(0, 600_000)
}

#[test]
fn one_seed_gives_one_chat() {
    let script = short(3);
    let all = |seed| Chat::new(seed, &script, ChatPlan::default()).collect::<Vec<Heard>>();
    assert_eq!(all(1), all(1));
    assert_ne!(all(1), all(2));
}

#[test]
fn reports_run_forward_and_every_message_has_its_truth() {
    let script = short(4);
    let plan = ChatPlan::default();
    let mut last = BTreeMap::new();
    let mut languages = BTreeSet::new();
    let (mut messages, mut spam) = (0, 0);
    for heard in Chat::new(9, &script, plan.clone()) {
        let report = &heard.report;
        assert_eq!(report.messages.len(), heard.truth.len());
        let before = last
            .insert(report.room.clone(), report.at)
            .unwrap_or(plan.kick_off);
        assert!(report.messages.is_sorted_by_key(|m| m.at));
        for (message, truth) in report.messages.iter().zip(&heard.truth) {
            assert!(before <= message.at && message.at <= report.at);
            assert!(
                !message.text.is_empty() && !message.text.contains('{'),
                "{}",
                message.text
            );
            messages += 1;
            spam += usize::from(truth.spam);
            languages.insert(truth.language);
        }
    }
    assert_eq!(last.len(), 3);
    assert_eq!(languages.len(), 5);
    let share = spam as f64 / messages as f64;
    assert!((0.02..0.04).contains(&share), "{spam} of {messages}");
}

/// A match in which the home side scores once, a minute in.
fn one_goal() -> Script {
    let mut script = short(5);
    script
        .happenings
        .retain(|h| h.kind == HappeningKind::KickOff);
    script.happenings.push(Happening {
        at_ms: 60_000,
        kind: HappeningKind::Score { points: 1 },
        side: Some(Side::Home),
        player: None,
        weight: 1.0,
        surprise: 0.0,
        score: matchday_event::Score { home: 1, away: 0 },
    });
    script.duration_ms = 120_000;
    script
}

#[test]
fn a_goal_is_joy_in_one_room_and_rage_in_the_other_after_people_have_seen_it() {
    let script = one_goal();
    let mut felt: BTreeMap<(String, Emotion), usize> = BTreeMap::new();
    for heard in Chat::new(1, &script, ChatPlan::default()) {
        for (message, truth) in heard.report.messages.iter().zip(&heard.truth) {
            if truth
                .answers
                .is_some_and(|n| script.happenings[n].at_ms == 60_000)
            {
                let since = message.at.0 - ChatPlan::default().kick_off.0 - 60_000_000;
                assert!(since >= 900_000, "{since} us after the goal");
                *felt
                    .entry((heard.report.room.to_string(), truth.emotion))
                    .or_default() += 1;
            }
        }
    }
    let of = |room: &str, emotion| felt.get(&(room.to_owned(), emotion)).copied().unwrap_or(0);
    assert!(
        of("home", Emotion::Joy) > 4 * of("home", Emotion::Rage),
        "{felt:?}"
    );
    assert!(
        of("away", Emotion::Rage) > 4 * of("away", Emotion::Joy),
        "{felt:?}"
    );
}

#[test]
fn ten_thousand_messages_a_second_can_be_had() {
    let script = one_goal();
    let plan = ChatPlan {
        rooms: vec![Room {
            name: "big".into(),
            supports: None,
        }],
        calm_per_s: 10_000.0,
        peak_per_s: 10_000.0,
        people: 100_000,
        ..ChatPlan::default()
    };
    let messages: usize = Chat::new(1, &script, plan)
        .take(20)
        .map(|h| h.report.messages.len())
        .sum();
    assert!(
        (19_000..21_000).contains(&messages),
        "{messages} in two seconds"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_match_can_be_chatted_about(seed: u64, sport in 0_usize..4) {
        let sport = [Sport::Soccer, Sport::Basketball, Sport::Tennis, Sport::AmericanFootball][sport];
        let script = Script::generate(seed, sport).excerpt(0, 60_000);
        let chat = Chat::new(seed, &script, ChatPlan::default());
        prop_assert_eq!(chat.count() as u64, (script.duration_ms / 100 + 1) * 3);
    }
}
