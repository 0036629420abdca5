#!/bin/sh
# No tab, no trailing blank and no line over 100 characters in the backend.
set -eu
cd "$(dirname "$0")/../backend"
awk '
  /\t/          { print FILENAME ":" FNR ": a tab"; bad++ }
  / $/          { print FILENAME ":" FNR ": a blank at the end"; bad++ }
  length > 100  { print FILENAME ":" FNR ": longer than 100 characters"; bad++ }
  END { if (!NR) { print "no files"; exit 2 } print NR " lines, " bad + 0 " findings"; exit bad > 0 }
' app/*.py tests/*.py
