//! What a play-by-play feed would tell of a [`Script`]: who plays, each play with the score, where the match stands.
//!
//! A feed is late (people type it in), and now and then it tells a play wrongly at first and puts it right afterwards.
//! The id of a play is `h` and its place in [`Script::happenings`], so that what the agents make of it can be held
//! against the truth; what a feed must tell between two happenings (a kick-off, a rebound) has a letter behind.

mod basketball;
mod football;
mod soccer;
mod tennis;

use std::sync::Arc;

use matchday_event::{
    Detail, EventTime, Forecast, GameInfo, GamePhase, GameStatus, Line, MatchRules, PlayId,
    PlayReport, Score, Side, Signal, Sport, Team,
    tennis::{FinalSet, TennisRules},
};

use super::{Club, Happening, HappeningKind as Kind, Script};
use crate::Rng;

/// A signal and when the feed gives it.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    /// Milliseconds since kick-off. What is told beforehand has 0.
    pub at_ms: u64,
    /// What it says.
    pub signal: Signal,
}

/// How good a feed is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feed {
    /// Milliseconds from what happened until it is told, between the two.
    pub delay_ms: (u64, u64),
    /// Share of plays that are told without text and player at first, and in full some seconds later.
    pub corrected: f64,
}

impl Default for Feed {
    fn default() -> Self {
        Self {
            delay_ms: (2_500, 8_000),
            corrected: 0.04,
        }
    }
}

/// The league's key that a made-up match of a sport goes by.
pub fn league_of(sport: Sport) -> &'static str {
    match sport {
        Sport::AmericanFootball => "nfl",
        Sport::Basketball => "nba",
        Sport::Soccer => "soccer",
        Sport::Tennis => "atp",
    }
}

/// Everything that the feed tells, by the time at which it does. `kickoff` is the wall time of the script's beginning.
pub fn plays(seed: u64, script: &Script, kickoff: EventTime, feed: &Feed) -> Vec<Timed> {
    let mut scribe = Scribe::new(seed, script, kickoff);
    match script.sport {
        Sport::AmericanFootball => football::tell(script, &mut scribe),
        Sport::Basketball => basketball::tell(script, &mut scribe),
        Sport::Soccer => soccer::tell(script, &mut scribe),
        Sport::Tennis => tennis::tell(script, &mut scribe),
    }
    scribe.deliver(script, feed)
}

/// Collects what happened as a feed's reports.
struct Scribe {
    rng: Rng,
    kickoff: EventTime,
    periods: Vec<Period>,
    score: Score,
    told: Vec<Timed>,
}

/// A period of play, in milliseconds of wall time.
#[derive(Debug, Clone, Copy)]
struct Period {
    number: u8,
    from_ms: u64,
    to_ms: u64,
}

impl Scribe {
    fn new(seed: u64, script: &Script, kickoff: EventTime) -> Self {
        Self {
            rng: Rng::new(seed, "world plays"),
            kickoff,
            periods: periods(script),
            score: Score::default(),
            told: Vec::new(),
        }
    }

    /// The period that a time belongs to, and which share of it has passed.
    fn period(&self, at_ms: u64) -> (Period, f64) {
        let i = self.periods.partition_point(|p| p.from_ms <= at_ms);
        let period = self.periods[i.saturating_sub(1)];
        let span = period.to_ms.saturating_sub(period.from_ms).max(1) as f64;
        let passed = at_ms.saturating_sub(period.from_ms) as f64;
        (period, (passed / span).clamp(0.0, 1.0))
    }

    /// Seconds left in the period, where a period has this many. Wall time between its ends is taken for even.
    fn left_s(&self, at_ms: u64, period_s: f64) -> i32 {
        (period_s * (1.0 - self.period(at_ms).1)).round() as i32
    }

    /// A play. `letter` tells plays of the same happening apart: 0 for the happening itself.
    fn play(&mut self, i: usize, letter: u8, at_ms: u64, told: Told) {
        let number = self.period(at_ms).0.number;
        let id = match letter {
            0 => format!("h{i}"),
            n => format!("h{i}{}", char::from(b'a' + n - 1)),
        };
        let before = self.score;
        self.score = told.score;
        let order = i64::try_from(i).unwrap_or(i64::MAX / 1000) * 1000 + told.order;
        self.told.push(Timed {
            at_ms,
            signal: Signal::Play(PlayReport {
                play_id: PlayId::new(id),
                order,
                period: number,
                clock_s: told.clock_s,
                score_before: Some(told.score_before.unwrap_or(before)),
                score_after: Some(told.score),
                wall: Some(EventTime(self.kickoff.0 + at_ms as i64 * 1000)),
                text: Some(told.text.into()),
                detail: told.detail,
            }),
        });
    }

    fn status(&mut self, at_ms: u64, phase: GamePhase, clock_s: Option<i32>) {
        let (period, _) = self.period(at_ms);
        self.told.push(Timed {
            at_ms,
            signal: Signal::Status(GameStatus {
                phase,
                period: Some(period.number),
                clock_s,
                score: Some(self.score),
                spot: None,
            }),
        });
    }

