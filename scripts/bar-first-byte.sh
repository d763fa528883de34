#!/usr/bin/env bash
# How many round trips pass from the call to the first byte of the peer's answer, over a relay, on virtual time: exactly one with early data,
# exactly two without or when they are refused.
#   scripts/bar-first-byte.sh
# What it prints goes to docs/measurements/first-byte.txt too. Exits non-zero when a figure is another.
set -eu
ROOT=$(cd "$(dirname "$0")/.." && pwd)
. "$ROOT/scripts/common.sh"

require_sdk
mkdir -p "$ROOT/docs/measurements"
set -o pipefail
dotnet test "$ROOT/Ants.Tests" -c Release --nologo --logger "console;verbosity=normal" \
    --filter "FullyQualifiedName~The_first_byte_of_a_peer_comes_after" |
    grep -E "^round trip over|^ *(Passed|Failed)" | tee "$ROOT/docs/measurements/first-byte.txt"
