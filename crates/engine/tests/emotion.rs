//! The emotion agent: the cadence, sums that add up, moments that are begun by sound and explained by plays, and input
//! that must never give one.

use matchday_engine::sense::{
    Scene,
    emotion::Emotion,
    game::{Match, ModelSet, Output},
};
use matchday_event::{
    Detail, EventTime, Fact, GameId, PlayId, PlayReport, Score, Side, Signal,
    senses::{
        Celebration, ChatMessage, ChatReport, Heard, MomentFact, MomentKind, MomentumFact,
        MomentumRefusalCode, MoodFact, Pseudonym, RefusalPhase, Sense, SoundReport, VisionFact,
    },
    soccer::{PlayKind, SoccerPlay},
};

const USUAL: [f32; 9] = [60.0, 65.0, 68.0, 70.0, 66.0, 60.0, 52.0, 44.0, 36.0];
const ROAR: [f32; 9] = [2.0, 4.0, 8.0, 12.0, 14.0, 16.0, 18.0, 16.0, 10.0];

/// A murmur of about 70 dB at 100 × `i` milliseconds, `rise` over itself.
fn sound(i: i64, rise: Option<[f32; 9]>) -> SoundReport {
    let tremble = 0.4 * ((i * 7919 % 13) as f32 / 6.0 - 1.0);
    let rise = rise.unwrap_or_default();
    let most = rise[3..6].iter().fold(0.0_f32, |most, r| most.max(*r));
    let mut bands_db = USUAL;
    for (band, rise) in bands_db.iter_mut().zip(rise) {
        *band += rise + tremble;
    }
    SoundReport {
        mic: "stadium".into(),
        at: EventTime::from_millis(100 * i),
        sample_rate_hz: 48_000,
        channels: 1,
        offset_db: Some(120.0),
        lost: 0.0,
        heard: Some(Heard {
            a_fast_db: 70.0 + tremble + most,
            a_slow_db: 70.0,
            a_max_db: 70.5 + tremble + most,
            c_fast_db: 73.0 + tremble,
            c_slow_db: 73.0,
            c_max_db: 73.5 + tremble,
            momentary_lufs: Some(-60.0),
            short_term_lufs: Some(-60.0),
            bands_db,
            tone: None,
            periodic: 0.2,
            peak_dbfs: -50.0,
            clipped: 0.0,
            still: 0.01,
        }),
    }
}

fn tick(ms: i64) -> Signal {
    Signal::Tick {
        at: EventTime::from_millis(ms),
    }
}

fn goal(n: i64, side: Side, at_ms: i64, score: (i16, i16)) -> Signal {
    let (home, away) = score;
    let before = match side {
        Side::Home => Score {
            home: home - 1,
            away,
        },
        Side::Away => Score {
            home,
            away: away - 1,
        },
    };
    Signal::Play(PlayReport {
        play_id: PlayId::new(n.to_string()),
        order: n,
        period: 2,
        clock_s: Some(2400),
        score_before: Some(before),
        score_after: Some(Score { home, away }),
        wall: Some(EventTime::from_millis(at_ms)),
        text: Some("Goal!".into()),
        detail: Detail::Soccer(SoccerPlay {
            kind: PlayKind::Goal,
            side: Some(side),
            player: Some("A. Kovar".into()),
            xg: None,
        }),
    })
}

/// A match and what it was told.
struct Ground {
    game: Match,
    seq: u64,
    facts: Vec<Fact>,
}

impl Ground {
    fn new() -> Self {
        Self {
            game: Match::new(
                GameId::new("soccer-test-1").expect("an id"),
                ModelSet::default(),
            ),
            seq: 0,
            facts: Vec::new(),
        }
    }

    /// Facts of this signal.
    fn tell(&mut self, signal: Signal) -> Vec<Fact> {
        self.seq += 1;
        let mut out = Output::default();
        self.game.apply(self.seq, &signal, &mut out);
        self.facts.extend(out.facts.iter().cloned());
        out.facts
    }

    fn hears(&mut self, reports: std::ops::Range<i64>, rise: Option<[f32; 9]>) -> &mut Self {
        for i in reports {
            self.tell(Signal::Sound(sound(i, rise)));
        }
        self
    }

