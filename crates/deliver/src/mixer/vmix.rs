//! vMix by its TCP API: lines of text, one request at a time, and tally events that come by themselves.
//!
//! A cut is confirmed by the tally: the input's digit turns 1. Inputs named by key or title have no place in the tally
//! that is known here; for those vMix's `OK` has to do.

use std::{collections::VecDeque, fmt::Write as _};

use matchday_event::senses::Camera;

use super::{
    config::VmixConfig,
    protocol::{Broken, Carrier, Heard, Lines, Order, Outbox, Protocol, Slot, Told, Untold},
};

/// Requests that may wait for their turn.
const MAX_QUEUED: usize = 64;

#[derive(Debug)]
struct Asked {
    line: String,
    /// The order that is carried out with it, and the input that the tally will show.
    order: Option<(u64, Option<usize>)>,
}

/// See the module.
#[derive(Debug)]
pub struct Vmix {
    config: VmixConfig,
    lines: Lines,
    queue: VecDeque<Asked>,
    asked: Option<Asked>,
    /// Cuts that vMix has taken and whose tally has not come: order and input.
    taken: VecDeque<(u64, usize)>,
    /// A digit an input: 1 on air, 2 in preview.
    tally: Vec<u8>,
    ready: bool,
    /// Inputs that were zoomed into, to be put back before they are shown plain.
    zoomed: Vec<String>,
}

impl Vmix {
    /// An adapter.
    pub fn new(config: VmixConfig) -> Self {
        Self {
            config,
            lines: Lines::default(),
            queue: VecDeque::new(),
            asked: None,
            taken: VecDeque::new(),
            tally: Vec::new(),
            ready: false,
            zoomed: Vec::new(),
        }
    }

    fn ask(&mut self, line: String, order: Option<(u64, Option<usize>)>, out: &mut Outbox) {
        self.queue.push_back(Asked { line, order });
        self.next(out);
    }

    /// vMix wants one request at a time.
    fn next(&mut self, out: &mut Outbox) {
        if self.asked.is_none()
            && let Some(next) = self.queue.pop_front()
        {
            out.line(next.line.clone());
            self.asked = Some(next);
        }
    }

    fn on_air(&self, input: usize) -> bool {
        self.tally.get(input.wrapping_sub(1)) == Some(&b'1')
    }

    fn tallied(&mut self, digits: &str, out: &mut Outbox) {
        self.tally = digits.trim().bytes().collect();
        // The newest of the cuts that are on air is it; those before it were passed over.
        if let Some(n) = (0..self.taken.len())
            .rev()
            .find(|n| self.on_air(self.taken[*n].1))
        {
            let mut settled: Vec<_> = self.taken.drain(..=n).collect();
            let (done, _) = settled.pop().unwrap_or_default();
            out.heard
                .extend(settled.into_iter().map(|(id, _)| Heard::Passed(id)));
            out.heard.push(Heard::Done(done));
        }
        let mut live: Vec<Camera> = Vec::new();
        for (camera, input) in &self.config.cameras {
            if input.parse().is_ok_and(|n| self.on_air(n)) {
                live.push(*camera);
            }
        }
        // During a fade two are.
        match live[..] {
            [camera] => out.heard.push(Heard::OnAir(Some(camera))),
            [] if self.tally.contains(&b'1') => out.heard.push(Heard::OnAir(None)),
            _ => {}
        }
    }

    fn answered(&mut self, ok: bool, text: &str, out: &mut Outbox) {
        let Some(asked) = self.asked.take() else {
            return;
        };
        match asked.order {
            Some((id, Some(input))) if ok && self.taken.is_empty() && self.on_air(input) => {
                out.heard.push(Heard::Done(id));
            }
            Some((id, Some(input))) if ok => {
                self.taken.push_back((id, input));
                // Its event may have come before the answer, or be one with that of a later cut.
                self.queue.push_back(Asked {
                    line: "TALLY".into(),
                    order: None,
                });
            }
            Some((id, None)) if ok => out.heard.push(Heard::Done(id)),
            Some((id, _)) => {
                out.heard.push(Heard::Refused(
                    id,
                    format!("vmix refuses {}: {text}", asked.line),
                ));
            }
            None if !ok => {
                out.heard
                    .push(Heard::Note(format!("vmix refuses {}: {text}", asked.line)));
            }
            None => {}
        }
        self.next(out);
    }

