//! What kind of play it was and what came of it: from the provider's codes, else from its sentence.

use enumset::enum_set;
use matchday_event::football::{PlayKind, PlayTag, Tags};

use super::phrases::{Phrase, Phrases, find};

/// What a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// The kind.
    pub kind: PlayKind,
    /// What came of it.
    pub tags: Tags,
    /// Points of a try that a touchdown's own sentence tells of.
    pub try_points: Option<u8>,
    /// Yards of the first enforced penalty that it tells of.
    pub penalty_yards: Option<u8>,
    /// Neither the code nor the sentence said what it was.
    pub unclassified: bool,
}

/// What a sentence may add to codes.
const FILLED_IN: Tags = enum_set!(
    PlayTag::Fumble
        | PlayTag::FumbleLost
        | PlayTag::Touchback
        | PlayTag::Onside
        | PlayTag::Penalty
        | PlayTag::DefensivePenalty
        | PlayTag::FirstDown
        | PlayTag::TurnoverOnDowns
        | PlayTag::KickingTeamBall
        | PlayTag::Reversed
);

/// Points from scrimmage: the sentence may add these where the codes have none of them.
const SCORING: Tags = enum_set!(PlayTag::Touchdown | PlayTag::ReturnTouchdown | PlayTag::Safety);

/// Codes first. The sentence is read where there is no code, or where the code comes without tags.
pub fn classify(kind: Option<PlayKind>, tags: Tags, text: &str) -> Class {
    let read = read(text);
    let Some(kind) = kind else {
        return Class {
            tags: tags | read.tags,
            ..read
        };
    };
    // Codes tell less than the sentence: it fills in what they leave open and overrules nothing.
    let tags = match (read.kind == kind, tags.is_empty()) {
        (true, true) => read.tags,
        (true, false) if (tags & SCORING).is_empty() => tags | (read.tags & (FILLED_IN | SCORING)),
        (true, false) => tags | (read.tags & FILLED_IN),
        (false, _) => tags,
    };
    Class {
        kind,
        tags,
        unclassified: false,
        ..read
    }
}

/// What the sentence alone says.
pub fn read(text: &str) -> Class {
    let mut has = Phrases::default();
    let mut reversed = false;
    let mut recovered_by_other = false;
    let mut first = None;
    let mut penalty_at = None;
    for (phrase, start, end) in find(text) {
        match phrase {
            Phrase::Reversed => {
                // What follows is the play as it stands; where nothing does, what came before still serves.
                reversed = true;
                if text.len() > end + 12 {
                    has = Phrases::default();
                    (recovered_by_other, first, penalty_at) = (false, None, None);
                }
                continue;
            }
            // The NFL's scorers write it large when the other side recovers.
            Phrase::Recovered => recovered_by_other |= text[start..end].starts_with('R'),
            Phrase::Noise => continue,
            // The try that a touchdown's sentence goes on to tell of is not the play.
            Phrase::Run
            | Phrase::Pass
            | Phrase::Complete
            | Phrase::Incomplete
            | Phrase::Intercepted
                if has.has(Phrase::Touchdown) =>
            {
                continue;
            }
            Phrase::ScoredFumble => recovered_by_other = true,
            Phrase::Penalty => penalty_at = penalty_at.or(Some(end)),
            _ => {}
        }
        first = first.or(Some(phrase));
        has.insert(phrase);
        // A scoring summary leaves the touchdown to be understood.
        for implied in implied(phrase) {
            has.insert(*implied);
        }
    }
    let kind = kind(has, first);
    let mut class = Class {
        kind: kind.unwrap_or(PlayKind::Other),
        tags: Tags::empty(),
        try_points: None,
        penalty_yards: None,
        unclassified: kind.is_none(),
    };
    class.tags = tags(has, class.kind, recovered_by_other);
    if reversed {
        class.tags |= PlayTag::Reversed;
    }
    if class.tags.contains(PlayTag::Touchdown) || class.tags.contains(PlayTag::ReturnTouchdown) {
        class.try_points = try_points(has);
    }
    if let Some(at) = penalty_at
        && !has.has(Phrase::Offsetting)
        && !(has.has(Phrase::Declined) && class.kind != PlayKind::NoPlay)
    {
        class.penalty_yards = yards_after(&text[at..]);
    }
    class
}

