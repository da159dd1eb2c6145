use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use matchday_event::{
    Approved, Audience, EventTime, GameId, GraphicsCommand, StateFact,
    view::{Crowd, CrowdUpdate, GameCard, GameUpdate, Scoreboard, Snapshot},
};
use tokio::sync::{Notify, watch};

use super::{
    channel::{Channel, Limits},
    locked,
    state::{Board, Change, OnAir, State},
    stats::{Meter, Stats, Transport},
};
use crate::{Clock, graphics::build};

/// How much the gateway keeps and for whom.
#[derive(Debug, Clone)]
pub struct HubOptions {
    /// Bytes of updates that may wait for one client; past that they are replaced by one fresh snapshot.
    pub client_queue_bytes: usize,
    /// Updates of a channel kept for clients that resume.
    pub resume_updates: usize,
    /// Bytes of updates of a channel kept for clients that resume.
    pub resume_bytes: usize,
    /// Connections at most.
    pub max_clients: u64,
    /// The scoreboard gathers cards for this long before it sends an update. Zero sends one per card.
    pub scoreboard_interval: Duration,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            client_queue_bytes: 256 << 10,
            resume_updates: 512,
            resume_bytes: 2 << 20,
            max_clients: 500_000,
            scoreboard_interval: Duration::from_millis(10),
        }
    }
}

/// Why a game cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// It is open under this very epoch.
    #[error(
        "game {0} is already open under this epoch: open it once, or under a new epoch to begin anew"
    )]
    AlreadyOpen(GameId),
    /// The epoch cannot travel in a header or a query.
    #[error("epoch {0:?} must be 1 to 64 of letters, digits, '.', '_' and '-'")]
    InvalidEpoch(String),
}

/// Why an update was not taken. Nothing was sent and nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// The game is not open.
    #[error("game {0} is not open: open it before publishing")]
    UnknownGame(GameId),
    /// The number does not follow the one before.
    #[error("update {got} of game {game} does not follow: {expected} comes next")]
    OutOfSequence {
        /// The game.
        game: GameId,
        /// The number that comes next.
        expected: u64,
        /// The number that came.
        got: u64,
    },
    /// It was approved for someone else.
    #[error("an output of game {0} was approved for another audience than this door's")]
    WrongAudience(GameId),
}

struct Game {
    viewers: Arc<Channel>,
    graphics: Arc<Channel>,
    crowd: Arc<Channel>,
}

#[derive(Default)]
struct Pending {
    cards: BTreeMap<GameId, GameCard>,
    at: Option<EventTime>,
    flushed: Option<Instant>,
}

/// Takes what the guard approved and hands it to everyone who watches.
///
/// Create it after the metrics recorder is installed. On a restart, publish what the log holds before serving:
/// clients that resume then find every number where they left it.
pub struct Hub {
    options: HubOptions,
    clock: Clock,
    meter: Arc<Meter>,
    games: RwLock<HashMap<GameId, Arc<Game>>>,
    // Names the numberings that mean nothing to another process: how cards were gathered, and which
    // graphics commands were sent, does not follow from the log.
    process: String,
    scoreboard: Arc<Channel>,
    pending: Mutex<Pending>,
    board_waits: Notify,
    stopping: watch::Sender<bool>,
    next_client: AtomicU64,
}

impl Hub {
    /// An empty gateway.
    pub fn new(options: HubOptions, clock: Clock) -> Arc<Self> {
        let meter = Arc::new(Meter::new());
        let process = format!("{:x}", clock().0);
        let scoreboard = Channel::new(
            "scoreboard",
            &process,
            State::Board(Board::default()),
            limits(&options),
            meter.clone(),
        );
        Arc::new(Self {
            options,
            clock,
            meter,
            games: RwLock::default(),
            process,
            scoreboard,
            pending: Mutex::default(),
            board_waits: Notify::new(),
            stopping: watch::Sender::new(false),
            next_client: AtomicU64::new(0),
        })
    }

