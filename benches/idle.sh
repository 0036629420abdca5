#!/bin/bash
# What an engine costs that nobody uses, and what a command costs over a long history.
#   benches/idle.sh compose [ENVS] [SECONDS]   an action stands still over ENVS (7) compose environments: the processor, the
#                                              wake-ups and the programs that the engine and its children took in SECONDS (60)
#   benches/idle.sh history [COMMITS] [SECONDS]  `status` over a repository of COMMITS (100,000): seconds and memory; then an
#                                              engine over it that nobody uses
# The program is target/release/tminus, or $TMINUS. `compose` needs a Docker engine and Compose. Nothing of others is touched.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tminus=${TMINUS:-$root/target/release/tminus}
place=$(mktemp -d "${TMPDIR:-/tmp}/tminus-idle-XXXXXX")
export XDG_STATE_HOME=$place/state XDG_CONFIG_HOME=$place/config XDG_DATA_HOME=$place/data XDG_RUNTIME_DIR=$place/run
export GIT_AUTHOR_NAME=bench GIT_AUTHOR_EMAIL=b@example.com GIT_COMMITTER_NAME=bench GIT_COMMITTER_EMAIL=b@example.com
mkdir -m 700 "$place/run"
mkdir "$place/project"
cd "$place/project"

leave() {
    "$tminus" engine stop >/dev/null 2>&1 || true
    rm -rf "$place"
}
trap leave EXIT

# The plan of so many environments, each a compose file with a service of an image that is nowhere.
plan() {
    printf 'format = 1\n[project]\nname = "Idle"\n[artifact.web]\nimage = "tminus-idle:{version}"\n'
    for ((n = 1; n <= $1; n++)); do
        printf '[env.e%d]\ndeliver.web = { with = "compose", file = "e%d/compose.yml", service = "web", project = "tminus-idle-%d" }\n' "$n" "$n" "$n"
        mkdir -p "e$n"
        printf 'services:\n  web:\n    image: tminus-idle:1.0.0\n    env_file: [web.env]\n' >"e$n/compose.yml"
        printf 'A=1\n' >"e$n/web.env"
    done
}

# Clock ticks of a process and of the children that it has waited for.
spent() {
    local rest
    rest=$(sed 's/.*) //' "/proc/$1/stat")
    set -- "$1" $rest
    echo $((${13} + ${14})) $((${15} + ${16}))
}

# How often each thread of a process has waited for something: a line for each.
waits() { awk '/^Pid/ { id = $2 } /^voluntary_ctxt/ { print id, $2 }' "/proc/$1/task/"*/status 2>/dev/null || true; }

# What an engine takes in so many seconds while nobody is connected and nothing is done.
idle() {
    local seconds=$1 pid before after
    # The command before this one may have left an engine, which ends soon.
    "$tminus" engine stop >/dev/null 2>&1 || true
    "$tminus" engine run --grace 10m >/dev/null 2>&1 &
    sleep 15
    pid=$("$tminus" engine inspect --json | sed 's/.*"pid":\([0-9]*\).*/\1/')
    before=($(spent "$pid"))
    waits "$pid" >"$place/waits"
    sleep "$seconds"
    after=($(spent "$pid"))
    echo "  engine    $(((after[0] - before[0]) * 10)) ms of a processor in $seconds s"
    echo "  memory    $(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status") MiB"
    echo "  children  $(((after[1] - before[1]) * 10)) ms of a processor"
    # Of threads that ended meanwhile nothing is known.
    echo "  wake-ups  $(waits "$pid" | awk 'NR == FNR { was[$1] = $2; next } { n += $2 - was[$1] } END { print n }' "$place/waits" -)"
}

compose() {
    plan "${1:-7}" >tminus.toml
    git init -q -b main . && git add -A && git commit -qm begin
    "$tminus" trust --yes >/dev/null
    "$tminus" release cut 1.0.0 >/dev/null
    echo "${1:-7} compose environments:"
    idle "${2:-60}"
}

history() {
    local commits=${1:-100000}
    echo "$commits commits:"
    plan 0 >tminus.toml
    git init -q -b main .
    awk -v n="$commits" 'BEGIN {
        for (i = 1; i <= n; i++) printf "commit refs/heads/main\ncommitter b <b@example.com> %d +0000\ndata 1\nx\nM 644 inline f\ndata %d\n%d\n", 1600000000 + i, length(i) + 1, i
    }' | git fast-import --quiet
    git reset -q --hard main
    "$tminus" trust --yes >/dev/null
    for which in first second third; do
        /usr/bin/env python3 - "$tminus" "$which" <<'PY'
import os, resource, subprocess, sys, time
began = time.time()
subprocess.run([sys.argv[1], "status"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"  {sys.argv[2]:7} status  {time.time() - began:.2f} s, {used.ru_utime + used.ru_stime:.2f} s of a processor, {used.ru_maxrss // 1024} MiB at most in one process")
PY
    done
    "$tminus" release cut 1.0.0 >/dev/null
    idle "${2:-60}"
}

case ${1:-} in
compose) shift && compose "$@" ;;
history) shift && history "$@" ;;
*) sed -n '2,8s/^# \{0,1\}//p' "$0" && exit 2 ;;
esac
