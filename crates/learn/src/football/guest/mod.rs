//! Models that others have trained, in place of ours: win probability and expected points from an XGBoost
//! booster or an ONNX graph, with our own where such a model says nothing.

pub mod contract;
mod predictor;

use std::sync::Arc;

pub use predictor::{Of, Predictor};

use self::{
    contract::{Needs, UnknownFeature},
    predictor::CLASSES,
};
use super::{Kind, Models, Rules, Snap};
use crate::booster::BoosterError;

/// Why a model of others cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    /// The booster itself.
    #[error(transparent)]
    Booster(#[from] BoosterError),
    /// The graph itself.
    #[cfg(feature = "onnx")]
    #[error(transparent)]
    Onnx(#[from] crate::onnx::OnnxError),
    /// A graph, and no runner for it.
    #[error("this build reads no ONNX graphs; build it with the cargo feature `onnx`")]
    NoOnnx,
    /// Nothing says what the inputs are.
    #[error(
        "the model does not say what its {wanted} features are; name them in order with `features = […]`"
    )]
    NoNames {
        /// How many there are.
        wanted: usize,
    },
    /// Another number of names than of inputs.
    #[error("{named} features are named, and the model takes {wanted}")]
    FeatureCount {
        /// Names given.
        named: usize,
        /// Inputs of the model.
        wanted: usize,
    },
    /// A name that means nothing here.
    #[error("feature {at}: {source}")]
    Feature {
        /// Which input, from 0.
        at: usize,
        /// Which name.
        source: UnknownFeature,
    },
    /// A model whose predictions are not what its part needs.
    #[error("{part}: {name} gives {gives}; {wanted}")]
    Output {
        /// `wp`, `wp_without_spread` or `ep`.
        part: &'static str,
        /// The model.
        name: Arc<str>,
        /// What it gives.
        gives: String,
        /// What is needed.
        wanted: &'static str,
    },
    /// A model for games without a spread that looks at the spread.
    #[error("wp_without_spread: {name} looks at {feature}, which a game without a spread has not")]
    LooksAtSpread {
        /// The model.
        name: Arc<str>,
        /// The feature.
        feature: &'static str,
    },
    /// An expected-points model that is given expected points.
    #[error("ep: {name} looks at {feature}, which is made of what it is to predict")]
    LooksAtItself {
        /// The model.
        name: Arc<str>,
        /// The feature.
        feature: &'static str,
    },
}

/// The parts that others may bring.
#[derive(Debug, Default)]
pub struct Parts {
    /// Win probability. Where it looks at the spread it is asked only where there is one.
    pub wp: Option<Predictor>,
    /// Win probability of games without a spread.
    pub wp_without_spread: Option<Predictor>,
    /// Expected points: the points themselves, or the chances of the next score in nflfastR's order.
    pub ep: Option<Predictor>,
}

/// Points of the next score's classes in the order of nflfastR's and cfbfastR's models: touchdown, the other
/// side's, field goal, the other side's, safety, the other side's, none.
const CLASS_POINTS: [f64; CLASSES] = [7.0, -7.0, 3.0, -3.0, 2.0, -2.0, 0.0];

/// A league's models with parts that others have brought.
///
/// Theirs speak before kick-offs and plays from scrimmage in regulation, where somebody is known to have the ball.
/// A kick-off is priced as the receivers' first down after a touchback, as nflfastR and cfbfastR do it. Ours stay
/// for overtime, before the toss, and for the chances of a try (whose kick-off is then priced by theirs). Leverage
/// weighs our outcomes by their win probabilities, on our scale.
#[derive(Debug)]
pub struct Guest {
    name: Arc<str>,
    ours: Arc<Models>,
    parts: Parts,
}

impl Guest {
    /// Puts parts in place of those of `ours`.
    pub fn new(ours: Arc<Models>, parts: Parts) -> Result<Self, GuestError> {
        for (part, model) in [
            ("wp", &parts.wp),
            ("wp_without_spread", &parts.wp_without_spread),
        ] {
            let Some(model) = model else { continue };
            if !model.gives_probability() {
                return Err(output(part, model, "one probability is needed"));
            }
        }
        if let Some(model) = &parts.wp_without_spread
            && let Some(feature) = model.features().iter().find(|f| f.needs == Needs::Spread)
        {
            return Err(GuestError::LooksAtSpread {
                name: model.name().clone(),
                feature: feature.name,
            });
        }
        if let Some(model) = &parts.ep {
            if model.gives_class() || !matches!(model.outputs(), 1 | CLASSES) {
                let wanted = "points, or the chances of seven next scores, are needed";
                return Err(output("ep", model, wanted));
            }
            if let Some(feature) = model.features().iter().find(|f| f.needs == Needs::Ep) {
                return Err(GuestError::LooksAtItself {
                    name: model.name().clone(),
                    feature: feature.name,
                });
            }
        }
        let names: Vec<&str> = [&parts.wp, &parts.wp_without_spread, &parts.ep]
            .into_iter()
            .flatten()
            .map(|m| m.name().as_ref())
            .collect();
        let name = match names.is_empty() {
            true => ours.name().clone(),
            false => names.join("+").into(),
        };
        let guest = Self { name, ours, parts };
        guest.try_out()?;
        Ok(guest)
    }

