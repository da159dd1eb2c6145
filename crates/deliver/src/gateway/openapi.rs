//! The OpenAPI 3.1 document of the HTTP half, its schemas made from the types that are sent.

use matchday_event::view::{Crowd, Message, Scoreboard, Snapshot};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    problem::Problem,
    rest::{Plays, Presence},
};

/// Schemas of sent types, gathered under `#/components/schemas`.
pub(super) struct Schemas(SchemaGenerator);

impl Schemas {
    pub(super) fn new() -> Self {
        let settings = SchemaSettings::draft2020_12()
            .with(|s| {
                s.definitions_path = "/components/schemas".into();
                s.meta_schema = None;
            })
            .for_serialize();
        Self(settings.into_generator())
    }

    /// A reference to a type's schema.
    pub(super) fn of<T: JsonSchema>(&mut self) -> Value {
        self.0.subschema_for::<T>().to_value()
    }

    /// All schemas referred to.
    pub(super) fn finish(mut self) -> Map<String, Value> {
        self.0.take_definitions(true)
    }
}

/// The document.
pub fn openapi() -> Value {
    let mut schemas = Schemas::new();
    let problem = problem_response(&mut schemas);
    let game_id = json!({
        "name": "game_id", "in": "path", "required": true, "description": "The game's id, such as nfl-2017010100.",
        "schema": { "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$" }
    });
    let stream = |summary: &str, what: &str, in_path: bool| {
        let mut parameters = vec![
            json!({ "name": "seq", "in": "query", "description": "Last update the client has, to resume after it.",
                    "schema": { "type": "integer", "minimum": 0 } }),
            json!({ "name": "epoch", "in": "query", "description": "Epoch of that update.",
                    "schema": { "type": "string" } }),
        ];
        if in_path {
            parameters.push(game_id.clone());
        }
        let mut responses = Map::new();
        if what == "websocket" {
            responses.insert("101".into(), json!({ "description": "The messages of asyncapi.json follow. An unknown game closes with 1008." }));
            responses.insert("426".into(), problem.clone());
        } else {
            parameters.push(json!({ "name": "Last-Event-ID", "in": "header", "description": "epoch:seq of the last event the client has.",
                                    "schema": { "type": "string" } }));
            responses.insert("200".into(), json!({ "description": "Events named snapshot, update and resumed, with the messages of asyncapi.json as data.",
                "content": { "text/event-stream": { "schema": { "type": "string" } } } }));
            responses.insert("404".into(), problem.clone());
            responses.insert("503".into(), problem.clone());
        }
        responses.insert("429".into(), problem.clone());
        json!({ "get": { "summary": summary, "operationId": operation_id(summary), "tags": ["live"],
                          "parameters": parameters, "responses": responses } })
    };
    let read = |summary: &str, schema: Value, parameters: Vec<Value>, cached: bool| {
        let mut responses = Map::new();
        responses.insert(
            "200".into(),
            json!({ "description": "OK", "content": { "application/json": { "schema": schema } } }),
        );
        if cached {
            responses.insert(
                "304".into(),
                json!({ "description": "What If-None-Match names is still the newest." }),
            );
        }
        if !parameters.is_empty() {
            responses.insert("404".into(), problem.clone());
        }
        if parameters.len() > 1 {
            responses.insert("400".into(), problem.clone());
        }
        responses.insert("429".into(), problem.clone());
        json!({ "get": { "summary": summary, "operationId": operation_id(summary), "tags": ["rest"],
                          "parameters": parameters, "responses": responses } })
    };
    let document = |about: &str| {
        json!({ "get": { "summary": about, "operationId": operation_id(about), "tags": ["documents"],
            "responses": { "200": { "description": "OK", "content": { "application/json": { "schema": { "type": "object" } } } }, "429": problem.clone() } } })
    };
    let paths = json!({
        "/ws": stream("Scoreboard socket", "websocket", false),
        "/ws/{game_id}": stream("Game socket", "websocket", true),
        "/ws/graphics/{game_id}": stream("Graphics socket", "websocket", true),
        "/ws/crowd/{game_id}": stream("Crowd socket", "websocket", true),
        "/sse": stream("Scoreboard events", "sse", false),
        "/sse/{game_id}": stream("Game events", "sse", true),
        "/sse/graphics/{game_id}": stream("Graphics events", "sse", true),
        "/sse/crowd/{game_id}": stream("Crowd events", "sse", true),
        "/connection/websocket": { "get": {
            "summary": "Centrifugo client protocol", "operationId": "centrifugo_client_protocol", "tags": ["live"],
            "responses": { "101": { "description": "JSON, protocol version 2. Channels: game:<id>, graphics:<id>, crowd:<id>, scoreboard." },
                           "426": problem.clone(), "429": problem.clone() } } },
        "/api/v1/games": read("Scoreboard", schemas.of::<Message<Scoreboard>>(), vec![], true),
        "/api/v1/games/{game_id}": read("Game", schemas.of::<Message<Snapshot>>(), vec![game_id.clone()], true),
        "/api/v1/games/{game_id}/plays": read("Plays of a game", schemas.of::<Plays>(), vec![
            game_id.clone(),
            json!({ "name": "after", "in": "query", "description": "Only plays after the one with this id.", "schema": { "type": "string" } }),
            json!({ "name": "limit", "in": "query", "description": "How many at most.",
                    "schema": { "type": "integer", "minimum": 1, "maximum": 500, "default": 500 } }),
        ], false),
        "/api/v1/games/{game_id}/crowd": read("Crowd of a game", schemas.of::<Message<Crowd>>(), vec![game_id.clone()], true),
        "/api/v1/games/{game_id}/presence": read("Presence in a game", schemas.of::<Presence>(), vec![game_id], false),
        "/openapi.json": document("OpenAPI document"),
        "/asyncapi.json": document("AsyncAPI document"),
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "matchday gateway",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Live games: what is on the wall, each game's state, and where to listen for what changes.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "tags": [
            { "name": "rest", "description": "Asked once" },
            { "name": "live", "description": "Listened to" },
            { "name": "documents", "description": "What describes the rest" },
        ],
        "paths": paths,
        "components": { "schemas": schemas.finish() },
    })
}

fn problem_response(schemas: &mut Schemas) -> Value {
    let schema = schemas.of::<Problem>();
    json!({ "description": "What went wrong.", "content": { "application/problem+json": { "schema": schema } } })
}

fn operation_id(summary: &str) -> String {
    summary.to_lowercase().replace(' ', "_")
}
