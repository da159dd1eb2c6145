//! Positions of players and ball, from providers' files to one coordinate system.
//!
//! Every parser gives [`FrameReport`]s: metres, the origin at the centre mark, `x` towards the end that the home side
//! attacks in the first period, `y` to the left of somebody who looks that way. Providers measure in centimetres or
//! shares, put the origin elsewhere, and do not say who attacks where: [`orient`] finds it by where the sides stand and
//! turns whole files about if need be.
//!
//! Parsers are pure: bytes in, frames out. Those of one document are also providers of the registry, for feeds that push
//! or play back such documents.

pub mod hawkeye;
pub mod metrica;
pub mod pff;
pub mod skillcorner;
pub mod statsbomb;
pub mod tracab;

use std::sync::Arc;

use matchday_event::{
    EventTime, GameId, Side, Signal,
    senses::{FrameReport, Pitch, Towards},
};

use crate::{Context, Fault, FeedError, Parsed};

/// Faults that are told one by one.
const MOST_FAULTS: usize = 100;

/// What a document cannot say itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// What the system is called in facts.
    pub source: Arc<str>,
    /// When the first frame was, for formats that count from somewhere of their own.
    pub begins: EventTime,
    /// The pitch, for formats that do not say.
    pub pitch: Pitch,
}

impl Setup {
    /// A system of this name, on a usual pitch, with time that counts from 1970.
    pub fn new(source: &str) -> Self {
        Self {
            source: source.into(),
            begins: EventTime(0),
            pitch: Pitch::USUAL,
        }
    }
}

/// A document of positions.
#[derive(Debug, Clone, PartialEq)]
pub struct Tracks {
    /// The frames, by time.
    pub frames: Vec<FrameReport>,
    /// The match, where the document names it.
    pub game: Option<Arc<str>>,
    /// Whether the axes had to be turned about.
    pub turned: bool,
    /// What was set aside.
    pub faults: Vec<Fault>,
}

impl Tracks {
    fn of(mut frames: Vec<FrameReport>, game: Option<Arc<str>>, faults: Vec<Fault>) -> Self {
        frames.sort_by_key(|f| f.at);
        // Where two are of one time (an event that ends as the next begins) the first stands.
        frames.dedup_by_key(|f| f.at);
        let turned = orient(&mut frames);
        Self {
            frames,
            game,
            turned,
            faults,
        }
    }

    /// As a feed hands it on.
    fn parsed(self, provider: &str, context: &Context) -> Result<Vec<Parsed>, FeedError> {
        let game = match (&context.game, &self.game) {
            (Some(game), _) => game.clone(),
            (None, Some(name)) => GameId::new(format!("soccer-{provider}-{name}"))
                .map_err(|e| FeedError::wrong_shape("body", e.to_string()))?,
            (None, None) => {
                return Err(FeedError::wrong_shape(
                    "body",
                    "the document does not say which match it is of; give the feed a game",
                ));
            }
        };
        Ok(vec![Parsed {
            game,
            whole: false,
            signals: self.frames.into_iter().map(Signal::Frame).collect(),
            faults: self.faults,
        }])
    }
}

/// The setup of a registered provider: time counts from when the payload came.
fn setup_of(provider: &str, context: &Context) -> Setup {
    Setup {
        begins: context.received.unwrap_or_default(),
        ..Setup::new(provider)
    }
}

/// A registered provider's parser, of what reads a document.
macro_rules! provide {
    ($name:ident, $read:path, $provider:literal) => {
        /// The parser of the registry.
        pub fn $name(bytes: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
            $read(bytes, &setup_of($provider, context))?.parsed($provider, context)
        }
    };
}

provide!(provide_tracab, tracab::read, "tracab");
provide!(provide_pff, pff::read, "pff");
provide!(provide_hawkeye, hawkeye::read, "hawkeye");

/// A fault, while there are few.
fn aside(faults: &mut Vec<Fault>, fault: Fault) {
    if faults.len() < MOST_FAULTS {
        faults.push(fault);
    }
}

/// Millimetres: no system measures finer, and files and logs are shorter for it.
fn to_mm(m: f64) -> f32 {
    ((m * 1000.0).round() / 1000.0) as f32
}

/// Turns the axes about where the home side attacks towards negative `x` in the first period, and says of every frame
/// which way it attacks. Who attacks where is read off the sides: summed over a period, the visitors stand nearer to
/// the end that they defend. Says whether the axes were turned; where no period has both sides nothing is done.
pub fn orient(frames: &mut [FrameReport]) -> bool {
    let mut leans: Vec<(Option<u8>, f64)> = Vec::new();
    for frame in frames.iter() {
        let mean = |side| {
            let of = || frame.players.iter().filter(move |p| p.side == Some(side));
            let n = of().count();
            (n >= 2).then(|| of().map(|p| f64::from(p.x_m)).sum::<f64>() / n as f64)
        };
        let (Some(home), Some(away)) = (mean(Side::Home), mean(Side::Away)) else {
            continue;
        };
        match leans.iter_mut().find(|l| l.0 == frame.period) {
            Some(lean) => lean.1 += away - home,
            None => leans.push((frame.period, away - home)),
        }
    }
    let attacks_positive = |period| leans.iter().find(|l| l.0 == period).map(|l| l.1 > 0.0);
    let turned = match (attacks_positive(Some(1)), attacks_positive(Some(2))) {
        (Some(positive), _) => !positive,
        // By the axes' rule it attacks towards negative x in the second half.
        (None, Some(positive)) => positive,
        (None, None) => attacks_positive(None) == Some(false),
    };
    for frame in frames.iter_mut() {
        if turned {
            turn(frame);
        }
        if frame.home_attacks.is_none() {
            frame.home_attacks = attacks_positive(frame.period).map(|positive| {
                if positive == turned {
                    Towards::Negative
                } else {
                    Towards::Positive
                }
            });
        }
    }
    turned
}

/// Half a turn about the centre mark.
fn turn(frame: &mut FrameReport) {
    // Adding zero keeps a place on an axis from being minus zero.
    for player in &mut frame.players {
        player.x_m = 0.0 - player.x_m;
        player.y_m = 0.0 - player.y_m;
        player.head_deg = player
            .head_deg
            .map(|d| if d > 0.0 { d - 180.0 } else { d + 180.0 });
    }
    for ball in &mut frame.balls {
        ball.x_m = 0.0 - ball.x_m;
        ball.y_m = 0.0 - ball.y_m;
    }
    frame.home_attacks = frame.home_attacks.map(|towards| match towards {
        Towards::Positive => Towards::Negative,
        Towards::Negative => Towards::Positive,
    });
}
