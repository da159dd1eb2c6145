//! The state machine against a vMix played by hand: no sockets, no clocks, no waiting.

use std::time::Duration;

use matchday_event::{
    EventTime, GameId,
    production::{FrameRate, Shot},
    senses::Camera,
};

use super::{
    config::VmixConfig,
    core::{Core, CoreOptions, Now, Step},
    protocol::{CutOrder, Order, Slot},
    vmix::Vmix,
};

const BEGAN: EventTime = EventTime(1_780_000_000_000_000);

fn at(ms: i64) -> EventTime {
    EventTime(BEGAN.0 + ms * 1000)
}

fn now(ms: u64) -> Now {
    Now {
        wall: at(ms as i64),
        mono: Duration::from_millis(ms),
    }
}

fn core(change: impl FnOnce(&mut CoreOptions)) -> Core {
    let cameras = [
        (Camera::Main, "1"),
        (Camera::Rail, "2"),
        (Camera::Crowd, "3"),
    ];
    let config = VmixConfig {
        address: "127.0.0.1:8099".into(),
        cameras: cameras.map(|(c, i)| (c, i.to_owned())).into(),
        ..VmixConfig::default()
    };
    let mut options = CoreOptions {
        name: "vmix".into(),
        kind: "vmix",
        game: None,
        dry_run: false,
        lead: Duration::ZERO,
        timeout: Duration::from_secs(2),
        backoff_min: Duration::from_millis(100),
        backoff_max: Duration::from_secs(5),
    };
    change(&mut options);
    Core::new(options, Box::new(Vmix::new(config)))
}

fn cut(core: &mut Core, camera: Camera, due_ms: i64, now_ms: u64) {
    let game = GameId::new("g").expect("an id");
    let order = Order::Cut(CutOrder {
        game,
        at: at(due_ms),
        from: Camera::Tight,
        shot: Shot::of(camera),
        rate: FrameRate::F50,
    });
    core.order(Slot::Programme, at(due_ms), order, now(now_ms).wall);
}

fn lines(step: &Step) -> Vec<String> {
    let text = |m: &Vec<u8>| String::from_utf8_lossy(m).trim_end().to_owned();
    step.send.iter().map(text).collect()
}

/// Connects, and leaves input 1 on air.
fn connect(core: &mut Core, ms: u64) -> Step {
    assert!(core.step(now(ms)).connect);
    core.connected(now(ms));
    assert_eq!(lines(&core.step(now(ms))), ["SUBSCRIBE TALLY"]);
    core.heard(now(ms), b"VERSION OK 27.0.0.49\r\nSUBSCRIBE OK TALLY\r\n");
    core.heard(now(ms), b"TALLY OK 100\r\n");
    let step = core.step(now(ms));
    assert!(core.health.connected);
    assert_eq!(lines(&step)[0], "TALLY");
    step
}

#[test]
fn a_cut_is_held_until_its_time_and_confirmed_by_the_tally() {
    let mut core = core(|_| {});
    connect(&mut core, 0);
    cut(&mut core, Camera::Rail, 500, 0);
    let step = core.step(now(0));
    assert_eq!(
        (step.send.len(), step.wait),
        (0, Duration::from_millis(500))
    );
    assert!(core.step(now(499)).send.is_empty());
    assert_eq!(lines(&core.step(now(500))), ["FUNCTION CutDirect Input=2"]);
    core.heard(now(504), b"FUNCTION OK CutDirect\r\n");
    assert_eq!(core.health.confirmed, 0, "only the tally counts");
    core.heard(now(520), b"TALLY OK 010\r\n");
    let on_air = core.step(now(520)).on_air;
    assert_eq!(
        (on_air.len(), on_air[0].1.camera, on_air[0].1.at),
        (1, Camera::Rail, at(520))
    );
    assert_eq!(on_air[0].0.as_ref().map(GameId::as_str), Some("g"));
    let last = core.health.last_cut.expect("a cut");
    assert_eq!(
        (last.camera, last.at, last.confirmed_at),
        (Camera::Rail, at(500), at(520))
    );
    let latency = core.latency();
    assert_eq!((latency.cuts, latency.max_us / 100), (1, 200));
}

#[test]
fn a_mixer_that_needs_time_is_told_so_much_earlier() {
    let mut core = core(|o| o.lead = Duration::from_millis(40));
    connect(&mut core, 0);
    cut(&mut core, Camera::Rail, 500, 0);
    assert_eq!(core.step(now(0)).wait, Duration::from_millis(460));
    assert!(core.step(now(459)).send.is_empty());
    assert_eq!(core.step(now(460)).send.len(), 1);
}

#[test]
fn of_what_an_outage_missed_the_newest_goes_on_air_and_is_in_no_latency() {
    let mut core = core(|_| {});
    connect(&mut core, 0);
    core.lost(now(10), "the other end closed the connection");
    for (n, camera) in [Camera::Rail, Camera::Crowd, Camera::Main, Camera::Crowd]
        .into_iter()
        .enumerate()
    {
        cut(&mut core, camera, 20 + n as i64, 10);
    }
    let step = core.step(now(20));
    assert!(step.close && !step.connect);
    assert!(step.wait <= Duration::from_millis(100) && step.wait >= Duration::from_millis(60));
    let step = connect(&mut core, 200);
    assert_eq!(lines(&step), ["TALLY", "FUNCTION CutDirect Input=3"]);
    core.heard(now(230), b"FUNCTION OK CutDirect\r\nTALLY OK 001\r\n");
    let h = &core.health;
    assert_eq!(
        (h.passed_over, h.confirmed, h.caught_up, h.connects),
        (3, 1, 1, 2)
    );
    assert_eq!(core.latency().cuts, 0);
}

