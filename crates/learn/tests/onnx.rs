//! ONNX graphs: predictions beside ONNX Runtime's, and shapes that are refused. `scripts/onnx-fixtures.py` made them.
#![cfg(feature = "onnx")]

use std::{fs, path::PathBuf};

use matchday_learn::onnx::Graph;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/onnx")
        .join(name)
}

fn graph(name: &str, features: Option<usize>) -> Result<Graph, String> {
    let bytes = fs::read(fixture(&format!("{name}.onnx"))).expect("a fixture");
    Graph::read(&bytes, features).map_err(|e| e.to_string())
}

#[test]
fn predictions_are_those_of_onnx_runtime() {
    for name in ["logistic", "network", "any_rows"] {
        let graph = graph(name, None).expect("a graph");
        assert_eq!((graph.features(), graph.outputs()), (4, 1));
        let text = fs::read_to_string(fixture(&format!("{name}.rows.json"))).expect("predictions");
        let told: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let rows = told["rows"].as_array().expect("rows");
        let predictions = told["predictions"].as_array().expect("predictions");
        assert_eq!(rows.len(), 40);
        for (row, expected) in rows.iter().zip(predictions) {
            let row: Vec<f32> = row
                .as_array()
                .expect("a row")
                .iter()
                .map(|v| v.as_f64().expect("a number") as f32)
                .collect();
            let mut out = [0.0];
            graph.predict(&row, &mut out).expect("predicts");
            let expected = expected.as_f64().expect("a number");
            assert!(
                (f64::from(out[0]) - expected).abs() < 1e-6,
                "{name}: {} beside {expected} for {row:?}",
                out[0]
            );
        }
    }
}

#[test]
fn graphs_of_other_shapes_are_refused_with_what_is_needed() {
    let refused = |name, features| graph(name, features).expect_err("refused");
    assert_eq!(
        refused("ten_rows", Some(4)),
        "the graph's input has shape [10, 4]; [1, 4] is needed"
    );
    assert_eq!(
        refused("three_features", Some(4)),
        "the graph's input has shape [1, 3]; [1, 4] is needed"
    );
    let graph = graph("two_outputs", None).expect("sound by itself");
    assert_eq!(graph.outputs(), 2);
}

#[test]
fn bytes_that_are_no_graph_are_refused() {
    for bytes in [&b""[..], b"not a graph", &[8; 40]] {
        assert!(Graph::read(bytes, Some(4)).is_err());
    }
    let whole = fs::read(fixture("network.onnx")).expect("a fixture");
    for cut in 1..whole.len() {
        // Some cuts leave a graph that still reads; none may panic.
        drop(Graph::read(&whole[..cut], Some(4)));
    }
}
