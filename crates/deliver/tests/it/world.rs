//! A small world to publish, a server to publish it from, and a client to see it with.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::{SinkExt, StreamExt};
use matchday_deliver::{
    Clock,
    gateway::{Hub, HubOptions, RouterOptions, ServeOptions, router, serve},
};
use matchday_event::{
    Approved, Audience, EventTime, Fact, GameClock, GameId, GameInfo, GamePhase, GraphicsCommand,
    NextPlay, PlayDetail, PlayFact, PlayId, Proposal, Score, Side, Sport, StateDetail, StateFact,
    Team,
    football::{FootballPlayFact, FootballState, PlayKind, PlayTag, Spot, Tags, Timeouts},
    senses::{Contribution, MomentFact, MomentKind, MomentumFact, Sense},
    view::{CrowdUpdate, GameCard, GameUpdate, Snapshot, Update},
};
use serde_json::Value;
use tokio::{net::TcpStream, sync::oneshot, task::JoinHandle};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, protocol::CloseFrame},
};

/// Long enough that only a broken program reaches it.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn game() -> GameId {
    GameId::new("nfl-1").expect("an id")
}

pub fn state(n: u64) -> StateFact {
    StateFact {
        phase: GamePhase::Live,
        clock: GameClock {
            period: 2,
            clock_s: 632,
        },
        score: Score {
            home: 14,
            away: i16::try_from(n % 40).expect("small"),
        },
        wp_home: 0.623,
        leverage: Some(1.2),
        detail: StateDetail::AmericanFootball(FootballState {
            spot: spot(),
            next: NextPlay::Scrimmage,
            timeouts: Timeouts { home: 3, away: 2 },
            ep: Some(2.25),
            drive: 4,
            decision: None,
        }),
    }
}

fn spot() -> Spot {
    Spot {
        possession: Some(Side::Home),
        down: Some(3),
        distance: Some(4),
        yards_to_goal: Some(35),
    }
}

pub fn team(abbr: &str) -> Team {
    Team {
        id: abbr.into(),
        abbr: abbr.into(),
        name: format!("The {abbr}s").into(),
        color: Some("#a71930".into()),
        alt_color: None,
    }
}

pub fn info() -> GameInfo {
    GameInfo {
        sport: Sport::AmericanFootball,
        league: "nfl".into(),
        season: Some(2016),
        week: Some(17),
        postseason: false,
        home: team("ATL"),
        away: team("NO"),
        kickoff: Some(EventTime::from_millis(1_483_290_000_000)),
        neutral: false,
        venue: None,
        line: None,
        forecast: None,
        rules: None,
    }
}

pub fn play(n: u64) -> PlayFact {
    PlayFact {
        play_id: PlayId::new(n.to_string()),
        order: i64::try_from(n).expect("small"),
        clock: GameClock {
            period: 2,
            clock_s: 640,
        },
        wall: None,
        text: Some("M.Ryan pass short right to J.Jones for 12 yards".into()),
        score_before: Score { home: 14, away: 7 },
        score_after: Score { home: 14, away: 7 },
        wp_home_before: 0.6,
        wp_home_after: 0.623,
        wpa_home: 0.023,
        leverage: Some(1.1),
        detail: PlayDetail::AmericanFootball(FootballPlayFact {
            drive: 4,
            spot: spot(),
            kind: PlayKind::Pass,
            tags: Tags::only(PlayTag::Complete),
            yards: Some(12),
            ep_before: Some(1.5),
            epa: Some(0.75),
            decision: None,
        }),
    }
}

/// Update `n` adds play `n`, but the game never has more than 200 of them.
pub fn update(n: u64) -> GameUpdate {
    GameUpdate {
        seq: n,
        at: EventTime::from_millis(1_483_297_200_000),
        update: Update {
            info: (n == 1).then(info),
            wp_model: None,
            state: state(n),
            plays: vec![play(n).into()],
            removed: n
                .checked_sub(200)
                .filter(|n| *n > 0)
                .map(|n| PlayId::new(n.to_string()))
                .into_iter()
                .collect(),
            key_plays: None,
            drives: Vec::new(),
            drives_end: None,
            healed: None,
        },
        card: card(&game(), n),
    }
}

pub fn card(game: &GameId, n: u64) -> GameCard {
    let StateFact {
        phase,
        clock,
        score,
        wp_home,
        leverage,
        detail,
    } = state(n);
    GameCard {
        id: game.clone(),
        league: "nfl".into(),
        home: Some(team("ATL")),
        away: Some(team("NO")),
        kickoff: info().kickoff,
        phase,
        clock,
        score,
        wp_home,
        wp_trail: vec![0.5, 0.6],
        leverage,
        last_play: None,
        last_wpa_home: 0.023,
        scored: None,
        game_seq: n,
        situation: detail.situation(),
    }
}

pub fn approve<T>(game: &GameId, audience: Audience, cause: u64, what: T) -> Approved<T> {
    // A test stands in for the guard.
    Approved::seal(Proposal {
        game: game.clone(),
        cause,
        agent: "test".into(),
        audience,
        what,
    })
}

