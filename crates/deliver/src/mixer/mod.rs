//! Mixers and what stands around them: cuts to OBS Studio and vMix, tally lamps by TSL UMD 5.0, cuts and graphics to
//! CasparCG, and micro-events as 16-byte records over UDP.
//!
//! An adapter (`obs`, `vmix`, `tsl`, `amcp`) turns orders into bytes and bytes into what they say, and does nothing else.
//! A state machine (`core`) holds orders until their time, tells them, waits for the equipment's word and tells them
//! again after an outage; one driver opens connections for all of them. Nothing here makes the fold wait: an order goes
//! into a queue in which newer state takes the place of older. `docs/outputs.md` is the page for people.

use std::sync::Arc;

use matchday_event::{
    Approved, EventTime, GameId, GraphicsCommand, Proposal,
    production::{Action, Cut, Fired, Released},
    senses::MicroEvent,
};
use serde::Serialize;
use tokio::sync::watch;

mod amcp;
pub mod bench;
mod config;
mod core;
#[cfg(test)]
mod core_tests;
mod driver;
mod link;
pub mod meter;
pub mod micro;
mod obs;
mod plan;
mod protocol;
mod streams;
#[cfg(unix)]
pub mod studio;
mod tsl;
mod vmix;

pub use self::{
    config::{
        AmcpConfig, AmcpTemplate, Equipment, Lamp, MicroUdpConfig, MixerConfig, MixerError,
        ObsConfig, ObsItem, TemplateData, TslConfig, TslDisplay, TslTransport, VmixConfig,
        VmixOverlay,
    },
    core::{Confirmed, Health, Latency},
    driver::OnAir,
    link::{LinkReport, StreamReport},
    protocol::{Broken, Carrier, CutOrder, Heard, Order, Outbox, Protocol, Slot, Told, Untold},
    streams::LinkCounts,
};
use self::{
    core::{Core, CoreOptions},
    driver::{Dial, Output},
    link::Link,
};
use crate::{Clock, graphics};

/// How an output is doing, and how long its cuts took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OutputReport {
    /// Its state.
    #[serde(flatten)]
    pub health: Health,
    /// From a cut's time to its confirmation.
    pub latency: Latency,
}

/// How all of them are doing.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct MixersReport {
    /// Mixers, lamps and graphics.
    pub outputs: Vec<OutputReport>,
    /// Micro-event links.
    pub links: Vec<LinkReport>,
}

/// All mixers. Clones share them; when the last is dropped the drivers end.
#[derive(Debug, Clone)]
pub struct Mixers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    outputs: Vec<Arc<Output>>,
    links: Vec<Link>,
    clock: ClockOf,
}

struct ClockOf(Clock);

impl std::fmt::Debug for ClockOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

/// An adapter for what is configured; none for the micro-event link, which is no dialogue.
pub fn adapter(config: &MixerConfig) -> Result<Option<Box<dyn Protocol>>, MixerError> {
    Ok(match &config.to {
        Equipment::Obs(c) => {
            let file = c.password_file.as_deref();
            let password = match file {
                Some(path) if !config.dry_run => Some(config.secret(path)?),
                _ => None,
            };
            Some(Box::new(obs::Obs::new(c.clone(), password)))
        }
        Equipment::Vmix(c) => Some(Box::new(vmix::Vmix::new(c.clone()))),
        Equipment::Tsl(c) => Some(Box::new(tsl::Tsl::new(c.clone()))),
        Equipment::Amcp(c) => Some(Box::new(amcp::Amcp::new(c.clone()))),
        Equipment::MicroUdp(_) => None,
    })
}

impl Mixers {
    /// Starts an output each in the current Tokio runtime. Equipment that is not there yet is no error: it is tried again.
    ///
    /// `clock` is the one that cuts are timed by. `on_air` is told whenever a mixer says by itself that a camera went on
    /// air, whoever took it.
    pub fn start(
        configs: &[MixerConfig],
        clock: Clock,
        on_air: Option<OnAir>,
    ) -> Result<Self, MixerError> {
        let mut inner = Inner {
            outputs: Vec::new(),
            links: Vec::new(),
            clock: ClockOf(clock.clone()),
        };
        for (n, config) in configs.iter().enumerate() {
            config.check()?;
            if configs[..n].iter().any(|c| c.name == config.name) {
                return Err(MixerError::Twice(config.name.clone()));
            }
            if let Equipment::MicroUdp(micro) = &config.to {
                let game = config.game.clone();
                inner.links.push(Link::start(
                    &config.name,
                    game,
                    config.dry_run,
                    micro.clone(),
                )?);
            }
            let Some(protocol) = adapter(config)? else {
                continue;
            };
            let timeout = std::time::Duration::from_millis(config.timeout_ms.into());
            let dial = Dial {
                carrier: protocol.carrier(),
                address: config.to.address().to_owned(),
                timeout,
                clock: clock.clone(),
                on_air: on_air.clone(),
            };
            let options = CoreOptions {
                name: config.name.as_str().into(),
                kind: config.to.kind(),
                game: config.game.clone(),
                dry_run: config.dry_run,
                lead: std::time::Duration::from_millis(config.lead_ms.into()),
                timeout,
                backoff_min: std::time::Duration::from_millis(100),
                backoff_max: std::time::Duration::from_secs(5),
            };
            inner
                .outputs
                .push(Output::start(Core::new(options, protocol), dial));
        }
        Ok(Self(Arc::new(inner)))
    }

