//! The game agents, one per sport, and the match that runs one.

mod basketball;
pub mod football;
mod key_plays;
mod models;
mod scored;
mod soccer;
mod tennis;
mod timeline;

pub use models::{ModelSet, Moments};

use std::{collections::BTreeMap, fmt, sync::Arc};

use matchday_event::{
    DriveFact, Fact, FaultCode, GameClock, GameId, GameInfo, PlayFact, PlayId, Score, Seq, Side,
    Signal, Situation, Sport, StateFact,
    football::Decision,
    view::{GameCard, Snapshot, Update},
};

use crate::sense::{Scene, Senses};

use self::{
    basketball::Basketball, football::Football, soccer::Soccer, tennis::Tennis, timeline::Timeline,
};

/// What one signal changed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// The facts.
    pub facts: Vec<Fact>,
    /// The last drive, where drives are gone.
    pub drives_end: Option<u16>,
}

/// What a sport's agent does. Another sport is another implementation and one arm of [`agent_of`].
pub(crate) trait GameAgent: fmt::Debug + Send {
    /// The league is known, or another than was thought: the models may be others.
    fn set_league(&mut self, models: &ModelSet, league: &str);
    /// Takes one signal in and tells what changed.
    fn apply(&mut self, signal: &Signal, out: &mut Changes);
    /// Who plays.
    fn info(&self) -> Option<&GameInfo>;
    /// The win probability model.
    fn wp_model(&self) -> &Arc<str>;
    /// Where the game stands.
    fn state(&self) -> &StateFact;
    /// Plays, in order.
    fn plays(&self) -> Box<dyn DoubleEndedIterator<Item = &Arc<PlayFact>> + '_>;
    /// Key plays.
    fn key_plays(&self) -> &[PlayId];
    /// Drives, in order, in the sport that has them.
    fn drives(&self) -> &[DriveFact] {
        &[]
    }
    /// Whether the wall can show this play as what happened last.
    fn tells_something(&self, play: &PlayFact) -> bool {
        play.text.is_some()
    }
    /// The agent of American football, if it is one: its rows are what football's models learn from.
    fn football(&self) -> Option<&Football> {
        None
    }
    /// The rows that training takes, in the other sports.
    fn moments(&self) -> Moments {
        Moments::None
    }
}

/// The agent of a sport.
fn agent_of(sport: Sport, models: &ModelSet, league: &str) -> Box<dyn GameAgent> {
    match sport {
        Sport::AmericanFootball => Box::new(Football::new(models.football(league))),
        Sport::Basketball => Box::new(Timeline::new(Basketball::new(models.basketball(league)))),
        Sport::Soccer => Box::new(Timeline::new(Soccer::new(models.soccer(league)))),
        Sport::Tennis => Box::new(Timeline::new(Tennis::new(models.tennis(league), league))),
    }
}

/// What a signal moved, for agents that decide by the difference.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Moved {
    /// Home win probability before the signal.
    pub wp_home_before: f64,
    /// Whether score, clock or the sport's own situation changed.
    pub situation: bool,
    /// Whether what can be chosen before the next snap changed.
    pub decision: bool,
    /// A play of just now that became a key play for the first time.
    pub new_key_play: Option<PlayId>,
}

/// What came of one signal. Hand the same one in again and again: its memory is reused.
#[derive(Debug, Default)]
pub struct Output {
    /// Facts, in the order in which they are to be told.
    pub facts: Vec<Fact>,
    /// What viewers are to be shown, where the match was asked for it and something changed.
    pub update: Option<Update>,
    /// What it moved.
    pub moved: Moved,
}

/// One game: everything that its log says, folded.
#[derive(Debug)]
pub struct Match {
    id: GameId,
    models: ModelSet,
    league: String,
    sport: Sport,
    agent: Box<dyn GameAgent>,
    senses: Senses,
    updates: u64,
    healed: BTreeMap<FaultCode, u32>,
    seen_key_plays: Vec<PlayId>,
    viewed: bool,
    changes: Changes,
}

