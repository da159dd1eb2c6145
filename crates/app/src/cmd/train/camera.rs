//! `matchday train camera`: the camera that a director calls for a micro-event, from labelled micro-events.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, ValueEnum as _};
use matchday_event::{Sport, senses::LabelledMicro};
use matchday_learn::camera::{
    CameraModel,
    card::{self, CardInput},
    label::{Example, examples, examples_of_called},
    score::{Score, score},
    train::{Fitted, Of, Plan, fit},
};
use matchday_sim::world::director::directed;

use crate::{
    cmd::{micro, sim::SportArg},
    trees::Forust,
};

const EXAMPLES: &str = "\
Examples:
  matchday train camera sim --sport soccer                 a made-up season and its director
  matchday train camera season.micro --sport soccer        a store of labelled micro-events
  matchday train camera a.jsonl b.jsonl --sport tennis     or JSON lines, as `matchday sim micro` writes them

Whole matches are held out: the last quarter of them, and the card's figures are of those alone.";

/// `matchday train camera`.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct CameraArgs {
    /// Labelled micro-events: stores or JSON lines with the cameras that were called; or `sim`
    #[arg(required = true, value_name = "FILE|sim")]
    from: Vec<PathBuf>,
    /// The sport
    #[arg(long, value_enum, default_value = "soccer")]
    sport: SportArg,
    /// The made-up season's seed
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Matches of the made-up season
    #[arg(long, default_value_t = 60)]
    matches: u64,
    /// Model file to write; the card goes beside it as .md [default: models/camera-<sport>.json]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Examples of some matches.
#[derive(Debug, Default)]
pub struct Labelled {
    /// The matches' ids, by [`Example::match_no`].
    pub matches: Vec<String>,
    /// The examples.
    pub examples: Vec<Example>,
}

impl Labelled {
    /// The examples of the matches before a number, and of those from it on.
    pub fn split(&self, at: u32) -> (Vec<Example>, Vec<Example>) {
        self.examples.iter().cloned().partition(|e| e.match_no < at)
    }
}

/// The name of a sport on the wire.
pub fn sport_name(sport: Sport) -> anyhow::Result<String> {
    let name = serde_json::to_value(sport)?;
    Ok(name.as_str().unwrap_or("unknown").to_owned())
}

/// What a camera model of a sport is called.
pub fn model_name(sport: Sport) -> anyhow::Result<String> {
    Ok(format!("camera-{}@1", sport_name(sport)?))
}

/// A made-up season, its director's calls recorded.
pub fn simulated(seed: u64, sport: Sport, matches: u64) -> Labelled {
    let mut all = Labelled::default();
    for (number, no) in (0..matches).zip(0..) {
        let one = directed(seed, sport, number);
        let Some(first) = one.events.first() else {
            continue;
        };
        all.matches.push(first.game.to_string());
        let events = one.events.iter().map(|e| &e.event);
        all.examples.extend(examples(no, events, &one.reports));
    }
    all
}

/// Labelled micro-events from files, match by match in the order in which the matches begin.
fn read(files: &[PathBuf]) -> anyhow::Result<Labelled> {
    let mut by_game: BTreeMap<String, Vec<LabelledMicro>> = BTreeMap::new();
    let mut events = 0;
    micro::feed(
        files,
        |event| {
            let game = by_game.entry(event.game.to_string()).or_default();
            game.push(event.clone());
            Ok(())
        },
        &mut events,
    )?;
    let mut games: Vec<_> = by_game.into_iter().collect();
    for (_, events) in &mut games {
        events.sort_by_key(|e| e.event.at);
    }
    games.sort_by_key(|(_, events)| events.first().map(|e| e.event.at));
    let mut all = Labelled::default();
    for ((game, events), no) in games.into_iter().zip(0..) {
        all.matches.push(game);
        all.examples.extend(examples_of_called(no, &events));
    }
    ensure!(
        !all.examples.is_empty(),
        "no micro-event there has the camera that was called for it"
    );
    Ok(all)
}

/// Fits a model to examples.
pub fn train(sport: Sport, matches: &[String], examples: &[Example]) -> anyhow::Result<Fitted> {
    let (name, sport) = (model_name(sport)?, sport_name(sport)?);
    let of = Of {
        name: &name,
        sport: &sport,
        matches,
    };
    Ok(fit(&mut Forust, examples, of, &Plan::default())?)
}

