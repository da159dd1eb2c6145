//! `matchday bench sound`: what the front end costs, against EBU R128 loudness alone.

use std::time::Instant;

use anyhow::Context as _;
use clap::Args;
use ebur128::{EbuR128, Mode};
use matchday_engine::sense::audio::Audio;
use matchday_event::{EventTime, Sport};
use matchday_feeds::sound::{FrontEnd, Source};
use matchday_sim::world::{
    Script,
    sound::{OFFSET_DB, RATE_HZ, render},
};

/// `matchday bench sound`.
#[derive(Debug, Clone, Args)]
pub struct SoundBench {
    /// Seconds of sound
    #[arg(long, default_value_t = 60)]
    seconds: usize,
    /// How often; the medians are printed
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

fn median(mut runs: Vec<f64>) -> f64 {
    runs.sort_by(f64::total_cmp);
    runs[runs.len() / 2]
}

/// Runs the command.
pub fn run(args: &SoundBench) -> anyhow::Result<()> {
    let script = Script::generate(1, Sport::Soccer);
    let (_, mut crowd) = render(1, &script);
    let mut samples = vec![0.0; args.seconds.max(1) * RATE_HZ as usize];
    let began = Instant::now();
    let n = crowd.read(&mut samples);
    let synthesis = began.elapsed().as_secs_f64();
    samples.truncate(n);
    let seconds = n as f64 / f64::from(RATE_HZ);
    let source = Source {
        mic: "stadium".into(),
        rate_hz: RATE_HZ,
        channels: 1,
        offset_db: Some(OFFSET_DB),
    };
    let (mut front_s, mut agent_s, mut alone_s) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..args.runs.max(1) {
        let mut reports = Vec::new();
        let began = Instant::now();
        let mut front = FrontEnd::new(source.clone(), EventTime(0))?;
        for piece in samples.chunks(480) {
            front.push(piece, &mut reports);
        }
        front_s.push(began.elapsed().as_secs_f64() / seconds);
        let (mut agent, mut facts) = (Audio::default(), Vec::new());
        let began = Instant::now();
        for report in &reports {
            agent.apply(report, &mut facts);
        }
        agent_s.push(began.elapsed().as_secs_f64() / seconds);
        let began = Instant::now();
        let mut loudness =
            EbuR128::new(1, RATE_HZ, Mode::M | Mode::S).context("cannot measure loudness")?;
        for piece in samples.chunks(RATE_HZ as usize / 10) {
            loudness.add_frames_f32(piece)?;
            std::hint::black_box((
                loudness.loudness_momentary()?,
                loudness.loudness_shortterm()?,
            ));
        }
        alone_s.push(began.elapsed().as_secs_f64() / seconds);
    }
    let (front, agent, alone) = (median(front_s), median(agent_s), median(alone_s));
    println!(
        "one channel at {RATE_HZ} Hz, {seconds:.0} s of sound, a core; time for a second of sound"
    );
    println!("loudness alone (ebur128)          {:>8.3} ms", alone * 1e3);
    println!(
        "front end, loudness included      {:>8.3} ms   {:.2} of it",
        front * 1e3,
        front / alone
    );
    println!("audio agent                       {:>8.3} ms", agent * 1e3);
    println!(
        "making the sound                  {:>8.3} ms",
        synthesis / seconds * 1e3
    );
    Ok(())
}