    /// Opens a game, so that clients may connect to it and updates from 1 be published. Opening it again under
    /// another epoch begins it anew: its clients are sent the new snapshot.
    pub fn open(&self, game: GameId, epoch: String, empty: Snapshot) -> Result<(), OpenError> {
        // What is safe in a game's id is safe in a header and a query too.
        if GameId::new(&epoch).is_err() {
            return Err(OpenError::InvalidEpoch(epoch));
        }
        let card = first_card(&empty);
        let mut on_air = OnAir::new(game.clone());
        on_air.home = card.home.clone();
        on_air.away = card.away.clone();
        let state = State::Game(Box::new(empty));
        let air = State::Graphics(Box::new(on_air));
        let crowd = State::Crowd(Box::new(Crowd::empty(game.clone())));
        // How many times the senses spoke while nobody was there to number it does not follow from the log.
        let air_epoch = format!("{}.{epoch}", self.process);
        let mut games = self.games.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = games.get(&game) {
            if *open.viewers.head().0 == *epoch {
                return Err(OpenError::AlreadyOpen(game));
            }
            open.viewers.reset(&epoch, state);
            open.graphics.reset(&air_epoch, air);
            open.crowd.reset(&air_epoch, crowd);
        } else {
            let channel = |name: String, epoch: &str, state| {
                Channel::new(
                    &name,
                    epoch,
                    state,
                    limits(&self.options),
                    self.meter.clone(),
                )
            };
            let open = Game {
                viewers: channel(format!("game:{game}"), &epoch, state),
                graphics: channel(format!("graphics:{game}"), &air_epoch, air),
                crowd: channel(format!("crowd:{game}"), &air_epoch, crowd),
            };
            games.insert(game, Arc::new(open));
        }
        drop(games);
        self.put_card(card, (self.clock)());
        Ok(())
    }

    /// Whether there is such a game.
    pub fn has(&self, game: &GameId) -> bool {
        let games = self.games.read().unwrap_or_else(PoisonError::into_inner);
        games.contains_key(game)
    }

    /// Publishes the next update of a game.
    pub fn publish(&self, approved: Approved<GameUpdate>) -> Result<(), PublishError> {
        let proposal = approved.into_inner();
        let id = proposal.game;
        if proposal.audience != Audience::Public {
            return Err(PublishError::WrongAudience(id));
        }
        let game = self
            .game(&id)
            .ok_or_else(|| PublishError::UnknownGame(id.clone()))?;
        let GameUpdate {
            seq,
            at,
            update,
            card,
        } = proposal.what;
        game.viewers
            .publish(Some(seq), at, &Change::Game(&update))
            .map_err(|e| PublishError::OutOfSequence {
                game: id,
                expected: e.expected,
                got: seq,
            })?;
        if let Some(info) = &update.info {
            game.graphics.amend(|state| {
                if let State::Graphics(air) = state {
                    air.home = Some(info.home.clone());
                    air.away = Some(info.away.clone());
                }
            });
        }
        self.put_card(card, at);
        Ok(())
    }

    /// Publishes a command on the game's graphics channel.
    pub fn publish_graphics(
        &self,
        approved: Approved<GraphicsCommand>,
    ) -> Result<(), PublishError> {
        let proposal = approved.into_inner();
        if proposal.audience != Audience::Production {
            return Err(PublishError::WrongAudience(proposal.game));
        }
        let command = build::command(&proposal);
        let game = self
            .game(&proposal.game)
            .ok_or_else(|| PublishError::UnknownGame(proposal.game.clone()))?;
        let change = Change::Graphics(std::borrow::Cow::Owned(command));
        // Without a number to check, nothing is out of sequence.
        let _ = game.graphics.publish(None, (self.clock)(), &change);
        Ok(())
    }

    /// Publishes what the senses found on the game's crowd channel. Clients that fall behind are handed a snapshot.
    pub fn publish_crowd(&self, approved: Approved<CrowdUpdate>) -> Result<(), PublishError> {
        let proposal = approved.into_inner();
        if proposal.audience != Audience::Public {
            return Err(PublishError::WrongAudience(proposal.game));
        }
        let game = self
            .game(&proposal.game)
            .ok_or_else(|| PublishError::UnknownGame(proposal.game.clone()))?;
        // Without a number to check, nothing is out of sequence.
        let _ = game
            .crowd
            .publish(None, proposal.what.at, &Change::Crowd(&proposal.what));
        Ok(())
    }

    /// What the gateway did so far.
    pub fn stats(&self) -> Stats {
        let games = self
            .games
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        self.meter.stats(games as u64)
    }

    /// Clients connected now, to be watched: a load test waits on it instead of sleeping.
    pub fn clients(&self) -> watch::Receiver<u64> {
        self.meter.clients.subscribe()
    }

