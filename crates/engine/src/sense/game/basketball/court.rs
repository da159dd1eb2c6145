//! Who is on court, worked out from substitutions and from who does something, and what each player's side gained
//! meanwhile.
//!
//! Feeds name the players who come and go but not who begins a period. Whoever leaves, or does anything, before
//! having come in began it. Where that names fewer than five, those who ended the period before fill up.

use std::sync::Arc;

use matchday_event::{
    Side,
    basketball::{BasketballPlay, CourtPlayer, PlayKind, Player},
};

/// Players of a side on court.
const FIVE: usize = 5;

/// A play as the court sees it.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    /// Period it was played in.
    pub period: u8,
    /// Seconds left in it.
    pub clock_s: u16,
    /// The period's length.
    pub period_s: u16,
    /// Points home gained on it, less those of the visitors.
    pub gained: i16,
    /// The play.
    pub play: Option<&'a BasketballPlay>,
}

/// One player's totals.
#[derive(Debug, Clone, PartialEq)]
struct Totals {
    id: Arc<str>,
    name: Arc<str>,
    side: Side,
    plus_minus: i16,
    points: u16,
    played_s: u16,
}

/// Both sides' players, by their place in the list of all who were ever named.
type Fives = [Vec<usize>; 2];

/// What stood when a period was over.
#[derive(Debug, Clone)]
struct Done {
    period: u8,
    totals: Vec<Totals>,
    fives: Fives,
}

/// The court.
#[derive(Debug, Default)]
pub struct Court {
    done: Vec<Done>,
    totals: Vec<Totals>,
    fives: Fives,
}

impl Court {
    /// Works the line-ups out again from the period `changed` on.
    pub fn fold<'a>(&mut self, events: impl Iterator<Item = Event<'a>>, changed: u8) {
        self.done.retain(|d| d.period < changed);
        let (mut totals, mut fives, mut after) = match self.done.last() {
            Some(d) => (d.totals.clone(), d.fives.clone(), d.period),
            None => (Vec::new(), Fives::default(), 0),
        };
        let first = after;
        let mut period: Vec<Event<'a>> = Vec::with_capacity(160);
        let mut events = events.skip_while(|e| e.period <= first).peekable();
        while let Some(event) = events.next() {
            let number = event.period;
            period.push(event);
            let ends = events.peek().is_none_or(|next| next.period > number);
            if !ends {
                continue;
            }
            fives = one_period(&period, &mut totals, &fives);
            period.clear();
            if events.peek().is_some() && number > after {
                self.done.push(Done {
                    period: number,
                    totals: totals.clone(),
                    fives: fives.clone(),
                });
                after = number;
            }
        }
        self.totals = totals;
        self.fives = fives;
    }

    /// Everyone who has played, those on court first, then by points gained.
    pub fn players(&self) -> [Arc<[CourtPlayer]>; 2] {
        [Side::Home, Side::Away].map(|side| {
            let on = &self.fives[side as usize];
            let mut list: Vec<CourtPlayer> = self
                .totals
                .iter()
                .enumerate()
                .filter(|(_, t)| t.side == side)
                .map(|(at, t)| CourtPlayer {
                    id: t.id.clone(),
                    name: t.name.clone(),
                    on_court: on.contains(&at),
                    plus_minus: t.plus_minus,
                    points: t.points,
                    played_s: t.played_s,
                })
                .collect();
            list.sort_by(|a, b| {
                (b.on_court, b.points, b.played_s)
                    .cmp(&(a.on_court, a.points, a.played_s))
                    .then_with(|| a.id.cmp(&b.id))
            });
            list.into()
        })
    }
}

/// The place of a player in the totals; new players are added.
fn place(totals: &mut Vec<Totals>, player: &Player) -> Option<(usize, Side)> {
    let side = player.side?;
    let known = totals.iter().position(|t| t.id == player.id);
    let at = known.unwrap_or_else(|| {
        totals.push(Totals {
            id: player.id.clone(),
            name: player.name.clone(),
            side,
            plus_minus: 0,
            points: 0,
            played_s: 0,
        });
        totals.len() - 1
    });
    Some((at, side))
}

/// Whether what a play says of its players shows that they were on court.
fn on_court(play: &BasketballPlay) -> bool {
    !play.technical
        && !matches!(
            play.kind,
            PlayKind::Ejection
                | PlayKind::Timeout
                | PlayKind::Other
                | PlayKind::StartPeriod
                | PlayKind::EndPeriod
                | PlayKind::Violation
        )
}

/// Who began the period.
fn starters(period: &[Event<'_>], totals: &mut Vec<Totals>, before: &Fives) -> Fives {
    let mut began = Fives::default();
    let mut came = Fives::default();
    for play in period.iter().filter_map(|e| e.play).filter(|p| on_court(p)) {
        let sub = play.kind == PlayKind::Substitution;
        let named = [&play.player, &play.other, &play.third];
        for (n, player) in named.into_iter().enumerate() {
            let Some((at, side)) = player.as_ref().and_then(|p| place(totals, p)) else {
                continue;
            };
            let side = side as usize;
            let known = began[side].contains(&at) || came[side].contains(&at);
            if sub && n == 1 {
                if !known {
                    came[side].push(at);
                }
            } else if !known && began[side].len() < FIVE {
                began[side].push(at);
            }
        }
    }
    for side in 0..2 {
        // Most seconds first among those who could have begun unseen.
        let mut others: Vec<usize> = (0..totals.len())
            .filter(|&at| totals[at].side as usize == side)
            .collect();
        others.sort_by_key(|&at| (std::cmp::Reverse(totals[at].played_s), at));
        for &at in before[side].iter().chain(&others) {
            if began[side].len() < FIVE && !began[side].contains(&at) && !came[side].contains(&at) {
                began[side].push(at);
            }
        }
    }
    began
}

/// Plays one period through and returns who ended it.
fn one_period(period: &[Event<'_>], totals: &mut Vec<Totals>, before: &Fives) -> Fives {
    let mut fives = starters(period, totals, before);
    let mut clock = period.first().map_or(0, |e| e.period_s);
    for event in period {
        let passed = clock.saturating_sub(event.clock_s);
        clock = clock.min(event.clock_s);
        for (side, five) in fives.iter().enumerate() {
            let gained = if side == 0 {
                event.gained
            } else {
                -event.gained
            };
            for &at in five {
                totals[at].played_s = totals[at].played_s.saturating_add(passed);
                totals[at].plus_minus = totals[at].plus_minus.saturating_add(gained);
            }
        }
        let Some(play) = event.play else { continue };
        if let Some((at, side)) = play.player.as_ref().and_then(|p| place(totals, p)) {
            if event.gained != 0 {
                let points = event.gained * side.sign() as i16;
                totals[at].points = totals[at]
                    .points
                    .saturating_add(u16::try_from(points).unwrap_or(0));
            }
            if play.kind == PlayKind::Substitution
                && let Some((comes, _)) = play.other.as_ref().and_then(|p| place(totals, p))
            {
                let five = &mut fives[side as usize];
                if let Some(slot) = five.iter().position(|&p| p == at)
                    && !five.contains(&comes)
                {
                    five[slot] = comes;
                }
            }
        }
    }
    fives
}
