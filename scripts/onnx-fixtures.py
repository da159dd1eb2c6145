#!/usr/bin/env python3
"""Makes the small ONNX graphs that crates/learn/tests/onnx.rs reads: a logistic model and a small network, fitted to
invented data with scikit-learn and written out in standard operators, with ONNX Runtime's own predictions beside them,
and graphs of shapes that must be refused.

    pip install numpy scikit-learn onnx onnxruntime
    python3 scripts/onnx-fixtures.py
"""

import json
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "crates/learn/tests/onnx"
FEATURES = ["score_differential", "half_seconds_remaining", "down", "ydstogo"]


def graph(name, layers, rows=1, width=len(FEATURES), outputs=1, last="Sigmoid"):
    """Layers of (weights [in, out], bias [out]) with ReLU between them."""
    nodes, weights, at = [], [], "row"
    for i, (w, b) in enumerate(layers):
        weights += [numpy_helper.from_array(w.astype(np.float32), f"w{i}"), numpy_helper.from_array(b.astype(np.float32), f"b{i}")]
        nodes.append(helper.make_node("Gemm", [at, f"w{i}", f"b{i}"], [f"z{i}"]))
        kind = "Relu" if i + 1 < len(layers) else last
        at = f"a{i}" if i + 1 < len(layers) else "probability"
        nodes.append(helper.make_node(kind, [f"z{i}"], [at]))
    made = helper.make_graph(
        nodes, name,
        [helper.make_tensor_value_info("row", TensorProto.FLOAT, [rows, width])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, [rows, outputs])],
        weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], producer_name="")
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(20170101)
    x = np.column_stack([rng.integers(-21, 22, 2000), rng.integers(0, 1801, 2000), rng.integers(1, 5, 2000),
                         rng.integers(1, 16, 2000)]).astype(np.float32)
    z = x[:, 0] * (1 + (1800 - x[:, 1]) / 900) / 8 - 0.1 * x[:, 2] - 0.02 * x[:, 3] + 0.3
    y = rng.random(len(z)) < 1 / (1 + np.exp(-z))
    mean, scale = x.mean(0), x.std(0)
    scaled = (x - mean) / scale
    logistic = LogisticRegression().fit(scaled, y)
    network = MLPClassifier((6,), random_state=1, max_iter=400).fit(scaled, y)

    def first(w, b):
        """Takes the scaling into the first layer."""
        return w / scale[:, None], b - (mean / scale) @ w

    mlp = [first(network.coefs_[0], network.intercepts_[0]), (network.coefs_[1], network.intercepts_[1])]
    one = first(logistic.coef_.T, logistic.intercept_)
    good = {
        "logistic": graph("logistic", [one]),
        "network": graph("network", mlp),
        "any_rows": graph("any rows", [one], rows="rows"),
    }
    two = (np.hstack([one[0], -one[0]]), np.hstack([one[1], -one[1]]))
    wrong = {
        "two_outputs": graph("two outputs", [two], outputs=2),
        "ten_rows": graph("ten rows", [one], rows=10),
        "three_features": graph("three features", [(one[0][:3], one[1])], width=3),
        "no_probability": graph("no probability", [one], last="Identity"),
    }
    rows = x[:40]
    for name, model in {**good, **wrong}.items():
        (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString())
    for name, model in good.items():
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        predictions = [float(session.run(None, {"row": row[None]})[0][0, 0]) for row in rows]
        content = {"features": FEATURES, "rows": rows.tolist(), "predictions": predictions}
        (FOLDER / f"{name}.rows.json").write_text(json.dumps(content).replace("], [", "],\n[") + "\n")


if __name__ == "__main__":
    main()