fn implied(phrase: Phrase) -> &'static [Phrase] {
    use Phrase as P;
    match phrase {
        P::ScoredRun => &[P::Run, P::Touchdown],
        P::ScoredPass => &[P::Pass, P::Touchdown],
        P::ScoredInterception => &[P::Pass, P::Intercepted, P::Touchdown],
        P::ScoredFumble => &[P::Fumble, P::Touchdown],
        P::ScoredPunt => &[P::Punt, P::Touchdown],
        P::ScoredKickoff => &[P::Kickoff, P::Touchdown],
        P::ScoredBlock => &[P::FieldGoal, P::Blocked, P::Touchdown],
        P::ScoredFieldGoal => &[P::FieldGoal],
        P::DefensiveTry => &[P::TwoPoint],
        _ => &[],
    }
}

fn kind(has: Phrases, first: Option<Phrase>) -> Option<PlayKind> {
    use Phrase as P;
    let touchdown = has.has(P::Touchdown);
    let kick = has.has(P::Kickoff) || has.has(P::KicksYards) || has.has(P::Onside);
    let play = [
        P::Pass,
        P::Run,
        P::Sack,
        P::Punt,
        P::FieldGoal,
        P::Incomplete,
        P::Complete,
        P::Intercepted,
        P::Kickoff,
        P::KicksYards,
        P::ExtraPoint,
        P::TwoPoint,
        P::Kneel,
        P::Spike,
        P::Penalty,
    ]
    .into_iter()
    .any(|p| has.has(p));
    match first? {
        P::Timeout if !play => return Some(PlayKind::Timeout),
        P::EndHalf if !play => return Some(PlayKind::EndHalf),
        P::EndGame if !play => return Some(PlayKind::EndGame),
        P::EndPeriod if !play => return Some(PlayKind::EndPeriod),
        P::Comment if !play => return Some(PlayKind::Other),
        _ => {}
    }
    let kind = if has.has(P::NoPlay) {
        PlayKind::NoPlay
    } else if has.has(P::TwoPoint) && !touchdown {
        PlayKind::TwoPoint
    } else if has.has(P::ExtraPoint) && !touchdown {
        PlayKind::ExtraPoint
    } else if kick && !has.has(P::Punt) && !has.has(P::FieldGoal) {
        PlayKind::Kickoff
    } else if has.has(P::FieldGoal) {
        PlayKind::FieldGoal
    } else if has.has(P::Punt) {
        PlayKind::Punt
    } else if has.has(P::Sack) {
        PlayKind::Sack
    } else if has.has(P::Kneel) {
        PlayKind::Kneel
    } else if has.has(P::Spike) {
        PlayKind::Spike
    } else if has.has(P::Pass)
        || has.has(P::Incomplete)
        || has.has(P::Complete)
        || has.has(P::Intercepted)
    {
        PlayKind::Pass
    } else if has.has(P::Run) || has.has(P::Direct) {
        PlayKind::Run
    } else if has.has(P::Penalty) {
        PlayKind::NoPlay
    } else if has.has(P::AfterTouchdownKick) || has.has(P::AfterTouchdownMissed) {
        PlayKind::ExtraPoint
    } else if has.has(P::Fumble) || has.has(P::Aborted) {
        PlayKind::Run
    } else if has.has(P::Timeout) {
        PlayKind::Timeout
    } else if has.has(P::Comment) {
        PlayKind::Other
    } else {
        return None;
    };
    Some(kind)
}

