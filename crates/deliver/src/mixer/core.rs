//! An output without its connection: what it holds, what it was told and what it answered, as a state machine that time
//! and bytes are handed to. The driver beside it does the waiting and the sending, and decides nothing.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use hdrhistogram::Histogram;
use matchday_event::{EventTime, GameId, production::CameraReport, senses::Camera};
use serde::Serialize;

use super::{
    plan::Plan,
    protocol::{Broken, Heard, Order, Outbox, Protocol, Slot, Told},
};
use crate::output::Backoff;

/// The time, twice: by the clock on the wall, which cuts are timed by and which may be set, and by one that only runs on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub wall: EventTime,
    pub mono: Duration,
}

/// A cut that the equipment confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Confirmed {
    /// Which camera.
    pub camera: Camera,
    /// When it was to be on air.
    pub at: EventTime,
    /// When the equipment said so; for equipment that says nothing, when it was sent.
    pub confirmed_at: EventTime,
}

/// How an output is doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// Its name.
    pub name: Arc<str>,
    /// What it speaks.
    pub kind: &'static str,
    /// The match it is for, if one.
    pub game: Option<GameId>,
    /// Whether nothing is sent.
    pub dry_run: bool,
    /// Whether the equipment is there and takes orders.
    pub connected: bool,
    /// How often it came to be so.
    pub connects: u64,
    /// Orders that wait for their time, or for a connection.
    pub waiting: usize,
    /// Orders sent.
    pub sent: u64,
    /// Orders that were carried out: by the equipment's word, or where it gives none, because they were sent.
    pub confirmed: u64,
    /// Of these, orders told late, because there was no connection at their time; they are in no latency.
    pub caught_up: u64,
    /// Orders that a newer one took the place of before the equipment acted on them.
    pub passed_over: u64,
    /// Orders that came too late to be told at all, as of a match that is folded again.
    pub too_old: u64,
    /// Orders that were not confirmed in time; each costs the connection, and is told again over the next.
    pub unconfirmed: u64,
    /// Orders that the equipment, or the configuration, has nothing for.
    pub refused: u64,
    /// The camera on air by the equipment's own word.
    pub on_air: Option<Camera>,
    /// The last cut confirmed.
    pub last_cut: Option<Confirmed>,
    /// What was sent last, as people read it.
    pub last_sent: Option<String>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// How long cuts took from their time to their confirmation, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Latency {
    /// Cuts measured.
    pub cuts: u64,
    /// Median.
    pub p50_us: u64,
    /// 99 in 100 took less.
    pub p99_us: u64,
    /// Longest.
    pub max_us: u64,
}

/// How the core is set up.
#[derive(Debug, Clone)]
pub(super) struct CoreOptions {
    pub name: Arc<str>,
    pub kind: &'static str,
    pub game: Option<GameId>,
    pub dry_run: bool,
    pub lead: Duration,
    pub timeout: Duration,
    pub backoff_min: Duration,
    pub backoff_max: Duration,
}

/// An order whose time passed longer ago than this when it was handed over is history, not an order.
const STALE_US: i64 = 10_000_000;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Link {
    Down { retry: Duration },
    Opening { until: Duration },
    Ready { since: EventTime },
}

#[derive(Debug)]
struct InFlight {
    slot: Slot,
    at: EventTime,
    /// What passes by itself before the answer, in microseconds.
    after_us: i64,
    deadline: Duration,
    camera: Option<Camera>,
    on_time: bool,
}

