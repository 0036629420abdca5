#!/bin/sh
# Every exported function of the app is named by a test.
set -eu
cd "$(dirname "$0")/../mobile-app"
names=$(awk '/^export function / { sub(/^export function /, ""); sub(/\(.*/, ""); print }' src/*.tsx)
all=0 hit=0
for name in $names; do
  all=$((all + 1))
  if grep -qw "$name" src/*.test.tsx; then hit=$((hit + 1)); else echo "$name has no test" >&2; fi
done
[ "$all" -gt 0 ] || { echo "nothing to test was found" >&2; exit 2; }
echo "Lines : $((hit * 100 / all))% ( $hit/$all )"