fn tags(has: Phrases, kind: PlayKind, recovered_by_other: bool) -> Tags {
    use Phrase as P;
    let mut tags = Tags::empty();
    let mut tag = |when: bool, tag: PlayTag| {
        if when {
            tags |= tag;
        }
    };
    let flagged = has.has(P::Penalty) && !has.has(P::Declined) && !has.has(P::Offsetting);
    tag(flagged, PlayTag::Penalty);
    tag(flagged && has.has(P::ByDefence), PlayTag::DefensivePenalty);
    tag(has.has(P::AutomaticFirst), PlayTag::FirstDown);
    if kind == PlayKind::NoPlay {
        return tags;
    }
    let intercepted =
        has.has(P::Intercepted) && matches!(kind, PlayKind::Pass | PlayKind::TwoPoint);
    let scored = has.has(P::Touchdown) && kind.is_snap();
    let lost = recovered_by_other && has.has(P::Fumble);
    let fails = has.has(P::Fails) || has.has(P::AfterTouchdownMissed);
    let blocked = has.has(P::Blocked);
    match kind {
        PlayKind::Pass => {
            tag(intercepted, PlayTag::Interception);
            tag(!intercepted && has.has(P::Incomplete), PlayTag::Incomplete);
            tag(!intercepted && !has.has(P::Incomplete), PlayTag::Complete);
        }
        PlayKind::FieldGoal | PlayKind::ExtraPoint => {
            tag(blocked, PlayTag::Blocked);
            let told = [P::Succeeds, P::AfterTouchdownKick, P::ScoredFieldGoal];
            let good = told.into_iter().any(|p| has.has(p)) && !fails && !blocked;
            tag(good, PlayTag::Good);
            tag(!good && (fails || blocked), PlayTag::NoGood);
        }
        PlayKind::TwoPoint => {
            let good = has.has(P::Succeeds) && !fails;
            tag(good, PlayTag::Good);
            tag(!good && fails, PlayTag::NoGood);
            tag(has.has(P::DefensiveTry) && good, PlayTag::DefensiveTwoPoint);
        }
        PlayKind::Punt => tag(blocked, PlayTag::Blocked),
        PlayKind::Kickoff => {
            tag(has.has(P::Onside), PlayTag::Onside);
            tag(
                lost || has.has(P::Onside) && recovered_by_other,
                PlayTag::KickingTeamBall,
            );
        }
        _ => {}
    }
    tag(has.has(P::Fumble), PlayTag::Fumble);
    let scrimmage = matches!(kind, PlayKind::Run | PlayKind::Pass | PlayKind::Sack);
    tag(lost && scrimmage, PlayTag::FumbleLost);
    tag(lost && kind == PlayKind::Punt, PlayTag::KickingTeamBall);
    tag(has.has(P::Touchback), PlayTag::Touchback);
    tag(has.has(P::OverOnDowns), PlayTag::TurnoverOnDowns);
    tag(has.has(P::Safety) && kind.is_snap(), PlayTag::Safety);
    let by_other = intercepted
        || lost && scrimmage
        || kind == PlayKind::FieldGoal
        || kind == PlayKind::Punt && !lost;
    tag(scored && by_other, PlayTag::ReturnTouchdown);
    tag(scored && !by_other, PlayTag::Touchdown);
    tags
}

fn try_points(has: Phrases) -> Option<u8> {
    use Phrase as P;
    let fails = has.has(P::Fails) || has.has(P::AfterTouchdownMissed);
    if has.has(P::TwoPoint) {
        return Some(if fails { 0 } else { 2 });
    }
    if has.has(P::AfterTouchdownMissed) {
        return Some(0);
    }
    (has.has(P::AfterTouchdownKick) || has.has(P::ExtraPoint)).then_some(u8::from(!fails))
}

/// The first number of yards in a piece of text, up to 99.
fn yards_after(text: &str) -> Option<u8> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = bytes[at..]
            .iter()
            .position(|b| !b.is_ascii_digit())
            .map_or(bytes.len(), |n| at + n);
        let word = &bytes[end..bytes.len().min(end + 5)];
        let yards = word.len() >= 3 && word[0] == b' ' && word[1..3].eq_ignore_ascii_case(b"ya")
            || word.len() >= 3 && word[0] == b' ' && word[1..3].eq_ignore_ascii_case(b"yd");
        if yards && end - at <= 2 {
            return text[at..end].parse().ok();
        }
        at = end;
    }
    None
}
