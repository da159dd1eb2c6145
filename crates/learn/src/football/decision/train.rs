//! Fitting the decision models to recorded plays. The refits draw whole games by a hash of a fixed seed, so that the
//! same plays give the same file.

use matchday_event::football::PlayKind;

use super::{
    DECISION_FORMAT, DecisionFile, GO_CELLS, PUNT_CELLS,
    chance::{
        ChanceFile, GO_FOURTH_DOWN, GO_N, HABIT_N, KICK_N, REPLICATES, TRY_HABIT_N, go_features,
        habit_features, kick_features, kick_yards, try_habit_features,
    },
    file::PUNT_STEP,
};
use crate::{
    evaluate::Prediction,
    football::{
        Kind, Outcome, PlayResult, Snap,
        basis::sigmoid,
        swing::{Cell, DISTANCE_BOUNDS, Weighted, ZONE_BOUNDS, class},
        train::cell,
    },
    ridge::{self, Row, dot},
};

/// A play to learn from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DecisionPlay {
    /// Numbers the game, so that games can be resampled whole.
    pub game: u32,
    /// Season.
    pub season: u16,
    /// What kind of play it was.
    pub kind: PlayKind,
    /// Whether a kick or a try was good, where the feed says so.
    pub good: Option<bool>,
    /// The game before it.
    pub snap: Snap,
    /// What it came to, where that is known.
    pub outcome: Option<Outcome>,
}

impl DecisionPlay {
    /// Whether a field goal was good: what the feed says of the kick, or else what the score says. The score alone
    /// misleads where a table leaves other scoring plays out.
    pub fn kick_is_good(&self) -> bool {
        let scored = || {
            self.outcome
                .is_some_and(|o| o.result == PlayResult::FieldGoal)
        };
        self.good.unwrap_or_else(scored)
    }

    /// Whether a field goal was good, or a run or a pass reached the line to gain or the goal; `None` on other plays
    /// and where what followed is not known.
    pub fn worked(&self) -> Option<bool> {
        if self.snap.kind != Kind::Scrimmage {
            return None;
        }
        match self.kind {
            PlayKind::FieldGoal => Some(self.kick_is_good()),
            PlayKind::Run | PlayKind::Pass | PlayKind::Sack => won(self),
            _ => None,
        }
    }
}

/// What a fit was asked to do.
#[derive(Debug, Clone, Copy)]
pub struct DecisionPlan<'a> {
    /// `nfl` or `ncaaf`.
    pub league: &'a str,
    /// Name and version.
    pub name: &'a str,
    /// First season whose kicks for one are like today's (the NFL moved them back in 2015).
    pub kick_one_since: u16,
    /// Plays of another league, whose tries stand in where these record none.
    pub other: &'a [DecisionPlay],
    /// First and last season that the plays are of: kickers get better over the years, and what the last of these
    /// seasons showed is held from then on.
    pub kick_seasons: (u16, u16),
}

/// Kicks nobody makes, so that the curve falls where nobody tries.
const HOPELESS: [(f64, f64); 3] = [(66.0, 15.0), (70.0, 30.0), (75.0, 30.0)];
const RIDGE: f64 = 2.0;
/// A cell with fewer plays than this takes those of its whole zone.
const ENOUGH: usize = 120;
/// Fewer punts than this from a spot mean that nobody punts from there.
const ENOUGH_PUNTS: usize = 60;
/// Fewer tries than this and the other league's are counted as well.
const ENOUGH_TRIES: usize = 200;

/// A fourth down that falls short stops the clock: it takes as long as the play, 6 s in half of the NFL's. The third
/// downs that stand in for them let it run.
const LOST_S: u16 = 6;

/// Fits everything.
pub fn fit(plays: &[DecisionPlay], plan: &DecisionPlan<'_>) -> DecisionFile {
    let (won, lost) = go_cells(plays);
    DecisionFile {
        format: DECISION_FORMAT.into(),
        name: plan.name.into(),
        league: plan.league.into(),
        kick_seasons: plan.kick_seasons,
        field_goal: chance::<KICK_N>(&kick_rows(plays, plan.kick_seasons), RIDGE),
        go: chance::<GO_N>(&go_rows(plays), RIDGE),
        kick_one: rate(plays, plan, PlayKind::ExtraPoint, 1),
        two_point: rate(plays, plan, PlayKind::TwoPoint, 2),
        won,
        lost,
        punts: punts(plays),
        habit_go: habit(plays, |kind| match kind {
            PlayKind::Run | PlayKind::Pass | PlayKind::Sack => Some(true),
            PlayKind::Punt | PlayKind::FieldGoal => Some(false),
            _ => None,
        }),
        habit_kick: habit(plays, |kind| match kind {
            PlayKind::FieldGoal => Some(true),
            PlayKind::Punt => Some(false),
            _ => None,
        }),
        habit_two: habit_two(plays, plan),
    }
}

