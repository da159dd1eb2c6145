//! Matches that are over, as the nightly test needs them: what happened, what was called, and what the rules would have
//! cut.

use std::sync::Arc;

use anyhow::Context as _;
use matchday_engine::{
    Match, ModelSet, Output,
    decide::{
        director::{Director, DirectorConfig, Heard, Rehearsal},
        production::{Production, ProductionConfig},
    },
    rules::RuleSet,
};
use matchday_event::{
    EventTime, Fact, GameId, Seq, Signal, Sport,
    production::{Action, CameraReport, Cut, Decided, Fired, FrameRate, Shot},
    senses::{Camera, MicroEvent},
};
use matchday_learn::camera::{
    CameraModel,
    call::{Caller, CallerConfig},
};
use matchday_sim::world::director::directed;

/// After the last that was heard of a match, shots may still end.
const AFTER_US: i64 = 10_000_000;

/// A match that is over.
#[derive(Debug)]
pub struct Played {
    /// Its id.
    pub game: String,
    /// Whose sport.
    pub sport: Sport,
    /// When it was first heard of.
    pub began: EventTime,
    /// What happened, by time.
    pub events: Vec<MicroEvent>,
    /// What was called, by time.
    pub reports: Vec<CameraReport>,
    /// What the rules and the director made of it.
    pub rule_cuts: Vec<Cut>,
}

/// With what matches are replayed.
pub struct Setup {
    /// Models of the game.
    pub models: ModelSet,
    /// The rules.
    pub rules: Arc<RuleSet>,
    /// The director's settings for a sport.
    pub director: Box<dyn Fn(Sport) -> DirectorConfig>,
    /// Frames a second.
    pub rate: FrameRate,
}

/// Replays what was recorded of a match; `None` if no camera was reported. Orders of that day, to the director and about
/// rules, are left out: what is asked is what these rules would have done.
pub fn replay<'a>(
    setup: &Setup,
    game: &GameId,
    signals: impl IntoIterator<Item = (Seq, &'a Signal)>,
) -> anyhow::Result<Option<Played>> {
    let mut fold = Match::new(game.clone(), setup.models.clone());
    fold.set_viewed(false);
    let mut out = Output::default();
    let mut production: Option<Production> = None;
    let mut decided = Vec::new();
    let mut on_air = matchday_engine::decide::director::OnAir::default();
    let (mut events, mut reports) = (Vec::new(), Vec::new());
    let mut began = None;
    for (seq, signal) in signals {
        match signal {
            Signal::Director(_) | Signal::Rules(_) => continue,
            Signal::Camera(report) => reports.push(report.clone()),
            _ => {}
        }
        began = began.or(signal.at());
        fold.apply(seq, signal, &mut out);
        for fact in &out.facts {
            if let Fact::Micro(event) = fact {
                events.push(event.clone());
            }
        }
        let production = match &mut production {
            Some(production) => production,
            // Before it is known who plays, nobody knows which sport's rules these are.
            none => {
                let snapshot = fold.snapshot();
                if snapshot.info.is_none() {
                    continue;
                }
                let sport = fold.sport();
                let config = ProductionConfig {
                    rate: setup.rate,
                    director: Some((setup.director)(sport)),
                };
                let rules = setup.rules.clone();
                none.insert(Production::with(&config, sport, &snapshot, rules)?)
            }
        };
        production.take_as_it_is(signal, &out.facts, &mut decided);
        for decided in decided.drain(..) {
            if let Decided::Cut(cut) = decided {
                on_air.push(cut);
            }
        }
    }
    if reports.is_empty() {
        return Ok(None);
    }
    events.sort_by_key(|e| e.at);
    reports.sort_by_key(|r| r.at);
    Ok(Some(Played {
        game: game.to_string(),
        sport: fold.sport(),
        began: began.unwrap_or_default(),
        events,
        reports,
        rule_cuts: on_air.into_cuts(),
    }))
}

/// A made-up match of micro-events alone (see [`directed`]). There are no facts for rules to look at: what the events
/// themselves hint at stands in for them, a shot 0.3 s after each that is sure and hints at another camera than the main.
pub fn simulated(setup: &Setup, seed: u64, sport: Sport, number: u64) -> anyhow::Result<Played> {
    let one = directed(seed, sport, number);
    let first = one
        .events
        .first()
        .context("a match in which nothing happened")?;
    let game = first.game.to_string();
    let events: Vec<MicroEvent> = one.events.into_iter().map(|e| e.event).collect();
    let mut rehearsal = Rehearsal::new(Director::new((setup.director)(sport), setup.rate)?);
    for event in &events {
        if event.confidence < 0.75 || event.camera == Camera::Main {
            continue;
        }
        let due = EventTime(event.at.0 + 300_000);
        let fired = Decided::Fired(Fired {
            rule: format!("hint-{}", event.kind).into(),
            key: None,
            at: event.at,
            due,
            until: Some(EventTime(due.0 + 3_000_000)),
            action: Action::Shot(Shot::of(event.camera)),
            priority: 40,
            confidence: event.confidence,
            why: "the event's own hint".into(),
        });
        if let Some(heard) = Heard::of(&fired) {
            rehearsal.hear(event.at, &heard);
        }
    }
    let began = events.first().map_or(EventTime(0), |e| e.at);
    Ok(Played {
        rule_cuts: rehearsal.finish(end_of(&events)),
        game,
        sport,
        began,
        events,
        reports: one.reports,
    })
}

fn end_of(events: &[MicroEvent]) -> EventTime {
    EventTime(events.last().map_or(0, |e| e.at.0) + AFTER_US)
}

/// What a director would cut who hears of a camera model alone.
pub fn model_cuts(setup: &Setup, model: &CameraModel, played: &Played) -> anyhow::Result<Vec<Cut>> {
    let director = Director::new((setup.director)(played.sport), setup.rate)?;
    let mut rehearsal = Rehearsal::new(director);
    let mut caller = Caller::new(model, CallerConfig::default());
    for event in &played.events {
        rehearsal.tick_to(event.at);
        let on_air = rehearsal.at(event.at);
        let on_air = on_air.map_or((Camera::Main, None), |c| (c.shot.camera, Some(c.at)));
        if let Some(proposal) = caller.hear(event, on_air) {
            rehearsal.hear(event.at, &Heard::Proposed(proposal));
        }
    }
    Ok(rehearsal.finish(end_of(&played.events)))
}
