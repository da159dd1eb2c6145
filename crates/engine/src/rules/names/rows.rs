//! From facts to rows.

use std::{collections::VecDeque, sync::Arc};

use matchday_event::{
    EventTime, Fact, GameFact, PlayDetail, PlayFact, PlayId, ScoreFact, Side, StateFact,
    basketball, football,
    senses::{
        BodyFact, Direction, GazeFact, Kick, MoodFact, Phase, SoundFact, TrackingFact, TurnBy,
        VisionFact,
    },
    soccer, tennis,
};

use super::{MAX_FIELDS, Row, TopicId};
use crate::rules::value::{Slot, Text};

/// Under this a side is the underdog.
const UNDERDOG_WP: f64 = 0.4;
/// Plays of late that are remembered, so that a correction is told from news.
const RECENT: usize = 32;

macro_rules! row {
    ($topic:literal, $at:expr, $confidence:expr, [$($slot:expr),* $(,)?]) => {{
        const TOPIC: TopicId = super::id($topic);
        let mut slots = [const { Slot::Unknown }; MAX_FIELDS];
        let mut i = 0;
        $(slots[i] = Slot::from($slot); i += 1;)*
        debug_assert_eq!(i, TOPIC.get().fields.len(), $topic);
        Row { topic: TOPIC, at: $at, confidence: $confidence, slots }
    }};
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Home => "home",
        Side::Away => "away",
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Down => "down",
    }
}

/// Reads facts as rows. It remembers what is needed to tell news from corrections, and who the underdog is.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    game: Option<Names>,
    priced: bool,
    underdog: Option<Side>,
    settled: bool,
    seen: VecDeque<(PlayId, &'static str)>,
    served: VecDeque<PlayId>,
}

#[derive(Debug, Clone)]
struct Names {
    sport: &'static str,
    league: Arc<str>,
    home: Arc<str>,
    away: Arc<str>,
}

impl Reader {
    /// The rows of a fact. `now` is the time of facts that do not say one.
    pub fn read(&mut self, fact: &Fact, now: EventTime, out: &mut impl FnMut(&Row)) {
        match fact {
            Fact::Game(game) => self.game(game, now, out),
            Fact::State(state) => self.state(state, now, out),
            Fact::Play(play) => self.play(play, now, out),
            Fact::Score(score) => self.score(score, now, out),
            Fact::Mood(mood) => mood_rows(mood, out),
            Fact::Sound(sound) => sound_row(sound, out),
            Fact::Body(body) => body_row(body, out),
            Fact::Gaze(gaze) => gaze_rows(gaze, out),
            Fact::Vision(vision) => vision_row(vision, out),
            Fact::Tracking(TrackingFact::FastServe(s)) => {
                // A play that is told again is the same serve.
                if self.served.contains(&s.play_id) {
                    return;
                }
                if self.served.len() == RECENT {
                    self.served.pop_front();
                }
                self.served.push_back(s.play_id.clone());
                out(&row!(
                    "serve",
                    s.at.unwrap_or(now),
                    1.0,
                    [s.side.map(side), s.speed_kmh]
                ));
            }
            Fact::Tracking(tracking) => tracking_row(tracking, out),
            Fact::Momentum(m) => out(&row!("momentum", m.at, 1.0, [m.home, m.away, m.intensity])),
            Fact::Moment(m) if m.ended.is_none() => out(&row!(
                "moment",
                m.onset,
                m.confidence,
                [
                    m.kind.as_str(),
                    m.side.map(side),
                    m.intensity,
                    m.player.as_ref()
                ]
            )),
            Fact::Micro(m) => out(&row!(
                "micro",
                m.at,
                m.confidence,
                [
                    m.kind.as_str(),
                    m.label.as_ref(),
                    m.side.map(side),
                    m.camera.as_str(),
                    m.place.map(|p| p.x),
                    m.place.map(|p| p.y),
                ]
            )),
            Fact::Taste(t) => out(&row!(
                "taste",
                t.at,
                1.0,
                [&t.cluster, &t.topic, t.share, t.viewers]
            )),
            _ => {}
        }
    }

    /// A mark that a rule sets.
    pub fn mark(name: &Arc<str>, key: Option<&Arc<str>>, at: EventTime, confidence: f32) -> Row {
        row!("mark", at, confidence, [name, key])
    }

