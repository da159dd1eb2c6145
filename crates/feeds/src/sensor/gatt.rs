//! The Heart Rate Measurement characteristic (0x2A37) of Bluetooth's Heart Rate Service 1.0, as straps send it.

/// What one notification says.
#[derive(Debug, Clone, PartialEq)]
pub struct HeartRate {
    /// The device's own rate, in beats a minute. It goes no further: rates are computed from the intervals.
    pub bpm: u16,
    /// Whether the sensor touches the skin, where it can tell.
    pub contact: Option<bool>,
    /// Intervals from beat to beat, in milliseconds, the oldest first. A device keeps them in 1,024ths of a second.
    pub intervals_ms: Vec<f32>,
}

/// Bytes that are no such notification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GattError {
    /// It broke off.
    #[error("{len} bytes end within the {field}")]
    Short {
        /// How many there are.
        len: usize,
        /// What should still come.
        field: &'static str,
    },
    /// Something stands behind it.
    #[error("{0} bytes too many behind the last field")]
    Long(usize),
    /// The text is not bytes in hexadecimal.
    #[error("{0:?} is not bytes in hexadecimal")]
    Hex(String),
}

/// The heart rate has two bytes.
const WIDE: u8 = 1;
/// The sensor touches the skin.
const CONTACT: u8 = 1 << 1;
/// The sensor can tell whether it does.
const CAN_TELL: u8 = 1 << 2;
/// The energy expended is there.
const ENERGY: u8 = 1 << 3;
/// Intervals are there.
const INTERVALS: u8 = 1 << 4;

/// Reads a notification. Flags that the standard reserves are passed over.
pub fn heart_rate(payload: &[u8]) -> Result<HeartRate, GattError> {
    let short = |field| GattError::Short {
        len: payload.len(),
        field,
    };
    let (flags, rest) = payload.split_first().ok_or_else(|| short("flags"))?;
    let wide = |rest: &mut &[u8], field| -> Result<u16, GattError> {
        let (two, behind) = rest.split_first_chunk::<2>().ok_or_else(|| short(field))?;
        *rest = behind;
        Ok(u16::from_le_bytes(*two))
    };
    let mut rest = rest;
    let bpm = if flags & WIDE != 0 {
        wide(&mut rest, "heart rate")?
    } else {
        let (one, behind) = rest.split_first().ok_or_else(|| short("heart rate"))?;
        rest = behind;
        u16::from(*one)
    };
    if flags & ENERGY != 0 {
        wide(&mut rest, "energy expended")?;
    }
    let mut intervals_ms = Vec::new();
    if flags & INTERVALS != 0 {
        while !rest.is_empty() {
            let ticks = wide(&mut rest, "intervals")?;
            intervals_ms.push(f32::from(ticks) * 1000.0 / 1024.0);
        }
    }
    if !rest.is_empty() {
        return Err(GattError::Long(rest.len()));
    }
    Ok(HeartRate {
        bpm,
        contact: (flags & CAN_TELL != 0).then_some(flags & CONTACT != 0),
        intervals_ms,
    })
}

/// The same from hexadecimal text, with or without spaces, colons or hyphens between the bytes.
pub fn heart_rate_hex(text: &str) -> Result<HeartRate, GattError> {
    let wrong = || GattError::Hex(text.chars().take(60).collect());
    let digits: Vec<u8> = text
        .bytes()
        .filter(|b| !b.is_ascii_whitespace() && !matches!(b, b':' | b'-'))
        .collect();
    if !digits.len().is_multiple_of(2) || digits.is_empty() {
        return Err(wrong());
    }
    let bytes: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            u8::try_from(high * 16 + low).ok()
        })
        .collect();
    heart_rate(&bytes.ok_or_else(wrong)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_strap_sends() {
        // Flags: one byte of rate, contact known and there, intervals. 72 a minute; 853 and 819 ticks.
        let read = heart_rate(&[0x16, 72, 0x55, 0x03, 0x33, 0x03]).expect("reads");
        assert_eq!((read.bpm, read.contact), (72, Some(true)));
        assert_eq!(
            read.intervals_ms,
            [853.0 * 1000.0 / 1024.0, 819.0 * 1000.0 / 1024.0]
        );
        // Two bytes of rate, energy, no word of contact, no interval yet.
        let read = heart_rate(&[0x19, 0x2c, 0x01, 0xff, 0x00]).expect("reads");
        assert_eq!((read.bpm, read.contact), (300, None));
        assert!(read.intervals_ms.is_empty());
        // Contact known and lost.
        assert_eq!(heart_rate(&[0x04, 0]).expect("reads").contact, Some(false));
        assert_eq!(
            heart_rate_hex("16:48-55 03 3303"),
            heart_rate(&[0x16, 72, 0x55, 3, 0x33, 3])
        );
    }

    #[test]
    fn what_broke_off_is_named() {
        let says = |bytes: &[u8]| heart_rate(bytes).expect_err("no payload").to_string();
        assert_eq!(says(&[]), "0 bytes end within the flags");
        assert_eq!(says(&[0x01, 1]), "2 bytes end within the heart rate");
        assert_eq!(
            says(&[0x08, 60, 1]),
            "3 bytes end within the energy expended"
        );
        assert_eq!(
            says(&[0x10, 60, 1, 2, 3]),
            "5 bytes end within the intervals"
        );
        assert_eq!(
            says(&[0x00, 60, 9, 9]),
            "2 bytes too many behind the last field"
        );
        for bad in ["", "1", "zz", "16 4"] {
            assert!(heart_rate_hex(bad).is_err(), "{bad}");
        }
    }
}
