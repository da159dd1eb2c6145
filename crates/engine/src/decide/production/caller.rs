//! The camera model at work in a production: what micro-events make it propose.

use std::sync::Arc;

use matchday_event::{
    EventTime, Sport,
    production::{
        Action, CAMERA_MODEL, CameraModelFact, CameraModelId, CameraModelRefusal, Cut, Decided,
        Fired, Released,
    },
    senses::{Camera, MicroEvent},
};
use matchday_learn::camera::{
    CameraModel,
    call::{Caller, CallerConfig},
};

use crate::decide::director::OnAir;

/// Cuts that are remembered, so that the model is told what was on air at the time of an event that came late.
const CUTS: usize = 32;

/// The model that is ordered: its name, and itself where it is at hand.
pub(super) type Ordered<'o> = (&'o CameraModelId, Option<&'o Arc<CameraModel>>);

/// The camera model of a match, if one is in force.
#[derive(Debug, Clone, Default)]
pub(super) struct Calling {
    at_work: Option<(CameraModelId, Caller<Arc<CameraModel>>)>,
    on_air: OnAir,
    /// What was asked for and may not be over, so that it can be taken back.
    asked: Vec<(Option<Arc<str>>, EventTime)>,
}

impl Calling {
    /// The model in force.
    pub fn model(&self) -> Option<&CameraModelId> {
        self.at_work.as_ref().map(|(id, _)| id)
    }

    /// Cuts were told.
    pub fn saw(&mut self, cuts: &[Cut]) {
        for cut in cuts {
            self.on_air.push(cut.clone());
        }
        self.on_air.keep_last(CUTS);
    }

    /// Puts a model in force, or none. One that is in force already goes on as it is.
    pub fn order(
        &mut self,
        at: EventTime,
        now: EventTime,
        sport: Sport,
        model: Option<Ordered<'_>>,
        out: &mut Vec<Decided>,
    ) {
        if model.map(|(id, _)| id) == self.model() {
            return;
        }
        let refused = match model {
            Some((_, None)) => Some(CameraModelRefusal::UnknownModel),
            Some((_, Some(model))) if model.header().sport != sport.as_str() => {
                Some(CameraModelRefusal::OtherSport)
            }
            _ => None,
        };
        if refused.is_none() {
            for (key, until) in self.asked.drain(..) {
                if until > now {
                    out.push(Decided::Released(Released {
                        rule: CAMERA_MODEL.into(),
                        key,
                        at: now,
                    }));
                }
            }
            self.at_work = model.and_then(|(id, model)| {
                let caller = Caller::new(model?.clone(), CallerConfig::default());
                Some((id.clone(), caller))
            });
        }
        out.push(Decided::CameraModel(CameraModelFact {
            at,
            model: self.model().cloned(),
            refused,
        }));
    }

    /// Hears of an event, and pushes what the model proposes.
    pub fn hear(&mut self, event: &MicroEvent, out: &mut Vec<Decided>) {
        let Some((_, caller)) = &mut self.at_work else {
            return;
        };
        let on_air = self.on_air.at(event.at);
        let on_air = on_air.map_or((Camera::Main, None), |c| (c.shot.camera, Some(c.at)));
        let Some(asks) = caller.hear(event, on_air) else {
            return;
        };
        self.asked
            .retain(|(key, until)| *key != asks.key && *until > event.at);
        if let Some(until) = asks.until {
            self.asked.push((asks.key.clone(), until));
        }
        out.push(Decided::Fired(Fired {
            rule: asks.rule,
            key: asks.key,
            at: event.at,
            due: asks.at,
            until: asks.until,
            action: Action::Shot(asks.shot),
            priority: asks.priority,
            confidence: asks.confidence,
            why: asks.why,
        }));
    }
}
