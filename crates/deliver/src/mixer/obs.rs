//! OBS Studio by obs-websocket 5: JSON in text frames, each with an operation `op` and its data `d`.
//!
//! A cut is one batch: the transition, its length where it is a fade, and the scene. It is confirmed by OBS's own event
//! that the programme scene changed, which comes when a transition ends; where the scene is on air already there is no
//! event, and the answer to the batch has to do.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use matchday_event::senses::Camera;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    config::ObsConfig,
    protocol::{Broken, Carrier, CutOrder, Heard, Order, Outbox, Protocol, Slot, Told, Untold},
};

/// The version of the protocol that is spoken.
const RPC_VERSION: u64 = 1;
/// Events of scenes, and no others.
const EVENTS_OF_SCENES: u64 = 1 << 2;
/// Cuts that may wait for their event.
const MAX_WAITING: usize = 32;
/// The shortest and the longest transition that OBS takes, in milliseconds.
const TRANSITION_MS: (u32, u32) = (50, 20_000);
/// Requests of a batch run one after the other.
const SERIAL: u64 = 0;

#[derive(Debug)]
struct Waiting {
    id: u64,
    scene: String,
}

/// Shows in no log.
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// See the module.
#[derive(Debug)]
pub struct Obs {
    config: ObsConfig,
    password: Option<Secret>,
    cut_transition: Option<String>,
    fade_transition: Option<String>,
    program: Option<String>,
    waiting: VecDeque<Waiting>,
}

impl Obs {
    /// An adapter; the password is that of obs-websocket.
    pub fn new(config: ObsConfig, password: Option<String>) -> Self {
        Self {
            cut_transition: config.cut_transition.clone(),
            fade_transition: config.fade_transition.clone(),
            config,
            password: password.map(Secret),
            program: None,
            waiting: VecDeque::new(),
        }
    }

    fn camera_of(&self, scene: &str) -> Option<Camera> {
        let find = |of: &BTreeMap<Camera, String>| {
            of.iter()
                .find(|(_, s)| *s == scene)
                .map(|(camera, _)| *camera)
        };
        find(&self.config.cameras).or_else(|| find(&self.config.zoomed))
    }

    fn scene(&self, cut: &CutOrder) -> Result<&str, Untold> {
        let camera = cut.shot.camera;
        let zoomed = cut.shot.zoom.is_some_and(|z| z > 1.0);
        let scene = zoomed.then(|| self.config.zoomed.get(&camera)).flatten();
        scene
            .or_else(|| self.config.cameras.get(&camera))
            .map(String::as_str)
            .ok_or_else(|| Untold::Unnamed {
                what: "scene",
                name: format!("camera {camera}"),
            })
    }

    fn hello(&mut self, d: &Value, out: &mut Outbox) -> Result<(), Broken> {
        let mut identify = json!({
            "rpcVersion": RPC_VERSION,
            "eventSubscriptions": EVENTS_OF_SCENES,
        });
        if let Some(asked) = d.get("authentication") {
            let Some(password) = &self.password else {
                return Err(Broken(
                    "obs asks for a password; name the file that holds it in password_file".into(),
                ));
            };
            let (Some(salt), Some(challenge)) =
                (asked["salt"].as_str(), asked["challenge"].as_str())
            else {
                return Err(Broken("obs asks for a password without a challenge".into()));
            };
            identify["authentication"] = answer(&password.0, salt, challenge).into();
        }
        say(out, 1, &identify);
        Ok(())
    }

    fn identified(&self, out: &mut Outbox) {
        batch(
            out,
            "hello",
            &[
                request("GetSceneList", json!({})),
                request("GetSceneTransitionList", json!({})),
            ],
        );
    }

    /// What OBS has, against what is configured.
    fn inventory(&mut self, results: &[Value], out: &mut Outbox) -> Result<(), Broken> {
        let of = |kind: &str| {
            results
                .iter()
                .find(|r| r["requestType"] == kind)
                .map(|r| &r["responseData"])
        };
        let Some(scenes) = of("GetSceneList") else {
            return Err(Broken("obs does not say which scenes it has".into()));
        };
        self.program = scenes["currentProgramSceneName"]
            .as_str()
            .map(str::to_owned);
        let held: Vec<&str> = list(&scenes["scenes"])
            .iter()
            .filter_map(|s| s["sceneName"].as_str())
            .collect();
        let mut missing: Vec<&str> = self
            .config
            .cameras
            .values()
            .chain(self.config.zoomed.values())
            .map(String::as_str)
            .filter(|s| !held.contains(s))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        let mut creating = false;
        if !missing.is_empty() {
            if self.config.create_scenes {
                let make: Vec<Value> = missing
                    .iter()
                    .map(|s| request("CreateScene", json!({ "sceneName": s })))
                    .collect();
                batch(out, "create", &make);
                creating = true;
            } else {
                let note = format!("obs has no scene {}", missing.join(", "));
                out.heard.push(Heard::Note(note));
            }
        }
        // Transitions have names in the language of whoever sits there; their kinds have not.
        if let Some(transitions) = of("GetSceneTransitionList") {
            let first = |kind: &str| {
                list(&transitions["transitions"])
                    .iter()
                    .find(|t| t["transitionKind"] == kind)
                    .and_then(|t| t["transitionName"].as_str())
                    .map(str::to_owned)
            };
            let (cut, fade) = (first("cut_transition"), first("fade_transition"));
            self.cut_transition = self.config.cut_transition.clone().or(cut);
            self.fade_transition = self.config.fade_transition.clone().or(fade);
        }
        self.tell_on_air(out);
        if !creating {
            out.heard.push(Heard::Ready);
        }
        Ok(())
    }

