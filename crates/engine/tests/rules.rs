//! The rules of the game, one a test: what each kind of play leads to.

mod common;

use common::Game;
use matchday_event::{DriveResult, Fact, GamePhase, GameStatus, PlayId, Side, Signal};

fn after(lines: &str) -> Game {
    let mut game = Game::new("nfl");
    game.plays(lines);
    game
}

#[test]
fn downs() {
    let next = |line: &str| after(line).next();
    assert_eq!(next("10 1 9:00 H 1&10@60 run 4"), "h 2&6@56 scrimmage");
    assert_eq!(next("10 1 9:00 H 3&4@60 run 4"), "h 1&10@56 scrimmage");
    assert_eq!(next("10 1 9:00 H 1&10@14 run 8"), "h 2&2@6 scrimmage");
    assert_eq!(next("10 1 9:00 H 3&1@12 run 3"), "h 1&9@9 scrimmage");
    assert_eq!(next("10 1 9:00 H 4&4@40 run 3"), "a 1&10@63 scrimmage");
    assert_eq!(next("10 1 9:00 H 2&10@40 sack -8"), "h 3&18@48 scrimmage");
    assert_eq!(
        next("10 1 9:00 H 3&18@48 run 4 first_down"),
        "h 1&10@44 scrimmage"
    );
    assert_eq!(next("10 1 9:00 H 1&10@40 kneel -1"), "h 2&11@41 scrimmage");
    assert_eq!(next("10 1 9:00 H 1&10@40 spike"), "h 2&10@40 scrimmage");
    assert_eq!(
        next("10 1 9:00 H 1&10@40 run 4 >A1&10@70"),
        "a 1&10@70 scrimmage"
    );
}

#[test]
fn changes_of_possession() {
    let next = |line: &str| after(line).next();
    assert_eq!(
        next("10 1 9:00 H 2&10@60 pass 0 interception"),
        "a 1&10@40 scrimmage"
    );
    assert_eq!(
        next("10 1 9:00 H 2&10@30 pass 0 interception touchback"),
        "a 1&10@80 scrimmage"
    );
    assert_eq!(
        next("10 1 9:00 H 2&10@60 run 5 fumble fumble_lost"),
        "a 1&10@45 scrimmage"
    );
    assert_eq!(
        next("10 1 9:00 H 2&10@60 run 5 fumble"),
        "h 3&5@55 scrimmage"
    );
    assert_eq!(next("10 1 9:00 H 4&10@60 punt"), "a 1&10@80 scrimmage");
    assert_eq!(
        next("10 1 9:00 H 4&10@50 punt touchback"),
        "a 1&10@80 scrimmage"
    );
    assert_eq!(
        next("10 1 9:00 H 4&10@40 field_goal no_good"),
        "a 1&10@53 scrimmage"
    );
    assert_eq!(
        next("10 1 9:00 H 4&2@5 field_goal no_good blocked"),
        "a 1&10@80 scrimmage"
    );
    assert_eq!(
        next("10 1 9:00 H kickoff @35 touchback"),
        "h 1&10@75 scrimmage"
    );
    assert_eq!(
        next("10 1 9:00 H kickoff @35 onside kicking_team_ball"),
        "a 1&10@50 scrimmage"
    );
}

#[test]
fn scores_and_what_follows_them() {
    let state = |lines: &str| {
        let game = after(lines);
        (game.score(), game.next())
    };
    let (h, a) = ("h @2 try", "a @2 try");
    assert_eq!(
        state("10 1 9:00 H 1&10@20 run 20 touchdown"),
        ((6, 0), h.into())
    );
    assert_eq!(
        state("10 1 9:00 H 1&10@20 pass 0 interception return_touchdown"),
        ((0, 6), a.into())
    );
    assert_eq!(
        state("10 1 9:00 H 4&10@60 punt return_touchdown"),
        ((0, 6), a.into())
    );
    assert_eq!(
        state("10 1 9:00 H kickoff @35 touchdown"),
        ((6, 0), h.into())
    );
    assert_eq!(
        state("10 1 9:00 H kickoff @35 kicking_team_ball touchdown"),
        ((0, 6), a.into())
    );
    assert_eq!(
        state("10 1 9:00 H 4&1@20 field_goal good"),
        ((3, 0), "a @35 kickoff".into())
    );
    assert_eq!(
        state("10 1 9:00 H @15 extra_point good"),
        ((1, 0), "a @35 kickoff".into())
    );
    assert_eq!(
        state("10 1 9:00 H @15 extra_point no_good"),
        ((0, 0), "a @35 kickoff".into())
    );
    assert_eq!(
        state("10 1 9:00 H @2 two_point good"),
        ((2, 0), "a @35 kickoff".into())
    );
    assert_eq!(
        state("10 1 9:00 H @2 two_point no_good defensive_two_point"),
        ((0, 2), "a @35 kickoff".into()),
        "the side that tried kicks off all the same"
    );
    assert_eq!(
        state("10 1 9:00 H 2&10@95 sack -5 safety"),
        ((0, 2), "a @35 kickoff".into()),
        "the side that gave the safety up kicks"
    );
}

