//! Tally lamps and under-monitor displays by TSL UMD 5.0: little-endian packets that say for each display what it shows
//! and which lamps burn. Nobody answers, so the whole state is sent at every change and again now and then.

use matchday_event::senses::Camera;

use super::{
    config::{Lamp, TslConfig, TslDisplay, TslTransport},
    protocol::{Broken, Carrier, Heard, Order, Outbox, Protocol, Slot, Told, Untold},
};

/// Bytes of a packet before its display, its length field left out: version, flags, screen.
const HEAD: usize = 4;
/// Set in the flags where text is UTF-16 and not ASCII.
const FLAG_UTF16: u8 = 1;
const DLE: u8 = 0xfe;
const STX: u8 = 0x02;

/// What a lamp shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Light {
    Off = 0,
    Red = 1,
    Green = 2,
}

/// See the module.
#[derive(Debug)]
pub struct Tsl {
    config: TslConfig,
    on_air: Option<Camera>,
    next: Option<Camera>,
}

impl Tsl {
    /// An adapter.
    pub fn new(config: TslConfig) -> Self {
        Self {
            config,
            on_air: None,
            next: None,
        }
    }

    fn control(&self, light: Light) -> u16 {
        let mut control = u16::from(self.config.brightness & 3) << 6;
        for lamp in &self.config.lamps {
            let shift = match lamp {
                Lamp::Right => 0,
                Lamp::Text => 2,
                Lamp::Left => 4,
            };
            control |= (light as u16) << shift;
        }
        control
    }

    fn message(&self, camera: Camera, display: &TslDisplay, utf16: bool) -> Vec<u8> {
        let light = if self.on_air == Some(camera) {
            Light::Red
        } else if self.next == Some(camera) {
            Light::Green
        } else {
            Light::Off
        };
        let text = text_of(camera, display);
        let text: Vec<u8> = if utf16 {
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        } else {
            text.into_bytes()
        };
        let mut message = Vec::with_capacity(6 + text.len());
        message.extend(display.index.to_le_bytes());
        message.extend(self.control(light).to_le_bytes());
        // The configuration bounds a text at 256 bytes.
        message.extend((text.len() as u16).to_le_bytes());
        message.extend(text);
        message
    }

    /// A packet a display: the protocol has room for more, but many receivers read the first and no other.
    fn state(&self, out: &mut Outbox) {
        for (camera, display) in &self.config.cameras {
            // The flag is set only where it must be, so that ASCII text stays as any receiver reads it.
            let utf16 = !text_of(*camera, display).is_ascii();
            let flags = if utf16 { FLAG_UTF16 } else { 0 };
            let message = self.message(*camera, display, utf16);
            self.packet(flags, &message, out);
        }
    }

    fn packet(&self, flags: u8, body: &[u8], out: &mut Outbox) {
        let mut packet = Vec::with_capacity(6 + body.len());
        packet.extend(((HEAD + body.len()) as u16).to_le_bytes());
        packet.push(0);
        packet.push(flags);
        packet.extend(self.config.screen.to_le_bytes());
        packet.extend(body);
        out.send.push(match self.config.transport {
            TslTransport::Udp => packet,
            TslTransport::Tcp => framed(&packet),
        });
    }
}

fn text_of(camera: Camera, display: &TslDisplay) -> String {
    display
        .text
        .clone()
        .unwrap_or_else(|| camera.as_str().to_uppercase())
}

/// A packet in a stream: DLE and STX before it, and every DLE in it twice.
fn framed(packet: &[u8]) -> Vec<u8> {
    let mut frame = vec![DLE, STX];
    for b in packet {
        frame.push(*b);
        if *b == DLE {
            frame.push(DLE);
        }
    }
    frame
}

impl Protocol for Tsl {
    fn carrier(&self) -> Carrier {
        match self.config.transport {
            TslTransport::Udp => Carrier::Udp,
            TslTransport::Tcp => Carrier::Tcp,
        }
    }

    fn takes(&self, slot: &Slot) -> bool {
        *slot == Slot::Programme
    }

    fn open(&mut self, out: &mut Outbox) {
        self.state(out);
        out.heard.push(Heard::Ready);
    }

    fn hear(&mut self, _: &[u8], _: &mut Outbox) -> Result<(), Broken> {
        // Displays say nothing in this protocol; whatever comes is not for us.
        Ok(())
    }

    fn tell(&mut self, _: u64, order: &Order, out: &mut Outbox) -> Result<Told, Untold> {
        let Order::Cut(cut) = order else {
            return Err(Untold::Unnamed {
                what: "display",
                name: "graphics".into(),
            });
        };
        let camera = cut.shot.camera;
        // A camera without a display of its own is on air all the same, and the others' lamps go out.
        self.on_air = Some(camera);
        if self.next == Some(camera) {
            self.next = None;
        }
        self.state(out);
        Ok(Told::Sent)
    }

    fn stand_by(&mut self, camera: Option<Camera>, out: &mut Outbox) {
        if self.next != camera {
            self.next = camera;
            self.state(out);
        }
    }

    fn refresh_ms(&self) -> u32 {
        self.config.refresh_ms
    }

    fn refresh(&mut self, out: &mut Outbox) -> bool {
        self.state(out);
        false
    }

    fn show(&self, message: &[u8]) -> String {
        let mut text = String::with_capacity(message.len() * 3);
        for b in message {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&format!("{b:02x}"));
        }
        text
    }
}
