//! Ours beside another source's: how often the two say the same, by place, and where they differ most.

use std::fmt::Write as _;

use matchday_event::{Side, football::Choice};
use matchday_learn::{
    evaluate::{Prediction, difference, metrics},
    football::Snap,
};

use crate::cmd::eval::{
    against::{OPTIONS, Theirs},
    decisions::FourthDown,
    table,
};

/// Field zones of the table: names, and upper bounds in yards to goal.
const ZONES: [(&str, u8); 6] = [
    ("goal to 5", 5),
    ("6 to 20", 20),
    ("21 to 35", 35),
    ("36 to 50", 50),
    ("own 49 to 30", 70),
    ("inside own 30", 99),
];
/// Distance classes, likewise.
const DISTANCES: [(&str, u8); 5] = [("1", 1), ("2-3", 3), ("4-6", 6), ("7-10", 10), ("11+", 99)];

/// A play on which the two differ.
#[derive(Debug)]
pub struct Differing<'a> {
    /// Ours.
    pub one: &'a FourthDown<'a>,
    /// Theirs.
    pub theirs: Theirs,
    /// What their choice gives away by our numbers.
    pub by_ours: f64,
    /// What our best gives away by theirs.
    pub by_theirs: f64,
}

/// Two sources on the same plays.
#[derive(Debug)]
pub struct Compared<'a> {
    /// Fourth downs that both price.
    pub plays: usize,
    /// Of those, how many have the same best option.
    pub same: usize,
    /// Of those where ours is no toss-up: how many there are, and how many have the same best option.
    pub clear: (usize, usize),
    /// Where the best options differ by more than the bar, by either's numbers; most first, by the mean of both.
    pub differing: Vec<Differing<'a>>,
    /// Where the best options differ by more than the bar by both's numbers.
    pub both_differ: usize,
    /// The bar, as a share.
    pub over: f64,
    /// What each says of the option that was chosen, against who won: ours, then theirs.
    pub chosen: [Vec<Prediction>; 2],
    /// By [`OPTIONS`]: plays that both price, the sum of ours less theirs, and of its absolute value.
    options: [(usize, f64, f64); 3],
    /// Ours by row, theirs by column, in the order of [`OPTIONS`].
    bests: [[usize; 3]; 3],
    /// By zone and distance: plays, and those with the same best option.
    places: [[(usize, usize); DISTANCES.len()]; ZONES.len()],
}

fn class(bounds: &[(&str, u8)], x: u8) -> usize {
    let at = bounds.iter().position(|(_, most)| x <= *most);
    at.unwrap_or(bounds.len() - 1)
}

