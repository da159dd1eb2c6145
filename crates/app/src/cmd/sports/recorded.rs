//! Recorded games, folded and in order of time.

use std::path::PathBuf;

use indicatif::ProgressBar;
use matchday_engine::{Match, ModelSet, Moments, Output};
use matchday_event::{EventTime, GameId, GameInfo, GamePhase, PlayId, Score, Signal, Sport};
use matchday_feeds::{OpenOptions, open_file};
use matchday_learn::rating::{Did, Played};

/// A finished game as it was folded: when it was played, its rows, and what ratings learn from it.
pub struct Recorded {
    pub id: GameId,
    pub sport: Sport,
    pub moments: Moments,
    pub home_result: f64,
    pub played: Played,
    when: (EventTime, u64),
}

/// Tournaments of a year in the order in which they are played.
const SLAMS: [&str; 4] = ["ausopen", "frenchopen", "wimbledon", "usopen"];
/// Matches of a tournament are numbered below this.
const IN_TOURNAMENT: u64 = 10_000_000_000;

impl Recorded {
    /// The tournament, counted in order of time.
    pub fn tournament(&self) -> u64 {
        self.when.1 / IN_TOURNAMENT
    }

    /// Ids of the plays that its rows are of.
    pub fn plays(&self) -> Box<dyn Iterator<Item = &PlayId> + '_> {
        match &self.moments {
            Moments::None => Box::new(std::iter::empty()),
            Moments::Basketball(rows) => Box::new(rows.iter().map(|r| &r.0)),
            Moments::Soccer(ids, _) => Box::new(ids.iter()),
            Moments::Tennis(rows) => Box::new(rows.iter().map(|r| &r.0)),
        }
    }
}

fn when(game: &GameId, info: &GameInfo) -> (EventTime, u64) {
    let digits: String = game.as_str().rsplit('-').next().unwrap_or_default().into();
    let number: u64 = digits.parse().unwrap_or(0);
    if let Some(kickoff) = info.kickoff {
        return (kickoff, number);
    }
    let venue = info.venue.as_deref().unwrap_or_default();
    let slam = SLAMS.iter().position(|s| *s == venue).unwrap_or(0) as u64;
    let year = u64::from(info.season.unwrap_or(0));
    if info.sport == Sport::AmericanFootball {
        let week = u64::from(info.week.unwrap_or(0));
        return (EventTime(0), (year * 100 + week) * IN_TOURNAMENT + number);
    }
    let tournament = if info.sport == Sport::Tennis {
        (year * 10 + slam) * IN_TOURNAMENT
    } else {
        0
    };
    (EventTime(0), tournament + number)
}

/// What ratings learn from a game.
fn did(moments: &Moments, score: Score, neutral: bool) -> Option<Did> {
    let both = |(h, a): (u16, u16)| (f64::from(h), f64::from(a));
    let points = (f64::from(score.home), f64::from(score.away));
    let (scored, shots) = match moments {
        // Football, whose rows are not among these.
        Moments::None | Moments::Basketball(_) => (points, None),
        Moments::Soccer(_, game) => (points, game.made.map(|m| both(m.shots))),
        Moments::Tennis(rows) => {
            let served = rows.last()?.1.served;
            let share = |(n, won): (u16, u16)| f64::from(won) / f64::from(n.max(1));
            // What both players did together is the ground and the balls: only the difference is theirs.
            let edge = 0.5 * (share(served[0]) - share(served[1]));
            ((0.6 + edge, 0.6 - edge), None)
        }
    };
    Some(Did {
        scored,
        shots,
        neutral,
    })
}

/// Reads and folds the finished games of these files, in order of time.
pub fn read(files: &[PathBuf], bar: &ProgressBar) -> anyhow::Result<Vec<Recorded>> {
    let mut games = Vec::new();
    let mut out = Output::default();
    for file in files {
        for parsed in open_file(file, &OpenOptions::default())? {
            let parsed = parsed?;
            let mut game = Match::new(parsed.game.clone(), ModelSet::default());
            game.set_viewed(false);
            let mut info = None;
            for (seq, signal) in (1..).zip(&parsed.signals) {
                if let Signal::Info(told) = signal {
                    info = Some(told);
                }
                game.apply(seq, signal, &mut out);
            }
            bar.inc(1);
            let card = game.card();
            let Some(info) = info.filter(|_| card.phase == GamePhase::Final) else {
                continue;
            };
            let moments = game.moments();
            let Some(did) = did(&moments, card.score, info.neutral) else {
                continue;
            };
            let home_result = match &moments {
                // What the model says is how ninety minutes end.
                Moments::Soccer(_, game) => game.home_result,
                _ => 0.5 + 0.5 * f64::from((card.score.home - card.score.away).signum()),
            };
            games.push(Recorded {
                when: when(&parsed.game, info),
                sport: info.sport,
                moments,
                home_result,
                played: Played {
                    home: info.home.clone(),
                    away: info.away.clone(),
                    season: info.season.unwrap_or(0),
                    did,
                },
                id: parsed.game,
            });
        }
    }
    games.sort_by(|a, b| (a.when, &a.id).cmp(&(b.when, &b.id)));
    Ok(games)
}
