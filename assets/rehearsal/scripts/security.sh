#!/bin/sh
# Looks for calls that open a door: eval, a shell, certificates that nobody checks.
set -eu
cd "$(dirname "$0")/../backend"
ls app/*.py >/dev/null
if grep -nE '(^|[^a-z_])eval\(|os\.system\(|shell=True|verify=False' app/*.py; then
  echo "issues identified" >&2
  exit 1
fi
echo "No issues identified."
