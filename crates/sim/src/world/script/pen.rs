//! What all sports share when a match is written: time, score and a momentum that swings.

use matchday_event::{Score, Side, Sport};

use super::{Club, Happening, HappeningKind as Kind, Mark, Player, Script, people};
use crate::Rng;

/// How fast a momentum is forgotten.
const FORGET_MS: f64 = 5.0 * 60_000.0;

pub(super) struct Pen {
    pub rng: Rng,
    pub at_ms: u64,
    pub score: Score,
    /// How much better the home side is, about -1 to 1.
    pub edge: f64,
    sport: Sport,
    clubs: [Club; 2],
    underdog: Option<Side>,
    drive: f64,
    drive_at_ms: u64,
    happenings: Vec<Happening>,
    momentum: Vec<Mark>,
}

impl Pen {
    pub fn new(seed: u64, sport: Sport) -> Self {
        let mut rng = Rng::new(seed, &format!("world script {}", sport.as_str()));
        let clubs = people::opponents(&mut rng, sport);
        let edge = (0.1 + 0.3 * rng.normal()).clamp(-0.8, 0.8);
        let underdog = if edge > 0.35 {
            Some(Side::Away)
        } else if edge < -0.35 {
            Some(Side::Home)
        } else {
            None
        };
        let mut pen = Self {
            rng,
            at_ms: 0,
            score: Score::default(),
            edge,
            sport,
            clubs,
            underdog,
            drive: 0.0,
            drive_at_ms: 0,
            happenings: Vec::new(),
            momentum: Vec::new(),
        };
        pen.tell(Kind::KickOff, None, 0.35, 0.0);
        pen
    }

    /// The side that this goes to, when both are as good and as lucky with probability one half.
    pub fn toss(&mut self) -> Side {
        if self.rng.chance(0.5 + 0.12 * self.edge + 0.16 * self.drive) {
            Side::Home
        } else {
            Side::Away
        }
    }

    /// How much better than even a side is now, -1 to 1.
    pub fn for_side(&self, side: Side) -> f64 {
        side.sign() * (0.6 * self.edge + 0.4 * self.drive)
    }

    /// Lets time pass: exactly this long.
    pub fn wait_ms(&mut self, ms: u64) {
        self.at_ms += ms;
    }

    /// Lets time pass: anything between the two.
    pub fn wait_between_s(&mut self, low: f64, high: f64) {
        let ms = (low + (high - low) * self.rng.unit()) * 1000.0;
        self.at_ms += ms as u64;
    }

    /// Lets time pass: at least `low`, and on top an exponential wait of this mean.
    pub fn wait_about_s(&mut self, low: f64, mean: f64) {
        let extra = -mean * libm::log(1.0 - self.rng.unit());
        self.at_ms += ((low + extra.min(6.0 * mean)) * 1000.0) as u64;
    }

    /// A happening with a player of the side behind it.
    pub fn tell(&mut self, kind: Kind, side: Option<Side>, weight: f64, surprise: f64) {
        let player = side.map(|side| {
            let players = &self.clubs[usize::from(side == Side::Away)].players;
            // Some players are in it more than others.
            let pick = self
                .rng
                .below(players.len())
                .min(self.rng.below(players.len()));
            players[pick].clone()
        });
        self.tell_of(kind, side, player, weight, surprise);
    }

    /// A happening of the side as a whole.
    pub fn tell_of(
        &mut self,
        kind: Kind,
        side: Option<Side>,
        player: Option<Player>,
        weight: f64,
        surprise: f64,
    ) {
        if let (Kind::Score { points }, Some(side)) = (kind, side) {
            let points = i16::from(points);
            match side {
                Side::Home => self.score.home += points,
                Side::Away => self.score.away += points,
            }
        }
        let underdog = self.underdog.is_some() && self.underdog == side && kind.tone() > 0;
        let happening = Happening {
            at_ms: self.at_ms,
            kind,
            side,
            player,
            weight: weight.clamp(0.0, 1.0) as f32,
            surprise: (surprise + if underdog { 0.3 } else { 0.0 }).clamp(0.0, 1.0) as f32,
            score: self.score,
        };
        self.swing(&happening);
        self.happenings.push(happening);
    }

    fn swing(&mut self, happening: &Happening) {
        let passed = (self.at_ms - self.drive_at_ms) as f64;
        let kept = libm::exp(-passed / FORGET_MS);
        let wander = 0.25 * libm::sqrt(1.0 - kept * kept) * self.rng.normal();
        let push = 0.6 * f64::from(happening.feeling(Side::Home));
        self.drive = (kept * self.drive + wander + push).clamp(-1.0, 1.0);
        self.drive_at_ms = self.at_ms;
        let mark = Mark {
            at_ms: self.at_ms,
            home: self.drive as f32,
        };
        match self.momentum.last_mut() {
            Some(last) if last.at_ms == mark.at_ms => *last = mark,
            _ => self.momentum.push(mark),
        }
    }

    /// The referee's whistle, a moment after what it is blown for.
    pub fn whistle(&mut self, weight: f64) {
        self.wait_between_s(0.4, 1.2);
        self.tell(Kind::Whistle, None, weight, 0.0);
    }

    pub fn finish(mut self) -> Script {
        self.tell(Kind::Final, None, 0.8, 0.0);
        let [home, away] = self.clubs;
        Script {
            sport: self.sport,
            home,
            away,
            underdog: self.underdog,
            duration_ms: self.at_ms,
            happenings: self.happenings,
            momentum: self.momentum,
        }
    }
}

/// How much more a moment matters late in a close match: 0.5 to 1.
pub(super) fn stake(share_played: f64, lead: i16, close: i16) -> f64 {
    let near = if lead.abs() <= close { 1.0 } else { 0.4 };
    0.5 + 0.5 * near * share_played.clamp(0.0, 1.0)
}