/// Reads a model of a sport.
pub fn load(file: &Path, sport: Sport) -> anyhow::Result<CameraModel> {
    let of_file = || file.display().to_string();
    let text = fs::read_to_string(file).with_context(of_file)?;
    let model = CameraModel::read(&text).with_context(of_file)?;
    let (is, wanted) = (&model.header().sport, sport_name(sport)?);
    if *is != wanted {
        bail!("{} is a camera model of {is}, not of {wanted}", of_file());
    }
    Ok(model)
}

/// Writes a model and its card.
pub fn write(out: &Path, fitted: &Fitted, data: &str, score: &Score) -> anyhow::Result<()> {
    let card = card::write(&CardInput {
        model: &fitted.model,
        bytes: fitted.json.len(),
        data,
        tried: &fitted.tried,
        rounds: fitted.rounds,
        score,
    });
    if let Some(dir) = out.parent() {
        fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    for (path, text) in [(out, &fitted.json), (&out.with_extension("md"), &card)] {
        // Whoever reads it meanwhile has the old one or the new one.
        let new = path.with_extension("new");
        fs::write(&new, text)
            .and_then(|()| fs::rename(&new, path))
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// Runs the command.
pub fn run(args: &CameraArgs) -> anyhow::Result<()> {
    let sport = Sport::from(args.sport);
    let sim = [PathBuf::from("sim")];
    let (labelled, data) = if args.from == sim {
        let data = format!(
            "Micro-events of {} matches of the seeded world (`matchday sim`, season {}) and what its human director, late by 250 \
             to 700 ms and at times wrong, called: made with `matchday train camera sim --sport {} --seed {} --matches {}`. The \
             model's file is not kept with the sources: a made-up director is nobody's to follow, and the nightly test trains \
             a model of the real one",
            args.matches,
            args.seed,
            args.sport
                .to_possible_value()
                .map_or_else(String::new, |v| v.get_name().to_owned()),
            args.seed,
            args.matches
        );
        (simulated(args.seed, sport, args.matches), data)
    } else {
        let data = "Labelled micro-events from files, with the cameras that were called for them"
            .to_owned();
        (read(&args.from)?, data)
    };
    let matches = labelled.matches.len();
    ensure!(
        matches >= 6,
        "{matches} matches are too few: six are needed, some to fit to, some to choose by and some to score on"
    );
    let first_test = u32::try_from(matches - matches.div_ceil(4))?;
    let (fitted_to, test) = labelled.split(first_test);
    let fitted = train(sport, &labelled.matches, &fitted_to)?;
    let score = score(&fitted.model, &test).context("no example to score on")?;
    let out = match &args.out {
        Some(out) => out.clone(),
        None => PathBuf::from(format!("models/camera-{}.json", sport_name(sport)?)),
    };
    write(&out, &fitted, &data, &score)?;
    println!(
        "{} micro-events of {first_test} matches; on {} others the right camera in {:.1} % (the hint {:.1} %), log-loss {:.3}, \
         delay off by {:.0} ms; wrote {} and its card",
        fitted_to.len(),
        score.matches,
        score.accuracy * 100.0,
        score.accuracy_of_hint * 100.0,
        score.log_loss,
        score.delay_off_ms,
        out.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_learned_twice_is_the_same_to_the_byte_and_better_than_the_hint() {
        let all = simulated(3, Sport::Soccer, 10);
        let (fitted_to, test) = all.split(7);
        let once = train(Sport::Soccer, &all.matches, &fitted_to).expect("trains");
        let twice = train(Sport::Soccer, &all.matches, &fitted_to).expect("trains");
        assert_eq!(once.json, twice.json);
        assert_eq!(once.model.header().matches, all.matches[..7]);
        let score = score(&once.model, &test).expect("examples");
        assert_eq!(score.matches, 3);
        assert!(score.accuracy > score.accuracy_of_hint + 0.1, "{score:?}");
        assert!(score.accuracy > score.accuracy_of_staying, "{score:?}");
        assert!(score.log_loss < score.log_loss_of_shares, "{score:?}");
        assert!(score.delay_off_ms < score.delay_off_of_mean_ms, "{score:?}");
    }

    #[test]
    fn too_few_matches_and_strange_files_are_refused_in_words() {
        let all = simulated(3, Sport::Tennis, 2);
        let error = train(Sport::Tennis, &all.matches, &all.examples).expect_err("refused");
        assert!(
            error.to_string().contains("4 matches are needed"),
            "{error}"
        );
        let error = CameraModel::read(r#"{"format": "matchday-emotion@1"}"#).expect_err("refused");
        assert!(error.to_string().contains("matchday-emotion@1"), "{error}");
    }
}