    /// Puts off what happened by the feed's delays; nothing overtakes what came before it but a correction.
    fn deliver(mut self, script: &Script, feed: &Feed) -> Vec<Timed> {
        let mut out = Vec::with_capacity(self.told.len() + 1);
        out.push(Timed {
            at_ms: 0,
            signal: Signal::Info(info(script, self.kickoff, &mut self.rng)),
        });
        let (least, most) = (feed.delay_ms.0 as f64, feed.delay_ms.1 as f64);
        let mut last = 0;
        for mut timed in self.told {
            let delay = least + (most - least).max(0.0) * self.rng.unit();
            let at_ms = (timed.at_ms + delay as u64).max(last);
            last = at_ms;
            timed.at_ms = at_ms;
            let wrong = self.rng.chance(feed.corrected);
            let fixed_ms = at_ms + 4_000 + self.rng.below(20_000) as u64;
            if wrong && let Signal::Play(play) = &timed.signal {
                let mut first = play.clone();
                first.text = None;
                out.push(Timed {
                    at_ms,
                    signal: Signal::Play(first),
                });
                timed.at_ms = fixed_ms;
            }
            out.push(timed);
        }
        out.sort_by_key(|t| t.at_ms);
        out
    }
}

/// A play before it is put on record.
struct Told {
    /// Added to the happening's order.
    order: i64,
    clock_s: Option<i32>,
    /// Where it is not the score of the play before.
    score_before: Option<Score>,
    score: Score,
    text: String,
    detail: Detail,
}

/// The periods of a script; of an excerpt those that it holds a part of.
fn periods(script: &Script) -> Vec<Period> {
    let mut out: Vec<Period> = Vec::new();
    let first = script
        .happenings
        .iter()
        .find_map(|h| match h.kind {
            Kind::KickOff => Some(1),
            Kind::PeriodStart { period } => Some(period.saturating_sub(1).max(1)),
            Kind::PeriodEnd { period } => Some(period),
            _ => None,
        })
        .unwrap_or(1);
    out.push(Period {
        number: first,
        from_ms: 0,
        to_ms: script.duration_ms,
    });
    for happening in &script.happenings {
        match happening.kind {
            Kind::PeriodStart { period } => out.push(Period {
                number: period,
                from_ms: happening.at_ms,
                to_ms: script.duration_ms.max(happening.at_ms + 1),
            }),
            Kind::PeriodEnd { .. } => {
                if let Some(last) = out.last_mut() {
                    last.to_ms = happening.at_ms;
                }
            }
            _ => {}
        }
    }
    out
}

const COLOURS: [&str; 8] = [
    "#b3202c", "#1f4fa3", "#0b7a53", "#5a2a82", "#c76b00", "#0a6f8a", "#8a1f5c", "#3f4650",
];

fn info(script: &Script, kickoff: EventTime, rng: &mut Rng) -> GameInfo {
    let pick = rng.below(COLOURS.len());
    let team = |club: &Club, n: usize| Team {
        id: club.name.clone(),
        abbr: club.abbr.clone(),
        name: club.name.clone(),
        color: Some(COLOURS[(pick + n * 3) % COLOURS.len()].into()),
        alt_color: None,
    };
    let by = |points: f32| match script.underdog {
        Some(Side::Away) => -points,
        Some(Side::Home) => points,
        None => 0.0,
    };
    let line = |spread: f32, total: f32| {
        Some(Line {
            spread_home: Some(spread),
            total: Some(total),
        })
    };
    let (line, rules) = match script.sport {
        Sport::AmericanFootball => (line(by(5.0) - 1.5, 44.5), None),
        Sport::Basketball => (line(by(7.0) - 2.5, 212.5), None),
        Sport::Soccer => (None, None),
        Sport::Tennis => (
            None,
            Some(MatchRules::Tennis(TennisRules {
                best_of: 3,
                final_set: FinalSet::TieBreak,
            })),
        ),
    };
    GameInfo {
        sport: script.sport,
        league: league_of(script.sport).into(),
        season: None,
        week: None,
        postseason: false,
        home: team(&script.home, 0),
        away: team(&script.away, 1),
        kickoff: Some(kickoff),
        neutral: script.sport == Sport::Tennis,
        venue: None,
        line,
        // Where few expect one side to win, the goals to be expected say so; bookmakers' prices of soccer come as odds.
        forecast: script
            .underdog
            .filter(|_| script.sport == Sport::Soccer)
            .map(|underdog| match underdog {
                Side::Away => Forecast {
                    home: 2.1,
                    away: 0.8,
                },
                Side::Home => Forecast {
                    home: 0.8,
                    away: 1.9,
                },
            }),
        rules,
    }
}

/// The name of who did it.
fn who(happening: &Happening) -> Option<Arc<str>> {
    happening.player.as_ref().map(|p| p.name.clone())
}

/// The name of who did it, or of the club.
fn name(script: &Script, happening: &Happening) -> String {
    match (&happening.player, happening.side) {
        (Some(player), _) => player.name.to_string(),
        (None, Some(side)) => script.club(side).name.to_string(),
        (None, None) => "Nobody".to_owned(),
    }
}
