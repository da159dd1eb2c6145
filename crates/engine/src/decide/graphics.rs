//! The graphics agent: what the broadcast's graphics should show after a signal.

use matchday_event::{
    Audience, Fact, GameId, GraphicsCommand, PlayFact, Proposal, Seq, Side, view::GameUpdate,
};

use crate::Output;

/// How long a key play stays on air.
pub const KEY_PLAY_MS: u32 = 5_000;

/// What to propose for one signal, `update` and `out` being what [`crate::Match::apply`] made of it: win
/// probability where it moved, a key play when it first becomes one, the situation where it changed.
pub fn propose(
    game: &GameId,
    cause: Seq,
    update: &GameUpdate,
    out: &Output,
) -> Vec<Proposal<GraphicsCommand>> {
    let mut commands = Vec::new();
    let state = &update.update.state;
    if out.moved.wp_home_before != state.wp_home {
        commands.push(GraphicsCommand::UpdateWinProbability {
            home: state.wp_home,
            // In millionths, as facts have it: without this 1 - 0.7 reads 0.30000000000000004.
            away: ((1.0 - state.wp_home) * 1e6).round() / 1e6,
            delta_home: update.card.last_wpa_home,
        });
    }
    commands.extend(out.moved.new_key_play.iter().filter_map(|id| {
        let play = out.facts.iter().find_map(|fact| match fact {
            Fact::Play(play) if play.play_id == *id => Some(play),
            _ => None,
        })?;
        Some(show(play))
    }));
    if out.facts.iter().any(|f| matches!(f, Fact::State(_))) && out.moved.situation {
        commands.push(GraphicsCommand::UpdateSituation {
            score: state.score,
            period: state.clock.period,
            clock_s: state.clock.clock_s,
            leverage: state.leverage,
            situation: state.detail.situation(),
        });
    }
    if out.moved.decision {
        commands.push(GraphicsCommand::UpdateDecision {
            decision: state.detail.football().and_then(|s| s.decision.clone()),
        });
    }
    commands
        .into_iter()
        .map(|what| Proposal {
            game: game.clone(),
            cause,
            agent: "graphics".into(),
            audience: Audience::Production,
            what,
        })
        .collect()
}

fn show(play: &PlayFact) -> GraphicsCommand {
    let side = if play.wpa_home >= 0.0 {
        Side::Home
    } else {
        Side::Away
    };
    GraphicsCommand::ShowKeyPlay {
        play_id: play.play_id.clone(),
        text: play.text.as_deref().unwrap_or_default().to_owned(),
        side,
        wpa: play.wpa_home.abs(),
        duration_ms: KEY_PLAY_MS,
    }
}
