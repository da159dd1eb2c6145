"""A small BERT classifier as an ONNX graph that matchday runs: word pieces [1, n] in, four log-odds out.

Weights are kept as signed bytes with one scale a row and turned back to single precision when the graph runs, so a
file is a quarter of its weights and a message's log-odds depend on nothing but the message: no dynamic quantisation,
no padding, no batch.

`python scripts/emotion_onnx.py --fixture crates/learn/tests/emotion` writes the tiny graph that the tests run, with
what numpy makes of the same weights beside it. Needs numpy and onnx.
"""

import argparse
import json
import math
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

EPSILON = 1e-12


def quantise(weights):
    """Signed bytes and a scale for each row of the first axis."""
    weights = np.asarray(weights, np.float32)
    flat = np.abs(weights).reshape(len(weights), -1).max(1)
    scale = np.maximum(flat, 1e-8).astype(np.float32) / np.float32(127)
    shape = (-1,) + (1,) * (weights.ndim - 1)
    return np.clip(np.round(weights / scale.reshape(shape)), -127, 127).astype(np.int8), scale


def dequantise(weights):
    """What the graph will make of these weights."""
    q, scale = quantise(weights)
    return q.astype(np.float32) * scale.reshape((-1,) + (1,) * (q.ndim - 1))


class Graph:
    """Nodes and tensors of a graph in the making."""

    def __init__(self):
        self.nodes, self.tensors, self.count = [], [], 0

    def add(self, op, inputs, **attributes):
        self.count += 1
        out = f"{op.lower()}_{self.count}"
        self.nodes.append(helper.make_node(op, inputs, [out], **attributes))
        return out

    def tensor(self, name, value):
        self.tensors.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def weight(self, name, value):
        """A matrix, kept in bytes with a scale for each row."""
        q, scale = quantise(value)
        inputs = [self.tensor(name + "_q", q), self.tensor(name + "_scale", scale)]
        return self.add("DequantizeLinear", inputs, axis=0)

    def linear(self, name, x, weights):
        # Kept as rows of outputs, so that every output has a scale of its own.
        w = self.add("Transpose", [self.weight(name, weights[name + ".weight"])], perm=[1, 0])
        return self.add("Add", [self.add("MatMul", [x, w]), self.tensor(name + "_b", weights[name + ".bias"])])

    def norm(self, name, x, weights):
        inputs = [x, self.tensor(name + "_g", weights[name + ".weight"]), self.tensor(name + "_b", weights[name + ".bias"])]
        return self.add("LayerNormalization", inputs, axis=-1, epsilon=EPSILON)

    def gelu(self, x):
        half = self.tensor(f"half_{self.count}", np.float32(0.5))
        one = self.tensor(f"one_{self.count}", np.float32(1.0))
        root = self.tensor(f"root_{self.count}", np.float32(1 / math.sqrt(2)))
        erf = self.add("Add", [self.add("Erf", [self.add("Mul", [x, root])]), one])
        return self.add("Mul", [self.add("Mul", [x, half]), erf])


def build(weights, layers, heads):
    """The graph of a BERT with a linear head on the mean of its last layer. `weights` go by the names of
    `sentence-transformers/all-MiniLM-L6-v2`, with `head.weight` [4, hidden] and `head.bias` [4]."""
    g = Graph()
    hidden = weights["embeddings.LayerNorm.weight"].shape[0]
    size = hidden // heads
    words = g.add("Gather", [g.weight("words", weights["embeddings.word_embeddings.weight"]), "input_ids"])
    n = g.add("Slice", [g.add("Shape", ["input_ids"]), g.tensor("c1", np.array([1])), g.tensor("c2", np.array([2]))])
    places = g.weight("places", weights["embeddings.position_embeddings.weight"])
    places = g.add("Slice", [places, g.tensor("c0", np.array([0])), n, g.tensor("axis0", np.array([0]))])
    kind = g.tensor("kind", weights["embeddings.token_type_embeddings.weight"][0])
    x = g.add("Add", [g.add("Add", [words, places]), kind])
    x = g.norm("embeddings.LayerNorm", x, weights)
    split = g.tensor("split", np.array([1, -1, heads, size]))
    join = g.tensor("join", np.array([1, -1, hidden]))
    scale = g.tensor("scale", np.float32(1 / math.sqrt(size)))
    for layer in range(layers):
        at = f"encoder.layer.{layer}."

        def part(name, perm, x=x, at=at):
            y = g.linear(at + f"attention.self.{name}", x, weights)
            return g.add("Transpose", [g.add("Reshape", [y, split])], perm=perm)

        scores = g.add("MatMul", [part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1])])
        share = g.add("Softmax", [g.add("Mul", [scores, scale])], axis=-1)
        seen = g.add("Transpose", [g.add("MatMul", [share, part("value", [0, 2, 1, 3])])], perm=[0, 2, 1, 3])
        y = g.linear(at + "attention.output.dense", g.add("Reshape", [seen, join]), weights)
        x = g.norm(at + "attention.output.LayerNorm", g.add("Add", [x, y]), weights)
        y = g.gelu(g.linear(at + "intermediate.dense", x, weights))
        y = g.linear(at + "output.dense", y, weights)
        x = g.norm(at + "output.LayerNorm", g.add("Add", [x, y]), weights)
    mean = g.add("ReduceMean", [x, g.tensor("axis1", np.array([1]))], keepdims=0)
    out = g.linear("head", mean, weights)
    g.nodes.append(helper.make_node("Identity", [out], ["logits"]))
    graph = helper.make_graph(
        g.nodes,
        "emotion",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "pieces"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, 4])],
        g.tensors,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model


