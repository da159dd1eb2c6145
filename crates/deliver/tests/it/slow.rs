use matchday_deliver::gateway::{HubOptions, RouterOptions};
use matchday_event::view::{Message as ViewMessage, Snapshot, Update};
use tokio::net::TcpSocket;

use crate::world::{Client, World, head, hub_options};

const UPDATES: u64 = 4000;

/// A connection whose receiving side takes little, so that the system's buffers do not hide a slow reader.
async fn narrow(world: &World) -> Client {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .set_recv_buffer_size(8 << 10)
        .expect("a small buffer");
    let stream = socket.connect(world.address).await.expect("connected");
    let url = format!("ws://{}/ws/nfl-1", world.address);
    let stream = tokio_tungstenite::MaybeTlsStream::Plain(stream);
    Client(
        tokio_tungstenite::client_async(url, stream)
            .await
            .expect("a websocket")
            .0,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_costs_nobody_anything() {
    let options = HubOptions {
        client_queue_bytes: 128 << 10,
        resume_bytes: 256 << 10,
        ..hub_options()
    };
    let limit = options.resume_bytes as u64;
    let world = World::with(options, RouterOptions::default()).await;
    let mut slow = narrow(&world).await;
    let mut readers = Vec::new();
    for _ in 0..3 {
        let mut reader = world.connect("/ws/nfl-1").await;
        reader.json().await;
        readers.push(reader);
    }
    for first in (1..=UPDATES).step_by(50) {
        world.publish(first, first + 49);
        for reader in &mut readers {
            for n in first..first + 50 {
                assert_eq!(
                    head(&reader.json().await),
                    ("update", n),
                    "everyone else gets everything"
                );
            }
        }
        // Two channels (the game and the scoreboard) keep updates, and nobody keeps any for the slow client.
        assert!(world.hub.stats().queue_bytes <= 2 * limit);
    }
    // When it reads at last: what the system had taken, then one snapshot of now instead of thousands of updates.
    let first = slow.json().await;
    assert_eq!(head(&first).0, "snapshot");
    let mut mine: ViewMessage<Snapshot> = serde_json::from_value(first).expect("a snapshot");
    let mut updates = 0;
    let mut snapshots = 0;
    while mine.seq < UPDATES {
        let message = slow.json().await;
        if head(&message).0 == "snapshot" {
            mine = serde_json::from_value(message).expect("a snapshot");
            snapshots += 1;
        } else {
            let update: ViewMessage<Update> = serde_json::from_value(message).expect("an update");
            assert_eq!(update.seq, mine.seq + 1, "no gap but by a snapshot");
            mine.data.apply(&update.data);
            mine.seq = update.seq;
            updates += 1;
        }
    }
    assert!(snapshots >= 1, "it was conflated");
    assert!(
        updates < UPDATES / 2,
        "{updates} old updates were spared it"
    );
    let newest: ViewMessage<Snapshot> =
        serde_json::from_value(world.get_json("/api/v1/games/nfl-1").await).expect("a snapshot");
    assert_eq!(mine.data, newest.data);
    assert!(world.hub.stats().conflations >= 1);
    world.publish(UPDATES + 1, UPDATES + 1);
    assert_eq!(
        head(&slow.json().await),
        ("update", UPDATES + 1),
        "and it goes on as everyone"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_takes_nothing_for_too_long_is_let_go() {
    let options = RouterOptions {
        stall_timeout: std::time::Duration::from_millis(200),
        ..RouterOptions::default()
    };
    let hub = HubOptions {
        client_queue_bytes: 1 << 30,
        resume_bytes: 1 << 30,
        resume_updates: 1 << 20,
        ..hub_options()
    };
    let world = World::with(hub, options).await;
    let slow = narrow(&world).await;
    world.clients(1).await;
    world.publish(1, UPDATES);
    world.clients(0).await;
    drop(slow);
}