/// How often a game is drawn in a refit: Poisson with mean one, by a hash of the game's and the refit's number.
fn draws(game: u32, refit: usize) -> f64 {
    let mut z = (u64::from(game) << 8 | refit as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    for (shift, factor) in [(30, 0xbf58_476d_1ce4_e5b9), (27, 0x94d0_49bb_1331_11eb)] {
        z = (z ^ (z >> shift)).wrapping_mul(factor);
    }
    let u = ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
    // The distribution function of Poisson(1) at 0, 1, 2, …
    [0.367_879, 0.735_759, 0.919_699, 0.981_012, 0.996_340]
        .iter()
        .take_while(|&&p| u > p)
        .count() as f64
}

/// Fits with `ridge` against the sum of the losses; the constant, which comes first, is hardly held. Five decimals
/// are below what the data can tell, and keep a diff readable.
fn weights<const N: usize>(rows: &[Row], ridge: f64) -> Vec<f64> {
    let total: f64 = rows.iter().map(|r| r.weight).sum();
    let penalty: Vec<f64> = (0..N)
        .map(|i| if i == 0 { 1e-3 } else { ridge } / total.max(1.0))
        .collect();
    let fitted = ridge::fit(rows, &penalty);
    fitted.iter().map(|w| (w * 1e5).round() / 1e5).collect()
}

fn chance<const N: usize>(rows: &[(u32, Row)], ridge: f64) -> ChanceFile {
    let fit = |refit: Option<usize>| {
        let rows: Vec<Row> = rows
            .iter()
            .map(|(game, row)| Row {
                weight: row.weight * refit.map_or(1.0, |r| draws(*game, r)),
                ..row.clone()
            })
            .filter(|row| row.weight > 0.0)
            .collect();
        weights::<N>(&rows, ridge)
    };
    ChanceFile {
        weights: fit(None),
        replicates: (0..REPLICATES).map(|r| fit(Some(r))).collect(),
    }
}

fn observation(x: &[f64], good: bool) -> Row {
    Row {
        x: x.to_vec(),
        y: f64::from(good),
        weight: 1.0,
    }
}

/// Games are dealt to so many folds in turn.
const FOLDS: u32 = 5;

/// What each chance says of the plays of a fifth of the games when it was fitted to the other four fifths: field goals,
/// then fourth downs that were tried. By these figures features are chosen, so that test seasons need not be looked at.
pub fn left_out(plays: &[DecisionPlay], plan: &DecisionPlan<'_>) -> [Vec<Prediction>; 2] {
    let kicks = kick_rows(plays, plan.kick_seasons);
    let kicks = left_out_of::<KICK_N>(&kicks, |game, _| game < HOPELESS_GAMES);
    let goes = go_rows(plays);
    let counts = |_, row: &Row| row.x[GO_FOURTH_DOWN] == 1.0;
    [kicks, left_out_of::<GO_N>(&goes, counts)]
}

fn left_out_of<const N: usize>(
    rows: &[(u32, Row)],
    counts: impl Fn(u32, &Row) -> bool,
) -> Vec<Prediction> {
    (0..FOLDS)
        .flat_map(|fold| {
            let (out, within): (Vec<_>, Vec<_>) =
                rows.iter().partition(|(game, _)| game % FOLDS == fold);
            let within: Vec<Row> = within.into_iter().map(|(_, row)| row.clone()).collect();
            let fitted = weights::<N>(&within, RIDGE);
            let counted = out.into_iter().filter(|(game, row)| counts(*game, row));
            counted
                .map(|(game, row)| Prediction {
                    game: u64::from(*game),
                    predicted: sigmoid(dot(&row.x, &fitted)),
                    actual: row.y,
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Tries of the other league, and kicks that nobody made, are numbered apart from a league's games.
const OTHER_LEAGUE: u32 = 0x8000_0000;
const HOPELESS_GAMES: u32 = u32::MAX - 16;

fn kick_rows(plays: &[DecisionPlay], seasons: (u16, u16)) -> Vec<(u32, Row)> {
    let mut rows: Vec<(u32, Row)> = plays
        .iter()
        .filter(|p| p.kind == PlayKind::FieldGoal && p.snap.kind == Kind::Scrimmage)
        .map(|p| {
            (
                p.game,
                observation(
                    &kick_features(kick_yards(&p.snap), p.season, seasons),
                    p.kick_is_good(),
                ),
            )
        })
        .collect();
    rows.extend(HOPELESS.iter().enumerate().map(|(i, &(yards, weight))| {
        let hopeless = Row {
            x: kick_features(yards, 0, seasons).to_vec(),
            y: 0.0,
            weight,
        };
        (HOPELESS_GAMES + i as u32, hopeless)
    }));
    rows
}

fn is_attempt(play: &DecisionPlay) -> bool {
    play.snap.kind == Kind::Scrimmage
        && matches!(play.kind, PlayKind::Run | PlayKind::Pass | PlayKind::Sack)
        && play.snap.down >= 3
        && play.snap.distance > 0
        // A side with seconds left does other things.
        && (play.snap.half_seconds_left() > 30.0 || play.snap.period >= 5)
}

/// Whether the line to gain or the goal was reached; `None` where what followed is not known.
fn won(play: &DecisionPlay) -> Option<bool> {
    match play.outcome?.result {
        PlayResult::Gain(yards) => Some(yards >= i16::from(play.snap.distance)),
        PlayResult::Touchdown => Some(true),
        PlayResult::ReturnTouchdown | PlayResult::Safety => Some(false),
        // The other side has the ball: a turnover, or a fourth down that fell short.
        PlayResult::Punt(_) | PlayResult::Turnover(_) => Some(false),
        _ => None,
    }
}

fn go_rows(plays: &[DecisionPlay]) -> Vec<(u32, Row)> {
    let attempts = plays.iter().filter(|p| is_attempt(p));
    attempts
        .filter_map(|p| Some((p.game, observation(&go_features(&p.snap), won(p)?))))
        .collect()
}

fn go_cells(plays: &[DecisionPlay]) -> (Vec<Cell>, Vec<Cell>) {
    let zones = ZONE_BOUNDS.len();
    let mut by_cell = [vec![Vec::new(); GO_CELLS], vec![Vec::new(); GO_CELLS]];
    let mut by_zone = [vec![Vec::new(); zones], vec![Vec::new(); zones]];
    for play in plays.iter().filter(|p| is_attempt(p)) {
        let (Some(won), Some(mut outcome)) = (won(play), play.outcome) else {
            continue;
        };
        if let (true, PlayResult::Gain(yards)) = (won, outcome.result) {
            outcome.result = PlayResult::Gain(yards - i16::from(play.snap.distance));
        }
        if !won {
            outcome.elapsed_s = outcome.elapsed_s.min(LOST_S);
        }
        let zone = class(&ZONE_BOUNDS, play.snap.yards_to_goal);
        let at = class(&DISTANCE_BOUNDS, play.snap.distance) * zones + zone;
        by_cell[usize::from(won)][at].push(outcome);
        by_zone[usize::from(won)][zone].push(outcome);
    }
    let [lost, won] = [0, 1].map(|won: usize| {
        (0..GO_CELLS)
            .map(|at| {
                let own = &by_cell[won][at];
                cell(if own.len() >= ENOUGH {
                    own
                } else {
                    &by_zone[won][at % zones]
                })
            })
            .collect()
    });
    (won, lost)
}

/// What follows a punt, by spot: where the receivers begin, in groups of equal size, a touchback where it is.
fn punts(plays: &[DecisionPlay]) -> Vec<Cell> {
    let mut by_spot = vec![Vec::new(); PUNT_CELLS];
    for play in plays {
        if play.kind != PlayKind::Punt || play.snap.kind != Kind::Scrimmage {
            continue;
        }
        let (Some(outcome), at) = (
            play.outcome,
            usize::from(play.snap.yards_to_goal / PUNT_STEP),
        ) else {
            continue;
        };
        let result = match outcome.result {
            PlayResult::Punt(net) => {
                let spot = i16::from(play.snap.yards_to_goal) - net;
                PlayResult::Turnover((100 - spot).clamp(1, 99) as u8)
            }
            other => other,
        };
        by_spot[at.min(PUNT_CELLS - 1)].push(Outcome { result, ..outcome });
    }
    by_spot.iter().map(|plays| punt_cell(plays)).collect()
}

fn punt_cell(plays: &[Outcome]) -> Cell {
    if plays.len() < ENOUGH_PUNTS {
        return Vec::new();
    }
    let n = plays.len() as f64;
    let mut starts: Vec<(u8, u16)> = plays
        .iter()
        .filter_map(|o| match o.result {
            PlayResult::Turnover(to_goal) => Some((to_goal, o.elapsed_s)),
            _ => None,
        })
        .collect();
    starts.sort_unstable();
    let mut out: Cell = Vec::new();
    // The middle of the times that a punt took: tables whose clock skips would make a mean too long.
    let mut push = |result, mut seconds: Vec<u16>| {
        if !seconds.is_empty() {
            seconds.sort_unstable();
            out.push(Weighted {
                weight: seconds.len() as f64 / n,
                outcome: Outcome {
                    result,
                    elapsed_s: seconds[seconds.len() / 2],
                },
            });
        }
    };
    const GROUPS: usize = 7;
    for k in 0..GROUPS {
        let group = &starts[starts.len() * k / GROUPS..starts.len() * (k + 1) / GROUPS];
        let mean = group.iter().map(|s| f64::from(s.0)).sum::<f64>() / group.len().max(1) as f64;
        let seconds = group.iter().map(|s| s.1).collect();
        push(PlayResult::Turnover(mean.round() as u8), seconds);
    }
    let mut of = |result: PlayResult, wanted: &dyn Fn(PlayResult) -> bool| {
        let found = plays.iter().filter(|o| wanted(o.result));
        push(result, found.map(|o| o.elapsed_s).collect());
    };
    of(PlayResult::ReturnTouchdown, &|r| {
        r == PlayResult::ReturnTouchdown
    });
    of(PlayResult::Touchdown, &|r| r == PlayResult::Touchdown);
    // Muffed, and the kickers have it downfield; a fake that worked looks the same and is as rare.
    of(
        PlayResult::Gain(35),
        &|r| matches!(r, PlayResult::Gain(y) if y >= 10),
    );
    let sum: f64 = out.iter().map(|w| w.weight).sum();
    for w in &mut out {
        w.weight = (w.weight / sum * 1e6).round() / 1e6;
    }
    let rest = 1.0 - out.iter().map(|w| w.weight).sum::<f64>();
    if let Some(first) = out.first_mut() {
        first.weight += rest;
    }
    out
}

/// The chance of a try, the same everywhere.
fn rate(plays: &[DecisionPlay], plan: &DecisionPlan<'_>, kind: PlayKind, points: u8) -> ChanceFile {
    let rows = |plays: &[DecisionPlay], mark: u32| -> Vec<(u32, Row)> {
        plays
            .iter()
            .filter(|p| p.kind == kind && p.snap.kind == Kind::Try)
            .filter(|p| kind != PlayKind::ExtraPoint || p.season >= plan.kick_one_since)
            .filter_map(|p| {
                let told = || Some(p.outcome?.result == PlayResult::Try(points));
                Some((p.game ^ mark, observation(&[1.0], p.good.or_else(told)?)))
            })
            .collect()
    };
    let mut all = rows(plays, 0);
    if all.len() < ENOUGH_TRIES {
        all.extend(rows(plan.other, OTHER_LEAGUE));
    }
    chance::<1>(&all, 0.0)
}

fn habit(plays: &[DecisionPlay], chosen: impl Fn(PlayKind) -> Option<bool>) -> Vec<f64> {
    let rows: Vec<_> = plays
        .iter()
        .filter(|p| p.snap.kind == Kind::Scrimmage && p.snap.down == 4 && p.snap.period <= 4)
        .filter_map(|p| Some(observation(&habit_features(&p.snap), chosen(p.kind)?)))
        .collect();
    weights::<HABIT_N>(&rows, RIDGE)
}

fn habit_two(plays: &[DecisionPlay], plan: &DecisionPlan<'_>) -> Vec<f64> {
    let tries = |plays: &[DecisionPlay]| -> Vec<Row> {
        plays
            .iter()
            .filter(|p| p.snap.kind == Kind::Try)
            .filter_map(|p| {
                let two = match p.kind {
                    PlayKind::TwoPoint => true,
                    PlayKind::ExtraPoint => false,
                    _ => return None,
                };
                Some(observation(&try_habit_features(&p.snap), two))
            })
            .collect()
    };
    let mut rows = tries(plays);
    if rows.len() < ENOUGH_TRIES {
        rows.extend(tries(plan.other));
    }
    weights::<TRY_HABIT_N>(&rows, RIDGE)
}
