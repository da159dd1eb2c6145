//! `train wp` and `eval wp` of basketball, soccer and tennis: the last fifth of the games by time is held out, the
//! rest is fitted to, and both are scored beside a plain logistic on score and time.

mod card;
mod form;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail, ensure};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use matchday_engine::{Match, ModelSet, Moments, Output};
use matchday_event::{EventTime, GameId, GamePhase, Score, Signal};
use matchday_feeds::{OpenOptions, open_file};
use matchday_learn::{
    basketball,
    evaluate::{Metrics, Prediction, metrics},
    soccer, tennis,
};

/// A sport besides football.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OtherSport {
    /// Basketball of the NBA
    Nba,
    /// Soccer
    Soccer,
    /// Tennis
    Tennis,
}

impl OtherSport {
    /// The name of its files under `models/`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nba => "nba",
            Self::Soccer => "soccer",
            Self::Tennis => "tennis",
        }
    }

    /// Its files in the folder of the data.
    fn files(self, data: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let files = match self {
            Self::Nba => vec![data.join("basketball/nba_2015_16.parquet")],
            Self::Soccer => vec![data.join("soccer/text_stream_events.parquet")],
            Self::Tennis => {
                let folder = data.join("tennis/slam_pointbypoint");
                let listed = fs::read_dir(&folder)
                    .with_context(|| format!("cannot read {}", folder.display()))?;
                let mut files: Vec<PathBuf> = listed
                    .filter_map(|e| Some(e.ok()?.path()))
                    .filter(|p| p.to_string_lossy().contains("-points.csv"))
                    .collect();
                files.sort();
                files
            }
        };
        if let Some(missing) = files.iter().find(|f| !f.exists()) {
            bail!(
                "{} is not there; name the folder of the data with --data",
                missing.display()
            );
        }
        Ok(files)
    }
}

/// A finished game as it was folded: when it was played, for the split, and its rows.
struct Recorded {
    id: GameId,
    when: (EventTime, u64),
    moments: Moments,
    home_result: f64,
    /// Names of home and away, and the final score: what ratings are made of.
    teams: Option<(Arc<str>, Arc<str>)>,
    score: Score,
}

/// Tournaments of a year in the order in which they are played.
const SLAMS: [&str; 4] = ["ausopen", "frenchopen", "wimbledon", "usopen"];

fn when(game: &GameId, signals: &[Signal]) -> (EventTime, u64) {
    let info = signals.iter().find_map(|s| match s {
        Signal::Info(info) => Some(info),
        _ => None,
    });
    let digits: String = game.as_str().rsplit('-').next().unwrap_or_default().into();
    let number: u64 = digits.parse().unwrap_or(0);
    match info {
        Some(info) if info.kickoff.is_some() => (info.kickoff.unwrap_or_default(), number),
        Some(info) => {
            let venue = info.venue.as_deref().unwrap_or_default();
            let slam = SLAMS.iter().position(|s| *s == venue).unwrap_or(0) as u64;
            let year = u64::from(info.season.unwrap_or(0));
            (EventTime(0), (year * 10 + slam) * 10_000_000_000 + number)
        }
        None => (EventTime(0), number),
    }
}

fn read(files: &[PathBuf], bar: &ProgressBar) -> anyhow::Result<Vec<Recorded>> {
    let mut games = Vec::new();
    let mut out = Output::default();
    for file in files {
        for parsed in open_file(file, &OpenOptions::default())? {
            let parsed = parsed?;
            let mut game = Match::new(parsed.game.clone(), ModelSet::default());
            game.set_viewed(false);
            for (seq, signal) in (1..).zip(&parsed.signals) {
                game.apply(seq, signal, &mut out);
            }
            bar.inc(1);
            let card = game.card();
            if card.phase != GamePhase::Final {
                continue;
            }
            let moments = game.moments();
            let home_result = match &moments {
                // What the model says is how ninety minutes end.
                Moments::Soccer(_, game) => game.home_result,
                _ => 0.5 + 0.5 * f64::from((card.score.home - card.score.away).signum()),
            };
            games.push(Recorded {
                when: when(&parsed.game, &parsed.signals),
                id: parsed.game,
                moments,
                home_result,
                teams: card.home.zip(card.away).map(|(h, a)| (h.id, a.id)),
                score: card.score,
            });
        }
    }
    games.sort_by(|a, b| (a.when, &a.id).cmp(&(b.when, &b.id)));
    Ok(games)
}

/// A set of predictions with its name and figures.
pub struct Scored {
    /// Whose predictions.
    pub name: String,
    /// The figures.
    pub metrics: Metrics,
    /// Each game's sum of squared errors and count, for differences between models.
    games: Vec<(f64, f64)>,
}

