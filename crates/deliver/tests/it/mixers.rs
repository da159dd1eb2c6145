//! Mixers as their equipment meets them: over real sockets, with equipment that the tests play.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use matchday_deliver::{
    Clock,
    mixer::{Health, MixerConfig, MixerError, Mixers},
};
use matchday_event::{
    Approved, Audience, EventTime, GraphicsCommand, PlayId, Side,
    production::{Action, Cut, CutReason, Fired, FrameRate, Released, Shot},
    senses::Camera,
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream, UdpSocket},
    sync::watch,
};

use crate::world::{PATIENCE, approve, game};

pub fn approved<T>(what: T) -> Approved<T> {
    approve(&game(), Audience::Production, 1, what)
}

pub fn cut(camera: Camera, at: EventTime) -> Approved<Cut> {
    fade(camera, at, 0)
}

pub fn fade(camera: Camera, at: EventTime, fade_ms: u32) -> Approved<Cut> {
    let rate = FrameRate::F50;
    approved(Cut {
        frame: rate.frame_from(at),
        rate,
        at,
        // What a test cuts to was never on air before.
        from: if camera == Camera::Main {
            Camera::Rail
        } else {
            Camera::Main
        },
        shot: Shot {
            fade_ms,
            ..Shot::of(camera)
        },
        reason: CutReason::Rule,
        rule: Some("a-rule".into()),
        over: Vec::new(),
        why: "a test".into(),
    })
}

/// A clock that stands where it is put.
#[derive(Clone)]
struct Hand(Arc<AtomicI64>);

impl Hand {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(1_780_000_000_000_000)))
    }

    fn clock(&self) -> Clock {
        let hand = self.0.clone();
        Arc::new(move || EventTime(hand.load(Relaxed)))
    }

    fn now(&self) -> EventTime {
        EventTime(self.0.load(Relaxed))
    }
}

fn config(toml: &str) -> MixerConfig {
    toml::from_str(toml).expect("a configuration")
}

fn start(toml: &str, hand: &Hand) -> (Mixers, watch::Receiver<Health>) {
    let config = config(toml);
    let mixers = Mixers::start(std::slice::from_ref(&config), hand.clock(), None).expect("starts");
    let health = mixers.health(&config.name).expect("an output");
    (mixers, health)
}

async fn patiently<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("in time")
}

async fn until(health: &mut watch::Receiver<Health>, is: impl Fn(&Health) -> bool) -> Health {
    let now = patiently(health.wait_for(|h| is(h))).await;
    now.expect("the driver lives").clone()
}

/// Equipment that speaks in lines.
struct Lines {
    stream: BufReader<TcpStream>,
}

impl Lines {
    async fn accept(listener: &TcpListener) -> Self {
        let (stream, _) = patiently(listener.accept()).await.expect("a connection");
        Self {
            stream: BufReader::new(stream),
        }
    }

    async fn hear(&mut self) -> String {
        let mut line = String::new();
        patiently(self.stream.read_line(&mut line))
            .await
            .expect("a line");
        assert!(line.ends_with("\r\n") || line.is_empty(), "{line:?}");
        line.trim_end().to_owned()
    }

    async fn say(&mut self, lines: &str) {
        let text = lines.replace('\n', "\r\n");
        self.stream.write_all(text.as_bytes()).await.expect("sent");
    }
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    (listener, address)
}

