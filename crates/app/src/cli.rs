//! The command line.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};

use crate::{
    cmd::{self, sim::SportArg},
    config::Speed,
};

const ABOUT: &str = "Turns what happens in a live match into what each viewer sees.

Feeds come in (play-by-play, odds); every signal is written to a durable log; a game agent folds the log \
into win probability, expected points, leverage and key plays; what the guard approves goes to browsers, \
WebSocket clients and broadcast graphics.";

const AFTER: &str = "\
Start here:
  matchday demo                  sixteen real games at thirty times their speed
  matchday serve                 the feeds in matchday.toml, live
  matchday replay GAMES.parquet  whole seasons as fast as they go, facts and all
  matchday log ls                what the log holds

Configuration: defaults, then matchday.toml, then variables such as
MATCHDAY__SERVER__LISTEN, then flags; each wins over the one before.
`matchday config check` says where the mistakes are.

Exit status: 0 done, 1 failed (the last line says why), 2 wrong usage.";

/// matchday's command line.
#[derive(Debug, Parser)]
#[command(name = "matchday", version, about = "From what happens in a live match to what each viewer sees", long_about = ABOUT, after_help = AFTER)]
pub struct Cli {
    /// What is common to all commands.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What is common to all commands.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Common to all commands")]
pub struct Global {
    /// Configuration file [default: matchday.toml, if there is one]
    #[arg(long, global = true, value_name = "FILE", env = "MATCHDAY_CONFIG")]
    pub config: Option<PathBuf>,
    /// Folder of the log, over `log.dir`
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// How log lines look: `json` for machines, `text` for people
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "text",
        env = "MATCHDAY_LOG_FORMAT"
    )]
    pub log_format: LogFormat,
    /// What is logged, such as `info` or `matchday_feeds=debug`
    #[arg(
        long,
        global = true,
        value_name = "FILTER",
        default_value = "info",
        env = "MATCHDAY_LOG"
    )]
    pub log_filter: String,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Replay sixteen real NFL games of one Sunday through the whole system, faults and all
    Demo(DemoArgs),
    /// Run the feeds of matchday.toml and serve viewers
    Serve(ServeArgs),
    /// Fold recorded games as fast as they go, and write the facts
    Replay(cmd::replay::ReplayArgs),
    /// Look into the log: ls, cat, verify, export
    Log(cmd::log::LogArgs),
    /// Fit a model on recorded games
    Train(cmd::train::TrainArgs),
    /// Score a model on recorded games
    Eval(cmd::eval::EvalArgs),
    /// Rate sides by recorded games, for games of theirs that come without a price
    Ratings(cmd::ratings::RatingsArgs),
    /// Draw how good win probabilities are: reliability, comparison and games, as SVG and one page
    Calibrate(cmd::calibrate::CalibrateArgs),
    /// Measure: clients, updates and latency of a gateway; plays/s of a replay
    Bench(cmd::bench::BenchArgs),
    /// Check the configuration, or show what comes out of its layers
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Listen to a crowd: levels, roars, whistles, groans and chants of a file or a stream
    Listen(cmd::listen::ListenArgs),
    /// Write the seeded world to files
    Sim(cmd::sim::SimArgs),
    /// Keep micro-events: pack, query and look into a season's store
    Micro(cmd::micro::MicroArgs),
    /// Check the wiring of mixers: cut by hand, send and receive the micro-event link
    Mixer(cmd::mixer::MixerArgs),
    /// Read positions of players and ball from providers' files, and say what follows from them
    Tracking(cmd::tracking::TrackingArgs),
    /// Rules of cameras and rewards: check, test, explain, compare and try them
    Rules(cmd::rules::RulesArgs),
    /// List the feed providers that this build reads
    Feeds,
    /// Write the JSON Schemas of events, facts, views and commands
    Schema {
        /// Folder to write to
        #[arg(long, value_name = "DIR", default_value = "schemas")]
        out: PathBuf,
        /// Fail if what is there differs, and change nothing
        #[arg(long)]
        check: bool,
    },
}

/// `matchday demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// How fast recorded time passes: 1, 30, 60, any factor, or max
    #[arg(long, value_name = "FACTOR", default_value = "30")]
    pub speed: Speed,
    /// Where to serve the pages
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = address)]
    pub listen: SocketAddr,
    /// Share of the feed server's answers that are faulty; 0 for none
    #[arg(long, value_name = "SHARE", default_value_t = 0.02)]
    pub faults: f64,
    /// Seed of the faults and the timetable
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Besides them a made-up match of this sport with its crowd: sound, chat, wearables, cameras. Its page is
    /// the game's, and Crowd on it
    #[arg(long, value_enum, value_name = "SPORT")]
    pub crowd: Option<SportArg>,
    /// How fast the match with the crowd passes
    #[arg(long, value_name = "FACTOR", default_value = "4")]
    pub crowd_speed: Speed,
    /// Rules that the match with the crowd takes on after a minute, to see whether its viewers frown them back: a folder or a
    /// file, beside those that it began with, such as docs/examples/restless.toml
    #[arg(long, value_name = "RULES", requires = "crowd")]
    pub crowd_rules: Option<PathBuf>,
    /// Models over those of the configuration, such as nfl.wp=wp_spread.ubj
    #[arg(long, value_name = "LEAGUE[.PART]=FILE")]
    pub model: Vec<String>,
    /// Write the closing report here as JSON
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Stop when the last game ends, instead of serving until Ctrl-C
    #[arg(long)]
    pub exit: bool,
}

/// `matchday serve`.
#[derive(Debug, Clone, Args, Default)]
pub struct ServeArgs {
    /// Address to listen on, over `server.listen`
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub listen: Option<SocketAddr>,
    /// Play this file back as a feed besides those configured; may be given more than once
    #[arg(long, value_name = "FILE")]
    pub file: Vec<PathBuf>,
    /// How fast the files given by --file play: a factor, or max
    #[arg(long, value_name = "FACTOR", default_value = "max")]
    pub speed: Speed,
    /// Models over those of the configuration, such as nfl.wp=wp_spread.ubj
    #[arg(long, value_name = "LEAGUE[.PART]=FILE")]
    pub model: Vec<String>,
    /// Ratings of sides, as `matchday ratings` wrote them, for games without a price; one file a sport
    #[arg(long, value_name = "FILE")]
    pub ratings: Vec<PathBuf>,
    /// Write every fact here as it is found, as JSON lines, from the log's beginning
    #[arg(long, value_name = "FILE")]
    pub facts: Option<PathBuf>,
    /// Stop when every file has been played, instead of serving until Ctrl-C
    #[arg(long)]
    pub exit: bool,
}

/// An address to listen on. `localhost` and a port alone are what people type.
fn address(text: &str) -> Result<SocketAddr, String> {
    let written = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    written.parse().map_err(|_| {
        "write an address and a port, such as 127.0.0.1:8080, or 0.0.0.0:8080 for all the world"
            .to_owned()
    })
}

/// `matchday config`.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Check every layer and all that it names (secrets, rules, models, files); exit 1 with every mistake
    Check,
    /// Print what comes out of the layers, as TOML
    Show,
}