fn score<'a, M: 'a>(
    name: &str,
    games: impl Iterator<Item = (&'a [M], f64)>,
    predict: &dyn Fn(&M) -> f64,
) -> anyhow::Result<Scored> {
    let mut all = Vec::new();
    let mut by_game = Vec::new();
    for (number, (moments, actual)) in games.enumerate() {
        let mut sum = 0.0;
        for m in moments {
            let predicted = predict(m);
            sum += (predicted - actual) * (predicted - actual);
            all.push(Prediction {
                game: number as u64,
                predicted,
                actual,
            });
        }
        by_game.push((sum, moments.len() as f64));
    }
    Ok(Scored {
        name: name.to_owned(),
        metrics: metrics(all).context("no play to score")?,
        games: by_game,
    })
}

/// The 2.5th and 97.5th percentile of the difference in Brier score, games drawn with replacement.
pub fn bootstrap(a: &Scored, b: &Scored) -> (f64, f64) {
    let n = a.games.len();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = || {
        // SplitMix64: the draws are the same on every machine.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    };
    let mut differences: Vec<f64> = (0..1000)
        .map(|_| {
            let (mut sum, mut count) = (0.0, 0.0);
            for _ in 0..n {
                let at = draw();
                sum += a.games[at].0 - b.games[at].0;
                count += a.games[at].1;
            }
            sum / f64::max(count, 1.0)
        })
        .collect();
    differences.sort_by(f64::total_cmp);
    (differences[24], differences[974])
}

/// A model made or read, its figures, and the file's text.
struct Judged {
    json: String,
    scored: Vec<Scored>,
    notes: Vec<String>,
}

fn basketball_game(game: &Recorded) -> Option<basketball::Game> {
    match &game.moments {
        Moments::Basketball(rows) if !rows.is_empty() => Some(basketball::Game {
            moments: rows.iter().map(|r| r.1).collect(),
            home_won: game.home_result,
        }),
        _ => None,
    }
}

fn soccer_game(game: &Recorded) -> Option<soccer::Game> {
    match &game.moments {
        Moments::Soccer(_, game) if !game.moments.is_empty() => Some((**game).clone()),
        _ => None,
    }
}

fn tennis_game(game: &Recorded) -> Option<tennis::Game> {
    match &game.moments {
        Moments::Tennis(rows) if !rows.is_empty() => Some(tennis::Game {
            moments: rows.iter().map(|r| r.1).collect(),
            home_won: game.home_result,
        }),
        _ => None,
    }
}

/// The games with each side's strength as its earlier results tell it.
fn rated(games: &[Recorded]) -> Vec<Recorded> {
    let (mut points, mut goals) = (form::Points::default(), form::Goals::default());
    games
        .iter()
        .map(|g| {
            let mut moments = g.moments.clone();
            if let Some((home, away)) = &g.teams {
                match &mut moments {
                    Moments::Basketball(rows) => {
                        let spread = points.spread(home, away, g.score);
                        rows.iter_mut().for_each(|r| r.1.spread_home = Some(spread));
                    }
                    Moments::Soccer(_, game) => {
                        let strength = goals.strength(home, away, g.score);
                        game.moments.iter_mut().for_each(|m| m.strength = strength);
                    }
                    _ => {}
                }
            }
            Recorded {
                id: g.id.clone(),
                moments,
                teams: g.teams.clone(),
                ..*g
            }
        })
        .collect()
}

/// Where the held-out games begin: the last fifth by time; in tennis the last tournament, so that no tournament lies
/// on both sides.
fn split(sport: OtherSport, games: &[Recorded]) -> usize {
    let at = games.len() * 4 / 5;
    if sport != OtherSport::Tennis {
        return at;
    }
    let slam = |g: &Recorded| g.when.1 / 10_000_000_000;
    let last = games.last().map(slam);
    games
        .iter()
        .position(|g| Some(slam(g)) == last)
        .unwrap_or(at)
}

fn judge(
    sport: OtherSport,
    games: &[Recorded],
    given: Option<&str>,
    step: &mut dyn FnMut(&'static str),
) -> anyhow::Result<Judged> {
    let at = split(sport, games);
    let rated = rated(games);
    let (train, test) = games.split_at(at);
    ensure!(
        !train.is_empty() && !test.is_empty(),
        "too few finished games to hold some out"
    );
    let mut notes = vec![format!(
        "{} games to fit, {} held out, the last by time; {} to {} and {} to {}.",
        train.len(),
        test.len(),
        train[0].id,
        train[train.len() - 1].id,
        test[0].id,
        test[test.len() - 1].id
    )];
    macro_rules! sport {
        ($make:path, $module:ident, $note:expr, $won:ident) => {{
            let (train, test): (Vec<_>, Vec<_>) = (
                train.iter().filter_map($make).collect(),
                test.iter().filter_map($make).collect(),
            );
            let json = match given {
                Some(json) => json.to_owned(),
                None => {
                    let fitted = $module::fit(&train, step);
                    notes.push($note(&fitted));
                    serde_json::to_string_pretty(&fitted.file)? + "\n"
                }
            };
            let model = $module::Model::from_json(&json)?;
            step("scoring");
            let baseline = $module::baseline(&train);
            let rows = || test.iter().map(|g| (g.moments.as_slice(), g.$won));
            #[allow(unused_mut, reason = "tennis rates nobody")]
            let mut scored = vec![
                score(model.name(), rows(), &|m| model.home_wp_of(m))?,
                score("logistic on score and time", rows(), &baseline)?,
            ];
            let with: Vec<_> = rated[at..].iter().filter_map($make).collect();
            if sport != OtherSport::Tennis {
                let rows = with.iter().map(|g| (g.moments.as_slice(), g.$won));
                let name = format!("{} with ratings from earlier results", model.name());
                scored.push(score(&name, rows, &|m| model.home_wp_of(m))?);
            }
            Judged {
                json,
                scored,
                notes,
            }
        }};
    }
    Ok(match sport {
        OtherSport::Nba => sport!(
            basketball_game,
            basketball,
            |f: &basketball::Fitted| format!(
                "{} plays; penalty {} by five folds of games, log-loss there {:.4}.",
                f.plays, f.ridge, f.inner_log_loss
            ),
            home_won
        ),
        OtherSport::Soccer => sport!(
            soccer_game,
            soccer,
            |f: &soccer::Fitted| format!("{} matches, {} goals.", f.games, f.goals),
            home_result
        ),
        OtherSport::Tennis => sport!(
            tennis_game,
            tennis,
            |f: &tennis::Fitted| format!(
                "{} points; how much to believe the match chosen by log-loss on the same matches, {:.4}.",
                f.points, f.log_loss
            ),
            home_won
        ),
    })
}

fn bar() -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg} {pos} games")?);
    bar.set_message("reading");
    Ok(bar)
}

/// `train wp` of another sport.
pub fn train(sport: OtherSport, data: &Path, out: Option<PathBuf>) -> anyhow::Result<()> {
    let bar = bar()?;
    let games = read(&sport.files(data)?, &bar)?;
    let judged = judge(sport, &games, None, &mut |now| bar.set_message(now))?;
    bar.finish_and_clear();
    let out = out.unwrap_or_else(|| format!("models/{}.json", sport.name()).into());
    print!("{}", card::figures(&judged.scored));
    fs::write(&out, &judged.json).with_context(|| format!("cannot write {}", out.display()))?;
    let beside = out.with_extension("md");
    fs::write(&beside, card::write(sport, &judged.scored, &judged.notes))
        .with_context(|| format!("cannot write {}", beside.display()))
}

/// `eval` of another sport: the model that is built in, or one in a file, on the games held out.
pub fn eval(
    sport: OtherSport,
    data: &Path,
    model: Option<&Path>,
    predictions: Option<&Path>,
) -> anyhow::Result<()> {
    let bar = bar()?;
    let games = read(&sport.files(data)?, &bar)?;
    let json: Arc<str> = match model {
        Some(file) => fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?
            .into(),
        None => match sport {
            OtherSport::Nba => basketball::Model::builtin_json(),
            OtherSport::Soccer => soccer::Model::builtin_json(),
            OtherSport::Tennis => tennis::Model::builtin_json(),
        }
        .into(),
    };
    let judged = judge(sport, &games, Some(&json), &mut |now| bar.set_message(now))?;
    bar.finish_and_clear();
    print!("{}", card::figures(&judged.scored));
    match predictions {
        Some(out) => write_predictions(out, &games[split(sport, &games)..], &json),
        None => Ok(()),
    }
}

/// Writes one row a held-out play, so that others can score themselves on the same ones.
fn write_predictions(out: &Path, games: &[Recorded], json: &str) -> anyhow::Result<()> {
    let mut text = String::from("game_id,play_id,home_wp,actual\n");
    for game in games {
        let rows: Vec<(&str, f64)> = match &game.moments {
            Moments::None => Vec::new(),
            Moments::Basketball(rows) => {
                let model = basketball::Model::from_json(json)?;
                rows.iter()
                    .map(|r| (r.0.as_str(), model.home_wp_of(&r.1)))
                    .collect()
            }
            Moments::Soccer(ids, played) => {
                let model = soccer::Model::from_json(json)?;
                let of = |m| model.home_wp_of(m);
                let ids = ids.iter().map(|id| id.as_str());
                ids.zip(played.moments.iter().map(of)).collect()
            }
            Moments::Tennis(rows) => {
                let model = tennis::Model::from_json(json)?;
                rows.iter()
                    .map(|r| (r.0.as_str(), model.home_wp_of(&r.1)))
                    .collect()
            }
        };
        for (play, wp) in rows {
            text.push_str(&format!(
                "{},{play},{wp:.6},{}\n",
                game.id, game.home_result
            ));
        }
    }
    fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))
}
