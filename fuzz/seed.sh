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
# The same for targets whose first byte picks the format: that byte comes before each file's own.
seed_of() { # target, first byte, files…
    target=$1 first=$2
    shift 2
    mkdir -p "corpus/$target"
    for file in "$@"; do
        case "$file" in
        *.signals.json) ;;
        *) { printf '%s' "$first"; cat "$file"; } >"corpus/$target/$first-$(basename "$file")" ;;
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
# `0` is 48: the first of two formats, of three and, of five folders, the fourth.
seed_of chat 0 "$exemplars/chat-lines"/*.jsonl
seed_of chat 1 "$exemplars/twitch-irc"/*.irc
seed_of sensor 0 "$exemplars/beat-lines"/*.jsonl
seed_of sensor 1 "$exemplars/gaze-lines"/*.jsonl
seed_of sensor 2 "$exemplars/seen-lines"/*.jsonl
seed_of rules_toml 2 ../rules/any/*.toml
seed_of rules_toml 3 ../rules/soccer/*.toml
seed_of rules_toml 4 ../rules/tennis/*.toml
seed_of rules_toml 0 ../rules/basketball/*.toml
seed_of rules_toml 3 ../crates/engine/tests/broken_rules/*.toml
seed booster ../crates/learn/tests/boosters/*/logistic.* ../crates/learn/tests/boosters/*/dart.*
seed reconcile "$exemplars/plain"/*
mkdir -p corpus/push_signature
printf '1700000000v1=0000' >corpus/push_signature/one
