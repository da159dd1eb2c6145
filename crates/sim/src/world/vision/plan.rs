//! What truly happens before the cameras.

use matchday_event::{Side, Sport};

use super::SeenTruth;
use crate::{
    Rng,
    world::{HappeningKind as Kind, Script},
};

/// Weight of a score at which players celebrate it.
const CELEBRATED: f32 = 0.35;
/// Heads that the camera over the play can read.
pub(super) const HEADS: usize = 6;

/// One player's part in a celebration.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub shirt: Option<u8>,
    pub from_ms: u64,
    pub to_ms: u64,
    /// Where, from the middle of it.
    pub off: (f64, f64),
}

#[derive(Debug, Clone)]
pub(super) struct Party {
    pub side: Side,
    pub shirt: Option<u8>,
    pub place: (f64, f64),
    pub parts: Vec<Part>,
}

/// A part of the crowd that rises and sits down again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rise {
    pub side: Side,
    pub from_ms: f64,
    pub share: f64,
    pub hold_ms: f64,
}

/// A turn of a head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Turn {
    pub head: usize,
    pub from_ms: f64,
    pub long_ms: f64,
    pub by_deg: f64,
    /// How long the way back takes.
    pub back_ms: f64,
}

/// A kick: the spin from then on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kick {
    pub at_ms: f64,
    pub side: Side,
    pub spin_rad_s: f64,
    pub fall_ms: f64,
}

/// Everything that is true.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub parties: Vec<Party>,
    pub rises: Vec<Rise>,
    /// When the crowd leaves its seats for a break, and comes back.
    pub breaks: Vec<(f64, f64)>,
    pub turns: Vec<Turn>,
    pub heads: Vec<(Side, u8)>,
    pub kicks: Vec<Kick>,
    duration_ms: u64,
}

impl Scene {
    pub fn new(seed: u64, script: &Script) -> Self {
        let mut rng = Rng::new(seed, "world vision plan");
        let mut scene = Self {
            parties: Vec::new(),
            rises: Vec::new(),
            breaks: Vec::new(),
            turns: Vec::new(),
            heads: (0..HEADS)
                .map(|n| {
                    let side = if n % 2 == 0 { Side::Home } else { Side::Away };
                    (side, 2 + n as u8)
                })
                .collect(),
            kicks: Vec::new(),
            duration_ms: script.duration_ms,
        };
        for h in &script.happenings {
            let celebrated = matches!(h.kind, Kind::Score { .. }) && h.weight >= CELEBRATED;
            if celebrated && let Some(side) = h.side {
                let shirt = h.player.as_ref().map(|p| p.number).filter(|n| *n > 0);
                scene.party(&mut rng, script, side, shirt, h.at_ms);
            }
            for side in [Side::Home, Side::Away] {
                let feeling = f64::from(h.feeling(side));
                if feeling > 0.15 {
                    scene.rises.push(Rise {
                        side,
                        from_ms: h.at_ms as f64 + 500.0 + 500.0 * rng.unit(),
                        share: (0.95 * feeling + 0.05 * rng.normal()).clamp(0.02, 0.9),
                        hold_ms: 1500.0 + 9000.0 * feeling,
                    });
                }
            }
            if h.kind == Kind::HalfTime {
                scene
                    .breaks
                    .push((h.at_ms as f64, h.at_ms as f64 + 780_000.0));
            }
        }
        scene.turn_heads(&mut rng);
        scene.kick(&mut rng);
        scene
    }

    fn party(&mut self, rng: &mut Rng, script: &Script, side: Side, shirt: Option<u8>, at_ms: u64) {
        let begin = at_ms + 500 + rng.below(700) as u64;
        let long = match script.sport {
            Sport::Soccer => 9000 + rng.below(9000),
            Sport::AmericanFootball => 5000 + rng.below(5000),
            Sport::Basketball => 2500 + rng.below(2000),
            Sport::Tennis => 2000 + rng.below(2000),
        } as u64;
        let others = match script.sport {
            Sport::Soccer | Sport::AmericanFootball => 3 + rng.below(4),
            Sport::Basketball => 1 + rng.below(3),
            Sport::Tennis => 0,
        };
        let mut parts = vec![Part {
            shirt,
            from_ms: begin,
            to_ms: begin + long,
            off: (0.0, 0.0),
        }];
        for _ in 0..others {
            let players = &script.club(side).players;
            let mate = players
                .get(rng.below(players.len()))
                .map(|p| p.number)
                .filter(|n| *n > 0 && Some(*n) != shirt);
            let from_ms = begin + 300 + rng.below(2200) as u64;
            parts.push(Part {
                shirt: mate,
                from_ms,
                to_ms: (begin + long)
                    .saturating_sub(rng.below(1500) as u64)
                    .max(from_ms + 800),
                off: (0.05 * rng.normal(), 0.03 * rng.normal()),
            });
        }
        self.parties.push(Party {
            side,
            shirt,
            place: (0.25 + 0.5 * rng.unit(), 0.4 + 0.3 * rng.unit()),
            parts,
        });
    }

