#!/usr/bin/env bash
# Builds everything and runs all tests; arguments go to "dotnet test" (for example --filter TestCategory=NatLab).
# Installs what is missing when it may (ANTS_NO_INSTALL=1 forbids it). ANTS_REQUIRE_LAB=1 makes the tests of the
# network lab fail, instead of being skipped, where the lab is not available.
set -eu
ROOT=$(cd "$(dirname "$0")" && pwd)
. "$ROOT/scripts/common.sh"

require_sdk
require_tools
build Ants.sln
cd "$ROOT"
exec dotnet test Ants.Tests -c Release --no-build --logger "console;verbosity=minimal" "$@"