#[test]
fn a_touchdown_told_with_its_try_goes_on_to_the_kickoff() {
    let mut game = Game::new("ncaaf");
    game.plays("10 1 9:00 H 1&10@20 run 20 touchdown =7-0 | A. Runner run for 20 yds for a TD, (B. Kicker KICK)");
    assert_eq!(game.score(), (7, 0));
    assert_eq!(game.next(), "a @35 kickoff");
    assert_eq!(game.healed(), []);
    let mut game = Game::new("ncaaf");
    game.plays("10 1 9:00 H 1&10@20 run 20 touchdown | A. Runner run for 20 yds for a TD, (B. Kicker KICK)");
    assert_eq!(game.score(), (7, 0));
}

#[test]
fn penalties() {
    let next = |line: &str| after(line).next();
    assert_eq!(
        next(
            "10 1 9:00 H 1&10@60 no_play penalty | PENALTY on HOM-A.Guard, False Start, 5 yards, enforced at HOM 40 - No Play."
        ),
        "h 1&15@65 scrimmage"
    );
    assert_eq!(
        next(
            "10 1 9:00 H 3&4@60 no_play penalty | PENALTY on AWY-B.End, Neutral Zone Infraction, 5 yards, enforced at HOM 40 - No Play."
        ),
        "h 1&10@55 scrimmage"
    );
    assert_eq!(
        next(
            "10 1 9:00 H 3&14@60 no_play penalty | PENALTY on AWY-B.End, Defensive Offside, 5 yards, enforced at HOM 40 - No Play."
        ),
        "h 3&9@55 scrimmage"
    );
    assert_eq!(
        next("10 1 9:00 H 2&7@60 no_play penalty"),
        "h 2&7@60 scrimmage",
        "the down is played again"
    );
    let game = after(
        "10 1 9:00 H 2&7@60 no_play penalty touchdown | Long pass, TOUCHDOWN NULLIFIED by Penalty. No Play.",
    );
    assert_eq!(game.score(), (0, 0));
}

#[test]
fn quarters_and_halves() {
    let first = "
        10 1 15:00 H kickoff @35 touchback
        20 1 15:00 H 1&10@75 run 4
    ";
    let mut game = after(first);
    game.plays("30 1 0:00 - end_period");
    let state = game.game.snapshot().state;
    assert_eq!((state.clock.period, state.clock.clock_s), (2, 900));
    assert_eq!(
        game.next(),
        "h 2&6@71 scrimmage",
        "a quarter's end changes nothing but the ends"
    );
    game.plays("40 2 15:00 H 2&6@71 run 2\n50 2 0:00 - end_half");
    let state = game.game.snapshot().state;
    assert_eq!(state.phase, GamePhase::Halftime);
    assert_eq!((state.clock.period, state.clock.clock_s), (3, 900));
    assert_eq!(
        game.next(),
        "a @35 kickoff",
        "home received the opening kick-off"
    );
    assert_eq!(
        game.game.snapshot().drives[0].result,
        Some(DriveResult::EndOfHalf)
    );
    assert!(
        (0.2..0.8).contains(&state.wp_home),
        "half-time is not the end"
    );

    // The board goes on showing where the second quarter's clock stopped.
    game.signal(&Signal::Status(GameStatus {
        clock_s: Some(0),
        ..common::status(GamePhase::Halftime, None)
    }));
    let told = game.game.snapshot().state;
    assert_eq!((told.clock.period, told.clock.clock_s), (3, 900));
    assert_eq!(told.wp_home, state.wp_home);
}

