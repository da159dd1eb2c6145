//! The body agent: what hearts say.
//!
//! Beat-to-beat intervals in, facts out. Rates and variability are computed here, artefacts set aside, each heart against
//! a baseline that it teaches itself. Of players only what a rule asks about is told; of fans nothing but aggregates of
//! five and more. A wearable that is stuck, loose, late or impossible gives a coded refusal and is not counted.

mod baseline;
mod fans;
mod heart;
mod leap;
mod limits;
mod wearer;

use std::collections::BTreeMap;

use matchday_event::{
    EventTime, Fact, Signal,
    senses::{
        BeatReport, BodyFact, BodyRefusal, BodyRefusalCode as Code, PlayerWearer, Pseudonym,
        RefusalPhase, Wearer as Who,
    },
};

pub use limits::Limits;

use super::{
    senses::{Scene, SenseAgent},
    watch::{Heed, MatchClock},
};
use fans::Fans;
use leap::Leaps;
use wearer::Wearer;

/// Most players that are kept.
const MAX_PLAYERS: usize = 256;
/// Most fans that are kept: some 25 MB of beats. More are refused, and the aggregates are of those.
const MAX_FANS: usize = 10_000;
/// A wearer who is not heard of for so long is forgotten, in microseconds.
const FORGET_US: i64 = 600_000_000;

/// Feels the hearts of one match.
#[derive(Debug, Clone, Default)]
pub struct Body {
    limits: Limits,
    clock: MatchClock,
    players: BTreeMap<Pseudonym, Wearer>,
    fans: BTreeMap<Pseudonym, Wearer>,
    leaps: Leaps,
    crowd: Fans,
    swept: Option<EventTime>,
    too_many: bool,
}

impl SenseAgent for Body {
    fn take(&mut self, signal: &Signal, _: Scene<'_>, facts: &mut Vec<Fact>) {
        match signal {
            Signal::Beats(report) => self.apply(report, facts),
            Signal::Tick { at } => self.tick(*at, facts),
            _ => {}
        }
    }
}

impl Body {
    /// An agent that goes by other limits than [`Limits::DEFAULT`].
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Time passed.
    pub fn tick(&mut self, at: EventTime, out: &mut Vec<Fact>) {
        self.clock.tick(at);
        self.pass(out);
    }

    /// Takes a report and appends what follows from it.
    pub fn apply(&mut self, report: &BeatReport, out: &mut Vec<Fact>) {
        let heed = self.clock.hear(report.wearer.0, report.at);
        if heed == Heed::Restart {
            self.start_again(out);
        }
        let fan = matches!(report.who, Who::Fan { .. });
        // Whoever was the one and is now the other is forgotten as the one.
        let was = if fan {
            &mut self.players
        } else {
            &mut self.fans
        };
        let changed = was.remove(&report.wearer).is_some_and(|old| {
            self.crowd.gone(&old);
            true
        });
        let (kept, most) = if fan {
            (&mut self.fans, MAX_FANS)
        } else {
            (&mut self.players, MAX_PLAYERS)
        };
        if kept.len() >= most && !kept.contains_key(&report.wearer) {
            if !std::mem::replace(&mut self.too_many, true) {
                let at = self.clock.now().unwrap_or(report.at);
                refuse(None, at, Code::TooMany, RefusalPhase::Began, out);
            }
            return;
        }
        let wearer = kept
            .entry(report.wearer)
            .or_insert_with(|| Wearer::new(report.who.clone()));
        let late = heed == Heed::Refuse;
        let told = wearer.take(report, changed, late, &self.limits);
        for (code, phase) in told.troubles {
            match wearer.player(report.wearer) {
                Some(player) => refuse(Some(player), report.at, code, phase, out),
                None => self.crowd.trouble(code, phase, report.at, out),
            }
        }
        if let Some(player) = wearer.player(report.wearer) {
            wearer.tell(&player, &self.limits, out);
            if let Some(rise) = told.leap {
                self.leaps.add(&player, rise);
            }
            if self.leaps.grew() {
                let usable = |w: &&Wearer| w.is_usable();
                let players = self.players.values().filter(usable).count();
                self.leaps.tell(players, &self.limits, out);
            }
        }
        self.pass(out);
    }

    /// What time alone brings: the fans' aggregates, once a second, and that the silent are forgotten.
    fn pass(&mut self, out: &mut Vec<Fact>) {
        let Some(now) = self.clock.now() else {
            return;
        };
        self.crowd.tell(now, &self.fans, &self.limits, out);
        if self.swept.is_some_and(|s| now.0 - s.0 < FORGET_US / 10) {
            return;
        }
        self.swept = Some(now);
        let Self {
            players,
            fans,
            crowd,
            ..
        } = self;
        for kept in [players, fans] {
            kept.retain(|_, wearer| {
                let stays = wearer.heard_us().is_none_or(|at| now.0 - at < FORGET_US);
                if !stays {
                    crowd.gone(wearer);
                }
                stays
            });
        }
        crowd.settle(now, out);
        if self.too_many && self.fans.len() < MAX_FANS && self.players.len() < MAX_PLAYERS {
            self.too_many = false;
            refuse(None, now, Code::TooMany, RefusalPhase::Ended, out);
        }
    }

    /// What was known is of another time: what lasted is over.
    fn start_again(&mut self, out: &mut Vec<Fact>) {
        let at = self.clock.now().unwrap_or_default();
        for (id, wearer) in &mut self.players {
            if let Some(player) = wearer.player(*id) {
                for code in wearer.troubles() {
                    refuse(Some(player.clone()), at, code, RefusalPhase::Ended, out);
                }
            }
            wearer.end_strain(None, out);
        }
        self.crowd.over(at, out);
        if self.too_many {
            refuse(None, at, Code::TooMany, RefusalPhase::Ended, out);
        }
        let (limits, clock) = (self.limits, self.clock);
        *self = Self {
            limits,
            clock,
            ..Self::default()
        };
    }
}

fn refuse(
    player: Option<PlayerWearer>,
    at: EventTime,
    code: Code,
    phase: RefusalPhase,
    out: &mut Vec<Fact>,
) {
    out.push(Fact::Body(BodyFact::Refused(BodyRefusal {
        player,
        at,
        code,
        phase,
    })));
}