    fn tell_on_air(&self, out: &mut Outbox) {
        let camera = self.program.as_deref().and_then(|s| self.camera_of(s));
        out.heard.push(Heard::OnAir(camera));
    }

    fn changed(&mut self, scene: &str, out: &mut Outbox) {
        self.program = Some(scene.to_owned());
        if let Some(n) = self.waiting.iter().position(|w| w.scene == scene) {
            for passed in self.waiting.drain(..n) {
                out.heard.push(Heard::Passed(passed.id));
            }
            if let Some(done) = self.waiting.pop_front() {
                out.heard.push(Heard::Done(done.id));
            }
        }
        self.tell_on_air(out);
    }

    fn answered(&mut self, d: &Value, out: &mut Outbox) -> Result<(), Broken> {
        let results = list(&d["results"]);
        let name = d["requestId"].as_str().unwrap_or_default();
        let failed = results
            .iter()
            .find(|r| r["requestStatus"]["result"] != true);
        let why = |r: &Value| {
            format!(
                "obs refuses {}: {}",
                r["requestType"].as_str().unwrap_or("a request"),
                r["requestStatus"]["comment"]
                    .as_str()
                    .unwrap_or("no reason given")
            )
        };
        match name.split_once('-') {
            None if name == "hello" => return self.inventory(results, out),
            None if name == "refresh" => {
                let now = results
                    .first()
                    .and_then(|r| r["responseData"]["currentProgramSceneName"].as_str());
                if let Some(scene) = now.filter(|s| self.program.as_deref() != Some(s)) {
                    self.changed(scene, out);
                }
            }
            Some(("cut", id)) => {
                let id = id.parse().unwrap_or(0);
                let Some(n) = self.waiting.iter().position(|w| w.id == id) else {
                    return Ok(());
                };
                // A transition that is not there is a pity, a scene that is not there is no cut.
                match results.last() {
                    Some(last) if last["requestStatus"]["result"] == true => {
                        if let Some(failed) = failed {
                            out.heard.push(Heard::Note(why(failed)));
                        }
                        if self.program.as_deref() == Some(&self.waiting[n].scene) {
                            self.waiting.remove(n);
                            out.heard.push(Heard::Done(id));
                        }
                    }
                    last => {
                        self.waiting.remove(n);
                        let why = last.map_or_else(|| "obs did nothing".to_owned(), why);
                        out.heard.push(Heard::Refused(id, why));
                    }
                }
            }
            Some(("item", id)) => {
                let id = id.parse().unwrap_or(0);
                out.heard.push(match failed {
                    Some(failed) => Heard::Refused(id, why(failed)),
                    None => Heard::Done(id),
                });
            }
            _ => {
                if let Some(failed) = failed {
                    out.heard.push(Heard::Note(why(failed)));
                }
                if name == "create" {
                    // OBS works on batches side by side: a cut must not run ahead of its scene.
                    out.heard.push(Heard::Ready);
                }
            }
        }
        Ok(())
    }
}

impl Protocol for Obs {
    fn carrier(&self) -> Carrier {
        Carrier::WebSocket
    }

    fn takes(&self, slot: &Slot) -> bool {
        match slot {
            Slot::Programme => !self.config.cameras.is_empty(),
            Slot::Overlay(name) => self.config.overlays.contains_key(name),
            Slot::Graphic(..) => false,
        }
    }

    fn open(&mut self, _: &mut Outbox) {
        // OBS speaks first.
        self.program = None;
        self.waiting.clear();
    }

    fn hear(&mut self, bytes: &[u8], out: &mut Outbox) -> Result<(), Broken> {
        let message: Value = serde_json::from_slice(bytes)
            .map_err(|e| Broken(format!("obs says what is no JSON: {e}")))?;
        let d = &message["d"];
        match message["op"].as_u64() {
            Some(0) => self.hello(d, out),
            Some(2) => {
                self.identified(out);
                Ok(())
            }
            Some(5) if d["eventType"] == "CurrentProgramSceneChanged" => {
                if let Some(scene) = d["eventData"]["sceneName"].as_str() {
                    self.changed(scene, out);
                }
                Ok(())
            }
            Some(9) => self.answered(d, out),
            // Other events and answers are none of ours.
            Some(_) => Ok(()),
            None => Err(Broken("obs says something without an operation".into())),
        }
    }

