#!/usr/bin/env bash
# Publishes Chat and Throughput as native programs and measures how soon an agent is registered and what it holds when idle.
#   scripts/bar-aot.sh [RUNS]
# Bars: no warning; start to "ready" (registered at a relay on this machine) 50 ms by the median; idle RSS 30 MB in every run; the
# demo's story with native Chats holds; native Throughput measures all that it measures. The output goes to docs/measurements/aot.txt,
# with commit, machine and date. Exits non-zero when a bar is missed. Needs clang (or gcc) and zlib's headers.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

RUNS=${1:-20}
OUT="$ROOT/docs/measurements/aot.txt"
RID=linux-$(uname -m | sed 's/x86_64/x64/;s/aarch64/arm64/')
WORK=$(mktemp -d "${TMPDIR:-/tmp}/ants-aot.XXXXXX")
RELAY=''
AGENT=''
trap '[ -z "$AGENT" ] || kill "$AGENT" 2>/dev/null || true; [ -z "$RELAY" ] || kill "$RELAY" 2>/dev/null || true; rm -rf "$WORK"' EXIT

# What links: Debian installs clang by its version's name alone if asked for that version.
linker() {
    local candidate
    for candidate in clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 gcc; do
        if has "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    say "No clang or gcc: as root, run: apt-get install -y clang zlib1g-dev"
    exit 2
}

missed=0
# judge NAME VALUE LIMIT UNIT: at most.
judge() {
    local verdict
    verdict=$(awk -v value="$2" -v limit="$3" 'BEGIN { print value <= limit ? "held" : "MISSED" }')
    printf '%-8s %-46s %8s %s, bar %s\n' "$verdict" "$1" "$2" "$4" "$3" | tee -a "$OUT"
    [ "$verdict" = held ] || missed=1
}

publish() {
    local log="$WORK/$1.log"
    say "Publishing samples/$1 for $RID ..."
    (cd "$ROOT" && dotnet publish "samples/$1" -c Release -r "$RID" -p:PublishAot=true -p:CppCompilerAndLinker="$LINKER" -nologo </dev/null) >"$log" 2>&1 || {
        cat "$log" >&2
        say "samples/$1 could not be published."
        exit 1
    }
    judge "warnings of samples/$1" "$(grep -c 'warning [A-Z]' "$log" || true)" 0 "warnings"
}

# Starts an agent, and says how many microseconds it took to be registered and how many kB it holds after a second of idling.
start_agent() {
    local begin now line
    mkfifo "$WORK/said.$1" "$WORK/typed.$1"
    begin=${EPOCHREALTIME/./}
    "$CHAT" --json --listen --relay "$ADDRESS" <"$WORK/typed.$1" >"$WORK/said.$1" 2>/dev/null &
    AGENT=$!
    exec 6>"$WORK/typed.$1" 5<"$WORK/said.$1"
    read -r line <&5
    now=${EPOCHREALTIME/./}
    case "$line" in *'"event":"ready"'*) ;; *) say "Chat said: $line"; exit 1 ;; esac
    sleep 1
    echo "$((now - begin)) $(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$AGENT/status")" >>"$WORK/starts"
    kill "$AGENT"
    wait "$AGENT" || true
    AGENT=''
    exec 5<&- 6>&-
}

# column NUMBER AWK-EXPRESSION: of the sorted values v[1] to v[NR].
column() { awk -v column="$1" '{ print $column }' "$WORK/starts" | sort -n | awk -v OFMT=%.1f "{ v[NR] = \$1 } END { print $2 }"; }

require_sdk
require_tools
LINKER=$(linker)
mkdir -p "$(dirname "$OUT")"
describe_measurement "scripts/bar-aot.sh $RUNS" >"$OUT"
build scripts/demo.slnf
publish Chat
publish Throughput
CHAT="$ROOT/samples/Chat/bin/Release/net10.0/$RID/publish/Chat"
THROUGHPUT="$ROOT/samples/Throughput/bin/Release/net10.0/$RID/publish/Throughput"
printf '%-8s %-46s %8s kB\n' '' "the native Chat, without its symbols" "$(($(stat -c %s "$CHAT") / 1024))" | tee -a "$OUT"

dotnet "$ROOT/Ants.Relay/bin/Release/net10.0/Ants.Relay.dll" --listen 127.0.0.1:0 --data "$WORK/relay" >"$WORK/address" 2>/dev/null &
RELAY=$!
until [ -s "$WORK/address" ]; do
    kill -0 "$RELAY"
    sleep 0.1
done
ADDRESS=$(head -n 1 "$WORK/address")

# The first agent finds a relay that has never answered one, and files that are not in memory: it is told, not counted.
start_agent first
printf '%-8s %-46s %8s ms\n' '' "first start, of agent and relay alike" "$(column 1 'v[1] / 1000')" | tee -a "$OUT"
: >"$WORK/starts"
for run in $(seq "$RUNS"); do start_agent "$run"; done
judge "process start to registered, median of $RUNS" "$(column 1 '(v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2000')" 50 ms
printf '%-8s %-46s %8s ms\n' '' "the slowest" "$(column 1 'v[NR] / 1000')" | tee -a "$OUT"
judge "idle RSS, the largest of $RUNS" "$(column 2 'v[NR] / 1024')" 30 MB
kill "$RELAY"
RELAY=''

ANTS_CHAT="$CHAT" dotnet "$ROOT/samples/TwoNats/bin/Release/net10.0/TwoNats.dll" --json 2>/dev/null | tail -n 1 >"$WORK/story" || true
cat "$WORK/story" >>"$OUT"
judge "stories of the demo that did not hold, of 1" "$((1 - $(grep -c '^{"ok":true' "$WORK/story" || true)))" 0 ""

# Its own bars are another script's: here it only has to measure everything.
"$THROUGHPUT" --runs 1 --seconds 2 --json 2>/dev/null | tail -n 1 >"$WORK/results" || true
cat "$WORK/results" >>"$OUT"
judge "rows of Throughput that are missing, of 12" "$((12 - $(grep -o '"name":' "$WORK/results" | wc -l)))" 0 ""
exit "$missed"
