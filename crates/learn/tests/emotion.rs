//! The feeling of chat messages: how a message is cut up, what the built-in model says, and that training can be
//! done again to the byte.

use std::sync::Arc;

use matchday_learn::emotion::{
    Emotion, EmotionModelError, Header, Model, Reader, Reading,
    labelled::Labelled,
    text::{Kind, Tokens},
    train::{self, Plan},
};
use proptest::prelude::*;

/// A message in pieces, as a line: kind, text, and how it was written.
fn cut(text: &str, emotes: &[&str]) -> String {
    let emotes: Vec<Arc<str>> = emotes.iter().map(|e| Arc::from(*e)).collect();
    let mut tokens = Tokens::default();
    tokens.read(text, &emotes);
    let piece = |token| {
        let token: &matchday_learn::emotion::text::Token = token;
        let kind = match token.kind {
            Kind::Word => "",
            Kind::Emote => "emote:",
            Kind::Emoji => "emoji:",
            Kind::Emoticon => "face:",
            Kind::Mark => "mark:",
            Kind::Mention => "@",
            Kind::Link => "link",
        };
        let mut piece = format!("{kind}{}", tokens.text(token));
        for (is, sign) in [
            (token.stretched, "~"),
            (token.shouted, "^"),
            (token.negated, "-"),
            (token.repeated, "*"),
        ] {
            if is {
                piece += sign;
            }
        }
        piece
    };
    let pieces: Vec<String> = tokens.list().iter().map(piece).collect();
    pieces.join(" ")
}

#[test]
fn messages_are_cut_into_what_carries_feeling() {
    let cases = [
        ("what a GOOOOOL", "what a gool~^"),
        ("hahahahaha KKKKKKK xDDDD", "haha~ kkk~^ xdd~"),
        (
            "LUL LUL LUL so bad :D",
            "emote:LUL emote:LUL* emote:LUL* so bad face::D",
        ),
        (
            "not a good call, really good",
            "not a- good- call- mark:, really good*",
        ),
        ("I don't like it", "i don't like- it-"),
        (
            "👍🏽👍🏿 ❤️ 👨‍👩‍👧 🇧🇷🇦🇷",
            "emoji:👍 emoji:👍* emoji:❤ emoji:👨 emoji:flag emoji:flag*",
        ),
        (
            "WTF?!?! why??? no!!! ok...",
            "wtf^ mark:?! why mark:?? no mark:!! ok mark:…",
        ),
        ("@someone https://a.b/c [NAME]: hi", "@ link @* hi"),
        ("2-1 at 10:0", "2 mark:- 1 at 10 mark:: 0"),
        (
            "nice:) note:Dave >:(",
            "nice face::) note mark:: dave face:>:(",
        ),
        ("не круто", "не круто-"),
        ("", ""),
    ];
    for (text, want) in cases {
        assert_eq!(cut(text, &[]), want, "{text}");
    }
    assert_eq!(
        cut("hello streamerHype there", &["streamerHype"]),
        "hello emote:streamerHype there"
    );
}

#[test]
fn endless_messages_are_cut_short() {
    let mut tokens = Tokens::default();
    tokens.read(&"a b ".repeat(10_000), &[]);
    assert!(tokens.list().len() <= 512);
}

fn read(text: &str) -> Reading {
    Reader::new(Model::builtin()).read(text, &[])
}

