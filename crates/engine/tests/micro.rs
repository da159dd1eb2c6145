//! Micro-events out of a whole match: the game agent, the senses, and the agent that listens to all of them.

use matchday_engine::{Match, ModelSet, Output};
use matchday_event::{
    Detail, EventTime, Fact, GameId, GamePhase, GameStatus, PlayId, PlayReport, Score, Side,
    Signal, Sport,
    senses::{Camera, MicroEvent, MicroKind, Sense},
    soccer::{PlayKind, SoccerPlay},
    tennis::TennisPoint,
};
use matchday_sim::world::{Script, tracking::Frames};

/// Half past three in the afternoon.
const KICK_OFF: i64 = 1_786_203_000_000_000;

struct Day {
    of: Match,
    seq: u64,
}

impl Day {
    fn new(game: &str) -> Self {
        Self {
            of: Match::new(GameId::new(game).expect("a good id"), ModelSet::builtin()),
            seq: 0,
        }
    }

    fn hear(&mut self, signal: &Signal) -> Vec<MicroEvent> {
        let mut out = Output::default();
        self.seq += 1;
        self.of.apply(self.seq, signal, &mut out);
        out.facts
            .into_iter()
            .filter_map(|f| match f {
                Fact::Micro(m) => Some(m),
                _ => None,
            })
            .collect()
    }
}

fn goal(id: &str, minute: i32, home: i16) -> Signal {
    Signal::Play(PlayReport {
        play_id: PlayId::new(id),
        order: i64::from(minute),
        period: 1,
        clock_s: Some(minute * 60),
        score_before: None,
        score_after: Some(Score { home, away: 0 }),
        wall: Some(EventTime(KICK_OFF + i64::from(minute) * 60_000_000)),
        text: None,
        detail: Detail::Soccer(SoccerPlay {
            kind: PlayKind::Goal,
            side: Some(Side::Home),
            player: None,
            xg: None,
        }),
    })
}

#[test]
fn a_match_of_positions_and_plays_gives_each_thing_once() {
    let mut day = Day::new("soccer-9");
    let mut all = Vec::new();
    let script = Script::generate(3, Sport::Soccer).excerpt(0, 600_000);
    for mut frame in Frames::new(3, &script) {
        frame.at.0 += KICK_OFF;
        all.extend(day.hear(&Signal::Frame(frame)));
    }
    let of = |kind| all.iter().filter(|m: &&MicroEvent| m.kind == kind).count();
    assert!(of(MicroKind::FinalThird) >= 5, "{all:?}");
    for micro in &all {
        assert_eq!(micro.sense, Sense::Tracking);
        assert_eq!(micro.at.0 % 1000, 0);
        assert_eq!(
            i64::from(micro.match_ms) * 1000,
            micro.at.0 - KICK_OFF,
            "{micro:?}"
        );
        let place = micro.place.expect("tracking knows where");
        assert!((0.0..=1.0).contains(&place.x) && (0.0..=1.0).contains(&place.y));
    }

    let scored = day.hear(&goal("g1", 10, 1));
    let [micro] = &scored[..] else {
        panic!("{scored:?}")
    };
    assert_eq!(
        (micro.kind, micro.side, micro.camera),
        (MicroKind::Score, Some(Side::Home), Camera::Main)
    );
    assert_eq!(micro.match_ms, 600_000);
    // A correction of the same play is no other goal.
    assert_eq!(day.hear(&goal("g1", 11, 1)), []);
}

#[test]
fn before_the_match_its_clock_stands_at_nothing() {
    let mut day = Day::new("soccer-9");
    assert_eq!(
        day.hear(&Signal::Tick {
            at: EventTime(KICK_OFF - 60_000_000)
        }),
        []
    );
    let live = Signal::Status(GameStatus {
        phase: GamePhase::Live,
        period: Some(1),
        clock_s: None,
        score: None,
        spot: None,
    });
    day.hear(&live);
    day.hear(&Signal::Tick {
        at: EventTime(KICK_OFF),
    });
    let scored = day.hear(&goal("g1", 2, 1));
    // The match began when it was first heard to be on: a tick before that, no more was known.
    assert!(
        (119_000..=180_000).contains(&scored[0].match_ms),
        "{scored:?}"
    );
}

#[test]
fn a_fast_serve_is_told_of_points_alone() {
    let mut of = Match::new(
        GameId::new("atp-9").expect("a good id"),
        ModelSet::builtin(),
    );
    let mut serve = |id: &str, kmh| {
        let mut out = Output::default();
        let point = Signal::Play(PlayReport {
            play_id: PlayId::new(id),
            order: id.len() as i64,
            period: 1,
            clock_s: None,
            score_before: None,
            score_after: None,
            wall: None,
            text: None,
            detail: Detail::Tennis(TennisPoint {
                server: Some(Side::Away),
                winner: Some(Side::Away),
                serve_kmh: Some(kmh),
                ..TennisPoint::default()
            }),
        });
        of.apply(1, &point, &mut out);
        out.facts
            .iter()
            .filter(|f| matches!(f, Fact::Tracking(_)))
            .count()
    };
    assert_eq!(
        [
            serve("1", 190),
            serve("22", 191),
            serve("333", 240),
            serve("4444", 699)
        ],
        [0, 1, 1, 0]
    );
}
