//! Whole short games, shown as tables.

mod common;

use common::Game;
use matchday_event::GamePhase;

const OPENING: &str = "
    10 1 15:00 H kickoff @35 touchback
    20 1 15:00 H 1&10@75 run 6
    30 1 14:25 H 2&4@69 pass 29 complete
    40 1 13:50 H 1&10@40 pass 0 incomplete
    50 1 13:44 H 2&10@40 sack -7
    60 1 13:00 H 3&17@47 pass 47 complete touchdown
    70 1 12:50 H @15 extra_point good
    80 1 12:50 A kickoff @35
    90 1 12:44 A 1&10@72 run 3
    100 1 12:10 A 2&7@69 pass 0 interception
    110 1 12:01 H 1&10@35 run 2
    120 1 11:30 H 2&8@33 run 1
    130 1 10:50 H 3&7@32 pass 0 incomplete
    140 1 10:44 H 4&7@32 field_goal good
";

#[test]
fn an_opening() {
    let mut game = Game::new("nfl");
    game.plays(OPENING);
    insta::assert_snapshot!(game.table());
    game.status(GamePhase::Final, Some((10, 0)));
    assert_eq!(game.game.snapshot().state.wp_home, 1.0);
}

/// The feed counts down the whole game, repeats a play, loses a down, lets the score flicker and numbers a late
/// play between others.
#[test]
fn a_game_from_a_bad_feed() {
    let mut game = Game::new("nfl");
    game.plays(
        "
        10 1 3600 H kickoff @35 touchback =0-0
        20 1 3600 H 1&10@75 pass 25 complete =0-0
        40 1 3540 H 1&10@40 pass 40 complete touchdown =6-0
        50 1 3530 H @15 extra_point good =7-0
        60 1 3530 A kickoff @35 =0-0
        30 1 3570 H 1&10@50 run 10 =0-0
        70 1 3524 A 1&10@75 run 2 =7-0
        71 1 3524 A 1&10@75 run 2 =7-0
        80 1 3490 A @73 pass 0 incomplete =7-0
        90 1 3600 A 3&8@73 sack -5 =7-0
        100 1 3440 A 4&13@78 punt =7-0
        110 2 2700 - timeout =7-0 | Timeout #1 by HOM at 15:00.
        ",
    );
    insta::assert_snapshot!(game.table());
}

#[test]
fn a_college_overtime() {
    let mut game = Game::new("ncaaf");
    game.plays(
        "
        10 4 0:40 H 4&3@20 field_goal good <14-17 =17-17
        20 4 0:35 A kickoff @35 touchback =17-17
        30 4 0:35 A 1&10@75 kneel -1 =17-17
        40 4 0:00 - end_period =17-17
        50 5 - A 1&10@25 run 5 =17-17
        60 5 - A 2&5@20 pass 20 complete touchdown =17-24 | Quinn Passer pass complete to Rob Catcher for 20 yds for a TD, (Ken Kicker KICK)
        70 5 - H 1&10@25 pass 25 complete touchdown =24-24 | Rob Catcher 25 Yd pass from Quinn Passer (Ken Kicker Kick)
        80 6 - H 1&10@25 run 1 =24-24
        90 6 - H 2&9@24 pass 0 interception =24-24
        100 6 - A 1&10@25 run 3 =24-24
        110 6 - A 2&7@22 field_goal good =24-27
        ",
    );
    game.status(GamePhase::Final, Some((24, 27)));
    insta::assert_snapshot!(game.table());
}
