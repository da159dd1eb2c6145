//! What feeds get wrong, one fault a test: the value that is used, the code, and what happens when later plays
//! show which of two readings was right.

mod common;

use common::{Game, football, play};
use matchday_event::{FaultCode, GamePhase, Signal};

/// A quiet drive without any fault: `n` runs of no gain that change nothing but the clock.
const QUIET: &str = "
    10 1 15:00 H kickoff @35 touchback <0-0 =0-0
    20 1 15:00 H 1&10@75 run 3 <0-0 =0-0
    30 1 14:30 H 2&7@72 run 3 <0-0 =0-0
    40 1 14:00 H 3&4@69 run 6 <0-0 =0-0
";

fn quiet() -> Game {
    let mut game = Game::new("nfl");
    game.plays(QUIET);
    assert_eq!(game.healed(), [], "the quiet drive has no fault");
    game
}

fn clock_of(game: &Game, order: i64) -> String {
    let snapshot = game.game.snapshot();
    let play = snapshot.plays.iter().find(|p| p.order == order).unwrap();
    format!("{}:{:02}", play.clock.clock_s / 60, play.clock.clock_s % 60)
}

fn score_after(game: &Game, order: i64) -> (i16, i16) {
    let snapshot = game.game.snapshot();
    let play = snapshot.plays.iter().find(|p| p.order == order).unwrap();
    (play.score_after.home, play.score_after.away)
}

#[test]
fn a_play_told_twice_counts_once() {
    let mut game = quiet();
    let before = game.game.snapshot();
    game.plays("41 1 14:00 H 3&4@69 run 6 <0-0 =0-0 #again");
    assert_eq!(game.healed(), [("duplicate", 1)]);
    let after = game.game.snapshot();
    assert_eq!(after.plays, before.plays);
    assert_eq!(after.state, before.state);
}

#[test]
fn a_whole_drive_told_twice_counts_once() {
    let mut game = quiet();
    let before = game.game.snapshot();
    game.plays(
        "
        51 1 15:00 H 1&10@75 run 3 <0-0 =0-0
        52 1 14:30 H 2&7@72 run 3 <0-0 =0-0
        53 1 14:00 H 3&4@69 run 6 <0-0 =0-0
        ",
    );
    assert_eq!(game.healed_of(FaultCode::Duplicate), 3);
    assert_eq!(game.game.snapshot().plays, before.plays);
}

#[test]
fn the_same_report_again_is_no_news() {
    let mut game = quiet();
    let updates = game.game.updates();
    game.plays(QUIET);
    assert_eq!(game.game.updates(), updates);
    assert_eq!(game.healed(), []);
}

#[test]
fn a_late_play_takes_its_place() {
    let mut live = Game::new("nfl");
    live.plays(
        "
        10 1 15:00 H kickoff @35 touchback <0-0 =0-0
        20 1 15:00 H 1&10@75 run 3 <0-0 =0-0
        40 1 14:00 H 3&4@69 run 6 <0-0 =0-0
        30 1 14:30 H 2&7@72 run 3 <0-0 =0-0
        ",
    );
    assert_eq!(live.healed_of(FaultCode::OutOfOrder), 1);
    assert_eq!(live.game.snapshot().plays, quiet().game.snapshot().plays);
}

#[test]
fn a_correction_reaches_everything_behind_it() {
    let mut game = Game::new("nfl");
    let tail = "
        60 1 13:00 H @15 extra_point good
        70 1 13:00 A kickoff @35
        80 1 12:55 A 1&10@75 run 4
    ";
    game.plays("20 1 15:00 H 1&10@75 run 3\n50 1 13:10 H 1&10@30 pass 30 complete touchdown")
        .plays(tail);
    assert_eq!(game.score(), (7, 0));
    game.plays("50 1 13:10 H 1&10@30 pass 29 complete");
    assert_eq!(game.healed_of(FaultCode::Corrected), 1);
    assert_eq!(
        game.score(),
        (1, 0),
        "the touchdown is gone from every later score"
    );
    let mut straight = Game::new("nfl");
    straight
        .plays("20 1 15:00 H 1&10@75 run 3\n50 1 13:10 H 1&10@30 pass 29 complete")
        .plays(tail);
    assert_eq!(game.game.snapshot().plays, straight.game.snapshot().plays);
    assert_eq!(game.game.snapshot().drives, straight.game.snapshot().drives);
}

