use std::{fmt, sync::Arc};

use matchday_event::{football::Decision, round};
use matchday_learn::football::{Kind, Models, Rules, Snap, decision::Decisions, guest::Guest};

/// The models that price a football game. [`Models`] is the one in use; tests put simpler ones in its place.
pub trait FootballModel: fmt::Debug + Send + Sync {
    /// Name and version, as facts and snapshots carry it.
    fn name(&self) -> &Arc<str>;
    /// The rules that the league plays by.
    fn rules(&self) -> Rules;
    /// Home win probability before this snap, a tie counted as half.
    fn home_wp(&self, snap: &Snap) -> f64;
    /// Points expected of the side in possession from the next score of the half.
    fn ep(&self, snap: &Snap) -> Option<f64>;
    /// Leverage index of the next play, given [`FootballModel::home_wp`] of this snap.
    fn leverage(&self, snap: &Snap, home_wp: f64) -> Option<f64>;
    /// What each option of a fourth down or a try is worth; `None` on any other snap, or from a model that cannot say.
    fn decide(&self, _snap: &Snap) -> Option<Decision> {
        None
    }
}

impl FootballModel for Models {
    fn name(&self) -> &Arc<str> {
        self.name()
    }
    fn rules(&self) -> Rules {
        self.rules()
    }
    fn home_wp(&self, snap: &Snap) -> f64 {
        self.home_wp(snap)
    }
    fn ep(&self, snap: &Snap) -> Option<f64> {
        self.ep(snap)
    }
    fn leverage(&self, snap: &Snap, home_wp: f64) -> Option<f64> {
        self.leverage_from(snap, home_wp)
    }
    fn decide(&self, snap: &Snap) -> Option<Decision> {
        Decisions::builtin(self.rules()).decide(snap, self)
    }
}

impl FootballModel for Guest {
    fn name(&self) -> &Arc<str> {
        self.name()
    }
    fn rules(&self) -> Rules {
        self.rules()
    }
    fn home_wp(&self, snap: &Snap) -> f64 {
        self.home_wp(snap)
    }
    fn ep(&self, snap: &Snap) -> Option<f64> {
        self.ep(snap)
    }
    fn leverage(&self, snap: &Snap, home_wp: f64) -> Option<f64> {
        self.leverage_from(snap, home_wp)
    }
    fn decide(&self, snap: &Snap) -> Option<Decision> {
        Decisions::builtin(self.rules()).decide(snap, self)
    }
}

/// What the models say of one snap, rounded as facts carry it.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// The snap.
    pub snap: Snap,
    /// Home win probability.
    pub wp: f64,
    /// Expected points of the side in possession.
    pub ep: Option<f64>,
    /// Leverage index.
    pub leverage: Option<f64>,
    /// What can be chosen on a fourth down or a try.
    pub decision: Option<Arc<Decision>>,
}

impl Price {
    /// Evaluates the models.
    pub fn new(model: &dyn FootballModel, snap: Snap) -> Self {
        let home_wp = model.home_wp(&snap);
        let wp = if snap.kind == Kind::Over {
            0.5 + 0.5 * f64::from(snap.home_lead.signum())
        } else {
            // While there is play left nothing is certain, whatever rounding makes of it.
            round::six(home_wp).clamp(1e-6, 1.0 - 1e-6)
        };
        Self {
            snap,
            wp,
            decision: model.decide(&snap).map(Arc::new),
            ep: model.ep(&snap).map(round::four),
            leverage: model.leverage(&snap, home_wp).map(round::four),
        }
    }
}
