//! The whole of a match as it comes in: plays, sound, chat, hearts, gaze, pictures and time, step by step of a tenth of a second.

use matchday_event::{EventTime, Signal, production::TasteReport};

use super::{
    Script,
    body::{self, Bodies, BodyPlan, BodyTruth},
    chat::{Chat, ChatPlan, Heard},
    gaze::{self, GazePlan, Gazes, Stare},
    plays::{self, Feed, Timed},
    sound::{self, Crowd, Cue, RATE_HZ},
    tastes::{self, TastePlan},
    tracking::Frames,
    vision::{self, Pictures, SeenTruth, VisionPlan},
};

/// Length of a step.
pub const STEP_MS: u64 = 100;
/// Samples of a step.
pub const STEP_SAMPLES: usize = (RATE_HZ as usize / 1000) * STEP_MS as usize;

/// What of a match comes in, and how.
#[derive(Debug, Clone)]
pub struct StadiumPlan {
    /// When the match kicks off.
    pub kick_off: EventTime,
    /// The feed of plays, if there is one.
    pub plays: Option<Feed>,
    /// Plays as they really came, in place of a made-up feed's.
    pub told: Option<Vec<Timed>>,
    /// The chat rooms, if there are any; their kick-off is this plan's.
    pub chat: Option<ChatPlan>,
    /// Whether there is a microphone.
    pub sound: bool,
    /// The wearables, if there are any; their kick-off is this plan's, as that of the next two.
    pub body: Option<BodyPlan>,
    /// The eye trackers, if there are any.
    pub gaze: Option<GazePlan>,
    /// The cameras, if there are any.
    pub vision: Option<VisionPlan>,
    /// Whether players and ball are tracked, which only a soccer match is.
    pub tracking: bool,
    /// Counts of what clusters of viewers like, if anybody counts.
    pub tastes: Option<TastePlan>,
    /// Whether time is told at the end of each step. A server that is sent sound or chat tells it itself.
    pub ticks: bool,
}

impl Default for StadiumPlan {
    fn default() -> Self {
        Self {
            kick_off: ChatPlan::default().kick_off,
            plays: Some(Feed::default()),
            told: None,
            chat: Some(ChatPlan::default()),
            sound: true,
            body: None,
            gaze: None,
            vision: None,
            tracking: false,
            tastes: None,
            ticks: true,
        }
    }
}

/// A tenth of a second of a match.
#[derive(Debug, Default)]
pub struct Step {
    /// Milliseconds since kick-off at its end.
    pub at_ms: u64,
    /// What came in within it, in order.
    pub signals: Vec<Signal>,
    /// What the microphone heard: [`STEP_SAMPLES`] samples at [`RATE_HZ`], or none.
    pub sound: Vec<f32>,
}

/// A match as it comes in. One seed, script and plan give one stadium, byte for byte.
#[derive(Debug)]
pub struct Stadium<'s> {
    kick_off: EventTime,
    plays: std::iter::Peekable<std::vec::IntoIter<Timed>>,
    chat: Option<std::iter::Peekable<Chat<'s>>>,
    cues: Vec<Cue>,
    sound: Option<Crowd>,
    body: Option<(Vec<BodyTruth>, std::iter::Peekable<Bodies>)>,
    gaze: Option<(Vec<Stare>, std::iter::Peekable<Gazes>)>,
    vision: Option<(Vec<SeenTruth>, std::iter::Peekable<Pictures>)>,
    tracking: Option<std::iter::Peekable<Frames>>,
    tastes: std::iter::Peekable<std::vec::IntoIter<TasteReport>>,
    ticks: bool,
    at_ms: u64,
    end_ms: u64,
}

