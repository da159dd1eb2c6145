//! `matchday sim`: the seeded world, written to files or sent to a server.

mod micro;
mod replayed;
mod senses;
mod sound;
mod viewers;
mod world;

use clap::{Args, Subcommand};
use matchday_event::Sport;

/// `matchday sim`.
#[derive(Debug, Clone, Args)]
pub struct SimArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, Subcommand)]
enum What {
    /// What a microphone over the stands would hear of a match: WAV, with what is truly in it
    Sound(sound::SoundArgs),
    /// What wearables of players and fans would send: beat-to-beat intervals, with what is truly in them
    Body(senses::BodyArgs),
    /// Where viewers' eyes would be, with what is truly in them
    Gaze(senses::GazeArgs),
    /// What cameras' software would detect, with what is truly in the pictures
    Vision(senses::VisionArgs),
    /// A whole match as it comes in: plays, sound, chat and time, to a file or to a server
    World(world::WorldArgs),
    /// Who watches a match: sides, favourites, tastes and habits, as JSON lines
    Viewers(viewers::ViewersArgs),
    /// A season of micro-events, with the cameras that were called, as JSON lines
    Micro(micro::MicroArgs),
}

/// A sport by its name on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SportArg {
    /// American football.
    Football,
    /// Association football.
    Soccer,
    /// Basketball.
    Basketball,
    /// Tennis.
    Tennis,
}

impl SportArg {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Football, Self::Soccer, Self::Basketball, Self::Tennis];
}

impl From<SportArg> for Sport {
    fn from(sport: SportArg) -> Self {
        match sport {
            SportArg::Football => Self::AmericanFootball,
            SportArg::Soccer => Self::Soccer,
            SportArg::Basketball => Self::Basketball,
            SportArg::Tennis => Self::Tennis,
        }
    }
}

/// Runs the command.
pub fn run(args: SimArgs) -> anyhow::Result<()> {
    match args.what {
        What::Sound(args) => sound::run(&args),
        What::Body(args) => senses::body(&args),
        What::Gaze(args) => senses::gaze(&args),
        What::Vision(args) => senses::vision(&args),
        What::World(args) => world::run(&args),
        What::Viewers(args) => viewers::run(&args),
        What::Micro(args) => micro::run(&args),
    }
}
