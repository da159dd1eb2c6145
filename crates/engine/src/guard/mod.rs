//! Guard: the only place where a proposal becomes an approval. What no rule allows is refused.

mod policy;

use std::fmt;

use matchday_event::{
    Approved, Audience, GameId, GraphicsCommand, Proposal, Refusal, RefusalCode, Seq,
    production::{Action, Cut, Fired, Released},
    senses::MicroEvent,
    view::{CrowdUpdate, GameUpdate, Scoreboard},
};

pub use policy::{AudienceKind, Policy, Rule, What};

/// Something the guard knows how to judge. A type without this cannot be approved at all.
pub trait Judged {
    /// What it is, for the policy's table.
    fn what(&self) -> What;
}

impl Judged for GameUpdate {
    fn what(&self) -> What {
        What::GameView
    }
}

impl Judged for Scoreboard {
    fn what(&self) -> What {
        What::GameView
    }
}

impl Judged for CrowdUpdate {
    fn what(&self) -> What {
        if self.facts.iter().all(matchday_event::Fact::is_of_the_crowd) {
            What::CrowdView
        } else {
            What::People
        }
    }
}

impl Judged for GraphicsCommand {
    fn what(&self) -> What {
        match self {
            Self::UpdateWinProbability { .. } => What::WinProbabilityGraphic,
            Self::ShowKeyPlay { .. } => What::KeyPlayGraphic,
            Self::UpdateSituation { .. } => What::SituationGraphic,
            Self::UpdateDecision { .. } => What::DecisionGraphic,
        }
    }
}

impl Judged for Cut {
    fn what(&self) -> What {
        What::CameraCut
    }
}

impl Judged for Fired {
    fn what(&self) -> What {
        match &self.action {
            Action::Shot(_) => What::CameraCut,
            Action::Overlay { .. } => What::OverlayGraphic,
            Action::Confetti { .. } | Action::Poll { .. } | Action::Code { .. } => What::Reward,
            Action::Mark { .. } => What::Mark,
        }
    }
}

impl Judged for Released {
    fn what(&self) -> What {
        What::OverlayGraphic
    }
}

impl Judged for MicroEvent {
    fn what(&self) -> What {
        What::MicroEvent
    }
}

/// Keeps count of how often something was shown. Asked last, and only about what is otherwise allowed, so
/// that a yes may be counted at once.
pub trait FrequencyCap: fmt::Debug + Send {
    /// Whether it may be shown once more.
    fn admit(&mut self, game: &GameId, what: What, audience: &Audience, cause: Seq) -> bool;
}

/// At most one of a kind per game in so many records of its log.
#[derive(Debug, Default)]
pub struct EveryRecords {
    gaps: Vec<(What, u64)>,
    last: std::collections::BTreeMap<(GameId, What), Seq>,
}

impl EveryRecords {
    /// Least number of records from one to the next, for each kind that is capped.
    pub fn new(gaps: impl IntoIterator<Item = (What, u64)>) -> Self {
        Self {
            gaps: gaps.into_iter().collect(),
            last: Default::default(),
        }
    }
}

impl FrequencyCap for EveryRecords {
    fn admit(&mut self, game: &GameId, what: What, _audience: &Audience, cause: Seq) -> bool {
        let Some(&(_, gap)) = self.gaps.iter().find(|(w, _)| *w == what) else {
            return true;
        };
        let key = (game.clone(), what);
        match self.last.get(&key) {
            // A record judged again, as after a restart, is not a second showing.
            Some(&last) if cause > last && cause - last < gap => false,
            _ => {
                self.last.insert(key, cause);
                true
            }
        }
    }
}

/// What an operator holds by hand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hold {
    /// In which game; `None` in all.
    pub game: Option<GameId>,
    /// What; `None` all that goes to the production.
    pub what: Option<What>,
}

