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

#[cfg(test)]
mod tests {
    use matchday_event::senses::{MicroKind, Sense};

    use super::*;

    fn event(at_ms: i64, kind: MicroKind) -> MicroEvent {
        MicroEvent {
            at: EventTime::from_millis(at_ms),
            match_ms: u32::try_from(at_ms).expect("a match's time"),
            kind,
            label: None,
            sense: Sense::Game,
            place: None,
            side: None,
            camera: Camera::Rail,
            confidence: 0.9,
        }
    }

    fn report(at_ms: i64, camera: Camera) -> CameraReport {
        CameraReport {
            source: "mixer".into(),
            at: EventTime::from_millis(at_ms),
            camera,
        }
    }

    /// What was on air, what was called, and after how long.
    fn told(example: &Example) -> (Camera, Camera, Option<f32>) {
        (example.on_air, example.called, example.delay_ms)
    }

    #[test]
    fn the_camera_a_second_later_is_the_one_that_was_called() {
        let events = [
            event(10_000, MicroKind::Score),
            event(10_500, MicroKind::Roar),
            event(12_000, MicroKind::Sprint),
            event(20_000, MicroKind::Foul),
        ];
        let reports = [
            report(10_400, Camera::Tight),
            report(20_300, Camera::Wing),
            report(20_900, Camera::Tight),
            report(21_001, Camera::Main),
        ];
        let examples = examples(3, &events, &reports);
        let all: Vec<_> = examples.iter().map(told).collect();
        use Camera::{Main, Tight};
        assert_eq!(
            all,
            [
                (Main, Tight, Some(400.0)),
                (Tight, Tight, None),
                (Tight, Tight, None),
                // The wrong button in between is not what was meant, and back on what was on air is no call.
                (Tight, Tight, None),
            ]
        );
        assert!(
            examples
                .iter()
                .all(|e| e.match_no == 3 && e.hint == Camera::Rail)
        );
        // The third knows of the two before it.
        assert_ne!(examples[2].row, examples[0].row);
    }

    #[test]
    fn of_called_cameras_alone_the_one_before_is_on_air() {
        let labelled = |at, called| LabelledMicro {
            game: matchday_event::GameId::new("soccer-1").expect("an id"),
            event: event(at, MicroKind::Foul),
            called,
        };
        let events = [
            labelled(1_000, Some(Camera::Rail)),
            labelled(2_000, None),
            labelled(3_000, Some(Camera::Rail)),
        ];
        let all: Vec<_> = examples_of_called(0, &events).iter().map(told).collect();
        assert_eq!(
            all,
            [
                (Camera::Main, Camera::Rail, None),
                (Camera::Rail, Camera::Rail, None),
            ]
        );
    }
}
