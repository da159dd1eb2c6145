//! The words that fields can be.

pub(super) const SIDES: &[&str] = &["home", "away"];
pub(super) const PHASES: &[&str] = &["scheduled", "live", "halftime", "delayed", "final"];
pub(super) const SPORTS: &[&str] = &["american_football", "basketball", "soccer", "tennis"];

/// What `play.kind` can be, by sport in the order of the page on rules.
pub(super) const PLAYS: &[&str] = &[
    // American football
    "kickoff",
    "run",
    "pass",
    "sack",
    "punt",
    "field_goal",
    "extra_point",
    "two_point",
    "kneel",
    "spike",
    "no_play",
    "end_half",
    "end_game",
    // basketball
    "three_pointer",
    "two_pointer",
    "missed",
    "free_throw",
    "rebound",
    "turnover",
    "violation",
    "jump_ball",
    "ejection",
    "start_period",
    // soccer
    "goal",
    "own_goal",
    "penalty_goal",
    "penalty_missed",
    "shot_saved",
    "shot_off",
    "shot_blocked",
    "woodwork",
    "yellow_card",
    "second_yellow",
    "red_card",
    "corner",
    "free_kick",
    "offside",
    "penalty_won",
    "shootout_goal",
    "shootout_missed",
    "end_match",
    // tennis
    "ace",
    "double_fault",
    "winner",
    "forced_error",
    "unforced_error",
    "penalty",
    // more than one
    "foul",
    "substitution",
    "timeout",
    "end_period",
    "other",
];
