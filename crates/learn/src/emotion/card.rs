//! The model card: what the fast model was made from, how good it is, and where it should not be trusted.

use std::fmt::Write as _;

use super::{Emotion, model::Header, score::Score, train::Tried};

/// One set of labelled messages, scored.
#[derive(Debug)]
pub struct Scored {
    /// What it is, for people.
    pub title: &'static str,
    /// How its labels were read, and what else there is to know.
    pub note: String,
    /// Every message called by its likeliest feeling.
    pub likeliest: Score,
    /// The same with what is less sure than 0.65 called neutral; where the labels know neutral.
    pub felt: Option<Score>,
    /// Every message called by the likeliest of the feelings that the labels have, where those are fewer than four.
    pub among: Option<Score>,
}

/// What a card is written from.
#[derive(Debug)]
pub struct CardInput<'a> {
    /// The model.
    pub header: &'a Header,
    /// Size of both files.
    pub bytes: usize,
    /// Rows of the training split, of the development split, and of both together that several feelings share.
    pub rows: [usize; 3],
    /// What was tried.
    pub tried: &'a [Tried],
    /// The test split first, then whatever else was scored.
    pub scored: &'a [Scored],
    /// Messages of the test split that one core read in a second, on the machine that wrote the card.
    pub rate_per_s: f64,
}

/// Writes the card in Markdown.
pub fn write(input: &CardInput<'_>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = sections(input, &mut out);
    out
}

fn sections(input: &CardInput<'_>, out: &mut String) -> std::fmt::Result {
    let h = input.header;
    writeln!(out, "# The feeling of a chat message: {}\n", h.name)?;
    writeln!(
        out,
        "Joy, rage, surprise or neutral, for every message of a chat room. Written by `matchday train emotion`; do not edit \
         by hand.\n\n## Data and split\n"
    )?;
    writeln!(
        out,
        "- Fitted to the training and the development split of GoEmotions (Demszky and others, 2020; CC BY 4.0), Reddit \
         comments, its 27 emotions mapped to four: {} and {} rows, and {} more that several feelings share, each learned \
         from with its shares.\n\
         - The ridge, the shift of each class and the temperature were chosen by five-fold cross-validation over those rows. \
         **The test split was used for nothing but the figures below**; the weights that ship are those that the figures are \
         of. An earlier way of choosing, on the development split alone with its 111 rows of surprise, gave 0.697 there; it \
         was given up for the noise of its choices, and the test split was looked at once after.\n\
         - What emotes, emoji, emoticons and the slang of chat mean is a table written by hand \
         (`crates/learn/src/emotion/prior/`), from what they are commonly used for; nobody's labelled messages and nobody's \
         lexicon were copied for it.",
        input.rows[0], input.rows[1], input.rows[2]
    )?;
    writeln!(out, "\n## Model\n")?;
    writeln!(
        out,
        "Multinomial logistic regression on hashed features: words, pairs of words, negated words, runs of two to five \
         letters, length and shouting; 2^{} rows of four signed bytes, {:.2} MB with the header. The table's log-odds are added: \
         {} times those of words, {} times those of pictures and faces, strengths that were set and not chosen. What was \
         trained counts fully from three words on that training knew, and not at all where it knew none: a message of \
         emotes is read by the table alone.\n",
        h.bits,
        input.bytes as f64 / 1e6,
        h.prior[0],
        h.prior[1]
    )?;
    writeln!(
        out,
        "Intercepts {}; shifts {} (joy, rage, surprise, neutral); temperature {}.\n",
        numbers(&h.intercept),
        numbers(&h.shift),
        h.temperature
    )?;
    writeln!(
        out,
        "| ridge | cross-validated macro-F1 | without shifts |\n|---|---|---|"
    )?;
    for t in input.tried {
        writeln!(
            out,
            "| {:.0e} | {:.4} | {:.4} |",
            t.ridge, t.macro_f1, t.macro_f1_unshifted
        )?;
    }
    writeln!(
        out,
        "\n(The figure is the mean over the chosen shifts and their neighbours, so that a lucky handful of rows does not \
         decide.)\n\n## Figures\n"
    )?;
    for (n, scored) in input.scored.iter().enumerate() {
        set(scored, n == 0, out)?;
    }
    others(out)?;
    writeln!(
        out,
        "## Speed\n\n{:.0} comments of the test split in a second on one core of the machine that wrote this card, \
         shared with other work; `cargo bench -p matchday-engine --bench chat` measures the whole agent.\n",
        input.rate_per_s
    )?;
    limits(out)
}