#[test]
fn a_withdrawn_play_never_was() {
    let mut game = quiet();
    game.plays("35 1 14:10 A 1&10@50 pass 50 complete touchdown");
    assert_eq!(game.score(), (0, 6));
    game.signal(&Signal::Withdrawn {
        play_id: matchday_event::PlayId::new("35"),
    });
    assert_eq!(game.healed_of(FaultCode::Withdrawn), 1);
    assert_eq!(game.game.snapshot().plays, quiet().game.snapshot().plays);
    assert_eq!(game.game.snapshot().drives, quiet().game.snapshot().drives);
}

#[test]
fn a_score_that_drops_for_one_play_is_a_flicker() {
    let mut game = Game::new("nfl");
    game.plays(
        "
        10 1 15:00 H 1&10@30 pass 30 complete touchdown <0-0 =6-0
        20 1 14:50 H @15 extra_point good <6-0 =7-0
        30 1 14:50 A kickoff @35 <7-0 =0-0
        ",
    );
    assert_eq!(
        score_after(&game, 30),
        (7, 0),
        "kept while only one play says otherwise"
    );
    game.plays(
        "
        40 1 14:44 A 1&10@75 run 2 <0-0 =7-0
        50 1 14:10 A 2&8@73 run 2 <7-0 =7-0
        ",
    );
    assert_eq!(game.healed(), [("score_drop", 2)]);
    assert_eq!(score_after(&game, 30), (7, 0));
    assert_eq!(score_after(&game, 40), (7, 0));
}

#[test]
fn a_score_that_stays_down_was_taken_back() {
    let mut game = Game::new("nfl");
    game.plays(
        "
        10 1 15:00 H 1&10@30 pass 30 complete touchdown <0-0 =6-0
        20 1 14:50 A 1&10@75 run 2 <0-0 =0-0
        ",
    );
    assert_eq!(game.score(), (6, 0));
    game.plays(
        "
        30 1 14:20 A 2&8@73 run 2 <0-0 =0-0
        40 1 13:50 A 3&6@71 run 2 <0-0 =0-0
        ",
    );
    assert_eq!(game.score(), (0, 0));
    assert_eq!(
        score_after(&game, 10),
        (0, 0),
        "the play that had scored is told again without points"
    );
}

#[test]
fn a_scoreboard_that_agrees_confirms_a_drop() {
    let mut game = Game::new("nfl");
    game.plays(
        "
        10 1 15:00 H 1&10@30 pass 30 complete touchdown <0-0 =6-0
        20 1 14:50 A 1&10@75 run 2 =0-0
        ",
    );
    assert_eq!(game.score(), (6, 0));
    game.status(GamePhase::Live, Some((0, 0)));
    assert_eq!(game.score(), (0, 0));
}

#[test]
fn a_scoreboard_that_falls_behind_the_plays_is_noted_and_not_used() {
    let mut game = quiet();
    game.plays("50 1 13:30 H 1&10@63 pass 63 touchdown <0-0 =6-0");
    let shown = game.next();
    game.status(GamePhase::Live, Some((0, 0)));
    assert_eq!(game.score(), (6, 0));
    assert_eq!(game.next(), shown);
    assert_eq!(game.healed_of(FaultCode::ScoreDrop), 1);
    // Its return is nothing to heal.
    game.status(GamePhase::Live, Some((6, 0)));
    assert_eq!(game.healed_of(FaultCode::ScoreDrop), 1);
}

#[test]
fn a_jump_of_more_than_one_drive_waits_for_the_next_play() {
    let mut game = quiet();
    game.plays("50 1 13:30 H 1&10@63 run 1 <0-0 =0-24");
    assert_eq!(game.score(), (0, 0));
    assert_eq!(game.healed(), [("score_jump", 1)]);
    game.plays("60 1 13:00 H 2&9@62 run 1 <0-24 =0-24");
    assert_eq!(game.score(), (0, 24), "the next play says the same");
}

#[test]
fn points_without_a_play_are_taken_and_a_flicker_up_is_dropped() {
    let mut game = quiet();
    game.plays("50 1 13:30 A kickoff @35 <7-0 =7-0");
    assert_eq!(game.score(), (7, 0), "a touchdown whose play is missing");
    assert_eq!(game.healed(), [("score_jump", 1)]);
    let mut game = quiet();
    game.plays("50 1 13:30 H 1&10@63 run 1 <0-0 =0-7\n60 1 13:00 H 2&9@62 run 1 <0-0 =0-0");
    assert_eq!(game.score(), (0, 0));
}

