use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::senses::Camera;

/// How a camera is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shot {
    /// Which.
    pub camera: Camera,
    /// Length of the fade from the one before, in milliseconds; 0 is a cut.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub fade_ms: u32,
    /// How far to zoom in, 1 as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zoom: Option<f32>,
    /// Within how many milliseconds the zoom is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zoom_within_ms: Option<u32>,
    /// Frames that are kept before the shot goes on air, so that it can begin a little before its cause.
    #[serde(default, skip_serializing_if = "is_zero_frames")]
    pub buffer_frames: u8,
}

fn is_zero(ms: &u32) -> bool {
    *ms == 0
}

fn is_zero_frames(frames: &u8) -> bool {
    *frames == 0
}

impl Shot {
    /// A plain cut to a camera.
    pub fn of(camera: Camera) -> Self {
        Self {
            camera,
            fade_ms: 0,
            zoom: None,
            zoom_within_ms: None,
            buffer_frames: 0,
        }
    }
}

/// What a rule asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// A camera on air: a proposal to the director.
    Shot(Shot),
    /// A graphic over the picture, for everyone or for one cluster of viewers.
    Overlay {
        /// Its name, such as `ball_trace`.
        overlay: Arc<str>,
    },
    /// Confetti on the viewer's screen.
    Confetti {
        /// Whether a coupon comes with it.
        #[serde(default)]
        coupon: bool,
    },
    /// A question to the viewer.
    Poll {
        /// Its name, such as `cool_down`.
        poll: Arc<str>,
    },
    /// A discount code, good once.
    Code {
        /// Discount in percent, 1 to 100.
        percent: u8,
    },
    /// Nothing that anybody sees: a name that other rules may ask for.
    Mark {
        /// The name.
        mark: Arc<str>,
    },
}

impl Action {
    /// The name on the wire.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Shot(_) => "shot",
            Self::Overlay { .. } => "overlay",
            Self::Confetti { .. } => "confetti",
            Self::Poll { .. } => "poll",
            Self::Code { .. } => "code",
            Self::Mark { .. } => "mark",
        }
    }

    /// Whether it reaches viewers one by one, and so waits for their consent.
    pub fn is_for_viewers(&self) -> bool {
        matches!(
            self,
            Self::Confetti { .. } | Self::Poll { .. } | Self::Code { .. }
        )
    }
}
