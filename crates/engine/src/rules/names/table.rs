//! Every topic and field.

use super::words::{PHASES, PLAYS, SIDES, SPORTS};
use super::{Field, Stands, Topic};
use crate::rules::value::Type::{self, Bool, Double, Int, Text};

const fn field(name: &'static str, ty: Type, about: &'static str) -> Field {
    Field {
        name,
        ty,
        about,
        range: None,
        words: &[],
    }
}

const fn share(name: &'static str, about: &'static str) -> Field {
    within(name, Double, about, 0.0, 1.0)
}

const fn within(name: &'static str, ty: Type, about: &'static str, low: f64, high: f64) -> Field {
    Field {
        name,
        ty,
        about,
        range: Some((low, high)),
        words: &[],
    }
}

const fn word(name: &'static str, about: &'static str, words: &'static [&'static str]) -> Field {
    Field {
        name,
        ty: Text,
        about,
        range: None,
        words,
    }
}

const fn topic(
    name: &'static str,
    stands: Stands,
    key: &'static [u8],
    about: &'static str,
    fields: &'static [Field],
) -> Topic {
    Topic {
        name,
        about,
        stands,
        key,
        fields,
    }
}

/// A room's mood, a level or a gaze that is older than this says nothing about now.
const FRESH_US: i64 = 5_000_000;

