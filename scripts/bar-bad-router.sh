#!/usr/bin/env bash
# An agent starts behind a router that answers requests for mappings with errors, lies, floods, or hangs, and calls a peer at once.
#   scripts/bar-bad-router.sh [RUNS]
# What it prints goes to docs/measurements/bad-router.txt too. Exits non-zero when such a router delays the first session by more than 100 ms
# (medians, beside a router that speaks no protocol), makes an agent's memory grow, or has a mapping believed that is none.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_bar bad-router "${1:-7}"