    /// Sends every client away with advice on when to come back. New ones are turned away too.
    pub fn shutdown(&self) {
        self.stopping.send_replace(true);
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    pub(crate) fn process(&self) -> &str {
        &self.process
    }

    pub(crate) fn now(&self) -> EventTime {
        (self.clock)()
    }

    /// Admits a client, or says that the house is full.
    pub(crate) fn admit(self: &Arc<Self>, transport: Transport) -> Option<Guest> {
        if *self.meter.clients.borrow() >= self.options.max_clients {
            Meter::rejected("max_clients");
            return None;
        }
        self.meter.joined(transport);
        let id = self.next_client.fetch_add(1, Relaxed);
        Some(Guest {
            hub: self.clone(),
            transport,
            id,
        })
    }

    pub(crate) fn scoreboard(&self) -> &Arc<Channel> {
        &self.scoreboard
    }

    pub(crate) fn viewers(&self, game: &str) -> Option<Arc<Channel>> {
        self.game(&GameId::new(game).ok()?)
            .map(|g| g.viewers.clone())
    }

    pub(crate) fn graphics(&self, game: &str) -> Option<Arc<Channel>> {
        self.game(&GameId::new(game).ok()?)
            .map(|g| g.graphics.clone())
    }

    pub(crate) fn crowd(&self, game: &str) -> Option<Arc<Channel>> {
        self.game(&GameId::new(game).ok()?).map(|g| g.crowd.clone())
    }

    /// The channel of a name as it stands in messages.
    pub(crate) fn channel(&self, name: &str) -> Option<Arc<Channel>> {
        match name.split_once(':') {
            None if name == "scoreboard" => Some(self.scoreboard.clone()),
            Some(("game", game)) => self.viewers(game),
            Some(("graphics", game)) => self.graphics(game),
            Some(("crowd", game)) => self.crowd(game),
            _ => None,
        }
    }

    fn game(&self, id: &GameId) -> Option<Arc<Game>> {
        self.games
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    fn put_card(&self, card: GameCard, at: EventTime) {
        let mut pending = locked(&self.pending);
        pending.cards.insert(card.id.clone(), card);
        // The update carries the oldest signal in it, so that gathering counts as delay.
        pending.at = Some(pending.at.map_or(at, |first| first.min(at)));
        let due = pending
            .flushed
            .is_none_or(|t| t.elapsed() >= self.options.scoreboard_interval);
        if due {
            self.flush(&mut pending);
        } else {
            self.board_waits.notify_one();
        }
    }

    fn flush(&self, pending: &mut Pending) {
        let Some(at) = pending.at.take() else { return };
        let games = std::mem::take(&mut pending.cards).into_values().collect();
        pending.flushed = Some(Instant::now());
        // Without a number to check, nothing is out of sequence.
        let _ = self
            .scoreboard
            .publish(None, at, &Change::Board(Scoreboard { games }));
    }

    /// Sends the cards that wait, for as long as anyone else holds the hub.
    pub(crate) async fn keep_scoreboard(hub: std::sync::Weak<Self>) {
        while let Some(strong) = hub.upgrade() {
            let interval = strong.options.scoreboard_interval;
            tokio::select! {
                () = strong.board_waits.notified() => {}
                // Lets go of the hub now and then, so that the last owner's drop ends this task.
                () = tokio::time::sleep(Duration::from_secs(1)) => continue,
            }
            drop(strong);
            tokio::time::sleep(interval).await;
            let Some(strong) = hub.upgrade() else { return };
            strong.flush(&mut locked(&strong.pending));
        }
    }
}

/// A client that was let in; it counts until dropped.
pub(crate) struct Guest {
    pub hub: Arc<Hub>,
    pub transport: Transport,
    pub id: u64,
}

impl Guest {
    /// Counts a message handed to this client's socket.
    pub(crate) fn sent(&self, bytes: usize, live_at: Option<EventTime>) {
        self.hub.meter.sent(self.transport, bytes);
        if let Some(at) = live_at {
            self.hub.meter.reached(self.id, at, self.hub.now());
        }
    }

    /// When this client should come back after a shutdown. Ids are spread over the window by a fixed hash, so
    /// that a node's clients do not all return at once.
    pub(crate) fn reconnect_ms(&self, spread: Duration) -> u64 {
        let mut x = self.id.wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let spread_ms = u64::try_from(spread.as_millis()).unwrap_or(u64::MAX).max(1);
        250 + (x ^ (x >> 31)) % spread_ms
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.hub.meter.left(self.transport);
    }
}

fn limits(options: &HubOptions) -> Limits {
    Limits {
        updates: options.resume_updates.max(1),
        bytes: options.resume_bytes,
        client_bytes: options.client_queue_bytes,
    }
}

/// The card of a game of which no update has come yet.
fn first_card(snapshot: &Snapshot) -> GameCard {
    let StateFact {
        phase,
        clock,
        score,
        wp_home,
        leverage,
        ref detail,
    } = snapshot.state;
    let info = snapshot.info.as_ref();
    GameCard {
        id: snapshot.id.clone(),
        league: info.map_or_else(|| "".into(), |i| i.league.clone()),
        home: info.map(|i| i.home.clone()),
        away: info.map(|i| i.away.clone()),
        kickoff: info.and_then(|i| i.kickoff),
        phase,
        clock,
        score,
        wp_home,
        wp_trail: Vec::new(),
        leverage,
        last_play: None,
        last_wpa_home: 0.0,
        scored: None,
        game_seq: 0,
        situation: detail.situation(),
    }
}
