#!/usr/bin/env bash
# Has a NAT forget its mappings and hand out other ports while a session between two port-restricted NATs is direct, under 100
# lines a second each way, again and again. Nobody is told.
#   scripts/bar-silent-change.sh [RUNS]
# What it prints goes to docs/measurements/silent-change.txt too. Exits non-zero when a line is lost or doubled, a session ends, a
# silence is above 500 ms, or the session is not direct again within 2 s.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_bar silent-change "${1:-20}"
