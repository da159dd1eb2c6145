//! What the graphics agent proposes and what the guard makes of it.

mod common;

use common::Game;
use matchday_engine::{
    Guard, Policy, decide,
    guard::{EveryRecords, Hold, What},
};
use matchday_event::{
    Audience, EventTime, Fact, GameId, GraphicsCommand, Proposal, RefusalCode, Side,
    senses::{BodyFact, Direction, FansFact, PlayerWearer, Pseudonym, RateCrossing},
    view::{CrowdUpdate, GameUpdate},
};

fn propose(game: &mut Game) -> Vec<Proposal<GraphicsCommand>> {
    let update = GameUpdate {
        seq: game.game.updates(),
        at: EventTime(0),
        update: game.out.update.clone().unwrap(),
        card: game.game.card(),
    };
    decide::graphics::propose(game.game.id(), game.seq, &update, &game.out)
}

fn names(proposals: &[Proposal<GraphicsCommand>]) -> Vec<&'static str> {
    proposals
        .iter()
        .map(|p| match p.what {
            GraphicsCommand::UpdateWinProbability { .. } => "wp",
            GraphicsCommand::ShowKeyPlay { .. } => "key",
            GraphicsCommand::UpdateSituation { .. } => "situation",
            GraphicsCommand::UpdateDecision { .. } => "decision",
        })
        .collect()
}

#[test]
fn graphics_follow_the_game() {
    let mut game = Game::new("nfl");
    game.plays("10 4 9:00 H 1&10@60 run 4 | A run.");
    assert_eq!(names(&propose(&mut game)), ["wp", "situation"]);
    game.plays("20 4 8:30 H 2&6@56 pass 56 complete touchdown | A long pass.");
    let proposals = propose(&mut game);
    assert_eq!(names(&proposals), ["wp", "key", "situation"]);
    let GraphicsCommand::ShowKeyPlay {
        play_id,
        text,
        wpa,
        duration_ms,
        ..
    } = &proposals[1].what
    else {
        panic!("not a key play")
    };
    assert_eq!(
        (play_id.as_str(), text.as_str(), *duration_ms),
        ("20", "A long pass.", 5_000)
    );
    assert!(*wpa >= 0.10);
    let GraphicsCommand::UpdateWinProbability {
        home,
        away,
        delta_home,
    } = proposals[0].what
    else {
        panic!("not win probability")
    };
    assert!((home + away - 1.0).abs() < 1e-9 && delta_home > 0.10);
    // The play after sharpens the figures, but a key play is shown once.
    game.plays("30 4 8:20 H @15 extra_point good");
    assert!(!names(&propose(&mut game)).contains(&"key"));
    // A correction of long ago is no news.
    game.plays("40 4 8:20 A kickoff @35\n50 4 8:10 A 1&10@75 run 1\n60 4 7:40 A 2&9@74 run 1\n70 4 7:00 A 3&8@73 run 1");
    game.plays("10 4 9:00 H 1&10@60 sack -30 fumble fumble_lost | Another run.");
    assert!(!names(&propose(&mut game)).contains(&"key"));
}

fn view() -> Proposal<GameUpdate> {
    let mut game = Game::new("nfl");
    game.plays("10 4 9:00 H 1&10@60 run 4");
    Proposal {
        game: game.game.id().clone(),
        cause: 1,
        agent: "game".into(),
        audience: Audience::Public,
        what: GameUpdate {
            seq: 1,
            at: EventTime(0),
            update: game.out.update.clone().unwrap(),
            card: game.game.card(),
        },
    }
}

fn graphic(cause: u64) -> Proposal<GraphicsCommand> {
    Proposal {
        game: view().game,
        cause,
        agent: "graphics".into(),
        audience: Audience::Production,
        what: GraphicsCommand::UpdateWinProbability {
            home: 0.5,
            away: 0.5,
            delta_home: 0.0,
        },
    }
}