    fn tell(&mut self, id: u64, order: &Order, out: &mut Outbox) -> Result<Told, Untold> {
        match order {
            Order::Cut(cut) => {
                if self.waiting.len() >= MAX_WAITING {
                    return Err(Untold::Full(MAX_WAITING));
                }
                let scene = self.scene(cut)?.to_owned();
                let fade = cut.shot.fade_ms > 0;
                let transition = if fade {
                    &self.fade_transition
                } else {
                    &self.cut_transition
                };
                let mut requests = Vec::new();
                if let Some(name) = transition {
                    let data = json!({ "transitionName": name });
                    requests.push(request("SetCurrentSceneTransition", data));
                }
                let fade_ms = cut.shot.fade_ms.clamp(TRANSITION_MS.0, TRANSITION_MS.1);
                if fade {
                    let data = json!({ "transitionDuration": fade_ms });
                    requests.push(request("SetCurrentSceneTransitionDuration", data));
                }
                let data = json!({ "sceneName": scene });
                requests.push(request("SetCurrentProgramScene", data));
                let after_ms = if fade && self.program.as_deref() != Some(&scene) {
                    fade_ms
                } else {
                    0
                };
                self.waiting.push_back(Waiting { id, scene });
                batch(out, &format!("cut-{id}"), &requests);
                Ok(Told::Awaited { after_ms })
            }
            Order::Overlay { name, on } => {
                let item = self
                    .config
                    .overlays
                    .get(name)
                    .ok_or_else(|| Untold::Unnamed {
                        what: "source",
                        name: format!("overlay {name}"),
                    })?;
                let mut find = request(
                    "GetSceneItemId",
                    json!({ "sceneName": item.scene, "sourceName": item.source }),
                );
                find["outputVariables"] = json!({ "item": "sceneItemId" });
                let mut set = request(
                    "SetSceneItemEnabled",
                    json!({ "sceneName": item.scene, "sceneItemEnabled": on }),
                );
                set["inputVariables"] = json!({ "sceneItemId": "item" });
                batch(out, &format!("item-{id}"), &[find, set]);
                Ok(Told::Awaited { after_ms: 0 })
            }
            Order::Graphic { name, .. } => Err(Untold::Unnamed {
                what: "graphic",
                name: (*name).to_owned(),
            }),
        }
    }

    fn refresh(&mut self, out: &mut Outbox) -> bool {
        batch(
            out,
            "refresh",
            &[request("GetCurrentProgramScene", json!({}))],
        );
        true
    }

    fn assume(&mut self, _: &mut Outbox) {
        self.program = self.waiting.pop_back().map(|w| w.scene);
        self.waiting.clear();
    }
}

/// The answer to a challenge: the Base64 of the SHA-256 of the Base64 of the SHA-256 of password and salt, and the
/// challenge (obs-websocket 5, "Creating an authentication string").
fn answer(password: &str, salt: &str, challenge: &str) -> String {
    let hash = |a: &str, b: &str| {
        STANDARD.encode(Sha256::new().chain_update(a).chain_update(b).finalize())
    };
    hash(&hash(password, salt), challenge)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn request(kind: &str, data: Value) -> Value {
    json!({ "requestType": kind, "requestData": data })
}

fn say(out: &mut Outbox, op: u64, d: &Value) {
    out.send
        .push(json!({ "op": op, "d": d }).to_string().into_bytes());
}

fn batch(out: &mut Outbox, id: &str, requests: &[Value]) {
    let d = json!({
        "requestId": id,
        "haltOnFailure": false,
        "executionType": SERIAL,
        "requests": requests,
    });
    say(out, 8, &d);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_shows_in_no_log() {
        let obs = Obs::new(ObsConfig::default(), Some("hunter2".into()));
        assert!(!format!("{obs:?}").contains("hunter2"));
    }

    #[test]
    fn the_challenge_is_answered_as_the_protocol_says() {
        // The salt, the challenge and the password of the protocol's own page; the answer worked out with Python's
        // hashlib.
        assert_eq!(
            answer(
                "supersecretpassword",
                "lM1GncleQOaCu9lT1yeUZhFYnqhsLLP1G5lAGo3ixaI=",
                "+IxH4CnCiqpX1rM9scsNynZzbOe4KhDeYcTNS3PDaeY="
            ),
            "1Ct943GAT+6YQUUX47Ia/ncufilbe6+oD6lY+5kaCu4="
        );
    }
}
