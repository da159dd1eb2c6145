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