    /// Holds a cut until its time, and then tells it. It takes away cuts of the same match that were held for that time or
    /// later: a cut says what is on air from its time on. One to the camera that is on air by then changes nothing.
    pub fn cut(&self, approved: &Approved<Cut>) {
        let Proposal { game, what, .. } = approved.get();
        let order = CutOrder {
            game: game.clone(),
            at: what.at,
            from: what.from,
            shot: what.shot.clone(),
            rate: what.rate,
        };
        self.order(game, &Slot::Programme, what.at, &Order::Cut(order));
    }

    /// Shows the overlay that a rule asked for, from its time until it is over. What asks for something else is not for
    /// mixers.
    pub fn overlay(&self, approved: &Approved<Fired>) {
        let Proposal { game, what, .. } = approved.get();
        let Action::Overlay { overlay } = &what.action else {
            return;
        };
        self.show(game, overlay, what.due, true);
        if let Some(until) = what.until {
            self.show(game, overlay, until, false);
        }
    }

    /// Takes an overlay away sooner than it had to be. `overlay` is that of the rule's action.
    pub fn release(&self, approved: &Approved<Released>, overlay: &str) {
        let Proposal { game, what, .. } = approved.get();
        self.show(game, overlay, what.at, false);
    }

    fn show(&self, game: &GameId, overlay: &str, at: EventTime, on: bool) {
        let name = overlay.to_owned();
        let slot = Slot::Overlay(name.clone());
        self.order(game, &slot, at, &Order::Overlay { name, on });
    }

    /// Shows a graphic where a template is configured for it. A key play goes by itself after its time.
    pub fn graphics(&self, approved: &Approved<GraphicsCommand>) {
        let command = graphics::build::command(approved.get());
        let game = command.game.clone();
        let name = command.order.name();
        let now = (self.0.clock.0)();
        let slot = Slot::Graphic(game.clone(), name);
        let over = match &command.order {
            graphics::Order::ShowKeyPlay(play) => {
                Some(EventTime(now.0 + i64::from(play.duration) * 1000))
            }
            _ => None,
        };
        let command = Some(Box::new(command));
        self.order(&game, &slot, now, &Order::Graphic { name, command });
        if let Some(over) = over {
            let command = None;
            self.order(&game, &slot, over, &Order::Graphic { name, command });
        }
    }

    /// Sends a micro-event over every link that is for its match.
    pub fn micro(&self, approved: &Approved<MicroEvent>) {
        let Proposal { game, what, .. } = approved.get();
        let now = (self.0.clock.0)();
        for link in &self.0.links {
            link.take(game, what, now);
        }
    }

    /// A match is over: its stream of micro-events ends, and nothing of its graphics is held.
    pub fn ended(&self, game: &GameId) {
        for link in &self.0.links {
            link.ended(game);
        }
        for output in &self.0.outputs {
            output.with(|core| core.ended(game));
        }
    }

    fn order(&self, game: &GameId, slot: &Slot, at: EventTime, order: &Order) {
        let now = (self.0.clock.0)();
        for output in &self.0.outputs {
            let taken = output.with(|core| {
                let taken = core.takes(game, slot);
                if taken {
                    core.order(slot.clone(), at, order.clone(), now);
                }
                taken
            });
            if taken {
                output.wake();
            }
        }
    }

    /// How all of them are doing.
    pub fn report(&self) -> MixersReport {
        MixersReport {
            outputs: self
                .0
                .outputs
                .iter()
                .map(|o| {
                    o.with(|core| OutputReport {
                        health: core.health.clone(),
                        latency: core.latency(),
                    })
                })
                .collect(),
            links: self.0.links.iter().map(Link::report).collect(),
        }
    }

    /// How an output is doing, to be watched.
    pub fn health(&self, name: &str) -> Option<watch::Receiver<Health>> {
        self.0
            .outputs
            .iter()
            .map(|o| o.health())
            .find(|h| &*h.borrow().name == name)
    }
}