#[tokio::test]
async fn vmix_is_told_confirmed_and_told_again_after_it_hung_up() {
    let (listener, address) = listener().await;
    let hand = Hand::new();
    let (mixers, mut health) = start(
        &format!(
            "name = \"vmix\"\n[to]\nkind = \"vmix\"\naddress = \"{address}\"\ncameras = {{ main = \"1\", rail = \"2\" }}\n\
             overlays = {{ ball_trace = {{ input = \"Trace\", channel = 2 }} }}"
        ),
        &hand,
    );
    let mut vmix = Lines::accept(&listener).await;
    vmix.say("VERSION OK 27.0.0.49\n").await;
    assert_eq!(vmix.hear().await, "SUBSCRIBE TALLY");
    vmix.say("SUBSCRIBE OK TALLY\nTALLY OK 10\n").await;
    assert_eq!(vmix.hear().await, "TALLY");
    vmix.say("TALLY OK 10\n").await;
    until(&mut health, |h| h.connected).await;

    mixers.cut(&cut(Camera::Rail, hand.now()));
    assert_eq!(vmix.hear().await, "FUNCTION CutDirect Input=2");
    vmix.say("FUNCTION OK CutDirect\n").await;
    // Its event may have come before the answer, so it is asked.
    assert_eq!(vmix.hear().await, "TALLY");
    vmix.say("TALLY OK 01\n").await;
    let now = until(&mut health, |h| h.confirmed == 1).await;
    assert_eq!(now.on_air, Some(Camera::Rail));

    let fired = Fired {
        rule: "trace".into(),
        key: None,
        at: hand.now(),
        due: hand.now(),
        until: None,
        action: Action::Overlay {
            overlay: "ball_trace".into(),
        },
        priority: 1,
        confidence: 1.0,
        why: "a test".into(),
    };
    mixers.overlay(&approved(fired));
    assert_eq!(vmix.hear().await, "FUNCTION OverlayInput2In Input=Trace");
    vmix.say("FUNCTION OK OverlayInput2In\n").await;
    let released = Released {
        rule: "trace".into(),
        key: None,
        at: hand.now(),
    };
    mixers.release(&approved(released), "ball_trace");
    assert_eq!(vmix.hear().await, "FUNCTION OverlayInput2Out");
    vmix.say("FUNCTION OK OverlayInput2Out\n").await;
    until(&mut health, |h| h.confirmed == 3).await;

    drop(vmix);
    until(&mut health, |h| !h.connected).await;
    let mut vmix = Lines::accept(&listener).await;
    assert_eq!(vmix.hear().await, "SUBSCRIBE TALLY");
    vmix.say("SUBSCRIBE OK TALLY\n").await;
    assert_eq!(vmix.hear().await, "TALLY");
    vmix.say("TALLY OK 10\n").await;
    assert_eq!(vmix.hear().await, "FUNCTION CutDirect Input=2");
}

#[tokio::test]
async fn caspar_plays_cameras_and_shows_a_key_play_as_long_as_it_lasts() {
    let (listener, address) = listener().await;
    let hand = Hand::new();
    let (mixers, mut health) = start(
        &format!(
            "name = \"caspar\"\n[to]\nkind = \"amcp\"\naddress = \"{address}\"\ncameras = {{ main = \"AMB\", rail = \"DECKLINK DEVICE 3\" }}\n\
             [to.templates.SHOW_KEY_PLAY]\ntemplate = \"matchday/key-play\"\ncg_layer = 3\n"
        ),
        &hand,
    );
    let mut caspar = Lines::accept(&listener).await;
    assert_eq!(caspar.hear().await, "REQ 1 VERSION");
    caspar.say("RES 1 201 VERSION OK\n2.3.3 LTS\n").await;
    until(&mut health, |h| h.connected).await;
    mixers.cut(&fade(Camera::Rail, hand.now(), 500));
    assert_eq!(
        caspar.hear().await,
        "REQ 2 PLAY 1-10 DECKLINK DEVICE 3 MIX 25"
    );
    caspar.say("RES 2 202 PLAY OK\n").await;
    until(&mut health, |h| h.confirmed == 1).await;
    mixers.graphics(&approved(GraphicsCommand::ShowKeyPlay {
        play_id: PlayId::new("7"),
        text: "a \"great\" play".into(),
        side: Side::Home,
        wpa: 0.142,
        duration_ms: 5000,
    }));
    let line = caspar.hear().await;
    let (head, data) = line.split_once(" 1 ").expect("data");
    assert_eq!(head, "REQ 3 CG 1-20 ADD 3 \"matchday/key-play\"");
    assert!(
        data.contains(
            r#"<componentData id=\"text\"><data id=\"text\" value=\"a &quot;great&quot; play\"/>"#
        ),
        "{data}"
    );
    caspar.say("RES 3 202 CG OK\n").await;
    let now = until(&mut health, |h| h.confirmed == 2).await;
    assert_eq!(now.waiting, 1, "its end is held");
    hand.0.fetch_add(5_000_000, Relaxed);
    // Another order wakes the driver, which then reads the clock.
    mixers.cut(&cut(Camera::Main, hand.now()));
    assert_eq!(caspar.hear().await, "REQ 4 PLAY 1-10 AMB");
    assert_eq!(caspar.hear().await, "REQ 5 CG 1-20 STOP 3");
    caspar.say("RES 5 202 CG OK\nRES 4 404 PLAY FAILED\n").await;
    let now = until(&mut health, |h| h.refused == 1).await;
    assert!(
        now.last_error
            .is_some_and(|e| e.contains("404 PLAY FAILED"))
    );
}