impl Hold {
    fn covers(&self, game: &GameId, what: What, audience: AudienceKind) -> bool {
        self.game.as_ref().is_none_or(|g| g == game)
            && match self.what {
                Some(held) => held == what,
                None => audience == AudienceKind::Production,
            }
    }
}

/// How often the guard said what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Proposals let through.
    pub approved: u64,
    /// Refused: the viewer did not consent.
    pub no_consent: u64,
    /// Refused: shown too recently.
    pub frequency_cap: u64,
    /// Refused: no rule allows it.
    pub not_allowed: u64,
    /// Refused: the operator holds it.
    pub manual_hold: u64,
}

impl Counts {
    /// Every refusal code with its count.
    pub fn refused(&self) -> [(RefusalCode, u64); 4] {
        [
            (RefusalCode::NoConsent, self.no_consent),
            (RefusalCode::FrequencyCap, self.frequency_cap),
            (RefusalCode::NotAllowed, self.not_allowed),
            (RefusalCode::ManualHold, self.manual_hold),
        ]
    }
}

/// Judges every proposal. The answer is no unless a rule of the policy says yes, the operator does not hold
/// the output, and no cap is reached.
#[derive(Debug, Default)]
pub struct Guard {
    policy: Policy,
    holds: std::collections::BTreeSet<Hold>,
    cap: Option<Box<dyn FrequencyCap>>,
    counts: Counts,
}

impl Guard {
    /// A guard with a policy; `Guard::default()` refuses everything.
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            ..Self::default()
        }
    }

    /// Adds a frequency cap.
    #[must_use]
    pub fn with_cap(mut self, cap: impl FrequencyCap + 'static) -> Self {
        self.cap = Some(Box::new(cap));
        self
    }

    /// The operator takes an output by hand: nothing of it is approved until released.
    pub fn hold(&mut self, hold: Hold) {
        self.holds.insert(hold);
    }

    /// The operator gives an output back; whether it was held.
    pub fn release(&mut self, hold: &Hold) -> bool {
        self.holds.remove(hold)
    }

    /// What is held.
    pub fn holds(&self) -> impl Iterator<Item = &Hold> {
        self.holds.iter()
    }

    /// How often it said what.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Approves or refuses.
    pub fn judge<T: Judged>(&mut self, proposal: Proposal<T>) -> Result<Approved<T>, Refusal> {
        match self.refusal(&proposal) {
            None => {
                self.counts.approved += 1;
                Ok(Approved::seal(proposal))
            }
            Some(code) => {
                *match code {
                    RefusalCode::NoConsent => &mut self.counts.no_consent,
                    RefusalCode::FrequencyCap => &mut self.counts.frequency_cap,
                    RefusalCode::NotAllowed => &mut self.counts.not_allowed,
                    RefusalCode::ManualHold => &mut self.counts.manual_hold,
                } += 1;
                Err(Refusal {
                    game: proposal.game,
                    cause: proposal.cause,
                    agent: proposal.agent.into_owned(),
                    code,
                })
            }
        }
    }

    fn refusal<T: Judged>(&mut self, proposal: &Proposal<T>) -> Option<RefusalCode> {
        let what = proposal.what.what();
        let audience = AudienceKind::from(&proposal.audience);
        if audience == AudienceKind::Viewer {
            // There is no record of consent yet, and without one nothing reaches a single viewer.
            return Some(RefusalCode::NoConsent);
        }
        if !self.policy.allows(&proposal.agent, what, audience) {
            return Some(RefusalCode::NotAllowed);
        }
        if self
            .holds
            .iter()
            .any(|h| h.covers(&proposal.game, what, audience))
        {
            return Some(RefusalCode::ManualHold);
        }
        let admitted = self
            .cap
            .as_mut()
            .is_none_or(|cap| cap.admit(&proposal.game, what, &proposal.audience, proposal.cause));
        (!admitted).then_some(RefusalCode::FrequencyCap)
    }
}
