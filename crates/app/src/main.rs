//! The `matchday` binary: command line, configuration, wiring, the clock and the operating system.

mod camera_models;
mod check;
mod cli;
mod clock;
mod cmd;
mod config;
mod desk;
mod intake;
mod kept;
mod models;
mod ops;
mod pipeline;
mod production;
mod ratings;
mod report;
mod rules;
mod senses;
mod server;
mod stages;
mod trees;
mod web;
mod world;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::{Cli, Command, ConfigCommand};

/// A fold allocates and frees small things without end; this one is quicker at it than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ops::leave_quietly_when_nobody_reads();
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if ops::nobody_reads(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("matchday: {}", described(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes in one line; a cause that the text already tells is not told twice.
fn described(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        // A place that the cause says as well is not said twice.
        if text.is_empty() || cause.starts_with(&text) {
            text = cause;
        } else if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let _log_lines = ops::init_logging(&cli.global)?;
    let global = cli.global;
    let configuration = || -> anyhow::Result<config::Config> {
        let mut config = config::load(global.config.as_deref(), std::env::vars())?;
        if let Some(dir) = &global.data_dir {
            config.log.dir.clone_from(dir);
        }
        Ok(config)
    };
    match cli.command {
        Command::Demo(args) => cmd::demo::run(configuration()?, args, global.data_dir.is_some()),
        Command::Serve(args) => cmd::serve::run(configuration()?, args),
        Command::Replay(args) => cmd::replay::run(args),
        Command::Log(args) => cmd::log::run(args, &configuration()?.log.dir),
        Command::Train(args) => cmd::train::run(args),
        Command::Eval(args) => cmd::eval::run(args),
        Command::Ratings(args) => cmd::ratings::run(&args),
        Command::Calibrate(args) => cmd::calibrate::run(&args),
        Command::Bench(args) => cmd::bench::run(args),
        Command::Config(ConfigCommand::Check) => {
            check::run(&configuration()?)?;
            println!("the configuration is sound");
            Ok(())
        }
        Command::Config(ConfigCommand::Show) => {
            print!("{}", toml::to_string_pretty(&configuration()?)?);
            Ok(())
        }
        Command::Listen(args) => cmd::listen::run(&args),
        Command::Sim(args) => cmd::sim::run(args),
        Command::Micro(args) => cmd::micro::run(&args),
        Command::Mixer(args) => cmd::mixer::run(&args, configuration),
        Command::Tracking(args) => cmd::tracking::run(&args),
        Command::Rules(args) => cmd::rules::run(args, configuration),
        Command::Feeds => {
            for provider in matchday_feeds::providers() {
                println!("{:<16} {}", provider.name, provider.about);
            }
            Ok(())
        }
        Command::Schema { out, check } => cmd::schema::run(&out, check),
    }
}
