//! One night's test of one sport: how far the rules and the camera model are from what was called, and whether a model
//! that is trained anew is the better one.

use anyhow::Context as _;
use matchday_event::{EventTime, Sport, production::FrameRate};
use matchday_learn::camera::{
    CameraModel,
    label::{Example, examples},
    miss::{Comparison, MISS_MOST_FRAMES, Misses, predicted, recorded},
    score::{Score, score},
    train::Fitted,
};
use serde::Serialize;

use super::played::{Played, Setup, model_cuts};
use crate::cmd::train::camera;

/// How many newly labelled micro-events a model is trained on.
pub const LABELS: usize = 4_000;
/// A model that finds fewer of the calls than this share is trained anew too, however close those are that it finds.
pub const FOUND_LEAST: f64 = 0.5;
/// Matches at least that two models are compared on.
const HELD_OUT_LEAST: usize = 2;

/// What became of some calls, as a report has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Of which rule or camera.
    pub name: String,
    /// Recorded calls that were predicted.
    pub matched: u64,
    /// Recorded calls that were not.
    pub missed: u64,
    /// Predicted calls that nobody made.
    #[serde(rename = "false")]
    pub false_calls: u64,
    /// Mean, middle and ninth tenth of how far a predicted call is from the recorded one.
    pub mean_frames: Option<f64>,
    /// The middle one.
    pub median_frames: Option<f64>,
    /// Nine in ten are within.
    pub p90_frames: Option<f64>,
    /// Mean with its sign: above 0 predictions are late.
    pub late_frames: Option<f64>,
    /// The cost of it all, a recorded call; not of single rules, which are not to make every call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_frames: Option<f64>,
}

impl Row {
    fn of(name: impl Into<String>, misses: &Misses, rate: Option<FrameRate>) -> Self {
        let hundredths = |v: f64| (v * 100.0).round() / 100.0;
        Self {
            name: name.into(),
            matched: misses.matched,
            missed: misses.missed,
            false_calls: misses.false_calls,
            mean_frames: misses.mean_frames().map(hundredths),
            median_frames: misses.median_frames().map(hundredths),
            p90_frames: misses.p90_frames().map(hundredths),
            late_frames: misses.late_frames().map(hundredths),
            cost_frames: rate.and_then(|r| misses.cost_frames(r)).map(hundredths),
        }
    }
}

/// What somebody's predictions are worth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// Who predicts.
    pub name: String,
    /// All calls but returns.
    pub asked: Row,
    /// Returns to the main camera.
    pub returns: Row,
    /// By rule.
    pub rules: Vec<Row>,
    /// By camera.
    pub cameras: Vec<Row>,
    /// Distances of the pairs that were asked for, in frames, ascending; early ones below 0.
    #[serde(skip)]
    pub frames: Vec<f64>,
}

impl Told {
    fn of(name: &str, all: &Comparison, rate: FrameRate) -> Self {
        Self {
            name: name.to_owned(),
            asked: Row::of("all", &all.asked, Some(rate)),
            returns: Row::of("return", &all.returns, Some(rate)),
            rules: all
                .by_rule
                .iter()
                .map(|(rule, m)| Row::of(&**rule, m, None))
                .collect(),
            cameras: all
                .by_camera
                .iter()
                .map(|(camera, m)| Row::of(camera.as_str(), m, Some(rate)))
                .collect(),
            frames: all.asked.frames().to_vec(),
        }
    }
}

/// What was done about the camera model.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The average miss is small enough, and at least half of the calls were found.
    NotNeeded,
    /// There is nothing to go by: no call was made in matches that can be judged.
    NothingToGoBy,
    /// Training was not asked for.
    NotAsked,
    /// Too few micro-events of matches that the model has not seen.
    TooFew {
        /// New ones that there are in matches that can be trained on.
        labels: usize,
        /// How many are needed.
        needed: usize,
        /// Matches that would be left to compare on.
        held_out: usize,
    },
    /// A model was trained and is no better: the one before stays.
    Kept(Contest),
    /// A model was trained, is better, and is the model now.
    Replaced(Contest),
    /// The first model.
    First(Contest),
}

/// Two models on matches that neither has seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contest {
    /// Newly labelled micro-events that the new one was trained on.
    pub labels: usize,
    /// Matches that those are of.
    pub trained_on: usize,
    /// Matches that both were compared on.
    pub held_out: Vec<String>,
    /// Of the model that was.
    pub before: Option<Row>,
    /// Of the new one.
    pub new: Row,
}

/// A night's report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// When it was made.
    pub at: EventTime,
    /// Of which sport.
    pub sport: Sport,
    /// In what frames are counted.
    pub rate: FrameRate,
    /// The rule set.
    pub rule_set: String,
    /// The matches that were replayed.
    pub matches: Vec<String>,
    /// Micro-events in them.
    pub events: usize,
    /// Calls that were recorded.
    pub calls: usize,
    /// What the rules are worth.
    pub rules: Told,
    /// What the model is worth, on those of the matches that it was not trained on.
    pub model: Option<Told>,
    /// The average miss that decides: the model's if there is one, else the rules'.
    pub average_miss_frames: Option<f64>,
    /// The share of the calls that it found.
    pub found: Option<f64>,
    /// Past this a model is trained.
    pub miss_most_frames: f64,
    /// What was done about it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A model that is to take the place of the one before.
#[derive(Debug)]
pub struct NewModel {
    /// It.
    pub fitted: Fitted,
    /// How good it is on the held-out matches.
    pub score: Score,
}

