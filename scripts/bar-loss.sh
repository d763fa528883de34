#!/usr/bin/env bash
# What one stream gets through over wires with random loss at 40 ms, in simulation, beside what its congestion controller allows.
#   scripts/bar-loss.sh [SEEDS]
# What it prints goes to docs/measurements/loss.txt too. Exits non-zero when a bar is missed.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_simulation loss loss "${1:-10}"
