//! The model's predictions as proposals to the director.

use std::{ops::Deref, sync::Arc};

use matchday_event::{
    EventTime,
    production::{CAMERA_MODEL, Shot, ShotProposal},
    senses::{Camera, MicroEvent},
};
use serde::{Deserialize, Serialize};

use super::{features::Recent, model::CameraModel};

/// When the model speaks up, and how loudly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CallerConfig {
    /// A camera that is less likely than this is not proposed.
    pub least_share: f32,
    /// How long a shot is asked for, in milliseconds.
    pub shot_ms: u32,
    /// The proposals' priority: low, for rules that producers wrote come first. The director takes every rule before the
    /// model, whatever priority it has.
    pub priority: u8,
}

impl Default for CallerConfig {
    fn default() -> Self {
        Self {
            least_share: 0.5,
            shot_ms: 3_000,
            priority: 10,
        }
    }
}

/// Hears micro-events and proposes what a director would call. `M` lends the model: `&CameraModel` or an `Arc` of it.
#[derive(Debug, Clone)]
pub struct Caller<M> {
    model: M,
    config: CallerConfig,
    recent: Recent,
}

impl<M: Deref<Target = CameraModel>> Caller<M> {
    /// Of a match that begins.
    pub fn new(model: M, config: CallerConfig) -> Self {
        Self {
            model,
            config,
            recent: Recent::default(),
        }
    }

    /// Hears an event, `on_air` being the camera at its time and since when it is; proposes another, if one is likely.
    pub fn hear(
        &mut self,
        event: &MicroEvent,
        on_air: (Camera, Option<EventTime>),
    ) -> Option<ShotProposal> {
        let row = self.recent.row(event, on_air);
        self.recent.hear(event);
        let prediction = self.model.predict(&row);
        let (camera, share) = prediction.likeliest();
        // That a shot ends is the director's to say.
        if camera == on_air.0 || camera == Camera::Main || share < self.config.least_share {
            return None;
        }
        let at = EventTime(event.at.0 + (f64::from(prediction.delay_ms) * 1e3) as i64);
        let why = format!(
            "{}: {camera} is called in {:.0} % of such",
            event.kind,
            share * 100.0
        );
        Some(ShotProposal {
            rule: CAMERA_MODEL.into(),
            // Each by itself: one more does not put off the one before.
            key: Some(Arc::from(event.kind.as_str())),
            shot: Shot::of(camera),
            at,
            until: Some(EventTime(at.0 + i64::from(self.config.shot_ms) * 1000)),
            priority: self.config.priority,
            confidence: share,
            why: why.into(),
        })
    }
}