#[test]
fn timeouts_are_charged_and_come_back() {
    let mut game =
        after("10 1 15:00 H 1&10@75 run 4\n20 1 14:40 - timeout | Timeout #1 by AWY at 14:40.");
    let timeouts = |g: &Game| {
        let t = common::now(&g.game.snapshot().state).timeouts;
        (t.home, t.away)
    };
    assert_eq!(timeouts(&game), (3, 2));
    game.plays("30 2 2:00 - timeout | Timeout #1 by HOM at 02:00.\n40 2 0:00 - end_half");
    assert_eq!(timeouts(&game), (3, 3));
    let facts = &game.facts;
    let wpa = facts.iter().rev().find_map(|f| match f {
        Fact::Play(p) if p.order == 20 => Some(p.wpa_home),
        _ => None,
    });
    assert!(wpa.is_some());
}

#[test]
fn regulation_ends_it_unless_level() {
    let mut game = after("10 4 0:20 H 1&10@30 field_goal good\n20 4 0:00 - end_period");
    assert_eq!(game.next(), "- @- over");
    assert_eq!(game.game.snapshot().state.wp_home, 1.0);
    let mut level = after("10 4 0:20 H 1&10@30 run 1\n20 4 0:00 - end_period");
    assert_eq!(level.next(), "- @35 kickoff");
    let state = level.game.snapshot().state;
    assert_eq!((state.clock.period, state.phase), (5, GamePhase::Live));
    // And the provider has the last word in both.
    level.status(GamePhase::Final, Some((0, 0)));
    assert_eq!(
        level.game.snapshot().state.wp_home,
        0.5,
        "a tie that stands"
    );
    game.status(GamePhase::Final, Some((3, 0)));
    assert_eq!(game.game.snapshot().state.wp_home, 1.0);
}

const OVERTIME: &str = "
    10 4 0:00 - end_period
    20 5 15:00 H kickoff @35 touchback
    30 5 15:00 H 1&10@30 run 1
";

#[test]
fn professional_overtime() {
    let mut game = after(OVERTIME);
    game.plays("40 5 14:00 H 2&9@29 run 29 touchdown");
    assert_eq!(game.next(), "- @- over", "a touchdown ends it at once");
    assert_eq!(game.game.snapshot().state.wp_home, 1.0);

    let mut game = after(OVERTIME);
    game.plays("40 5 14:00 H 4&9@29 field_goal good");
    assert_eq!(
        game.next(),
        "a @35 kickoff",
        "a field goal on the first possession does not"
    );
    game.plays("50 5 13:50 A kickoff @35 touchback\n60 5 13:50 A 1&10@75 run 1\n70 5 13:00 A 2&9@74 pass 0 interception");
    assert_eq!(game.next(), "- @- over", "the answer failed");

    let mut game = after(OVERTIME);
    game.plays("40 5 14:00 H 4&9@60 punt\n50 5 13:50 A 1&10@20 field_goal good");
    assert_eq!(game.next(), "- @- over", "both have had the ball");
    assert_eq!(game.game.snapshot().state.wp_home, 0.0);

    let mut game = after(OVERTIME);
    game.plays("40 5 14:00 H 2&9@99 sack -1 safety");
    assert_eq!(game.next(), "- @- over");
}

#[test]
fn college_overtime() {
    let mut game = Game::new("ncaaf");
    game.plays("10 4 0:00 - end_period\n20 5 - A 1&10@25 run 3 =0-0");
    assert_eq!(game.next(), "a 2&7@22 scrimmage");
    game.plays("30 5 - A 2&7@22 pass 0 incomplete =0-0\n40 5 - A 3&7@22 run 1 =0-0\n50 5 - A 4&6@21 field_goal good =0-3");
    assert_eq!(
        game.next(),
        "h 1&10@25 scrimmage",
        "the other side has its series"
    );
    game.plays("60 5 - H 1&10@25 run 5 =0-3\n70 5 - H 2&5@20 field_goal good =3-3");
    assert_eq!(
        game.next(),
        "h 1&10@25 scrimmage",
        "level: a second overtime, second side first"
    );
    assert_eq!(game.game.snapshot().state.clock.period, 6);
    game.plays("80 6 - H 1&10@25 pass 0 interception =3-3");
    assert_eq!(game.next(), "a 1&10@25 scrimmage");
    game.plays("90 6 - A 1&10@25 field_goal good =3-6");
    assert_eq!(game.next(), "- @- over");
    assert_eq!(game.game.snapshot().state.wp_home, 0.0);
    assert_eq!(
        game.healed(),
        [],
        "a clock means nothing here, so none is missed"
    );
}