/// Messages as live chat has them, written for this test.
#[test]
fn the_built_in_model_reads_live_chat() {
    let cases = [
        (Emotion::Joy, "LUL LUL LUL"),
        (Emotion::Joy, "KEKW"),
        (Emotion::Joy, "PogChamp PogChamp"),
        (Emotion::Joy, "GOOOOOOOL"),
        (Emotion::Joy, "jajajajaja"),
        (Emotion::Joy, "🔥🔥🔥"),
        (Emotion::Joy, "vamos!!! ❤️"),
        (Emotion::Joy, "thank you, that was a beautiful game"),
        (Emotion::Rage, "worst ref ever"),
        (Emotion::Rage, "😡😡"),
        (Emotion::Rage, "this is disgusting, we were robbed"),
        (Emotion::Rage, "SwiftRage fix your stream"),
        (Emotion::Surprise, "omg omg omg"),
        (Emotion::Surprise, "WOW I did not expect that"),
        (Emotion::Surprise, "NOWAY"),
        (Emotion::Surprise, "😱😱😱"),
        (Emotion::Neutral, "Kappa"),
        (Emotion::Neutral, "what time does the second half start"),
        (Emotion::Neutral, "https://a.example/page"),
        (Emotion::Neutral, "asdfgh"),
        (Emotion::Neutral, ""),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .filter(|(want, text)| read(text).likeliest() != *want)
        .map(|(want, text)| format!("{text}: {:?}, not {want}", read(text)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn negation_and_irony_take_joy_away() {
    let joy = |text: &str| read(text).probabilities[Emotion::Joy.index()];
    assert!(joy("that was not good at all") < joy("that was good") / 2.0);
    assert!(joy("great play Kappa") < joy("great play"));
}

#[test]
fn less_sure_than_065_counts_as_neutral() {
    let reading = |p: [f32; 4]| Reading { probabilities: p };
    assert_eq!(reading([0.64, 0.2, 0.1, 0.06]).felt(), Emotion::Neutral);
    assert_eq!(reading([0.66, 0.2, 0.1, 0.04]).felt(), Emotion::Joy);
    let two = reading([0.1, 0.2, 0.3, 0.4]);
    assert_eq!(
        two.likeliest_of(&[Emotion::Joy, Emotion::Rage]),
        Emotion::Rage
    );
}

#[test]
fn a_channels_own_emotes_are_known_by_their_last_part() {
    let mut reader = Reader::new(Model::builtin());
    let mut likeliest = |name: &str| {
        let emotes = [Arc::from(name)];
        reader.read(name, &emotes).likeliest()
    };
    assert_eq!(likeliest("someoneHype"), Emotion::Joy);
    assert_eq!(likeliest("someoneRage"), Emotion::Rage);
    assert_eq!(likeliest("xLUL"), Emotion::Joy);
    assert_eq!(likeliest("someoneZzq"), Emotion::Neutral);
    // Nobody says that it is an emote.
    assert_eq!(read("someoneHype").likeliest(), Emotion::Neutral);
}

fn small_set() -> Vec<Labelled> {
    let templates = [
        (Emotion::Joy, "thanks for the lovely game number"),
        (Emotion::Rage, "i hate this stupid call number"),
        (Emotion::Surprise, "wow i did not expect play number"),
        (Emotion::Neutral, "the game starts at gate number"),
    ];
    (0..400)
        .map(|n| {
            let (emotion, text) = templates[n % 4];
            Labelled {
                line: n + 1,
                emotion,
                text: format!("{text} {}", n / 4),
            }
        })
        .collect()
}

fn small_plan(seed: u64) -> Plan {
    Plan {
        bits: 12,
        epochs: 3,
        folds: 2,
        ridges: vec![1e-5],
        seed,
        ..Plan::default()
    }
}

#[test]
fn training_learns_and_comes_again_to_the_byte() {
    let rows = small_set();
    let fit = |seed| train::fit(&rows, &[], &small_plan(seed), &mut |_| {});
    let fitted = fit(1);
    assert!(fitted.tried[0].macro_f1 > 0.95, "{:?}", fitted.tried);
    assert_eq!(fit(1), fitted);
    assert_ne!(fit(2).weights, fitted.weights);
    let mut reader = Reader::new(Arc::new(fitted.model()));
    assert_eq!(
        reader.read("i hate this stupid call", &[]).likeliest(),
        Emotion::Rage
    );
}

#[test]
fn a_model_that_cannot_be_used_says_why() {
    let rows = small_set();
    let fitted = train::fit(&rows, &[], &small_plan(1), &mut |_| {});
    let json = |change: &dyn Fn(&mut Header)| {
        let mut header = fitted.header.clone();
        change(&mut header);
        serde_json::to_string(&header).expect("plain")
    };
    let told = |header: &str, weights: &[u8]| {
        let error = Model::read(header, weights).expect_err("refused");
        error.to_string()
    };
    assert!(Model::read(&json(&|_| {}), &fitted.weights).is_ok());
    assert!(told("{", &[]).contains("line 1"));
    assert!(told(&json(&|h| h.format = "x/9".into()), &[]).contains("x/9"));
    assert!(told(&json(&|h| h.bits = 40), &fitted.weights).contains("bits"));
    assert!(told(&json(&|h| h.temperature = 0.0), &fitted.weights).contains("temperature"));
    assert!(told(&json(&|_| {}), &fitted.weights[1..]).contains("bytes"));
    let mut other = fitted.weights.clone();
    other[0] ^= 1;
    assert!(matches!(
        Model::read(&json(&|_| {}), &other),
        Err(EmotionModelError::Weights(_))
    ));
}

proptest! {
    #[test]
    fn whatever_is_written_has_four_probabilities(text in "\\PC{0,120}") {
        let reading = read(&text);
        let sum: f32 = reading.probabilities.iter().sum();
        prop_assert!((sum - 1.0).abs() < 1e-4, "{reading:?}");
        prop_assert!(reading.probabilities.iter().all(|p| (0.0..=1.0).contains(p)));
    }

    #[test]
    fn repeating_a_message_adds_little(n in 2_usize..40) {
        let (once, often) = (read("LUL"), read(&"LUL ".repeat(n)));
        prop_assert_eq!(once.likeliest(), often.likeliest());
        prop_assert!(often.confidence() >= once.confidence());
        let (four, forty) = (read("LUL LUL LUL LUL"), read(&"LUL ".repeat(40)));
        prop_assert!((four.confidence() - forty.confidence()).abs() < 1e-6);
    }
}