    fn game(&mut self, game: &GameFact, now: EventTime, out: &mut impl FnMut(&Row)) {
        let info = &game.info;
        self.game = Some(Names {
            sport: info.sport.as_str(),
            league: info.league.clone(),
            home: info.home.abbr.clone(),
            away: info.away.abbr.clone(),
        });
        self.priced = info.line.is_some_and(|l| l.spread_home.is_some()) || info.forecast.is_some();
        self.tell_game(now, out);
    }

    fn tell_game(&self, now: EventTime, out: &mut impl FnMut(&Row)) {
        if let Some(game) = &self.game {
            out(&row!(
                "game",
                now,
                1.0,
                [
                    game.sport,
                    &game.league,
                    &game.home,
                    &game.away,
                    self.underdog.map(side)
                ]
            ));
        }
    }

    /// What the sides were given before the first play.
    fn pregame(
        &mut self,
        wp_home: f64,
        last_word: bool,
        now: EventTime,
        out: &mut impl FnMut(&Row),
    ) {
        if self.settled || !self.priced {
            return;
        }
        let underdog = if wp_home < UNDERDOG_WP {
            Some(Side::Home)
        } else if 1.0 - wp_home < UNDERDOG_WP {
            Some(Side::Away)
        } else {
            None
        };
        self.settled = last_word;
        if underdog != self.underdog {
            self.underdog = underdog;
            self.tell_game(now, out);
        }
    }

    fn state(&mut self, state: &StateFact, now: EventTime, out: &mut impl FnMut(&Row)) {
        if self.seen.is_empty() {
            self.pregame(state.wp_home, false, now, out);
        }
        let phase = match state.phase {
            matchday_event::GamePhase::Scheduled => "scheduled",
            matchday_event::GamePhase::Live => "live",
            matchday_event::GamePhase::Halftime => "halftime",
            matchday_event::GamePhase::Delayed => "delayed",
            matchday_event::GamePhase::Final => "final",
        };
        let score = state.score;
        out(&row!(
            "state",
            now,
            1.0,
            [
                phase,
                state.clock.period,
                state.clock.clock_s,
                score.home,
                score.away,
                i64::from(score.home) - i64::from(score.away),
                state.wp_home,
                1.0 - state.wp_home,
                state.leverage,
            ]
        ));
    }

    fn play(&mut self, play: &PlayFact, now: EventTime, out: &mut impl FnMut(&Row)) {
        self.pregame(play.wp_home_before, true, now, out);
        let (kind, whose, player, yards) = told(&play.detail);
        let known = self.seen.iter_mut().find(|(id, _)| *id == play.play_id);
        match known {
            Some((_, before)) if *before == kind => return,
            Some((_, before)) => *before = kind,
            None => {
                if self.seen.len() == RECENT {
                    self.seen.pop_front();
                }
                self.seen.push_back((play.play_id.clone(), kind));
            }
        }
        let gained = (play.score_after.home - play.score_before.home)
            .max(play.score_after.away - play.score_before.away)
            .max(0);
        out(&row!(
            "play",
            play.wall.filter(|wall| believed(*wall, now)).unwrap_or(now),
            1.0,
            [
                kind,
                whose.map(side),
                player,
                gained,
                play.wpa_home,
                play.leverage,
                self.by_underdog(whose),
                yards,
                play.clock.period,
            ]
        ));
    }

    fn score(&mut self, score: &ScoreFact, now: EventTime, out: &mut impl FnMut(&Row)) {
        out(&row!(
            "score",
            now,
            1.0,
            [
                side(score.side),
                score.points,
                self.by_underdog(Some(score.side))
            ]
        ));
    }

    fn by_underdog(&self, whose: Option<Side>) -> bool {
        self.underdog.is_some() && whose == self.underdog
    }
}

/// A provider's clock that is an hour ahead of all others is wrong.
fn believed(wall: EventTime, now: EventTime) -> bool {
    now.0 == 0 || wall.0 <= now.0 + 3_600_000_000
}

/// What kind of play, whose, by whom, and its yards.
fn told(detail: &PlayDetail) -> (&'static str, Option<Side>, Option<&Arc<str>>, Option<i16>) {
    match detail {
        PlayDetail::AmericanFootball(p) => {
            (football_kind(p.kind), p.spot.possession, None, p.yards)
        }
        PlayDetail::Basketball(p) => (basketball_kind(p), p.side, p.player.as_ref(), None),
        PlayDetail::Soccer(p) => (soccer_kind(p.kind), p.side, p.player.as_ref(), None),
        PlayDetail::Tennis(p) => (tennis_kind(p.kind), p.winner, None, None),
    }
}

