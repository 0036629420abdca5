#!/bin/sh
# A rehearsal's stand-in for the migrations: it says what it would do, and writes nothing.
set -eu
echo "0041 voice_profiles: create collection"
echo "0042 watch_history: drop field legacy_position"
echo "2 migrations applied"
