#!/usr/bin/env bash
# Many simulated worlds, each a function of its seed, on all processors: once with every fast path on, once with every one forced off.
#   scripts/campaign.sh [SEEDS [FIRST]]
# What it prints goes to docs/measurements/campaign.txt too, progress to standard error. Exits non-zero when a seed fails.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

# Each world makes a few megabytes of garbage: a young generation that holds it spares a sixth of the time.
export DOTNET_GCgen0size=0x4000000

seeds=${1:-10000}
first=${2:-1}
failed=0
run_simulation campaign campaign "$seeds" "$first" || failed=1
ANTS_PORTABLE=1 add_simulation campaign campaign "$seeds" "$first" || failed=1
exit "$failed"
