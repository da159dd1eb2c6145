//! Prints a game of the Sunday as a reader would see it grow: wall clock, game clock, score, words.
//!
//! ```text
//! cargo run -p matchday-sim --example play_by_play -- [<game number>]
//! ```

use matchday_sim::sunday::{Sunday, text::play_text};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let only = std::env::args().nth(1);
    let sunday = Sunday::new(1)?;
    for game in sunday
        .games()
        .filter(|g| only.as_ref().is_none_or(|o| *o == g.id))
    {
        println!("{} {} at {}", game.id, game.away, game.home);
        let frames = sunday.frames(&game.id).unwrap_or_default();
        for (at, frame) in frames.iter().enumerate() {
            let plays = sunday.plays_at(&game.id, at).unwrap_or_default();
            let (mut home, mut away) = (0, 0);
            for play in &plays {
                let points = game.points_of(play);
                home += points.0;
                away += points.1;
            }
            let fresh = at > 0 && frames[at - 1].published < frame.published;
            let words = match plays.last() {
                Some(play) if fresh => format!(
                    "Q{} {:>5} {:>6} {}&{:<2} {}",
                    play.quarter,
                    play.time,
                    play.yard_line,
                    play.down,
                    play.togo,
                    play_text(game, play)
                ),
                _ => "-".to_owned(),
            };
            let s = frame.at.as_secs();
            println!(
                "{}:{:02}:{:02} {away:>2}-{home:<2} {:?} {words}",
                s / 3600,
                s / 60 % 60,
                s % 60,
                frame.provisional
            );
        }
    }
    Ok(())
}
