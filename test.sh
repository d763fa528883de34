#!/usr/bin/env bash
# Builds everything and runs all tests; arguments go to "dotnet test" (for example --filter TestCategory=NatLab).
#   ./test.sh [--portable] [ARGUMENTS]
# --portable forces every fast path off, in the tests and in all programs that they start (as ANTS_PORTABLE=1 does, or a list of names).
# Installs what is missing when it may (ANTS_NO_INSTALL=1 forbids it). ANTS_REQUIRE_LAB=1 makes the tests of the
# network lab fail, instead of being skipped, where the lab is not available.
set -eu
ROOT=$(cd "$(dirname "$0")" && pwd)
. "$ROOT/scripts/common.sh"

if [ "${1:-}" = --portable ]; then
    export ANTS_PORTABLE=1
    shift
fi
[ -z "${ANTS_PORTABLE:-}" ] || say "Fast paths that are forced off: $ANTS_PORTABLE (1: all)"
require_sdk
require_tools
build Ants.sln
cd "$ROOT"
exec dotnet test Ants.Tests -c Release --no-build --logger "console;verbosity=minimal" "$@"
