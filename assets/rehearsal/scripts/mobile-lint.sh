#!/bin/sh
# No word to the console, and nothing that says "any", in the app.
set -eu
cd "$(dirname "$0")/../mobile-app"
ls src/*.tsx >/dev/null
if grep -nE 'console\.|: any' src/*.tsx; then
  echo "problems found" >&2
  exit 1
fi
echo "no problems"
