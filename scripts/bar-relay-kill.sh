#!/usr/bin/env bash
# Kills (-9) the relay that carries a session between two symmetric NATs of the kernel, under 100 lines a second each way, again
# and again.
#   scripts/bar-relay-kill.sh [RUNS]
# What it prints goes to docs/measurements/relay-kill.txt too. Exits non-zero when a line is lost or doubled, a session ends, the
# longest silence is above 300 ms in the median or above 2 s at worst.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_bar relay-kill "${1:-50}"
