use serde::Serialize;

use super::document::View;

/// A team's totals so far, in the provider's names, counted from the statistics.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct TeamTotals {
    totfd: i32,
    totyds: i32,
    pyds: i32,
    ryds: i32,
    pen: i32,
    penyds: i32,
    trnovr: i32,
    pt: i32,
    ptyds: i32,
    ptavg: i32,
    top: String,
}

pub(super) fn team_totals(view: &View<'_>, club: &str) -> TeamTotals {
    let mut t = TeamTotals::default();
    for stat in view
        .plays
        .iter()
        .flat_map(|p| &p.stats)
        .filter(|s| s.club == club)
    {
        let yards = i32::from(stat.yards);
        match stat.code {
            3..=5 => t.totfd += 1,
            10..=13 => t.ryds += yards,
            15 | 16 | 20 => t.pyds += yards,
            19 | 106 => t.trnovr += 1,
            2 | 29 | 31 | 32 => {
                t.pt += 1;
                t.ptyds += yards;
            }
            93 => {
                t.pen += 1;
                t.penyds += yards;
            }
            _ => {}
        }
    }
    t.totyds = t.pyds + t.ryds;
    t.ptavg = t.ptyds.checked_div(t.pt).unwrap_or(0);
    let reached = view.plays.last().map_or(0, |p| p.drive);
    let held: u32 = view
        .game
        .drives
        .iter()
        .take(if view.done {
            view.game.drives.len()
        } else {
            reached
        })
        .filter(|d| d.posteam == club)
        .filter_map(|d| d.postime.split_once(':'))
        .map(|(m, s)| m.parse::<u32>().unwrap_or(0) * 60 + s.parse::<u32>().unwrap_or(0))
        .sum();
    t.top = format!("{:02}:{:02}", held / 60, held % 60);
    t
}
