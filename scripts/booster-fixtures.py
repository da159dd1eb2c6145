#!/usr/bin/env python3
"""Trains the small boosters that crates/learn/tests/booster.rs reads, on invented data.

    python3 scripts/booster-fixtures.py VERSION...

trains them with each XGBoost version named (installed by pip into a temporary folder) and writes, into
crates/learn/tests/boosters/<version>/, for each model NAME.json, NAME.ubj (where that version can write it) and
NAME.rows.json: rows, and what that XGBoost predicts for them. Without a version, the XGBoost that is installed is used.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "crates/learn/tests/boosters"
ROWS = 40


def models(xgb, np):
    rng = np.random.default_rng(20170101)
    x = rng.normal(size=(1500, 5)).astype(np.float32)
    x[:, 3] = np.round(x[:, 3] * 2)
    signal = x @ np.array([1.0, -2.0, 0.5, 0.7, 0.0]) + 0.5 * x[:, 0] * x[:, 1]
    x[rng.random(x.shape) < 0.1] = np.nan
    noise = rng.normal(size=len(x))
    names = ["lead", "clock", "down", "to_go", "spot"]
    chance = 1 / (1 + np.exp(-signal))
    wins = (rng.random(len(x)) < chance).astype(int)
    classes = np.digitize(signal + noise, [-1, 1])
    cases = {
        "logistic": ("binary:logistic", wins, {}),
        "points": ("reg:squarederror", signal * 3 + 10 + noise, {}),
        "share": ("reg:logistic", chance, {}),
        "softprob": ("multi:softprob", classes, {"num_class": 3}),
        "softmax": ("multi:softmax", classes, {"num_class": 3}),
        "dart": ("binary:logistic", wins, {"booster": "dart", "rate_drop": 0.3, "skip_drop": 0.2}),
        "forest": ("binary:logistic", wins, {"num_parallel_tree": 2, "subsample": 0.5}),
        "deep": ("binary:logistic", wins, {"max_depth": 9, "max_leaves": 40, "grow_policy": "lossguide", "tree_method": "hist"}),
        "unnamed": ("binary:logistic", wins, {}),
    }
    for name, (objective, label, more) in cases.items():
        given = None if name == "unnamed" else names
        params = {"objective": objective, "max_depth": 3, "eta": 0.3, "seed": 1, "nthread": 1, **more}
        data = xgb.DMatrix(x, label=label, feature_names=given)
        yield name, given, xgb.train(params, data, 2 if name == "deep" else 5), x
    # A probe of the comparisons themselves: rows that lie exactly on a split, and one float to either side.
    booster = xgb.train({"objective": "reg:squarederror", "max_depth": 4, "nthread": 1}, xgb.DMatrix(x, label=signal), 5)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "m.json"
        booster.save_model(file)
        tree = json.loads(file.read_text())["learner"]["gradient_booster"]["model"]["trees"][0]
    splits = [(tree["split_indices"][n], np.float32(tree["split_conditions"][n]))
              for n, left in enumerate(tree["left_children"]) if left != -1]
    rows = []
    for feature, split in splits:
        for value in (np.nextafter(split, np.float32(-9e9)), split, np.nextafter(split, np.float32(9e9))):
            row = np.zeros(5, np.float32)
            row[feature] = value
            rows.append(row)
    yield "edges", None, booster, np.array(rows[:ROWS], np.float32)


def write(xgb, np):
    folder = FOLDER / xgb.__version__
    folder.mkdir(parents=True, exist_ok=True)
    for name, given, booster, x in models(xgb, np):
        booster.save_model(folder / f"{name}.json")
        try:
            booster.save_model(folder / f"{name}.ubj")
        except xgb.core.XGBoostError:
            pass
        rows = x[:ROWS]
        matrix = xgb.DMatrix(rows, feature_names=given)
        predictions = booster.predict(matrix).reshape(len(rows), -1)
        # Floats as text with nine digits are the same floats again; null is a missing value.
        text = lambda v: None if np.isnan(v) else float(f"{v:.9g}")
        content = {
            "rows": [[text(v) for v in row] for row in rows],
            "predictions": [[text(v) for v in p] for p in predictions],
        }
        lines = json.dumps(content).replace("], [", "],\n[")
        (folder / f"{name}.rows.json").write_text(lines + "\n")


def main():
    if len(sys.argv) > 1 and sys.argv[1] != "--here":
        for version in sys.argv[1:]:
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder,
                                f"xgboost=={version}"], check=True)
                subprocess.run([sys.executable, __file__, "--here", folder], check=True)
        return
    if len(sys.argv) > 2:
        sys.path.insert(0, sys.argv[2])
    import numpy as np
    import xgboost as xgb

    write(xgb, np)


if __name__ == "__main__":
    main()
