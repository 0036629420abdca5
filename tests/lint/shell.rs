//! Commands whose status reaches nobody, in every shape they were met in; and honest ones, which are left alone.

use super::{Surroundings, lint, parsed};

/// The words of a command, and more lines of its check.
type Command = (&'static [&'static str], &'static str);

/// Makes a plan of one gated check for each command, and returns the rules that each breaks.
fn rules_of(commands: &[Command]) -> Vec<Vec<&'static str>> {
    let mut text = String::from("format = 1\n[project]\nname = \"x\"\n[env.production]\ngate = [\"pre-deploy\"]\n");
    for (at, (words, more)) in commands.iter().enumerate() {
        let words = serde_json::to_string(words).unwrap();
        let head = format!("[check.c{at}]\nphase = \"pre-deploy\"\ntitle = \"It holds\"\ntimeout = \"1m\"\n");
        text.push_str(&format!("{head}run = {words}\n{more}\n"));
    }
    let around = Surroundings { missing: ["srcc/".to_owned()].into(), ..Surroundings::default() };
    let found = lint(&parsed(&text).plan, &around);
    let about = |at: usize| {
        let subject = format!("check.c{at}.");
        found.iter().filter(|f| f.subject.starts_with(&subject)).map(|f| f.rule.id()).collect()
    };
    (0..commands.len()).map(about).collect()
}

#[test]
fn a_status_that_reaches_nobody_is_named() {
    let quiet = rules_of(EVASIONS).into_iter().zip(EVASIONS).filter(|(rules, _)| rules.is_empty());
    let quiet: Vec<_> = quiet.map(|(_, command)| command).collect();
    assert!(quiet.is_empty(), "{quiet:#?}");
}

#[test]
fn honest_commands_are_left_alone() {
    let alarms = rules_of(HONEST).into_iter().zip(HONEST).filter(|(rules, _)| !rules.is_empty());
    let alarms: Vec<_> = alarms.map(|(rules, (words, _))| (rules, words)).collect();
    assert!(alarms.is_empty(), "{alarms:#?}");
    assert!(HONEST.len() > 80);
}

