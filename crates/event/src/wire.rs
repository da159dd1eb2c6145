use serde::{Deserialize, Serialize};

/// A CloudEvents 1.0 envelope in structured JSON form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CloudEvent<T> {
    /// Always `1.0`.
    pub specversion: std::borrow::Cow<'static, str>,
    /// Unique within `source`: `<game>/<seq>/<n>`.
    pub id: String,
    /// Who says so: `/sense/game`, `/feeds/<name>`.
    pub source: std::borrow::Cow<'static, str>,
    /// What kind: `matchday.fact.play.v1`.
    #[serde(rename = "type")]
    pub event_type: std::borrow::Cow<'static, str>,
    /// The game.
    pub subject: String,
    /// RFC 3339; left out where no clock of the match world gave one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub time: Option<String>,
    /// The JSON Schema of `data`, as a path under `schemas/`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dataschema: Option<std::borrow::Cow<'static, str>>,
    /// The event.
    pub data: T,
}
