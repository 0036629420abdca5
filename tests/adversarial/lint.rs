//! The linter names plans that pass whatever happens, and no others; and the judge takes no part of a number for the whole.

use super::case::{Case, evil, good, run_all};
use super::project::{Project, Ran};

/// Lints a plan with one gated check.
fn lint(p: &Project, check: &str) -> Ran {
    p.plan(&format!(
        "[env.production]\ngate = [\"pre-deploy\"]\n[check.it]\nphase = \"pre-deploy\"\ntitle = \"It holds\"\n{check}\n"
    ));
    p.file("src/app.py", "print()\n").commit().tm("lint")
}

fn script(p: &Project, text: &str) -> Ran {
    lint(p, &format!("timeout = \"1m\"\nrun = [\"bash\", \"-c\", '''{text}''']"))
}

/// Runs one gated check.
fn measured(p: &Project, run: &str, expect: &str) -> Ran {
    p.plan(&format!(
        "[env.production]\ngate = [\"pre-deploy\"]\n[check.it]\nphase = \"pre-deploy\"\ntitle = \"It holds\"\n\
         timeout = \"9s\"\nrun = {run}\nexpect = {{ {expect} }}\n"
    ));
    p.cut().tm("check it")
}

/// Scripts whose status reaches nobody, and the rule that says so.
const LOST: &[(&str, &str, &str)] = &[
    ("cd-then-a-pipe", "cannot-fail", "cd backend && pytest | tee r.txt"),
    ("set-e-does-not-see-a-pipe", "cannot-fail", "set -e; cd backend; pytest | tail -20"),
    ("a-subshell-that-is-always-good", "cannot-fail", "(pytest || true)"),
    ("a-shell-in-a-shell", "cannot-fail", "sh -c \"sh -c 'npm test; true'\""),
    ("set-plus-e", "cannot-fail", "set -e\nset +e\npytest\nset -e\ntrue"),
    ("a-trap-that-says-0", "cannot-fail", "trap 'exit 0' EXIT\npytest"),
    ("left-in-the-background", "cannot-fail", "npm test & npm run build"),
    ("an-if-without-else", "cannot-fail", "if cargo test; then echo ok; fi"),
    ("on-another-host", "cannot-fail", "ssh host 'cd app && make test | tee log'"),
    ("a-filter-is-no-judge", "cannot-fail", "pytest | grep -v Deprecation"),
    ("export-hides-it", "cannot-fail", "export OUT=$(pytest -q)"),
    ("a-loop-that-counts-the-last-one", "cannot-fail", "for d in api web; do (cd $d && npm test); done"),
    ("echo-of-what-it-prints", "cannot-fail", "echo \"$(pytest)\""),
    ("cleaned-up-afterwards", "cannot-fail", "npm test; docker compose down"),
    ("and-or", "cannot-fail", "go test ./... && echo ok || echo failed"),
    ("in-a-container", "cannot-fail", "docker exec app sh -c 'pytest || true'"),
    ("behind-timeout-and-env", "cannot-fail", "timeout 60 env CI=1 sh -c 'mvn verify; true'"),
    ("a-function-that-returns-0", "cannot-fail", "check() { pytest; return 0; }\ncheck"),
    ("no-tests-are-good", "no-tests", "pytest || [ $? -eq 5 ]"),
    ("no-script-is-good", "no-tests", "npm run test --if-present"),
    ("errors-ignored-by-make", "cannot-fail", "make -i test"),
    ("a-bar-is-a-letter", "grep-literal", "! git log -p | grep -q 'password|secret'"),
    ("a-bar-with-a-backslash", "grep-literal", "! grep -rE 'password\\|secret' src"),
    ("a-folder-that-is-not-there", "search-nowhere", "! grep -rn TODO srcc"),
    ("unhealthy-holds-healthy", "up-is-not-healthy", "curl -s http://127.0.0.1:1/health | grep -q healthy"),
    ("a-test-of-a-constant", "cannot-fail", "[ -n x ]"),
    ("a-shell-of-busybox", "cannot-fail", "busybox sh -c 'pytest; true'"),
    ("a-shell-that-is-handed-its-text", "cannot-fail", "bash <<< 'pytest; true'"),
    ("read-and-not-run", "cannot-fail", "bash -n -c 'pytest'"),
    ("a-filter-that-takes-all", "cannot-fail", "sh -c 'pytest | grep .'"),
    ("a-search-for-nothing", "cannot-fail", "pytest | grep -q \"\""),
    ("a-sum-that-always-holds", "cannot-fail", "pytest; (( $? >= 0 ))"),
    ("a-linter-that-is-forced", "cannot-fail", "tflint --force"),
    ("sql-that-goes-on", "cannot-fail", "psql -d app -f migrate.sql"),
    ("sql-that-goes-on-quietly", "cannot-fail", "psql -v ON_ERROR_STOP -Xqf migrate.sql"),
    ("sql-that-goes-on-from-a-file", "cannot-fail", "psql -d app < migrate.sql"),
];

