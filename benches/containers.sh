#!/bin/bash
# A place with many containers: what the cockpit costs there, beside oxker, on the engine of this machine.
#   benches/containers.sh up [N]      makes the project and N containers (100) of one compose project, all of our own
#   benches/containers.sh event       pauses and unpauses one, and says how long until the screen shows it (needs tmux)
#   benches/containers.sh spec        prints tables for a pty bench (`ptybench.py --spec FILE --do startup,idle,rss`)
#   benches/containers.sh down        removes what `up` made
# The program is target/release/tminus, or $TMINUS. Needs busybox-static and a Docker engine. Nothing of others is touched.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tminus=${TMINUS:-$root/target/release/tminus}
place=${TMPDIR:-/tmp}/tminus-bench-containers
label=tminus.bench=containers
export XDG_STATE_HOME=$place/state XDG_CONFIG_HOME=$place/config XDG_DATA_HOME=$place/data

containers() { docker ps -aq --filter "label=$label"; }

down() {
    containers | xargs -r docker rm -f >/dev/null
    docker image rm -f tminus-bench:1.0.0 >/dev/null 2>&1 || true
    rm -rf "$place"
}

image() {
    mkdir -p "$place/image"
    cp "$(command -v busybox)" "$place/image/busybox"
    printf 'FROM scratch\nCOPY busybox /bin/busybox\nLABEL %s\nCMD ["/bin/busybox","sleep","1000000"]\n' \
        "$label" >"$place/image/Dockerfile"
    DOCKER_BUILDKIT=0 docker build -q -t tminus-bench:1.0.0 "$place/image" >/dev/null 2>&1
}

project() {
    mkdir -p "$place/project"
    cd "$place/project"
    cat >tminus.toml <<'PLAN'
format = 1
[project]
name = "Bench"
[artifact.backend]
image = "tminus-bench:{version}"
[env.staging]
deliver.backend = { with = "compose", file = "compose.yml", service = "backend", project = "tminus-bench" }
PLAN
    printf 'services:\n  backend:\n    image: tminus-bench:1.0.0\n' >compose.yml
    git init -q -b main .
    git add -A
    git -c user.name=bench -c user.email=bench@example.com commit -qm begin
    "$tminus" trust --yes
    "$tminus" release cut 1.0.0
}

up() {
    down
    image
    for ((n = 0; n < ${1:-100}; n++)); do
        service=$(printf 's%03d' "$n")
        [ "$n" -gt 0 ] || service=backend
        docker run -d --name "tminus-bench-$service" --network none --label "com.docker.compose.project=tminus-bench" \
            --label "com.docker.compose.service=$service" --label com.docker.compose.container-number=1 \
            --label com.docker.compose.oneoff=False tminus-bench:1.0.0 >/dev/null
    done
    (project)
}

spec() {
    cat <<SPEC
[oxker]
cmd = "oxker --host /var/run/docker.sock"
ready = "tminus-bench-s00\\\\d +. running"
keys = ["j", "k"]
probe = "re:⚪ \\\\S+"
quit = ["q"]

[tminus]
cmd = "env -C $place/project $tminus"
env = { XDG_STATE_HOME = "$XDG_STATE_HOME", XDG_CONFIG_HOME = "$XDG_CONFIG_HOME", XDG_DATA_HOME = "$XDG_DATA_HOME" }
ready = "staging +1.0.0"
prep = ["\\\\r"]
wait = "tminus-bench-s00\\\\d"
keys = ["j", "k"]
probe = "screen"
quit = ["q"]
SPEC
}

# Looks at the screen every 10 ms: that, and tmux, are in the figure.
event() {
    local tmux=(tmux -L tminus-bench) n
    "${tmux[@]}" kill-server 2>/dev/null || true
    "${tmux[@]}" new-session -d -x 160 -y 48 "cd $place/project && $tminus"
    until "${tmux[@]}" capture-pane -p | grep -q 'staging'; do sleep 0.05; done
    "${tmux[@]}" send-keys Enter
    until "${tmux[@]}" capture-pane -p | grep -q 'tminus-bench-s001'; do sleep 0.05; done
    for n in 1 2 3 4 5; do
        docker pause "tminus-bench-s001" >/dev/null
        seen 'tminus-bench-s001 +■' "$n"
        docker unpause "tminus-bench-s001" >/dev/null
        until ! "${tmux[@]}" capture-pane -p | grep -qE 'tminus-bench-s001 +■'; do sleep 0.05; done
    done
    "${tmux[@]}" kill-server
}

seen() {
    local since
    since=$(date +%s%3N)
    until tmux -L tminus-bench capture-pane -p | grep -qE "$1"; do sleep 0.01; done
    echo "event $2: $(($(date +%s%3N) - since)) ms until it was on the screen"
}

case ${1:-} in
up | event | spec | down) "$@" ;;
*) sed -n '2,8p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
