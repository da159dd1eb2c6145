//! Wearables' beats: a JSON object a line. `docs/senses.md` describes it and `schemas/feeds/beat-line.v1.json` is its
//! schema.

use matchday_event::{
    FaultCode, Side, Signal,
    senses::{BeatReport, Wearer},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{MOST_LINE, ParsedSensor, SensorContext, gatt, json, name, salt};
use crate::{FeedError, Salt, When, lines};

/// Intervals of a line at most.
const MOST_INTERVALS: usize = 256;

/// Beats of one wearer. Either `rr_ms` or `gatt`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BeatLine {
    /// Name or id of the wearer or of the device. It is hashed with the configured salt and goes no further.
    pub wearer: String,
    /// What the wearer is to the match.
    pub role: Role,
    /// Whom a player plays for (needed) or a fan is with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Name or number on a player's shirt, as facts may show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shirt: Option<String>,
    /// The kind of device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// When the last of the beats was. Without it, when the line was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<When>,
    /// Milliseconds from beat to beat (RR intervals), the oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rr_ms: Option<Vec<f32>>,
    /// Whether the sensor touches the skin, where it can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<bool>,
    /// A notification of the Bluetooth Heart Rate Measurement characteristic (0x2A37) as it came, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gatt: Option<String>,
}

/// What a wearer is to the match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Plays.
    Player,
    /// Watches.
    Fan,
}

/// Reads lines.
pub fn parse(payload: &[u8], context: &SensorContext) -> Result<ParsedSensor, FeedError> {
    let salt = salt(context)?;
    let mut signals = Vec::new();
    let aside = lines::each(payload, MOST_LINE, FaultCode::ReportUnreadable, |line| {
        signals.push(Signal::Beats(one(line, context, salt)?));
        Ok(())
    })?;
    Ok(ParsedSensor {
        signals,
        faults: aside.faults,
        set_aside: aside.lines,
    })
}

fn one(line: &str, context: &SensorContext, salt: &Salt) -> Result<BeatReport, String> {
    let line: BeatLine = json(line)?;
    let at = match &line.at {
        Some(when) => when.time()?,
        None => context.received,
    };
    let shirt = line
        .shirt
        .as_deref()
        .map(|shirt| name("shirt", shirt))
        .transpose()?;
    let who = match (line.role, line.side) {
        (Role::Player, Some(side)) => Wearer::Player { side, shirt },
        (Role::Player, None) => return Err("side: a player needs one, home or away".into()),
        (Role::Fan, _) if shirt.is_some() => {
            return Err("shirt: a fan has none; nothing that names a fan is taken".into());
        }
        (Role::Fan, side) => Wearer::Fan { side },
    };
    let (intervals_ms, contact) = match (line.rr_ms, &line.gatt) {
        (Some(intervals), None) => (intervals, line.contact),
        (None, Some(bytes)) => {
            let read = gatt::heart_rate_hex(bytes).map_err(|e| format!("gatt: {e}"))?;
            (read.intervals_ms, read.contact.or(line.contact))
        }
        _ => return Err("rr_ms or gatt: a line needs one of them, and not both".into()),
    };
    if intervals_ms.len() > MOST_INTERVALS {
        return Err(format!(
            "rr_ms: {} intervals; a line may have {MOST_INTERVALS}",
            intervals_ms.len()
        ));
    }
    Ok(BeatReport {
        wearer: salt.wearer(&name("wearer", &line.wearer)?),
        who,
        device: line
            .device
            .as_deref()
            .map(|device| name("device", device))
            .transpose()?,
        at,
        intervals_ms,
        contact,
    })
}
