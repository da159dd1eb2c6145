#!/usr/bin/env bash
# Every parser under the fuzzer, one after another: scripts/fuzz.sh [seconds each]. Needs cargo-fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-600}
# The fuzzer's instrumentation is a nightly feature of an otherwise stable compiler.
export RUSTC_BOOTSTRAP=1
for target in $(cargo fuzz list --fuzz-dir fuzz); do
    echo "== $target, ${seconds} s"
    cargo fuzz run --fuzz-dir fuzz --sanitizer none "$target" -- \
        -max_total_time="$seconds" -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1
done
