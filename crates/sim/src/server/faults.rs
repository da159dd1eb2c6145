use matchday_event::FaultCode;

use crate::{Rng, sunday::Spoil};

/// What the feed server does wrong on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Injected {
    /// A web page instead of data.
    Html,
    /// An HTTP error 500.
    Status,
    /// Nothing in the body.
    Empty,
    /// The first half of the document.
    Half,
    /// An answer that takes long.
    Slow,
    /// A document older than one already served.
    Stale,
    /// A whole document with something wrong in it.
    Spoiled(Spoil),
}

/// How the transport can fail; these stay possible to the end of a game.
const TRANSPORT: &[Injected] = &[
    Injected::Html,
    Injected::Status,
    Injected::Empty,
    Injected::Half,
    Injected::Slow,
];

impl Injected {
    /// Every kind there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let whole = Spoil::ALL.iter().map(|s| Self::Spoiled(*s));
        TRANSPORT.iter().copied().chain([Self::Stale]).chain(whole)
    }

    /// The code under which a feed driver or the game agent should count it when it heals it.
    pub fn code(self) -> FaultCode {
        match self {
            Self::Html => FaultCode::HtmlBody,
            Self::Status => FaultCode::HttpStatus,
            Self::Empty => FaultCode::EmptyBody,
            Self::Half => FaultCode::Truncated,
            Self::Slow => FaultCode::Timeout,
            Self::Stale => FaultCode::Shrunk,
            Self::Spoiled(Spoil::Duplicate) => FaultCode::Duplicate,
            Self::Spoiled(Spoil::OutOfOrder) => FaultCode::OutOfOrder,
            Self::Spoiled(Spoil::ScoreFlicker) => FaultCode::ScoreDrop,
            Self::Spoiled(Spoil::ClockBackward) => FaultCode::ClockBackward,
            Self::Spoiled(Spoil::DownMissing) => FaultCode::DownMissing,
            Self::Spoiled(Spoil::LongClock) => FaultCode::ClockRange,
        }
    }

    /// What, if anything, goes wrong with the `poll`th request for a game: the same for the same seed.
    pub fn draw(seed: u64, game: &str, poll: u64, rate: f64) -> (Option<Self>, Rng) {
        let mut rng = Rng::new(seed, &format!("fault {game} {poll}"));
        let wrong = rng.chance(rate).then(|| {
            let kinds: Vec<Self> = Self::all().collect();
            kinds[rng.below(kinds.len())]
        });
        (wrong, rng)
    }

    /// A failure of the transport, for where the document itself has nothing to spoil.
    pub(super) fn transport(rng: &mut Rng) -> Self {
        TRANSPORT[rng.below(TRANSPORT.len())]
    }
}
