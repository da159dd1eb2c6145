//! `matchday eval senses`: how well the agents of bodies, gaze and vision do on the simulated world.

use std::time::Instant;

use anyhow::ensure;
use clap::Args;
use matchday_engine::sense::{body::Body, gaze::Gaze, vision::Vision};
use matchday_event::Fact;
use matchday_sim::world::{
    Script,
    body::{self, BodyPlan},
    gaze::{self, GazePlan},
    tally::KindScore,
    vision::{self, VisionPlan},
};

use super::sound::stretch;

/// `matchday eval senses`.
#[derive(Debug, Clone, Args)]
pub struct SensesArgs {
    /// Matches, the four sports in turn
    #[arg(long, default_value_t = 40)]
    matches: u64,
    /// Seed of the first. The agents' limits were chosen on seeds from 1,000 on: score on others
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Minutes of each, from a place in the match that depends on the seed
    #[arg(long, default_value_t = 20)]
    minutes: u64,
    /// Which senses
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_values_t = [SenseArg::Body, SenseArg::Gaze, SenseArg::Vision]
    )]
    senses: Vec<SenseArg>,
}

/// A sense that is scored here. Sound and chat have commands of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum SenseArg {
    /// Players' hearts.
    Body,
    /// Viewers' eyes.
    Gaze,
    /// Cameras.
    Vision,
}

fn add<const N: usize>(sum: &mut [KindScore; N], scores: &[KindScore; N]) {
    for (mine, theirs) in sum.iter_mut().zip(scores) {
        mine.add(theirs);
    }
}

fn hearts(seed: u64, script: &Script) -> [KindScore; 4] {
    let plan = BodyPlan {
        fans: [0, 0, 0],
        ..BodyPlan::default()
    };
    let (truth, reports) = body::render(seed, script, &plan);
    let (mut agent, mut facts): (Body, Vec<Fact>) = Default::default();
    for report in reports {
        agent.apply(&report, &mut facts);
    }
    body::score(&truth, &facts, plan.kick_off)
}

fn eyes(seed: u64, script: &Script) -> [KindScore; 2] {
    let plan = GazePlan::default();
    let (truth, reports) = gaze::render(seed, script, &plan);
    let (mut agent, mut facts): (Gaze, Vec<Fact>) = Default::default();
    for report in reports {
        agent.apply(&report, &mut facts);
    }
    gaze::score(&truth, &facts, plan.kick_off)
}

fn cameras(seed: u64, script: &Script) -> [KindScore; 5] {
    let plan = VisionPlan::default();
    let (truth, reports) = vision::render(seed, script, &plan);
    let (mut agent, mut facts): (Vision, Vec<Fact>) = Default::default();
    for report in reports {
        agent.apply(&report, &mut facts);
    }
    vision::score(&truth, &facts, plan.kick_off)
}

/// Runs the command.
pub fn run(args: &SensesArgs) -> anyhow::Result<()> {
    ensure!(args.matches > 0 && args.minutes > 0, "nothing to score");
    let began = Instant::now();
    let mut body_sum: [KindScore; 4] = Default::default();
    let mut gaze_sum: [KindScore; 2] = Default::default();
    let mut vision_sum: [KindScore; 5] = Default::default();
    let has = |sense| args.senses.contains(&sense);
    let mut seen_s = 0.0;
    for seed in args.seed..args.seed + args.matches {
        let script = stretch(seed, args.minutes);
        seen_s += script.duration_ms as f64 / 1000.0;
        if has(SenseArg::Body) {
            add(&mut body_sum, &hearts(seed, &script));
        }
        if has(SenseArg::Gaze) {
            add(&mut gaze_sum, &eyes(seed, &script));
        }
        if has(SenseArg::Vision) {
            add(&mut vision_sum, &cameras(seed, &script));
        }
    }
    println!(
        "{} matches, seeds {} to {}, {:.0} min in {:.0} s",
        args.matches,
        args.seed,
        args.seed + args.matches - 1,
        seen_s / 60.0,
        began.elapsed().as_secs_f64()
    );
    println!("                     truth  recall  told  precision  delay p50   p90   p95 (ms)");
    let parts = [
        (SenseArg::Body, "body", &body::SCORED[..], &body_sum[..]),
        (SenseArg::Gaze, "gaze", &gaze::SCORED[..], &gaze_sum[..]),
        (
            SenseArg::Vision,
            "vision",
            &vision::SCORED[..],
            &vision_sum[..],
        ),
    ];
    for (sense, of, names, scores) in parts {
        if !has(sense) {
            continue;
        }
        for (name, s) in names.iter().zip(scores) {
            let delay = |share| {
                s.delay_ms(share)
                    .map_or_else(|| "-".to_owned(), |ms| ms.to_string())
            };
            println!(
                "{of:<7} {name:<12} {:>5}  {:>6.3} {:>5}  {:>9.3}  {:>9} {:>5} {:>5}",
                s.must,
                s.recall(),
                s.told,
                s.precision(),
                delay(0.5),
                delay(0.9),
                delay(0.95)
            );
        }
    }
    Ok(())
}
