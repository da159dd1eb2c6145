//! The fast model on every message, and a deeper one on those that it is unsure of, as many as may be asked for.
//!
//! How many that is follows from the messages' own time: an allowance grows with it and every question takes one from
//! it. Beyond that questions are shed and counted, and the fast reading stands. So a flood costs no more than a calm
//! minute, and a replay asks the same questions.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    Reader, Reading,
    text::{Kind, Tokens},
};

/// A deeper model.
pub trait SecondOpinion: fmt::Debug + Send + Sync {
    /// Its name and version.
    fn name(&self) -> &str;

    /// Its reading of a message; `None` where it fails.
    fn read(&self, text: &str) -> Option<Reading>;
}

/// When the deeper model is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Only of messages whose fast reading is less sure than this.
    pub unsure_below: f32,
    /// Only of messages with so many words: it knows sentences, and not emotes.
    pub words: usize,
    /// Questions a second at most, over any longer time.
    pub per_s: f64,
    /// Questions at once at most.
    pub burst: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            unsure_below: 0.6,
            words: 3,
            per_s: 100.0,
            burst: 50.0,
        }
    }
}

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Asked {
    /// Questions answered.
    pub answered: u64,
    /// Questions shed, for there were too many.
    pub shed: u64,
    /// Questions that the deeper model failed at.
    pub failed: u64,
}

/// The two models.
#[derive(Debug)]
pub struct Cascade {
    reader: Reader,
    second: Option<(Arc<dyn SecondOpinion>, Limits)>,
    allowance: f64,
    asked: Asked,
}

impl Cascade {
    /// The fast model alone.
    pub fn new(reader: Reader) -> Self {
        Self {
            reader,
            second: None,
            allowance: 0.0,
            asked: Asked::default(),
        }
    }

    /// With a deeper one behind it.
    #[must_use]
    pub fn with_second(mut self, second: Arc<dyn SecondOpinion>, limits: Limits) -> Self {
        self.allowance = limits.burst;
        self.second = Some((second, limits));
        self
    }

    /// Lets time pass, in milliseconds of the messages' time.
    pub fn advance(&mut self, by_ms: i64) {
        if let Some((_, limits)) = &self.second {
            let more = limits.per_s * by_ms.max(0) as f64 / 1000.0;
            self.allowance = (self.allowance + more).min(limits.burst);
        }
    }

    /// The feeling of a message.
    pub fn read(&mut self, text: &str, emotes: &[Arc<str>]) -> Reading {
        let fast = self.reader.read(text, emotes);
        let Some((second, limits)) = &self.second else {
            return fast;
        };
        if fast.confidence() >= limits.unsure_below || !is_sentence(self.reader.tokens(), limits) {
            return fast;
        }
        if self.allowance < 1.0 {
            self.asked.shed += 1;
            return fast;
        }
        self.allowance -= 1.0;
        match second.read(text) {
            Some(reading) => {
                self.asked.answered += 1;
                reading
            }
            None => {
                self.asked.failed += 1;
                fast
            }
        }
    }

    /// The pieces of the last message.
    pub fn tokens(&self) -> &Tokens {
        self.reader.tokens()
    }

    /// What was asked so far.
    pub fn asked(&self) -> Asked {
        self.asked
    }
}

fn is_sentence(tokens: &Tokens, limits: &Limits) -> bool {
    let words = |kind| tokens.list().iter().filter(move |t| t.kind == kind).count();
    words(Kind::Emote) == 0 && words(Kind::Word) >= limits.words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emotion::{Emotion, Model};

    #[derive(Debug)]
    struct Always(Option<Reading>);

    impl SecondOpinion for Always {
        fn name(&self) -> &str {
            "always"
        }

        fn read(&self, _: &str) -> Option<Reading> {
            self.0
        }
    }

    const RAGE: Reading = Reading {
        probabilities: [0.0, 1.0, 0.0, 0.0],
    };

    fn cascade(answer: Option<Reading>, burst: f64) -> Cascade {
        let limits = Limits {
            unsure_below: 1.1,
            burst,
            per_s: 10.0,
            ..Limits::default()
        };
        Cascade::new(Reader::new(Model::builtin())).with_second(Arc::new(Always(answer)), limits)
    }

    #[test]
    fn a_flood_is_shed_and_time_gives_back() {
        let mut cascade = cascade(Some(RAGE), 5.0);
        for _ in 0..20 {
            cascade.read("thank you for the lovely game", &[]);
        }
        assert_eq!((cascade.asked().answered, cascade.asked().shed), (5, 15));
        cascade.advance(300);
        let readings: Vec<_> = (0..4)
            .map(|_| {
                cascade
                    .read("thank you for the lovely game", &[])
                    .likeliest()
            })
            .collect();
        use Emotion::{Joy, Rage};
        assert_eq!(readings, [Rage, Rage, Rage, Joy]);
    }

    #[test]
    fn emotes_and_single_words_are_never_asked_about() {
        let mut cascade = cascade(Some(RAGE), 5.0);
        for text in ["LUL", "what a goal PogChamp", "hello", "🔥 🔥 🔥 🔥"] {
            cascade.read(text, &[]);
        }
        assert_eq!(cascade.asked(), Asked::default());
    }

    #[test]
    fn a_failure_leaves_the_fast_reading() {
        let mut cascade = cascade(None, 5.0);
        let text = "thank you for the lovely game";
        assert_eq!(cascade.read(text, &[]).likeliest(), Emotion::Joy);
        assert_eq!(cascade.asked().failed, 1);
    }
}