#[test]
fn college_overtime_of_tries_alone() {
    let mut game = Game::new("ncaaf");
    game.plays("10 6 - H 1&10@25 run 1 =0-0\n20 7 - H @3 two_point good =2-0");
    assert_eq!(game.next(), "a @3 try");
    game.plays("30 7 - A @3 two_point no_good =2-0");
    assert_eq!(game.next(), "- @- over");
}

#[test]
fn drives_and_their_ends() {
    let mut game = after(
        "
        10 1 15:00 H kickoff @35 touchback
        20 1 15:00 H 1&10@75 run 5
        30 1 14:20 H 2&5@70 no_play penalty -5
        40 1 14:10 H 2&10@75 pass 40 complete
        50 1 13:30 H 1&10@35 field_goal no_good
        60 1 13:20 A 1&10@58 pass 0 incomplete
        70 1 13:10 A 2&10@58 pass 0 incomplete
        80 1 13:00 A 3&10@58 pass 0 incomplete
        90 1 12:50 A 4&10@58 pass 2 complete
        100 1 12:40 H 1&10@44 run 44 touchdown
        ",
    );
    let results = |g: &Game| -> Vec<_> {
        let drives = g.game.snapshot().drives;
        drives
            .iter()
            .map(|d| (d.side, d.plays, d.yards, d.result.unwrap()))
            .collect()
    };
    assert_eq!(
        results(&game),
        [
            (Side::Home, 3, 40, DriveResult::MissedFieldGoal),
            (Side::Away, 4, 2, DriveResult::Downs),
            (Side::Home, 1, 44, DriveResult::Touchdown),
        ]
    );
    // Without the touchdown home's last drive is gone, and so is its number.
    game.signal(&Signal::Withdrawn {
        play_id: PlayId::new("100"),
    });
    assert_eq!(game.game.snapshot().drives.len(), 2);
}

#[test]
fn key_plays_are_the_five_largest_swings() {
    let mut lines = String::new();
    for n in 0..12 {
        let side = if n % 2 == 0 { 'H' } else { 'A' };
        let minute = 14 - n;
        lines += &format!(
            "{} 4 {minute}:00 {side} 1&10@60 pass 60 complete touchdown\n",
            n + 1
        );
    }
    let game = after(&lines);
    let snapshot = game.game.snapshot();
    assert_eq!(snapshot.key_plays.len(), 5);
    let swing = |id: &PlayId| {
        let play = snapshot.plays.iter().find(|p| p.play_id == *id).unwrap();
        play.wpa_home.abs()
    };
    let swings: Vec<f64> = snapshot.key_plays.iter().map(swing).collect();
    assert!(swings.is_sorted_by(|a, b| a >= b), "{swings:?}");
    assert!(swings.iter().all(|s| *s >= 0.10));
    let rest = snapshot
        .plays
        .iter()
        .filter(|p| !snapshot.key_plays.contains(&p.play_id));
    assert!(rest.into_iter().all(|p| p.wpa_home.abs() <= swings[4]));
}

#[test]
fn a_play_in_the_middle_of_nothing_is_told_by_the_scoreboard() {
    let mut game = after("10 1 9:00 H 1&10@60 run 4");
    let mut status = common::status(GamePhase::Live, Some((0, 0)));
    status.period = Some(1);
    status.clock_s = Some(500);
    status.spot = Some(matchday_event::football::Spot {
        possession: Some(Side::Home),
        down: Some(2),
        distance: Some(5),
        yards_to_goal: Some(55),
    });
    game.signal(&Signal::Status(status.clone()));
    assert_eq!(game.next(), "h 2&5@55 scrimmage");
    assert_eq!(game.game.snapshot().state.clock.clock_s, 500);
    // Points on the scoreboard before their play: taken, and gone to the play when it comes.
    status.score = Some(matchday_event::Score { home: 6, away: 0 });
    game.signal(&Signal::Status(status));
    assert_eq!(game.score(), (6, 0));
    assert_eq!(game.next(), "h @2 try");
    game.plays("20 1 8:20 H 2&5@55 pass 55 complete touchdown <0-0 =6-0");
    assert_eq!(game.score(), (6, 0));
    assert_eq!(game.healed(), []);
}
