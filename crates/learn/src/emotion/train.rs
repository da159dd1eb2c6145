//! Fits the fast model: multinomial logistic regression on hashed features, on top of the prior's table.
//!
//! Stochastic gradient descent with a ridge, the rows in a seeded order: the same rows and plan give the same bytes.
//! The ridge is the one whose mean F1 of the classes, after the best shift of each class, is best when every row is
//! judged by a fit without it; the shift and the temperature are chosen by the same judgements. What is then kept is a
//! fit to all rows. The test split is never looked at.

use super::{
    Emotion, Model, Reading,
    features::{Features, VOCABULARY_BITS},
    labelled::Labelled,
    model::{FORMAT, Header, evidence, sha256},
    prior,
    score::macro_f1,
    text::Tokens,
};

const CLASSES: usize = Emotion::COUNT;
/// Rows that a word must have come in to be known.
const KNOWN_FROM: u32 = 5;
/// Log-odds of a message of which nothing is known: most such messages feel nothing.
const BLANK: [f32; CLASSES] = [0.0, 0.0, 0.0, 0.7];

/// How to fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Name and version of the model.
    pub name: String,
    /// The table has two to the power of this many rows.
    pub bits: u32,
    /// Parts of the rows of which each is judged by a fit to the others.
    pub folds: usize,
    /// Times that the rows are gone through.
    pub epochs: usize,
    /// Seed of the order of the rows.
    pub seed: u64,
    /// Ridges to try, per row.
    pub ridges: Vec<f64>,
    /// How much the prior's words, and its pictures and faces, count. Set and not chosen: the comments that are
    /// trained on have hardly any of them, and live chat is made of them.
    pub prior: [f32; 2],
    /// Power of the inverse document frequency that rare features are scaled up by while fitting.
    pub idf: f64,
    /// Size of the first step.
    pub step: f64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            name: "emotion-hashed@1".into(),
            bits: 18,
            folds: 5,
            epochs: 12,
            seed: 1,
            ridges: vec![2e-5, 4e-5, 8e-5],
            prior: [1.0, 1.4],
            idf: 1.0,
            step: 4.0,
        }
    }
}

/// A comment that several feelings share.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// The comment.
    pub text: String,
    /// Share of each feeling, in the order of [`Emotion::ALL`]; they add up to 1.
    pub shares: [f32; CLASSES],
}

/// Where a fit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Epochs done.
    pub done: usize,
    /// Of how many.
    pub of: usize,
}

/// One way of fitting, and how it did on rows that it was not fitted to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tried {
    /// Ridge.
    pub ridge: f64,
    /// Mean F1 of the classes with the best shift.
    pub macro_f1: f64,
    /// The same with none.
    pub macro_f1_unshifted: f64,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The readable half.
    pub header: Header,
    /// The weights, four signed bytes a row.
    pub weights: Vec<u8>,
    /// Everything that was tried, in order.
    pub tried: Vec<Tried>,
}

impl Fitted {
    /// The model, ready to read.
    ///
    /// # Panics
    /// Never: what was fitted is sound.
    pub fn model(&self) -> Model {
        Model::new(self.header.clone(), &self.weights).expect("what was fitted is sound")
    }
}

/// A row as the fit takes it.
struct Row {
    /// The class to judge by, if there is one.
    label: Option<usize>,
    /// Share of each class.
    target: [f32; CLASSES],
    /// What the prior says, as much as it counts.
    offset: [f32; CLASSES],
    features: Features,
    /// How far the trained part has anything to go by.
    evidence: f32,
}

fn rows(labelled: &[Labelled], more: &[Shared], plan: &Plan) -> Vec<Row> {
    let mut tokens = Tokens::default();
    let mut row = |text: &str, label: Option<usize>, target: [f32; CLASSES]| {
        let mut features = Features::default();
        tokens.read(text, &[]);
        features.read(&tokens, plan.bits);
        let said = prior::message(&tokens);
        let [words, pictures] = plan.prior;
        Row {
            label,
            target,
            evidence: 0.0,
            offset: std::array::from_fn(|k| words * said.words[k] + pictures * said.pictures[k]),
            features,
        }
    };
    let certain = labelled.iter().map(|l| {
        let k = l.emotion.index();
        let target = std::array::from_fn(|of| f32::from(u8::from(of == k)));
        (l.text.as_str(), Some(k), target)
    });
    let shared = more.iter().map(|s| (s.text.as_str(), None, s.shares));
    certain
        .chain(shared)
        .map(|(text, label, target)| row(text, label, target))
        .collect()
}

