//! What the NFL's numbered statistics say: the kind of a play, what came of it, and the points in it.

use matchday_event::{
    Side,
    football::{PlayKind, PlayTag, StatLine, Tags},
};

/// What one statistic number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The kind of play on which it is given, and how strongly it says so: a play is of the kind of its
    /// heaviest statistic (a fumbled snap on a punt has rushing yards and is still a punt).
    pub kind: Option<(PlayKind, u8)>,
    /// The tag it sets.
    pub tag: Option<PlayTag>,
    /// Points to the side it is credited to.
    pub points: i16,
    /// Whether its yards are net yards of the play.
    pub yards: bool,
}

const NOTHING: Meaning = Meaning {
    kind: None,
    tag: None,
    points: 0,
    yards: false,
};

const fn kind(kind: PlayKind, weight: u8) -> Meaning {
    Meaning {
        kind: Some((kind, weight)),
        ..NOTHING
    }
}

const fn tag(tag: PlayTag) -> Meaning {
    Meaning {
        tag: Some(tag),
        ..NOTHING
    }
}

impl Meaning {
    const fn tagged(self, tag: PlayTag) -> Self {
        Self {
            tag: Some(tag),
            ..self
        }
    }
    const fn yards(self) -> Self {
        Self {
            yards: true,
            ..self
        }
    }
    const fn points(self, points: i16) -> Self {
        Self { points, ..self }
    }
}

/// The league's table of statistics, as far as it bears on the course of the game. Numbers that only credit a
/// player (tackles, hits, pass targets) mean nothing here.
pub(super) const fn meaning(stat: u16) -> Meaning {
    use PlayKind as K;
    use PlayTag as T;
    match stat {
        2 => kind(K::Punt, 7).tagged(T::Blocked),
        3..=5 => tag(T::FirstDown),
        9 => tag(T::TurnoverOnDowns),
        10 => kind(K::Run, 1).yards(),
        11 => kind(K::Run, 1).yards().points(6),
        12 => NOTHING.yards(),
        13 => NOTHING.yards().points(6),
        14 => kind(K::Pass, 3).tagged(T::Incomplete),
        15 => kind(K::Pass, 3).tagged(T::Complete).yards(),
        16 => kind(K::Pass, 3).tagged(T::Complete).yards().points(6),
        // The passing side of a lateral: the yards are counted once, with the passer's team.
        17 => NOTHING.yards(),
        18 => NOTHING.yards().points(6),
        19 => kind(K::Pass, 3).tagged(T::Interception),
        20 => kind(K::Sack, 4).yards(),
        // A receiver's touchdown repeats the passer's points, so `points` takes one touchdown a play.
        22 | 24 => NOTHING.points(6),
        26 | 28 => tag(T::Interception).points(6),
        25 | 27 => tag(T::Interception),
        29..=31 | 37..=39 => kind(K::Punt, 6),
        32 | 40 => kind(K::Punt, 6).tagged(T::Touchback),
        33 | 35 => kind(K::Punt, 5),
        34 | 36 => kind(K::Punt, 5).points(6),
        41..=43 | 45 | 47 | 49 | 50 | 102 | 410 => kind(K::Kickoff, 8),
        44 | 51 => kind(K::Kickoff, 8).tagged(T::Touchback),
        46 | 48 => kind(K::Kickoff, 8).points(6),
        52..=55 | 57 => tag(T::Fumble),
        56 | 58 => tag(T::Fumble).points(6),
        59 | 61 => tag(T::Fumble),
        60 | 62 => tag(T::FumbleLost).points(6),
        64 => NOTHING.points(6),
        68 => kind(K::Timeout, 0),
        69 => kind(K::FieldGoal, 7).tagged(T::NoGood),
        70 => kind(K::FieldGoal, 7).tagged(T::Good).points(3),
        71 => kind(K::FieldGoal, 7).tagged(T::Blocked),
        72 => kind(K::ExtraPoint, 9).tagged(T::Good).points(1),
        73 | 301 => kind(K::ExtraPoint, 9).tagged(T::NoGood),
        74 => kind(K::ExtraPoint, 9).tagged(T::Blocked),
        75 | 77 | 104 => kind(K::TwoPoint, 9).tagged(T::Good).points(2),
        76 | 78 | 105 => kind(K::TwoPoint, 9).tagged(T::NoGood),
        86 => kind(K::Punt, 7).tagged(T::Blocked),
        87 => kind(K::ExtraPoint, 9).tagged(T::Blocked),
        88 => kind(K::FieldGoal, 7).tagged(T::Blocked),
        89 => tag(T::Safety).points(2),
        93 => tag(T::Penalty),
        96 | 99 | 100 => tag(T::Safety).points(1),
        103 => kind(K::Sack, 4),
        106 => tag(T::FumbleLost),
        107 => kind(K::Kickoff, 8).tagged(T::KickingTeamBall),
        108 => kind(K::Kickoff, 8).tagged(T::KickingTeamBall).points(6),
        403 | 405 => NOTHING,
        404 | 406 => tag(T::DefensiveTwoPoint).points(2),
        _ => NOTHING,
    }
}

/// What a play's statistics come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub kind: Option<PlayKind>,
    pub tags: Tags,
    pub yards: Option<i16>,
    /// Home points and away points.
    pub home: i16,
    pub away: i16,
    /// Side that called a timeout.
    pub timeout: Option<Side>,
}

/// Sums a play's statistics up. `possession` is the side with the ball as this program sees it (the receivers
/// of a kick-off).
pub(super) fn summarise(stats: &[StatLine], kicking_or_offense: Option<Side>) -> Summary {
    let mut sum = Summary::default();
    let mut weight = 0;
    let mut scored: Option<(Side, i16)> = None;
    for line in stats {
        let m = meaning(line.stat);
        if let Some((kind, w)) = m.kind
            && (sum.kind.is_none() || w > weight)
        {
            sum.kind = Some(kind);
            weight = w;
        }
        if let Some(tag) = m.tag {
            sum.tags |= tag;
        }
        if m.yards {
            sum.yards = Some(sum.yards.unwrap_or(0).saturating_add(line.yards));
        }
        if line.stat == 68 {
            sum.timeout = line.side;
        }
        if line.stat == 93 && line.side.is_some() && line.side != kicking_or_offense {
            sum.tags |= PlayTag::DefensivePenalty;
        }
        // One score a play: passer and receiver of one touchdown each carry its six points.
        if m.points > 0
            && let Some(side) = line.side
            && scored.is_none_or(|(_, points)| m.points > points)
        {
            scored = Some((side, m.points));
        }
    }
    if sum.tags.contains(PlayTag::Blocked)
        && matches!(sum.kind, Some(PlayKind::FieldGoal | PlayKind::ExtraPoint))
    {
        sum.tags |= PlayTag::NoGood;
    }
    if sum.yards.is_none() && sum.tags.contains(PlayTag::Incomplete) {
        sum.yards = Some(0);
    }
    if let Some((side, points)) = scored {
        match side {
            Side::Home => sum.home = points,
            Side::Away => sum.away = points,
        }
        if points == 6 {
            // On a kick-off the offence of the statistics is the kicking side, while possession is the
            // receivers': a return is their own touchdown.
            let kickoff = sum.kind == Some(PlayKind::Kickoff);
            let own = (kicking_or_offense == Some(side)) != kickoff;
            sum.tags |= if own {
                PlayTag::Touchdown
            } else {
                PlayTag::ReturnTouchdown
            };
        }
    }
    sum.tags = super::super::complete_tags(sum.tags);
    sum
}
