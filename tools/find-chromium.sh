#!/bin/sh
# Print the path of a Chromium or Chrome that starts. Where nobody has to be asked (Debian, as root or with
# sudo that needs no password) a missing one is installed.
set -eu

find_browser() {
    for candidate in chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        # On some systems the command exists and only explains how to install it.
        if path=$(command -v "$candidate") && "$path" --version >/dev/null 2>&1; then
            echo "$path"
            return
        fi
    done
    return 1
}

install_browser() {
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" = 0 ]; then
        sudo=
    elif sudo -n true 2>/dev/null; then
        sudo="sudo -n"
    else
        return 1
    fi
    echo "Installing chromium for the browser tests" >&2
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 </dev/null &&
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium \
            >&2 </dev/null
}

find_browser || { install_browser && find_browser; }
