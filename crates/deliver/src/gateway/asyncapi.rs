//! The AsyncAPI 3.0 document of the sockets, its schemas made from the types that are sent.

use matchday_event::view::{Crowd, CrowdUpdate, Message, Scoreboard, Snapshot, Update};
use serde_json::{Map, Value, json};

use super::{
    native::{ClientMessage, ServerMessage},
    openapi::Schemas,
    state::OnAir,
};
use crate::graphics::Command;

/// The document.
pub fn asyncapi() -> Value {
    let mut schemas = Schemas::new();
    let mut messages = Map::new();
    let mut channels = Map::new();
    let mut operations = Map::new();
    let server_says = schemas.of::<ServerMessage>();
    let client_says = schemas.of::<ClientMessage>();
    let kinds = [
        (
            "scoreboard",
            "/ws",
            "All games: cards of those that changed.",
            schemas.of::<Message<Scoreboard>>(),
            schemas.of::<Message<Scoreboard>>(),
        ),
        (
            "game",
            "/ws/{game_id}",
            "One game, whole and then by what changes.",
            schemas.of::<Message<Snapshot>>(),
            schemas.of::<Message<Update>>(),
        ),
        (
            "graphics",
            "/ws/graphics/{game_id}",
            "Commands for the broadcast graphics of one game, and what is on air.",
            schemas.of::<Message<OnAir>>(),
            schemas.of::<Message<Command>>(),
        ),
        (
            "crowd",
            "/ws/crowd/{game_id}",
            "What the senses make of one game's crowd: momentum ten times a second, moments, levels, moods. Updates \
             are counted by this process alone; a client that falls behind is handed a snapshot.",
            schemas.of::<Message<Crowd>>(),
            schemas.of::<Message<CrowdUpdate>>(),
        ),
    ];
    let mut message = |name: &str, summary: &str, payload: Value| {
        messages.insert(
            name.to_owned(),
            json!({ "name": name, "summary": summary, "contentType": "application/json", "payload": payload }),
        );
    };
    message(
        "reply",
        "Answers a ping or a resume, or says that a message could not be used.",
        server_says,
    );
    message(
        "request",
        "A ping, a request for a snapshot, or a resume.",
        client_says,
    );
    for (name, address, about, snapshot, update) in kinds {
        let (snapshot_name, update_name) = (format!("{name}_snapshot"), format!("{name}_update"));
        message(
            &snapshot_name,
            "Everything, on connect and whenever it is needed.",
            snapshot,
        );
        message(
            &update_name,
            "What changed since the message before.",
            update,
        );
        let refer = |m: &str| json!({ "$ref": format!("#/components/messages/{m}") });
        let within = |m: &str| json!({ "$ref": format!("#/channels/{name}/messages/{m}") });
        let mut channel = json!({
            "address": address,
            "description": about,
            "messages": { &snapshot_name: refer(&snapshot_name), &update_name: refer(&update_name),
                          "reply": refer("reply"), "request": refer("request") },
            "bindings": { "ws": { "method": "GET", "query": { "type": "object", "properties": {
                "seq": { "type": "integer", "minimum": 0, "description": "Last update the client has." },
                "epoch": { "type": "string", "description": "Epoch of that update." } } } } },
        });
        if address.contains("{game_id}") {
            channel["parameters"] =
                json!({ "game_id": { "description": "The game's id, such as nfl-2017010100." } });
        }
        let on = json!({ "$ref": format!("#/channels/{name}") });
        operations.insert(
            format!("send_{name}"),
            json!({ "action": "send", "channel": on, "summary": about,
                    "messages": [within(&snapshot_name), within(&update_name), within("reply")] }),
        );
        operations.insert(
            format!("receive_{name}"),
            json!({ "action": "receive", "channel": on, "summary": "What a client may ask for.",
                    "messages": [within("request")] }),
        );
        channels.insert(name.to_owned(), channel);
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "matchday sockets",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "On connect a snapshot, then updates numbered without gaps. The same messages travel as \
                            Server-Sent Events under /sse, and as publications of Centrifugo's client protocol.",
            "license": { "name": "Apache-2.0" },
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": schemas.finish() },
    })
}
