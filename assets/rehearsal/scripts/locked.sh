#!/bin/sh
# Every dependency of pyproject.toml stands in poetry.lock.
set -eu
cd "$(dirname "$0")/../backend"
needs=$(awk '/^\[/ { on = ($0 == "[tool.poetry.dependencies]") } on && /=/ && $1 != "python" { print $1 }' pyproject.toml)
[ -n "$needs" ] || { echo "pyproject.toml names no dependency" >&2; exit 2; }
for name in $needs; do
  grep -q "^name = \"$name\"\$" poetry.lock || { echo "$name is not in poetry.lock" >&2; exit 1; }
  echo "$name is locked"
done
