#![no_main]

mod common;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    // The decoder panics on some damaged files; the reader turns that into an error. The fuzzer's own panic hook
    // would end the run before the reader sees it.
    static QUIET: std::sync::Once = std::sync::Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    if body.starts_with(b"PAR1") {
        common::parse("nflverse", body);
    }
});
