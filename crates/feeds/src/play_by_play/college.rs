//! Play types as ESPN writes them and CollegeFootballData passes them on.

use enumset::enum_set;
use matchday_event::football::{PlayKind as K, PlayTag as T, Tags};

/// A play type read: the kind where the type alone tells it, and the tags it sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct PlayType {
    pub kind: Option<K>,
    pub tags: Tags,
    /// Nothing is known of this type.
    pub unknown: bool,
}

const fn of(kind: K, tags: Tags) -> PlayType {
    PlayType {
        kind: Some(kind),
        tags,
        unknown: false,
    }
}

const fn only(tags: Tags) -> PlayType {
    PlayType {
        kind: None,
        tags,
        unknown: false,
    }
}

impl PlayType {
    /// A touchdown of the side in possession: on a kick-off the receivers', elsewhere the offence's.
    fn own(mut self) -> Self {
        self.tags |= T::Touchdown;
        self
    }

    /// A touchdown of the other side.
    fn returned(mut self) -> Self {
        self.tags |= T::ReturnTouchdown;
        self
    }
}

/// Reads a play type by its name. Both services' spellings and those of older seasons are here.
pub(crate) fn play_type(name: &str) -> PlayType {
    match name {
        "Rush" | "Run" => of(K::Run, Tags::empty()),
        "Pass Reception" | "Pass Completion" | "Pass Complete" => {
            of(K::Pass, enum_set!(T::Complete))
        }
        "Pass" => of(K::Pass, Tags::empty()),
        "Pass Incompletion" | "Pass Incomplete" => of(K::Pass, enum_set!(T::Incomplete)),
        "Interception"
        | "Pass Interception"
        | "Pass Interception Return"
        | "Interception Return" => of(K::Pass, enum_set!(T::Interception)),
        "Interception Return Touchdown" | "Pass Interception Return Touchdown" => {
            of(K::Pass, enum_set!(T::Interception)).returned()
        }
        "Passing Touchdown" => of(K::Pass, enum_set!(T::Complete)).own(),
        "Rushing Touchdown" => of(K::Run, Tags::empty()).own(),
        "Sack" => of(K::Sack, Tags::empty()),
        "Sack Touchdown" => of(K::Sack, enum_set!(T::Fumble | T::FumbleLost)).returned(),
        "Kickoff" | "Kickoff Return (Offense)" | "Kickoff Return (Defense)" | "Kickoff Return" => {
            of(K::Kickoff, Tags::empty())
        }
        "Kickoff Return Touchdown" => of(K::Kickoff, Tags::empty()).own(),
        "Punt" | "Punt Return" => of(K::Punt, Tags::empty()),
        "Punt Return Touchdown" => of(K::Punt, Tags::empty()).returned(),
        "Punt Team Fumble Recovery" => of(K::Punt, enum_set!(T::Fumble | T::KickingTeamBall)),
        "Punt Team Fumble Recovery Touchdown" => {
            of(K::Punt, enum_set!(T::Fumble | T::KickingTeamBall)).own()
        }
        "Kickoff Team Fumble Recovery" => of(K::Kickoff, enum_set!(T::Fumble | T::KickingTeamBall)),
        "Kickoff Team Fumble Recovery Touchdown" => {
            of(K::Kickoff, enum_set!(T::Fumble | T::KickingTeamBall)).returned()
        }
        "Blocked Punt" => of(K::Punt, enum_set!(T::Blocked)),
        "Blocked Punt Touchdown" => of(K::Punt, enum_set!(T::Blocked)).returned(),
        "Field Goal Good" => of(K::FieldGoal, enum_set!(T::Good)),
        "Field Goal Missed" | "Missed Field Goal Return" => of(K::FieldGoal, enum_set!(T::NoGood)),
        "Missed Field Goal Return Touchdown" => of(K::FieldGoal, enum_set!(T::NoGood)).returned(),
        "Blocked Field Goal" => of(K::FieldGoal, enum_set!(T::NoGood | T::Blocked)),
        "Blocked Field Goal Touchdown" => {
            of(K::FieldGoal, enum_set!(T::NoGood | T::Blocked)).returned()
        }
        "Extra Point Good" => of(K::ExtraPoint, enum_set!(T::Good)),
        "Extra Point Missed" => of(K::ExtraPoint, enum_set!(T::NoGood)),
        "Blocked PAT" => of(K::ExtraPoint, enum_set!(T::NoGood | T::Blocked)),
        "Two Point Pass" | "Two Point Rush" | "Two-Point Conversion" | "2pt Conversion" => {
            of(K::TwoPoint, Tags::empty())
        }
        // The try may have been a kick or a play from scrimmage: the sentence decides.
        "Defensive 2pt Conversion" | "Defensive Two Point Conversion" => {
            only(enum_set!(T::DefensiveTwoPoint))
        }
        "Safety" => only(enum_set!(T::Safety)),
        "Fumble" | "Fumble Recovery (Own)" => only(enum_set!(T::Fumble)),
        "Fumble Recovery (Own) Touchdown" => only(enum_set!(T::Fumble)).own(),
        "Fumble Recovery (Opponent)" => only(enum_set!(T::Fumble | T::FumbleLost)),
        "Fumble Recovery (Opponent) Touchdown" | "Fumble Return Touchdown" => {
            only(enum_set!(T::Fumble | T::FumbleLost)).returned()
        }
        "Penalty" => of(K::NoPlay, enum_set!(T::Penalty)),
        "Timeout" | "Official Timeout" | "Two-minute warning" | "Two Minute Warning" => {
            of(K::Timeout, Tags::empty())
        }
        "End Period" | "End of Period" | "End of Regulation" => of(K::EndPeriod, Tags::empty()),
        "End of Half" => of(K::EndHalf, Tags::empty()),
        "End of Game" => of(K::EndGame, Tags::empty()),
        "Coin Toss" | "Start of Period" => of(K::Other, Tags::empty()),
        "placeholder" | "Uncategorized" | "" => only(Tags::empty()),
        _ => PlayType {
            unknown: true,
            ..PlayType::default()
        },
    }
}

