#!/usr/bin/env bash
# The pages in headless Chromium against a real server that plays the Sunday: scripts/e2e-real.sh <matchday>
set -euo pipefail
cd "$(dirname "$0")/.."
matchday=$(realpath "${1:?say where the matchday binary is}")

out=$(mktemp)
"$matchday" demo --speed 30 --listen 127.0.0.1:0 >"$out" 2>/dev/null &
server=$!
stop() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -f "$out"
}
trap stop EXIT

url=
for _ in $(seq 300); do
    url=$(sed -n 's/^matchday: serving \(http.*\)$/\1/p' "$out")
    [ -n "$url" ] && break
    kill -0 "$server" || { echo "the server did not start" >&2; exit 1; }
    sleep 0.1
done
[ -n "$url" ] || { echo "the server did not say where it serves" >&2; exit 1; }
echo "against $url"
cd web && BASE_URL=$url npm run --silent e2e
