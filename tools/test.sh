#!/bin/sh
# Run the tests. Those in tests/browser click through the demo in Chromium, named to them as CHROMIUM;
# without one they are left out, loudly, or refused when BROWSER=required.
set -eu

# Every worker reads all tests and every process they start the whole program: what one has compiled serves the others.
unset PYTHONDONTWRITEBYTECODE

run() {
    # A worker without work takes some of another's, whose tests may be the slow ones.
    .venv/bin/python -m pytest -n "${WORKERS:-auto}" --dist worksteal "$@"
}

if CHROMIUM=$(tools/find-chromium.sh); then
    export CHROMIUM
    run "$@"
    exit
fi

if [ "${BROWSER:-}" = required ]; then
    echo "No Chromium: the browser tests must run here." >&2
    exit 1
fi

status=0
run --ignore=tests/browser "$@" || status=$?
{
    echo "!!! LEFT OUT: every test in tests/browser, because there is no Chromium or Chrome here."
    echo "!!! Install one (chromium, google-chrome) and run make test again."
} >&2
exit $status
