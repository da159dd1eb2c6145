//! The true causes of the rules in the seeded world.

use std::collections::BTreeMap;

use matchday_event::{Signal, Sport, senses::Emotion};
use matchday_sim::world::{
    Script,
    causes::{Trigger, matches_for, plan_for, sport_for, stretch_for, truth},
    chat::{Chat, ChatPlan, Heard},
    plays::{Feed, plays},
    stadium::StadiumPlan,
};

#[test]
fn one_seed_gives_one_truth_and_every_rule_has_something_to_act_on_and_something_near_it() {
    for trigger in Trigger::ALL {
        let (mut must, mut may) = (0, 0);
        for (seed, script) in matches_for(trigger, 40).take(4) {
            assert_eq!(script.sport, sport_for(trigger, seed));
            assert_eq!(Some(&script), stretch_for(trigger, seed).as_ref());
            let plan = plan_for(trigger);
            let causes = truth(seed, &script, &plan);
            assert_eq!(causes, truth(seed, &script, &plan), "{trigger}");
            assert!(causes.is_sorted_by_key(|c| c.at_ms));
            for cause in causes.iter().filter(|c| c.trigger == trigger) {
                assert!(cause.at_ms <= cause.until_ms, "{cause:?}");
                *if cause.must { &mut must } else { &mut may } += 1;
            }
        }
        assert!(must >= 2, "{trigger}: {must} causes");
        // A speed in whole kilometres an hour is over the threshold or is not; the others can be near.
        let exact = [
            Trigger::FastServe,
            Trigger::MissRage,
            Trigger::UnderdogSurprise,
        ];
        assert!(
            may > 0 || exact.contains(&trigger),
            "{trigger}: nothing near"
        );
    }
}

#[test]
fn what_no_sense_can_know_is_no_cause() {
    let blind = StadiumPlan {
        plays: None,
        chat: None,
        sound: false,
        ..StadiumPlan::default()
    };
    for trigger in Trigger::ALL {
        let (seed, script) = matches_for(trigger, 1).next().expect("a match");
        assert_eq!(truth(seed, &script, &blind), [], "{trigger}");
    }
}

#[test]
fn an_underdog_is_known_before_the_match_and_nobody_else_is_called_one() {
    let forecast = |script: &Script| {
        let told = plays(1, script, matchday_event::EventTime(0), &Feed::default());
        let info = told.into_iter().find_map(|t| match t.signal {
            Signal::Info(info) => Some(info),
            _ => None,
        });
        info.expect("who plays").forecast
    };
    let mut seen = BTreeMap::new();
    for seed in 0..40 {
        let script = Script::generate(seed, Sport::Soccer);
        let expects = forecast(&script).map(|f| f.home > f.away);
        assert_eq!(expects, script.underdog.map(|u| u.sign() < 0.0));
        *seen.entry(format!("{:?}", script.underdog)).or_insert(0) += 1;
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}

/// Rooms of one mind change what they write of what they are of one mind about, and nothing else.
#[test]
fn what_a_room_is_of_one_mind_about_moves_nothing_else() {
    let script = Script::generate(7, Sport::Basketball).excerpt(0, 1_500_000);
    let render = |minds| -> Vec<Heard> {
        let plan = ChatPlan {
            minds,
            ..ChatPlan::default()
        };
        Chat::new(7, &script, plan).collect()
    };
    let (plain, minded) = (render(false), render(true));
    let chat = Chat::new(7, &script, ChatPlan::default());
    let about = |answers: Option<usize>| chat.minds().iter().any(|m| Some(m.happening) == answers);
    assert!(chat.minds().len() >= 3);
    let mut joy = 0;
    for (before, after) in plain.iter().zip(&minded) {
        let of = |heard: &Heard, kept: &dyn Fn(Option<usize>) -> bool| {
            let all = heard.report.messages.iter().zip(&heard.truth);
            let rest = all.filter(|(_, t)| kept(t.answers) && t.keyword.is_none());
            rest.map(|(m, _)| (m.author, m.text.clone()))
                .collect::<Vec<_>>()
        };
        // Whatever is said with minds and answers none of them was said without minds, in the same order.
        let (was, is) = (of(before, &|_| true), of(after, &|n| !about(n)));
        let mut was = was.iter();
        for message in &is {
            assert!(was.any(|m| m == message), "{message:?}");
        }
        let felt = after.truth.iter().filter(|t| about(t.answers));
        joy += felt.filter(|t| t.emotion == Emotion::Joy).count();
    }
    assert!(joy > 500, "{joy}");
}
