#!/usr/bin/env bash
# What the pieces of ANTS cost: prints time and allocation of each benchmark of bench/Micro beside the baseline in docs/performance.md.
#   scripts/bench.sh [--filter NAME ...] [--verbose]
#   scripts/bench.sh --save        writes the baseline anew
# Exits non-zero when one is above the thresholds. About three minutes; the machine should have nothing else to do.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

require_sdk
build bench/Micro
COMMIT=$(git -C "$ROOT" rev-parse --short HEAD)
[ -z "$(git -C "$ROOT" status --porcelain)" ] || COMMIT="$COMMIT, and changes that are not committed"
# From the repository's folder, whose global.json counts: BenchmarkDotNet builds a program around the benchmarks.
cd "$ROOT"
exec dotnet bench/Micro/bin/Release/net10.0/Micro.dll run --baseline docs/performance.md \
    --head "machine: $(uname -sr), $(getconf _NPROCESSORS_ONLN) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" \
    --head "commit: $COMMIT" --head "date: $(date -u +%Y-%m-%dT%H:%MZ)" "$@"