    /// Asks the win probability models of some games, so that one whose numbers are no probabilities is refused
    /// when it is read and not at a play.
    fn try_out(&self) -> Result<(), GuestError> {
        let side = matchday_event::Side::Home;
        let models = [
            ("wp", &self.parts.wp),
            ("wp_without_spread", &self.parts.wp_without_spread),
        ];
        for (period, clock_s, home_lead) in [(1, 900, 0), (2, 60, 28), (4, 30, -35), (4, 600, 10)] {
            let snap = Snap {
                kind: Kind::Scrimmage,
                period,
                clock_s,
                home_lead,
                possession: Some(side),
                opening_receiver: Some(side),
                second_half_receiver: (period <= 2).then_some(side.other()),
                down: 1,
                distance: 10,
                yards_to_goal: 75,
                home_timeouts: 3,
                away_timeouts: 3,
                spread_home: Some(-3.0),
                total_line: Some(45.0),
                ..Snap::default()
            };
            for (part, model) in models {
                if let Some(model) = model
                    && self.wp_by(model, &snap).is_none()
                {
                    return Err(output(part, model, "one probability is needed"));
                }
            }
        }
        Ok(())
    }

    /// The parts' names.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The rules of the league.
    pub fn rules(&self) -> Rules {
        self.ours.rules()
    }

    /// Our models, which stand in for what was not brought.
    pub fn ours(&self) -> &Models {
        &self.ours
    }

    /// Home win probability before this snap, a tie that stands counted as half.
    pub fn home_wp(&self, snap: &Snap) -> f64 {
        match snap.kind {
            Kind::Over => self.ours.home_wp(snap),
            Kind::Try if snap.possession.is_some() => {
                self.ours.try_wp_by(snap, |s| self.home_wp(s))
            }
            Kind::Try => self.home_wp(&Snap {
                kind: Kind::Kickoff,
                ..*snap
            }),
            Kind::Kickoff | Kind::Scrimmage => {
                let theirs = self.wp_model(snap).and_then(|m| self.wp_by(m, snap));
                theirs.unwrap_or_else(|| self.ours.home_wp(snap))
            }
        }
    }

    /// Which of their models speaks here, if any.
    fn wp_model(&self, snap: &Snap) -> Option<&Predictor> {
        if snap.possession.is_none() || snap.period > 4 {
            return None;
        }
        let priced = snap.spread_home.is_some();
        let fits = |m: &&Predictor| priced || !m.needs(Needs::Spread);
        let wp = self.parts.wp.as_ref().filter(fits);
        let blind = self.parts.wp_without_spread.as_ref();
        match priced {
            true => wp.or(blind),
            false => blind.or(wp),
        }
    }

    fn wp_by(&self, model: &Predictor, snap: &Snap) -> Option<f64> {
        let seen = self.seen(snap);
        let ep = || self.points(&seen);
        let [p, ..] = model.predict(&seen, self.rules(), &ep)?;
        let p = f64::from(p);
        if !(0.0..=1.0).contains(&p) {
            return None;
        }
        Some(match model.of() {
            Of::Possession if snap.ball_sign() < 0.0 => 1.0 - p,
            _ => p,
        })
    }

    /// The snap that their models are shown: a kick-off is the receivers' first down after a touchback.
    fn seen(&self, snap: &Snap) -> Snap {
        if snap.kind != Kind::Kickoff {
            return *snap;
        }
        let touchback = match (self.rules(), snap.season) {
            (_, 0) => 75,
            (Rules::Nfl, ..2016) | (Rules::College, ..2012) => 80,
            _ => 75,
        };
        Snap {
            kind: Kind::Scrimmage,
            down: 1,
            distance: 10,
            yards_to_goal: touchback,
            ..*snap
        }
    }

    /// Expected points of a kick-off or a play from scrimmage, theirs where they speak.
    fn points(&self, snap: &Snap) -> f64 {
        let theirs = self.parts.ep.as_ref().filter(|_| snap.period <= 4);
        let theirs = theirs.and_then(|model| {
            let values = model.predict(&self.seen(snap), self.rules(), &|| f64::NAN)?;
            let points = match model.outputs() {
                1 => f64::from(values[0]),
                _ => values
                    .iter()
                    .zip(CLASS_POINTS)
                    .map(|(p, points)| f64::from(*p) * points)
                    .sum(),
            };
            points.is_finite().then_some(points)
        });
        // Nobody has the ball only where no points are asked for.
        theirs.unwrap_or_else(|| self.ours.ep(snap).unwrap_or(0.0))
    }

    /// Factor on the time that a running clock takes, from ours.
    pub fn tempo(&self, snap: &Snap) -> f64 {
        self.ours.tempo(snap)
    }

    /// Expected points of the side in possession, as [`Models::ep`].
    pub fn ep(&self, snap: &Snap) -> Option<f64> {
        self.ours.ep_by(snap, |s| self.points(s))
    }

    /// Leverage index of the next play, given [`Guest::home_wp`] of this snap, as [`Models::leverage_from`].
    pub fn leverage_from(&self, snap: &Snap, home_wp: f64) -> Option<f64> {
        self.ours.leverage_by(snap, home_wp, |s| self.home_wp(s))
    }
}

fn output(part: &'static str, model: &Predictor, wanted: &'static str) -> GuestError {
    let gives = match (model.gives_class(), model.outputs()) {
        (true, _) => "a class".to_owned(),
        (false, 1) => "one number that is no probability".to_owned(),
        (false, n) => format!("{n} numbers"),
    };
    GuestError::Output {
        part,
        name: model.name().clone(),
        gives,
        wanted,
    }
}