#[test]
fn scores_left_out_are_worked_out() {
    let mut game = Game::new("nfl");
    game.plays(
        "
        10 1 15:00 H 1&10@30 pass 30 complete touchdown
        20 1 14:50 H @15 two_point good
        30 1 14:50 A kickoff @35
        40 1 14:40 A 1&10@75 sack -6 safety
        50 1 14:30 H kickoff @20
        60 1 14:20 H 1&10@40 run 2
        70 1 13:50 H 2&8@38 field_goal good
        80 1 13:40 A kickoff @35 touchdown
        90 1 13:30 A @15 extra_point no_good defensive_two_point
        ",
    );
    assert_eq!(game.score(), (8 + 2 + 3 + 2, 6));
    assert_eq!(game.healed_of(FaultCode::ScoreMissing), 6);
}

#[test]
fn points_not_yet_put_up_are_counted() {
    let mut game = quiet();
    game.plays("50 1 13:30 H 1&10@63 pass 63 complete touchdown <0-0 =0-0");
    assert_eq!(game.score(), (6, 0));
    assert_eq!(game.healed(), [("score_missing", 1)]);
}

#[test]
fn a_clock_that_runs_backwards_is_kept() {
    let mut game = quiet();
    game.plays("50 1 14:40 H 1&10@63 run 1 <0-0 =0-0");
    assert_eq!(clock_of(&game, 50), "14:00");
    assert_eq!(game.healed(), [("clock_backward", 1)]);
}

#[test]
fn a_clock_that_was_too_low_is_mended_by_what_follows() {
    let mut game = quiet();
    game.plays("50 1 3:20 H 1&10@63 run 1 <0-0 =0-0");
    assert_eq!(clock_of(&game, 50), "3:20", "nothing speaks against it yet");
    game.plays("60 1 13:20 H 2&9@62 run 1 <0-0 =0-0\n70 1 12:50 H 3&8@61 run 1 <0-0 =0-0");
    assert_eq!(clock_of(&game, 50), "14:00");
    assert_eq!(clock_of(&game, 60), "13:20");
    assert_eq!(clock_of(&game, 70), "12:50");
}

#[test]
fn clocks_of_other_makes_are_read() {
    let mut game = Game::new("nfl");
    game.plays(
        "
        10 1 3600 H 1&10@75 run 1
        20 1 3000 H 2&9@74 run 1
        30 2 1900 H 3&8@73 run 1
        35 3 1700 H 4&7@72 punt
        40 4 850 A 1&10@72 run 1
        ",
    );
    assert_eq!(clock_of(&game, 10), "15:00");
    assert_eq!(clock_of(&game, 20), "5:00");
    assert_eq!(clock_of(&game, 30), "1:40");
    assert_eq!(clock_of(&game, 40), "14:10");
    assert_eq!(game.healed_of(FaultCode::ClockRange), 4);
    let mut game = Game::new("ncaaf");
    game.plays("10 2 1:05 H 1&10@75 run 1\n20 2 2640 H 2&9@74 run 1\n30 2 -5 H 3&8@73 run 1");
    assert_eq!(
        clock_of(&game, 20),
        "0:44",
        "forty-four seconds, put where minutes go"
    );
    assert_eq!(clock_of(&game, 30), "0:44");
}

#[test]
fn a_missing_clock_is_kept() {
    let mut game = quiet();
    game.plays("50 1 - H 1&10@63 run 1 <0-0 =0-0");
    assert_eq!(clock_of(&game, 50), "14:00");
    assert_eq!(game.healed(), [("clock_missing", 1)]);
}

#[test]
fn a_clock_stuck_at_zero_is_estimated() {
    let mut game = Game::new("ncaaf");
    game.plays(
        "
        10 1 0:00 H 1&10@75 run 1
        20 1 0:00 H 2&9@74 run 1
        30 1 0:00 H 3&8@73 run 1
        40 1 0:00 H 4&7@72 punt
        50 2 15:00 A 1&10@75 run 1
        ",
    );
    assert_eq!(clock_of(&game, 10), "14:35");
    assert_eq!(clock_of(&game, 40), "13:20");
    assert_eq!(clock_of(&game, 50), "15:00");
    // The last seconds of a quarter are no such thing.
    let mut game = Game::new("nfl");
    game.plays(
        "
        10 2 0:04 H 1&1@1 run 1 touchdown
        20 2 0:00 H @2 extra_point good
        30 2 0:00 - end_half
        ",
    );
    assert_eq!(clock_of(&game, 20), "0:00");
    assert_eq!(game.healed_of(FaultCode::ClockMissing), 0);
}

