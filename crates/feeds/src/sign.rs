//! Signatures of pushed documents.
//!
//! A sender puts the Unix time in seconds in `x-matchday-timestamp` and, in `x-matchday-signature`, `v1=` and the
//! hex HMAC-SHA256 of the timestamp, a full stop and the body under the feed's secret. Several signatures may
//! stand there, separated by commas, while a secret is being changed.

use hmac::{Hmac, Mac};
use matchday_event::EventTime;
use sha2::Sha256;

/// Header with the Unix time in seconds.
pub const TIMESTAMP_HEADER: &str = "x-matchday-timestamp";
/// Header with the signatures.
pub const SIGNATURE_HEADER: &str = "x-matchday-signature";
/// Most signatures looked at in one header.
const MAX_SIGNATURES: usize = 4;

/// Why a push was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// No timestamp, or not a whole number of seconds.
    #[error("{TIMESTAMP_HEADER} must hold the unix time in seconds")]
    Timestamp,
    /// Too far from our own clock.
    #[error("{TIMESTAMP_HEADER} is outside the window; check the sender's clock")]
    Window,
    /// No signature of a known form.
    #[error("{SIGNATURE_HEADER} must hold v1= and 64 hex digits")]
    Form,
    /// A signature, but not of this body under this secret.
    #[error("{SIGNATURE_HEADER} does not match the body")]
    Mismatch,
}

/// The signature of a body, as it stands in the header.
pub fn sign(secret: &[u8], timestamp_s: i64, body: &[u8]) -> String {
    let mut out = String::with_capacity(67);
    out.push_str("v1=");
    for byte in mac(secret, &timestamp_s.to_string(), body)
        .finalize()
        .into_bytes()
    {
        out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    out
}

/// Checks a push, in constant time where it compares. Returns the signature that matched, which identifies the
/// push for as long as its timestamp lies in the window.
pub fn verify(
    secret: &[u8],
    timestamp: &str,
    signatures: &str,
    body: &[u8],
    now: EventTime,
    window_s: i64,
) -> Result<[u8; 32], SignatureError> {
    let timestamp = timestamp.trim();
    let at: i64 = timestamp.parse().map_err(|_| SignatureError::Timestamp)?;
    let age = (now.millis() / 1000).saturating_sub(at);
    if age.saturating_abs() > window_s {
        return Err(SignatureError::Window);
    }
    let mut any = false;
    for given in signatures.split(',').take(MAX_SIGNATURES) {
        let Some(given) = given.trim().strip_prefix("v1=").and_then(unhex) else {
            continue;
        };
        any = true;
        if mac(secret, timestamp, body).verify_slice(&given).is_ok() {
            return Ok(given);
        }
    }
    Err(if any {
        SignatureError::Mismatch
    } else {
        SignatureError::Form
    })
}

fn mac(secret: &[u8], timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    // HMAC takes a key of any length; the error of this constructor is for other algorithms.
    let mut mac = match Hmac::<Sha256>::new_from_slice(secret) {
        Ok(mac) => mac,
        Err(_) => Hmac::<Sha256>::new(&Default::default()),
    };
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let text = text.as_bytes();
    if text.len() != 64 {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_body_secret_and_time_only() {
        let now = EventTime::from_millis(1_700_000_000_000);
        let sig = sign(b"secret", 1_700_000_000, b"{}");
        let check = |secret: &[u8], ts: &str, sig: &str, body: &[u8]| {
            verify(secret, ts, sig, body, now, 300).map(|_| ())
        };
        assert_eq!(check(b"secret", "1700000000", &sig, b"{}"), Ok(()));
        let both = format!("v1={}, {sig}", "0".repeat(64));
        assert_eq!(check(b"secret", "1700000000", &both, b"{}"), Ok(()));
        let refused = [
            (
                check(b"other", "1700000000", &sig, b"{}"),
                SignatureError::Mismatch,
            ),
            (
                check(b"secret", "1700000000", &sig, b"{ }"),
                SignatureError::Mismatch,
            ),
            (
                check(b"secret", "1700000001", &sig, b"{}"),
                SignatureError::Mismatch,
            ),
            (
                check(b"secret", "1700000000", "v1=zz", b"{}"),
                SignatureError::Form,
            ),
            (
                check(b"secret", "1700000000", "", b"{}"),
                SignatureError::Form,
            ),
            (
                check(b"secret", "soon", &sig, b"{}"),
                SignatureError::Timestamp,
            ),
            (
                check(b"secret", "1699999000", &sig, b"{}"),
                SignatureError::Window,
            ),
            (
                check(b"secret", "1700000999", &sig, b"{}"),
                SignatureError::Window,
            ),
        ];
        for (got, want) in refused {
            assert_eq!(got, Err(want));
        }
    }

    #[test]
    fn a_known_answer() {
        // Worked out with another implementation.
        assert_eq!(
            sign(b"Jefe", 1, b"what do ya want for nothing?"),
            "v1=a9049465ce89cfb8e9aac62333abda66f80e3403f51f57f6bae3c3a4485eca38"
        );
    }
}