/// The words that came often enough to be known, a bit for each place.
fn vocabulary(rows: &[Row]) -> Vec<u8> {
    let mut seen = vec![0_u32; 1 << VOCABULARY_BITS];
    for place in rows.iter().flat_map(|r| &r.features.vocabulary) {
        seen[*place as usize] += 1;
    }
    let bit = |(n, seen): (usize, &u32)| u8::from(*seen >= KNOWN_FROM) << n;
    let byte = |eight: &[u32]| eight.iter().enumerate().map(bit).sum();
    seen.chunks(8).map(byte).collect()
}

/// How much each place counts while fitting: rare ones more, so that the ridge holds them back less.
fn rarity(rows: &[Row], bits: u32, power: f64) -> Vec<f32> {
    let mut seen = vec![0_u32; 1 << bits];
    let mut last = vec![usize::MAX; 1 << bits];
    for (n, row) in rows.iter().enumerate() {
        for place in row.features.words.iter().chain(&row.features.runs) {
            let place = *place as usize;
            if last[place] != n {
                last[place] = n;
                seen[place] += 1;
            }
        }
    }
    let n = rows.len() as f64;
    let scale: Vec<f64> = seen
        .iter()
        .map(|s| libm::pow(libm::log((1.0 + n) / (1.0 + f64::from(*s))) + 1.0, power))
        .collect();
    // Brought to a mean square of one over what is met, so that the ridge means the same for every power.
    let (mut square, mut met) = (0.0, 0.0);
    for (s, scale) in seen.iter().zip(&scale) {
        square += f64::from(*s) * scale * scale;
        met += f64::from(*s);
    }
    let unit = libm::sqrt(square / f64::max(met, 1.0));
    scale.iter().map(|s| (s / unit) as f32).collect()
}

/// Weights while they are fitted: `scale` times `table`, so that the ridge shrinks all of them at once.
struct Weights {
    table: Vec<[f32; CLASSES]>,
    scale: f32,
    intercept: [f32; CLASSES],
}

impl Weights {
    fn logits(&self, row: &Row, rarity: &[f32]) -> [f32; CLASSES] {
        let mut z = row.offset;
        for (z, i) in z.iter_mut().zip(self.intercept) {
            *z += row.evidence * i;
        }
        for group in [&row.features.words, &row.features.runs] {
            let mut sum = [0.0_f32; CLASSES];
            for place in group {
                let place = *place as usize;
                let weights = &self.table[place];
                for (sum, w) in sum.iter_mut().zip(weights) {
                    *sum += w * rarity[place];
                }
            }
            let unit = row.evidence * self.scale / libm::sqrtf(group.len().max(1) as f32);
            for (z, sum) in z.iter_mut().zip(sum) {
                *z += sum * unit;
            }
        }
        z
    }

    fn step(&mut self, row: &Row, rarity: &[f32], rate: f32, ridge: f32) {
        let logits = self.logits(row, rarity);
        let p = Reading::from_logits(logits, 1.0).probabilities;
        self.scale *= 1.0 - rate * ridge;
        let mut gradient = p;
        for (g, t) in gradient.iter_mut().zip(row.target) {
            *g -= t;
        }
        for (i, g) in self.intercept.iter_mut().zip(gradient) {
            // The intercept is met by every row: it takes small steps.
            *i -= 0.02 * rate * row.evidence * g;
        }
        for group in [&row.features.words, &row.features.runs] {
            let unit = rate * row.evidence / (self.scale * libm::sqrtf(group.len().max(1) as f32));
            for place in group {
                let place = *place as usize;
                for (w, g) in self.table[place].iter_mut().zip(gradient) {
                    *w -= unit * rarity[place] * g;
                }
            }
        }
    }
}

