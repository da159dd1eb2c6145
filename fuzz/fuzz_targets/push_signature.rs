#![no_main]

use matchday_event::EventTime;
use matchday_feeds::sign::{sign, verify};

const NOW_S: i64 = 1_700_000_000;

libfuzzer_sys::fuzz_target!(|input: (&str, &str, &[u8], i64)| {
    let (timestamp, signatures, body, at_s) = input;
    let now = EventTime::from_millis(NOW_S * 1000);
    let secret = b"a secret that nobody guesses";
    assert!(
        verify(secret, timestamp, signatures, body, now, 300).is_err(),
        "nobody can sign without the secret"
    );
    let good = sign(secret, at_s, body);
    let verdict = verify(secret, &at_s.to_string(), &good, body, now, 300);
    let near = at_s.checked_sub(NOW_S).is_some_and(|d| d.saturating_abs() <= 300);
    assert_eq!(verdict.is_ok(), near);
});
