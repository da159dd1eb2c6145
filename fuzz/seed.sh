#!/bin/sh
# Copies the parsers' exemplars to where the fuzz targets look for seeds. Run it in this folder.
set -eu
exemplars=../crates/feeds/tests/exemplars
seed() { # target, files…
    target=$1
    shift
    mkdir -p "corpus/$target"
    for file in "$@"; do
        case "$file" in
        *.signals.json) ;;
        *) cp "$file" "corpus/$target/$(basename "$file")" ;;
        esac
    done
}
for parser in gsis espn cfbd plain; do
    seed "$parser" "$exemplars/$parser"/*
done
seed the_odds_api "$exemplars/the-odds-api"/*
seed nflverse_csv "$exemplars/nflverse"/*.csv
seed table_parquet "$exemplars/nflverse"/*.parquet
seed nba_stats "$exemplars/nba-stats"/*.json
seed statsbomb "$exemplars/statsbomb"/*
seed text_stream "$exemplars/text-stream"/*
seed slam_points "$exemplars/slam-points"/*
seed chat "$exemplars/chat-lines"/*.jsonl "$exemplars/twitch-irc"/*.irc
seed sensor "$exemplars/beat-lines"/*.jsonl "$exemplars/gaze-lines"/*.jsonl "$exemplars/seen-lines"/*.jsonl
seed booster ../crates/learn/tests/boosters/*/logistic.* ../crates/learn/tests/boosters/*/dart.*
seed reconcile "$exemplars/plain"/*
mkdir -p corpus/push_signature
printf '1700000000v1=0000' >corpus/push_signature/one
