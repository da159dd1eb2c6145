use matchday_event::view::Scoreboard;
use proptest::prelude::*;

use super::*;
use crate::gateway::state::Board;

#[derive(Debug, Clone)]
enum Step {
    Publish(u8),
    Take(u8),
    Ask,
    /// Leaves and comes back with what it has.
    Return,
    Reset,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_u8..30).prop_map(Step::Publish),
        4 => (1_u8..40).prop_map(Step::Take),
        1 => Just(Step::Ask),
        1 => Just(Step::Return),
        1 => Just(Step::Reset),
    ]
}

fn channel(limits: Limits) -> Arc<Channel> {
    Channel::new(
        "scoreboard",
        "e0",
        State::Board(Board::default()),
        limits,
        Arc::new(Meter::new()),
    )
}

fn publish(channel: &Arc<Channel>) {
    let change = Change::Board(Scoreboard::default());
    channel
        .publish(None, EventTime(0), &change)
        .expect("in sequence");
}

/// What a client knows of where it is.
#[derive(Default)]
struct Client {
    epoch: String,
    seq: u64,
}

impl Client {
    fn take(&mut self, subscription: &mut Subscription) -> bool {
        match subscription.next() {
            None => return false,
            Some(Delivery::Snapshot(frame)) => {
                assert!(
                    *frame.epoch != *self.epoch || frame.seq >= self.seq,
                    "a snapshot never goes back"
                );
                self.epoch = frame.epoch.to_string();
                self.seq = frame.seq;
            }
            Some(Delivery::Update { frame, .. }) => {
                assert_eq!(
                    *frame.epoch, *self.epoch,
                    "no update of an epoch that the client was not told of"
                );
                assert_eq!(frame.seq, self.seq + 1, "no gap and no repeat");
                self.seq = frame.seq;
            }
            Some(Delivery::Resumed { epoch, seq, .. }) => {
                assert_eq!(
                    (&*epoch, seq),
                    (self.epoch.as_str(), self.seq),
                    "resumed where the client was"
                );
            }
        }
        true
    }
}

proptest! {
    #[test]
    fn whatever_a_client_does_it_sees_no_gap_and_no_repeat(
        steps in proptest::collection::vec(step(), 1..60),
        updates in 1_usize..40,
        kib in 1_usize..8,
        client_bytes in 200_usize..4000,
    ) {
        let limits = Limits { updates, bytes: kib << 10, client_bytes };
        let channel = channel(limits);
        let waker = Arc::new(Notify::new());
        let mut client = Client::default();
        let mut subscription = channel.subscribe(&Start::Fresh, waker.clone());
        let mut epoch = 0;
        for step in steps {
            match step {
                Step::Publish(n) => (0..n).for_each(|_| publish(&channel)),
                Step::Take(n) => { let _ = (0..n).take_while(|_| client.take(&mut subscription)).count(); }
                Step::Ask => subscription.want_snapshot(),
                Step::Return => {
                    let start = Start::Resume { epoch: client.epoch.clone(), seq: client.seq };
                    subscription = channel.subscribe(&start, waker.clone());
                }
                Step::Reset => {
                    epoch += 1;
                    channel.reset(&format!("e{epoch}"), State::Board(Board::default()));
                }
            }
            prop_assert_eq!(channel.clients(), 1, "who left is not counted");
            prop_assert!(locked(&channel.ring).bytes <= kib << 10, "the ring is bounded in bytes");
        }
        let mut taken = 0;
        while client.take(&mut subscription) {
            taken += 1;
            prop_assert!(taken <= updates + 3, "what waits is bounded");
        }
        let (epoch, seq) = channel.head();
        prop_assert_eq!((client.epoch.as_str(), client.seq), (&*epoch, seq), "in the end it is up to date");
    }
}

#[test]
fn an_update_is_encoded_once_for_everyone() {
    let channel = channel(Limits {
        updates: 8,
        bytes: 1 << 20,
        client_bytes: 1 << 20,
    });
    let mut subscriptions: Vec<_> = (0..3)
        .map(|_| channel.subscribe(&Start::Fresh, Arc::new(Notify::new())))
        .collect();
    let take = |s: &mut Subscription| match s.next() {
        Some(Delivery::Snapshot(frame) | Delivery::Update { frame, .. }) => frame.ws.as_ptr(),
        other => panic!("not a message: {other:?}"),
    };
    for _ in 0..2 {
        let pointers: Vec<_> = subscriptions.iter_mut().map(take).collect();
        assert!(
            pointers.iter().all(|p| *p == pointers[0]),
            "the same bytes for all"
        );
        publish(&channel);
    }
}