/// Scripts that fail when what they are about fails.
const HEARD: &[(&str, &str)] = &[
    ("pipefail", "set -euo pipefail; npm ci; npm test 2>&1 | tee out"),
    ("the-status-is-kept", "pytest; rc=$?; docker compose down; exit $rc"),
    ("failures-are-counted", "n=0; for d in api web; do (cd $d && npm test) || n=$((n+1)); done; exit $n"),
    ("an-if-with-exit", "if git grep -q FIXME; then echo found; exit 1; fi"),
    ("nothing-is-found", "! grep -rnE 'TODO|FIXME' src"),
    ("the-status-of-the-pipe", "cargo test 2>&1 | tee log; exit ${PIPESTATUS[0]}"),
    ("cleaned-up-by-a-trap", "trap 'docker compose down' EXIT; docker compose up -d; npm test"),
    ("tried-again", "for i in 1 2 3; do curl -fsS http://127.0.0.1:1/ && exit 0; sleep 1; done; exit 1"),
    ("cleaned-up-before", "docker rm -f t 2>/dev/null || true; docker run --rm --name t app npm test"),
    ("sql-that-stops", "psql -v ON_ERROR_STOP=1 -f migrate.sql && psql --set=ON_ERROR_STOP=on < more.sql"),
    ("a-statement-of-its-own", "psql -d app -c 'select 1'"),
    ("something-must-be-printed", "git tag -l v1 | grep -q ."),
    ("a-program-that-is-handed-a-text", "grep -q main <<< \"$(git branch --show-current)\""),
    ("waited-for", "npm test & pid=$!; npm run build && wait $pid"),
];

pub fn cases() -> Vec<Case> {
    let mut all: Vec<Case> =
        LOST.iter().map(|(name, rule, text)| evil(1, *name, |p| script(p, text).finds(rule))).collect();
    all.extend(HEARD.iter().map(|(name, text)| good(*name, |p| script(p, text))));
    all.extend(plans());
    all.extend(judged());
    all
}