/// What the driver is to do.
#[derive(Debug, Default)]
pub(super) struct Step {
    /// Give up the connection, before anything else.
    pub close: bool,
    /// Send these.
    pub send: Vec<Vec<u8>>,
    /// Open a connection.
    pub connect: bool,
    /// Come back after this long at the latest.
    pub wait: Duration,
    /// What went on air.
    pub on_air: Vec<(Option<GameId>, CameraReport)>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Core {
    options: CoreOptions,
    protocol: Box<dyn Protocol>,
    plan: Plan,
    link: Link,
    backoff: Backoff,
    inflight: BTreeMap<u64, InFlight>,
    next_id: u64,
    stood_by: Option<Camera>,
    refresh_at: Duration,
    answer_due: bool,
    close: bool,
    /// The match of the last cut, for an output that is for every match.
    game: Option<GameId>,
    send: Vec<Vec<u8>>,
    reports: Vec<(Option<GameId>, CameraReport)>,
    pub health: Health,
    latency: Histogram<u64>,
}

/// Waits are no longer than this, so that a clock that is set shows.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

impl Core {
    pub fn new(options: CoreOptions, protocol: Box<dyn Protocol>) -> Self {
        let health = Health {
            name: options.name.clone(),
            kind: options.kind,
            game: options.game.clone(),
            dry_run: options.dry_run,
            connected: false,
            connects: 0,
            waiting: 0,
            sent: 0,
            confirmed: 0,
            caught_up: 0,
            passed_over: 0,
            too_old: 0,
            unconfirmed: 0,
            refused: 0,
            on_air: None,
            last_cut: None,
            last_sent: None,
            last_error: None,
        };
        Self {
            backoff: Backoff::new(options.backoff_min, options.backoff_max),
            link: if options.dry_run {
                Link::Ready {
                    since: EventTime(i64::MIN),
                }
            } else {
                Link::Down {
                    retry: Duration::ZERO,
                }
            },
            options,
            protocol,
            plan: Plan::default(),
            inflight: BTreeMap::new(),
            next_id: 1,
            stood_by: None,
            refresh_at: Duration::ZERO,
            answer_due: false,
            close: false,
            game: None,
            send: Vec::new(),
            reports: Vec::new(),
            health,
            latency: Histogram::new_with_bounds(1, 60_000_000, 3).expect("the bounds are in order"),
        }
    }

    /// Whether orders of a match for a slot concern it.
    pub fn takes(&self, game: &GameId, slot: &Slot) -> bool {
        self.options.game.as_ref().is_none_or(|g| g == game) && self.protocol.takes(slot)
    }

    /// An order comes in, to be carried out at a time.
    pub fn order(&mut self, slot: Slot, at: EventTime, order: Order, wall: EventTime) {
        if wall.0.saturating_sub(at.0) > STALE_US {
            self.health.too_old += 1;
            self.count("too_old", 1);
            return;
        }
        let dropped = self.plan.push(slot, at, order);
        self.passed(dropped);
        self.health.waiting = self.plan.len();
    }

    /// How long confirmed cuts took.
    pub fn latency(&self) -> Latency {
        Latency {
            cuts: self.latency.len(),
            p50_us: self.latency.value_at_quantile(0.5),
            p99_us: self.latency.value_at_quantile(0.99),
            max_us: self.latency.max(),
        }
    }

    /// A match is over: nothing of it is held any more.
    pub fn ended(&mut self, game: &GameId) {
        self.plan.forget(game);
        self.health.waiting = self.plan.len();
    }

    /// The connection is open.
    pub fn connected(&mut self, now: Now) {
        self.link = Link::Opening {
            until: now.mono + self.options.timeout,
        };
        self.answer_due = false;
        self.stood_by = None;
        let mut out = Outbox::default();
        self.protocol.open(&mut out);
        self.attend(now, out);
    }

    /// The connection is lost, or could not be had.
    pub fn lost(&mut self, now: Now, why: impl Into<String>) {
        let why = why.into();
        if self.health.connected || self.backoff.failures() == 0 {
            tracing::warn!(
                output = &*self.options.name,
                why,
                "a mixer cannot be reached"
            );
        }
        let wait = self.backoff.failed(&self.options.name);
        self.link = Link::Down {
            retry: now.mono + wait,
        };
        // What was under way is part of what every slot is to be now, and is told again.
        self.inflight.clear();
        self.send.clear();
        self.close = true;
        self.health.connected = false;
        self.health.on_air = None;
        self.health.last_error = Some(why);
        self.up();
    }

    /// Bytes came.
    pub fn heard(&mut self, now: Now, bytes: &[u8]) {
        if matches!(self.link, Link::Down { .. }) {
            return;
        }
        self.answer_due = false;
        let mut out = Outbox::default();
        let read = self.protocol.hear(bytes, &mut out);
        self.attend(now, out);
        if let Err(Broken(why)) = read {
            self.lost(now, why);
        }
    }

    /// Does what is due.
    pub fn step(&mut self, now: Now) -> Step {
        let mut step = Step::default();
        match self.link {
            Link::Down { retry } if now.mono >= retry => {
                // Until the driver says what came of it.
                self.link = Link::Down {
                    retry: now.mono + self.options.timeout * 2,
                };
                step.connect = true;
            }
            Link::Down { .. } => {}
            Link::Opening { until } if now.mono >= until => {
                self.lost(now, "no answer in time after connecting");
            }
            Link::Opening { .. } => {}
            Link::Ready { since } => self.tend(now, since),
        }
        self.health.waiting = self.plan.len();
        step.close = std::mem::take(&mut self.close);
        step.send = std::mem::take(&mut self.send);
        step.on_air = std::mem::take(&mut self.reports);
        step.wait = self.wait(now);
        step
    }

