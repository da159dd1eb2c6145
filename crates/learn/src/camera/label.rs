//! What is learned from: micro-events, and what a director made of them.

use matchday_event::{
    EventTime,
    production::CameraReport,
    senses::{Camera, LabelledMicro, MicroEvent},
};

use super::features::{Recent, Row};

/// The camera that was called for an event is the one that is on air so long after it, in milliseconds: a person is
/// late by 250 to 700.
pub const CALLED_WITHIN_MS: i64 = 1_000;

/// An event with its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Which match, by a number of the caller's: examples of one match hang together.
    pub match_no: u32,
    /// What was known.
    pub row: Row,
    /// The camera that the event itself hints at.
    pub hint: Camera,
    /// What was on air.
    pub on_air: Camera,
    /// What was called.
    pub called: Camera,
    /// How long the director took, in milliseconds, where that is known and another camera was called.
    pub delay_ms: Option<f32>,
}

/// The examples of a match whose calls were recorded. Both lists are by time.
pub fn examples<'a>(
    match_no: u32,
    events: impl IntoIterator<Item = &'a MicroEvent>,
    reports: &[CameraReport],
) -> Vec<Example> {
    let mut recent = Recent::default();
    let example = |event: &MicroEvent| {
        let until = EventTime(event.at.0.saturating_add(CALLED_WITHIN_MS * 1000));
        let (before, soon) = (
            reports.partition_point(|r| r.at <= event.at),
            reports.partition_point(|r| r.at <= until),
        );
        let on_air = before.checked_sub(1).map(|n| &reports[n]);
        let camera = on_air.map_or(Camera::Main, |r| r.camera);
        let calls = &reports[before..soon];
        let called = calls.last().map_or(camera, |r| r.camera);
        let first = calls
            .iter()
            .find(|r| r.camera == called && called != camera);
        let row = recent.row(event, (camera, on_air.map(|r| r.at)));
        recent.hear(event);
        Example {
            match_no,
            row,
            hint: event.camera,
            on_air: camera,
            called,
            delay_ms: first.map(|r| (r.at.0 - event.at.0) as f32 / 1e3),
        }
    };
    events.into_iter().map(example).collect()
}

/// The examples of a match of which only the called cameras were kept, as in the store: what was on air is then what was
/// called for the event before, and how long the director took is not known. Events without a camera are heard, no more.
pub fn examples_of_called(match_no: u32, events: &[LabelledMicro]) -> Vec<Example> {
    let mut recent = Recent::default();
    let mut on_air = (Camera::Main, None);
    let mut out = Vec::new();
    for LabelledMicro { event, called, .. } in events {
        if let Some(called) = *called {
            out.push(Example {
                match_no,
                row: recent.row(event, on_air),
                hint: event.camera,
                on_air: on_air.0,
                called,
                delay_ms: None,
            });
            if called != on_air.0 {
                on_air = (called, Some(event.at));
            }
        }
        recent.hear(event);
    }
    out
}
