use matchday_event::{GameId, PlayId, Score, football::PlayKind};
use matchday_learn::football::Kind;

use super::*;
use crate::cmd::train::dataset::{RecordedGame, RecordedPlay};

fn fourth(id: &str, kind: PlayKind, distance: u8, yards_to_goal: u8) -> RecordedPlay {
    RecordedPlay {
        id: PlayId::new(id),
        kind,
        good: None,
        snap: Snap {
            kind: Kind::Scrimmage,
            period: 3,
            clock_s: 400,
            possession: Some(matchday_event::Side::Home),
            down: 4,
            distance,
            yards_to_goal,
            home_timeouts: 3,
            away_timeouts: 2,
            spread_home: Some(-3.5),
            ..Snap::default()
        },
    }
}

fn games() -> Vec<RecordedGame> {
    vec![RecordedGame {
        neutral: false,
        id: GameId::new("nfl-2015010100").expect("an id"),
        season: 2015,
        week: 1,
        home: "HOM".into(),
        away: "VIS".into(),
        result: Score { home: 20, away: 17 },
        plays: vec![
            fourth("1", PlayKind::Punt, 12, 85),
            fourth("2", PlayKind::Punt, 1, 45),
            fourth("3", PlayKind::FieldGoal, 9, 20),
            fourth("4", PlayKind::NoPlay, 9, 20),
        ],
    }]
}

fn priced(games: &[RecordedGame]) -> Vec<FourthDown<'_>> {
    fourth_downs(
        games,
        &*Models::builtin("nfl"),
        &Decisions::builtin(Rules::Nfl),
        || {},
    )
}

#[test]
fn calls_are_counted_by_what_we_say() {
    let games = games();
    let all = priced(&games);
    let table = calls_table(&all);
    // Going for it at midfield on fourth and one, where the coach punted; a flagged play is no call.
    assert!(
        table.contains("| go for it | 1 | 0 % | 100 % | 0 % | 0 % |"),
        "{table}"
    );
    assert!(
        table.contains("| punt | 1 | 0 % | 100 % | 0 % | 0 % |"),
        "{table}"
    );
    assert!(
        table.contains("| kick the field goal | 2 | 0 % | 0 % | 50 % | 50 % |"),
        "{table}"
    );
    let graded = grade(&all);
    assert_eq!(graded.len(), 1);
    assert_eq!((graded[0].clear, graded[0].agreed), (3, 2));
    assert_eq!((graded[0].should_go, graded[0].went), (1, 0));
}

#[test]
fn another_source_is_compared_on_what_both_price() {
    let games = games();
    let all = priced(&games);
    let theirs = [
        // The same best; they know no field goal from there.
        Some([Some(0.40), Some(0.45), None]),
        // They punt where we go: 3 % by theirs.
        Some([Some(0.50), Some(0.53), None]),
        // The same.
        Some([Some(0.55), None, Some(0.60)]),
        None,
    ]
    .map(|wp| wp.map(|wp| Theirs { wp }));
    let rows: Vec<_> = all.iter().zip(theirs).collect();
    let compared = agreement::compare(&rows, 0.02);
    assert_eq!((compared.plays, compared.same), (3, 2));
    // Two punts and a kick, by the side that went on to win.
    let said: Vec<_> = compared.chosen[1]
        .iter()
        .map(|p| (p.predicted, p.actual))
        .collect();
    assert_eq!(said, [(0.45, 1.0), (0.53, 1.0), (0.60, 1.0)]);
    assert_eq!(compared.differing.len(), 1);
    let differing = &compared.differing[0];
    assert_eq!(differing.one.play.id.as_str(), "2");
    assert!((differing.by_theirs - 0.03).abs() < 1e-9);
    assert!(differing.by_ours > 0.0);
    let listed = agreement::listed(&compared.sample(5, 7));
    assert!(
        listed.contains("HOM: 4th & 1 at the 45, Q3 6:40, level, spread -3.5, timeouts 3-2"),
        "{listed}"
    );
    assert!(listed.contains("| 2015010100 / 2 |"), "{listed}");
    assert!(compared.by_place().contains("| 36 to 50 | 0 % of 1 |"));
}

#[test]
fn the_rows_can_be_read_back_as_another_source() -> anyhow::Result<()> {
    let games = games();
    let all = priced(&games);
    let rows: Vec<_> = all.iter().map(|one| (one, None)).collect();
    let folder = tempfile::tempdir()?;
    for name in ["rows.csv", "rows.parquet"] {
        let path = folder.path().join(name);
        table::write(&path, columns(&rows))?;
        let against = Against::read(&path)?;
        for one in &all {
            let theirs = against.of(&one.game.id, &one.play.id).context(name)?;
            let (best, wp) = theirs.best().context(name)?;
            assert_eq!(Some(best), one.decision.options.first().map(|o| o.choice));
            assert_eq!(Some(wp), one.decision.options.first().map(|o| o.wp));
        }
    }
    Ok(())
}