    fn momentum(&self) -> Vec<&MomentumFact> {
        self.facts
            .iter()
            .filter_map(|f| match f {
                Fact::Momentum(m) => Some(m),
                _ => None,
            })
            .collect()
    }

    fn moments(&self) -> Vec<&MomentFact> {
        self.facts
            .iter()
            .filter_map(|f| match f {
                Fact::Moment(m) => Some(m),
                _ => None,
            })
            .collect()
    }
}

#[test]
fn it_says_nothing_about_a_match_of_plays_alone() {
    let mut ground = Ground::new();
    for n in 1..6 {
        ground.tell(goal(n, Side::Home, n * 60_000, (n as i16, 0)));
    }
    assert!(ground.facts.iter().all(Fact::is_of_the_game));
}

#[test]
fn it_speaks_once_for_each_tenth_of_a_second_that_the_clock_enters() {
    let mut ground = Ground::new();
    for ms in [1000, 1010, 1099, 1100, 1150, 1199, 1200, 1500, 1501, 1400] {
        ground.tell(tick(ms));
    }
    let at: Vec<i64> = ground.momentum().iter().map(|m| m.at.millis()).collect();
    assert_eq!(at, [1000, 1100, 1200, 1500]);
}

#[test]
fn sound_in_is_momentum_out_with_the_same_report() {
    let mut ground = Ground::new();
    ground.hears(0..60, None);
    let quiet = ground.momentum().last().expect("momentum").intensity;
    let facts = ground.tell(Signal::Sound(sound(60, Some(ROAR))));
    let loud = facts.iter().find_map(|f| match f {
        Fact::Momentum(m) => Some(m.clone()),
        _ => None,
    });
    let loud = loud.expect("momentum");
    assert!(loud.intensity > quiet + 20.0, "{quiet} then {loud:?}");
    assert!(loud.home > 0.0 && loud.home > loud.away, "{loud:?}");
}

#[test]
fn parts_add_up_and_stay_in_their_bounds() {
    let mut ground = Ground::new();
    ground.hears(0..60, None);
    for n in 1..9 {
        ground.tell(goal(n, Side::Away, 6000, (0, n as i16)));
        ground.hears(60 + n * 20..65 + n * 20, Some(ROAR.map(|db| db * 3.0)));
        ground.hears(65 + n * 20..80 + n * 20, None);
    }
    for m in ground.momentum() {
        let sum = |f: fn(&matchday_event::senses::Contribution) -> f32| -> f32 {
            m.parts.iter().map(f).sum()
        };
        assert!(
            (sum(|p| p.home).clamp(-100.0, 100.0) - m.home).abs() < 1e-3,
            "{m:?}"
        );
        assert!(
            (sum(|p| p.away).clamp(-100.0, 100.0) - m.away).abs() < 1e-3,
            "{m:?}"
        );
        assert!(
            (sum(|p| p.intensity).clamp(0.0, 100.0) - m.intensity).abs() < 1e-3,
            "{m:?}"
        );
        assert!(m.parts.is_sorted_by_key(|p| p.sense), "{m:?}");
    }
}

#[test]
fn a_roar_begins_a_moment_and_the_late_play_says_whose() {
    let mut ground = Ground::new();
    ground.hears(0..60, None).hears(60..100, Some(ROAR));
    let begun = ground
        .moments()
        .first()
        .copied()
        .cloned()
        .expect("a moment");
    assert_eq!(
        (begun.number, begun.kind, begun.side),
        (1, MomentKind::Crowd, None)
    );
    assert_eq!(begun.senses, [Sense::Sound]);
    assert!((5800..=6000).contains(&begun.onset.millis()), "{begun:?}");
    ground.hears(100..130, None);
    let ended = ground.moments().last().copied().cloned().expect("it ends");
    assert!(ended.ended.is_some() && ended.number == 1, "{ended:?}");
    ground.tell(goal(1, Side::Home, 5600, (1, 0)));
    let told = ground
        .moments()
        .last()
        .copied()
        .cloned()
        .expect("it is explained");
    assert_eq!(
        (told.number, told.kind, told.side),
        (1, MomentKind::Score, Some(Side::Home))
    );
    assert_eq!(told.player.as_deref(), Some("A. Kovar"));
    assert_eq!(told.senses, [Sense::Game, Sense::Sound]);
    assert!(told.confidence >= begun.confidence);
    // The goal is taken back: people were stirred all the same.
    ground.tell(Signal::Withdrawn {
        play_id: PlayId::new("1"),
    });
    let after = ground
        .moments()
        .last()
        .copied()
        .cloned()
        .expect("it is unexplained");
    assert_eq!(
        (after.number, after.kind, after.side),
        (1, MomentKind::Crowd, None)
    );
    assert_eq!(after.senses, [Sense::Sound]);
    assert_eq!(ground.moments().iter().map(|m| m.number).max(), Some(1));
}

