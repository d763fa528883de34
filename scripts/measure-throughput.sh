#!/usr/bin/env bash
# Measures how fast ANTS is beside TCP, TLS and the limit of its cipher and sockets, between two NATs of the kernel.
#   scripts/measure-throughput.sh [RUNS] [SECONDS] [options of samples/Throughput ...]
# The table and the raw JSON go to docs/measurements/throughput.txt, with commit, machine and date, the chart to
# docs/throughput.svg. Exits non-zero when something could not be measured or a bar is missed. Wants an idle machine.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

RUNS=${1:-5}
LENGTH=${2:-3}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] && shift
OUT="$ROOT/docs/measurements/throughput.txt"

require_sdk
require_tools
build samples/Throughput
mkdir -p "$(dirname "$OUT")"
TABLE=$(mktemp "${TMPDIR:-/tmp}/ants-throughput.XXXXXX")
JSON=$(mktemp "${TMPDIR:-/tmp}/ants-throughput.XXXXXX")
trap 'rm -f "$TABLE" "$JSON"' EXIT

status=0
dotnet "$ROOT/samples/Throughput/bin/Release/net10.0/Throughput.dll" \
    --runs "$RUNS" --seconds "$LENGTH" --json --chart "$ROOT/docs/throughput.svg" "$@" >"$JSON" 2>"$TABLE" || status=$?
{
    describe_measurement "scripts/measure-throughput.sh $RUNS $LENGTH $*"
    grep -v '^run ' "$TABLE" || true
    echo
    cat "$JSON"
} | tee "$OUT"
exit "$status"
