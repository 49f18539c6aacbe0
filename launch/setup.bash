# Sourced by `local` and `test`: what must be installed and built before anything can start.
# Expects $root, the folder of the project. Says what it does on standard error.

say() { printf '%s\n' "$*" >&2; }
fail() { say "launch/${0##*/}: $*"; exit 1; }

package_rows() { grep -Ev '^[[:space:]]*(#|$)' "${root:?}/launch/packages.txt"; }

on_debian() { command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; }

is_installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

missing_packages() {
    local name
    for name in $(package_rows | awk '{ print $1 }'); do
        is_installed "$name" || printf '%s\n' "$name"
    done
}

# apt_get WORDS…: as root, by sudo if need be, without questions and with nothing but errors on the screen.
apt_get() {
    local prefix=()
    if (( EUID != 0 )); then
        command -v sudo >/dev/null || fail "installing packages needs root and there is no sudo; as root run: apt-get $*"
        prefix=(sudo)
    fi
    "${prefix[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >/dev/null
}

# The package lists are fetched only when they do not know a package, or when what they know is gone from the mirror.
install_packages() {
    local install=(install --yes --no-install-recommends "$@")
    say "Installing with apt-get, which takes about a minute: $*"
    if apt-cache show "$@" >/dev/null 2>&1 && apt_get "${install[@]}"; then return; fi
    say "Fetching the package lists (apt-get update)"
    apt_get update || fail "apt-get update failed; is there a network?"
    apt_get "${install[@]}" || fail "apt-get could not install these packages: $*"
}

# require_packages MAY_INSTALL: with 0, only says what is missing and gives up.
require_packages() {
    local may_install=$1 missing
    if ! on_debian; then
        say "This is not Debian or Ubuntu, so nothing is installed by itself. Apus needs:"
        package_rows | sed 's/^\([^ ]*\) *\(.*\)/  - \2 (Debian: \1)/' >&2
        command -v mpirun >/dev/null || fail "mpirun was not found on PATH: install the list above, then run this again."
        return
    fi
    mapfile -t missing < <(missing_packages)
    (( ${#missing[@]} > 0 )) || return 0
    (( may_install )) || fail "these packages are missing: ${missing[*]} (without --no-install they would be installed)"
    install_packages "${missing[@]}"
}

require_swift() {
    command -v swift >/dev/null ||
        fail "swift was not found on PATH: install Swift 6.3 or newer from https://www.swift.org/install and run this again."
}

# Nothing to see when nothing changed; a build takes long enough to deserve a word and, on a terminal, progress.
build_apus() {
    local quiet=(--quiet) program=$root/.build/release/apus
    if [[ ! -x $program ]]; then
        say "Building Apus; the first time this takes one to two minutes."
        [[ ! -t 2 ]] || quiet=()
    elif [[ -n $(find "$root/Sources" "$root/Package.swift" -newer "$program" -print -quit) ]]; then
        say "Building what has changed in Apus."
        [[ ! -t 2 ]] || quiet=()
    fi
    swift build --no-color-diagnostics --package-path "$root" -c release --product apus "${quiet[@]}" >&2 </dev/null ||
        fail "Apus could not be built: see the messages above."
}
