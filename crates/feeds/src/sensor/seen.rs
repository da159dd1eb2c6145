//! Detections of pictures: a JSON object a line, a picture each. `docs/senses.md` describes it and
//! `schemas/feeds/seen-line.v1.json` is its schema.

use matchday_event::{
    FaultCode, Side, Signal,
    senses::{Detection, SeenReport},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MOST_LINE, ParsedSensor, SensorContext, json, name};
use crate::{FeedError, When, lines};

/// What was detected in one picture of one camera. Any other field, here or in a detection, is refused: nothing about
/// people is taken but a side and a shirt number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenLine {
    /// Which camera; may be left out where the feed is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<String>,
    /// When the picture was taken. Without it, when the line was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<When>,
    /// The side that has the ball, where the system knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possession: Option<Side>,
    /// What is in it.
    pub detections: Vec<Detection>,
}

/// Reads lines.
pub fn parse(payload: &[u8], context: &SensorContext) -> Result<ParsedSensor, FeedError> {
    let mut signals = Vec::new();
    let aside = lines::each(payload, MOST_LINE, FaultCode::ReportUnreadable, |line| {
        signals.push(Signal::Seen(one(line, context)?));
        Ok(())
    })?;
    Ok(ParsedSensor {
        signals,
        faults: aside.faults,
        set_aside: aside.lines,
    })
}

fn one(line: &str, context: &SensorContext) -> Result<SeenReport, String> {
    let line: SeenLine = json(line)?;
    let camera = match (&line.camera, &context.source) {
        (Some(camera), _) => name("camera", camera)?,
        (None, Some(camera)) => camera.clone(),
        (None, None) => return Err("camera: none, and the feed is not tied to one".into()),
    };
    let at = match &line.at {
        Some(when) => when.time()?,
        None => context.received,
    };
    Ok(SeenReport {
        camera,
        at,
        possession: line.possession,
        detections: line.detections,
    })
}
