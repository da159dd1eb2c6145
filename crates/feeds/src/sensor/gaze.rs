//! Gaze: a JSON object a line. `docs/senses.md` describes it and `schemas/feeds/gaze-line.v1.json` is its schema.

use std::sync::Arc;

use matchday_event::{
    EventTime, FaultCode, Signal,
    senses::{GazeReport, GazeSample, Look, Region},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MOST_LINE, ParsedSensor, SensorContext, json, name, salt};
use crate::{FeedError, Salt, When, lines};

/// Samples of a report at most.
const MOST_SAMPLES: usize = 4096;
/// Time that a report spans at most, in microseconds.
const MOST_US: i64 = 100_000;

/// One sample of one viewer (`viewer` with `x` and `y`, `region`, or `away`), or where regions lie on the picture from now
/// on (`regions`).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GazeLine {
    /// The stream of samples; may be left out where the feed is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// When. Without it, when the line was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<When>,
    /// Name or id of the viewer. It is hashed with the configured salt and goes no further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub viewer: Option<String>,
    /// Share of the picture's width, from its left edge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<f32>,
    /// Share of the picture's height, from its upper edge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<f32>,
    /// The region looked at, where the tracker itself knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The eyes are shut or not on the picture.
    #[serde(default, skip_serializing_if = "is_false")]
    pub away: bool,
    /// Where regions lie on the picture from now on: those in the picture, and no others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions: Option<Vec<Region>>,
}

fn is_false(b: &bool) -> bool {
    !*b
}

enum Said {
    Sample(GazeSample),
    Regions(Vec<Region>),
}

/// Reads lines. Samples come out in reports of at most 4,096 or a tenth of a second.
pub fn parse(payload: &[u8], context: &SensorContext) -> Result<ParsedSensor, FeedError> {
    let salt = salt(context)?;
    let mut reports: Vec<GazeReport> = Vec::new();
    let aside = lines::each(payload, MOST_LINE, FaultCode::ReportUnreadable, |line| {
        let (source, at, said) = one(line, context, salt)?;
        batch(&mut reports, source, at, said);
        Ok(())
    })?;
    Ok(ParsedSensor {
        signals: reports.into_iter().map(Signal::Gaze).collect(),
        faults: aside.faults,
        set_aside: aside.lines,
    })
}

fn one(
    line: &str,
    context: &SensorContext,
    salt: &Salt,
) -> Result<(Arc<str>, EventTime, Said), String> {
    let line: GazeLine = json(line)?;
    let at = match &line.at {
        Some(when) => when.time()?,
        None => context.received,
    };
    let source = match (&line.source, &context.source) {
        (Some(source), _) => name("source", source)?,
        (None, Some(source)) => source.clone(),
        (None, None) => return Err("source: none, and the feed is not tied to one".into()),
    };
    if let Some(regions) = line.regions {
        if line.viewer.is_some() {
            return Err(
                "regions: they are not of one viewer; give them a line of their own".into(),
            );
        }
        for region in &regions {
            name("a region's name", &region.name)?;
        }
        return Ok((source, at, Said::Regions(regions)));
    }
    let Some(viewer) = &line.viewer else {
        return Err("viewer: a sample needs one; a line without needs regions".into());
    };
    let look = match (line.x, line.y, &line.region, line.away) {
        (Some(x), Some(y), None, false) => Look::Point([x, y]),
        (None, None, Some(region), false) => Look::Region(name("region", region)?),
        (None, None, None, true) => Look::Away,
        _ => {
            return Err("a sample needs x and y, or region, or away, and only one of them".into());
        }
    };
    let viewer = salt.viewer(&name("viewer", viewer)?);
    Ok((source, at, Said::Sample(GazeSample { viewer, at, look })))
}

fn batch(reports: &mut Vec<GazeReport>, source: Arc<str>, at: EventTime, said: Said) {
    let fits = reports.last().is_some_and(|report| {
        let first = report.samples.first().map_or(report.at, |s| s.at);
        report.source == source
            && at.0.abs_diff(first.0) < MOST_US.unsigned_abs()
            && report.samples.len() < MOST_SAMPLES
            // Where regions lie holds for what is behind it.
            && matches!(said, Said::Sample(_))
    });
    if !fits {
        reports.push(GazeReport {
            source,
            at,
            regions: None,
            samples: Vec::new(),
        });
    }
    if let Some(report) = reports.last_mut() {
        report.at = report.at.max(at);
        match said {
            Said::Sample(sample) => report.samples.push(sample),
            Said::Regions(regions) => report.regions = Some(regions),
        }
    }
}
