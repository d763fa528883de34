#!/usr/bin/env bash
# Every pair of the lab's networks: who goes direct, how, and how soon.
#   scripts/bar-matrix.sh [RUNS]
# What it prints goes to docs/measurements/matrix.txt too. Exits non-zero when a pair that must go direct does not in every run, one that
# theory knows no way for does, or the median from session to direct is above 30 ms.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_bar matrix "${1:-10}"