fn numbers(list: &[f32]) -> String {
    let text: Vec<_> = list.iter().map(|x| format!("{x:.2}")).collect();
    text.join(", ")
}

fn set(scored: &Scored, reliability: bool, out: &mut String) -> std::fmt::Result {
    let s = &scored.likeliest;
    writeln!(out, "### {}\n\n{}\n", scored.title, scored.note)?;
    writeln!(
        out,
        "| called by | macro-F1 | accuracy |{}\n|---|---|---|{}",
        s.classes
            .iter()
            .map(|c| format!(" F1 {} |", c.emotion))
            .collect::<String>(),
        "---|".repeat(s.classes.len())
    )?;
    let mut row = |name: &str, s: &Score| {
        let classes: String = s
            .classes
            .iter()
            .map(|c| format!(" {:.3} |", c.f1))
            .collect();
        writeln!(
            out,
            "| {name} | **{:.3}** | {:.3} |{classes}",
            s.macro_f1, s.accuracy
        )
    };
    row("the likeliest feeling", s)?;
    if let Some(felt) = &scored.felt {
        row("the same, under 0.65 neutral", felt)?;
    }
    if let Some(among) = &scored.among {
        row("the likeliest of the labels' feelings", among)?;
    }
    writeln!(
        out,
        "\n| labelled | rows | precision | recall |{}\n|---|---|---|---|{}",
        Emotion::ALL
            .iter()
            .map(|e| format!(" called {e} |"))
            .collect::<String>(),
        "---|".repeat(Emotion::COUNT)
    )?;
    for class in &s.classes {
        let counts = s.confusion[class.emotion.index()].map(|n| format!(" {n} |"));
        writeln!(
            out,
            "| {} | {} | {:.3} | {:.3} |{}",
            class.emotion,
            class.rows,
            class.precision,
            class.recall,
            counts.concat()
        )?;
    }
    writeln!(
        out,
        "\nCalibration error of the confidence {:.3}, log-loss {:.3}.\n",
        s.calibration_error, s.log_loss
    )?;
    if reliability {
        writeln!(out, "| confidence | were right | rows |\n|---|---|---|")?;
        for bin in s.bins.iter().filter(|b| b.rows > 0) {
            writeln!(
                out,
                "| {:.3} | {:.3} | {} |",
                bin.confidence, bin.right, bin.rows
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn others(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "### What others reach on the same test split\n\n\
         Figures that came with the data, macro-F1 of the likeliest feeling: a hashed linear model 0.707; frozen MiniLM \
         embeddings with a logistic 0.611; MiniLM fine-tuned 0.759 (90 MB); a three-layer student of it in eight bits 0.755 \
         (13 MB, about 1.3 ms a message); a cascade that sends the least certain fifth to the student 0.740. With the \
         comments that were left out counted as neutral the best of them falls to 0.68.\n\n\
         A deeper model that `scripts/train_emotion_deep.py` trained on the same split (MiniLM cut to three layers, \
         17.3 MB) reaches 0.750 macro-F1 on these messages alone, at 3.7 ms a message, and 0.746 where it is asked of \
         the 740 of 3,889 that the fast model is unsure of: surprise 0.63, rage 0.66, joy 0.88, neutral 0.81. `matchday \
         eval emotion FILE --deep GRAPH` scores the two together; `docs/senses.md` tells the run and when it is worth \
         its cost. It is not shipped, and without it the fast model reads alone.\n"
    )
}

fn limits(out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "## Limits\n\n\
         - Surprise is rare: its F1 rests on 117 test rows, and a standard error of about 0.04.\n\
         - Comments are not live chat. How the table does on live chat is not measured here, for there are no labelled \
         messages of it that might be used; measure it on yours with `matchday eval emotion FILE`.\n\
         - Sadness, fear and boredom have no class. The table leans their signs weakly to rage, so that one of them alone is \
         seldom sure enough to count.\n\
         - Sarcasm is known only where it is marked (`Kappa`). What is trained is English; other languages have the table's \
         words and the signs that all share.\n\
         - The shifts raise rare classes for the sake of macro-F1; confidence is calibrated with them in place, on comments."
    )
}