/// What a night is made of.
#[derive(Clone, Copy)]
pub struct Night<'a> {
    /// With what matches are replayed.
    pub setup: &'a Setup,
    /// When.
    pub at: EventTime,
    /// The matches, all of one sport, by when they began.
    pub played: &'a [&'a Played],
    /// The model in use.
    pub model: Option<&'a CameraModel>,
    /// What the rules' predictions are called.
    pub rules_name: &'a str,
    /// Whether a model may be trained.
    pub train: bool,
}

/// Compares, and trains if that is needed.
pub fn night(night: &Night<'_>) -> anyhow::Result<(Report, Option<NewModel>)> {
    let Night { setup, played, .. } = *night;
    let sport = played.first().context("no match to replay")?.sport;
    let rate = setup.rate;
    let mut rules = Comparison::default();
    for one in played {
        let calls = recorded(&one.reports);
        rules.add(&Comparison::of(&calls, &predicted(&one.rule_cuts), rate));
    }
    let rules = Told::of(night.rules_name, &rules, rate);
    let unseen: Vec<&Played> = played
        .iter()
        .copied()
        .filter(|p| night.model.is_none_or(|m| !has_seen(m, p)))
        .collect();
    let model = match night.model {
        Some(model) if !unseen.is_empty() => {
            let all = compare(setup, model, &unseen)?;
            Some(Told::of(&model.header().name, &all, rate))
        }
        _ => None,
    };
    let judged = &model.as_ref().unwrap_or(&rules).asked;
    let average = judged.mean_frames;
    let calls = judged.matched + judged.missed;
    let found = (calls > 0).then(|| judged.matched as f64 / calls as f64);
    let good = average.is_some_and(|frames| frames <= MISS_MOST_FRAMES)
        && found.is_some_and(|share| share >= FOUND_LEAST);
    let (outcome, new) = match found {
        None => (Outcome::NothingToGoBy, None),
        Some(_) if good => (Outcome::NotNeeded, None),
        Some(_) if !night.train => (Outcome::NotAsked, None),
        Some(_) => retrain(night, sport, &unseen)?,
    };
    let report = Report {
        at: night.at,
        sport,
        rate,
        rule_set: setup.rules.id.to_string(),
        matches: played.iter().map(|p| p.game.clone()).collect(),
        events: played.iter().map(|p| p.events.len()).sum(),
        calls: played.iter().map(|p| recorded(&p.reports).len()).sum(),
        rules,
        model,
        average_miss_frames: average,
        found,
        miss_most_frames: MISS_MOST_FRAMES,
        outcome,
    };
    Ok((report, new))
}

fn has_seen(model: &CameraModel, played: &Played) -> bool {
    model.header().matches.contains(&played.game)
}

fn compare(setup: &Setup, model: &CameraModel, played: &[&Played]) -> anyhow::Result<Comparison> {
    let mut all = Comparison::default();
    for one in played {
        let cuts = model_cuts(setup, model, one)?;
        let calls = recorded(&one.reports);
        all.add(&Comparison::of(&calls, &predicted(&cuts), setup.rate));
    }
    Ok(all)
}

/// Trains on the first matches that the model has not seen, as many as it takes, and compares on the others.
fn retrain(
    night: &Night<'_>,
    sport: Sport,
    unseen: &[&Played],
) -> anyhow::Result<(Outcome, Option<NewModel>)> {
    let mut labels: Vec<Example> = Vec::new();
    let mut trained_on = 0;
    for (one, no) in unseen.iter().zip(0..) {
        if labels.len() >= LABELS {
            break;
        }
        labels.extend(examples(no, &one.events, &one.reports));
        trained_on += 1;
    }
    let held_out = &unseen[trained_on..];
    if labels.len() < LABELS || held_out.len() < HELD_OUT_LEAST {
        let too_few = Outcome::TooFew {
            labels: labels.len(),
            needed: LABELS,
            held_out: held_out.len(),
        };
        return Ok((too_few, None));
    }
    labels.truncate(LABELS);
    let names: Vec<String> = unseen.iter().map(|p| p.game.clone()).collect();
    let fitted = camera::train(sport, &names, &labels)?;
    let rate = night.setup.rate;
    let cost = |model: &CameraModel| -> anyhow::Result<(Option<f64>, Row)> {
        let all = compare(night.setup, model, held_out)?;
        let row = Row::of(&*model.header().name, &all.asked, Some(rate));
        Ok((all.asked.cost_frames(rate), row))
    };
    let (new_cost, new) = cost(&fitted.model)?;
    let before = night.model.map(cost).transpose()?;
    let better = match (new_cost, before.as_ref().map(|b| b.0)) {
        (Some(new), Some(Some(before))) => new < before,
        (Some(_), _) => true,
        (None, _) => false,
    };
    let contest = Contest {
        labels: labels.len(),
        trained_on,
        held_out: held_out.iter().map(|p| p.game.clone()).collect(),
        before: before.map(|b| b.1),
        new,
    };
    if !better {
        return Ok((Outcome::Kept(contest), None));
    }
    let test: Vec<Example> = held_out
        .iter()
        .zip(0..)
        .flat_map(|(one, no)| examples(no, &one.events, &one.reports))
        .collect();
    let score = score(&fitted.model, &test).context("nothing happened in the held-out matches")?;
    let outcome = match contest.before {
        Some(_) => Outcome::Replaced(contest),
        None => Outcome::First(contest),
    };
    Ok((outcome, Some(NewModel { fitted, score })))
}