    fn tend(&mut self, now: Now, since: EventTime) {
        let overdue = self
            .inflight
            .values()
            .filter(|f| f.deadline <= now.mono)
            .count() as u64;
        if overdue > 0 {
            self.health.unconfirmed += overdue;
            self.count("unconfirmed", overdue);
            self.lost(now, "an order was not confirmed in time");
            return;
        }
        let lead = i64::try_from(self.options.lead.as_micros()).unwrap_or(0);
        for due in self.plan.due(EventTime(now.wall.0.saturating_add(lead))) {
            self.passed(due.passed);
            if due.changes {
                self.tell(now, due.slot, due.at, &due.order, due.at >= since);
            }
        }
        let next = self.plan.standing_by();
        if next != self.stood_by {
            self.stood_by = next;
            let mut out = Outbox::default();
            self.protocol.stand_by(next, &mut out);
            self.attend(now, out);
        }
        if now.mono >= self.refresh_at && !self.options.dry_run {
            if self.answer_due {
                self.lost(now, "no answer any more");
                return;
            }
            let mut out = Outbox::default();
            self.answer_due = self.protocol.refresh(&mut out);
            self.attend(now, out);
            self.refresh_at = now.mono + Duration::from_millis(self.protocol.refresh_ms().into());
        }
    }

    /// Tells what every slot is to be, after a new connection.
    fn restore(&mut self, now: Now, since: EventTime) {
        let lead = i64::try_from(self.options.lead.as_micros()).unwrap_or(0);
        let held = self.plan.now();
        let due = self.plan.due(EventTime(now.wall.0.saturating_add(lead)));
        for (slot, at, order) in held {
            if !due.iter().any(|d| d.slot == slot && d.changes) {
                self.tell(now, slot, at, &order, false);
            }
        }
        for due in due {
            self.passed(due.passed);
            if due.changes {
                self.tell(now, due.slot, due.at, &due.order, due.at >= since);
            }
        }
    }

    fn tell(&mut self, now: Now, slot: Slot, at: EventTime, order: &Order, on_time: bool) {
        let id = self.next_id;
        self.next_id += 1;
        let mut out = Outbox::default();
        let told = self.protocol.tell(id, order, &mut out);
        let mut flight = InFlight {
            slot,
            at,
            after_us: 0,
            deadline: now.mono + self.options.timeout,
            camera: match order {
                Order::Cut(cut) => Some(cut.shot.camera),
                _ => None,
            },
            on_time,
        };
        match told {
            Ok(_) if self.options.dry_run => {
                self.protocol.assume(&mut out);
                self.health.sent += 1;
                self.count("dry_run", 1);
            }
            Ok(Told::Sent) => {
                self.health.sent += 1;
                self.inflight.insert(id, flight);
                out.heard.push(Heard::Done(id));
            }
            Ok(Told::Awaited { after_ms }) => {
                self.health.sent += 1;
                flight.after_us = i64::from(after_ms) * 1000;
                flight.deadline += Duration::from_millis(after_ms.into());
                self.inflight.insert(id, flight);
            }
            Err(why) => {
                self.refused(why.to_string());
            }
        }
        self.attend(now, out);
    }

    fn refused(&mut self, why: String) {
        tracing::warn!(
            output = &*self.options.name,
            why,
            "a mixer has nothing for an order"
        );
        self.health.refused += 1;
        self.health.last_error = Some(why);
        self.count("refused", 1);
    }

    fn attend(&mut self, now: Now, out: Outbox) {
        if let Some(last) = out.send.last() {
            self.health.last_sent = Some(self.protocol.show(last).chars().take(400).collect());
        }
        if self.options.dry_run {
            for message in &out.send {
                let would = self.protocol.show(message);
                tracing::info!(output = &*self.options.name, would, "dry run");
            }
        } else {
            self.send.extend(out.send);
        }
        for heard in out.heard {
            match heard {
                Heard::Ready => {
                    if let Link::Opening { .. } = self.link {
                        self.ready(now);
                    }
                }
                Heard::Done(id) => self.done(now, id),
                Heard::Passed(id) => {
                    if self.inflight.remove(&id).is_some() {
                        self.passed(1);
                    }
                }
                Heard::Refused(id, why) => {
                    if self.inflight.remove(&id).is_some() {
                        self.refused(why);
                    }
                }
                Heard::OnAir(camera) => self.on_air(now, camera),
                Heard::Note(note) => {
                    tracing::warn!(output = &*self.options.name, note, "a mixer");
                    self.health.last_error = Some(note);
                }
            }
        }
    }