/// Sets the two beside each other. Options that only one of them prices do not count, on either side.
pub fn compare<'a>(rows: &[(&'a FourthDown<'a>, Option<Theirs>)], over: f64) -> Compared<'a> {
    let mut all = Compared {
        plays: 0,
        same: 0,
        clear: (0, 0),
        differing: Vec::new(),
        both_differ: 0,
        over,
        chosen: [Vec::new(), Vec::new()],
        options: [(0, 0.0, 0.0); 3],
        bests: [[0; 3]; 3],
        places: Default::default(),
    };
    let mut number = 0;
    let mut last_game = None;
    for &(one, theirs) in rows {
        if last_game != Some(&one.game.id) {
            last_game = Some(&one.game.id);
            number += 1;
        }
        let Some(mut theirs) = theirs else { continue };
        let mut ours = Theirs {
            wp: OPTIONS.map(|c| one.decision.option(c).map(|o| o.wp)),
        };
        for (a, b) in ours.wp.iter_mut().zip(&mut theirs.wp) {
            if a.is_none() || b.is_none() {
                (*a, *b) = (None, None);
            }
        }
        let (Some((our_best, our_wp)), Some((their_best, their_wp))) = (ours.best(), theirs.best())
        else {
            continue;
        };
        if ours.wp.iter().flatten().count() < 2 {
            continue;
        }
        let same = our_best == their_best;
        all.plays += 1;
        all.same += usize::from(same);
        if !one.decision.toss_up {
            all.clear.0 += 1;
            all.clear.1 += usize::from(same);
        }
        for (sum, (a, b)) in all.options.iter_mut().zip(ours.wp.iter().zip(theirs.wp)) {
            if let (Some(a), Some(b)) = (a, b) {
                *sum = (sum.0 + 1, sum.1 + a - b, sum.2 + (a - b).abs());
            }
        }
        let at = |choice| OPTIONS.iter().position(|c| *c == choice).unwrap_or(0);
        all.bests[at(our_best)][at(their_best)] += 1;
        let snap = &one.play.snap;
        let place =
            &mut all.places[class(&ZONES, snap.yards_to_goal)][class(&DISTANCES, snap.distance)];
        *place = (place.0 + 1, place.1 + usize::from(same));
        if let Some(called) = one.decision.called
            && let (Some(own), Some(other)) = (ours.of(called), theirs.of(called))
        {
            let home = one.game.home_result();
            let actual = match one.decision.side {
                Side::Home => home,
                Side::Away => 1.0 - home,
            };
            for (said, predicted) in all.chosen.iter_mut().zip([own, other]) {
                said.push(Prediction {
                    game: number,
                    predicted,
                    actual,
                });
            }
        }
        let by_ours = our_wp - ours.of(their_best).unwrap_or(our_wp);
        let by_theirs = their_wp - theirs.of(our_best).unwrap_or(their_wp);
        if by_ours.max(by_theirs) > over {
            all.both_differ += usize::from(by_ours.min(by_theirs) > over);
            all.differing.push(Differing {
                one,
                theirs,
                by_ours,
                by_theirs,
            });
        }
    }
    let most = |d: &Differing<'_>| d.by_ours + d.by_theirs;
    all.differing.sort_by(|a, b| most(b).total_cmp(&most(a)));
    all
}

fn percent(part: usize, of: usize) -> f64 {
    100.0 * part as f64 / of.max(1) as f64
}

impl<'a> Compared<'a> {
    /// The shares, and how far apart the options' win probabilities are.
    pub fn summary(&self, source: &str) -> String {
        let mut text = format!(
            "Against {source}: {} fourth downs that both price\n\n| | plays | share |\n|---|---|---|\n",
            self.plays
        );
        let over = 100.0 * self.over;
        let rows = [
            ("the same option is best".to_owned(), self.same, self.plays),
            (
                "the same, toss-ups of ours left out".to_owned(),
                self.clear.1,
                self.clear.0,
            ),
            (
                format!("another is best, by more than {over} % by either's numbers"),
                self.differing.len(),
                self.plays,
            ),
            (
                format!("another is best, by more than {over} % by both's"),
                self.both_differ,
                self.plays,
            ),
        ];
        for (what, part, of) in rows {
            let _ = writeln!(
                text,
                "| {what} | {part} of {of} | {:.1} % |",
                percent(part, of)
            );
        }
        text += "\n| option | both price it | ours less theirs | absolute | best by ours, and by theirs go | punt | kick |\n\
                 |---|---|---|---|---|---|---|\n";
        for ((choice, (n, sum, absolute)), best) in OPTIONS.iter().zip(self.options).zip(self.bests)
        {
            let n1 = n.max(1) as f64;
            let _ = writeln!(
                text,
                "| {} | {n} | {:+.2} % | {:.2} % | {} | {} | {} |",
                choice.words(),
                100.0 * sum / n1,
                100.0 * absolute / n1,
                best[0],
                best[1],
                best[2],
            );
        }
        text
    }

    /// Both on the option that was chosen, against who won the game.
    pub fn on_what_was_chosen(&self) -> String {
        let [ours, theirs] = &self.chosen;
        let all = [
            metrics(ours.iter().copied()),
            metrics(theirs.iter().copied()),
        ];
        let ([Some(own), Some(other)], Some(less)) = (all, difference(ours, theirs)) else {
            return String::new();
        };
        let row = |d: [f64; 3]| format!("{:+.4} ({:+.4} to {:+.4})", d[0], d[1], d[2]);
        format!(
            "\n| the option that was chosen, against who won | ours | theirs | ours less theirs |\n|---|---|---|---|\n\
             | Brier score of {} | {:.4} | {:.4} | {} |\n| log-loss | {:.4} | {:.4} | {} |\n",
            own.plays,
            own.brier,
            other.brier,
            row(less.brier),
            own.log_loss,
            other.log_loss,
            row(less.log_loss),
        )
    }

