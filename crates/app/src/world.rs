//! The seeded world as signals: what its microphone hears goes through the same front end as any other sound.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use matchday_event::{
    EventTime, GameId, Signal, Sport,
    production::{CameraReport, RuleChange, RuleOrder, RuleSetId},
    senses::SoundReport,
};
use matchday_feeds::{
    driver::{Batch, Sink as _},
    sound::{FrontEnd, Source},
};
use matchday_sim::world::{
    Script,
    body::BodyPlan,
    frowns::{FrownPlan, Frowns},
    gaze::GazePlan,
    plays::league_of,
    sound::{OFFSET_DB, RATE_HZ},
    stadium::{Stadium, StadiumPlan, Step},
    vision::VisionPlan,
};

use crate::{clock, config::Speed, production::Desk, server::Ingest};

/// So long into a match other rules are ordered, if any are to be.
const OTHER_RULES_MS: u64 = 60_000;

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

/// The plan of a match that people watch and wear things at.
fn watched(kick_off: EventTime) -> StadiumPlan {
    StadiumPlan {
        kick_off,
        body: Some(BodyPlan::default()),
        gaze: Some(GazePlan::default()),
        vision: Some(VisionPlan::default()),
        ..StadiumPlan::default()
    }
}

/// What the match is played beside.
pub struct Stage {
    /// Where its signals go.
    pub ingest: Arc<Ingest>,
    /// Where its viewers see what is on air.
    pub desk: Arc<Desk>,
    /// Rules that are ordered a minute into the match, if any are.
    pub other_rules: Option<RuleSetId>,
}

/// Plays a match of the world onto a log at some speed, from its kick-off to its end or until the log closes. Its own
/// time runs as fast. Its viewers frown at what rules put on air, and are counted.
pub async fn play(stage: Stage, seed: u64, sport: Sport, speed: Speed) -> anyhow::Result<()> {
    let script = Script::generate(seed, sport);
    let kick_off = clock::now();
    let game = game_id(sport, seed)?;
    let source = source(seed);
    let mut world = World::new(seed, &script, watched(kick_off))?;
    let plan = FrownPlan {
        kick_off,
        ..FrownPlan::default()
    };
    let mut frowns = Frowns::new(seed, &script, &plan);
    let mut other_rules = stage.other_rules;
    let mut changed = None;
    let began = Instant::now();
    while let Some((at_ms, mut signals)) = world.step() {
        let due = speed.scale(Duration::from_millis(at_ms));
        tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
        let at = EventTime(kick_off.0.saturating_add_unsigned(at_ms * 1000));
        if let Some(set) = other_rules.take_if(|_| at_ms >= OTHER_RULES_MS) {
            println!("matchday: {game} takes on the rules {set}");
            signals.push(Signal::Rules(RuleOrder::Use { at, set }));
        }
        let (cut, change) = stage.desk.newest(&game);
        if let Some(cut) = &cut {
            frowns.see(cut);
        }
        signals.extend(frowns.count(at).map(Signal::Frowns));
        if change != changed {
            if let Some(RuleChange::Frowns { share }) = change.as_ref().map(|c| c.change) {
                let percent = share * 100.0;
                println!("matchday: {percent:.1} % of {game}'s viewers frown: its rules go back");
            }
            changed = change;
        }
        let batch = Batch {
            game: game.clone(),
            source: source.clone(),
            signals,
            received: clock::now(),
        };
        if stage.ingest.deliver(batch).await.is_err() {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use matchday_engine::{
        Match, ModelSet, Output,
        decide::{
            director::OnAir,
            production::{Production, ProductionConfig},
        },
        rules::RuleBook,
    };
    use matchday_event::production::{Decided, RuleSetFact};

    use super::*;
    use crate::rules;

    /// How the rules of a match of the world change that takes these on a minute after its kick-off, in three and a half.
    fn changes(other: &str, seed: u64) -> Vec<RuleSetFact> {
        let script = Script::generate(seed, Sport::Soccer).excerpt(0, 210_000);
        let kick_off = EventTime(1_760_000_000_000_000);
        let mut world = World::new(seed, &script, watched(kick_off)).expect("a world");
        let plan = FrownPlan {
            kick_off,
            ..FrownPlan::default()
        };
        let mut frowns = Frowns::new(seed, &script, &plan);
        let mut sources = rules::shipped();
        let shipped = rules::compile(sources.clone()).expect("rules");
        sources
            .files
            .insert("soccer/other.toml".into(), other.to_owned());
        let other = rules::compile(sources).expect("rules");
        let mut book = RuleBook::default();
        let orders = [(0, &shipped), (OTHER_RULES_MS, &other)];
        orders.iter().for_each(|(_, set)| book.put((*set).clone()));
        let game = game_id(Sport::Soccer, seed).expect("an id");
        let mut fold = Match::new(game, ModelSet::default());
        let mut production = Production::new(
            &ProductionConfig::default(),
            Sport::Soccer,
            &fold.snapshot(),
        )
        .expect("a production");
        let (mut facts, mut out, mut on_air) = (Output::default(), Vec::new(), OnAir::default());
        let (mut ordered, mut changes, mut seq) = (orders.iter().peekable(), Vec::new(), 0);
        while let Some((at_ms, mut signals)) = world.step() {
            let at = EventTime(kick_off.0.saturating_add_unsigned(at_ms * 1000));
            if let Some((_, set)) = ordered.next_if(|(ms, _)| *ms <= at_ms) {
                let set = set.id.clone();
                signals.push(Signal::Rules(RuleOrder::Use { at, set }));
            }
            on_air.at(at).into_iter().for_each(|cut| frowns.see(cut));
            signals.extend(frowns.count(at).map(Signal::Frowns));
            for signal in &signals {
                seq += 1;
                fold.apply(seq, signal, &mut facts);
                production.take(signal, &facts.facts, &book, &mut out);
                for decided in out.drain(..) {
                    match decided {
                        Decided::Cut(cut) => on_air.push(cut),
                        Decided::Rules(change) => changes.push(change),
                        _ => {}
                    }
                }
            }
        }
        changes
    }

    #[test]
    fn viewers_frown_restless_rules_back_and_bear_calm_ones() {
        let restless = include_str!("../../../docs/examples/restless.toml");
        let told = changes(restless, 1);
        let [first, second, back] = &told[..] else {
            panic!("{told:?}");
        };
        assert!(
            matches!(back.change, RuleChange::Frowns { share } if share > 0.05),
            "{back:?}"
        );
        assert_eq!(back.set, first.set);
        assert!(back.at > second.at);
        // The same rules under another note are other rules, and nobody minds.
        let calm = changes("note = \"As before.\"\n", 1);
        assert_eq!(calm.len(), 2, "{calm:?}");
    }
}
