#!/bin/sh
# Make .venv and install into it exactly what requirements-dev.txt pins, and Drumbeat itself as a link to this folder.
set -eu

fail() {
    echo "$1" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && is_new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    fail "Drumbeat needs Python 3.11 or later: install it, for example from python.org/downloads."
}

if ! is_new_enough .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    "$python" -m venv --clear .venv ||
        fail "Python cannot make a virtual environment: on Debian and Ubuntu run apt-get install python3-venv."
fi

echo "Installing into .venv (only the first time, and when the pinned packages change)"
pip() {
    .venv/bin/python -m pip --quiet --disable-pip-version-check --no-input "$@"
}
pip install --require-hashes --requirement requirements-dev.txt
pip install --no-build-isolation --no-deps --editable .
