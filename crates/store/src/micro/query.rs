//! What is asked of a store.

use matchday_event::{
    EventTime, GameId,
    senses::{CONFIDENCE_STEPS, Camera, LabelledMicro, MicroKind},
};

/// Which micro-events. What is left out asks nothing; all that is given must be so.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Of this match.
    pub game: Option<GameId>,
    /// Not before this.
    pub from: Option<EventTime>,
    /// Before this.
    pub to: Option<EventTime>,
    /// Of one of these kinds.
    pub kinds: Vec<MicroKind>,
    /// With one of these cameras, as hinted at or as called.
    pub cameras: Vec<Camera>,
    /// At least so sure.
    pub min_confidence: Option<f32>,
}

impl Query {
    /// Whether an event is asked for.
    pub fn takes(&self, micro: &LabelledMicro) -> bool {
        let event = &micro.event;
        self.game.as_ref().is_none_or(|g| *g == micro.game)
            && self.from.is_none_or(|t| event.at >= t)
            && self.to.is_none_or(|t| event.at < t)
            && (self.kinds.is_empty() || self.kinds.contains(&event.kind))
            && (self.cameras.is_empty()
                || self.cameras.contains(&event.camera)
                || micro.called.is_some_and(|c| self.cameras.contains(&c)))
            && self.min_confidence.is_none_or(|c| event.confidence >= c)
    }

    /// The least confidence in the store's steps, rounded down so that nothing asked for is passed over.
    pub(super) fn least_steps(&self) -> u32 {
        let share = self.min_confidence.unwrap_or(0.0).clamp(0.0, 1.0);
        (share * f32::from(CONFIDENCE_STEPS)).floor() as u32
    }
}
