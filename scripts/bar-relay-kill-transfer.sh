#!/usr/bin/env bash
# Transfers 100 MB between two symmetric NATs of the kernel, again and again in one session, and kills (-9) the relay that carries it in
# the middle of each.
#   scripts/bar-relay-kill-transfer.sh [RUNS]
# What it prints goes to docs/measurements/relay-kill-transfer.txt too. Exits non-zero when a byte differs, the session ends, or no
# byte comes for more than 2 s.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_bar relay-kill-transfer "${1:-20}"
