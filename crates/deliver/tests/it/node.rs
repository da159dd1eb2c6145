//! The gateway as Centrifugo's own SDK and the official schemas see it. Needs Node and the modules of
//! `web/tests/centrifuge`; without them these tests say by name that they were left out.

use std::{net::SocketAddr, path::PathBuf, process::Stdio};

use matchday_deliver::gateway::{asyncapi, openapi};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::watch,
};

use crate::world::{PATIENCE, World, empty, game};

/// The folder of the scripts, or `None` after saying why there is no point in going on.
async fn scripts(test: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../web/tests/centrifuge"
    ));
    let node = Command::new("node").arg("--version").output().await;
    if !node.is_ok_and(|out| out.status.success()) {
        eprintln!("left out: {test}: there is no node on this machine");
        return None;
    }
    for module in [
        "centrifuge",
        "ws",
        "ajv",
        "ajv-formats",
        "@asyncapi/specs",
        "@seriousme/openapi-schema-validator",
    ] {
        if !folder.join("node_modules").join(module).is_dir() {
            eprintln!(
                "left out: {test}: the npm module {module} is missing: run `npm ci` in web/tests/centrifuge"
            );
            return None;
        }
    }
    Some(folder)
}

#[tokio::test]
async fn the_documents_keep_to_the_official_schemas() {
    let Some(folder) = scripts("the_documents_keep_to_the_official_schemas").await else {
        return;
    };
    let files = tempfile::tempdir().expect("a folder");
    let file = |name: &str, document: Value| {
        let path = files.path().join(name);
        std::fs::write(&path, document.to_string()).expect("written");
        path
    };
    let run = async |openapi: &PathBuf, asyncapi: &PathBuf| {
        let mut node = Command::new("node");
        node.current_dir(&folder)
            .arg("documents.mjs")
            .args([openapi, asyncapi]);
        node.output().await.expect("node runs")
    };
    let (open, asynchronous) = (
        file("openapi.json", openapi()),
        file("asyncapi.json", asyncapi()),
    );
    let out = run(&open, &asynchronous).await;
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    // The check itself must be able to fail.
    let mut broken = asyncapi();
    broken["operations"]["send_game"]["action"] = json!("shout");
    assert!(
        !run(&open, &file("broken.json", broken))
            .await
            .status
            .success()
    );
    let mut broken = openapi();
    broken["paths"]["/ws"]["get"]["responses"] = json!([]);
    assert!(
        !run(&file("broken.json", broken), &asynchronous)
            .await
            .status
            .success()
    );
}

/// Passes connections on, and cuts them all when told to.
struct Wire {
    address: SocketAddr,
    up: watch::Sender<bool>,
}

impl Wire {
    async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let up = watch::Sender::new(true);
        let state = up.clone();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut down = state.subscribe();
                tokio::spawn(async move {
                    if !*down.borrow() {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(server).await else {
                        return;
                    };
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut near, &mut far) => {}
                        _ = down.wait_for(|up| !up) => {}
                    }
                });
            }
        });
        Self { address, up }
    }
}

/// The script, and what it says.
struct Viewer {
    _child: Child,
    input: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

impl Viewer {
    fn start(folder: &PathBuf, address: SocketAddr) -> Self {
        let mut child = Command::new("node")
            .current_dir(folder)
            .args([
                "client.mjs",
                &format!("ws://{address}/connection/websocket"),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs");
        let input = child.stdin.take().expect("piped");
        let said = BufReader::new(child.stdout.take().expect("piped")).lines();
        Self {
            _child: child,
            input,
            said,
        }
    }

    /// The next thing of a kind that it says; `connecting` may come between.
    async fn hear(&mut self, event: &str) -> Value {
        loop {
            let line = tokio::time::timeout(PATIENCE, self.said.next_line())
                .await
                .expect("in time");
            let said: Value =
                serde_json::from_str(&line.expect("read").expect("not the end")).expect("JSON");
            if said["event"] == event {
                return said;
            }
            assert!(
                said["event"] == "connecting" || said["event"] == "connected",
                "waiting for {event:?}, heard {said}"
            );
        }
    }

    async fn publications(&mut self, from: u64, to: u64) {
        for n in from..=to {
            let said = self.hear("publication").await;
            assert_eq!(
                (&said["offset"], &said["seq"], &said["type"]),
                (&json!(n), &json!(n), &json!("update"))
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn centrifugos_sdk_connects_subscribes_and_recovers() {
    let Some(folder) = scripts("centrifugos_sdk_connects_subscribes_and_recovers").await else {
        return;
    };
    let world = World::start().await;
    world.publish(1, 3);
    let wire = Wire::to(world.address).await;
    let mut viewer = Viewer::start(&folder, wire.address);

    let first = viewer.hear("subscribed").await;
    assert_eq!(
        (&first["wasRecovering"], &first["recoverable"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(
        first["streamPosition"],
        json!({ "offset": 3, "epoch": "e1" })
    );
    assert_eq!(
        (&first["data"]["type"], &first["data"]["seq"]),
        (&json!("snapshot"), &json!(3))
    );
    world.publish(4, 6);
    viewer.publications(4, 6).await;

    // Forced off the line, it misses three updates and recovers them.
    wire.up.send_replace(false);
    world.clients(0).await;
    world.publish(7, 9);
    wire.up.send_replace(true);
    let again = viewer.hear("subscribed").await;
    assert_eq!(
        (&again["wasRecovering"], &again["recovered"]),
        (&json!(true), &json!(true))
    );
    viewer.publications(7, 9).await;
    world.publish(10, 10);
    viewer.publications(10, 10).await;

    // The game began anew meanwhile: nothing to recover, so it is told so and given a snapshot.
    wire.up.send_replace(false);
    world.clients(0).await;
    world
        .hub
        .open(game(), "e2".to_owned(), empty(&game()))
        .expect("opened");
    world.publish(1, 2);
    wire.up.send_replace(true);
    let anew = viewer.hear("subscribed").await;
    assert_eq!(
        (&anew["wasRecovering"], &anew["recovered"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        anew["streamPosition"],
        json!({ "offset": 2, "epoch": "e2" })
    );
    assert_eq!(anew["data"]["seq"], 2);

    viewer.input.write_all(b"ask\n").await.expect("written");
    let asked = viewer.hear("asked").await;
    let expected = json!({
        "event": "asked", "unknown": 102, "publish": 103, "presence": 108, "rpc": 104,
        "presenceStats": { "numClients": 1, "numUsers": 1 }, "head": [], "first": [1, 2], "last": [2, 1],
    });
    assert_eq!(asked, expected);
    viewer.hear("left").await;
    world.publish(3, 3);
    viewer.input.write_all(b"leave\n").await.expect("written");
    world.clients(0).await;
}
