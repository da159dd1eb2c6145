//! The chat agent on the seeded world's chat. **These are simulated messages**, made of templates: what is measured here
//! says that nothing is broken, and not how good the model is on real ones. That stands in `models/emotion.md`.

use std::collections::BTreeMap;

use matchday_engine::sense::chat::{ChatAgent, ChatConfig};
use matchday_event::{Fact, Side, Sport, senses::Emotion};
use matchday_learn::emotion::{
    Model, Reader, Reading,
    score::{Score, score},
};
use matchday_sim::world::{
    HappeningKind, Script,
    chat::{Chat, ChatPlan},
};

const SPORTS: [Sport; 4] = [
    Sport::Soccer,
    Sport::Basketball,
    Sport::AmericanFootball,
    Sport::Tennis,
];

/// A thousand simulated messages, 250 of each sport, none of them spam: two hundred that answer what mattered, and
/// fifty of idle talk.
fn a_thousand(seed: u64) -> Vec<(Emotion, Reading)> {
    let mut reader = Reader::new(Model::builtin());
    let mut rows = Vec::new();
    for sport in SPORTS {
        let script = Script::generate(seed, sport);
        for (answers, every, many) in [(true, 7, 200), (false, 60, 50)] {
            let mattered = |n: usize| {
                let happening = &script.happenings[n];
                happening.kind.tone() != 0 && happening.weight >= 0.2
            };
            let chat = Chat::new(seed, &script, ChatPlan::default());
            let said = chat.flat_map(|h| h.report.messages.into_iter().zip(h.truth));
            let wanted = said
                .filter(|(_, truth)| !truth.spam)
                .filter(|(_, truth)| match truth.answers {
                    Some(n) => answers && mattered(n),
                    None => !answers,
                })
                .step_by(every)
                .take(many);
            rows.extend(wanted.map(|(m, truth)| (truth.emotion, reader.read(&m.text, &m.emotes))));
        }
    }
    assert_eq!(rows.len(), 1000);
    rows
}

fn told(s: &Score) -> String {
    let classes: Vec<_> = s
        .classes
        .iter()
        .map(|c| format!("{} {:.3} ({})", c.emotion, c.f1, c.rows))
        .collect();
    format!("macro-F1 {:.3}: {}", s.macro_f1, classes.join(", "))
}

#[test]
fn gate_on_simulated_chat_macro_f1_of_at_least_087_on_1000_messages() {
    let figures = score(&a_thousand(1), Reading::likeliest);
    println!(
        "simulated chat (not a figure of real chat): {}",
        told(&figures)
    );
    assert!(figures.macro_f1 >= 0.87, "{}", told(&figures));
}

#[test]
fn rooms_feel_what_their_sides_goals_are_to_them() {
    let (mut right, mut all) = (0, 0);
    for seed in 0..6 {
        let script = Script::generate(seed, Sport::Soccer).excerpt(0, 2_700_000);
        let mut agent = ChatAgent::new(ChatConfig::default()).expect("sound");
        let mut facts = Vec::new();
        for heard in Chat::new(seed, &script, ChatPlan::default()) {
            agent.apply(&heard.report, &mut facts);
        }
        let kick_off_ms = ChatPlan::default().kick_off.millis();
        for goal in script
            .happenings
            .iter()
            .filter(|h| matches!(h.kind, HappeningKind::Score { .. }) && h.weight > 0.2)
        {
            // Five seconds after, when most have written.
            let after_ms = kick_off_ms + goal.at_ms as i64 + 5000;
            let mood = |room: &str| {
                facts.iter().find_map(|f| match f {
                    Fact::Mood(m) if &*m.room == room && m.at.millis() >= after_ms => Some(m),
                    _ => None,
                })
            };
            for (room, side) in [("home", Side::Home), ("away", Side::Away)] {
                let Some(mood) = mood(room) else { continue };
                let glad = goal.side == Some(side);
                all += 1;
                right += usize::from((mood.joy > mood.rage) == glad);
            }
        }
    }
    assert!(all >= 8, "{all} rooms after goals looked at");
    assert!(right * 10 >= all * 9, "{right} of {all}");
}

/// How often keyword scores come true, on simulated chat: for each band of scores the share of windows in which a spike
/// of that group was truly running.
#[test]
fn keyword_scores_are_probabilities_on_simulated_chat() {
    let (mut caught, mut spikes) = (0, 0);
    let mut bands: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
    for seed in 0..8 {
        let script = Script::generate(seed, SPORTS[seed as usize % 2]).excerpt(0, 1_800_000);
        let plan = ChatPlan::default();
        let kick_off_ms = plan.kick_off.millis();
        let chat = Chat::new(seed, &script, plan);
        let truth = chat.spikes().to_vec();
        let mut agent = ChatAgent::new(ChatConfig::default()).expect("sound");
        let mut facts = Vec::new();
        let mut highest = vec![0.0_f64; truth.len()];
        for heard in chat {
            facts.clear();
            agent.apply(&heard.report, &mut facts);
            for fact in &facts {
                let Fact::Mood(mood) = fact else { continue };
                let at_ms = mood.at.millis() - kick_off_ms;
                for keyword in &mood.keywords {
                    // A spike runs from the first answer until its last has left the window.
                    let running = truth.iter().position(|s| {
                        let since = at_ms - s.at_ms as i64;
                        s.group == &*keyword.group && (900..8000).contains(&since)
                    });
                    let band = ((keyword.surprise * 5.0) as usize).min(4);
                    let of = bands.entry(band).or_default();
                    of.0 += 1;
                    of.1 += u32::from(running.is_some());
                    if let Some(n) = running {
                        highest[n] = highest[n].max(keyword.surprise);
                    }
                }
            }
        }
        spikes += truth.len();
        caught += highest.iter().filter(|h| **h > 0.82).count();
    }
    println!(
        "simulated: {caught} of {spikes} spikes over 0.82; windows and those in a spike by band of score {bands:?}"
    );
    assert!(spikes >= 5, "{spikes}");
    assert!(caught * 10 >= spikes * 9, "{caught} of {spikes}");
    let (windows, real) = bands[&4];
    assert!(f64::from(real) >= 0.82 * f64::from(windows), "{bands:?}");
}
