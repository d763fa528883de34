#!/usr/bin/env bash
# What an idle session, an idle stream and a registered agent hold, each measured in a process that has done nothing else.
#   scripts/bar-memory.sh
# Bars: 8 KB a session, 1 KB a stream, 12 KB an agent at its relay. What it prints goes to docs/measurements/memory.txt too. Exits non-zero when a
# bar is missed. ANTS_CENSUS=1 shows what they hold, by type.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

require_sdk
build bench/Micro
OUT="$ROOT/docs/measurements/memory.txt"
describe_measurement "scripts/bar-memory.sh" >"$OUT"
missed=0
for bar in session stream agent-session agent-stream relay-agent; do
    (set -o pipefail; dotnet "$ROOT/bench/Micro/bin/Release/net10.0/Micro.dll" memory "$bar" | tee -a "$OUT") || missed=1
done
exit "$missed"
