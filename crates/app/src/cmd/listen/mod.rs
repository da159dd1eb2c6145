//! `matchday listen`: levels and crowd sounds of a file, of a stream of samples, or of RTP.

mod plot;

use std::{
    fs::File,
    io::{self, BufWriter, Read as _, Write},
    net::{SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use matchday_engine::sense::audio::Audio;
use matchday_event::{
    EventTime, Fact,
    senses::{Direction, LevelFact, RefusalPhase, SoundFact, SoundReport},
};
use matchday_feeds::sound::{
    FrontEnd, PcmFormat, PcmReader, RtpConfig, RtpEncoding, RtpPart, RtpReceiver, SoundFile,
    Source, offset_from_tone,
};

const AFTER: &str = "\
Examples:
  matchday listen crowd.wav --full-scale-db 140
  matchday listen stand.flac --reference calibrator.wav --reference-db 94
  matchday listen --raw s16le --rate 48000 --channels 2 < samples
  matchday listen --rtp 127.0.0.1:5004 --encoding l24 --rate 48000

Without --full-scale-db or --reference levels are relative to full scale (a sine of full scale is 0 dB), and the
thresholds of 120, 94 and 85 dB do not apply; roars, whistles, groans and chants are told all the same.";

/// `matchday listen`.
#[derive(Debug, Clone, Args)]
#[command(after_help = AFTER)]
pub struct ListenArgs {
    /// A WAV or FLAC file
    #[arg(required_unless_present_any = ["rtp", "raw"], conflicts_with_all = ["rtp", "raw"], value_name = "FILE")]
    file: Option<PathBuf>,
    /// Samples from standard input: s16le, s24le, s32le, f32le, l16 or l24
    #[arg(long, value_name = "FORMAT", conflicts_with = "rtp")]
    raw: Option<PcmFormat>,
    /// Receive RTP at this address
    #[arg(long, value_name = "ADDR")]
    rtp: Option<SocketAddr>,
    /// How samples lie in RTP packets: l16 or l24
    #[arg(long, value_name = "ENCODING", default_value = "l16")]
    encoding: String,
    /// RTP payload type to take; the first that comes if not given
    #[arg(long, value_name = "NUMBER")]
    payload_type: Option<u8>,
    /// Samples a second of --raw and --rtp
    #[arg(long, value_name = "HZ", default_value_t = 48_000)]
    rate: u32,
    /// Channels of --raw and --rtp
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    channels: u8,
    /// Sound pressure level that a sine of full scale stands for
    #[arg(
        long,
        value_name = "DB",
        conflicts_with = "reference",
        allow_hyphen_values = true
    )]
    full_scale_db: Option<f32>,
    /// Recording of a calibrator's 1 kHz tone through the same chain, WAV or FLAC
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Level that the calibrator states
    #[arg(long, value_name = "DB", default_value_t = 94.0)]
    reference_db: f32,
    /// Stop after this many seconds of sound, or of silence on the network
    #[arg(long)]
    seconds: Option<u64>,
    /// The microphone's name in facts and reports
    #[arg(long, default_value = "stadium")]
    mic: String,
    /// Print facts as JSON lines
    #[arg(long)]
    json: bool,
    /// Write every report here, ten a second, as JSON lines
    #[arg(long, value_name = "JSONL")]
    reports: Option<PathBuf>,
    /// Draw the level and what was heard, as SVG
    #[arg(long, value_name = "SVG")]
    plot: Option<PathBuf>,
}

struct Listener<'a> {
    args: &'a ListenArgs,
    front: FrontEnd,
    agent: Audio,
    new: Vec<SoundReport>,
    facts: Vec<Fact>,
    log: Option<BufWriter<File>>,
    plot: plot::Plot,
    out: io::StdoutLock<'static>,
    heard: u64,
}

