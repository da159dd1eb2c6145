#!/usr/bin/env bash
# The figures of docs/benchmarks.md on this machine: scripts/bench.sh <matchday>. About five minutes.
set -euo pipefail
cd "$(dirname "$0")/.."
matchday=${1:?say where the matchday binary is}
data=${MATCHDAY_DATA:-../shared/data}

echo "== replay: folding against reading alone"
if [ -d "$data/nfl" ]; then
    "$matchday" bench replay "$data/nfl/plays_2009_2017.parquet"
    "$matchday" bench replay "$data/cfb/plays_2021_w01_w08.parquet" "$data/cfb/plays_2010_2011_2013.parquet"
else
    echo "left out: no recorded games at $data (set MATCHDAY_DATA)"
fi
for rate in 50 500; do
    echo "== gateway: 16 games, $rate signals/s, 1,000 clients, 60 s"
    "$matchday" bench gateway --rate "$rate" --clients 1000 --seconds 60 2>/dev/null
done
echo "== log engines"
cargo bench --locked -p matchday-store --features rivals --bench log_engines
echo "== a play's analysis, and XGBoost's own"
cargo build --release --locked -p matchday-learn --example booster_rows
python3 scripts/booster-check.py --data "$data" --runner "$(dirname "$matchday")/examples/booster_rows" || true
