//! Productions of live matches: what the rules and directors decide goes to the mixers, and onto the desk where operators
//! see it.

mod view;

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Context as _;
use matchday_deliver::mixer::{Mixers, OnAir};
use matchday_engine::{Guard, Match, decide::production::Production};
use matchday_event::{
    Approved, Audience, Fact, GameId, GraphicsCommand, Logged, Proposal, RefusalCode, Signal,
    production::{Action, Decided, RuleChange},
};
use matchday_feeds::driver::{Batch, Sink};

pub use self::view::{Desk, Entry, SetView};
use crate::{clock, config, rules::Shop};

/// The productions of all matches.
pub struct Productions {
    config: config::Config,
    shop: Arc<Shop>,
    desk: Arc<Desk>,
    mixers: Option<Mixers>,
    games: BTreeMap<GameId, Production>,
    out: Vec<Decided>,
}

impl Productions {
    /// None yet.
    pub fn new(
        config: &config::Config,
        shop: Arc<Shop>,
        desk: Arc<Desk>,
        mixers: Option<Mixers>,
    ) -> Self {
        Self {
            config: config.clone(),
            shop,
            desk,
            mixers,
            games: BTreeMap::new(),
            out: Vec::new(),
        }
    }

    /// Takes in what a record led to. Whether the rules went back.
    pub fn take(
        &mut self,
        logged: &Logged,
        game: &Match,
        facts: &[Fact],
        live: bool,
        guard: &mut Guard,
    ) -> anyhow::Result<bool> {
        if live {
            self.micro(logged, facts, guard);
        }
        let needed = matches!(logged.signal, Signal::Rules(_) | Signal::Director(_));
        if needed && !self.games.contains_key(&logged.game) {
            let config = self.config.director.production(game.sport());
            let production = Production::new(&config, game.sport(), &game.snapshot())
                .context("the director cannot begin")?;
            self.desk.open(game, &production);
            self.games.insert(logged.game.clone(), production);
        }
        let Some(production) = self.games.get_mut(&logged.game) else {
            return Ok(false);
        };
        self.out.clear();
        self.desk.facts(&logged.game, logged.seq, facts);
        production.take(&logged.signal, facts, &self.shop.book(), &mut self.out);
        // Counters and what is on air by now are shown ten times a second.
        let shown = matches!(logged.signal, Signal::Tick { .. });
        if self.out.is_empty() && !needed && !shown {
            return Ok(false);
        }
        let mut entries = Vec::new();
        for decided in self.out.drain(..) {
            let refused = put_out(
                &decided,
                logged,
                live,
                guard,
                self.mixers.as_ref(),
                production,
            );
            entries.push(Entry {
                cause: logged.seq,
                decided,
                refused,
            });
        }
        let back = |e: &Entry| matches!(&e.decided, Decided::Rules(r) if r.refused.is_none() && r.change != RuleChange::Ordered);
        let changed = entries.iter().any(back);
        self.desk
            .note(&logged.game, production, &self.shop.book(), entries);
        Ok(changed)
    }

    fn micro(&self, logged: &Logged, facts: &[Fact], guard: &mut Guard) {
        let Some(mixers) = &self.mixers else { return };
        for fact in facts {
            let Fact::Micro(event) = fact else { continue };
            let proposal = Proposal {
                game: logged.game.clone(),
                cause: logged.seq,
                agent: "micro".into(),
                audience: Audience::Production,
                what: event.clone(),
            };
            if let Ok(approved) = guard.judge(proposal) {
                mixers.micro(&approved);
            }
        }
    }

    /// A graphic, for machines that have a template for it.
    pub fn graphics(&self, approved: &Approved<GraphicsCommand>) {
        if let Some(mixers) = &self.mixers {
            mixers.graphics(approved);
        }
    }

    /// A match is over.
    pub fn ended(&self, game: &GameId) {
        if let Some(mixers) = &self.mixers {
            mixers.ended(game);
        }
    }
}

/// Asks the guard, and hands on what it lets through. What is history is noted, and put out no more.
fn put_out(
    decided: &Decided,
    logged: &Logged,
    live: bool,
    guard: &mut Guard,
    mixers: Option<&Mixers>,
    production: &Production,
) -> Option<RefusalCode> {
    if !live {
        return None;
    }
    match decided {
        Decided::Cut(cut) => judge(
            guard,
            logged,
            "director",
            Audience::Production,
            cut.clone(),
            |cut| {
                if let Some(mixers) = mixers {
                    mixers.cut(cut);
                }
            },
        ),
        Decided::Fired(fired) if fired.action.is_for_viewers() => judge(
            guard,
            logged,
            "rules",
            Audience::Each,
            fired.clone(),
            |_| {},
        ),
        Decided::Fired(fired) if matches!(fired.action, Action::Overlay { .. }) => judge(
            guard,
            logged,
            "rules",
            Audience::Production,
            fired.clone(),
            |fired| {
                if let Some(mixers) = mixers {
                    mixers.overlay(fired);
                }
            },
        ),
        Decided::Released(released) => {
            let overlay = production
                .set()
                .and_then(|set| set.rule(&released.rule))
                .and_then(|r| match &r.action {
                    Action::Overlay { overlay } => Some(overlay.clone()),
                    _ => None,
                })?;
            judge(
                guard,
                logged,
                "rules",
                Audience::Production,
                released.clone(),
                |released| {
                    if let Some(mixers) = mixers {
                        mixers.release(released, &overlay);
                    }
                },
            )
        }
        Decided::Fired(_) | Decided::Rules(_) | Decided::CameraModel(_) => None,
    }
}

fn judge<T: matchday_engine::guard::Judged>(
    guard: &mut Guard,
    logged: &Logged,
    agent: &'static str,
    audience: Audience,
    what: T,
    deliver: impl FnOnce(&Approved<T>),
) -> Option<RefusalCode> {
    let proposal = Proposal {
        game: logged.game.clone(),
        cause: logged.seq,
        agent: agent.into(),
        audience,
        what,
    };
    match guard.judge(proposal) {
        Ok(approved) => {
            deliver(&approved);
            None
        }
        Err(refusal) => Some(refusal.code),
    }
}

/// Puts on the log what mixers say of themselves. A mixer is never made to wait: what does not fit into the queue is
/// counted and gone, for the next cut says where the programme is.
pub fn on_air(sink: Arc<dyn Sink>) -> OnAir {
    let (told, mut heard) = tokio::sync::mpsc::channel::<(GameId, Signal)>(256);
    tokio::spawn(async move {
        while let Some((game, signal)) = heard.recv().await {
            let batch = Batch {
                game,
                source: "mixer".into(),
                signals: vec![signal],
                received: clock::now(),
            };
            if sink.deliver(batch).await.is_err() {
                return;
            }
        }
    });
    Arc::new(move |game, report| {
        let Some(game) = game else { return };
        if told.try_send((game, Signal::Camera(report))).is_err() {
            metrics::counter!("matchday_camera_reports_dropped_total").increment(1);
        }
    })
}