/// A seeded order of `n` rows (Fisher-Yates over SplitMix64).
fn shuffle(order: &mut [u32], state: &mut u64) {
    for i in (1..order.len()).rev() {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        order.swap(i, ((z ^ (z >> 31)) % (i as u64 + 1)) as usize);
    }
}

/// Fits to `rows`, and chooses what is to be chosen by cross-validation among them. `more` are comments that several
/// feelings share, each with its share of them: they are learned from, and not judged by.
pub fn fit(
    labelled: &[Labelled],
    more: &[Shared],
    plan: &Plan,
    progress: &mut dyn FnMut(Step),
) -> Fitted {
    let mut rows = rows(labelled, more, plan);
    let vocabulary = vocabulary(&rows);
    for row in &mut rows {
        row.evidence = evidence(&row.features, &vocabulary);
    }
    let rarity = rarity(&rows, plan.bits, plan.idf);
    let of = (plan.ridges.len() * plan.folds + 1) * plan.epochs;
    let mut done = 0;
    let mut epoch_done = || {
        done += 1;
        progress(Step { done, of });
    };
    let mut tried: Vec<Tried> = Vec::new();
    let mut best: Option<(f64, f64, Vec<Judged>)> = None;
    for ridge in &plan.ridges {
        let judged = cross_validated(&rows, &rarity, plan, *ridge, &mut epoch_done);
        let (figure, _) = best_shift(&judged);
        tried.push(Tried {
            ridge: *ridge,
            macro_f1: figure,
            macro_f1_unshifted: shifted_f1(&judged, [0.0; CLASSES]),
        });
        if best.as_ref().is_none_or(|b| figure > b.0) {
            best = Some((figure, *ridge, judged));
        }
    }
    let (_, ridge, judged) = best.expect("a plan tries at least one ridge");
    let all: Vec<&Row> = rows.iter().collect();
    let weights = descend(&all, &rarity, plan, ridge, &mut epoch_done);
    let (mut header, weights) = quantise(&weights, &rarity, &vocabulary, plan);
    header.shift = best_shift(&judged).1;
    header.temperature = temperature(&judged, header.shift);
    Fitted {
        header,
        weights,
        tried,
    }
}

/// Log-odds of every judged row by weights that were fitted without it.
fn cross_validated(
    rows: &[Row],
    rarity: &[f32],
    plan: &Plan,
    ridge: f64,
    epoch_done: &mut dyn FnMut(),
) -> Vec<Judged> {
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    shuffle(&mut order, &mut plan.seed.wrapping_add(77));
    let mut judged = Vec::with_capacity(rows.len());
    for fold in 0..plan.folds {
        let of = |inside: bool| {
            let places = order.iter().enumerate();
            let wanted = move |(n, _): &(usize, &u32)| (n % plan.folds == fold) == inside;
            places.filter(wanted).map(|(_, row)| &rows[*row as usize])
        };
        let others: Vec<&Row> = of(false).collect();
        let weights = descend(&others, rarity, plan, ridge, epoch_done);
        judged.extend(
            of(true)
                .filter_map(|row| Some((row.label?, weights.logits(row, rarity), row.evidence))),
        );
    }
    judged
}

fn descend(
    train: &[&Row],
    rarity: &[f32],
    plan: &Plan,
    ridge: f64,
    epoch_done: &mut dyn FnMut(),
) -> Weights {
    let mut weights = Weights {
        table: vec![[0.0; CLASSES]; 1 << plan.bits],
        scale: 1.0,
        intercept: [0.0; CLASSES],
    };
    let mut order: Vec<u32> = (0..train.len() as u32).collect();
    let mut state = plan.seed;
    let total = (plan.epochs * train.len()) as f64;
    let mut t = 0.0;
    for _ in 0..plan.epochs {
        shuffle(&mut order, &mut state);
        for n in &order {
            // Falls in a straight line to nothing, so that the last rows seen weigh no more than the first.
            let rate = plan.step * (1.0 - t / total);
            weights.step(train[*n as usize], rarity, rate as f32, ridge as f32);
            t += 1.0;
        }
        // Kept near one, where numbers are exact.
        let scale = std::mem::replace(&mut weights.scale, 1.0);
        for w in weights.table.iter_mut().flatten() {
            *w *= scale;
        }
        epoch_done();
    }
    weights
}

