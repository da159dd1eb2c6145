use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tower::ServiceExt;

use super::{hub::Hub, stats::Meter};

/// How connections are treated below HTTP.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// How long a client may take to send a request's headers.
    pub header_timeout: Duration,
    /// Request line and headers together, at most.
    pub max_header_bytes: usize,
    /// Connections with a request under way, at most (WebSockets are counted by the hub instead).
    pub max_requests: u32,
    /// Bytes the system may hold unsent for one connection before it says that it is full (Linux). Small, so
    /// that a slow client's old updates wait here, where they conflate, and not in the system's buffer.
    pub unsent_bytes: u32,
    /// How long a shutdown waits for clients to go.
    pub grace: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            max_header_bytes: 16 << 10,
            max_requests: 100_000,
            unsent_bytes: 32 << 10,
            grace: Duration::from_secs(5),
        }
    }
}

/// Serves `router` (that of [`super::router`], with what was merged into it) until `stop`; then sends the hub's
/// clients away with advice on when to come back, and waits for them and for requests under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    hub: Arc<Hub>,
    options: ServeOptions,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(options.header_timeout)
        .max_buf_size(options.max_header_bytes.max(8 << 10));
    let requests = Arc::new(Semaphore::new(options.max_requests as usize));
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, most likely: those that leave make room, and accepting at once again
                // would only spin.
                tracing::warn!(%error, "cannot accept a connection");
                Meter::rejected("accept");
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        let Ok(permit) = requests.clone().try_acquire_owned() else {
            Meter::rejected("max_requests");
            continue;
        };
        prepare(&stream, &options);
        let router = router.clone();
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request
                .extensions_mut()
                .insert(ConnectInfo::<SocketAddr>(address));
            router.clone().oneshot(request.map(axum::body::Body::new))
        });
        let connection = http
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut stopping = hub.stopping();
        tokio::spawn(async move {
            tokio::pin!(connection);
            let ended = tokio::select! {
                ended = &mut connection => ended,
                () = stopped(&mut stopping) => {
                    // Finishes the request under way and takes no other.
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, %address, "a connection ended early");
            }
            drop(permit);
        });
    }
    drop(listener);
    hub.shutdown();
    let mut clients = hub.clients();
    let gone = async {
        // All permits back: no request is under way.
        let _ = requests.acquire_many(options.max_requests).await;
        let _ = clients.wait_for(|n| *n == 0).await;
    };
    if tokio::time::timeout(options.grace, gone).await.is_err() {
        tracing::warn!("some clients did not leave in time and are cut off");
    }
    Ok(())
}

async fn stopped(stopping: &mut tokio::sync::watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

fn prepare(stream: &TcpStream, options: &ServeOptions) {
    // An update is one small write that must go out at once.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot turn off Nagle's algorithm");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = socket2::SockRef::from(stream).set_tcp_notsent_lowat(options.unsent_bytes) {
        tracing::debug!(%error, "cannot limit unsent bytes");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = options;
}
