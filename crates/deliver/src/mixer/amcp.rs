//! CasparCG by AMCP: lines of text, each answered under the number that `REQ` gave it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    config::{AmcpConfig, AmcpTemplate, TemplateData},
    protocol::{
        Broken, Carrier, CutOrder, Heard, Lines, Order, Outbox, Protocol, Slot, Told, Untold,
    },
};
use crate::graphics;

/// Requests whose answer may be outstanding.
const MAX_ASKED: usize = 64;

/// See the module.
#[derive(Debug)]
pub struct Amcp {
    config: AmcpConfig,
    lines: Lines,
    /// Requests without an answer yet: by number, the order and what was said.
    asked: BTreeMap<u64, (Option<u64>, String)>,
    next: u64,
    /// Layers whose template is loaded.
    added: BTreeSet<u16>,
    zoomed: bool,
    ready: bool,
}

impl Amcp {
    /// An adapter.
    pub fn new(config: AmcpConfig) -> Self {
        Self {
            config,
            lines: Lines::default(),
            asked: BTreeMap::new(),
            next: 1,
            added: BTreeSet::new(),
            zoomed: false,
            ready: false,
        }
    }

    fn ask(&mut self, order: Option<u64>, command: String, out: &mut Outbox) {
        out.line(format!("REQ {} {command}", self.next));
        self.asked.insert(self.next, (order, command));
        self.next += 1;
    }

    fn cut(&mut self, id: u64, cut: &CutOrder, out: &mut Outbox) -> Result<(), Untold> {
        let camera = cut.shot.camera;
        let source = self
            .config
            .cameras
            .get(&camera)
            .ok_or_else(|| Untold::Unnamed {
                what: "source",
                name: format!("camera {camera}"),
            })?;
        let layer = &self.config.layer;
        let play = match cut.frames(cut.shot.fade_ms) {
            0 => format!("PLAY {layer} {source}"),
            frames => format!("PLAY {layer} {source} MIX {frames}"),
        };
        let zoom = f64::from(cut.shot.zoom.unwrap_or(1.0)).max(1.0);
        let within = cut.frames(cut.shot.zoom_within_ms.unwrap_or(0));
        let fill = if zoom > 1.0 {
            // The middle stays where it is.
            let corner = tidy((1.0 - zoom) / 2.0);
            let zoom = tidy(zoom);
            Some(format!(
                "MIXER {layer} FILL {corner} {corner} {zoom} {zoom} {within}"
            ))
        } else if self.zoomed {
            Some(format!("MIXER {layer} FILL 0 0 1 1 0"))
        } else {
            None
        };
        self.zoomed = zoom > 1.0;
        self.ask(Some(id), play, out);
        if let Some(fill) = fill {
            self.ask(None, fill, out);
        }
        Ok(())
    }

    fn template(&self, name: &str) -> Result<AmcpTemplate, Untold> {
        self.config
            .templates
            .get(name)
            .cloned()
            .ok_or_else(|| Untold::Unnamed {
                what: "template",
                name: name.to_owned(),
            })
    }

    fn show_graphic(
        &mut self,
        id: u64,
        name: &str,
        values: Option<&Value>,
        out: &mut Outbox,
    ) -> Result<(), Untold> {
        let AmcpTemplate { template, cg_layer } = self.template(name)?;
        let layer = self.config.graphics_layer.clone();
        let command = match values {
            None => {
                self.added.remove(&cg_layer);
                format!("CG {layer} STOP {cg_layer}")
            }
            Some(values) => {
                let data = quoted(&match self.config.data {
                    TemplateData::Xml => template_data(values),
                    TemplateData::Json => values.to_string(),
                });
                if self.added.insert(cg_layer) {
                    format!("CG {layer} ADD {cg_layer} {} 1 {data}", quoted(&template))
                } else {
                    format!("CG {layer} UPDATE {cg_layer} {data}")
                }
            }
        };
        self.ask(Some(id), command, out);
        Ok(())
    }

