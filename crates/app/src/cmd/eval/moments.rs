//! `matchday eval moments`: how well moments are found in the simulated world.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, BufWriter, Write as _},
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use anyhow::{Context as _, ensure};
use clap::{Args, ValueEnum};
use matchday_engine::sense::game::{Match, ModelSet, Output};
use matchday_event::{
    EventTime, Fact, GameId, Signal,
    senses::{MomentFact, SoundReport},
};
use matchday_feeds::sound::{FrontEnd, Source};
use matchday_sim::world::{
    Script,
    body::{self, BodyPlan},
    chat::{Chat, ChatPlan},
    gaze::{self, GazePlan},
    moments::{KINDS, MomentScore, Told, TrueMoment, quantile, score, truth},
    plays::{self, Feed, league_of},
    sound::{OFFSET_DB, RATE_HZ, render},
    vision::{self, VisionPlan},
};

use crate::cmd::sim::SportArg;

/// `matchday eval moments`.
#[derive(Debug, Clone, Args)]
pub struct MomentArgs {
    /// How many matches, the four sports in turn
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// Seed of the first. What the agent goes by was chosen on seeds from 1,000 on: score on others
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Minutes of sound of each, from a place in the match that depends on the seed; 0 for whole matches. Plays are told from
    /// the beginning in any case
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// What can be heard and read
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_value = "game,sound,chat"
    )]
    senses: Vec<SenseArg>,
    /// Folder to keep what microphones heard in, so that the next run with the same seeds and minutes need not make the sound
    /// again
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Matches at a time
    #[arg(long, default_value_t = std::thread::available_parallelism().map_or(1, |n| n.get() as u64))]
    jobs: u64,
    /// Also print every moment that was missed or told wrongly
    #[arg(long)]
    list: bool,
}

/// A sense of the simulated world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SenseArg {
    /// Play by play, some seconds late.
    Game,
    /// The crowd's sound.
    Sound,
    /// Chat rooms.
    Chat,
    /// Wearables.
    Body,
    /// Cameras.
    Vision,
    /// Where viewers look.
    Gaze,
}

const KICK_OFF: EventTime = EventTime(1_800_000_000_000_000);
/// How long plays are waited for after the last sound.
const LINGER_MS: u64 = 30_000;

/// Part of a match of the world.
#[derive(Debug)]
pub struct Stretch {
    seed: u64,
    sport: SportArg,
    whole: Script,
    from_ms: u64,
    part: Script,
}

impl Stretch {
    /// The match of a seed: the four sports in turn, and not all from their beginning.
    pub fn of(seed: u64, minutes: u64) -> Self {
        let sport = SportArg::ALL[(seed % 4) as usize];
        let whole = Script::generate(seed, sport.into());
        let long_ms = match minutes {
            0 => whole.duration_ms,
            n => n * 60_000,
        };
        let room = whole.duration_ms.saturating_sub(long_ms);
        let from_ms = room / 7 * (seed / 4 % 8);
        let part = whole.excerpt(from_ms, from_ms + long_ms);
        Self {
            seed,
            sport,
            whole,
            from_ms,
            part,
        }
    }

    fn begins(&self) -> EventTime {
        EventTime(KICK_OFF.0 + self.from_ms as i64 * 1000)
    }

    /// What is truly in it, by milliseconds from its beginning.
    pub fn truth(&self) -> Vec<TrueMoment> {
        let (cues, _) = render(self.seed, &self.part);
        truth(&self.part, &cues)
    }

    /// What a microphone hears.
    pub fn sound(&self) -> anyhow::Result<Vec<SoundReport>> {
        let (_, mut crowd) = render(self.seed, &self.part);
        let source = Source {
            mic: "stadium".into(),
            rate_hz: RATE_HZ,
            channels: 1,
            offset_db: Some(OFFSET_DB),
        };
        let mut front = FrontEnd::new(source, self.begins())?;
        let mut samples = vec![0.0; 4800];
        let mut reports = Vec::new();
        loop {
            let n = crowd.read(&mut samples);
            if n == 0 {
                return Ok(reports);
            }
            front.push(&samples[..n], &mut reports);
        }
    }

    fn kept_sound(&self, args: &MomentArgs) -> anyhow::Result<Vec<SoundReport>> {
        let Some(dir) = &args.keep else {
            return self.sound();
        };
        let path = dir.join(format!("{}-{}.jsonl", self.seed, args.minutes));
        if let Ok(file) = File::open(&path) {
            return BufReader::new(file)
                .lines()
                .map(|line| Ok(serde_json::from_str(&line?)?))
                .collect::<anyhow::Result<_>>()
                .with_context(|| format!("cannot read {}", path.display()));
        }
        let reports = self.sound()?;
        let cannot = || format!("cannot write {}", path.display());
        let mut out = BufWriter::new(File::create(&path).with_context(cannot)?);
        for report in &reports {
            serde_json::to_writer(&mut out, report)?;
            out.write_all(b"\n")?;
        }
        out.flush().with_context(cannot)?;
        Ok(reports)
    }

