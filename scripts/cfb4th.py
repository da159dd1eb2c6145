#!/usr/bin/env python3
"""What cfb4th says of the fourth downs that we price, for `matchday eval fourth --against`.

    pip install sportsdataverse pandas pyarrow
    matchday eval fourth plays_2021_w01_w08.parquet --predictions ours.parquet
    python3 scripts/cfb4th.py ours.parquet theirs.parquet
    matchday eval fourth plays_2021_w01_w08.parquet --against theirs.parquet

`sportsdataverse` holds a Python port of cfb4th and the models it needs. It is asked about the same states of the game
that ours were: what the feed had wrong and the fold has mended is the same for both, so that only judgement differs.
Overtime is left out, which cfb4th does not know. Ours names the spread from the home side's points added, theirs counts
a favoured home side as positive.
"""

import argparse
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")
try:
    import pandas as pd
    from sportsdataverse.cfb.cfb_fourth_down import FG_MODEL_AVAILABLE, get_4th_down_probs
except ImportError as missing:
    sys.exit(f"left out: {missing.name} is not installed")

OUT = [
    "game_id", "play_id", "go_wp", "punt_wp", "fg_wp", "first_down_prob", "wp_succeed", "wp_fail", "fg_make_prob",
    "make_fg_wp", "miss_fg_wp",
]


def states(ours):
    """Our rows by the names that the port reads."""
    half = (ours.period % 2) * 900 + ours.clock_s
    favoured_home = -ours.spread_home
    return pd.DataFrame({
        "game_id": ours.game_id,
        "play_id": ours.play_id,
        "start.down": 4,
        "start.distance": ours.distance.astype(int),
        "start.yardsToEndzone": ours.yards_to_goal.astype(int),
        "start.pos_team_spread": favoured_home.where(ours.home, -favoured_home),
        "pos_score_diff_start": ours.lead.astype(int),
        "start.TimeSecsRem": half.astype(int),
        "start.adj_TimeSecsRem": ((4 - ours.period) * 900 + ours.clock_s).astype(int),
        "start.pos_team_receives_2H_kickoff": (~ours.opened.astype(bool)).astype(int),
        "start.posTeamTimeouts": ours.own_timeouts.astype(int),
        "start.defPosTeamTimeouts": ours.other_timeouts.astype(int),
        "start.is_home": ours.home.astype(int),
        "period": ours.period.astype(int),
        "season": ours.season.astype(int),
        "overUnder": ours.total_line,
        "homeTeamSpread": favoured_home,
    })


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours", help="what `matchday eval fourth --predictions` wrote, Parquet")
    parser.add_argument("out", help="file to write, Parquet")
    args = parser.parse_args()
    if not FG_MODEL_AVAILABLE:
        sys.exit("left out: this sportsdataverse holds no field goal model")
    ours = pd.read_parquet(args.ours)
    known = ours.period.le(4) & ours.spread_home.notna() & ours.total_line.notna() & ours.opened.notna()
    asked = ours[known].reset_index(drop=True)
    # In portions: every play is spread over 76 gains at once.
    said = [get_4th_down_probs(states(asked[at:at + 500].reset_index(drop=True))) for at in range(0, len(asked), 500)]
    theirs = pd.concat(said, ignore_index=True)[OUT]
    theirs.to_parquet(args.out, index=False)
    print(f"{len(theirs)} of {len(ours)} fourth downs; without a punt {theirs.punt_wp.isna().sum()}")


if __name__ == "__main__":
    main()