/// Runs the command.
pub fn run(args: &ListenArgs) -> anyhow::Result<()> {
    let offset_db = match &args.reference {
        Some(path) => {
            let offset = calibrate(path, args.reference_db)?;
            eprintln!("a sine of full scale stands for {offset:.1} dB");
            Some(offset)
        }
        None => args.full_scale_db,
    };
    let source = |rate_hz, channels| Source {
        mic: args.mic.as_str().into(),
        rate_hz,
        channels,
        offset_db,
    };
    if let Some(path) = &args.file {
        let mut file = SoundFile::open(path)?;
        let mut listener = Listener::new(args, source(file.rate_hz(), file.channels()))?;
        let mut samples = Vec::new();
        while file.read(&mut samples)? && !listener.is_done() {
            listener.hear(&samples)?;
        }
        if file.damaged() > 0 {
            eprintln!(
                "{} packets could not be read and were left out",
                file.damaged()
            );
        }
        return listener.finish();
    }
    let listener = Listener::new(args, source(args.rate, args.channels))?;
    match (args.raw, args.rtp) {
        (Some(format), _) => raw(listener, format),
        (None, Some(address)) => rtp(listener, address),
        (None, None) => bail!("nothing to listen to; give a FILE, --raw or --rtp"),
    }
}

fn calibrate(path: &Path, reference_db: f32) -> anyhow::Result<f32> {
    /// A calibrator's recording needs seconds, not minutes.
    const MAX_S: usize = 120;
    let mut file = SoundFile::open(path)?;
    let (mut all, mut piece) = (Vec::new(), Vec::new());
    let most = MAX_S * file.rate_hz() as usize * usize::from(file.channels());
    while file.read(&mut piece)? {
        all.extend_from_slice(&piece);
        ensure!(
            all.len() <= most,
            "{}: a recording of a calibrator must not last over {MAX_S} s",
            path.display()
        );
    }
    offset_from_tone(&all, file.rate_hz(), file.channels(), reference_db)
        .with_context(|| path.display().to_string())
}

fn raw(mut listener: Listener<'_>, format: PcmFormat) -> anyhow::Result<()> {
    let mut reader = PcmReader::new(format);
    let mut input = io::stdin().lock();
    let mut bytes = vec![0; 1 << 14];
    let mut samples = Vec::new();
    while !listener.is_done() {
        let n = input
            .read(&mut bytes)
            .context("cannot read standard input")?;
        if n == 0 {
            break;
        }
        samples.clear();
        reader.push(&bytes[..n], &mut samples);
        listener.hear(&samples)?;
    }
    listener.finish()
}

fn rtp(mut listener: Listener<'_>, address: SocketAddr) -> anyhow::Result<()> {
    let args = listener.args;
    let encoding = match args.encoding.to_ascii_lowercase().as_str() {
        "l16" => RtpEncoding::L16,
        "l24" => RtpEncoding::L24,
        other => bail!("no rtp encoding {other:?}; there are l16 and l24"),
    };
    let socket = UdpSocket::bind(address).with_context(|| format!("cannot listen at {address}"))?;
    socket.set_read_timeout(args.seconds.map(|s| Duration::from_secs(s.max(1))))?;
    eprintln!("listening at {}", socket.local_addr()?);
    let mut receiver = RtpReceiver::new(RtpConfig {
        payload_type: args.payload_type,
        encoding,
        channels: args.channels,
        reorder: 16,
    });
    let mut packet = vec![0; 1 << 16];
    let mut parts = Vec::new();
    while !listener.is_done() {
        match socket.recv(&mut packet) {
            // What is no packet of the stream is counted, and the next may be one.
            Ok(n) => drop(receiver.push(&packet[..n], &mut parts)),
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) =>
            {
                break;
            }
            Err(e) => return Err(e).context("cannot receive"),
        }
        listener.take(&mut parts)?;
    }
    receiver.flush(&mut parts);
    listener.take(&mut parts)?;
    let counts = receiver.counts();
    eprintln!(
        "{} packets, {} reordered, {} twice, {} late, {} lost, {} of no use",
        counts.taken, counts.reordered, counts.duplicate, counts.late, counts.lost, counts.unusable
    );
    listener.finish()
}

impl<'a> Listener<'a> {
    fn new(args: &'a ListenArgs, source: Source) -> anyhow::Result<Self> {
        let log = match &args.reports {
            Some(path) => {
                Some(BufWriter::new(File::create(path).with_context(|| {
                    format!("cannot write {}", path.display())
                })?))
            }
            None => None,
        };
        Ok(Self {
            front: FrontEnd::new(source, EventTime(0))?,
            agent: Audio::default(),
            new: Vec::new(),
            facts: Vec::new(),
            log,
            plot: plot::Plot::default(),
            out: io::stdout().lock(),
            args,
            heard: 0,
        })
    }

    fn is_done(&self) -> bool {
        self.args.seconds.is_some_and(|s| self.heard >= 10 * s)
    }

