# Shell functions that demo.sh and test.sh share. Sourced, by bash 3.2 (macOS) or later; needs ROOT, the repository's
# folder. Everything it says goes to standard error, but for the line that installs the SDK.

# The apps ask for no cultures; so the SDK needs no ICU, which a fresh machine lacks.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

say() { printf '%s\n' "$*" >&2; }

has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: directly, or by a sudo that asks for no password. Fails where neither works.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() { [ "$(id -u)" = 0 ] || { has sudo && sudo -n true 2>/dev/null; }; }

has_sdk() { "$1" --list-sdks 2>/dev/null | grep -q '^10\.'; }

# Finds the .NET 10 SDK in PATH, or where its install script and common packages put it; else says how to install it.
require_sdk() {
    if has dotnet && has_sdk dotnet; then return; fi
    local folder
    for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/local/share/dotnet /usr/share/dotnet /usr/lib/dotnet; do
        if [ -x "$folder/dotnet" ] && has_sdk "$folder/dotnet"; then
            export DOTNET_ROOT="$folder" PATH="$folder:$PATH"
            return
        fi
    done

    local sudo='' curl=''
    [ "$(id -u)" = 0 ] || sudo='sudo '
    if ! has curl && has apt-get; then
        curl="${sudo}apt-get update && ${sudo}apt-get install -y curl ca-certificates && "
    fi
    printf '%s\n' "The .NET 10 SDK is missing; install it by: ${curl}curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0"
    exit 2
}

# The package that a command comes from: package_of MANAGER COMMAND
package_of() {
    case "$1:$2" in
        *:nft) echo nftables ;;
        dnf:ip) echo iproute ;;
        *:ip) echo iproute2 ;;
        apt-get:conntrack) echo conntrack ;;
        *:conntrack) echo conntrack-tools ;;
        *:turnserver) echo coturn ;;
        *:tinyproxy) echo tinyproxy ;;
        # The program alone: Debian's package "miniupnpd" adds a service, and questions.
        apt-get:miniupnpd) echo miniupnpd-nftables ;;
        *:miniupnpd) echo miniupnpd ;;
        apk:setpriv) echo setpriv ;;
        apk:*) echo util-linux-misc ;;
        *) echo util-linux ;;
    esac
}

# What installs packages without a question: install_command MANAGER PACKAGES
install_command() {
    local manager=$1
    shift
    case "$manager" in
        apt-get) echo "apt-get update; DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends $*" ;;
        dnf) echo "dnf install -y $*" ;;
        pacman) echo "pacman -S --needed --noconfirm $*" ;;
        apk) echo "apk add $*" ;;
    esac
}

# Runs an installation. Where systemd runs, a coturn, tinyproxy or miniupnpd that comes with it is not to be started, now or at the next
# boot: the tests start their own.
run_install() {
    local command=$1 service
    if [ -d /run/systemd/system ] && has systemctl; then
        for service in coturn tinyproxy miniupnpd; do
            case "$command" in
                *"$service"*) command="systemctl mask --runtime --quiet $service; ($command); status=\$?; systemctl unmask --runtime --quiet $service; systemctl disable --quiet $service 2>/dev/null; exit \$status" ;;
            esac
        done
    fi
    as_root sh -c "$command" </dev/null >&2
}

# On Linux: installs what the network lab and its tests call and is not there. What cannot be installed is only named:
# who needs it says so.
require_tools() {
    [ "$(uname -s)" = Linux ] || return 0
    # An ordinary user's PATH lacks the administrators' tools on Debian.
    export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

    local manager='' candidate tool missing='' packages=''
    for candidate in apt-get dnf pacman apk; do
        if has "$candidate"; then manager=$candidate; break; fi
    done
    for tool in nft ip conntrack turnserver tinyproxy miniupnpd unshare nsenter setsid setpriv; do
        has "$tool" && continue
        missing="$missing $tool"
        local package
        package=$(package_of "$manager" "$tool")
        case " $packages " in *" $package "*) ;; *) packages="$packages $package" ;; esac
    done
    [ -n "$missing" ] || return 0

    local command
    # shellcheck disable=SC2086 # one word for each package
    command=$(install_command "$manager" $packages)
    if [ "${ANTS_NO_INSTALL:-}" = 1 ]; then
        say "Missing:$missing (ANTS_NO_INSTALL=1 forbids to run: $command)"
    elif [ -z "$command" ]; then
        say "Missing:$missing (no package manager known here: install$packages)"
    elif ! can_be_root; then
        say "Missing:$missing; as root, run: $command"
    else
        say "Missing:$missing; running as root: $command"
        run_install "$command" || say "The installation failed; going on without."
    fi
}

# The head of a file in docs/measurements: describe_measurement COMMAND
describe_measurement() {
    echo "commit  $(git -C "$ROOT" rev-parse --short HEAD)"
    echo "date    $(date -u +%Y-%m-%dT%H:%MZ)"
    echo "machine $(uname -sr), $(getconf _NPROCESSORS_ONLN) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
    echo "command $1"
    echo
}

# Measures one bar of bench/Bars on kernel NATs; what it prints goes to docs/measurements too: run_bar NAME RUNS
run_bar() {
    require_sdk
    require_tools
    build bench/Bars
    local file="$ROOT/docs/measurements/$1.txt"
    mkdir -p "$(dirname "$file")"
    describe_measurement "scripts/bar-$1.sh $2" >"$file"
    (set -o pipefail; dotnet "$ROOT/bench/Bars/bin/Release/net10.0/Bars.dll" "$1" --runs "$2" | tee -a "$file")
}

# Runs a simulation that the tests' assembly has as a command; what it prints goes to docs/measurements too:
# run_simulation NAME COMMAND ARGUMENTS
run_simulation() {
    require_sdk
    build Ants.Tests
    describe_measurement "scripts/$(basename "$0") ${*:3}" >"$ROOT/docs/measurements/$1.txt"
    add_simulation "$@"
}

# The same for what is built, after what stands in that file already.
add_simulation() {
    local file="$ROOT/docs/measurements/$1.txt"
    shift
    (set -o pipefail; dotnet exec "$ROOT/Ants.Tests/bin/Release/net10.0/Ants.Tests.dll" "$@" | tee -a "$file")
}

# Builds quietly, from the repository's folder, whose global.json counts; shows the log only if it fails.
build() {
    local log
    log=$(mktemp "${TMPDIR:-/tmp}/ants-build.XXXXXX")
    say "Building $1 ..."
    if ! (cd "$ROOT" && dotnet build "$1" -c Release -v quiet -nologo </dev/null) >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        say "The build failed."
        exit 1
    fi
    rm -f "$log"
}
