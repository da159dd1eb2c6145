#![no_main]

use matchday_event::EventTime;
use matchday_feeds::{
    Salt,
    sensor::{ParseSensor, SensorContext, beats, gatt, gaze, seen},
};

const FORMATS: [ParseSensor; 3] = [beats::parse, gaze::parse, seen::parse];

// The first byte picks the format.
libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Some((first, lines)) = body.split_first() else {
        return;
    };
    let context = SensorContext {
        salt: Some(Salt::new("a salt for the fuzzer").expect("long enough")),
        received: EventTime(0),
        source: None,
    };
    let _ = FORMATS[usize::from(*first) % FORMATS.len()](lines, &context);
    let _ = gatt::heart_rate(lines);
});
