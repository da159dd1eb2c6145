//! `matchday calibrate`: draws how good win probabilities are, as SVG files and one page that holds them all.

mod draw;
mod game;
pub mod ink;
pub mod page;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use clap::Args;
use matchday_engine::sense::game::football::FootballModel;
use matchday_event::GameId;

use super::{
    eval::{self, published::Published},
    sports,
    train::dataset::{self, RecordedGame},
};

/// `matchday calibrate`.
#[derive(Debug, Clone, Args)]
pub struct CalibrateArgs {
    /// Files of recorded games, of any provider
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Model file, in place of the models that are built in for the games' league; or LEAGUE.PART=FILE for a
    /// booster or graph to draw beside ours, with PART wp, wp_without_spread or ep
    #[arg(long, value_name = "[LEAGUE[.PART]=]FILE")]
    model: Vec<String>,
    /// Seasons to take, such as `2016` or `2016-2017` [default: all that the files hold]
    #[arg(long, value_name = "YEARS", value_parser = eval::seasons)]
    seasons: Option<(u16, u16)>,
    /// Published predictions to draw beside ours: Parquet with game_id, play_id and home_wp columns
    #[arg(long, value_name = "FILE")]
    published: Option<PathBuf>,
    /// Draw this game's win probability; may be given more than once [default: the two that swung most]
    #[arg(long, value_name = "ID")]
    game: Vec<String>,
    /// Folder to write to
    #[arg(long, value_name = "DIR", default_value = "calibration")]
    out: PathBuf,
}

/// How many games are drawn where none is named.
const GAMES: usize = 2;

/// Runs the command.
pub fn run(args: &CalibrateArgs) -> anyhow::Result<()> {
    let bar = sports::working("reading games")?;
    let mut games = Vec::new();
    for file in &args.files {
        let wanted = |season, _| {
            args.seasons
                .is_none_or(|(from, to)| (from..=to).contains(&season))
        };
        games.extend(
            dataset::read(file, wanted)
                .with_context(|| format!("cannot read {}", file.display()))?,
        );
    }
    ensure!(
        !games.is_empty(),
        "no finished game in these files and seasons"
    );
    bar.set_message("scoring");
    let models = eval::named(&games, &args.model)?;
    let all: Vec<&dyn FootballModel> = models.iter().map(AsRef::as_ref).collect();
    let scored = eval::score_all(&games, &all, args.published.as_deref(), None)?;
    let published = args.published.as_deref().map(Published::read).transpose()?;

    let chosen = chosen(&args.game, &games, all[0])?;
    let stories = game::read(&args.files, &chosen, &models, published.as_ref())?;
    bar.set_message("drawing");
    let comparison = draw::comparison(&scored)?;
    let reliability = scored
        .iter()
        .enumerate()
        .map(|(at, s)| draw::reliability(s, at))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let stories = stories
        .into_iter()
        .map(|s| Ok((draw::story(&s)?, s)))
        .map(|both: anyhow::Result<_>| both.map(|(picture, story)| (story, picture)))
        .collect::<anyhow::Result<Vec<_>>>()?;

    fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let pictures = reliability
        .iter()
        .chain([&comparison])
        .chain(stories.iter().map(|(_, p)| p));
    for picture in pictures {
        write(&args.out, &format!("{}.svg", picture.slug), &picture.file())?;
    }
    let heading = heading(&games);
    let html = page::page(&heading, &scored, &comparison, &reliability, &stories);
    write(&args.out, "index.html", &html)?;
    bar.finish_and_clear();
    print!("{}", eval::report(&scored));
    println!("\nwrote {}", args.out.join("index.html").display());
    Ok(())
}

fn write(folder: &Path, name: &str, content: &str) -> anyhow::Result<()> {
    let file = folder.join(name);
    fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))
}

fn heading(games: &[RecordedGame]) -> String {
    let seasons = games.iter().map(|g| g.season).filter(|s| *s > 0);
    let years = match (seasons.clone().min(), seasons.max()) {
        (Some(from), Some(to)) if from == to => format!(", {from}"),
        (Some(from), Some(to)) => format!(", {from} to {to}"),
        _ => String::new(),
    };
    let league = games[0].league().to_uppercase();
    format!("Win probability: {league}{years}")
}

/// The games that are named, or those whose win probability moved most.
fn chosen(
    named: &[String],
    games: &[RecordedGame],
    model: &dyn FootballModel,
) -> anyhow::Result<BTreeSet<String>> {
    for id in named {
        let id = GameId::new(id)?;
        ensure!(
            games.iter().any(|g| g.id == id),
            "no finished game {id} in these files and seasons"
        );
    }
    if !named.is_empty() {
        return Ok(named.iter().cloned().collect());
    }
    let mut moved: Vec<(f64, &RecordedGame)> = games
        .iter()
        .map(|game| {
            let mut wp = game.plays.iter().map(|p| model.home_wp(&p.snap));
            let mut last = wp.next().unwrap_or(0.5);
            let total = wp
                .map(|p| (p - std::mem::replace(&mut last, p)).abs())
                .sum();
            (total, game)
        })
        .collect();
    moved.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.id.cmp(&b.1.id)));
    Ok(moved
        .into_iter()
        .take(GAMES)
        .map(|(_, game)| game.id.to_string())
        .collect())
}