    fn ready(&mut self, now: Now) {
        self.link = Link::Ready { since: now.wall };
        self.backoff.reset();
        self.health.connected = true;
        self.health.connects += 1;
        self.refresh_at = now.mono + Duration::from_millis(self.protocol.refresh_ms().into());
        metrics::counter!("matchday_mixer_connects_total", "output" => self.label()).increment(1);
        self.up();
        tracing::info!(output = &*self.options.name, "a mixer is connected");
        self.restore(now, now.wall);
    }

    fn done(&mut self, now: Now, id: u64) {
        let Some(flight) = self.inflight.remove(&id) else {
            return;
        };
        self.health.confirmed += 1;
        self.count("confirmed", 1);
        let Some(camera) = flight.camera else { return };
        let at = EventTime(flight.at.0.saturating_add(flight.after_us));
        self.health.last_cut = Some(Confirmed {
            camera,
            at: flight.at,
            confirmed_at: now.wall,
        });
        if flight.on_time {
            let took_us = u64::try_from(now.wall.0.saturating_sub(at.0)).unwrap_or(0);
            self.latency.saturating_record(took_us);
            metrics::histogram!("matchday_mixer_cut_seconds", "output" => self.label())
                .record(took_us as f64 / 1e6);
        } else {
            self.health.caught_up += 1;
        }
    }

    fn on_air(&mut self, now: Now, camera: Option<Camera>) {
        if self.health.on_air == camera {
            return;
        }
        self.health.on_air = camera;
        let ordered = self
            .plan
            .now()
            .into_iter()
            .find_map(|(_, _, order)| match order {
                Order::Cut(cut) => Some(cut),
                _ => None,
            });
        if let Some(cut) = &ordered {
            self.game = Some(cut.game.clone());
        }
        if let Some(camera) = camera {
            let report = CameraReport {
                source: self.options.name.clone(),
                at: now.wall,
                camera,
            };
            let game = self.options.game.as_ref().or(self.game.as_ref()).cloned();
            self.reports.push((game, report));
        }
        let ours = ordered.map(|cut| cut.shot.camera);
        let pending = self.inflight.values().any(|f| f.slot == Slot::Programme);
        if matches!(self.link, Link::Ready { .. }) && !pending && ours.is_some() && ours != camera {
            // Someone at the mixer took another camera. That stands until the next cut, over a reconnection too.
            self.plan.let_go(&Slot::Programme);
        }
    }

    fn passed(&mut self, n: u64) {
        if n > 0 {
            self.health.passed_over += n;
            self.count("passed_over", n);
        }
    }

    fn wait(&self, now: Now) -> Duration {
        let until = |then: Duration| then.saturating_sub(now.mono);
        let mut wait = LONGEST_WAIT;
        match self.link {
            Link::Down { retry } => wait = wait.min(until(retry)),
            Link::Opening { until: by } => wait = wait.min(until(by)),
            Link::Ready { .. } => {
                if !self.options.dry_run {
                    wait = wait.min(until(self.refresh_at));
                }
                if let Some(by) = self.inflight.values().map(|f| f.deadline).min() {
                    wait = wait.min(until(by));
                }
                if let Some(at) = self.plan.next() {
                    let us = at.0.saturating_sub(now.wall.0);
                    let ahead = Duration::from_micros(u64::try_from(us).unwrap_or(0));
                    wait = wait.min(ahead.saturating_sub(self.options.lead));
                }
            }
        }
        wait
    }

    fn label(&self) -> String {
        self.options.name.as_ref().to_owned()
    }

    fn count(&self, outcome: &'static str, n: u64) {
        metrics::counter!("matchday_mixer_orders_total", "output" => self.label(), "outcome" => outcome)
            .increment(n);
    }

    fn up(&self) {
        metrics::gauge!("matchday_mixer_up", "output" => self.label())
            .set(f64::from(u8::from(self.health.connected)));
    }
}
