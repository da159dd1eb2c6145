#!/usr/bin/env python3
"""What nflfastR's recipe for win probability makes of the seasons that ours learned from, on the seasons that ours is judged by.

    pip install xgboost pandas pyarrow
    matchday train wp --sport nfl --held-out nfl-2015.json --out /dev/null
    matchday eval wp DATA/nfl/plays_2009_2017.parquet --seasons 2016-2017 --model nfl-2015.json --predictions ours.parquet
    python3 scripts/nflfastr.py DATA/nfl ours.parquet

The predictions that nflfastR publishes come of models that saw the test seasons. This fits the same kind of model, by the
settings that nflfastR names, to 2009 to 2015 alone, and sets it, the published predictions and ours beside one another on the
same plays of 2016 and 2017. It also says how much better such a model looks on games that it has seen: each training season
is predicted once by a fit that saw it and once by a fit to the others. Overtime, which the recipe does not know, is left out.
"""

import argparse
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "2")
try:
    import numpy as np
    import pandas as pd
    import xgboost
except ImportError as missing:
    sys.exit(f"left out: {missing.name} is not installed")

TRAIN, TEST = range(2009, 2016), range(2016, 2018)
# Which way each input may push the chance of the side with the ball; none of the naive model's is held to any.
INPUTS = {
    "receive_2h_ko": 0, "spread_time": 0, "home": 0, "half_left": 0, "game_left": 0, "lead_time": 1, "lead": 1, "down": -1,
    "distance": -1, "to_goal": -1, "own_timeouts": 1, "other_timeouts": -1,
}
WITH_SPREAD = {
    "eta": 0.05, "gamma": 0.79012017, "subsample": 0.9224245, "colsample_bytree": 5 / 12, "max_depth": 5, "min_child_weight": 7,
}
NAIVE = {"eta": 0.2, "gamma": 0, "subsample": 0.8, "colsample_bytree": 0.8, "max_depth": 4, "min_child_weight": 1}
ROUNDS = {"spread": 534, "naive": 65}
SEED = 1
RESAMPLES = 2000


def read(folder):
    """Scrimmage plays of regulation with the recipe's inputs, the published predictions and who won."""
    plays = pd.read_parquet(os.path.join(folder, "plays_2009_2017.parquet"))
    games = pd.read_csv(os.path.join(folder, "games_2009_2017.csv"))
    published = pd.read_parquet(os.path.join(folder, "published_wp_2009_2017.parquet")).drop(columns="season")
    scrimmage = plays[plays.posteam.notna() & plays.down.between(1, 4)]
    opened = scrimmage.sort_values(["game_id", "seq"]).groupby("game_id").posteam.first()
    games = games[["game_id", "home_final", "away_final", "spread_home"]].dropna()
    plays = scrimmage[scrimmage.qtr <= 4].merge(games, on="game_id").merge(published, on=["game_id", "play_id"])
    plays = plays.drop_duplicates(["game_id", "play_id"]).dropna(subset=["clock_sec", "yardline_100", "ydstogo"])
    at_home = (plays.posteam == plays.home).to_numpy()
    lead = plays.home_score_pre - plays.away_score_pre
    left = (4 - plays.qtr) * 900 + plays.clock_sec
    grown = np.exp(4 * (3600 - left) / 3600)
    own_lead = lead.where(at_home, -lead)
    half_left = left.where(plays.qtr > 2, left - 1800)
    margin = plays.home_final - plays.away_final
    return plays.assign(
        at_home=at_home,
        home_won=0.5 + 0.5 * np.sign(margin),
        receive_2h_ko=((plays.qtr <= 2) & (plays.posteam != plays.game_id.map(opened))).astype(int),
        spread_time=plays.spread_home.where(~at_home, -plays.spread_home) / grown,
        home=at_home.astype(int),
        **{"half_left": half_left, "game_left": left, "lead_time": own_lead * grown, "lead": own_lead},
        distance=plays.ydstogo,
        to_goal=plays.yardline_100,
        own_timeouts=plays.home_to.where(at_home, plays.away_to),
        other_timeouts=plays.away_to.where(at_home, plays.home_to),
    ).reset_index(drop=True)