impl Match {
    /// A game of which nothing is known yet. Its league is read from its id until a feed says.
    pub fn new(game: GameId, models: ModelSet) -> Self {
        let league = game
            .as_str()
            .split('-')
            .next()
            .unwrap_or_default()
            .to_owned();
        let sport = Sport::of_league(&league);
        let agent = agent_of(sport, &models, &league);
        Self {
            id: game,
            senses: Senses::new(models.senses().clone()),
            models,
            league,
            sport,
            agent,
            updates: 0,
            healed: BTreeMap::new(),
            seen_key_plays: Vec::new(),
            viewed: true,
            changes: Changes::default(),
        }
    }

    /// Whether to make [`Output::update`]. A replay that nobody watches is quicker without; the numbering
    /// stays the same.
    pub fn set_viewed(&mut self, viewed: bool) {
        self.viewed = viewed;
    }

    /// Takes in the record `seq` of the game's log. `out` is cleared first.
    pub fn apply(&mut self, seq: Seq, signal: &Signal, out: &mut Output) {
        let _ = seq;
        out.facts.clear();
        out.update = None;
        let mut model_changed = false;
        if let Signal::Info(info) = signal {
            model_changed = self.set_league(info);
        }
        let state = self.agent.state();
        out.moved = Moved {
            wp_home_before: state.wp_home,
            ..Moved::default()
        };
        let situation = Shown::of(state);
        let decision = decision_of(state).cloned();
        self.changes.drives_end = None;
        std::mem::swap(&mut self.changes.facts, &mut out.facts);
        self.agent.apply(signal, &mut self.changes);
        std::mem::swap(&mut self.changes.facts, &mut out.facts);
        let of_the_game = out.facts.len();
        let scene = Scene {
            info: self.agent.info(),
            state: self.agent.state(),
        };
        self.senses
            .take(signal, scene, || self.agent.plays(), &mut out.facts);
        // What the senses find is told ten times a second and has a channel of its own: it numbers no update.
        if of_the_game == 0 {
            return;
        }
        self.updates += 1;
        self.moved(&mut out.moved, &out.facts, situation);
        out.moved.decision = decision.as_ref() != decision_of(self.agent.state());
        for fact in &out.facts {
            if let Fact::Healed(healed) = fact {
                *self.healed.entry(healed.code).or_insert(0) += 1;
            }
        }
        if self.viewed {
            out.update = Some(self.update(&out.facts, model_changed));
        }
    }

    /// Takes the agent and the models of this sport and league; says whether the model is now another. A sport
    /// other than the id promised starts the game afresh: what came before could not be read by its agent.
    fn set_league(&mut self, info: &GameInfo) -> bool {
        if info.sport == self.sport && *info.league == *self.league {
            return false;
        }
        let before = self.agent.wp_model().clone();
        self.league = info.league.as_ref().to_owned();
        if info.sport == self.sport {
            self.agent.set_league(&self.models, &self.league);
        } else {
            self.sport = info.sport;
            self.agent = agent_of(info.sport, &self.models, &self.league);
        }
        *self.agent.wp_model() != before
    }

    fn moved(&mut self, moved: &mut Moved, facts: &[Fact], before: Shown) {
        moved.situation = before != Shown::of(self.agent.state());
        for fact in facts {
            let Fact::KeyPlays(key) = fact else { continue };
            for id in &key.plays {
                if self.seen_key_plays.contains(id) {
                    continue;
                }
                self.seen_key_plays.push(id.clone());
                // Only what has just happened is news; a correction may make a key play of an old one.
                let recent = self
                    .agent
                    .plays()
                    .rev()
                    .take(RECENT)
                    .any(|p| p.play_id == *id);
                if recent {
                    moved.new_key_play = Some(id.clone());
                }
            }
        }
    }

