//! Reading a JSON body: what it is when it is not JSON, and values that providers write in several ways.

use std::fmt;

use matchday_event::FaultCode;
use serde::{
    Deserialize,
    de::{DeserializeOwned, Deserializer, MapAccess, Visitor},
};
use serde_json::Value;

use crate::FeedError;

/// Tells an empty body and a web page from data, and takes a byte order mark off.
pub(crate) fn data(body: &[u8]) -> Result<&[u8], FeedError> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    match body.iter().find(|b| !b.is_ascii_whitespace()) {
        None => Err(FeedError::new(
            FaultCode::EmptyBody,
            "body",
            "nothing but white space; check that the feed has begun",
        )),
        Some(b'<') => Err(FeedError::new(
            FaultCode::HtmlBody,
            "line 1 column 1",
            "a web page instead of data; check the address and the key",
        )),
        Some(_) => Ok(body),
    }
}

/// Parses JSON, telling a body that broke off from one that is wrong.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, FeedError> {
    serde_json::from_slice(data(body)?).map_err(|e| from_serde(&e))
}

/// The feed error for a JSON error.
pub(crate) fn from_serde(e: &serde_json::Error) -> FeedError {
    use serde_json::error::Category;
    let place = format!("line {} column {}", e.line(), e.column());
    let code = match e.classify() {
        Category::Eof => FaultCode::Truncated,
        Category::Syntax | Category::Io => FaultCode::Malformed,
        Category::Data => FaultCode::WrongShape,
    };
    FeedError::new(code, place, e.to_string())
}

/// A JSON object as its pairs, in the order of the document and with repeated keys kept.
#[derive(Debug, Clone)]
pub(crate) struct Pairs<V>(pub Vec<(String, V)>);

impl<V> Default for Pairs<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Pairs<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor<V>(std::marker::PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for PairsVisitor<V> {
            type Value = Pairs<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor(std::marker::PhantomData))
    }
}

/// A whole number, also where it stands as `3.0` or `"3"`.
pub(crate) fn int(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n
            .as_i64()
            .or_else(|| n.as_f64().and_then(|f| whole(f.round()))),
        Value::String(s) => {
            let s = s.trim();
            s.parse::<i64>()
                .ok()
                .or_else(|| s.parse::<f64>().ok().and_then(|f| whole(f.round())))
        }
        _ => None,
    }
}

fn whole(f: f64) -> Option<i64> {
    // Past 2^53 a float no longer holds every whole number, so such a value is not one we may trust.
    (f.is_finite() && f.abs() < 9.0e15).then_some(f as i64)
}

/// A number, also where it stands as text.
pub(crate) fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64(),
        Value::String(s) => s.trim().parse::<f64>().ok(),
        _ => None,
    }
    .filter(|f| f.is_finite())
}

/// A small whole number; one that does not fit is as good as missing.
pub(crate) fn small<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    int(value).and_then(|i| T::try_from(i).ok())
}

/// Text, also where it stands as a number; empty text is missing.
pub(crate) fn text(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        Value::String(s) => Some(s.trim()).filter(|s| !s.is_empty()).map(Into::into),
        Value::Number(n) => Some(n.to_string().into()),
        _ => None,
    }
}

/// Seconds from `12:34`, `:34` or `12:34.5`; also a bare number of seconds.
pub(crate) fn clock(value: &str) -> Option<i32> {
    let value = value.trim();
    match value.split_once(':') {
        Some((minutes, seconds)) => {
            let minutes: i32 = if minutes.is_empty() {
                0
            } else {
                minutes.parse().ok()?
            };
            let seconds: i32 = seconds.split('.').next()?.parse().ok()?;
            minutes.checked_mul(60)?.checked_add(seconds)
        }
        None => value.split('.').next()?.parse().ok(),
    }
}

/// Looks a value up by the first key that is there: feeds rename keys between versions.
pub(crate) fn any<'a>(object: &'a Value, keys: &[&str]) -> &'a Value {
    keys.iter()
        .find_map(|k| object.get(k).filter(|v| !v.is_null()))
        .unwrap_or(&Value::Null)
}

/// Follows a path of keys into nested objects, or finds the same path as one dotted key.
pub(crate) fn path<'a>(object: &'a Value, dotted: &str) -> &'a Value {
    if let Some(v) = object.get(dotted) {
        return v;
    }
    dotted
        .split('.')
        .try_fold(object, |v, key| v.get(key))
        .unwrap_or(&Value::Null)
}

/// A point in time from RFC 3339 text, with or without seconds.
pub(crate) fn time(value: &str) -> Option<matchday_event::EventTime> {
    let t: jiff::Timestamp = value.trim().parse().ok()?;
    Some(matchday_event::EventTime(t.as_microsecond()))
}

/// A number in single precision; one beyond its range is none, for an infinity can be neither used nor written down.
pub(crate) fn single(number: f64) -> Option<f32> {
    Some(number as f32).filter(|n| n.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks() {
        assert_eq!(clock("12:34"), Some(754));
        assert_eq!(clock(":05"), Some(5));
        assert_eq!(clock("75:00"), Some(4500));
        assert_eq!(clock(""), None);
        assert_eq!(clock("1:2:3"), None);
        assert_eq!(clock("99999999:00"), None);
    }

    #[test]
    fn times_without_seconds() {
        assert_eq!(
            time("2024-08-31T19:30Z"),
            Some(matchday_event::EventTime(1_725_132_600_000_000))
        );
        assert_eq!(time("yesterday"), None);
    }

    #[test]
    fn a_body_that_broke_off_is_told_from_a_wrong_one() {
        let code = |body: &[u8]| json::<Value>(body).unwrap_err().code;
        assert_eq!(code(b"  \n"), FaultCode::EmptyBody);
        assert_eq!(code(b" <!doctype html>"), FaultCode::HtmlBody);
        assert_eq!(code(b"{\"a\": [1, 2"), FaultCode::Truncated);
        assert_eq!(code(b"{\"a\": nope}"), FaultCode::Malformed);
    }
}