fn football_kind(kind: football::PlayKind) -> &'static str {
    use football::PlayKind as K;
    match kind {
        K::Kickoff => "kickoff",
        K::Run => "run",
        K::Pass => "pass",
        K::Sack => "sack",
        K::Punt => "punt",
        K::FieldGoal => "field_goal",
        K::ExtraPoint => "extra_point",
        K::TwoPoint => "two_point",
        K::Kneel => "kneel",
        K::Spike => "spike",
        K::NoPlay => "no_play",
        K::Timeout => "timeout",
        K::EndPeriod => "end_period",
        K::EndHalf => "end_half",
        K::EndGame => "end_game",
        K::Other => "other",
    }
}

fn basketball_kind(play: &basketball::BasketballPlayFact) -> &'static str {
    use basketball::PlayKind as K;
    match play.kind {
        K::Made if play.points == 3 => "three_pointer",
        K::Made => "two_pointer",
        K::Missed => "missed",
        K::FreeThrow => "free_throw",
        K::Rebound => "rebound",
        K::Turnover => "turnover",
        K::Foul => "foul",
        K::Violation => "violation",
        K::Substitution => "substitution",
        K::Timeout => "timeout",
        K::JumpBall => "jump_ball",
        K::Ejection => "ejection",
        K::StartPeriod => "start_period",
        K::EndPeriod => "end_period",
        K::Other => "other",
    }
}

fn soccer_kind(kind: soccer::PlayKind) -> &'static str {
    use soccer::PlayKind as K;
    match kind {
        K::Goal => "goal",
        K::OwnGoal => "own_goal",
        K::PenaltyGoal => "penalty_goal",
        K::PenaltyMissed => "penalty_missed",
        K::ShotSaved => "shot_saved",
        K::ShotOff => "shot_off",
        K::ShotBlocked => "shot_blocked",
        K::Woodwork => "woodwork",
        K::YellowCard => "yellow_card",
        K::SecondYellow => "second_yellow",
        K::RedCard => "red_card",
        K::Substitution => "substitution",
        K::Corner => "corner",
        K::FreeKick => "free_kick",
        K::Foul => "foul",
        K::Offside => "offside",
        K::PenaltyWon => "penalty_won",
        K::ShootoutGoal => "shootout_goal",
        K::ShootoutMissed => "shootout_missed",
        K::StartPeriod => "start_period",
        K::EndPeriod => "end_period",
        K::EndMatch => "end_match",
        K::Other => "other",
    }
}

fn tennis_kind(kind: tennis::PointKind) -> &'static str {
    use tennis::PointKind as K;
    match kind {
        K::Ace => "ace",
        K::DoubleFault => "double_fault",
        K::Winner => "winner",
        K::ForcedError => "forced_error",
        K::UnforcedError => "unforced_error",
        K::Penalty => "penalty",
        K::Other => "other",
    }
}

fn mood_rows(mood: &MoodFact, out: &mut impl FnMut(&Row)) {
    out(&row!(
        "chat",
        mood.at,
        mood.confidence as f32,
        [
            &mood.room,
            mood.joy,
            mood.rage,
            mood.surprise,
            mood.neutral,
            mood.rate_per_s,
            mood.volatility,
            mood.spam_share,
        ]
    ));
    for spike in &mood.keywords {
        out(&row!(
            "keyword",
            mood.at,
            1.0,
            [&mood.room, &spike.group, spike.surprise, spike.mentions]
        ));
    }
}

fn sound_row(sound: &SoundFact, out: &mut impl FnMut(&Row)) {
    match sound {
        SoundFact::Level(l) => out(&row!(
            "level",
            l.at,
            1.0,
            [
                &l.mic,
                l.a_slow_db,
                l.a_max_db,
                l.above_usual_db,
                l.calibrated
            ]
        )),
        SoundFact::Crossed(c) => out(&row!(
            "loudness",
            c.at,
            1.0,
            [&c.mic, c.threshold_db, direction(c.direction), c.level_db]
        )),
        // A sound that lasts is told again when it ends.
        SoundFact::Heard(h) if h.duration_ms.is_none() => out(&row!(
            "sound",
            h.onset,
            h.confidence,
            [&h.mic, h.kind.as_str(), h.rise_db, h.level_db]
        )),
        SoundFact::Heard(_) | SoundFact::Refused(_) => {}
    }
}

