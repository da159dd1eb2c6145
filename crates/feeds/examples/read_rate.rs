//! Reads files of plays whole and prints how fast: `read_rate FILE…`. Build it with `--release`.

use std::time::Instant;

use matchday_feeds::{OpenOptions, open_file};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let mut best = f64::INFINITY;
        let (mut games, mut plays, mut faults) = (0, 0, 0);
        for _ in 0..3 {
            (games, plays, faults) = (0, 0, 0);
            let started = Instant::now();
            for game in open_file(&path, &OpenOptions::default())? {
                let game = game?;
                games += 1;
                plays += game.plays().count();
                faults += game.faults.len();
            }
            best = best.min(started.elapsed().as_secs_f64());
        }
        println!(
            "{path}: {games} games, {plays} plays, {faults} faults, {:.0} plays/s (best of 3, {best:.3} s)",
            plays as f64 / best
        );
    }
    Ok(())
}