#[rustfmt::skip]
const EVASIONS: &[Command] = &[
    (&[r#"sh"#, r#"-c"#, r#"cd backend && pytest | tee r.txt"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"set -e; cd backend; pytest | tail -20"#], ""),
    (&[r#"bash"#, r#"-ec"#, r#"npm ci; npm test | tee o"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"(pytest || true)"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"bash -c 'pytest || true'"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"bash -c "bash -c 'pytest | tee x'""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"set +e; pytest; true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"set +e
pytest
cp r.xml out || true
true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"trap 'exit 0' EXIT; pytest"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest &"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest & wait"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"if pytest; then echo ok; fi"#], ""),
    (&[r#"ssh"#, r#"host"#, r#"make test || true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest | grep -v x"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"export OUT=$(pytest)"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"while read l; do pytest $l; done; true"#], ""),
    (&[r#"test"#, r#"-n"#, r#"$SECRET_KEY"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"curl -s http://127.0.0.1:1/health | grep -q healthy"#], ""),
    (&[r#"find"#, r#"."#, r#"-name"#, r#"*.orig"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest"#], r#"expect={exit=127}"#),
    (&[r#"sh"#, r#"-c"#, r#"pytest || [ $? -eq 5 ]"#], ""),
    (&[r#"npm"#, r#"run"#, r#"test"#, r#"--if-present"#], ""),
    (&[r#"npx"#, r#"jest"#, r#"--passWithNoTests"#], ""),
    (&[r#"make"#, r#"-i"#, r#"test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"! git log -p | grep 'a|b'"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"git log -p | grep -q 'password|secret'"#], r#"expect={exit=1}"#),
    (&[r#"sh"#, r#"-c"#, r#"grep -rE 'a\|b' src"#], r#"expect={exit=1}"#),
    (&[r#"git"#, r#"grep"#, r#"a|b"#], r#"expect={exit=1}"#),
    (&[r#"sh"#, r#"-c"#, r#"! grep -rn TODO srcc/"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"! git grep -E 'password\|secret'"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"test -z "$(git log -p | grep 'a|b')""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"if grep -rq 'a|b' src; then exit 1; fi"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest; echo done"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest ; exit 0"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest && echo ok || echo failed"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"docker compose run web pytest | tee o"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"docker exec app sh -c "pytest || true""#], ""),
    (&[r#"docker"#, r#"exec"#, r#"app"#, r#"sh"#, r#"-c"#, r#"pytest; true"#], ""),
    (&[r#"env"#, r#"CI=1"#, r#"bash"#, r#"-c"#, r#"pytest || :"#], ""),
    (&[r#"timeout"#, r#"300"#, r#"sh"#, r#"-c"#, r#"npm test; echo $?"#], ""),
    (&[r#"nice"#, r#"-n"#, r#"5"#, r#"sh"#, r#"-c"#, r#"cargo test | tail"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"for d in a b c; do (cd $d && npm test); done"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"npm run lint; npm test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"eval "pytest || true""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"f() { pytest; return 0; }; f"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"! false"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest || exit 0"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"until true; do pytest; done"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"local x=$(pytest)"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"{ pytest; } || true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"cargo test 2>&1 | tee log && echo ok"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"set -e; npm test || echo failed; npm run build"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"bash <<EOF
pytest
true
EOF"#], ""),
    (&[r#"bash"#, r#"-lc"#, r#"go test ./... | tee out"#], ""),
    (&[r#"sudo"#, r#"-u"#, r#"x"#, r#"sh"#, r#"-c"#, r#"mvn verify || true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest; test -d src"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"coproc pytest"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"nohup pytest &"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"npm test & npm run lint"#], ""),
    (&[r#"trivy"#, r#"image"#, r#"x"#], ""),
    (&[r#"prettier"#, r#"src"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"echo "$(pytest)""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest > out.txt; cat out.txt"#], ""),
    (&[r#"bash"#, r#"-c"#, r#"trap "exit 0" ERR; pytest"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"make test -k || :"#], ""),
    (&[r#"bash"#, r#"-c"#, r#"set -o pipefail; pytest | tee x; true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"( set -e; pytest ) || true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"command pytest || true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"if ! pytest; then echo bad; fi"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"case $(pytest) in *) true;; esac"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest && true || true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"time pytest | tee x"#], ""),
    (&[r#"kubectl"#, r#"exec"#, r#"p"#, r#"--"#, r#"sh"#, r#"-c"#, r#"pytest || true"#], ""),
    (&[r#"ssh"#, r#"host"#, r#"cd app; pytest | tail"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"python -m pytest || true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"python3 manage.py test; true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"yarn test || true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"gradle test || echo x"#], ""),
    (&[r#"find"#, r#"."#, r#"-name"#, r#"*.py"#, r#"-exec"#, r#"flake8"#, r#"{}"#, r#";"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"docker compose up -d; npm test; docker compose down"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"npm test; docker compose down"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest"#], r#"expect={matches="."}"#),
    (&[r#"sh"#, r#"-c"#, r#"pytest | tail -1"#], r#"expect={has="passed"}"#),
    (&[r#"sh"#, r#"-c"#, r#"sleep 1 && true"#], ""),
    (&[r#"script"#, r#"-qc"#, r#"pytest"#, r#"/dev/null"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest 2>/dev/null || exit 0"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"./check.sh | tee out"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"npm ci && ./check.sh | tee out"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"./check.sh &"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"./check.sh || true"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"[ -f x ] || pytest; true"#], ""),
];

#[rustfmt::skip]
const HONEST: &[Command] = &[
    (&[r#"sh"#, r#"-c"#, r#"npm ci && npm test"#], ""),
    (&[r#"bash"#, r#"-c"#, r#"set -euo pipefail; npm ci; npm test | tee out"#], ""),
    (&[r#"pytest"#, r#"-q"#, r#"--cov"#, r#"app"#], ""),
    (&[r#"bash"#, r#"-opipefail"#, r#"go test ./... | tee out"#], ""),
    (&[r#"bash"#, r#"-o"#, r#"pipefail"#, r#"-c"#, r#"go test ./... | tee out"#], ""),
    (&[r#"bash"#, r#"-euo"#, r#"pipefail"#, r#"-c"#, r#"cargo test 2>&1 | tee out"#], ""),
    (&[r#"cargo"#, r#"test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"! grep -rn TODO src"#], ""),
    (&[r#"docker"#, r#"compose"#, r#"config"#, r#"-q"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"if ! pytest; then exit 1; fi"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"if git grep -q FIXME; then echo found; exit 1; fi"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"! git grep -nE 'a|b'"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"! grep -rn 'a\|b' src"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest || exit 1"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest || { echo no; exit 1; }"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest || (echo no; exit 1)"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest && echo ok || { echo bad; exit 1; }"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest; rc=$?; docker compose down; exit $rc"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"trap 'docker compose down' EXIT; npm test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"trap 'rc=$?; rm -rf t; exit $rc' EXIT; npm test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"fail=0; pytest || fail=1; npm test || fail=1; exit $fail"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"fail=0; for d in a b; do (cd $d && npm test) || fail=1; done; exit $fail"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"fail=0; for d in a b; do (cd $d && npm test) || fail=$((fail+1)); done; [ $fail -eq 0 ]"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"set -e; for d in a b; do (cd $d && npm test); done"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"for f in *.sh; do bash -n "$f" || exit 1; done"#], ""),
    (&[r#"bash"#, r#"-c"#, r#"cargo test 2>&1 | tee out; exit ${PIPESTATUS[0]}"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"for i in 1 2 3 4 5; do curl -fs http://127.0.0.1:1/ && exit 0; sleep 1; done; exit 1"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"until curl -fs http://127.0.0.1:1/; do sleep 1; done"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"out=$(pytest -q) || exit 1; echo "$out""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"out=$(pytest -q); echo "$out" | grep -q " passed""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"test -z "$(git status --porcelain)""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"[ "$(cat VERSION)" = 1.0.0 ]"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"docker rm -f t 2>/dev/null || true; docker run --rm app npm test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"git diff --exit-code package-lock.json"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"npx tsc --noEmit && npx eslint ."#], ""),
    (&[r#"npx"#, r#"eslint"#, r#"."#, r#"--max-warnings"#, r#"0"#], ""),
    (&[r#"make"#, r#"lint"#, r#"test"#], ""),
    (&[r#"poetry"#, r#"run"#, r#"pytest"#], ""),
    (&[r#"timeout"#, r#"300"#, r#"pytest"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"command -v jq >/dev/null || exit 1; jq -e .a f.json"#], ""),
    (&[r#"bash"#, r#"-c"#, r#"diff <(sort a) <(sort b)"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"curl -fsS http://127.0.0.1:1/x | jq -e ".ok""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"kubectl diff -f k8s || exit 1"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"helm template . | kubectl apply --dry-run=client -f -"#], ""),
    (&[r#"ssh"#, r#"host"#, r#"test -f /etc/app.conf"#], ""),
    (&[r#"ssh"#, r#"host"#, r#"set -e; cd app; make test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest & pid=$!; wait $pid"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"find . -name "*.orig" | grep -q . && exit 1 || exit 0"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"git ls-files "*.py" | xargs flake8"#], ""),
    (&[r#"terraform"#, r#"fmt"#, r#"-check"#, r#"-recursive"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"python -c "import app""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest > out.txt; grep -q passed out.txt"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"while read f; do test -f "$f" || exit 1; done < list"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"cd backend && poetry install -q && poetry run pytest -x"#], ""),
    (&[r#"grep"#, r#"-rn"#, r#"password"#, r#"src"#], r#"expect={exit=1}"#),
    (&[r#"sh"#, r#"-c"#, r#"f() { pytest; }; f"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"cat a.txt | sort | diff - b.txt"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"docker compose run --rm web pytest"#], ""),
    (&[r#"docker"#, r#"exec"#, r#"app"#, r#"sh"#, r#"-c"#, r#"pytest"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"set -e
if [ -f x ]; then
  npm run a
else
  npm run b
fi
npm test"#], ""),
    (&[r#"bash"#, r#"-c"#, r#"errors=(); pytest || errors+=(pytest); (( ${#errors[@]} == 0 ))"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"failed=""; pytest || failed="$failed pytest"; [ -z "$failed" ]"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"ls dist/*.whl"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"case "$(uname)" in Linux) pytest;; *) exit 1;; esac"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"shellcheck scripts/*.sh"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"make build; make test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"mkdir -p out; pytest --junitxml=out/r.xml"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"source .venv/bin/activate && pytest"#], ""),
    (&[r#"sh"#, r#"-c"#, r#". .venv/bin/activate; pytest"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"npm run build && npm run test -- --ci"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"git fetch -q || true; git merge-base --is-ancestor a b"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"[ $(grep -c x f) -eq 3 ]"#], ""),
    (&[r#"go"#, r#"vet"#, r#"./..."#], ""),
    (&[r#"./gradlew"#, r#"check"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"bundle exec rake test"#], ""),
    (&[r#"mvn"#, r#"-B"#, r#"verify"#], ""),
    (&[r#"black"#, r#"--check"#, r#"."#], ""),
    (&[r#"sh"#, r#"-c"#, r#"test "$(gofmt -l . | wc -l)" -eq 0"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"[ -z "$(gofmt -l .)" ]"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"! docker compose config 2>&1 | grep -q "variable is not set""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest -q | tee /dev/stderr | grep -q passed"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"exec pytest"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"pytest "$@""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"xvfb-run -a npm test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"CI=1 npm test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"npm test -- --watchAll=false 2>&1"#], ""),
    (&[r#"git"#, r#"tag"#, r#"-l"#, r#"v1"#], r#"expect={has="v1"}"#),
    (&[r#"sh"#, r#"-c"#, r#"curl -fs http://127.0.0.1:1/health | grep -qw healthy"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"test -n "$API_KEY""#], ""),
    (&[r#"sh"#, r#"-c"#, r#"eval "$(ssh-agent -s)"; npm test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"until [ "$(docker inspect -f '{{.State.Health.Status}}' db)" = healthy ]; do sleep 1; done; npm test"#], ""),
    (&[r#"sh"#, r#"-c"#, r#"n=0; until curl -fs http://127.0.0.1:1/; do n=$((n+1)); [ $n -lt 30 ] || exit 1; sleep 1; done"#], ""),
];