#[tokio::test]
async fn lamps_turn_green_for_what_is_next_and_red_on_air() {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).await.expect("a port");
    let address = socket.local_addr().expect("an address");
    let hand = Hand::new();
    let (mixers, _) = start(
        &format!(
            "name = \"lamps\"\n[to]\nkind = \"tsl\"\naddress = \"{address}\"\nlamps = [\"right\"]\nrefresh_ms = 600000\n\
             cameras = {{ main = {{ index = 1 }}, rail = {{ index = 2, text = \"RAIL\" }} }}"
        ),
        &hand,
    );
    // Display and lamp of the next packets: one each.
    let lamps = async || {
        let mut lamps = Vec::new();
        for _ in 0..2 {
            let mut buffer = [0; 64];
            patiently(socket.recv(&mut buffer)).await.expect("a packet");
            lamps.push((buffer[6], buffer[8] & 3));
        }
        lamps
    };
    assert_eq!(
        lamps().await,
        [(1, 0), (2, 0)],
        "the state at the beginning"
    );
    mixers.cut(&cut(Camera::Main, hand.now()));
    assert_eq!(lamps().await, [(1, 1), (2, 0)]);
    mixers.cut(&cut(Camera::Rail, EventTime(hand.now().0 + 500_000)));
    assert_eq!(lamps().await, [(1, 1), (2, 2)], "it is next");
    hand.0.fetch_add(500_000, Relaxed);
    assert_eq!(lamps().await, [(1, 0), (2, 1)]);
}

#[tokio::test]
async fn outputs_take_the_cuts_of_their_match_and_a_dead_one_holds_up_nobody() {
    let (alive, address) = listener().await;
    let hand = Hand::new();
    let of = |name: &str, address: &str, game: &str| {
        config(&format!(
            "name = \"{name}\"\ngame = \"{game}\"\n[to]\nkind = \"vmix\"\naddress = \"{address}\"\ncameras = {{ rail = \"2\" }}"
        ))
    };
    // Nothing listens on a port that was given back.
    let dead = listener().await.1;
    let configs = [
        of("dead", &dead, "nfl-1"),
        of("alive", &address, "nfl-1"),
        of("other", &dead, "nfl-2"),
    ];
    let mixers = Mixers::start(&configs, hand.clock(), None).expect("starts");
    let mut vmix = Lines::accept(&alive).await;
    assert_eq!(vmix.hear().await, "SUBSCRIBE TALLY");
    vmix.say("SUBSCRIBE OK TALLY\nTALLY OK 10\n").await;
    until(&mut mixers.health("alive").expect("there"), |h| h.connected).await;
    for _ in 0..1000 {
        mixers.cut(&cut(Camera::Rail, hand.now()));
    }
    assert_eq!(game().as_str(), "nfl-1");
    assert_eq!(vmix.hear().await, "TALLY");
    vmix.say("TALLY OK 10\n").await;
    assert_eq!(vmix.hear().await, "FUNCTION CutDirect Input=2");
    let report = mixers.report();
    let of = |name: &str| {
        report
            .outputs
            .iter()
            .find(|o| &*o.health.name == name)
            .expect("there")
    };
    assert!(of("dead").health.waiting <= 32);
    assert_eq!(
        (of("other").health.waiting, of("other").health.connected),
        (0, false)
    );
    let json = serde_json::to_value(&report).expect("JSON");
    assert_eq!(json["outputs"][0]["name"], "dead");
}

#[tokio::test]
async fn what_cannot_be_started_says_which_and_why() {
    let hand = Hand::new();
    let lamps = "name = \"a\"\n[to]\nkind = \"tsl\"\naddress = \"127.0.0.1:1\"\ncameras = { main = { index = 1 } }";
    let twice = Mixers::start(&[config(lamps), config(lamps)], hand.clock(), None);
    assert!(matches!(twice, Err(MixerError::Twice(name)) if name == "a"));
    let obs = "name = \"b\"\n[to]\nkind = \"obs\"\naddress = \"127.0.0.1:1\"\npassword_file = \"/nonexistent\"\ncameras = { main = \"a\" }";
    let error = Mixers::start(&[config(obs)], hand.clock(), None).expect_err("no password");
    assert!(
        error
            .to_string()
            .starts_with("mixer \"b\": cannot read password_file /nonexistent"),
        "{error}"
    );
}

#[tokio::test]
async fn when_the_last_is_dropped_the_connection_ends() {
    let (listener, address) = listener().await;
    let hand = Hand::new();
    let (mixers, _) = start(
        &format!(
            "name = \"vmix\"\n[to]\nkind = \"vmix\"\naddress = \"{address}\"\ncameras = {{ rail = \"2\" }}"
        ),
        &hand,
    );
    let mut vmix = Lines::accept(&listener).await;
    assert_eq!(vmix.hear().await, "SUBSCRIBE TALLY");
    drop(mixers);
    assert_eq!(vmix.hear().await, "", "the end");
    // Nobody knocks again.
    tokio::time::timeout(Duration::from_millis(1), listener.accept())
        .await
        .expect_err("nobody");
}
