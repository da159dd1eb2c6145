#!/usr/bin/env python3
"""Sets our evaluation of the boosters that `sportsdataverse` ships beside XGBoost's own, on real plays, and times both.

    pip install sportsdataverse xgboost pandas pyarrow numpy
    python3 scripts/booster-check.py [--data ../shared/data] [--runner target/release/examples/booster_rows]

The runner is built by `cargo build --release -p matchday-learn --example booster_rows`. For each model it prints the
largest difference between the two evaluations, and the time of one row: ours, and XGBoost's C library called for one
dense row at a time (XGBoosterPredictFromDense through ctypes, without a DMatrix, on one thread). Last come the times of
our own analysis of a play: win probability, expected points, leverage, fourth down.
"""

import argparse
import ctypes
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import time

try:
    import numpy as np
    import pandas as pd
    import xgboost as xgb
except ImportError as missing:
    sys.exit(f"left out: {missing.name} is not installed")


def nfl(data, np):
    """Features by nflfastR's names, of the plays from scrimmage of 2009 to 2015."""
    plays = pd.read_parquet(data / "nfl/plays_2009_2017.parquet")
    plays = plays[(plays.season <= 2015) & (plays.qtr <= 4) & plays.down.between(1, 4)]
    games = pd.read_csv(data / "nfl/games_2009_2017.csv")
    home = plays.posteam == plays.home
    lead = np.where(home, 1, -1) * (plays.home_score_pre - plays.away_score_pre)
    game = (4 - plays.qtr) * 900.0 + plays.clock_sec
    half = (plays.qtr % 2) * 900.0 + plays.clock_sec
    fading = np.exp(-4 * np.clip((3600 - game) / 3600, 0, 1))
    spread = -plays.game_id.map(games.set_index("game_id").spread_home).fillna(0)
    opener = plays.game_id.map(plays.groupby("game_id").posteam.first())
    columns = {
        "receive_2h_ko": (plays.qtr <= 2) & (plays.posteam != opener),
        "spread_time": np.where(home, 1, -1) * spread * fading,
        "home": home, "half_seconds_remaining": half, "game_seconds_remaining": game,
        "Diff_Time_Ratio": lead / fading, "score_differential": lead, "down": plays.down, "ydstogo": plays.ydstogo,
        "yardline_100": plays.yardline_100,
        "posteam_timeouts_remaining": np.where(home, plays.home_to, plays.away_to),
        "defteam_timeouts_remaining": np.where(home, plays.away_to, plays.home_to),
        "retractable": home | True, "dome": home & False, "outdoors": home & False,
        "era0": home & False, "era1": home & False, "era2": plays.season <= 2013, "era3": plays.season > 2013,
        "era4": home & False, **{f"down{d}": plays.down == d for d in range(1, 5)},
    }
    return {k: np.asarray(v, np.float32) for k, v in columns.items()}


def college(data, np):
    """Features by cfbfastR's names, of the plays from scrimmage of 2013."""
    plays = pd.read_parquet(data / "cfb/plays_2010_2011_2013.parquet")
    plays = plays[(plays.season == 2013) & plays.period.between(1, 4) & plays.down.between(1, 4)]
    home = plays.offense == plays.home
    lead = np.where(home, 1, -1) * (plays.home_score_pre - plays.away_score_pre)
    game = (4 - plays.period) * 900.0 + plays.clock_sec
    half = (plays.period % 2) * 900.0 + plays.clock_sec
    fading = np.exp(-4 * np.clip((3600 - game) / 3600, 0, 1))
    ep = 6.0 - 0.07 * plays.yards_to_goal
    rng = np.random.default_rng(1)
    columns = {
        # Expected points and who received are stood in for: both evaluations get the same.
        "pos_team_receives_2H_kickoff": rng.integers(0, 2, len(plays)), "period": plays.period, "is_home": home,
        "spread_time": np.where(home, 1, -1) * -(plays.spread if "spread" in plays else 0.0) * fading,
        "TimeSecsRem": half, "adj_TimeSecsRem": game, "ExpScoreDiff_Time_Ratio": (lead + ep) / (game + 1),
        "pos_score_diff_start": lead, "down": plays.down, "distance": plays.distance,
        "yards_to_goal": plays.yards_to_goal,
        "pos_team_timeouts_rem_before": plays.get("offense_timeouts", 3),
        "def_pos_team_timeouts_rem_before": plays.get("defense_timeouts", 3),
        **{f"down_{d}": plays.down == d for d in range(1, 5)},
    }
    n = len(plays)
    return {k: np.broadcast_to(np.asarray(v, np.float32), n) for k, v in columns.items()}


