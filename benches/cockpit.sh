#!/bin/bash
# What a person at the terminal gets: start, keys, idle, resize and leaving, beside the least that can be and beside a peer.
# The engine is in the cockpit's own process, so that what is counted is both.
#   benches/cockpit.sh spec            prints tables for a pty bench (`ptybench.py --spec FILE`)
#   benches/cockpit.sh run BENCH [N]   runs it N times interleaved (3), and prints its table
# BENCH is the words of any program that takes --spec, --do, --runs and --secs. The program is target/release/tminus, or $TMINUS; $HELLO is
# a program that draws a list of 40 rows and moves in it; $FLOOR one that lists containers and tails one, $OXKER is oxker: these two
# need a Docker engine, and get ten idle containers of `containers.sh up 10`. Each may be left out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tminus=${TMINUS:-$root/target/release/tminus}
place=${TMPDIR:-/tmp}/tminus-bench-cockpit
export TMINUS_SOLO=1 XDG_STATE_HOME=$place/state XDG_CONFIG_HOME=$place/config XDG_DATA_HOME=$place/data

project() {
    rm -rf "$place"
    mkdir -p "$place/project"
    cd "$place/project"
    cat >tminus.toml <<'PLAN'
format = 1
[project]
name = "Bench"
[artifact.backend]
image = "bench:{version}"
[env.staging]
[env.production]
PLAN
    git init -q -b main .
    git add -A
    git -c user.name=bench -c user.email=bench@example.com commit -qm begin
    "$tminus" trust --yes >/dev/null
    "$tminus" release cut 1.0.0 >/dev/null
}

spec() {
    if [ -n "${HELLO:-}" ]; then
        printf '[hello]\ncmd = "%s"\nready = "hello row 040"\nkeys = ["j", "k"]\nprobe = "re:> hello row \\\\d+"\nquit = ["q"]\n\n' "$HELLO"
    fi
    if [ -n "${FLOOR:-}" ]; then
        printf '[floor]\ncmd = "%s /var/run/docker.sock tminus-bench-s001 16"\nready = "tminus-bench-s00\\\\d"\nprep = ["j"]\nkeys = ["j", "k"]\nprobe = "re:> tminus-bench-\\\\S+"\nquit = ["q"]\n\n' "$FLOOR"
    fi
    if [ -n "${OXKER:-}" ]; then
        printf '[oxker]\ncmd = "%s --host /var/run/docker.sock"\nready = "tminus-bench-s00\\\\d +. running"\nkeys = ["j", "k"]\nprobe = "re:⚪ \\\\S+"\nquit = ["q"]\n\n' "$OXKER"
    fi
    cat <<SPEC
[tminus]
cmd = "$tminus"
ready = "▸ +staging"
keys = ["j", "k"]
probe = "re:▸ +(?:◆ )?\\\\S+"
quit = ["q"]

[demo]
cmd = "$tminus demo --scenario smooth"
ready = "way back"
keys = ["j", "k"]
probe = "re:▸ +(?:◆ )?\\\\S+"
quit = ["q"]
SPEC
}

run() {
    (project)
    if [ -n "${FLOOR:-}${OXKER:-}" ]; then
        trap 'bash "$root/benches/containers.sh" down' EXIT
        TMINUS=$tminus bash "$root/benches/containers.sh" up 10
    fi
    spec >"$place/spec.toml"
    cd "$place/project"
    local bench
    read -ra bench <<<"$1"
    "${bench[@]}" --spec "$place/spec.toml" --do startup,keys,idle,resize,restore --runs "${2:-3}" --secs 10
    rm -rf "$place"
}

case ${1:-} in
spec) spec ;;
run) [ -n "${2:-}" ] || { sed -n '2,6p' "${BASH_SOURCE[0]}"; exit 2; }; run "$2" "${3:-3}" ;;
*) sed -n '2,6p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
