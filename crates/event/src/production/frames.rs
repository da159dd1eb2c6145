use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::EventTime;

/// A picture of a programme, counted from the Unix epoch at the programme's own rate.
pub type Frame = i64;

/// How many pictures a second a programme has.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
pub enum FrameRate {
    /// 25.
    #[serde(rename = "25")]
    F25,
    /// 30,000 in 1,001 seconds.
    #[serde(rename = "29.97")]
    F2997,
    /// 50.
    #[default]
    #[serde(rename = "50")]
    F50,
    /// 60,000 in 1,001 seconds.
    #[serde(rename = "59.94")]
    F5994,
}

/// A rate that no broadcast here runs at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("frame rate {0:?} is none of 25, 29.97, 50 and 59.94")]
pub struct UnknownFrameRate(String);

const MICROS: i128 = 1_000_000;

impl FrameRate {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::F25, Self::F2997, Self::F50, Self::F5994];

    /// Frames, and the whole seconds that they take.
    pub fn ratio(self) -> (u32, u32) {
        match self {
            Self::F25 => (25, 1),
            Self::F2997 => (30_000, 1_001),
            Self::F50 => (50, 1),
            Self::F5994 => (60_000, 1_001),
        }
    }

    /// Frames a second.
    pub fn fps(self) -> f64 {
        let (frames, seconds) = self.ratio();
        f64::from(frames) / f64::from(seconds)
    }

    /// The name, as people say it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::F25 => "25",
            Self::F2997 => "29.97",
            Self::F50 => "50",
            Self::F5994 => "59.94",
        }
    }

    /// The frame that is on air at a time.
    pub fn frame_at(self, at: EventTime) -> Frame {
        let (frames, seconds) = self.ratio();
        let n = i128::from(at.0) * i128::from(frames);
        n.div_euclid(i128::from(seconds) * MICROS) as Frame
    }

    /// The first frame that begins at a time or after it: what is wanted then can be on air from here on.
    pub fn frame_from(self, at: EventTime) -> Frame {
        self.frame_at(EventTime(at.0 - 1)) + 1
    }

    /// When a frame begins: the first microsecond that belongs to it.
    pub fn time_of(self, frame: Frame) -> EventTime {
        let (frames, seconds) = self.ratio();
        let n = i128::from(frame) * i128::from(seconds) * MICROS;
        let d = i128::from(frames);
        EventTime((n + d - 1).div_euclid(d) as i64)
    }

    /// How many frames there are between two times, parts of frames included.
    pub fn between(self, from: EventTime, to: EventTime) -> f64 {
        (to.0 - from.0) as f64 / 1e6 * self.fps()
    }

    /// Frames that the hours, minutes and seconds of a timecode count.
    fn nominal(self) -> i64 {
        match self {
            Self::F25 => 25,
            Self::F2997 => 30,
            Self::F50 => 50,
            Self::F5994 => 60,
        }
    }

    /// Numbers left out at the beginning of each minute but every tenth, so that 29.97 and 59.94 keep to the clock.
    fn dropped(self) -> i64 {
        match self {
            Self::F25 | Self::F50 => 0,
            Self::F2997 => 2,
            Self::F5994 => 4,
        }
    }

    /// The timecode of a frame within its day, drop-frame where the rate needs it (SMPTE ST 12-1). The day's first frame
    /// is the first that begins after midnight, UTC.
    pub fn timecode(self, frame: Frame) -> Timecode {
        const DAY_US: i64 = 86_400 * 1_000_000;
        let midnight = EventTime(self.time_of(frame).0.div_euclid(DAY_US) * DAY_US);
        let n = frame - self.frame_from(midnight);
        let (fps, drop) = (self.nominal(), self.dropped());
        let ten_minutes = fps * 600 - drop * 9;
        let minute = fps * 60 - drop;
        let (tens, rest) = (n / ten_minutes, n % ten_minutes);
        // The first minute of ten drops nothing and is longer by that.
        let minutes = if rest < fps * 60 {
            0
        } else {
            1 + (rest - fps * 60) / minute
        };
        let n = n + drop * (tens * 9 + minutes);
        Timecode {
            hours: (n / (fps * 3600)) as u8,
            minutes: (n / (fps * 60) % 60) as u8,
            seconds: (n / fps % 60) as u8,
            frames: (n % fps) as u8,
            drop: drop > 0,
        }
    }
}

impl fmt::Display for FrameRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FrameRate {
    type Err = UnknownFrameRate;

    fn from_str(name: &str) -> Result<Self, UnknownFrameRate> {
        Self::ALL
            .into_iter()
            .find(|r| r.as_str() == name)
            .ok_or_else(|| UnknownFrameRate(name.chars().take(20).collect()))
    }
}

/// Hours, minutes, seconds and frames within a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Timecode {
    /// Hours.
    pub hours: u8,
    /// Minutes.
    pub minutes: u8,
    /// Seconds.
    pub seconds: u8,
    /// Frames.
    pub frames: u8,
    /// Whether numbers are left out to keep to the clock.
    pub drop: bool,
}

impl fmt::Display for Timecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.drop { ';' } else { ':' };
        write!(
            f,
            "{:02}:{:02}:{:02}{mark}{:02}",
            self.hours, self.minutes, self.seconds, self.frames
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_and_times_lead_back_to_each_other() {
        for rate in FrameRate::ALL {
            for frame in [0, 1, 29, 30, 1_001, 107_892, 53_946_000_123, -7] {
                let begins = rate.time_of(frame);
                assert_eq!(rate.frame_at(begins), frame, "{rate} {frame}");
                assert_eq!(rate.frame_from(begins), frame, "{rate} {frame}");
                assert_eq!(rate.frame_at(EventTime(begins.0 - 1)), frame - 1);
                assert_eq!(rate.frame_from(EventTime(begins.0 + 1)), frame + 1);
            }
        }
    }

    #[test]
    fn timecodes_drop_numbers_where_the_rate_is_uneven() {
        let tc = |rate: FrameRate, n: i64| rate.timecode(n).to_string();
        assert_eq!(tc(FrameRate::F25, 25 * 3661 + 7), "01:01:01:07");
        assert_eq!(tc(FrameRate::F50, 50 * 59 + 49), "00:00:59:49");
        // SMPTE ST 12-1: 00:00:59;29 is followed by 00:01:00;02, and ten minutes are 17,982 frames.
        assert_eq!(tc(FrameRate::F2997, 1_799), "00:00:59;29");
        assert_eq!(tc(FrameRate::F2997, 1_800), "00:01:00;02");
        assert_eq!(tc(FrameRate::F2997, 17_982), "00:10:00;00");
        assert_eq!(tc(FrameRate::F2997, 17_981), "00:09:59;29");
        assert_eq!(tc(FrameRate::F5994, 3_600), "00:01:00;04");
        // An hour of drop-frame timecode is an hour of the clock.
        let hour = FrameRate::F5994.frame_at(EventTime(3_600 * 1_000_000));
        assert_eq!(tc(FrameRate::F5994, hour), "01:00:00;00");
    }

    #[test]
    fn a_rate_is_read_by_its_name() {
        assert_eq!("59.94".parse(), Ok(FrameRate::F5994));
        assert_eq!(
            serde_json::to_string(&FrameRate::F2997).expect("json"),
            "\"29.97\""
        );
        let wrong = "24".parse::<FrameRate>().expect_err("no such rate");
        assert_eq!(
            wrong.to_string(),
            "frame rate \"24\" is none of 25, 29.97, 50 and 59.94"
        );
    }
}