def one_row_at_a_time(booster, rows):
    """Microseconds of XGBoost's C library for one dense row, given as an array interface, on one thread."""
    library = xgb.core._LIB
    booster.set_param({"nthread": 1})
    config = json.dumps({"type": 0, "training": False, "iteration_begin": 0, "iteration_end": 0,
                         "missing": float("nan"), "strict_shape": False}).encode()
    shape, dim, result = ctypes.POINTER(ctypes.c_uint64)(), ctypes.c_uint64(), ctypes.POINTER(ctypes.c_float)()
    interfaces = [json.dumps({"data": [row.ctypes.data, True], "shape": [1, len(row)], "typestr": "<f4",
                              "version": 3}).encode() for row in rows]
    call = lambda row: library.XGBoosterPredictFromDense(booster.handle, row, config, None, ctypes.byref(shape),
                                                         ctypes.byref(dim), ctypes.byref(result))
    for row in interfaces[:100]:
        if call(row):
            raise RuntimeError(library.XGBGetLastError())
    begun = time.perf_counter()
    for row in interfaces:
        call(row)
    return (time.perf_counter() - begun) / len(interfaces) * 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--data", type=pathlib.Path, default=root / "../shared/data")
    parser.add_argument("--runner", type=pathlib.Path, default=root / "target/release/examples/booster_rows")
    args = parser.parse_args()
    found = importlib.util.find_spec("sportsdataverse")
    if found is None:
        sys.exit("left out: sportsdataverse is not installed")
    if not args.data.exists():
        sys.exit(f"left out: {args.data} is not there")
    package = pathlib.Path(found.origin).parent
    print(f"XGBoost {xgb.__version__}")
    print(f"{'model':24}{'rows':>9}{'largest difference':>20}{'ours, us a row':>17}{'XGBoost, us a row':>19}")
    worst = 0.0
    for sport, features in (("nfl", nfl), ("cfb", college)):
        table = features(args.data, np)
        for name in ("wp_spread", "wp_naive", "ep_model"):
            file = package / sport / "models" / f"{name}.ubj"
            booster = xgb.Booster()
            booster.load_model(file)
            rows = np.ascontiguousarray(np.column_stack([table[f] for f in booster.feature_names]), np.float32)
            if name == "ep_model":
                rows = rows[:20000].copy()
            theirs = booster.inplace_predict(rows, validate_features=False)
            with tempfile.TemporaryDirectory() as folder:
                given, out = pathlib.Path(folder) / "rows", pathlib.Path(folder) / "out"
                given.write_bytes(rows.tobytes())
                told = subprocess.run([args.runner, file, given, out], check=True, capture_output=True, text=True).stdout
                ours = np.fromfile(out, np.float32).reshape(theirs.shape)
            difference = float(np.abs(ours.astype(float) - theirs.astype(float)).max())
            worst = max(worst, difference)
            us = float(told.split(",")[1].split()[0])
            sample = [rows[i].copy() for i in range(0, len(rows), max(1, len(rows) // 2000))]
            c = one_row_at_a_time(booster, sample)
            print(f"{sport + '/' + name:24}{len(rows):9}{difference:20.2e}{us:17.2f}{c:19.2f}")
    print("\nour own models, on scattered situations")
    print(subprocess.run([args.runner], check=True, capture_output=True, text=True).stdout, end="")
    if worst > 1e-6:
        sys.exit(f"the evaluations differ by {worst:.2e}, which is more than 1e-6")


if __name__ == "__main__":
    main()