    /// Everything that is reported, by the time at which it is.
    fn signals(&self, senses: &[SenseArg], sound: Vec<SoundReport>) -> Vec<(i64, Signal)> {
        let mut all: Vec<(i64, Signal)> = Vec::new();
        let ends_ms = self.from_ms + self.part.duration_ms;
        if senses.contains(&SenseArg::Game) {
            let told = plays::plays(self.seed, &self.whole, KICK_OFF, &Feed::default());
            let told = told.into_iter().filter(|t| t.at_ms <= ends_ms + LINGER_MS);
            all.extend(told.map(|t| (KICK_OFF.0 + t.at_ms as i64 * 1000, t.signal)));
        }
        all.extend(sound.into_iter().map(|r| (r.at.0, Signal::Sound(r))));
        if senses.contains(&SenseArg::Chat) {
            let plan = ChatPlan {
                kick_off: self.begins(),
                ..ChatPlan::default()
            };
            let rooms = Chat::new(self.seed, &self.part, plan);
            all.extend(rooms.map(|h| (h.report.at.0, Signal::Chat(h.report))));
        }
        if senses.contains(&SenseArg::Body) {
            let plan = BodyPlan {
                kick_off: self.begins(),
                ..BodyPlan::default()
            };
            let (_, bodies) = body::render(self.seed, &self.part, &plan);
            all.extend(bodies.map(|r| (r.at.0, Signal::Beats(r))));
        }
        if senses.contains(&SenseArg::Vision) {
            let plan = VisionPlan {
                kick_off: self.begins(),
                ..VisionPlan::default()
            };
            let (_, pictures) = vision::render(self.seed, &self.part, &plan);
            all.extend(pictures.map(|r| (r.at.0, Signal::Seen(r))));
        }
        if senses.contains(&SenseArg::Gaze) {
            let plan = GazePlan {
                kick_off: self.begins(),
                ..GazePlan::default()
            };
            let (_, gazes) = gaze::render(self.seed, &self.part, &plan);
            all.extend(gazes.map(|r| (r.at.0, Signal::Gaze(r))));
        }
        let mut tick = |from: u64, to: u64| {
            let cells = from.div_ceil(100)..=to / 100;
            all.extend(cells.map(|cell| {
                let at = EventTime(KICK_OFF.0 + cell as i64 * 100_000);
                (at.0, Signal::Tick { at })
            }));
        };
        if !senses.contains(&SenseArg::Sound) {
            tick(self.from_ms, ends_ms);
        }
        tick(ends_ms, ends_ms + LINGER_MS);
        all.sort_by_key(|(at, _)| *at);
        all
    }

    /// The moments that the agents find in signals.
    fn moments(&self, signals: &[(i64, Signal)]) -> anyhow::Result<Vec<Told>> {
        let id = format!("{}-sim-{}", league_of(self.sport.into()), self.seed);
        let mut game = Match::new(GameId::new(id)?, ModelSet::default());
        game.set_viewed(false);
        let mut out = Output::default();
        let mut facts: Vec<MomentFact> = Vec::new();
        for (i, (_, signal)) in signals.iter().enumerate() {
            game.apply(i as u64 + 1, signal, &mut out);
            facts.extend(out.facts.drain(..).filter_map(|fact| match fact {
                Fact::Moment(moment) => Some(moment),
                _ => None,
            }));
        }
        Ok(Told::join(&facts))
    }
}

struct Scored {
    seed: u64,
    sport: SportArg,
    all: MomentScore,
    kinds: [MomentScore; KINDS.len()],
    minutes: f64,
    listed: Vec<String>,
}

fn one(seed: u64, args: &MomentArgs) -> anyhow::Result<Scored> {
    let stretch = Stretch::of(seed, args.minutes);
    let sound = if args.senses.contains(&SenseArg::Sound) {
        stretch.kept_sound(args)?
    } else {
        Vec::new()
    };
    let told = stretch.moments(&stretch.signals(&args.senses, sound))?;
    let truth = stretch.truth();
    // Before the ground's usual murmur is known, and after the last sound, nothing is asked and nothing is scored.
    let begins = stretch.begins();
    let inside = |t: &Told| {
        let after = t.first.onset.0 - begins.0;
        (0..stretch.part.duration_ms as i64 * 1000).contains(&after)
    };
    let told: Vec<Told> = told.into_iter().filter(inside).collect();
    let (all, kinds) = score(&truth, &told, begins);
    let listed = if args.list {
        list(&stretch, &truth, &told)
    } else {
        Vec::new()
    };
    Ok(Scored {
        seed,
        sport: stretch.sport,
        all,
        kinds,
        minutes: stretch.part.duration_ms as f64 / 60_000.0,
        listed,
    })
}