    /// Agreement by field zone and distance.
    pub fn by_place(&self) -> String {
        let mut text = String::from("\n| yards to goal |");
        for (name, _) in DISTANCES {
            let _ = write!(text, " 4th & {name} |");
        }
        text += "\n|---|";
        text += &"---|".repeat(DISTANCES.len());
        text.push('\n');
        for ((name, _), row) in ZONES.iter().zip(self.places) {
            let _ = write!(text, "| {name} |");
            for (n, same) in row {
                let _ = match n {
                    0 => write!(text, " |"),
                    n => write!(text, " {:.0} % of {n} |", percent(same, n)),
                };
            }
            text.push('\n');
        }
        text
    }

    /// Draws `n` of the plays that differ, by a hash of their ids with `seed`, in the order of the draw.
    pub fn sample(&self, n: usize, seed: u64) -> Vec<&Differing<'a>> {
        let mut all: Vec<(u64, &Differing<'a>)> = self
            .differing
            .iter()
            .map(|d| {
                let id = [d.one.game.id.as_str(), "/", d.one.play.id.as_str()].concat();
                (hash(&id, seed), d)
            })
            .collect();
        all.sort_by_key(|(hash, _)| *hash);
        all.into_iter().take(n).map(|(_, d)| d).collect()
    }
}

/// FNV-1a of the text, then mixed, so that ids that differ in their last digit are far apart.
fn hash(text: &str, seed: u64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut z = text.bytes().fold(start, |h, byte| {
        (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    for (shift, factor) in [(30, 0xbf58_476d_1ce4_e5b9), (27, 0x94d0_49bb_1331_11eb)] {
        z = (z ^ (z >> shift)).wrapping_mul(factor);
    }
    z ^ (z >> 31)
}

/// The plays as a table: the situation, ours, theirs and the call.
pub fn listed(plays: &[&Differing<'_>]) -> String {
    let mut text = String::from(
        "\n| game / play | situation | ours: go, punt, kick | theirs | coach | given away by ours, by theirs |\n\
         |---|---|---|---|---|---|\n",
    );
    for d in plays {
        let of = |wp: [Option<f64>; 3]| {
            wp.map(|wp| wp.map_or("–".to_owned(), |wp| format!("{:.1}", 100.0 * wp)))
                .join(", ")
        };
        let decision = &d.one.decision;
        let _ = writeln!(
            text,
            "| {} / {} | {} | {}{} | {} | {} | {:.1} %, {:.1} % |",
            table::own_number(d.one.game.id.as_str()),
            d.one.play.id.as_str(),
            situation(d.one),
            of(OPTIONS.map(|c| decision.option(c).map(|o| o.wp))),
            if decision.toss_up { " (toss-up)" } else { "" },
            of(d.theirs.wp),
            decision.called.map_or("–", Choice::words),
            100.0 * d.by_ours,
            100.0 * d.by_theirs,
        );
    }
    text
}

fn situation(one: &FourthDown<'_>) -> String {
    let snap: &Snap = &one.play.snap;
    let place = match snap.yards_to_goal {
        50 => "midfield".to_owned(),
        y if y < 50 => format!("the {y}"),
        y => format!("own {}", 100 - y),
    };
    let period = match snap.period {
        p @ 0..=4 => format!("Q{p} {}:{:02}", snap.clock_s / 60, snap.clock_s % 60),
        p => format!("overtime {}", p - 4),
    };
    let lead = snap.home_lead * snap.ball_sign() as i16;
    let lead = match lead {
        0 => "level".to_owned(),
        l if l > 0 => format!("{l} ahead"),
        l => format!("{} behind", -l),
    };
    let side = one.decision.side;
    let spread = snap.spread_home.map_or(String::new(), |home| {
        let own = if side == Side::Home { home } else { -home };
        format!(", spread {own:+}")
    });
    let (own, other) = super::timeouts(snap);
    format!(
        "{}: 4th & {} at {place}, {period}, {lead}{spread}, timeouts {own}-{other}",
        one.team(),
        snap.distance,
    )
}
