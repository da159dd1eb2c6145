//! Coaches' calls on fourth down, graded by what the models make of each option.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use anyhow::Context as _;
use matchday_event::{
    Side,
    football::{Choice, Decision},
};
use matchday_learn::{
    evaluate::{Prediction, metrics},
    football::{
        Kind,
        decision::{Decisions, Pricer},
    },
};

use crate::cmd::train::{
    dataset::{RecordedGame, RecordedPlay},
    decisions::plays_of,
};

/// One team's calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Graded {
    /// The team.
    pub team: Arc<str>,
    /// Fourth downs where one option was clearly best.
    pub clear: u32,
    /// Of those, how often it was chosen.
    pub agreed: u32,
    /// Fourth downs that were a toss-up.
    pub toss_ups: u32,
    /// Clear calls to go for it.
    pub should_go: u32,
    /// Of those, how often the team went.
    pub went: u32,
    /// Win probability given away over all its calls.
    pub lost: f64,
}

/// A fourth down of a recorded game, what its options were worth and what the coach chose.
#[derive(Debug, Clone)]
pub struct FourthDown<'a> {
    /// The game.
    pub game: &'a RecordedGame,
    /// The play.
    pub play: &'a RecordedPlay,
    /// What could be decided, with what was.
    pub decision: Decision,
    /// Whether the kick was good or the line to gain was reached, where that is known.
    pub worked: Option<bool>,
}

impl FourthDown<'_> {
    /// The team that decided.
    pub fn team(&self) -> &Arc<str> {
        match self.decision.side {
            Side::Home => &self.game.home,
            Side::Away => &self.game.away,
        }
    }
}

/// Prices every fourth down of these games; `step` is told after each game.
pub fn fourth_downs<'a>(
    games: &'a [RecordedGame],
    pricer: &impl Pricer,
    decisions: &Decisions,
    mut step: impl FnMut(),
) -> Vec<FourthDown<'a>> {
    let mut all = Vec::new();
    for game in games {
        let mut snaps = plays_of(game, 0).into_iter();
        for play in &game.plays {
            let snap = if play.kind.is_snap() {
                snaps.next()
            } else {
                None
            };
            if play.snap.kind != Kind::Scrimmage || play.snap.down != 4 {
                continue;
            }
            if let Some(mut decision) = decisions.decide(&play.snap, pricer) {
                decision.called = Choice::of(play.kind);
                all.push(FourthDown {
                    game,
                    play,
                    decision,
                    worked: snap.and_then(|s| s.worked()),
                });
            }
        }
        step();
    }
    all
}

/// Grades the calls, by team in the order of their names.
pub fn grade(fourth_downs: &[FourthDown<'_>]) -> Vec<Graded> {
    let mut teams = BTreeMap::<&Arc<str>, Graded>::new();
    for one in fourth_downs {
        let decision = &one.decision;
        let Some(called) = decision.called else {
            continue;
        };
        let team = one.team();
        let graded = teams.entry(team).or_insert_with(|| Graded {
            team: team.clone(),
            clear: 0,
            agreed: 0,
            toss_ups: 0,
            should_go: 0,
            went: 0,
            lost: 0.0,
        });
        match decision.recommended() {
            None => graded.toss_ups += 1,
            Some(best) => {
                graded.clear += 1;
                graded.agreed += u32::from(best == called);
                graded.should_go += u32::from(best == Choice::Go);
                graded.went += u32::from(best == Choice::Go && called == Choice::Go);
            }
        }
        graded.lost += decision.cost().unwrap_or(0.0);
    }
    teams.into_values().collect()
}

/// The grades as a Markdown table: everybody, then the ten that gave least and most away per clear call.
pub fn grades_table(graded: &[Graded]) -> String {
    let mut text = String::from(
        "| team | clear calls | agreed | toss-ups | should have gone | went | win probability given away per game's worth of \
         ten calls |\n|---|---|---|---|---|---|---|\n",
    );
    let mut all = Graded {
        team: "everybody".into(),
        clear: 0,
        agreed: 0,
        toss_ups: 0,
        should_go: 0,
        went: 0,
        lost: 0.0,
    };
    for team in graded {
        all.clear += team.clear;
        all.agreed += team.agreed;
        all.toss_ups += team.toss_ups;
        all.should_go += team.should_go;
        all.went += team.went;
        all.lost += team.lost;
    }
    row(&mut text, &all);
    let per_call = |g: &Graded| g.lost / f64::from((g.clear + g.toss_ups).max(1));
    let mut teams: Vec<&Graded> = graded.iter().filter(|g| g.clear >= 30).collect();
    teams.sort_by(|a, b| per_call(a).total_cmp(&per_call(b)));
    let (first, last) = if teams.len() > 20 {
        (&teams[..10], &teams[teams.len() - 10..])
    } else {
        (&teams[..], &teams[..0])
    };
    for team in first {
        row(&mut text, team);
    }
    if !last.is_empty() {
        text += "| … | | | | | | |\n";
    }
    for team in last {
        row(&mut text, team);
    }
    text
}

fn row(text: &mut String, g: &Graded) {
    let calls = f64::from((g.clear + g.toss_ups).max(1));
    let _ = writeln!(
        text,
        "| {} | {} | {:.0} % | {} | {} | {:.0} % | {:.1} % |",
        g.team,
        g.clear,
        100.0 * f64::from(g.agreed) / f64::from(g.clear.max(1)),
        g.toss_ups,
        g.should_go,
        100.0 * f64::from(g.went) / f64::from(g.should_go.max(1)),
        1000.0 * g.lost / calls,
    );
}

/// The head of a table of [`chance_row`]s.
pub const CHANCES_HEAD: &str = "| chance | plays | happened | Brier | of the plain share | log-loss | calibration error |\n\
                                |---|---|---|---|---|---|---|\n";

/// A chance against what happened, as a row of a table.
pub fn chance_row(what: &str, predictions: &[Prediction]) -> anyhow::Result<String> {
    let m = metrics(predictions.iter().copied()).with_context(|| format!("no play: {what}"))?;
    let share = predictions.iter().map(|p| p.actual).sum::<f64>() / m.plays as f64;
    Ok(format!(
        "| {what} | {} | {share:.3} | {:.4} | {:.4} | {:.4} | {:.4} |\n",
        m.plays,
        m.brier,
        share * (1.0 - share),
        m.log_loss,
        m.calibration_error,
    ))
}