fn body_row(body: &BodyFact, out: &mut impl FnMut(&Row)) {
    match body {
        BodyFact::Rate(r) => out(&row!(
            "heart",
            r.at,
            1.0,
            [
                side(r.player.side),
                r.threshold_bpm,
                direction(r.direction),
                r.bpm
            ]
        )),
        BodyFact::Leap(l) => out(&row!(
            "leap",
            l.at,
            1.0,
            [
                u32::from(l.home) + u32::from(l.away),
                l.rise_bpm,
                l.side.map(side),
                l.strength
            ]
        )),
        BodyFact::Strain(s) if s.ended.is_none() => {
            out(&row!(
                "strain",
                s.at,
                1.0,
                [side(s.player.side), s.z, s.strength]
            ));
        }
        BodyFact::Fans(f) if f.side.is_none() => out(&row!(
            "fans",
            f.at,
            1.0,
            [
                f.wearers,
                f.median_bpm,
                f.median_rise_bpm,
                f.over_110_share,
                f.mean_rmssd_z
            ]
        )),
        BodyFact::Strain(_) | BodyFact::Fans(_) | BodyFact::Refused(_) => {}
    }
}

fn gaze_rows(gaze: &GazeFact, out: &mut impl FnMut(&Row)) {
    match gaze {
        GazeFact::Shares(shares) => {
            for region in &shares.regions {
                out(&row!(
                    "gaze",
                    shares.at,
                    1.0,
                    [
                        &region.region,
                        region.share,
                        shares.viewers,
                        region.dwell_p50_ms
                    ]
                ));
            }
        }
        GazeFact::Crossed(c) => out(&row!(
            "look",
            c.at,
            1.0,
            [
                &c.region,
                c.threshold,
                direction(c.direction),
                c.share,
                c.viewers
            ]
        )),
        GazeFact::Refused(_) => {}
    }
}

fn vision_row(vision: &VisionFact, out: &mut impl FnMut(&Row)) {
    match vision {
        VisionFact::Celebration(c) if c.ended.is_none() => out(&row!(
            "celebration",
            c.onset,
            c.confidence,
            [side(c.side), c.players, c.strength]
        )),
        VisionFact::Reaction(r) if r.ended.is_none() => {
            out(&row!(
                "reaction",
                r.onset,
                1.0,
                [r.side.map(side), r.share, r.strength]
            ));
        }
        VisionFact::HeadTurn(h) => out(&row!(
            "head_turn",
            h.at,
            h.confidence,
            [h.side.map(side), h.turn_deg.abs(), h.defending, "camera"]
        )),
        // Where on a camera's picture it was does not say which third that is.
        VisionFact::Spin(s) if s.direction == Direction::Down => out(&row!(
            "spin",
            s.at,
            s.confidence,
            [s.spin_rad_s, None::<bool>, None::<&'static str>]
        )),
        _ => {}
    }
}

fn tracking_row(tracking: &TrackingFact, out: &mut impl FnMut(&Row)) {
    match tracking {
        TrackingFact::Sprint(s) if s.phase == Phase::Began => {
            out(&row!("sprint", s.at, 1.0, [s.side.map(side), s.speed_mps]));
        }
        TrackingFact::FinalThird(f) => {
            let phase = match f.phase {
                Phase::Began => "began",
                Phase::Ended => "ended",
            };
            out(&row!("final_third", f.at, 1.0, [side(f.side), phase]));
        }
        TrackingFact::RunUp(r) => {
            let kick = match r.kick {
                Kick::Penalty => "penalty",
                Kick::SetPiece => "set_piece",
            };
            out(&row!(
                "run_up",
                r.at,
                1.0,
                [kick, r.side.map(side), r.from_m]
            ));
        }
        TrackingFact::HeadTurn(h) => {
            let by = match h.by {
                TurnBy::Head => "head",
                TurnBy::Movement => "movement",
            };
            out(&row!(
                "head_turn",
                h.at,
                1.0,
                [h.side.map(side), h.degrees.abs(), h.defends, by]
            ));
        }
        TrackingFact::SpinDrop(s) => {
            out(&row!("spin", s.at, 1.0, [s.spin_rad_s, true, side(s.side)]));
        }
        TrackingFact::Sprint(_) | TrackingFact::FastServe(_) | TrackingFact::Refused(_) => {}
    }
}

impl Slot {
    /// For tests and tables: a slot of this text.
    pub fn of_text(text: &str) -> Self {
        Self::Text(Text::Shared(text.into()))
    }
}