    fn line(&mut self, line: &str, out: &mut Outbox) -> Result<(), Broken> {
        // What follows an answer of 200 or 201 begins otherwise, and so does everything that is not asked by number.
        let Some(answer) = line.strip_prefix("RES ") else {
            let code = line.split(' ').next().unwrap_or_default();
            if !self.ready && code.len() == 3 && code.starts_with(['4', '5']) {
                return Err(Broken(format!(
                    "the server knows no REQ ({line:?}); CasparCG 2.1 and later do"
                )));
            }
            return Ok(());
        };
        let mut words = answer.splitn(3, ' ');
        let number = words.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let ok = words.next().is_some_and(|code| code.starts_with('2'));
        let Some((order, command)) = self.asked.remove(&number) else {
            return Ok(());
        };
        if !self.ready {
            self.ready = true;
            out.heard.push(Heard::Ready);
            return Ok(());
        }
        let why = || format!("casparcg refuses {}: {answer}", head(&command));
        match (order, ok) {
            (Some(id), true) => out.heard.push(Heard::Done(id)),
            (Some(id), false) => out.heard.push(Heard::Refused(id, why())),
            (None, true) => {}
            (None, false) => out.heard.push(Heard::Note(why())),
        }
        Ok(())
    }
}

/// A command without its data, which may be long.
fn head(command: &str) -> String {
    command.split(' ').take(4).collect::<Vec<_>>().join(" ")
}

/// At most four digits after the point, as many as a picture needs.
fn tidy(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// A parameter in quotation marks, with AMCP's three escapes.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // It would end the command.
            '\r' => {}
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Values as CasparCG's `templateData`: a component each, its name the way to it (`score_home`).
fn template_data(values: &Value) -> String {
    let mut fields = Vec::new();
    flatten("", values, &mut fields);
    let mut out = String::from("<templateData>");
    for (name, value) in fields {
        out.push_str(&format!(
            "<componentData id=\"{}\"><data id=\"text\" value=\"{}\"/></componentData>",
            graphics::escape(&name),
            graphics::escape(&value)
        ));
    }
    out.push_str("</templateData>");
    out
}

fn flatten(at: &str, value: &Value, into: &mut Vec<(String, String)>) {
    let below = |name: &str| match at {
        "" => name.to_owned(),
        _ => format!("{at}_{name}"),
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(k, v)| flatten(&below(k), v, into)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(n, v)| flatten(&below(&n.to_string()), v, into)),
        Value::Null => into.push((at.to_owned(), String::new())),
        Value::String(text) => into.push((at.to_owned(), text.clone())),
        other => into.push((at.to_owned(), other.to_string())),
    }
}

/// What a graphics command shows: the `data` of its JSON.
fn values(command: &graphics::Command) -> Value {
    serde_json::to_value(command)
        .ok()
        .and_then(|mut v| v.get_mut("data").map(Value::take))
        .unwrap_or_default()
}

impl Protocol for Amcp {
    fn carrier(&self) -> Carrier {
        Carrier::Tcp
    }

    fn takes(&self, slot: &Slot) -> bool {
        match slot {
            Slot::Programme => !self.config.cameras.is_empty(),
            Slot::Overlay(name) => self.config.templates.contains_key(name),
            Slot::Graphic(_, name) => self.config.templates.contains_key(*name),
        }
    }

    fn open(&mut self, out: &mut Outbox) {
        self.lines.clear();
        self.asked.clear();
        // A server that was started again has no templates loaded, and one that was not takes them once more.
        self.added.clear();
        self.zoomed = false;
        self.ready = false;
        self.ask(None, "VERSION".into(), out);
    }

    fn hear(&mut self, bytes: &[u8], out: &mut Outbox) -> Result<(), Broken> {
        for line in self.lines.push(bytes)? {
            self.line(&line, out)?;
        }
        Ok(())
    }

    fn tell(&mut self, id: u64, order: &Order, out: &mut Outbox) -> Result<Told, Untold> {
        if self.asked.len() >= MAX_ASKED {
            return Err(Untold::Full(MAX_ASKED));
        }
        match order {
            Order::Cut(cut) => self.cut(id, cut, out)?,
            Order::Overlay { name, on } => {
                let nothing = Value::Object(Default::default());
                self.show_graphic(id, name, on.then_some(&nothing), out)?;
            }
            Order::Graphic { name, command } => {
                let shown = command.as_deref().map(values);
                // A decision that is made shows as nothing.
                let shown = shown.filter(|v| !v.is_null());
                self.show_graphic(id, name, shown.as_ref(), out)?;
            }
        }
        Ok(Told::Awaited { after_ms: 0 })
    }

    fn refresh(&mut self, out: &mut Outbox) -> bool {
        self.ask(None, "VERSION".into(), out);
        true
    }

    fn assume(&mut self, _: &mut Outbox) {
        self.asked.clear();
    }
}
