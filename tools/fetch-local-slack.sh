#!/bin/sh
# Put the demo's local Slack, a single program published on npm under MIT, at the path given.
set -eu

VERSION=0.1.8
target=$1

fail() {
    echo "$1" >&2
    exit 1
}

case "$(uname -s)-$(uname -m)" in
    Linux-x86_64 | Linux-amd64) platform=linux-x64 ;;
    Linux-aarch64 | Linux-arm64) platform=linux-arm64 ;;
    Darwin-arm64) platform=darwin-arm64 ;;
    Darwin-x86_64) platform=darwin-x64 ;;
    *) fail "The demo's local Slack is not made for $(uname -s) on $(uname -m): use Linux or macOS, x64 or arm64." ;;
esac

# The npm integrity of the package we tried. For the others npm's own check against its registry has to do.
case $platform in
    linux-x64) checksum=2BCTKxKajjZNWCSCj66Jq5VDScUDNpGZ1lA3281I8RvpDE4/ULCwC26TlcW6/4sPbSTs02Q3KjTiltJp3ZBEvg== ;;
    *) checksum= ;;
esac

command -v npm >/dev/null ||
    fail "npm is missing; the demo's local Slack comes from there: install Node.js 18 or later, for example from nodejs.org."

mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$(dirname "$target")/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

echo "Fetching the demo's local Slack (local-slack-$platform $VERSION, once, about 35 MB)"
npm pack "local-slack-$platform@$VERSION" --silent --pack-destination "$work" >/dev/null ||
    fail "npm could not fetch local-slack-$platform $VERSION: check the network, and that npm --version is 7 or later."

if [ -n "$checksum" ]; then
    .venv/bin/python - "$work"/*.tgz "$checksum" <<'PYTHON' || fail "The fetched local Slack is not the one we tried: not used."
import base64, hashlib, pathlib, sys
found = base64.b64encode(hashlib.sha512(pathlib.Path(sys.argv[1]).read_bytes()).digest()).decode()
sys.exit(found != sys.argv[2])
PYTHON
fi

tar -xzf "$work"/*.tgz -C "$work"
chmod +x "$work/package/bin/local-slack"
# Packed files carry a date of long ago, which make would take for out of date.
touch "$work/package/bin/local-slack"
mv "$work/package/bin/local-slack" "$target"