/// Brings weights to signed bytes, each the root of its size.
fn quantise(
    weights: &Weights,
    rarity: &[f32],
    vocabulary: &[u8],
    plan: &Plan,
) -> (Header, Vec<u8>) {
    let folded = |place: usize| weights.table[place].map(|w| w * rarity[place]);
    let largest = (0..weights.table.len())
        .flat_map(folded)
        .fold(f32::MIN_POSITIVE, |a, w| a.max(w.abs()));
    let scale = largest / (127.0 * 127.0);
    let mut bytes: Vec<u8> = (0..weights.table.len())
        .flat_map(folded)
        .map(|w| libm::roundf(libm::sqrtf(w.abs() / scale)).copysign(w) as i8)
        .map(i8::cast_unsigned)
        .collect();
    bytes.extend(vocabulary);
    let header = Header {
        format: FORMAT.into(),
        name: plan.name.clone(),
        bits: plan.bits,
        scale,
        intercept: weights.intercept,
        shift: [0.0; CLASSES],
        prior: plan.prior,
        temperature: 1.0,
        blank: BLANK,
        weights_sha256: sha256(&bytes),
    };
    (header, bytes)
}

/// A judged row: its label, its log-odds without a shift, and how far a shift concerns it.
type Judged = (usize, [f32; CLASSES], f32);

fn shifted_f1(logits: &[Judged], shift: [f32; CLASSES]) -> f64 {
    let mut confusion = [[0_u32; CLASSES]; CLASSES];
    for (label, z, evidence) in logits {
        let at = |k: usize| z[k] + evidence * shift[k];
        let best = (1..CLASSES).fold(0, |best, k| if at(k) > at(best) { k } else { best });
        confusion[*label][best] += 1;
    }
    macro_f1(&confusion)
}

/// The shift of each class that gives the best mean F1, in steps of a twentieth of a nat: one class after another, and
/// each shift judged together with its neighbours, so that a lucky handful of rows does not decide. Neutral stays where
/// it is, for only differences count.
fn best_shift(logits: &[Judged]) -> (f64, [f32; CLASSES]) {
    let around = |shift: [f32; CLASSES]| {
        let mut sum = shifted_f1(logits, shift);
        for k in 0..CLASSES - 1 {
            for by in [-0.15, 0.15] {
                let mut near = shift;
                near[k] += by;
                sum += shifted_f1(logits, near);
            }
        }
        sum / (2 * CLASSES - 1) as f64
    };
    let mut shift = [0.0; CLASSES];
    let mut best = around(shift);
    loop {
        let before = best;
        for k in 0..CLASSES - 1 {
            for step in -20..=40_i16 {
                let mut other = shift;
                other[k] = f32::from(step) / 20.0;
                let figure = around(other);
                if figure > best + 1e-9 {
                    (best, shift) = (figure, other);
                }
            }
        }
        if best <= before + 1e-9 {
            return (best, shift);
        }
    }
}

/// The temperature that makes the labels likeliest, to a hundredth.
fn temperature(logits: &[Judged], shift: [f32; CLASSES]) -> f32 {
    let loss = |temperature: f32| -> f64 {
        logits
            .iter()
            .map(|(label, z, evidence)| {
                let z = std::array::from_fn(|k| z[k] + evidence * shift[k]);
                let p = Reading::from_logits(z, temperature).probabilities[*label];
                -libm::log(f64::from(p).max(1e-12))
            })
            .sum()
    };
    (20..=400_u16)
        .map(|t| f32::from(t) / 100.0)
        .map(|t| (loss(t), t))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(1.0, |(_, t)| t)
}
