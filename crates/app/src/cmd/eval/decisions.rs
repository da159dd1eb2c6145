//! Coaches' calls on fourth down, graded by what the models make of each option.

use std::{collections::BTreeMap, fmt::Write as _, sync::Arc};

use matchday_event::{Side, football::Choice};
use matchday_learn::football::{Kind, Models, decision::Decisions};

use crate::cmd::train::dataset::RecordedGame;

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

/// Grades every fourth down of these games, by team in the order of their names.
pub fn grade(games: &[RecordedGame], models: &Models, decisions: &Decisions) -> Vec<Graded> {
    let mut teams = BTreeMap::<Arc<str>, Graded>::new();
    for game in games {
        for play in &game.plays {
            if play.snap.kind != Kind::Scrimmage || play.snap.down != 4 {
                continue;
            }
            let (Some(called), Some(mut decision)) =
                (Choice::of(play.kind), decisions.decide(&play.snap, models))
            else {
                continue;
            };
            decision.called = Some(called);
            let team = match decision.side {
                Side::Home => &game.home,
                Side::Away => &game.away,
            };
            let graded = teams.entry(team.clone()).or_insert_with(|| Graded {
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
