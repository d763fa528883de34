#!/usr/bin/env bash
# samples/Doctor reports from every network of the lab, and calls a peer behind the usual home router.
#   scripts/bar-reports.sh [RUNS]
# What it prints, with the text of five reports, goes to docs/measurements/reports.txt too. Exits non-zero when a report is not what the lab built.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_bar reports "${1:-1}"
