//! The one place where the wall clock is read.

use std::time::{SystemTime, UNIX_EPOCH};

use matchday_event::EventTime;

/// Now, by the system's clock.
pub fn now() -> EventTime {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    EventTime(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
