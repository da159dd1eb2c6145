//! The match's own facts: what they do to the momentum, and which plays are moments.

use std::sync::Arc;

use matchday_event::{
    Detail, EventTime, Fact, GamePhase, MatchRules, PlayDetail, PlayFact, PlayId, Side, Signal,
    StateDetail, StateFact,
    basketball::PlayKind as Basket,
    football::{PlayKind as Down, PlayTag},
    senses::MomentKind,
    soccer::PlayKind as Kick,
    tennis::{PointKind, Stake},
};
use matchday_learn::momentum::{Flow, Played, Stand};

use crate::sense::Scene;

/// A play's own time is taken if it is no further from the clock than this.
const PLAUSIBLE_US: i64 = 600_000_000;

/// What a play was to those who watched.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Meaning {
    pub id: PlayId,
    pub kind: MomentKind,
    pub side: Option<Side>,
    pub player: Option<Arc<str>>,
    /// When it was, where the feed says.
    pub wall: Option<EventTime>,
    /// Size of the swing in win probability.
    pub swing: f64,
}

/// Follows the match.
#[derive(Debug, Clone, Default)]
pub(super) struct Follower {
    pub flow: Flow,
    /// What the last signal's plays meant; filled only when somebody listens.
    pub news: Vec<Meaning>,
    /// Plays of the last signal that no longer count.
    pub gone: Vec<PlayId>,
}

impl Follower {
    /// Takes in what a signal did to the match. `listening`: a sense has been heard, so that plays can be moments.
    pub fn take(
        &mut self,
        signal: &Signal,
        facts: &[Fact],
        scene: Scene<'_>,
        now: Option<EventTime>,
    ) {
        self.news.clear();
        self.gone.clear();
        let mut changed = false;
        for fact in facts {
            match fact {
                Fact::Play(play) => self.play(play, signal, now),
                Fact::PlayWithdrawn { play_id } => {
                    self.flow.withdraw(play_id);
                    if now.is_some() {
                        self.gone.push(play_id.clone());
                    }
                }
                Fact::State(_) => changed = true,
                _ => {}
            }
        }
        if changed {
            self.flow.stands(stand(scene));
        }
    }

    /// Takes in the match so far.
    pub fn catch_up<'p>(
        &mut self,
        plays: impl DoubleEndedIterator<Item = &'p Arc<PlayFact>>,
        scene: Scene<'_>,
    ) {
        // What lies further back than the flow remembers changes nothing.
        let mut last: Vec<&PlayFact> = plays.rev().take(Flow::REMEMBERED).map(|p| &**p).collect();
        last.reverse();
        for play in last {
            self.flow.play(Played {
                id: play.play_id.clone(),
                order: play.order,
                at_us: play.wall.map(|t| t.0),
                wpa_home: play.wpa_home,
            });
        }
        self.flow.stands(stand(scene));
    }

    fn play(&mut self, play: &PlayFact, signal: &Signal, now: Option<EventTime>) {
        let report = match signal {
            Signal::Play(report) if report.play_id == play.play_id => Some(report),
            _ => None,
        };
        let wall = report.and_then(|r| r.wall).filter(|wall| {
            now.is_none_or(|now| {
                let ahead = wall.0.saturating_sub(now.0);
                (-PLAUSIBLE_US..=PLAUSIBLE_US / 60).contains(&ahead)
            })
        });
        // A play told again because its figures moved keeps the time that it had.
        let at = wall.or_else(|| now.filter(|_| report.is_some()));
        self.flow.play(Played {
            id: play.play_id.clone(),
            order: play.order,
            at_us: at.map(|t| t.0),
            wpa_home: play.wpa_home,
        });
        if now.is_some()
            && let Some((kind, side, player)) = meaning(play, report.map(|r| &r.detail))
        {
            self.news.push(Meaning {
                id: play.play_id.clone(),
                kind,
                side,
                player,
                wall,
                swing: play.wpa_home.abs(),
            });
        }
    }
}

fn stand(scene: Scene<'_>) -> Stand {
    let state = scene.state;
    Stand {
        wp_home: state.wp_home,
        left: left(scene),
        over: state.phase == GamePhase::Final,
        steady: state.phase == GamePhase::Live && matches!(state.detail, StateDetail::Soccer(_)),
    }
}

