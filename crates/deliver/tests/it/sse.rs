use futures::StreamExt;
use matchday_deliver::gateway::RouterOptions;
use serde_json::{Value, json};

use crate::world::{PATIENCE, World, head, hub_options};

/// Reads events off a stream: id, name and data.
struct Events {
    body: futures::stream::BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    text: String,
}

impl Events {
    async fn open(world: &World, path: &str, last: Option<&str>) -> Self {
        let mut request = reqwest::Client::new().get(format!("http://{}{path}", world.address));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.bytes_stream().boxed(),
            text: String::new(),
        }
    }

    /// The next block of lines; `None` at the end of the stream.
    async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            let chunk = tokio::time::timeout(PATIENCE, self.body.next())
                .await
                .expect("in time")?;
            self.text
                .push_str(std::str::from_utf8(&chunk.expect("bytes")).expect("UTF-8"));
        }
    }

    async fn event(&mut self) -> (String, String, Value) {
        let block = self.block().await.expect("an event");
        let field = |name: &str| {
            let found = block.lines().find_map(|l| l.strip_prefix(name));
            found.unwrap_or_default().to_owned()
        };
        let data = serde_json::from_str(&field("data: ")).expect("JSON");
        (field("id: "), field("event: "), data)
    }
}

#[tokio::test]
async fn events_carry_the_same_messages_and_resume_by_their_id() {
    let world = World::start().await;
    world.publish(1, 2);
    let mut events = Events::open(&world, "/sse/nfl-1", None).await;
    let (id, name, data) = events.event().await;
    assert_eq!(
        (id.as_str(), name.as_str(), head(&data)),
        ("e1:2", "snapshot", ("snapshot", 2))
    );
    world.publish(3, 3);
    let (id, name, data) = events.event().await;
    assert_eq!(
        (id.as_str(), name.as_str(), head(&data)),
        ("e1:3", "update", ("update", 3))
    );
    drop(events);
    world.clients(0).await;
    world.publish(4, 5);
    let mut events = Events::open(&world, "/sse/nfl-1", Some("e1:3")).await;
    let (id, name, data) = events.event().await;
    assert_eq!(
        (id.as_str(), name.as_str(), &data["missed"]),
        ("", "resumed", &json!(2))
    );
    for n in 4..=5 {
        assert_eq!(head(&events.event().await.2), ("update", n));
    }
    for unknown in ["e0:3", "nonsense", "e1:99"] {
        let mut events = Events::open(&world, "/sse/nfl-1", Some(unknown)).await;
        assert_eq!(events.event().await.2["recovered"], false, "{unknown}");
    }
    let mut board = Events::open(&world, "/sse", None).await;
    assert_eq!(board.event().await.2["channel"], "scoreboard");
    let mut air = Events::open(&world, "/sse/graphics/nfl-1", None).await;
    assert_eq!(air.event().await.2["channel"], "graphics:nfl-1");
}

#[tokio::test]
async fn silence_is_filled_with_comments_and_a_shutdown_says_when_to_come_back() {
    let options = RouterOptions {
        heartbeat: std::time::Duration::from_millis(5),
        ..RouterOptions::default()
    };
    let world = World::with(hub_options(), options).await;
    let mut events = Events::open(&world, "/sse/nfl-1", None).await;
    events.event().await;
    assert_eq!(events.block().await.as_deref(), Some(":"), "a heartbeat");
    let stopped = tokio::spawn(world.stop());
    loop {
        match events.block().await.as_deref() {
            Some(":") => {}
            Some(retry) => {
                let ms = retry
                    .strip_prefix("retry: ")
                    .expect("advice")
                    .parse::<u64>();
                assert!(ms.expect("milliseconds") >= 250);
            }
            None => break,
        }
    }
    stopped.await.expect("stopped");
}