    fn update(&self, facts: &[Fact], model_changed: bool) -> Update {
        let mut update = Update {
            info: None,
            wp_model: model_changed.then(|| self.agent.wp_model().clone()),
            state: self.agent.state().clone(),
            plays: Vec::new(),
            removed: Vec::new(),
            key_plays: None,
            drives: Vec::new(),
            drives_end: self.changes.drives_end,
            healed: None,
        };
        for fact in facts {
            match fact {
                Fact::Game(game) => update.info = Some(game.info.clone()),
                Fact::Play(play) => update.plays.push(play.clone()),
                Fact::PlayWithdrawn { play_id } => update.removed.push(play_id.clone()),
                Fact::KeyPlays(key) => update.key_plays = Some(key.plays.clone()),
                Fact::Drive(drive) => update.drives.push(drive.clone()),
                Fact::Healed(_) => update.healed = Some(self.healed.clone()),
                // The state is sent whole, the senses have a channel of their own.
                _ => {}
            }
        }
        update
    }

    /// The game's id.
    pub fn id(&self) -> &GameId {
        &self.id
    }

    /// The sport.
    pub fn sport(&self) -> Sport {
        self.sport
    }

    /// Number of the last update: how many signals changed anything.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// The whole game, as a client needs it to begin with.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            id: self.id.clone(),
            info: self.agent.info().cloned(),
            state: self.agent.state().clone(),
            wp_model: self.agent.wp_model().clone(),
            plays: self.agent.plays().cloned().collect(),
            key_plays: self.agent.key_plays().to_vec(),
            drives: self.agent.drives().to_vec(),
            healed: self.healed.clone(),
        }
    }

    /// The game as the wall shows it.
    pub fn card(&self) -> GameCard {
        let info = self.agent.info();
        let state = self.agent.state();
        let mut trail: Vec<f32> = self
            .agent
            .plays()
            .rev()
            .take(TRAIL)
            .map(|p| p.wp_home_after as f32)
            .collect();
        trail.reverse();
        let last = self
            .agent
            .plays()
            .rev()
            .find(|p| self.agent.tells_something(p))
            .or_else(|| self.agent.plays().next_back());
        GameCard {
            id: self.id.clone(),
            league: info.map_or_else(|| self.league.as_str().into(), |i| i.league.clone()),
            home: info.map(|i| i.home.clone()),
            away: info.map(|i| i.away.clone()),
            kickoff: info.and_then(|i| i.kickoff),
            phase: state.phase,
            clock: state.clock,
            score: state.score,
            wp_home: state.wp_home,
            wp_trail: trail,
            leverage: state.leverage,
            last_play: last.and_then(|p| p.text.clone()),
            last_wpa_home: last.map_or(0.0, |p| p.wpa_home),
            scored: last.and_then(|p| scored(p)),
            game_seq: self.updates,
            situation: state.detail.situation(),
        }
    }

    /// What the models of the other sports looked at before each play: the rows that training takes.
    pub fn moments(&self) -> Moments {
        self.agent.moments()
    }

    /// What football's models looked at before each play, beside what came of it: the rows that training takes.
    /// Empty in other sports.
    pub fn play_snaps(&self) -> impl Iterator<Item = (matchday_learn::football::Snap, &PlayFact)> {
        self.agent
            .football()
            .into_iter()
            .flat_map(Football::play_snaps)
    }
}

fn decision_of(state: &StateFact) -> Option<&Arc<Decision>> {
    state.detail.football()?.decision.as_ref()
}

/// The part of a state that the situation graphic shows.
#[derive(PartialEq)]
struct Shown(Score, GameClock, Situation);

impl Shown {
    fn of(state: &StateFact) -> Self {
        Self(state.score, state.clock, state.detail.situation())
    }
}

/// How many plays from the end count as just now: a play's figures are sure once the next one has come, and
/// a try or a timeout may stand between.
const RECENT: usize = 3;

/// How many values the small line on the wall has.
const TRAIL: usize = 40;

/// Who scored on a play, if one side did.
fn scored(play: &PlayFact) -> Option<Side> {
    let (before, after) = (play.score_before, play.score_after);
    match (after.home - before.home, after.away - before.away) {
        (1.., 0) => Some(Side::Home),
        (0, 1..) => Some(Side::Away),
        _ => None,
    }
}
