//! Sound over RTP, live: a socket's packets into reports on the log.

use std::sync::Arc;

use matchday_event::{GameId, Signal, senses::SoundReport};
use tokio::{net::UdpSocket, sync::watch};

use super::{FrontEnd, RtpConfig, RtpCounts, RtpPart, RtpReceiver, SoundError, Source};
use crate::driver::{Batch, Clock, Sink};

/// How far the sound may fall behind the clock before its time is set anew.
const MAX_BEHIND_US: i64 = 2_000_000;
/// Bytes of a packet at most.
const MOST_PACKET: usize = 1 << 16;

/// A microphone that sends RTP to us.
#[derive(Debug, Clone)]
pub struct RtpMic {
    /// The game that it hears.
    pub game: GameId,
    /// Its name, its rate and its reference level.
    pub source: Source,
    /// How its packets look.
    pub rtp: RtpConfig,
}

/// Takes packets until told to stop, and puts ten reports a second on the log while they come. What becomes of the
/// packets is counted and given back. An error ends it: the log has closed, or the socket has failed.
pub async fn hear_rtp(
    socket: UdpSocket,
    mic: RtpMic,
    sink: Arc<dyn Sink>,
    clock: Arc<dyn Clock>,
    mut stop: watch::Receiver<bool>,
) -> Result<RtpCounts, Box<dyn std::error::Error + Send + Sync>> {
    let name: Arc<str> = format!("sound:{}", mic.source.mic).into();
    let mut receiver = RtpReceiver::new(mic.rtp);
    let mut front = FrontEnd::new(mic.source, clock.now())?;
    let mut packet = vec![0; MOST_PACKET];
    let mut parts = Vec::new();
    let mut reports = Vec::new();
    loop {
        let received = tokio::select! {
            received = socket.recv(&mut packet) => received?,
            _ = stop.wait_for(|stop| *stop) => return Ok(receiver.counts()),
        };
        // What is no packet of the stream is counted, and the next may be one.
        let _ = receiver.push(&packet[..received], &mut parts);
        let now = clock.now();
        take(&mut parts, &mut front, &mut reports)?;
        if now.0 - front.now().0 > MAX_BEHIND_US {
            front.set_now(now);
        }
        if reports.is_empty() {
            continue;
        }
        let batch = Batch {
            game: mic.game.clone(),
            source: name.clone(),
            signals: reports.drain(..).map(Signal::Sound).collect(),
            received: now,
        };
        sink.deliver(batch).await?;
    }
}

fn take(
    parts: &mut Vec<RtpPart>,
    front: &mut FrontEnd,
    reports: &mut Vec<SoundReport>,
) -> Result<(), SoundError> {
    for part in parts.drain(..) {
        match part {
            RtpPart::Samples(samples) => front.push(&samples, reports),
            RtpPart::Lost(frames) => front.push_lost(frames, reports),
            RtpPart::Began => *front = FrontEnd::new(front.source().clone(), front.now())?,
        }
    }
    Ok(())
}