    /// Turns of 60 to 120 degrees, and smaller ones that are not to be told.
    fn turn_heads(&mut self, rng: &mut Rng) {
        for head in 0..HEADS {
            let mut at_ms = 2000.0;
            loop {
                at_ms += 6000.0 - 19_000.0 * libm::log(1.0 - rng.unit());
                if at_ms + 5000.0 >= self.duration_ms as f64 {
                    break;
                }
                let big = rng.chance(0.6);
                let by = if big {
                    65.0 + 50.0 * rng.unit()
                } else {
                    15.0 + 20.0 * rng.unit()
                };
                self.turns.push(Turn {
                    head,
                    from_ms: at_ms,
                    long_ms: 150.0 + 150.0 * rng.unit(),
                    by_deg: if rng.chance(0.5) { by } else { -by },
                    back_ms: 2500.0 + 2000.0 * rng.unit(),
                });
            }
        }
        self.turns.sort_by(|a, b| a.from_ms.total_cmp(&b.from_ms));
    }

    fn kick(&mut self, rng: &mut Rng) {
        let mut at_ms = 1000.0;
        let mut side = Side::Home;
        while at_ms < self.duration_ms as f64 {
            if rng.chance(0.3) {
                side = side.other();
            }
            self.kicks.push(Kick {
                at_ms,
                side,
                spin_rad_s: 5.0 + 50.0 * rng.unit() * rng.unit(),
                fall_ms: 900.0 + 1500.0 * rng.unit(),
            });
            at_ms += 1500.0 - 3500.0 * libm::log(1.0 - rng.unit());
        }
    }

    /// Who has the ball.
    pub fn possession(&self, at_ms: f64) -> Option<Side> {
        let n = self.kicks.partition_point(|k| k.at_ms <= at_ms);
        Some(self.kicks[n.checked_sub(1)?].side)
    }

    /// The true spin.
    pub fn spin(&self, at_ms: f64) -> f64 {
        let n = self.kicks.partition_point(|k| k.at_ms <= at_ms);
        n.checked_sub(1).map_or(0.5, |i| {
            let kick = self.kicks[i];
            kick.spin_rad_s * libm::exp(-(at_ms - kick.at_ms) / kick.fall_ms)
        })
    }

    pub fn truth(&self) -> Vec<SeenTruth> {
        let mut out: Vec<(u64, SeenTruth)> = Vec::new();
        for party in &self.parties {
            let from_ms = party.parts[0].from_ms;
            let to_ms = party.parts.iter().map(|p| p.to_ms).max().unwrap_or(from_ms);
            out.push((
                from_ms,
                SeenTruth::Celebration {
                    side: party.side,
                    shirt: party.shirt,
                    from_ms,
                    to_ms,
                    players: party.parts.len() as u16,
                },
            ));
        }
        for rise in &self.rises {
            let from_ms = rise.from_ms as u64;
            out.push((
                from_ms,
                SeenTruth::Reaction {
                    side: rise.side,
                    from_ms,
                    to_ms: (rise.from_ms + rise.hold_ms + 2000.0) as u64,
                    share: rise.share as f32,
                },
            ));
        }
        for turn in self.turns.iter().filter(|t| t.by_deg.abs() >= 55.0) {
            let (side, shirt) = self.heads[turn.head];
            out.push((
                turn.from_ms as u64,
                SeenTruth::HeadTurn {
                    side,
                    shirt,
                    from_ms: turn.from_ms as u64,
                    to_ms: (turn.from_ms + turn.long_ms) as u64,
                    turn_deg: turn.by_deg as f32,
                },
            ));
        }
        let mut slow = None;
        for at_ms in (0..self.duration_ms).step_by(20) {
            let spin = self.spin(at_ms as f64);
            let now = match slow {
                Some(true) => spin <= 3.0,
                _ => spin < 2.0,
            };
            if slow.is_some_and(|was| was != now) {
                out.push((at_ms, SeenTruth::Spin { at_ms, down: now }));
            }
            slow = Some(now);
        }
        out.sort_by_key(|t| t.0);
        out.into_iter().map(|t| t.1).collect()
    }
}
