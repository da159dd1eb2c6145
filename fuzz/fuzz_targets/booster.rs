#![no_main]

use matchday_learn::booster::Booster;

// Whatever the bytes are, they are a booster that predicts, or they are refused.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(booster) = Booster::read(bytes) {
        let mut out = vec![0.0; booster.outputs()];
        for value in [f32::NAN, 0.0, 1e9] {
            booster.predict(&vec![value; booster.features()], &mut out);
        }
    }
});
