use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::PlayId;

macro_rules! fault_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal,)+) => {
        /// Why something from a feed was healed or set aside. The code is stable and is the label of the
        /// counter that goes with it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum FaultCode {
            $($(#[doc = $doc])+ #[serde(rename = $code)] $name,)+
        }

        impl FaultCode {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The code as it stands in metrics, logs and facts.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

fault_codes! {
    /// The payload was empty.
    EmptyBody = "empty_body",
    /// The payload was a web page, not data.
    HtmlBody = "html_body",
    /// The payload broke off before its end.
    Truncated = "truncated",
    /// The payload was not the format it should be.
    Malformed = "malformed",
    /// The payload was over the size limit.
    TooLarge = "too_large",
    /// The payload was of a different game or shape than configured.
    WrongShape = "wrong_shape",
    /// The provider answered with an HTTP error.
    HttpStatus = "http_status",
    /// The provider did not answer in time.
    Timeout = "timeout",
    /// The provider could not be reached.
    Unreachable = "unreachable",
    /// The provider does not let us in: a wrong name or password, a channel that is not there.
    Refused = "refused",
    /// Polling paused because the provider kept failing.
    CircuitOpen = "circuit_open",
    /// A push whose signature did not match.
    BadSignature = "bad_signature",
    /// One play could not be read; the rest of the payload was used.
    PlayUnreadable = "play_unreadable",
    /// One line of chat could not be read; the rest was used.
    MessageUnreadable = "message_unreadable",
    /// One line of a sensor's (beats, gaze, detections) could not be read; the rest was used.
    ReportUnreadable = "report_unreadable",
    /// A feed gave an order about rules or cameras, which only an operator may; it was left out.
    OrderRefused = "order_refused",
    /// The same play twice in one payload, or a second play with the same content.
    Duplicate = "duplicate",
    /// The payload held fewer plays than an earlier one, and was held back until confirmed.
    Shrunk = "shrunk",
    /// A play arrived after one that follows it.
    OutOfOrder = "out_of_order",
    /// A later report superseded an earlier one.
    Corrected = "corrected",
    /// A play was taken back by the provider.
    Withdrawn = "withdrawn",
    /// The score fell without a correction; the earlier score was kept.
    ScoreDrop = "score_drop",
    /// The score rose without a play that explains it; a rise of more than eight points was held until confirmed.
    ScoreJump = "score_jump",
    /// The score was missing and was kept or worked out.
    ScoreMissing = "score_missing",
    /// The provider's final score differs from the plays'; the final was taken.
    FinalMismatch = "final_mismatch",
    /// The clock went up within a period; the earlier reading was kept.
    ClockBackward = "clock_backward",
    /// The clock was over the period's length or under zero.
    ClockRange = "clock_range",
    /// The clock was missing and was kept.
    ClockMissing = "clock_missing",
    /// The period went down or was out of range.
    PeriodRange = "period_range",
    /// A scrimmage play without a down, worked out from the play before.
    DownMissing = "down_missing",
    /// A down outside 1 to 4.
    DownRange = "down_range",
    /// A distance that cannot be.
    DistanceRange = "distance_range",
    /// A yard line outside 1 to 99.
    YardLineRange = "yard_line_range",
    /// Possession missing, worked out from the play before.
    PossessionMissing = "possession_missing",
    /// Timeouts outside 0 to 3.
    TimeoutsRange = "timeouts_range",
    /// A play type that neither code nor text explains.
    Unclassified = "unclassified",
}

/// Something healed in one game.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HealedFact {
    /// What was wrong.
    pub code: FaultCode,
    /// The play concerned.
    pub play_id: Option<PlayId>,
    /// The value as it came, for people.
    pub was: Option<String>,
    /// The value used instead.
    pub now: Option<String>,
}
