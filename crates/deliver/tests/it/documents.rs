use std::collections::BTreeSet;

use matchday_deliver::gateway::{asyncapi, openapi};
use matchday_event::GraphicsCommand;
use serde_json::{Value, json};

use crate::world::World;

/// Checks a value against one schema of a document that holds its schemas under `components`.
fn valid(document: &Value, schema: &Value, value: &Value) {
    let mut root = schema.clone();
    root["components"] = document["components"].clone();
    let validator = jsonschema::draft202012::new(&root).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

#[tokio::test]
async fn every_documented_path_answers_as_documented() {
    let world = World::start().await;
    world.publish(1, 3);
    let document = world.get_json("/openapi.json").await;
    assert_eq!(document, openapi());
    for (path, item) in document["paths"].as_object().expect("paths") {
        let response = world.get(&path.replace("{game_id}", "nfl-1")).await;
        let status = response.status().as_u16().to_string();
        let documented = &item["get"]["responses"][&status];
        assert!(
            documented.is_object(),
            "{path} answered {status}, which is not documented"
        );
        let content = response.headers()["content-type"]
            .to_str()
            .expect("text")
            .to_owned();
        let media = &documented["content"][&content];
        assert!(
            media.is_object(),
            "{path} answered {content}, which is not documented"
        );
        if content != "text/event-stream" {
            let body = response.json().await.expect("JSON");
            valid(&document, &media["schema"], &body);
        }
    }
}

#[tokio::test]
async fn every_message_is_as_the_asyncapi_document_says() {
    let world = World::start().await;
    world.publish(1, 2);
    let document = world.get_json("/asyncapi.json").await;
    assert_eq!(document, asyncapi());
    let payload = |name: &str| &document["components"]["messages"][name]["payload"];
    let strip = || GraphicsCommand::UpdateWinProbability {
        home: 0.6,
        away: 0.4,
        delta_home: -0.02,
    };
    world.graphics(1, strip());
    let mut seen = BTreeSet::new();
    for (name, path) in [
        ("scoreboard", "/ws"),
        ("game", "/ws/nfl-1"),
        ("graphics", "/ws/graphics/nfl-1"),
        ("crowd", "/ws/crowd/nfl-1"),
    ] {
        let mut client = world.connect(path).await;
        let snapshot = client.json().await;
        valid(&document, payload(&format!("{name}_snapshot")), &snapshot);
        let n = world.get_json("/api/v1/games/nfl-1").await["seq"]
            .as_u64()
            .expect("a number")
            + 1;
        world.publish(n, n);
        world.graphics(n, strip());
        world.crowd(n);
        let update = client.json().await;
        valid(&document, payload(&format!("{name}_update")), &update);
        let resume = json!({ "type": "resume", "seq": update["seq"], "epoch": update["epoch"] });
        for request in [json!({ "type": "ping", "t": "x" }), resume] {
            valid(&document, payload("request"), &request);
            client.say(&request.to_string()).await;
            valid(&document, payload("reply"), &client.json().await);
        }
        client.say("nonsense").await;
        valid(&document, payload("reply"), &client.json().await);
        seen.insert(name);
    }
    let documented = document["channels"].as_object().expect("channels");
    assert_eq!(seen, documented.keys().map(String::as_str).collect());
}

#[test]
fn every_reference_leads_somewhere() {
    for document in [openapi(), asyncapi()] {
        let mut refs = Vec::new();
        collect(&document, &mut refs);
        assert!(!refs.is_empty());
        for reference in refs {
            let pointer = reference
                .strip_prefix('#')
                .expect("within the document")
                .replace("%20", " ");
            assert!(
                document.pointer(&pointer).is_some(),
                "{reference} leads nowhere"
            );
        }
        for name in document["components"]["schemas"]
            .as_object()
            .expect("schemas")
            .keys()
        {
            let plain = name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
            assert!(plain, "{name:?} is not a name OpenAPI allows");
        }
    }
}

fn collect(value: &Value, refs: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                refs.push(reference.clone());
            }
            fields.values().for_each(|v| collect(v, refs));
        }
        Value::Array(items) => items.iter().for_each(|v| collect(v, refs)),
        _ => {}
    }
}
