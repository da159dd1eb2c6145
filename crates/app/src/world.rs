//! The seeded world as signals: what its microphone hears goes through the same front end as any other sound.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use matchday_event::{
    EventTime, GameId, Signal, Sport, production::CameraReport, senses::SoundReport,
};
use matchday_feeds::{
    driver::{Batch, Sink as _},
    sound::{FrontEnd, Source},
};
use matchday_sim::world::{
    Script,
    body::BodyPlan,
    gaze::GazePlan,
    plays::league_of,
    sound::{OFFSET_DB, RATE_HZ},
    stadium::{Stadium, StadiumPlan, Step},
    vision::VisionPlan,
};

use crate::{clock, config::Speed, server::Ingest};

/// The world's only microphone.
const MIC: &str = "stadium";

/// The id of a made-up match.
pub fn game_id(sport: Sport, seed: u64) -> anyhow::Result<GameId> {
    GameId::new(format!("{}-world-{seed}", league_of(sport))).context("the match's id")
}

/// A match of the world, a tenth of a second at a time.
pub struct World<'s> {
    stadium: Stadium<'s>,
    front: FrontEnd,
    step: Step,
    reports: Vec<SoundReport>,
    kick_off: EventTime,
    calls: VecDeque<CameraReport>,
}

impl<'s> World<'s> {
    /// A match before its kick-off.
    pub fn new(seed: u64, script: &'s Script, plan: StadiumPlan) -> anyhow::Result<Self> {
        let source = Source {
            mic: MIC.into(),
            rate_hz: RATE_HZ,
            channels: 1,
            offset_db: Some(OFFSET_DB),
        };
        Ok(Self {
            kick_off: plan.kick_off,
            calls: VecDeque::new(),
            front: FrontEnd::new(source, plan.kick_off)?,
            stadium: Stadium::new(seed, script, plan),
            step: Step::default(),
            reports: Vec::new(),
        })
    }

    /// A mixer reports these calls of a director as they come, by time.
    #[must_use]
    pub fn directed(mut self, calls: Vec<CameraReport>) -> Self {
        self.calls = calls.into();
        self
    }

    /// The match as it comes in.
    pub fn stadium(&self) -> &Stadium<'s> {
        &self.stadium
    }

    /// What the next tenth of a second says, and where in the match it ends; `None` when the match is over. Sound comes
    /// first, then the rest in its order, time last.
    pub fn step(&mut self) -> Option<(u64, Vec<Signal>)> {
        if !self.stadium.step(&mut self.step) {
            return None;
        }
        self.front.push(&self.step.sound, &mut self.reports);
        let sound = self.reports.drain(..).map(Signal::Sound);
        let mut signals: Vec<Signal> = sound.chain(self.step.signals.drain(..)).collect();
        let end = EventTime(self.kick_off.0 + self.step.at_ms as i64 * 1000);
        while let Some(call) = self.calls.pop_front_if(|c| c.at <= end) {
            let tick = matches!(signals.last(), Some(Signal::Tick { .. }));
            signals.insert(signals.len() - usize::from(tick), Signal::Camera(call));
        }
        Some((self.step.at_ms, signals))
    }
}

/// Where a world's signals are said to come from.
pub fn source(seed: u64) -> Arc<str> {
    format!("world:{seed}").into()
}

/// When a match kicks off that is to be at `at_ms` now.
pub fn kick_off(now: EventTime, at_ms: u64) -> EventTime {
    EventTime(now.0 - i64::try_from(at_ms).unwrap_or(i64::MAX / 1000) * 1000)
}

/// Plays a match of the world onto a log at some speed, from its kick-off to its end or until the log closes. Its own
/// time runs as fast.
pub async fn play(
    ingest: Arc<Ingest>,
    seed: u64,
    sport: Sport,
    speed: Speed,
) -> anyhow::Result<()> {
    let script = Script::generate(seed, sport);
    let plan = StadiumPlan {
        kick_off: clock::now(),
        body: Some(BodyPlan::default()),
        gaze: Some(GazePlan::default()),
        vision: Some(VisionPlan::default()),
        ..StadiumPlan::default()
    };
    let game = game_id(sport, seed)?;
    let source = source(seed);
    let mut world = World::new(seed, &script, plan)?;
    let began = Instant::now();
    while let Some((at_ms, signals)) = world.step() {
        let due = speed.scale(Duration::from_millis(at_ms));
        tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
        let batch = Batch {
            game: game.clone(),
            source: source.clone(),
            signals,
            received: clock::now(),
        };
        if ingest.deliver(batch).await.is_err() {
            break;
        }
    }
    Ok(())
}