    fn hear(&mut self, samples: &[f32]) -> anyhow::Result<()> {
        self.front.push(samples, &mut self.new);
        self.tell()
    }

    fn take(&mut self, parts: &mut Vec<RtpPart>) -> anyhow::Result<()> {
        for part in parts.drain(..) {
            match part {
                RtpPart::Samples(samples) => self.front.push(&samples, &mut self.new),
                RtpPart::Lost(frames) => self.front.push_lost(frames, &mut self.new),
                RtpPart::Began => {
                    let now = self.front.now();
                    self.front = FrontEnd::new(self.front.source().clone(), now)?;
                }
            }
        }
        self.tell()
    }

    fn tell(&mut self) -> anyhow::Result<()> {
        for report in self.new.drain(..) {
            self.heard += 1;
            if let Some(log) = &mut self.log {
                serde_json::to_writer(&mut *log, &report)?;
                log.write_all(b"\n")?;
            }
            self.agent.apply(&report, &mut self.facts);
            if self.args.plot.is_some() {
                self.plot.add(&report, &self.facts);
            }
            for fact in self.facts.drain(..) {
                if self.args.json {
                    serde_json::to_writer(&mut self.out, &fact)?;
                    self.out.write_all(b"\n")?;
                } else if let Fact::Sound(fact) = &fact
                    && let Some(line) = line(fact)
                {
                    writeln!(self.out, "{line}")?;
                }
            }
        }
        Ok(())
    }

    fn finish(mut self) -> anyhow::Result<()> {
        if let Some(log) = &mut self.log {
            log.flush()?;
        }
        if let Some(path) = &self.args.plot {
            std::fs::write(path, self.plot.svg()?)
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        ensure!(
            self.heard > 0,
            "less than a tenth of a second of sound came"
        );
        Ok(())
    }
}

/// A fact as a line for people.
fn line(fact: &SoundFact) -> Option<String> {
    let at = |at: EventTime| {
        let ms = at.millis();
        format!("{:>3}:{:02}.{}", ms / 60_000, ms / 1000 % 60, ms / 100 % 10)
    };
    Some(match fact {
        // Every tenth second of levels is enough for people.
        SoundFact::Level(level) if level.at.millis() % 10_000 == 0 => {
            level_line(&at(level.at), level)
        }
        SoundFact::Level(_) => return None,
        SoundFact::Crossed(c) => {
            let way = match c.direction {
                Direction::Up => "over",
                Direction::Down => "under",
            };
            format!(
                "{}  {way} {:.0} dB: {:.1} dB",
                at(c.at),
                c.threshold_db,
                c.level_db
            )
        }
        SoundFact::Heard(s) => {
            let rate = match (s.rate, s.kind) {
                (Some(rate), matchday_event::senses::SoundKind::Whistle) => {
                    format!(", {rate:.0} Hz")
                }
                (Some(rate), _) => format!(", {rate:.0} beats a minute"),
                (None, _) => String::new(),
            };
            match s.duration_ms {
                None => format!(
                    "{}  {} since {}, {:.0} dB, {:+.0} dB over the usual{rate}, confidence {:.2}",
                    at(s.found),
                    s.kind.as_str(),
                    at(s.onset).trim_start(),
                    s.level_db,
                    s.rise_db,
                    s.confidence
                ),
                Some(ms) => format!(
                    "{}  {} over after {:.1} s, {:.0} dB at most{rate}",
                    at(EventTime(s.onset.0 + i64::from(ms) * 1000)),
                    s.kind.as_str(),
                    f64::from(ms) / 1000.0,
                    s.level_db
                ),
            }
        }
        SoundFact::Refused(r) => {
            let phase = match r.phase {
                RefusalPhase::Began => "input refused",
                RefusalPhase::Ended => "input good again",
            };
            format!("{}  {phase}: {}", at(r.at), r.code.as_str())
        }
    })
}

fn level_line(at: &str, level: &LevelFact) -> String {
    let unit = if level.calibrated {
        "dB"
    } else {
        "dB re full scale"
    };
    let lufs = level
        .short_term_lufs
        .map_or_else(String::new, |l| format!(", {l:.1} LUFS"));
    format!(
        "{at}  A {:.1}, C {:.1}, most {:.1} {unit}{lufs}",
        level.a_slow_db, level.c_slow_db, level.a_max_db
    )
}