def fit(plays, kind):
    inputs = [name for name in INPUTS if kind == "spread" or name != "spread_time"]
    settings = {"objective": "binary:logistic", "tree_method": "hist", "seed": SEED}
    if kind == "spread":
        settings |= WITH_SPREAD | {"monotone_constraints": tuple(INPUTS[name] for name in inputs)}
    else:
        settings |= NAIVE
    decided = plays[plays.home_won != 0.5]
    won = decided.home_won.where(decided.at_home, 1 - decided.home_won)
    model = xgboost.train(settings, xgboost.DMatrix(decided[inputs], won), ROUNDS[kind])

    def home_wp(plays):
        own = model.predict(xgboost.DMatrix(plays[inputs])).astype(float)
        return np.where(plays.at_home, own, 1 - own)

    return home_wp


def brier(p, y):
    return (p - y) ** 2


def log_loss(p, y):
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def interval(difference, games):
    """The mean difference, with 95 % by drawing whole games afresh."""
    sums = pd.DataFrame({"sum": difference, "n": 1}).groupby(np.asarray(games)).sum().to_numpy()
    drawn = np.random.default_rng(SEED).integers(0, len(sums), (RESAMPLES, len(sums)))
    totals = sums[drawn].sum(axis=1)
    low, high = np.quantile(totals[:, 0] / totals[:, 1], [0.025, 0.975])
    return f"{difference.mean():+.4f} ({low:+.4f} to {high:+.4f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder with plays_2009_2017.parquet, games_2009_2017.csv and published_wp_2009_2017.parquet")
    parser.add_argument("ours", help="what `matchday eval wp --predictions` wrote of 2016 and 2017, Parquet")
    args = parser.parse_args()
    plays = read(args.data)
    ours = pd.read_parquet(args.ours)[["game_id", "play_id", "home_wp", "home_wp_without_spread"]]
    train = plays[plays.season.isin(TRAIN)]
    test = plays[plays.season.isin(TEST)].merge(ours, on=["game_id", "play_id"])
    if test.empty:
        sys.exit(f"{args.ours}: holds no play of {TEST[0]} to {TEST[-1]}")
    print(f"{len(train)} plays of {train.game_id.nunique()} games learned from, "
          f"{len(test)} plays of {test.game_id.nunique()} games judged\n")
    for kind, mine, theirs in (("spread", "home_wp", "home_wp_spread"), ("naive", "home_wp_without_spread", "home_wp_naive")):
        recipe = fit(train, kind)
        sets = {
            "ours, 2009 to 2015": test[mine].to_numpy(),
            "the recipe, 2009 to 2015": recipe(test),
            "published, test seasons among its games": test[theirs].to_numpy(),
        }
        y = test.home_won.to_numpy()
        print(f"{'with the spread' if kind == 'spread' else 'without':42}{'Brier':>8}{'log-loss':>10}")
        for name, p in sets.items():
            print(f"{name:42}{brier(p, y).mean():8.4f}{log_loss(p, y).mean():10.4f}")
        first, *others = sets.items()
        for name, p in others:
            less = [interval(loss(first[1], y) - loss(p, y), test.game_id) for loss in (brier, log_loss)]
            print(f"  ours less {name}: Brier {less[0]}, log-loss {less[1]}")
        seen, unseen = recipe(train), np.zeros(len(train))
        for season in TRAIN:
            out = (train.season == season).to_numpy()
            unseen[out] = fit(train[~out], kind)(train[out])
        y = train.home_won.to_numpy()
        print(f"  on the training seasons the recipe's log-loss is {log_loss(seen, y).mean():.4f} on games it has seen, "
              f"{log_loss(unseen, y).mean():.4f} on seasons left out\n")


if __name__ == "__main__":
    main()
