#!/usr/bin/env bash
# Two agents without UDP, one of them behind a proxy that asks for a password, under 100 lines a second each way: UDP is let out and
# dropped again, over and over.
#   scripts/bar-udp.sh [RUNS]
# What it prints goes to docs/measurements/udp.txt too. Exits non-zero when a line is lost or doubled, a session ends, UDP is not used
# within 5 s of being let out, or a silence after it was dropped is above a second.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

run_bar udp "${1:-10}"
