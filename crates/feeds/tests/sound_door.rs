//! Sound over HTTP, against a server of our own on the loopback.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use futures::future::BoxFuture;
use matchday_event::{EventTime, GameId, Signal};
use matchday_feeds::{
    driver::{Batch, Clock, Sink, SinkClosed},
    sign::{SIGNATURE_HEADER, TIMESTAMP_HEADER, sign},
    sound::{MicConfig, sound_router},
};
use tokio::sync::mpsc;

const NOW_S: i64 = 1_700_000_000;
const SECRET: &[u8] = b"sixteen bytes and more";

/// A clock that the test moves.
#[derive(Default)]
struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> EventTime {
        EventTime(NOW_S * 1_000_000 + self.0.load(Ordering::Relaxed))
    }
}

struct Log(mpsc::UnboundedSender<Batch>);

impl Sink for Log {
    fn deliver(&self, batch: Batch) -> BoxFuture<'_, Result<(), SinkClosed>> {
        let sent = self.0.send(batch).map_err(|e| SinkClosed(e.to_string()));
        Box::pin(async move { sent })
    }
}

async fn door() -> (String, mpsc::UnboundedReceiver<Batch>, Arc<Hands>) {
    let (send, batches) = mpsc::unbounded_channel();
    let clock = Arc::new(Hands::default());
    let mic = MicConfig {
        name: "north".into(),
        game: GameId::new("nfl-1").expect("an id"),
        secret: SECRET.into(),
        window_s: 300,
        offset_db: Some(120.0),
    };
    let app = sound_router([mic], Arc::new(Log(send)), clock.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("binds");
    let address = listener.local_addr().expect("address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    (format!("http://{address}"), batches, clock)
}

async fn post(
    base: &str,
    signed: &str,
    path: &str,
    at_s: i64,
    body: reqwest::Body,
) -> (u16, String) {
    let answer = reqwest::Client::new()
        .post(format!("{base}/sound/{path}"))
        .header(TIMESTAMP_HEADER, at_s.to_string())
        .header(SIGNATURE_HEADER, sign(SECRET, at_s, signed.as_bytes()))
        .body(body)
        .send()
        .await
        .expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("text"))
}

/// A second of noise in 16 bits.
fn second() -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(1);
    (0..48_000)
        .flat_map(|_| random.i16(-3000..3000).to_le_bytes())
        .collect()
}

#[tokio::test]
async fn a_chunked_body_becomes_reports_while_it_comes() {
    let (base, mut batches, _clock) = door().await;
    let path = "north?format=s16le&rate=48000";
    // Chunks that end within samples and within windows.
    let chunks: Vec<_> = second()
        .chunks(9601)
        .map(|c| Ok::<_, std::io::Error>(c.to_vec()))
        .collect();
    let body = futures::stream::iter(chunks);
    let (status, text) = post(&base, path, path, NOW_S, reqwest::Body::wrap_stream(body)).await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(text, r#"{"reports":10,"seconds":1.0}"#);
    let mut reports = Vec::new();
    while let Ok(batch) = batches.try_recv() {
        assert_eq!(&*batch.source, "sound:north");
        assert_eq!(batch.game.as_str(), "nfl-1");
        for signal in batch.signals {
            match signal {
                Signal::Sound(report) => reports.push(report),
                other => panic!("{other:?} is no sound"),
            }
        }
    }
    let times: Vec<i64> = reports
        .iter()
        .map(|r| r.at.millis() - NOW_S * 1000)
        .collect();
    assert_eq!(times, [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    let heard = reports[9].heard.expect("levels");
    assert!(
        (90.0..120.0).contains(&heard.a_fast_db),
        "{}",
        heard.a_fast_db
    );
}

#[tokio::test]
async fn a_request_is_refused_for_each_of_its_reasons() {
    let (base, mut batches, _clock) = door().await;
    let good = "north?format=s16le&rate=48000&channels=1";
    let ask = async |signed: &str, path: &str, at_s: i64| {
        post(&base, signed, path, at_s, second().into()).await
    };
    for (signed, path, at_s, status, code) in [
        (
            "south?format=s16le&rate=48000",
            "south?format=s16le&rate=48000",
            NOW_S,
            404,
            "unknown_mic",
        ),
        // Signed for other parameters than those asked for.
        (
            good,
            "north?format=f32le&rate=48000&channels=1",
            NOW_S,
            401,
            "bad_signature",
        ),
        (good, good, NOW_S - 301, 401, "bad_signature"),
        (
            "north?format=mp3&rate=48000",
            "north?format=mp3&rate=48000",
            NOW_S,
            400,
            "bad_query",
        ),
        (
            "north?rate=48000",
            "north?rate=48000",
            NOW_S,
            400,
            "bad_query",
        ),
        (
            "north?format=s16le&rate=48000&channels=99",
            "north?format=s16le&rate=48000&channels=99",
            NOW_S,
            400,
            "bad_query",
        ),
    ] {
        let (got, text) = ask(signed, path, at_s).await;
        assert_eq!(got, status, "{path}: {text}");
        assert!(text.contains(code), "{path}: {text}");
    }
    assert!(batches.try_recv().is_err(), "nothing refused is heard");
    assert_eq!(ask(good, good, NOW_S).await.0, 200);
    assert_eq!(
        ask(good, good, NOW_S).await.0,
        409,
        "the same request again"
    );
    assert_eq!(ask(good, good, NOW_S + 1).await.0, 200);
}

#[tokio::test]
async fn sound_faster_than_time_is_turned_away() {
    let (base, _batches, _clock) = door().await;
    let path = "north?format=s16le&rate=48000";
    let long: Vec<u8> = second().repeat(20);
    let (status, text) = post(&base, path, path, NOW_S, long.into()).await;
    assert_eq!(status, 429, "{text}");
    assert!(text.contains("too_fast"), "{text}");
}

#[tokio::test]
async fn a_low_sample_rate_is_reported_and_not_refused_at_the_door() {
    let (base, mut batches, _clock) = door().await;
    let path = "north?format=s16le&rate=16000";
    assert_eq!(post(&base, path, path, NOW_S, second().into()).await.0, 200);
    let batch = batches.try_recv().expect("a batch");
    assert!(matches!(&batch.signals[0], Signal::Sound(r) if r.heard.is_none()));
}
