#![no_main]

use matchday_feeds::{Context, provider, reconcile::Reconciler};

// Several documents of one game in a row, split at zero bytes: whatever they say, each one seen three times over
// says nothing the third time.
libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let parse = provider("plain").expect("plain").parse;
    let mut reconciler = Reconciler::default();
    for body in input.split(|b| *b == 0).take(8) {
        let Ok(games) = parse(body, &Context::default()) else {
            continue;
        };
        for game in games.iter().filter(|g| g.whole) {
            reconciler.apply(game);
            reconciler.apply(game);
            let third = reconciler.apply(game);
            assert!(
                third.signals.iter().all(|s| matches!(
                    s,
                    matchday_event::Signal::Withdrawn { .. } | matchday_event::Signal::Play(_)
                )) && (third.signals.is_empty() || body.windows(9).any(|w| w == b"withdrawn")),
                "{third:?}"
            );
        }
    }
});
