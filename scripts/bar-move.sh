#!/usr/bin/env bash
# Moves a host from one NAT's network to another's while its session is direct, under 100 lines a second each way, again and again.
#   scripts/bar-move.sh [RUNS]
# What it prints goes to docs/measurements/move.txt too. Exits non-zero when a line is lost or doubled, a session ends, a silence is
# above 300 ms, or the session is not direct again within 2 s.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_bar move "${1:-20}"
