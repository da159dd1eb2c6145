//! `matchday eval sound`: how well the audio agent hears the simulated crowd.

use std::time::Instant;

use anyhow::{anyhow, ensure};
use clap::Args;
use matchday_engine::sense::audio::Audio;
use matchday_event::{
    EventTime, Fact,
    senses::{CrowdSound, SoundFact, SoundKind},
};
use matchday_feeds::sound::{FrontEnd, Source};
use matchday_sim::world::{
    Script,
    sound::{OFFSET_DB, RATE_HZ, Score, render, score},
};

use crate::cmd::sim::SportArg;

/// `matchday eval sound`.
#[derive(Debug, Clone, Args)]
pub struct SoundArgs {
    /// Matches, the four sports in turn
    #[arg(long, default_value_t = 100)]
    matches: u64,
    /// Seed of the first. The agent's limits were chosen on seeds from 1,000 on: score on others
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Minutes of each, from a place in the match that depends on the seed
    #[arg(long, default_value_t = 10)]
    minutes: u64,
}

/// What the agent says of one match.
pub fn listen(seed: u64, script: &Script) -> anyhow::Result<Score> {
    let (cues, mut crowd) = render(seed, script);
    let source = Source {
        mic: "stadium".into(),
        rate_hz: RATE_HZ,
        channels: 1,
        offset_db: Some(OFFSET_DB),
    };
    let mut front = FrontEnd::new(source, EventTime(0))?;
    let mut agent = Audio::default();
    let mut samples = vec![0.0; 4800];
    let (mut reports, mut facts) = (Vec::new(), Vec::new());
    let mut told: Vec<CrowdSound> = Vec::new();
    loop {
        let n = crowd.read(&mut samples);
        if n == 0 {
            break;
        }
        front.push(&samples[..n], &mut reports);
        for report in reports.drain(..) {
            agent.apply(&report, &mut facts);
        }
        told.extend(facts.drain(..).filter_map(|fact| match fact {
            Fact::Sound(SoundFact::Heard(sound)) if sound.duration_ms.is_none() => Some(sound),
            _ => None,
        }));
    }
    Ok(score(&cues, &told))
}

/// A stretch of a match of this seed: the four sports in turn, and not all from their beginning.
pub fn stretch(seed: u64, minutes: u64) -> Script {
    let sport = SportArg::ALL[(seed % 4) as usize];
    let script = Script::generate(seed, sport.into());
    let room = script.duration_ms.saturating_sub(minutes * 60_000);
    let from_ms = room / 7 * (seed / 4 % 8);
    script.excerpt(from_ms, from_ms + minutes * 60_000)
}

/// Runs the command.
pub fn run(args: &SoundArgs) -> anyhow::Result<()> {
    ensure!(args.matches > 0 && args.minutes > 0, "nothing to score");
    let began = Instant::now();
    let mut all = Score::default();
    let mut heard_s = 0.0;
    for seed in args.seed..args.seed + args.matches {
        let script = stretch(seed, args.minutes);
        heard_s += script.duration_ms as f64 / 1000.0;
        all.add(&listen(seed, &script)?);
    }
    println!(
        "{} matches, seeds {} to {}, {:.0} min of sound in {:.0} s",
        args.matches,
        args.seed,
        args.seed + args.matches - 1,
        heard_s / 60.0,
        began.elapsed().as_secs_f64()
    );
    println!("            truth  recall  told  precision  delay p50   p90   p95 (ms)");
    for kind in SoundKind::ALL {
        let s = all.of(kind);
        let delay = |share| {
            s.delay_ms(share)
                .map_or_else(|| "-".to_owned(), |ms| ms.to_string())
        };
        println!(
            "{:<10} {:>6}  {:>6.3} {:>5}  {:>9.3}  {:>9} {:>5} {:>5}",
            kind.as_str(),
            s.must,
            s.recall(),
            s.told,
            s.precision(),
            delay(0.5),
            delay(0.9),
            delay(0.95)
        );
    }
    let must: usize = all.kinds.iter().map(|k| k.must).sum();
    (must > 0)
        .then_some(())
        .ok_or_else(|| anyhow!("there was nothing to hear in these stretches; give more --minutes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few short stretches; the guide's figures are of a hundred longer ones.
    #[test]
    fn a_simulated_crowd_is_heard() {
        let mut all = Score::default();
        for seed in 20..28 {
            all.add(&listen(seed, &stretch(seed, 2)).expect("sound"));
        }
        let total = |f: fn(&matchday_sim::world::sound::KindScore) -> usize| -> usize {
            all.kinds.iter().map(f).sum()
        };
        let (must, found) = (total(|k| k.must), total(|k| k.found));
        let (told, wrong) = (total(|k| k.told), total(|k| k.wrong));
        assert!(must >= 5, "the stretches hold too little: {must}");
        assert!(10 * found >= 8 * must, "{found} of {must} found");
        assert!(5 * wrong <= told, "{wrong} of {told} wrong");
    }
}
