#!/usr/bin/env bash
# The demo: two chat agents across two NATs, first over a relay, then direct, then back. See --help.
# Installs what is missing when it may (ANTS_NO_INSTALL=1 forbids it), builds, runs. Needs no root on Linux.
set -eu
ROOT=$(cd "$(dirname "$0")" && pwd)
. "$ROOT/scripts/common.sh"

require_sdk
require_tools
build scripts/demo.slnf
exec dotnet "$ROOT/samples/TwoNats/bin/Release/net10.0/TwoNats.dll" "$@"