    fn line(&mut self, line: &str, out: &mut Outbox) {
        let mut words = line.splitn(3, ' ');
        let (head, status) = (
            words.next().unwrap_or_default(),
            words.next().unwrap_or_default(),
        );
        let rest = words.next().unwrap_or_default();
        let ok = status == "OK";
        let ours = self.asked.as_ref().is_some_and(|a| {
            a.line
                .split(' ')
                .next()
                .is_some_and(|h| h.eq_ignore_ascii_case(head))
        });
        match head {
            "VERSION" => {}
            "TALLY" => {
                if ok {
                    self.tallied(rest, out);
                }
                if ours {
                    self.answered(ok, rest, out);
                }
                if ok && !self.ready {
                    self.ready = true;
                    out.heard.push(Heard::Ready);
                }
            }
            _ if ours => self.answered(ok, rest, out),
            _ => {}
        }
    }
}

/// An input's number, if it is named by one.
fn number(input: &str) -> Option<usize> {
    input.parse().ok()
}

/// Escapes what stands after `=` in a query.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"-_.~".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
    }
    out
}

impl Protocol for Vmix {
    fn carrier(&self) -> Carrier {
        Carrier::Tcp
    }

    fn takes(&self, slot: &Slot) -> bool {
        match slot {
            Slot::Programme => !self.config.cameras.is_empty(),
            Slot::Overlay(name) => self.config.overlays.contains_key(name),
            Slot::Graphic(..) => false,
        }
    }

    fn open(&mut self, out: &mut Outbox) {
        self.lines.clear();
        self.queue.clear();
        self.taken.clear();
        self.tally.clear();
        self.asked = None;
        self.ready = false;
        self.ask("SUBSCRIBE TALLY".into(), None, out);
        self.ask("TALLY".into(), None, out);
    }

    fn hear(&mut self, bytes: &[u8], out: &mut Outbox) -> Result<(), Broken> {
        for line in self.lines.push(bytes)? {
            self.line(&line, out);
        }
        Ok(())
    }

    fn tell(&mut self, id: u64, order: &Order, out: &mut Outbox) -> Result<Told, Untold> {
        if self.queue.len() + self.taken.len() >= MAX_QUEUED {
            return Err(Untold::Full(MAX_QUEUED));
        }
        match order {
            Order::Cut(cut) => {
                let camera = cut.shot.camera;
                let input = self.config.cameras.get(&camera).cloned();
                let input = input.ok_or_else(|| Untold::Unnamed {
                    what: "input",
                    name: format!("camera {camera}"),
                })?;
                let name = escaped(&input);
                let zoom = cut.shot.zoom.unwrap_or(1.0);
                if zoom != 1.0 {
                    self.ask(
                        format!("FUNCTION SetZoom Input={name}&Value={zoom}"),
                        None,
                        out,
                    );
                    if !self.zoomed.contains(&input) {
                        self.zoomed.push(input.clone());
                    }
                } else if let Some(n) = self.zoomed.iter().position(|z| *z == input) {
                    self.zoomed.remove(n);
                    self.ask(format!("FUNCTION SetZoom Input={name}&Value=1"), None, out);
                }
                let line = match cut.shot.fade_ms {
                    0 => format!("FUNCTION CutDirect Input={name}"),
                    ms => format!("FUNCTION Fade Input={name}&Duration={ms}"),
                };
                self.ask(line, Some((id, number(&input))), out);
            }
            Order::Overlay { name, on } => {
                let overlay = self
                    .config
                    .overlays
                    .get(name)
                    .ok_or_else(|| Untold::Unnamed {
                        what: "input",
                        name: format!("overlay {name}"),
                    })?;
                let line = if *on {
                    let input = escaped(&overlay.input);
                    format!("FUNCTION OverlayInput{}In Input={input}", overlay.channel)
                } else {
                    format!("FUNCTION OverlayInput{}Out", overlay.channel)
                };
                self.ask(line, Some((id, None)), out);
            }
            Order::Graphic { name, .. } => {
                return Err(Untold::Unnamed {
                    what: "graphic",
                    name: (*name).to_owned(),
                });
            }
        }
        Ok(Told::Awaited { after_ms: 0 })
    }

    fn refresh(&mut self, out: &mut Outbox) -> bool {
        self.ask("TALLY".into(), None, out);
        true
    }

    fn assume(&mut self, out: &mut Outbox) {
        for asked in self.queue.drain(..) {
            out.line(asked.line);
        }
        self.asked = None;
        self.taken.clear();
    }
}
