#!/usr/bin/env bash
# Restarts three relays in turn (SIGTERM: they drain; then started again) under a session between two symmetric NATs of the kernel, with 100
# lines a second each way, again and again.
#   scripts/bar-rolling-restart.sh [ROUNDS]
# What it prints goes to docs/measurements/rolling-restart.txt too. Exits non-zero when a line is lost or doubled, a session ends,
# or any silence is above 100 ms.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_bar rolling-restart "${1:-10}"
