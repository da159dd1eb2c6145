#![no_main]

use matchday_event::EventTime;
use matchday_feeds::chat::{ChatContext, Salt, chat_providers};

// The first byte picks the format.
libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Some((first, lines)) = body.split_first() else {
        return;
    };
    let formats = chat_providers();
    let context = ChatContext {
        salt: Salt::new("a salt for the fuzzer").expect("long enough"),
        received: EventTime(0),
        room: None,
    };
    let _ = (formats[usize::from(*first) % formats.len()].parse)(lines, &context);
});
