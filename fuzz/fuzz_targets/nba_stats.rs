#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|body: &[u8]| common::parse("nba-stats", body));
