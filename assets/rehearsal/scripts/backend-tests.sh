#!/bin/sh
# Counts which functions of the backend a test names, and prints it as a coverage report does.
# A rehearsal's stand-in for pytest: it reads the real files and fails when one is not covered.
set -eu
cd "$(dirname "$0")/../backend"
all=0 missed=0
echo "Name                 Stmts   Miss  Cover"
for file in app/*.py; do
  names=$(awk '/^def [a-z]/ { sub(/^def /, ""); sub(/\(.*/, ""); print }' "$file")
  count=0 miss=0
  for name in $names; do
    count=$((count + 1))
    grep -qsw "$name" tests/*.py || miss=$((miss + 1))
  done
  [ "$count" -gt 0 ] || continue
  printf '%-20s %5d  %5d  %4d%%\n' "$file" "$count" "$miss" $(((count - miss) * 100 / count))
  all=$((all + count)) missed=$((missed + miss))
done
[ "$all" -gt 0 ] || { echo "no functions found: nothing was tested" >&2; exit 2; }
printf '%-20s %5d  %5d  %4d%%\n' TOTAL "$all" "$missed" $(((all - missed) * 100 / all))
[ "$missed" -eq 0 ] || { echo "$missed functions have no test" >&2; exit 1; }
