//! Options put among each other: which is best, whether that is known, and why, in one sentence.

use std::fmt::{self, Write as _};

use matchday_event::{
    Side,
    football::{Choice, Decision, DecisionKind, DecisionOption},
    round,
};

use super::{chance::REPLICATES, price::Worth};

/// Half of a 90 % interval, in standard deviations.
const Z90: f64 = 1.645;

/// An option before it is put among the others.
pub(super) struct Valued {
    pub choice: Choice,
    pub wp: f64,
    pub usual: f64,
    refits: [f64; REPLICATES],
    branches: Option<Known>,
}

/// An option that succeeds or fails.
pub(super) struct Branches {
    /// Chance of success.
    pub success: f64,
    /// The same by each refit of the chance.
    pub refits: [f64; REPLICATES],
    pub on_success: Worth,
    pub on_failure: Worth,
}

#[derive(Clone, Copy)]
struct Known {
    success: f64,
    wp_success: f64,
    wp_failure: f64,
}

impl Valued {
    /// An option whose outcomes are one average.
    pub fn new(choice: Choice, worth: Worth, usual: f64) -> Self {
        Self {
            choice,
            wp: worth.wp,
            usual,
            refits: worth.strays.map(|stray| worth.wp + stray),
            branches: None,
        }
    }
}

impl Branches {
    /// By the chance of each branch. A refit of the chance and one of the win probability make a draw together: both
    /// come from games drawn apart, so that any pairing is as good as another.
    pub fn valued(self, choice: Choice, usual: f64) -> Valued {
        let mean = |p: f64, success: f64, failure: f64| p * success + (1.0 - p) * failure;
        let (on, off) = (&self.on_success, &self.on_failure);
        let mut refits = [0.0; REPLICATES];
        let strays = on.strays.iter().zip(&off.strays);
        for (refit, (p, (a, b))) in refits.iter_mut().zip(self.refits.iter().zip(strays)) {
            *refit = mean(*p, on.wp + a, off.wp + b);
        }
        Valued {
            choice,
            wp: mean(self.success, on.wp, off.wp),
            usual,
            refits,
            branches: Some(Known {
                success: self.success,
                wp_success: on.wp,
                wp_failure: off.wp,
            }),
        }
    }
}

/// Mean and standard deviation of what the refits say.
fn spread(refits: impl Iterator<Item = f64>) -> f64 {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for x in refits {
        n += 1.0;
        sum += x;
        squares += x * x;
    }
    let mean: f64 = sum / n;
    (squares / n - mean * mean).max(0.0).sqrt()
}

pub(super) fn decision(kind: DecisionKind, side: Side, options: &[Valued]) -> Decision {
    let (best, second) = (&options[0], &options[1]);
    let edge = best.wp - second.wp;
    let reach = Z90 * spread(best.refits.iter().zip(&second.refits).map(|(a, b)| a - b));
    let toss_up = edge - reach <= 0.0;
    let bold = options
        .iter()
        .find(|o| matches!(o.choice, Choice::Go | Choice::TwoPoint));
    let break_even = bold.and_then(|bold| {
        let branches = bold.branches?;
        let other = options.iter().find(|o| o.choice != bold.choice)?.wp;
        let p = (other - branches.wp_failure) / (branches.wp_success - branches.wp_failure);
        (0.0..=1.0).contains(&p).then_some(p)
    });
    Decision {
        kind,
        side,
        options: options
            .iter()
            .map(|o| {
                let reach = Z90 * spread(o.refits.iter().copied());
                DecisionOption {
                    choice: o.choice,
                    wp: round::four(o.wp),
                    wp_low: round::four((o.wp - reach).max(0.0)),
                    wp_high: round::four((o.wp + reach).min(1.0)),
                    success: o.branches.map(|b| round::four(b.success)),
                    wp_success: o.branches.map(|b| round::four(b.wp_success)),
                    wp_failure: o.branches.map(|b| round::four(b.wp_failure)),
                    usual: round::four(o.usual),
                }
            })
            .collect(),
        toss_up,
        edge: round::four(edge),
        edge_low: round::four(edge - reach),
        edge_high: round::four(edge + reach),
        break_even: break_even.map(round::four),
        reason: reason(best, second, bold, break_even, toss_up, reach).into(),
        called: None,
    }
}

fn reason(
    best: &Valued,
    second: &Valued,
    bold: Option<&Valued>,
    break_even: Option<f64>,
    toss_up: bool,
    reach: f64,
) -> String {
    let (won, other) = (Percent(best.wp), Percent(second.wp));
    let (one, two) = (best.choice.words(), second.choice.words());
    let mut text = String::with_capacity(160);
    let written = if toss_up {
        let reach = Percent(reach);
        write!(
            text,
            "too close to call: {one} {won}, {two} {other}, and the difference is known to ±{reach}"
        )
    } else {
        let more = Percent(best.wp - second.wp);
        write!(text, "{one}: {won} to win, {more} more than to {two}")
    };
    written.expect("a string takes what is written");
    if let (Some(branches), Some(p)) = (bold.and_then(|b| b.branches), break_even) {
        let what = match bold.map(|b| b.choice) {
            Some(Choice::TwoPoint) => "two points are good",
            _ => "going for it works",
        };
        let whole = |share: f64| (100.0 * share).round() as i64;
        let (does, must) = (whole(branches.success), whole(p));
        write!(text, "; {what} {does} % of the time and has to {must} %")
            .expect("a string takes what is written");
    }
    text
}

/// A share as per cent with one place. Written as whole numbers: a fourth down is priced before and after the play
/// that leads to it, and formatting fractions would cost a fifth of that.
struct Percent(f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (1000.0 * self.0).round() as i64;
        let sign = if tenths < 0 { "-" } else { "" };
        let tenths = tenths.unsigned_abs();
        write!(f, "{sign}{}.{} %", tenths / 10, tenths % 10)
    }
}