def forward(weights, layers, heads, ids):
    """The same in numpy, with the weights that the graph keeps."""
    w = {k: dequantise(v) if v.ndim == 2 and "token_type" not in k else v for k, v in weights.items()}

    def linear(name, x):
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    def norm(name, x):
        x = x - x.mean(-1, keepdims=True)
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON) * w[name + ".weight"] + w[name + ".bias"]

    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm("embeddings.LayerNorm", x + w["embeddings.token_type_embeddings.weight"][0])
    for layer in range(layers):
        at = f"encoder.layer.{layer}."
        q, k, v = (
            linear(at + f"attention.self.{name}", x).reshape(len(ids), heads, -1).transpose(1, 0, 2)
            for name in ("query", "key", "value")
        )
        s = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        s = np.exp(s - s.max(-1, keepdims=True))
        seen = (s / s.sum(-1, keepdims=True)) @ v
        y = linear(at + "attention.output.dense", seen.transpose(1, 0, 2).reshape(len(ids), -1))
        x = norm(at + "attention.output.LayerNorm", x + y)
        y = linear(at + "intermediate.dense", x)
        y = y * 0.5 * (1 + np.vectorize(math.erf)(y / math.sqrt(2)))
        x = norm(at + "output.LayerNorm", x + linear(at + "output.dense", y))
    return linear("head", x.mean(0))


def tiny(seed, vocabulary, hidden=8, layers=2):
    """Random weights of a tiny BERT."""
    rng = np.random.default_rng(seed)

    def draw(*shape):
        return rng.normal(0, 0.5, shape).astype(np.float32)

    w = {
        "embeddings.word_embeddings.weight": draw(vocabulary, hidden),
        "embeddings.position_embeddings.weight": draw(96, hidden),
        "embeddings.token_type_embeddings.weight": draw(2, hidden),
        "head.weight": draw(4, hidden),
        "head.bias": draw(4),
    }
    sizes = {"attention.output.dense": (hidden, hidden), "intermediate.dense": (2 * hidden, hidden), "output.dense": (hidden, 2 * hidden)}
    sizes |= {f"attention.self.{name}": (hidden, hidden) for name in ("query", "key", "value")}
    norms = ["embeddings.LayerNorm"]
    for layer in range(layers):
        at = f"encoder.layer.{layer}."
        for name, (rows, columns) in sizes.items():
            w[at + name + ".weight"], w[at + name + ".bias"] = draw(rows, columns), draw(rows)
        norms += [at + "attention.output.LayerNorm", at + "output.LayerNorm"]
    for name in norms:
        w[name + ".weight"], w[name + ".bias"] = 1 + draw(hidden) / 4, draw(hidden) / 4
    return w


def fixture(folder):
    """The tiny graph, its vocabulary, and texts with their log-odds."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "goal", "##s", "!", "what", "a", "ref", "bad", "un", "##real"]
    weights = tiny(7, len(pieces))
    (folder / "tiny.onnx").write_bytes(build(weights, 2, 2).SerializeToString())
    (folder / "tiny.vocab.txt").write_text("\n".join(pieces) + "\n")
    texts = {
        "what a goal!!": [2, 7, 8, 4, 6, 6, 3],
        "BAD ref": [2, 10, 9, 3],
        "unreal goals": [2, 11, 12, 4, 5, 3],
        "xyz": [2, 1, 3],
        "": [2, 3],
    }
    told = {t: [round(float(z), 6) for z in forward(weights, 2, 2, np.array(ids))] for t, ids in texts.items()}
    (folder / "tiny.logits.json").write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fixture", type=pathlib.Path, required=True, help="folder to write the tests' graph to")
    fixture(parser.parse_args().fixture)
