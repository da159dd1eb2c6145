//! The handshake of RFC 6455.

use std::{future::Future, sync::Arc};

use axum::{
    body::Body,
    extract::Request,
    response::{IntoResponse, Response},
};
use hyper::{
    HeaderMap, StatusCode,
    header::{
        CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
        SEC_WEBSOCKET_VERSION, UPGRADE,
    },
    upgrade::{OnUpgrade, Upgraded},
};
use hyper_util::rt::TokioIo;
use tokio::io::AsyncWriteExt;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::{
    connection::{self, ConnectionOptions, Session},
    frame::{self, Close},
    hub::{Guest, Hub},
    problem::Problem,
    stats::Transport,
};

/// Answers a handshake and serves the client with the session that `begin` makes. A client that cannot be served
/// is told so by a close code, for a browser shows scripts no other reason.
pub(crate) fn websocket<S: Session + 'static>(
    mut request: Request,
    hub: Arc<Hub>,
    transport: Transport,
    options: Arc<ConnectionOptions>,
    begin: impl FnOnce(&Guest, Arc<tokio::sync::Notify>) -> Result<S, Close> + Send + 'static,
) -> Response {
    let Some(key) = handshake_key(request.headers()) else {
        let mut refusal = Problem::new(StatusCode::UPGRADE_REQUIRED, "not_a_websocket")
            .detail("this address speaks WebSocket, version 13")
            .into_response();
        refusal.headers_mut().insert(
            UPGRADE,
            hyper::header::HeaderValue::from_static("websocket"),
        );
        return refusal;
    };
    let Some(upgrade) = request.extensions_mut().remove::<OnUpgrade>() else {
        return Problem::new(StatusCode::BAD_REQUEST, "cannot_upgrade")
            .detail("this connection cannot become a WebSocket: use HTTP/1.1")
            .into_response();
    };
    let protocol = chosen_protocol(request.headers());
    tokio::spawn(serve(upgrade, move |io| async move {
        let stopped = *hub.stopping().borrow();
        let guest = hub.admit(transport).filter(|_| !stopped);
        let Some(guest) = guest else {
            let reason = if stopped {
                "the server is stopping"
            } else {
                "the server is full"
            };
            return turn_away(io, &Close::new(1013, reason)).await;
        };
        let waker = Arc::new(tokio::sync::Notify::new());
        match begin(&guest, waker.clone()) {
            Ok(session) => connection::run(io, session, guest, waker, &options).await,
            Err(close) => {
                super::stats::Meter::rejected("unknown_game");
                turn_away(io, &close).await;
            }
        }
    }));
    let mut response = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(CONNECTION, "upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_ACCEPT, derive_accept_key(key.as_bytes()));
    if let Some(protocol) = protocol {
        response = response.header(SEC_WEBSOCKET_PROTOCOL, protocol);
    }
    response
        .body(Body::empty())
        .unwrap_or_else(|_| StatusCode::BAD_REQUEST.into_response())
}

async fn serve<F: Future<Output = ()>>(
    upgrade: OnUpgrade,
    then: impl FnOnce(TokioIo<Upgraded>) -> F,
) {
    match upgrade.await {
        Ok(upgraded) => then(TokioIo::new(upgraded)).await,
        // The client left during the handshake.
        Err(error) => tracing::debug!(%error, "a websocket handshake was not finished"),
    }
}

async fn turn_away(mut io: TokioIo<Upgraded>, close: &Close) {
    let say = async {
        io.write_all(&frame::close(close.code, &close.reason))
            .await?;
        io.shutdown().await?;
        let mut sink = [0; 512];
        while tokio::io::AsyncReadExt::read(&mut io, &mut sink).await? > 0 {}
        std::io::Result::Ok(())
    };
    // A client that does not take its leave is not waited for.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(1), say).await;
}

fn handshake_key(headers: &HeaderMap) -> Option<String> {
    let says = |name: HeaderName, token: &str| {
        headers.get_all(name).iter().any(|value| {
            value
                .to_str()
                .is_ok_and(|v| v.split(',').any(|t| t.trim().eq_ignore_ascii_case(token)))
        })
    };
    let ready = says(CONNECTION, "upgrade")
        && says(UPGRADE, "websocket")
        && says(SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(SEC_WEBSOCKET_KEY)?.to_str().ok()?;
    (ready && key.len() == 24).then(|| key.to_owned())
}

/// Centrifugo's SDKs may offer subprotocols; JSON is the one spoken here.
fn chosen_protocol(headers: &HeaderMap) -> Option<&'static str> {
    let offered = headers.get_all(SEC_WEBSOCKET_PROTOCOL);
    offered
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|name| name.trim() == "centrifuge-json")
        .then_some("centrifuge-json")
}
