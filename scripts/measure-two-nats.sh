#!/usr/bin/env bash
# Runs the demo several times between two port-restricted NATs of the kernel and prints median and worst of its times.
#   scripts/measure-two-nats.sh [RUNS] [demo options ...]
# The raw output goes to docs/measurements/two-nats.txt, with commit, machine and date. Exits non-zero when a run fails, a
# line is lost or doubled, or a bar is missed: the cut may silence the application for less than one second in every run.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

RUNS=${1:-10}
[ $# -gt 0 ] && shift
OUT="$ROOT/docs/measurements/two-nats.txt"

require_sdk
require_tools
build scripts/demo.slnf
mkdir -p "$(dirname "$OUT")"
describe_measurement "scripts/measure-two-nats.sh $RUNS $*" >"$OUT"

failed=0
for _ in $(seq "$RUNS"); do
    dotnet "$ROOT/samples/TwoNats/bin/Release/net10.0/TwoNats.dll" --json "$@" 2>/dev/null | tail -n 1 | tee -a "$OUT" || failed=$((failed + 1))
done

# The numbers of one field, sorted; null is left out.
values() { sed -n "s/.*\"$1\":\([0-9][0-9]*\).*/\1/p" "$OUT" | sort -n; }

{
    echo
    printf '%-16s %10s %10s %6s\n' "ms" median worst runs
    for field in first_line_ms direct_ms cut_gap_ms redirect_ms rebind_gap_ms relay_kill_gap_ms; do
        values "$field" | awk -v name="$field" '{ v[NR] = $1 }
            END { if (NR) printf "%-16s %10.1f %10d %6d\n", name, (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2, v[NR], NR }'
    done
} | tee -a "$OUT"

ok=$(grep -c '"ok":true' "$OUT" || true)
perfect=$(grep -c '"lost":0,"duplicated":0,"reordered":0' "$OUT" || true)
echo "$ok of $RUNS runs held; $perfect of $RUNS without a line lost, doubled or out of order" | tee -a "$OUT"
[ "$failed" = 0 ] && [ "$ok" = "$RUNS" ] && [ "$perfect" = "$RUNS" ]
