#!/bin/sh
# Installs Debian packages when that is allowed; otherwise says what to do, and fails.
set -eu

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root="no"
fi

if [ "$as_root" = no ] || ! command -v apt-get >/dev/null; then
    echo "Equipoise needs: $*" >&2
    echo "It may not install that here (it takes apt-get and either root or a sudo that asks no password)." >&2
    echo "Install it, for example with: sudo apt-get install $*" >&2
    echo "and give the same make command again." >&2
    exit 1
fi

install() {
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

echo "installing from Debian: $*"
install "$@" 2>/dev/null || { $as_root apt-get update -qq </dev/null && install "$@"; }