pub fn empty(game: &GameId) -> Snapshot {
    Snapshot::empty(game.clone(), "wp-test@1".into(), state(0))
}

/// A clock that only moves when it is told to.
#[derive(Clone, Default)]
pub struct HandClock(Arc<AtomicI64>);

impl HandClock {
    pub fn set(&self, at: EventTime) {
        self.0.store(at.0, Relaxed);
    }

    pub fn clock(&self) -> Clock {
        let now = self.0.clone();
        Arc::new(move || EventTime(now.load(Relaxed)))
    }
}

/// A gateway with one game, listening on a port of its own.
pub struct World {
    pub hub: Arc<Hub>,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<std::io::Result<()>>,
}

pub fn hub_options() -> HubOptions {
    HubOptions {
        scoreboard_interval: Duration::ZERO,
        ..HubOptions::default()
    }
}

impl World {
    pub async fn start() -> Self {
        Self::with(hub_options(), RouterOptions::default()).await
    }

    pub async fn with(hub: HubOptions, options: RouterOptions) -> Self {
        let clock = HandClock::default();
        clock.set(EventTime::from_millis(1_483_297_200_250));
        Self::on(Hub::new(hub, clock.clock()), options).await
    }

    pub async fn on(hub: Arc<Hub>, options: RouterOptions) -> Self {
        // A test that began anew on the hub has opened the game already.
        let _ = hub.open(game(), "e1".to_owned(), empty(&game()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let router = router(hub.clone(), options);
        let task = tokio::spawn(serve(
            listener,
            router,
            hub.clone(),
            ServeOptions::default(),
            async {
                let _ = stopped.await;
            },
        ));
        Self {
            hub,
            address,
            stop: Some(stop),
            task,
        }
    }

    pub fn publish(&self, from: u64, to: u64) {
        for n in from..=to {
            self.hub
                .publish(approve(&game(), Audience::Public, n, update(n)))
                .expect("published");
        }
    }

    /// What the senses found at once: momentum and a moment.
    pub fn crowd(&self, cause: u64) {
        let at = EventTime::from_millis(1_000 * cause as i64);
        let facts = vec![
            Fact::Momentum(MomentumFact {
                at,
                home: 12.5,
                away: -3.0,
                intensity: 40.0,
                parts: vec![Contribution {
                    sense: Sense::Sound,
                    home: 12.5,
                    away: -3.0,
                    intensity: 40.0,
                }],
            }),
            Fact::Moment(MomentFact {
                number: cause as u32,
                kind: MomentKind::Crowd,
                side: None,
                player: None,
                intensity: 40.0,
                onset: at,
                found: at,
                ended: None,
                confidence: 0.8,
                senses: vec![Sense::Sound],
            }),
        ];
        let found = CrowdUpdate {
            game: game(),
            at,
            facts,
        };
        let approved = approve(&game(), Audience::Public, cause, found);
        self.hub.publish_crowd(approved).expect("published");
    }

    pub fn graphics(&self, cause: u64, command: GraphicsCommand) {
        let approved = approve(&game(), Audience::Production, cause, command);
        self.hub.publish_graphics(approved).expect("published");
    }

    pub async fn connect(&self, path: &str) -> Client {
        Client::connect(self.address, path).await
    }

    pub async fn clients(&self, n: u64) {
        let mut clients = self.hub.clients();
        let reached = clients.wait_for(|have| *have == n);
        tokio::time::timeout(PATIENCE, reached)
            .await
            .expect("in time")
            .expect("a hub");
    }

    pub async fn stop(mut self) {
        drop(self.stop.take());
        tokio::time::timeout(PATIENCE, self.task)
            .await
            .expect("in time")
            .expect("no panic")
            .expect("served");
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        reqwest::get(format!("http://{}{path}", self.address))
            .await
            .expect("an answer")
    }

    pub async fn get_json(&self, path: &str) -> Value {
        let bytes = self.get(path).await.bytes().await.expect("a body");
        serde_json::from_slice(&bytes).expect("JSON")
    }
}

/// A WebSocket client that speaks JSON.
pub struct Client(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub async fn connect(address: SocketAddr, path: &str) -> Self {
        let url = format!("ws://{address}{path}");
        Self(
            tokio_tungstenite::connect_async(url)
                .await
                .expect("connected")
                .0,
        )
    }

    pub async fn message(&mut self) -> Message {
        let message = tokio::time::timeout(PATIENCE, self.0.next())
            .await
            .expect("in time");
        message.expect("a message").expect("no error")
    }

    /// The next text message.
    pub async fn json(&mut self) -> Value {
        loop {
            match self.message().await {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("not a text message: {other:?}"),
            }
        }
    }

    /// Reads on to the close frame.
    pub async fn close(&mut self) -> CloseFrame {
        loop {
            if let Message::Close(frame) = self.message().await {
                return frame.expect("a close with a reason");
            }
        }
    }

    pub async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("sent");
    }
}

/// Type and number of a message.
pub fn head(message: &Value) -> (&str, u64) {
    (
        message["type"].as_str().expect("a type"),
        message["seq"].as_u64().expect("a number"),
    )
}
