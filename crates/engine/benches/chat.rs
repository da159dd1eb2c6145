//! Messages a second of the chat agent, the model's reading alone beside it, on one core.
#![allow(missing_docs)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use matchday_engine::sense::chat::{ChatAgent, ChatConfig};
use matchday_event::{
    EventTime,
    senses::{ChatMessage, ChatReport, Pseudonym},
};
use matchday_learn::emotion::{Model, Reader};

/// Messages of a report: a tenth of a second of a room of 2,560 a second.
const MESSAGES: usize = 256;

const TEXTS: &[&str] = &[
    "LUL LUL LUL",
    "PogChamp what a save",
    "GOOOOOOL 🔥🔥🔥",
    "that ref is blind, he did not even look at it",
    "who is the number 7?",
    "KEKW",
    "slow-mo please, I think he broke his ankle",
    "this is the best game I have seen in years, thank you everyone",
    "jajajaja vamos",
    "no way that was offside omg",
];

fn messages() -> Vec<ChatMessage> {
    (0..MESSAGES)
        .map(|n| ChatMessage {
            at: EventTime::from_millis(n as i64 * 100 / MESSAGES as i64),
            author: Pseudonym(n as u64 * 7919),
            text: format!("{} {}", TEXTS[n % TEXTS.len()], n / 30).into(),
            emotes: Vec::new(),
        })
        .collect()
}

fn chat(c: &mut Criterion) {
    let messages = messages();
    let mut group = c.benchmark_group("chat");
    group.throughput(Throughput::Elements(MESSAGES as u64));
    group.bench_function("read alone", |b| {
        let mut reader = Reader::new(Model::builtin());
        b.iter(|| {
            messages
                .iter()
                .map(|m| reader.read(&m.text, &m.emotes).probabilities[0])
                .sum::<f32>()
        });
    });
    group.bench_function("agent", |b| {
        let mut agent = ChatAgent::new(ChatConfig::default()).expect("sound");
        let mut at_ms = 0;
        let next = || {
            at_ms += 100;
            let later = |m: &ChatMessage| ChatMessage {
                at: EventTime::from_millis(m.at.millis() + at_ms),
                // Other people each time, so that few are set aside as repeats.
                author: Pseudonym(m.author.0 ^ (at_ms as u64) << 20),
                ..m.clone()
            };
            ChatReport {
                room: "main".into(),
                at: EventTime::from_millis(at_ms + 100),
                messages: messages.iter().map(later).collect(),
                shed: 0,
            }
        };
        b.iter_batched(
            next,
            |report| {
                let mut facts = Vec::new();
                agent.apply(&report, &mut facts);
                facts
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, chat);
criterion_main!(benches);
