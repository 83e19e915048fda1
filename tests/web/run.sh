#!/bin/sh
# Runs stories in a real browser: run.sh FILE... Exit code 77 (ctest: skipped) where there is no Node, no Chromium, or no way to npm's
# registry for what package-lock.json names.
set -u
cd "$(dirname "$0")"
skip() { echo "skipped: $*"; exit 77; }
command -v "${COLDPATH_CHROMIUM:-chromium}" >/dev/null 2>&1 || skip 'Chromium is not installed (Debian package chromium)'
command -v node >/dev/null 2>&1 || skip 'Node is not installed (Debian package nodejs)'
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-audit --no-fund --loglevel=error || skip "npm's registry is out of reach"
  touch node_modules/.package-lock.json
fi
exec node --test "$@"