impl<'s> Stadium<'s> {
    /// A match before its kick-off.
    pub fn new(seed: u64, script: &'s Script, plan: StadiumPlan) -> Self {
        let told = match (plan.plays, plan.told) {
            (None, _) => Vec::new(),
            (Some(_), Some(told)) => told,
            (Some(feed), None) => plays::plays(seed, script, plan.kick_off, &feed),
        };
        // A feed is late: the last of it comes when the script is over.
        let last_ms = told.last().map_or(0, |t| t.at_ms + 1);
        let (cues, crowd) = sound::render(seed, script);
        let chat = plan.chat.map(|chat| {
            let chat = ChatPlan {
                kick_off: plan.kick_off,
                ..chat
            };
            Chat::new(seed, script, chat).peekable()
        });
        let kick_off = plan.kick_off;
        let body = plan.body.map(|body| {
            let plan = BodyPlan { kick_off, ..body };
            let (truth, reports) = body::render(seed, script, &plan);
            (truth, reports.peekable())
        });
        let gaze = plan.gaze.map(|gaze| {
            let plan = GazePlan { kick_off, ..gaze };
            let (truth, reports) = gaze::render(seed, script, &plan);
            (truth, reports.peekable())
        });
        let vision = plan.vision.map(|vision| {
            let plan = VisionPlan { kick_off, ..vision };
            let (truth, reports) = vision::render(seed, script, &plan);
            (truth, reports.peekable())
        });
        let tastes = plan.tastes.map_or_else(Vec::new, |tastes| {
            let plan = TastePlan { kick_off, ..tastes };
            tastes::render(seed, script, &plan)
        });
        Self {
            kick_off,
            tastes: tastes.into_iter().peekable(),
            body,
            gaze,
            vision,
            plays: told.into_iter().peekable(),
            chat,
            cues,
            sound: plan.sound.then_some(crowd),
            tracking: plan.tracking.then(|| Frames::new(seed, script).peekable()),
            ticks: plan.ticks,
            at_ms: 0,
            end_ms: script.duration_ms.max(last_ms),
        }
    }

    /// What is truly in the sound.
    pub fn cues(&self) -> &[Cue] {
        &self.cues
    }

    /// What is truly in the wearables' reports.
    pub fn bodies(&self) -> &[BodyTruth] {
        self.body.as_ref().map_or(&[], |b| &b.0)
    }

    /// What is truly in the gaze.
    pub fn stares(&self) -> &[Stare] {
        self.gaze.as_ref().map_or(&[], |g| &g.0)
    }

    /// What is truly in the pictures.
    pub fn seen(&self) -> &[SeenTruth] {
        self.vision.as_ref().map_or(&[], |v| &v.0)
    }

    /// Milliseconds from kick-off to the end of the last step.
    pub fn duration_ms(&self) -> u64 {
        self.end_ms.next_multiple_of(STEP_MS)
    }

    /// The next tenth of a second. False when the match is over, and what it had to say is said.
    pub fn step(&mut self, out: &mut Step) -> bool {
        out.signals.clear();
        out.sound.clear();
        if self.at_ms >= self.end_ms {
            return false;
        }
        self.at_ms += STEP_MS;
        out.at_ms = self.at_ms;
        let now = EventTime(self.kick_off.0 + self.at_ms as i64 * 1000);
        while let Some(told) = self.plays.next_if(|t| t.at_ms < self.at_ms) {
            out.signals.push(told.signal);
        }
        if let Some(chat) = &mut self.chat {
            // A room that nobody writes in says nothing, as a platform would.
            let due = |heard: &Heard| heard.report.at <= now;
            while let Some(heard) = chat.next_if(due) {
                if !heard.report.messages.is_empty() {
                    out.signals.push(Signal::Chat(heard.report));
                }
            }
        }
        if let Some((_, bodies)) = &mut self.body {
            while let Some(report) = bodies.next_if(|r| r.at <= now) {
                out.signals.push(Signal::Beats(report));
            }
        }
        if let Some((_, gazes)) = &mut self.gaze {
            while let Some(report) = gazes.next_if(|r| r.at <= now) {
                out.signals.push(Signal::Gaze(report));
            }
        }
        if let Some((_, pictures)) = &mut self.vision {
            while let Some(report) = pictures.next_if(|r| r.at <= now) {
                out.signals.push(Signal::Seen(report));
            }
        }
        if let Some(frames) = &mut self.tracking {
            let kick_off = self.kick_off.0;
            while let Some(mut frame) = frames.next_if(|f| f.at.0 + kick_off <= now.0) {
                frame.at.0 += kick_off;
                out.signals.push(Signal::Frame(frame));
            }
        }
        while let Some(report) = self.tastes.next_if(|r| r.at <= now) {
            out.signals.push(Signal::Taste(report));
        }
        if let Some(crowd) = &mut self.sound {
            out.sound.resize(STEP_SAMPLES, 0.0);
            let heard = crowd.read(&mut out.sound);
            out.sound.truncate(heard);
        }
        if self.ticks {
            out.signals.push(Signal::Tick { at: now });
        }
        true
    }
}