/// The name of an ESPN type id, for payloads whose text is missing or new.
pub(crate) fn espn_type(id: i64) -> Option<&'static str> {
    Some(match id {
        2 => "End Period",
        3 => "Pass Incompletion",
        5 => "Rush",
        6 | 26 => "Pass Interception Return",
        7 => "Sack",
        8 => "Penalty",
        9 => "Fumble Recovery (Own)",
        12 => "Kickoff Return (Offense)",
        15 => "Two Point Pass",
        16 => "Two Point Rush",
        17 => "Blocked Punt",
        18 => "Blocked Field Goal",
        20 => "Safety",
        21 => "Timeout",
        24 => "Pass Reception",
        29 => "Fumble Recovery (Opponent)",
        32 => "Kickoff Return Touchdown",
        34 => "Punt Return Touchdown",
        36 => "Interception Return Touchdown",
        37 => "Blocked Punt Touchdown",
        38 => "Blocked Field Goal Touchdown",
        39 => "Fumble Return Touchdown",
        40 => "Missed Field Goal Return",
        41 => "Missed Field Goal Return Touchdown",
        43 => "Blocked PAT",
        51 => "Pass",
        52 => "Punt",
        53 => "Kickoff",
        57 => "Defensive 2pt Conversion",
        59 => "Field Goal Good",
        60 => "Field Goal Missed",
        61 => "Extra Point Good",
        62 => "Extra Point Missed",
        63 => "Interception Return",
        65 => "End of Half",
        66 => "End of Game",
        67 => "Passing Touchdown",
        68 => "Rushing Touchdown",
        70 => "Coin Toss",
        74 => "Official Timeout",
        75 => "Two-minute warning",
        79 => "End of Regulation",
        _ => return None,
    })
}