#[test]
fn the_guard_says_no_unless_told_otherwise() {
    let mut guard = Guard::default();
    assert_eq!(
        guard.judge(view()).unwrap_err().code,
        RefusalCode::NotAllowed
    );
    assert_eq!(
        guard.judge(graphic(1)).unwrap_err().code,
        RefusalCode::NotAllowed
    );
    assert_eq!(
        (guard.counts().approved, guard.counts().not_allowed),
        (0, 2)
    );

    let mut guard = Guard::new(Policy::match_day());
    assert!(guard.judge(view()).is_ok());
    assert!(guard.judge(graphic(1)).is_ok());
    let mut other = graphic(2);
    other.agent = "commerce".into();
    assert_eq!(
        guard.judge(other).unwrap_err().code,
        RefusalCode::NotAllowed
    );
    let mut public = graphic(2);
    public.audience = Audience::Public;
    assert_eq!(
        guard.judge(public).unwrap_err().code,
        RefusalCode::NotAllowed
    );
    let mut personal = view();
    personal.audience = Audience::Viewer {
        viewer: "v1".into(),
    };
    assert_eq!(
        guard.judge(personal).unwrap_err().code,
        RefusalCode::NoConsent
    );
    assert_eq!(guard.counts().approved, 2);
    let refused: u64 = guard.counts().refused().iter().map(|(_, n)| n).sum();
    assert_eq!(refused, 3);
}

#[test]
fn the_operator_has_the_last_word() {
    let mut guard = Guard::new(Policy::match_day());
    let all = Hold {
        game: None,
        what: None,
    };
    guard.hold(all.clone());
    assert_eq!(
        guard.judge(graphic(1)).unwrap_err().code,
        RefusalCode::ManualHold
    );
    assert!(guard.judge(view()).is_ok(), "viewers still see the match");
    assert!(guard.release(&all));
    assert!(guard.judge(graphic(2)).is_ok());
    let one = Hold {
        game: Some(graphic(1).game),
        what: Some(What::WinProbabilityGraphic),
    };
    guard.hold(one.clone());
    assert!(guard.judge(graphic(3)).is_err());
    let mut elsewhere = graphic(4);
    elsewhere.game = matchday_event::GameId::new("nfl-2").unwrap();
    assert!(guard.judge(elsewhere).is_ok());
    assert!(guard.release(&one) && !guard.release(&one));
}

#[test]
fn a_cap_spares_the_screen() {
    let mut guard = Guard::new(Policy::match_day())
        .with_cap(EveryRecords::new([(What::WinProbabilityGraphic, 10)]));
    assert!(guard.judge(graphic(1)).is_ok());
    assert_eq!(
        guard.judge(graphic(5)).unwrap_err().code,
        RefusalCode::FrequencyCap
    );
    assert!(guard.judge(graphic(11)).is_ok());
    assert!(guard.judge(view()).is_ok(), "what has no cap is not capped");
}

#[test]
fn a_players_heart_never_goes_to_everyone() {
    let game = GameId::new("soccer-1").expect("an id");
    let at = EventTime(0);
    let fans = Fact::Body(BodyFact::Fans(FansFact {
        at,
        side: None,
        wearers: 12,
        median_bpm: 92.0,
        median_rise_bpm: 14.0,
        over_110_share: 0.25,
        mean_rmssd_z: None,
        strength: 0.4,
    }));
    let player = Fact::Body(BodyFact::Rate(RateCrossing {
        player: PlayerWearer {
            wearer: Pseudonym(7),
            side: Side::Home,
            shirt: Some("9".into()),
        },
        at,
        threshold_bpm: 110.0,
        direction: Direction::Up,
        bpm: 131.0,
    }));
    let mut guard = Guard::new(Policy::match_day());
    let mut judge = |facts: Vec<Fact>| {
        guard
            .judge(Proposal {
                game: game.clone(),
                cause: 1,
                agent: "senses".into(),
                audience: Audience::Public,
                what: CrowdUpdate {
                    game: game.clone(),
                    at,
                    facts,
                },
            })
            .map(|_| ())
            .map_err(|refusal| refusal.code)
    };
    assert_eq!(judge(vec![fans.clone()]), Ok(()));
    assert_eq!(judge(vec![fans, player]), Err(RefusalCode::NotAllowed));
}
