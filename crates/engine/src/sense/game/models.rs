//! Which models price a game, by sport and league.

use std::{fmt, sync::Arc};

use matchday_event::PlayId;
use matchday_learn::{basketball, football::Models, soccer, tennis};

use super::football::FootballModel;
use crate::sense::SenseSet;

/// Finds the models of a league.
#[derive(Clone)]
pub struct ModelSet {
    football: Arc<FindFootball>,
    basketball: Arc<basketball::Model>,
    soccer: Arc<soccer::Model>,
    tennis: Arc<tennis::Model>,
    senses: SenseSet,
}

type FindFootball = dyn Fn(&str) -> Arc<dyn FootballModel> + Send + Sync;

impl ModelSet {
    /// Football's models by league, from wherever they are kept; the other sports use those that come with the
    /// program until they are given others.
    pub fn new(find: impl Fn(&str) -> Arc<dyn FootballModel> + Send + Sync + 'static) -> Self {
        Self {
            football: Arc::new(find),
            basketball: basketball::Model::builtin(),
            soccer: soccer::Model::builtin(),
            tennis: tennis::Model::builtin(),
            senses: SenseSet::default(),
        }
    }

    /// The models that come with the program.
    pub fn builtin() -> Self {
        Self::new(|league| Models::builtin(league))
    }

    /// One model for every league of football.
    pub fn one(model: Arc<dyn FootballModel>) -> Self {
        Self::new(move |_| model.clone())
    }

    /// With another basketball model.
    #[must_use]
    pub fn with_basketball(self, model: Arc<basketball::Model>) -> Self {
        Self {
            basketball: model,
            ..self
        }
    }

    /// With another soccer model.
    #[must_use]
    pub fn with_soccer(self, model: Arc<soccer::Model>) -> Self {
        Self {
            soccer: model,
            ..self
        }
    }

    /// With another tennis model.
    #[must_use]
    pub fn with_tennis(self, model: Arc<tennis::Model>) -> Self {
        Self {
            tennis: model,
            ..self
        }
    }

    /// With senses set up otherwise.
    #[must_use]
    pub fn with_senses(self, senses: SenseSet) -> Self {
        Self { senses, ..self }
    }

    pub(super) fn senses(&self) -> &SenseSet {
        &self.senses
    }

    pub(super) fn football(&self, league: &str) -> Arc<dyn FootballModel> {
        (self.football)(league)
    }

    pub(super) fn basketball(&self, _league: &str) -> Arc<basketball::Model> {
        self.basketball.clone()
    }

    pub(super) fn soccer(&self, _league: &str) -> Arc<soccer::Model> {
        self.soccer.clone()
    }

    pub(super) fn tennis(&self, _league: &str) -> Arc<tennis::Model> {
        self.tennis.clone()
    }
}

impl Default for ModelSet {
    fn default() -> Self {
        Self::builtin()
    }
}

impl fmt::Debug for ModelSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ModelSet")
    }
}

/// What a sport's model looked at before each play of a game: the rows that training takes.
#[derive(Debug, Clone, Default)]
pub enum Moments {
    /// Football hands its rows out as [`super::Match::play_snaps`].
    #[default]
    None,
    /// Basketball.
    Basketball(Vec<(PlayId, basketball::Moment)>),
    /// Soccer: regulation time, the ids beside the moments.
    Soccer(Vec<PlayId>, Box<soccer::Game>),
    /// Tennis.
    Tennis(Vec<(PlayId, tennis::Moment)>),
}