fn list(stretch: &Stretch, truth: &[TrueMoment], told: &[Told]) -> Vec<String> {
    use matchday_sim::world::moments::{Verdict, judge};
    let begins = stretch.begins();
    let verdicts = judge(truth, told, begins);
    let mut out = Vec::new();
    for (told, verdict) in told.iter().zip(&verdicts) {
        let at_s = (told.first.onset.0 - begins.0) as f64 / 1e6;
        match verdict {
            Verdict::Wrong => out.push(format!(
                "{} {:?} wrong {at_s:.2} s {} {:?} {:.0}",
                stretch.seed,
                stretch.sport,
                told.last.kind.as_str(),
                told.first.senses,
                told.last.intensity
            )),
            Verdict::Found(i) => {
                let late = (told.first.found.0 - begins.0) / 1000 - truth[*i].onset_ms as i64;
                if late >= 300 {
                    out.push(format!(
                        "{} {:?} late {at_s:.2} s by {late} ms {} {:?}",
                        stretch.seed,
                        stretch.sport,
                        truth[*i].kind.as_str(),
                        told.first.senses
                    ));
                }
            }
            Verdict::Allowed => {}
        }
    }
    for (i, t) in truth.iter().enumerate() {
        if t.must && !verdicts.contains(&Verdict::Found(i)) {
            out.push(format!(
                "{} {:?} missed {:.2} s {} {:?}",
                stretch.seed,
                stretch.sport,
                t.onset_ms as f64 / 1000.0,
                t.kind.as_str(),
                t.side
            ));
        }
    }
    out
}

/// Runs the command.
pub fn run(args: &MomentArgs) -> anyhow::Result<()> {
    ensure!(args.seeds > 0, "nothing to score; give --seeds");
    if let Some(dir) = &args.keep {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    }
    let began = Instant::now();
    let next = AtomicU64::new(args.first);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..args.jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= args.first + args.seeds {
                        return;
                    }
                    let scored = one(seed, args);
                    done.lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(scored);
                }
            });
        }
    });
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut done = done.into_iter().collect::<anyhow::Result<Vec<_>>>()?;
    done.sort_by_key(|s| s.seed);
    let minutes: f64 = done.iter().map(|s| s.minutes).sum();
    for line in done.iter().flat_map(|s| &s.listed) {
        println!("{line}");
    }
    println!(
        "{} matches, seeds {} to {}, {minutes:.0} min, senses {}, in {:.0} s",
        args.seeds,
        args.first,
        args.first + args.seeds - 1,
        names(&args.senses),
        began.elapsed().as_secs_f64()
    );
    println!(
        "              truth  recall  in 300 ms  told  precision   delay p50   p90   p99 (ms)   since it happened p50   p90 (ms)  kind and side"
    );
    let mut all = MomentScore::default();
    for sport in SportArg::ALL {
        let mut score = MomentScore::default();
        for s in done.iter().filter(|s| s.sport == sport) {
            score.add(&s.all);
        }
        let name = sport.to_possible_value();
        line(name.as_ref().map_or("", |n| n.get_name()), &score, true);
        all.add(&score);
    }
    for (i, kind) in KINDS.iter().enumerate() {
        let mut score = MomentScore::default();
        for s in &done {
            score.add(&s.kinds[i]);
        }
        if score.must > 0 {
            line(kind.as_str(), &score, false);
        }
    }
    line("all", &all, true);
    Ok(())
}

fn names(senses: &[SenseArg]) -> String {
    let name = |s: &SenseArg| s.to_possible_value().map(|v| v.get_name().to_owned());
    let names: Vec<String> = senses.iter().filter_map(name).collect();
    names.join(", ")
}

fn line(name: &str, s: &MomentScore, judged: bool) {
    let ms = |delays: &[i64], share| {
        quantile(delays, share).map_or_else(|| "-".to_owned(), |ms| ms.to_string())
    };
    let (told, precision) = if judged {
        (s.told.to_string(), format!("{:.3}", s.precision()))
    } else {
        ("-".to_owned(), "-".to_owned())
    };
    println!(
        "{name:<12} {:>6}  {:>6.3}  {:>9.3} {told:>5}  {precision:>9}  {:>10} {:>5} {:>5}  {:>21} {:>5}  {:>18.3}",
        s.must,
        s.recall(),
        s.recall_within(300),
        ms(&s.delays_ms, 0.5),
        ms(&s.delays_ms, 0.9),
        ms(&s.delays_ms, 0.99),
        ms(&s.since_ms, 0.5),
        ms(&s.since_ms, 0.9),
        s.named as f64 / s.found.max(1) as f64,
    );
}