#[test]
fn a_period_that_goes_back_is_kept() {
    let mut game = quiet();
    game.plays("50 2 15:00 H 1&10@63 run 1 <0-0 =0-0\n60 1 14:30 H 2&9@62 run 1 <0-0 =0-0");
    let snapshot = game.game.snapshot();
    assert_eq!(
        snapshot.plays[4].clock.period, 1,
        "one play alone does not end a quarter"
    );
    let mut game = quiet();
    game.plays(
        "
        50 2 15:00 H 1&10@63 run 1 <0-0 =0-0
        60 2 14:40 H 2&9@62 run 1 <0-0 =0-0
        70 0 14:30 H 3&8@61 run 1 <0-0 =0-0
        ",
    );
    assert_eq!(game.game.snapshot().plays[6].clock.period, 2);
    assert_eq!(game.healed(), [("period_range", 1)]);
}

#[test]
fn what_a_snap_lacks_comes_from_the_play_before() {
    let mut game = quiet();
    game.plays("50 1 13:30 - run 4 <0-0 =0-0");
    let snapshot = game.game.snapshot();
    assert_eq!(
        common::spot(&football(&snapshot.plays[4]).spot),
        "H 1&10@63"
    );
    assert_eq!(
        game.healed(),
        [
            ("down_missing", 1),
            ("distance_range", 1),
            ("yard_line_range", 1),
            ("possession_missing", 1)
        ]
    );
    game.plays("60 1 13:00 H 7&44@140 run 4 <0-0 =0-0");
    let snapshot = game.game.snapshot();
    assert_eq!(
        common::spot(&football(&snapshot.plays[5]).spot),
        "H 2&44@59"
    );
    assert_eq!(game.healed_of(FaultCode::DownRange), 1);
}

#[test]
fn goal_to_go_is_no_fault() {
    let mut game = Game::new("nfl");
    game.plays("10 1 15:00 H 1&10@6 run 1\n20 1 14:30 H 2&40@5 run 1");
    let snapshot = game.game.snapshot();
    assert_eq!(common::spot(&football(&snapshot.plays[0]).spot), "H 1&6@6");
    assert_eq!(common::spot(&football(&snapshot.plays[1]).spot), "H 2&5@5");
    assert_eq!(game.healed(), [("distance_range", 1)]);
}

#[test]
fn timeouts_that_cannot_be_are_kept() {
    let mut game = Game::new("nfl");
    let mut report = play("10 1 15:00 H 1&10@75 run 1");
    let matchday_event::Detail::AmericanFootball(football) = &mut report.detail else {
        panic!("another sport");
    };
    football.timeouts = Some(matchday_event::football::Timeouts { home: 7, away: 2 });
    game.signal(&Signal::Play(report));
    let timeouts = common::now(&game.game.snapshot().state).timeouts;
    assert_eq!((timeouts.home, timeouts.away), (3, 2));
    assert_eq!(game.healed(), [("timeouts_range", 1)]);
}

#[test]
fn a_play_that_nothing_explains_is_kept_as_it_is() {
    let mut game = quiet();
    game.plays("50 1 13:40 H <0-0 =0-0 | zzz qqq");
    assert_eq!(game.healed(), [("unclassified", 1)]);
    assert_eq!(game.game.snapshot().plays.len(), 5);
}

#[test]
fn the_final_score_is_the_providers() {
    let mut game = quiet();
    game.status(GamePhase::Final, Some((3, 10)));
    assert_eq!(game.score(), (3, 10));
    assert_eq!(game.healed(), [("final_mismatch", 1)]);
    let snapshot = game.game.snapshot();
    assert_eq!(snapshot.state.wp_home, 0.0);
    assert_eq!(snapshot.plays.last().unwrap().wp_home_after, 0.0);
    assert_eq!(snapshot.state.phase, GamePhase::Final);
    assert_eq!(
        snapshot.drives[0].result,
        Some(matchday_event::DriveResult::EndOfHalf)
    );
    // A provider that was too quick may take it back.
    game.status(GamePhase::Live, Some((0, 0)));
    let snapshot = game.game.snapshot();
    assert_eq!(snapshot.state.phase, GamePhase::Live);
    assert_eq!(snapshot.drives[0].result, None);
}