/// Share of the match that is left. Of overtime nothing is left: it is decided at any time.
fn left(scene: Scene<'_>) -> f64 {
    let state: &StateFact = scene.state;
    let of = |periods: u8, period_s: u16, left_s: u16| {
        let later = periods.saturating_sub(state.clock.period);
        if state.clock.period > periods {
            return 0.0;
        }
        let left_s = f64::from(left_s.min(period_s));
        (f64::from(later) + left_s / f64::from(period_s.max(1))) / f64::from(periods.max(1))
    };
    match &state.detail {
        StateDetail::AmericanFootball(_) => of(4, 900, state.clock.clock_s),
        StateDetail::Basketball(_) => match scene.info.and_then(|i| i.rules) {
            Some(MatchRules::Basketball {
                periods, period_s, ..
            }) => of(periods, period_s, state.clock.clock_s),
            _ => of(4, 720, state.clock.clock_s),
        },
        StateDetail::Soccer(_) => of(2, 2700, 2700_u16.saturating_sub(state.clock.clock_s)),
        StateDetail::Tennis(tennis) => {
            let to_win = f64::from((tennis.best_of / 2 + 1).max(1));
            let won = f64::from(state.score.home.max(state.score.away).max(0));
            let games = f64::from(tennis.set.games.home.max(tennis.set.games.away).clamp(0, 6));
            (1.0 - (won + games / 7.0) / to_win).max(0.0)
        }
    }
}

type Told = (MomentKind, Option<Side>, Option<Arc<str>>);

/// What kind of moment a play can be, whose, and by whom.
fn meaning(play: &PlayFact, detail: Option<&Detail>) -> Option<Told> {
    let points = (
        play.score_after.home - play.score_before.home,
        play.score_after.away - play.score_before.away,
    );
    let scored = match points {
        (1.., 0) => Some(Side::Home),
        (0, 1..) => Some(Side::Away),
        _ => None,
    };
    match &play.detail {
        PlayDetail::AmericanFootball(f) => {
            let ball = f.spot.possession;
            let other = ball.map(Side::other);
            let has = |tag| f.tags.contains(tag);
            let (kind, side) = if scored.is_some() {
                (MomentKind::Score, scored)
            } else if matches!(f.kind, Down::FieldGoal | Down::ExtraPoint | Down::TwoPoint) {
                (MomentKind::NearMiss, ball)
            } else if has(PlayTag::Interception)
                || has(PlayTag::FumbleLost)
                || has(PlayTag::TurnoverOnDowns)
            {
                (MomentKind::Turnover, ball)
            } else if f.kind == Down::Sack || has(PlayTag::Blocked) {
                (MomentKind::BigPlay, other)
            } else if f.kind == Down::NoPlay {
                let guilty = if has(PlayTag::DefensivePenalty) {
                    other
                } else {
                    ball
                };
                (MomentKind::Foul, guilty)
            } else if f.kind.is_snap() && f.yards.is_some_and(|y| y >= 20) {
                (MomentKind::BigPlay, ball)
            } else {
                return None;
            };
            let player = detail.and_then(Detail::football).and_then(|p| {
                let whose = |s: &&matchday_event::football::StatLine| s.side == side;
                p.stats.iter().filter(whose).find_map(|s| s.player.clone())
            });
            Some((kind, side, player))
        }
        PlayDetail::Basketball(b) => {
            let kind = match b.kind {
                Basket::Made => MomentKind::Score,
                Basket::FreeThrow if b.points > 0 => MomentKind::Score,
                Basket::FreeThrow | Basket::Missed => MomentKind::NearMiss,
                Basket::Turnover => MomentKind::Turnover,
                Basket::Foul | Basket::Ejection => MomentKind::Foul,
                _ => return None,
            };
            Some((kind, b.side, b.player.clone()))
        }
        PlayDetail::Soccer(s) => {
            let kind = match s.kind {
                kind if kind.is_goal() => MomentKind::Score,
                Kick::PenaltyMissed | Kick::ShotSaved | Kick::ShotOff | Kick::Woodwork => {
                    MomentKind::NearMiss
                }
                Kick::ShotBlocked => MomentKind::NearMiss,
                Kick::ShootoutGoal => MomentKind::Score,
                Kick::ShootoutMissed => MomentKind::NearMiss,
                Kick::Foul | Kick::YellowCard | Kick::SecondYellow | Kick::RedCard => {
                    MomentKind::Foul
                }
                _ => return None,
            };
            let side = if s.kind == Kick::OwnGoal {
                s.side.map(Side::other)
            } else {
                s.side
            };
            Some((kind, side, s.player.clone()))
        }
        PlayDetail::Tennis(t) => {
            let games = (t.games_after.home, t.games_after.away);
            let before = (t.set_before.games.home, t.set_before.games.away);
            let saved = t.stakes.contains(Stake::BreakPoint) && t.winner == t.server;
            let (kind, side) = if games != before || scored.is_some() {
                (MomentKind::Score, t.winner)
            } else if matches!(t.kind, PointKind::Ace | PointKind::Winner) || saved {
                (MomentKind::BigPlay, t.winner)
            } else if t.kind == PointKind::DoubleFault {
                (MomentKind::Foul, t.server)
            } else if matches!(t.kind, PointKind::UnforcedError) {
                (MomentKind::NearMiss, t.winner.map(Side::other))
            } else {
                return None;
            };
            Some((kind, side, None))
        }
    }
}