fn plans() -> Vec<Case> {
    vec![
        evil(1, "a-gate-of-a-phase-without-checks", |p| {
            p.plan("[env.production]\ngate = [\"review\"]\n").commit().tm("lint").finds("empty-gate")
        }),
        evil(1, "approvals-of-two-without-their-own", |p| {
            p.plan(
                "[session]\ngroup = \"g\"\n[team.t]\nmembers = [\"a\", \"b\"]\n\
                 [env.production]\napprovals = { count = 2, from = \"t\" }\n",
            );
            p.commit().tm("lint").finds("approvals-impossible")
        }),
        evil(1, "a-remote-that-is-not-there", |p| {
            p.plan("[release]\nremote = \"upstream\"\n").commit().tm("lint").finds("not-in-repository")
        }),
        evil(1, "a-base-that-is-not-there", |p| {
            p.plan("[release]\nbase = \"develop\"\n").commit().tm("lint").finds("not-in-repository")
        }),
        evil(1, "paths-of-no-file", |p| {
            lint(p, "timeout = \"1m\"\nrun = [\"pytest\"]\npaths = [\"scr/**\"]").finds("paths-match-nothing")
        }),
        evil(1, "paths-without-the-script", |p| {
            p.script("check.sh", "#!/bin/sh\n");
            lint(p, "timeout = \"1m\"\nrun = [\"./check.sh\"]\npaths = [\"src/**\"]").finds("paths-leave-out")
        }),
        evil(1, "an-exit-that-says-not-found", |p| {
            lint(p, "timeout = \"1m\"\nrun = [\"pytest\"]\nexpect = { exit = 127 }").finds("cannot-fail")
        }),
        evil(1, "a-word-that-is-never-empty", |p| {
            lint(p, "timeout = \"1m\"\nrun = ['test', '-n', '$SECRET_KEY']").finds("cannot-fail")
        }),
        evil(1, "a-limit-that-nothing-breaks", |p| {
            lint(p, "timeout = \"1m\"\nrun = [\"cov\"]\nexpect = { matches = '(\\d+)%', below = 101 }")
                .finds("cannot-fail")
        }),
        evil(1, "logs-kept-by-nobody", |p| {
            p.plan("[log.l]\nfile = \"l.log\"\nkeep = { size = \"1MB\" }\n").commit().tm("lint").finds("unavailable")
        }),
        evil(1, "a-flag-that-nothing-turns", |p| {
            p.plan(
                "[connect.u]\nkind = \"unleash\"\nurl = \"https://u.example.com\"\ntoken = { env = \"T\" }\n\
                 [flag.f]\ntitle = \"F\"\nconnect = \"u\"\nkey = \"f\"\n",
            );
            p.commit().tm("lint").finds("unavailable")
        }),
        good("a-rule-accepted-with-a-reason", |p| {
            lint(p, "run = [\"pytest\"]\nlint-ok = { no-timeout = \"pytest-timeout ends it\" }")
        }),
        good("paths-with-the-script", |p| {
            p.script("check.sh", "#!/bin/sh\n");
            lint(p, "timeout = \"1m\"\nrun = [\"./check.sh\"]\npaths = [\"src/**\", \"check.sh\"]")
        }),
    ]
}

fn judged() -> Vec<Case> {
    let count = "matches = '(\\d+) errors', below = 300";
    let covered = "matches = '(\\d+)%', above = 80";
    vec![
        evil(1, "ten-errors-hold-0-errors", |p| {
            measured(p, "['echo', '10 errors']", "has = '0 errors'").says("only \"10 errors\"").ends(1)
        }),
        evil(1, "another-version-holds-it", |p| {
            measured(p, "['echo', 'app 11.0.0']", "has = '{version}'").says("only \"11.0.0\"").ends(1)
        }),
        evil(1, "a-candidate-holds-it", |p| {
            measured(p, "['echo', 'app 1.0.0-rc1']", "has = '{version}'").says("only \"1.0.0-rc1\"").ends(1)
        }),
        evil(4, "the-first-of-several-shares", move |p| {
            measured(p, "['printf', 'a 95%%\\ntotal 12%%\\n']", covered).says("not all agree").ends(4)
        }),
        evil(4, "a-part-of-a-number", move |p| {
            measured(p, "['echo', '1,234 errors']", count).says("only a part of the number").ends(4)
        }),
        evil(4, "a-greedy-match-eats-digits", |p| {
            measured(p, "['echo', 'total 250 errors']", "matches = 'total.*(\\d+) errors', below = 5")
                .says("only a part of the number")
                .ends(4)
        }),
        good("no-errors", |p| measured(p, "['echo', '0 errors']", "has = '0 errors'")),
        good("its-own-version", |p| measured(p, "['echo', 'app v1.0.0 (linux)']", "has = '{version}'")),
        good("several-that-agree", move |p| measured(p, "['printf', 'a 95%%\\ntotal 92%%\\n']", covered)),
        good("a-whole-number", move |p| measured(p, "['echo', 'found 12 errors']", count)),
    ]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