#[test]
fn a_report_from_another_time_does_not_drag_the_clock() {
    let mut ground = Ground::new();
    ground.hears(0..60, None);
    let mut far = sound(60, Some(ROAR));
    far.mic = "broken".into();
    far.at = EventTime::from_millis(10_000_000);
    let facts = ground.tell(Signal::Sound(far));
    let refused = facts.iter().any(|f| {
        matches!(f, Fact::MomentumRefused(r)
            if r.code == MomentumRefusalCode::ClockAhead && r.phase == RefusalPhase::Began)
    });
    assert!(refused, "{facts:?}");
    assert!(!facts.iter().any(|f| matches!(f, Fact::Momentum(_))));
    ground.hears(60..70, None);
    assert_eq!(
        ground.momentum().last().expect("momentum").at.millis(),
        6900
    );
    // A real gap: the only microphone is back after an hour, and after a second it is believed.
    ground.hears(36_000..36_030, None);
    assert_eq!(
        ground.momentum().last().expect("momentum").at.millis(),
        3_602_900
    );
    assert!(ground.moments().is_empty());
}

/// Silence, a stuck input, an overdriven one, and the return of each.
#[test]
fn bad_sound_is_never_a_moment() {
    type Spoil = (&'static str, fn(&mut Heard));
    let break_it: [Spoil; 4] = [
        ("silent", |h| {
            h.bands_db = [-150.0; 9];
            (h.a_fast_db, h.a_max_db, h.peak_dbfs, h.still) = (-150.0, -150.0, -150.0, 1.0);
        }),
        ("stuck", |h| {
            h.still = 1.0;
            h.bands_db = h.bands_db.map(|b| b + 20.0);
        }),
        ("clipped", |h| {
            h.clipped = 0.3;
            h.bands_db = h.bands_db.map(|b| b + 25.0);
            h.a_fast_db += 25.0;
        }),
        ("impossible", |h| {
            h.bands_db = [f32::NAN; 9];
            h.a_fast_db = f32::INFINITY;
        }),
    ];
    for (name, spoil) in break_it {
        for long in [1, 2, 3, 4, 5, 8, 40, 300] {
            let mut ground = Ground::new();
            ground.hears(0..80, None);
            for i in 80..80 + long {
                let mut report = sound(i, None);
                spoil(report.heard.as_mut().expect("levels"));
                ground.tell(Signal::Sound(report));
            }
            ground.hears(80 + long..200 + long, None);
            assert!(
                ground.moments().is_empty(),
                "{name} for {long}: {:?}",
                ground.moments()
            );
            assert!(
                ground
                    .momentum()
                    .iter()
                    .all(|m| m.intensity.is_finite() && m.intensity < 40.0),
                "{name} for {long}"
            );
        }
    }
}

#[test]
fn a_room_of_one_spammer_is_never_a_moment() {
    let mut ground = Ground::new();
    for step in 0..1200_i64 {
        let at = EventTime::from_millis(step * 100);
        let calm = |n: u64| ChatMessage {
            at,
            author: Pseudonym(1000 + step as u64 * 7 + n),
            text: format!("good match number {}", step % 17).into(),
            emotes: Vec::new(),
        };
        let spam = |n: u64| ChatMessage {
            at,
            author: Pseudonym(1),
            text: format!("GOOOOL PogChamp {}", n % 3).into(),
            emotes: vec!["PogChamp".into()],
        };
        let flood = (600..900).contains(&step);
        let mut messages: Vec<ChatMessage> = Vec::new();
        if step % 5 == 0 {
            messages.push(calm(0));
        }
        if flood {
            messages.extend((0..100).map(spam));
        }
        ground.tell(Signal::Chat(ChatReport {
            room: "main".into(),
            at,
            messages,
            shed: 0,
        }));
    }
    assert!(!ground.momentum().is_empty());
    assert!(ground.moments().is_empty(), "{:?}", ground.moments());
}

/// The agent alone: what other agents concluded is handed to it with a tick.
fn told(agent: &mut Emotion, ms: i64, made: Vec<Fact>) -> Vec<Fact> {
    let game = Match::new(
        GameId::new("soccer-test-2").expect("an id"),
        ModelSet::default(),
    );
    let state = game.snapshot().state;
    let scene = Scene {
        info: None,
        state: &state,
    };
    let mut facts = made;
    let before = facts.len();
    agent.take(&tick(ms), scene, &mut facts);
    facts.split_off(before)
}

fn celebration(from_ms: i64, at_ms: i64, confidence: f32) -> Fact {
    Fact::Vision(VisionFact::Celebration(Celebration {
        side: Side::Away,
        at: EventTime::from_millis(at_ms),
        onset: EventTime::from_millis(from_ms),
        ended: None,
        scorer: Some(9),
        players: 4,
        strength: 0.8,
        confidence,
    }))
}

fn moments_of(facts: &[Fact]) -> Vec<&MomentFact> {
    facts
        .iter()
        .filter_map(|f| match f {
            Fact::Moment(m) => Some(m),
            _ => None,
        })
        .collect()
}

#[test]
fn a_celebration_is_a_moment_once_and_says_whose() {
    let mut agent = Emotion::default();
    told(&mut agent, 1000, Vec::new());
    assert!(moments_of(&told(&mut agent, 1100, vec![celebration(1000, 1100, 0.3)])).is_empty());
    let facts = told(&mut agent, 1200, vec![celebration(1000, 1200, 0.9)]);
    let moments = moments_of(&facts);
    assert_eq!(moments.len(), 1, "{facts:?}");
    assert_eq!(moments[0].side, Some(Side::Away));
    assert_eq!(moments[0].senses, [Sense::Vision]);
    let Some(Fact::Momentum(momentum)) = facts.first() else {
        panic!("no momentum: {facts:?}");
    };
    assert!(
        momentum.away > momentum.home && momentum.intensity > 5.0,
        "{momentum:?}"
    );
    let again = told(&mut agent, 1300, vec![celebration(1000, 1300, 0.95)]);
    assert!(moments_of(&again).is_empty(), "{again:?}");
}

#[test]
fn what_is_no_number_spreads_no_further() {
    let mut agent = Emotion::default();
    let mood = MoodFact {
        room: "main".into(),
        at: EventTime(0),
        joy: f64::NAN,
        rage: f64::NAN,
        surprise: f64::NAN,
        neutral: f64::NAN,
        rate_per_s: f64::INFINITY,
        volatility: f64::NAN,
        spam_share: f64::NAN,
        confidence: f64::NAN,
        keywords: Vec::new(),
    };
    for step in 0..200 {
        let at = EventTime::from_millis(step * 200);
        let made = vec![
            Fact::Mood(MoodFact { at, ..mood.clone() }),
            celebration(step * 200, step * 200, f32::NAN),
        ];
        for fact in told(&mut agent, step * 200, made) {
            match fact {
                Fact::Momentum(m) => {
                    let parts = m.parts.iter().flat_map(|p| [p.home, p.away, p.intensity]);
                    assert!(
                        parts
                            .chain([m.home, m.away, m.intensity])
                            .all(f32::is_finite)
                    );
                }
                Fact::Moment(m) => panic!("a moment of nothing: {m:?}"),
                _ => {}
            }
        }
    }
}

#[test]
fn a_tick_may_jump_ahead_and_none_may_go_back() {
    let mut agent = Emotion::default();
    let mut at = Vec::new();
    for ms in [1000, 3_601_000, 2000, 3_601_100, i64::MAX / 1000] {
        for fact in told(&mut agent, ms, Vec::new()) {
            if let Fact::Momentum(m) = fact {
                assert!(m.intensity.is_finite());
                at.push(m.at.millis());
            }
        }
    }
    assert_eq!(at, [1000, 3_601_000, 3_601_100, i64::MAX / 1000]);
}