/// The topics. Their fields' order is that of [`super::Reader`]'s rows.
pub const TOPICS: &[Topic] = &[
    topic(
        "game",
        Stands::State,
        &[],
        "who plays",
        &[
            word("sport", "the sport", SPORTS),
            field("league", Text, "the league, such as nfl"),
            field("home", Text, "abbreviation of the home side"),
            field("away", Text, "abbreviation of the visitors"),
            word(
                "underdog",
                "the side with less than 40 % before the start, where there was a price or a rating",
                SIDES,
            ),
        ],
    ),
    topic(
        "state",
        Stands::State,
        &[],
        "where the game stands",
        &[
            word("phase", "phase of the day", PHASES),
            within("period", Int, "quarter, half or set, from 1", 0.0, 255.0),
            within(
                "clock_s",
                Int,
                "seconds on the period's clock",
                0.0,
                65_535.0,
            ),
            field("home", Int, "points of the home side"),
            field("away", Int, "points of the visitors"),
            field("lead", Int, "points of the home side less the visitors'"),
            share("wp_home", "win probability of the home side"),
            share("wp_away", "win probability of the visitors"),
            within(
                "leverage",
                Double,
                "leverage index of the next play, 1 is an average one",
                0.0,
                f64::MAX,
            ),
        ],
    ),
    topic(
        "play",
        Stands::Event,
        &[],
        "a play, once it is known, and again if its kind is corrected",
        &[
            word("kind", "what kind", PLAYS),
            word(
                "side",
                "whose: the side with the ball, the scorer's, the server's",
                SIDES,
            ),
            field("player", Text, "who, where a feed says"),
            within("points", Int, "points scored by it", 0.0, 9.0),
            within(
                "wpa_home",
                Double,
                "win probability that the home side gained by it",
                -1.0,
                1.0,
            ),
            within("leverage", Double, "its leverage index", 0.0, f64::MAX),
            field("by_underdog", Bool, "whether it is the underdog's"),
            within(
                "yards",
                Int,
                "net yards, in American football",
                -120.0,
                120.0,
            ),
            within("period", Int, "quarter, half or set", 0.0, 255.0),
        ],
    ),
    topic(
        "score",
        Stands::Event,
        &[],
        "points were scored",
        &[
            word("side", "who scored", SIDES),
            within(
                "points",
                Int,
                "how many, less than 0 when taken back",
                -9.0,
                9.0,
            ),
            field("by_underdog", Bool, "whether the underdog scored"),
        ],
    ),
    topic(
        "chat",
        Stands::Fresh(FRESH_US),
        &[0],
        "the mood of a chat room",
        &[
            field("room", Text, "which room"),
            share("joy", "share of the room's mood that is joy"),
            share("rage", "share that is rage"),
            share("surprise", "share that is surprise"),
            share("neutral", "the rest"),
            within("rate_per_s", Double, "messages a second", 0.0, f64::MAX),
            within(
                "volatility",
                Double,
                "how fast the mood changes",
                0.0,
                f64::MAX,
            ),
            share("spam_share", "share of messages that are repeated spam"),
        ],
    ),
    topic(
        "keyword",
        Stands::Event,
        &[0],
        "a group of words comes more often in a room than its habit explains",
        &[
            field("room", Text, "which room"),
            field("group", Text, "the words, such as ankle or slow-mo"),
            share(
                "surprise",
                "how little the room's habit explains it, calibrated",
            ),
            within(
                "mentions",
                Int,
                "how often they were written in the window",
                0.0,
                f64::MAX,
            ),
        ],
    ),
    topic(
        "level",
        Stands::Fresh(FRESH_US),
        &[0],
        "how loud a microphone's place is",
        &[
            field("mic", Text, "which microphone"),
            within(
                "db",
                Double,
                "A-weighted slow level, dB SPL where calibrated",
                -150.0,
                200.0,
            ),
            within(
                "max_db",
                Double,
                "greatest A-weighted fast level since the last",
                -150.0,
                200.0,
            ),
            within(
                "above_usual_db",
                Double,
                "decibels over what is usual there",
                -200.0,
                200.0,
            ),
            field("calibrated", Bool, "whether decibels are dB SPL"),
        ],
    ),
    topic(
        "sound",
        Stands::Event,
        &[0],
        "the crowd roared, whistled, groaned or sang",
        &[
            field("mic", Text, "which microphone"),
            word("kind", "what", &["roar", "whistle", "groan", "chant"]),
            within(
                "rise_db",
                Double,
                "decibels over the level before it",
                -200.0,
                200.0,
            ),
            within("level_db", Double, "level", -150.0, 200.0),
        ],
    ),
    topic(
        "loudness",
        Stands::Event,
        &[0],
        "the level passed a threshold",
        &[
            field("mic", Text, "which microphone"),
            within(
                "threshold_db",
                Double,
                "which threshold: 85, 94 or 120",
                0.0,
                200.0,
            ),
            word("direction", "which way", &["up", "down"]),
            within("level_db", Double, "level then", -150.0, 200.0),
        ],
    ),
    topic(
        "heart",
        Stands::Event,
        &[],
        "a player's heart rate passed a threshold",
        &[
            word("side", "the player's side", SIDES),
            within("threshold_bpm", Double, "which threshold", 0.0, 300.0),
            word("direction", "which way", &["up", "down"]),
            within("bpm", Double, "beats a minute", 0.0, 300.0),
        ],
    ),
    topic(
        "leap",
        Stands::Event,
        &[],
        "several players' heart rates jumped at once",
        &[
            within("players", Int, "how many", 0.0, 100.0),
            within(
                "rise_bpm",
                Double,
                "the least rise of them, beats a minute within 2 s",
                0.0,
                300.0,
            ),
            word("side", "the side of all of them, if it is one", SIDES),
            share("strength", "how far over the least that counts"),
        ],
    ),
    topic(
        "strain",
        Stands::Event,
        &[],
        "a player's heart-rate variability fell under the baseline",
        &[
            word("side", "the player's side", SIDES),
            within(
                "z",
                Double,
                "standard deviations from the baseline",
                -50.0,
                50.0,
            ),
            share("strength", "how far, whichever way"),
        ],
    ),
    topic(
        "fans",
        Stands::Fresh(30_000_000),
        &[],
        "the hearts of fans, all together",
        &[
            within("wearers", Int, "how many", 0.0, f64::MAX),
            within("median_bpm", Double, "median heart rate", 0.0, 300.0),
            within(
                "median_rise_bpm",
                Double,
                "median rise over each one's baseline",
                -300.0,
                300.0,
            ),
            share("over_110_share", "share over 110 beats a minute"),
            within(
                "rmssd_z",
                Double,
                "mean variability, in standard deviations from the baseline",
                -50.0,
                50.0,
            ),
        ],
    ),
    topic(
        "gaze",
        Stands::Fresh(FRESH_US),
        &[0],
        "the share of viewers who look at a region of the picture",
        &[
            field("region", Text, "which region, such as penalty_mark"),
            share("share", "share of viewers"),
            within("viewers", Int, "viewers counted", 0.0, f64::MAX),
            within(
                "dwell_p50_ms",
                Int,
                "median time they have looked there",
                0.0,
                f64::MAX,
            ),
        ],
    ),
    topic(
        "look",
        Stands::Event,
        &[0],
        "the share of viewers on a region passed a threshold",
        &[
            field("region", Text, "which region"),
            share("threshold", "which threshold"),
            word("direction", "which way", &["up", "down"]),
            share("share", "share of viewers"),
            within("viewers", Int, "viewers counted", 0.0, f64::MAX),
        ],
    ),
    topic(
        "celebration",
        Stands::Event,
        &[],
        "players celebrate, as cameras see it",
        &[
            word("side", "whose", SIDES),
            within("players", Int, "how many", 0.0, 100.0),
            share("strength", "how much"),
        ],
    ),
    topic(
        "reaction",
        Stands::Event,
        &[],
        "the crowd is seen to react",
        &[
            word("side", "whose part of it", SIDES),
            share("share", "share of the sections seen"),
            share("strength", "how much"),
        ],
    ),
    topic(
        "head_turn",
        Stands::Event,
        &[],
        "a player's head turned sharply",
        &[
            word("side", "the player's side", SIDES),
            within("degrees", Double, "how far", 0.0, 360.0),
            field("defending", Bool, "whether the player defends"),
            word("by", "how it was measured", &["head", "movement", "camera"]),
        ],
    ),
    topic(
        "spin",
        Stands::Event,
        &[],
        "the ball lost its spin",
        &[
            within("rad_s", Double, "its spin, radians a second", 0.0, f64::MAX),
            field(
                "final_third",
                Bool,
                "whether it is in the final third of the side that attacks there",
            ),
            word("side", "the side that attacks there", SIDES),
        ],
    ),
    topic(
        "sprint",
        Stands::Event,
        &[],
        "a player began to run as fast as players do",
        &[
            word("side", "the player's side", SIDES),
            within("speed_mps", Double, "metres a second", 0.0, 50.0),
        ],
    ),
    topic(
        "final_third",
        Stands::Event,
        &[],
        "the ball came into the final third or left it",
        &[
            word("side", "the side that attacks there", SIDES),
            word("phase", "which", &["began", "ended"]),
        ],
    ),
    topic(
        "run_up",
        Stands::Event,
        &[],
        "a kicker started the run-up",
        &[
            word("kick", "to what", &["penalty", "set_piece"]),
            word("side", "the kicker's side", SIDES),
            within("from_m", Double, "metres from the ball", 0.0, 100.0),
        ],
    ),
    topic(
        "serve",
        Stands::Event,
        &[],
        "a fast serve",
        &[
            word("side", "the server", SIDES),
            within("speed_kmh", Int, "kilometres an hour", 0.0, 400.0),
        ],
    ),
    topic(
        "momentum",
        Stands::Fresh(FRESH_US),
        &[],
        "the Momentum Index",
        &[
            within("home", Double, "of the home side", -100.0, 100.0),
            within("away", Double, "of the visitors", -100.0, 100.0),
            within("intensity", Double, "how stirred everybody is", 0.0, 100.0),
        ],
    ),
    topic(
        "moment",
        Stands::Event,
        &[],
        "a moment stands out",
        &[
            word(
                "kind",
                "what",
                &[
                    "score",
                    "near_miss",
                    "big_play",
                    "turnover",
                    "foul",
                    "injury",
                    "crowd",
                ],
            ),
            word("side", "whose", SIDES),
            within("intensity", Double, "how much", 0.0, 100.0),
            field("player", Text, "who"),
        ],
    ),
    topic(
        "micro",
        Stands::Event,
        &[],
        "a micro-event",
        &[
            field("kind", Text, "what"),
            field("label", Text, "which of its kind"),
            word("side", "whose", SIDES),
            word(
                "camera",
                "the camera that would show it best",
                &[
                    "main", "tight", "rail", "keeper", "wing", "crowd", "baseline",
                ],
            ),
            share("x", "where along the field"),
            share("y", "where across it"),
        ],
    ),
    topic(
        "taste",
        Stands::State,
        &[0, 1],
        "what a cluster of viewers likes",
        &[
            field("cluster", Text, "which cluster"),
            field("topic", Text, "what, such as analytics"),
            share("share", "share of its viewers who like it"),
            within("viewers", Int, "viewers counted", 0.0, f64::MAX),
        ],
    ),
    topic(
        "mark",
        Stands::Event,
        &[],
        "another rule set a mark",
        &[
            field("name", Text, "which"),
            field("key", Text, "which instance of that rule"),
        ],
    ),
];
