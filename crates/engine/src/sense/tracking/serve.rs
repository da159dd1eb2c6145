//! Fast serves: the one thing that a tennis feed's points say of how the ball moves.

use matchday_event::{
    Detail, Fact, Signal,
    senses::{FastServeFact, TrackingFact},
};

/// A serve faster than this is told, as the camera rule has it.
const FAST_KMH: u16 = 190;

/// Tells a fast serve of the point that the signal reports. It keeps nothing, so that a match of points alone costs nothing.
pub(in crate::sense) fn fast_serves(signal: &Signal, facts: &mut Vec<Fact>) {
    if let Signal::Play(play) = signal
        && let Detail::Tennis(point) = &play.detail
        && let Some(speed_kmh) = point.serve_kmh
        // No serve was ever measured at 270; a feed that says so has a slip of the pen.
        && (FAST_KMH + 1..270).contains(&speed_kmh)
    {
        facts.push(Fact::Tracking(TrackingFact::FastServe(FastServeFact {
            at: play.wall,
            play_id: play.play_id.clone(),
            side: point.server,
            speed_kmh,
        })));
    }
}