#[test]
fn what_was_on_air_is_told_again_after_a_reconnection() {
    let mut core = core(|_| {});
    connect(&mut core, 0);
    cut(&mut core, Camera::Rail, 0, 0);
    core.step(now(0));
    core.heard(now(5), b"FUNCTION OK CutDirect\r\nTALLY OK 010\r\n");
    core.lost(now(1000), "gone");
    let step = connect(&mut core, 2000);
    assert_eq!(lines(&step), ["TALLY", "FUNCTION CutDirect Input=2"]);
}

#[test]
fn a_camera_that_someone_took_at_the_mixer_stands_over_a_reconnection() {
    let mut core = core(|_| {});
    connect(&mut core, 0);
    cut(&mut core, Camera::Rail, 0, 0);
    core.step(now(0));
    core.heard(now(5), b"FUNCTION OK CutDirect\r\nTALLY OK 010\r\n");
    core.heard(now(100), b"TALLY OK 001\r\n");
    assert_eq!(
        core.step(now(100)).on_air.last().map(|r| r.1.camera),
        Some(Camera::Crowd)
    );
    core.lost(now(1000), "gone");
    assert_eq!(lines(&connect(&mut core, 2000)), ["TALLY"]);
}

#[test]
fn a_cut_that_is_not_confirmed_costs_the_connection_and_is_told_again() {
    let mut core = core(|_| {});
    connect(&mut core, 0);
    cut(&mut core, Camera::Rail, 0, 0);
    let step = core.step(now(0));
    assert_eq!(step.wait, Duration::from_secs(1));
    core.step(now(1999));
    assert!(core.health.connected);
    assert!(core.step(now(2000)).close);
    assert_eq!((core.health.unconfirmed, core.health.connected), (1, false));
    assert_eq!(connect(&mut core, 3000).send.len(), 2);
}

#[test]
fn silence_where_an_answer_is_due_ends_the_connection() {
    let mut core = core(|_| {});
    connect(&mut core, 0);
    assert_eq!(lines(&core.step(now(5000))), ["TALLY"]);
    core.heard(now(5001), b"TALLY OK 100\r\n");
    assert_eq!(lines(&core.step(now(10_000))), ["TALLY"]);
    assert!(
        core.step(now(15_000)).close,
        "nothing came for five seconds"
    );
}

#[test]
fn a_mixer_that_says_nothing_after_connecting_is_left() {
    let mut core = core(|_| {});
    assert!(core.step(now(0)).connect);
    core.connected(now(0));
    assert!(!core.step(now(1999)).close);
    assert!(core.step(now(2000)).close);
    assert!(!core.health.connected);
}

#[test]
fn what_the_mixer_refuses_is_counted_and_not_tried_again() {
    let mut core = core(|_| {});
    connect(&mut core, 0);
    cut(&mut core, Camera::Rail, 0, 0);
    core.step(now(0));
    core.heard(now(5), b"FUNCTION ER Input not found\r\n");
    assert_eq!((core.health.refused, core.health.connected), (1, true));
    let why = core.health.last_error.clone().expect("a reason");
    assert_eq!(
        why,
        "vmix refuses FUNCTION CutDirect Input=2: Input not found"
    );
    cut(&mut core, Camera::Wing, 10, 10);
    core.step(now(10));
    assert_eq!(core.health.refused, 2);
    let why = core.health.last_error.clone().expect("a reason");
    assert_eq!(why, "the configuration names no input for camera wing");
}

#[test]
fn history_is_not_an_order() {
    let mut core = core(|_| {});
    connect(&mut core, 60_000);
    cut(&mut core, Camera::Rail, 49_000, 60_000);
    assert!(core.step(now(60_000)).send.is_empty());
    assert_eq!(core.health.too_old, 1);
}

#[test]
fn a_clock_that_is_set_back_delays_no_reconnection() {
    let mut core = core(|_| {});
    core.step(now(0));
    core.lost(now(0), "refused");
    let later = Now {
        wall: EventTime(0),
        mono: Duration::from_millis(101),
    };
    assert!(core.step(later).connect);
}

#[test]
fn a_dry_run_opens_nothing_and_shows_what_it_would_send() {
    let mut core = core(|o| o.dry_run = true);
    assert!(!core.step(now(0)).connect);
    for (n, camera) in [Camera::Rail, Camera::Crowd].into_iter().enumerate() {
        cut(&mut core, camera, n as i64, 0);
        let step = core.step(now(n as u64));
        assert!(step.send.is_empty() && !step.connect);
    }
    let h = &core.health;
    assert_eq!(h.last_sent.as_deref(), Some("FUNCTION CutDirect Input=3"));
    assert_eq!((h.sent, h.confirmed, h.connected), (2, 0, false));
}
