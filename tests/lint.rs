//! The linter as the author of a plan meets it: every false green of the guide is named, and nothing else.

mod shell;
mod whole;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tminus_core::grammar::plan::{PlanFile, read};
use tminus_core::lint::{Finding, LintContext, Rule, lint};

const GUIDE: &str = include_str!("../assets/plans/guide.toml");
const EXAMPLE: &str = include_str!("../assets/plans/example.toml");

fn parsed(text: &str) -> PlanFile {
    read(Path::new("tminus.toml"), text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn named(findings: &[Finding]) -> Vec<(&'static str, &str)> {
    findings.iter().map(|f| (f.rule.id(), f.subject.as_str())).collect()
}

fn tags(tags: &[&str]) -> LintContext {
    LintContext { earlier_tags: Some(tags.iter().map(|t| (*t).to_owned()).collect()), ..LintContext::default() }
}

#[test]
fn the_guides_own_commands_fool_exactly_here() {
    let file = parsed(GUIDE);
    let findings = lint(&file.plan, &tags(&[]));
    let wanted = [
        ("pickaxe-literal", "check.secrets.run"),
        ("check-ignore-any", "check.dotenv-ignored.run"),
        ("tag-twice", "env.production.step[1].run"),
        ("tag-twice", "check.tag.run"),
        ("pull-proves-nothing", "check.pushed.run"),
        ("up-is-not-healthy", "check.containers.run"),
        ("up-is-not-healthy", "check.pods.run"),
        ("store-no-way-back", "runbook.bad-app.step[1].rollback"),
        ("phased-first-version", "env.app-store.deliver.mobile.phased"),
        ("crash-rate-too-early", "metric.crash-rate.horizons"),
        ("too-few-samples", "metric.crash-rate"),
        ("no-timeout", "check.quality"),
        ("cannot-fail", "check.variables.run"),
        ("cannot-fail", "check.content.run"),
        ("lock-is-not-audit", "check.dependencies.run"),
        ("step-without-undo", "env.production.step[1]"),
        ("variable-unset", "check.variables.run"),
        ("check-never-run", "check.third-parties"),
    ];
    assert_eq!(named(&findings), wanted);
    let unplaced: Vec<&str> =
        findings.iter().map(|f| f.subject.as_str()).filter(|subject| file.location(subject).is_none()).collect();
    assert_eq!(unplaced, Vec::<&str>::new(), "every finding has a line");
}

#[test]
fn a_finding_says_the_numbers() {
    let file = parsed(GUIDE);
    let findings = lint(&file.plan, &tags(&[]));
    let about = |rule: Rule| findings.iter().find(|f| f.rule == rule).unwrap();
    assert!(about(Rule::TooFewSamples).why.contains("0.05 % needs 6,000"), "{:?}", about(Rule::TooFewSamples));
    assert!(about(Rule::VariableUnset).says.contains("$API_BASE_URL, $MONGODB_URI, $SENTRY_DSN"));
    assert!(about(Rule::CheckIgnoreAny).instead.contains(r#"[".env", ".env.production", ".env.*.local"]"#));
}

#[test]
fn the_plan_of_the_design_fools_nobody() {
    let plan = parsed(EXAMPLE).plan;
    assert_eq!(named(&lint(&plan, &tags(&["v0.9.4"]))), []);
    // the same plan before its first version: a phase that does not exist
    let first = lint(&plan, &tags(&[]));
    assert_eq!(named(&first), [("phased-first-version", "env.app-store.deliver.mobile.phased")]);
}

#[test]
fn a_compose_file_and_an_environment_file_are_read_for_names() {
    let plan = parsed(GUIDE).plan;
    let compose = "services: {backend: {environment: {A: '${MONGODB_URI}', B: '${X:-1}', C: $$NO, D: $SECRET_KEY}}}\n";
    let mut around = tags(&["v0.9.4"]);
    around.compose = BTreeMap::from([("docker-compose.prod.yml".to_owned(), compose.to_owned())]);
    around.dotenv = BTreeMap::from([(".env".to_owned(), BTreeSet::from(["MONGODB_URI".to_owned()]))]);
    around.variables = ["API_BASE_URL", "SENTRY_DSN", "MONGODB_URI"].map(str::to_owned).into();
    let found = lint(&plan, &around);
    let unset: Vec<&Finding> = found.iter().filter(|f| f.rule == Rule::VariableUnset).collect();
    assert_eq!(unset.len(), 1, "{unset:?}");
    assert_eq!(unset[0].subject, "env.production.deliver.backend.file");
    assert!(unset[0].says.ends_with("uses $SECRET_KEY"), "{}", unset[0].says);
}

/// Makes a plan of one check that is gated, and returns the rules that it breaks.
fn check(body: &str) -> Vec<&'static str> {
    let text = format!(
        "format = 1\n[project]\nname = \"x\"\n[env.production]\ngate = [\"pre-deploy\"]\nurl = \"https://a.example.com\"\n\
         [check.it]\nphase = \"pre-deploy\"\ntitle = \"It holds\"\n{body}\n"
    );
    lint(&parsed(&text).plan, &LintContext::default()).iter().map(|f| f.rule.id()).collect()
}

fn run(words: &str, more: &str) -> Vec<&'static str> {
    check(&format!("timeout = \"1m\"\nrun = {words}\n{more}"))
}

fn shell(script: &str, more: &str) -> Vec<&'static str> {
    run(&format!("[\"sh\", \"-c\", '''{script}''']"), more)
}

#[test]
fn commands_that_can_fail_are_left_alone() {
    for script in [
        "make test && echo done",
        "set -e; make test; echo done",
        "if make test; then echo yes; else exit 1; fi",
        "make test | grep -q passed",
        "set -o pipefail; make test | tail -5",
        "test -n \"$API_KEY\"",
        "make test || exit 1",
        "make test || { echo no; exit 1; }",
        "curl -fsS http://127.0.0.1:1/",
        "git diff --exit-code",
        "X=$(cat n); test \"$X\" = 1",
        "echo \"${API_KEY:?}\" | grep -q .",
    ] {
        assert_eq!(shell(script, ""), Vec::<&str>::new(), "{script}");
    }
}

#[test]
fn commands_that_cannot_fail_are_named() {
    for script in [
        "make test || true",
        "make test; true",
        "make test; exit 0",
        "true",
        "echo fine",
        "make test | tail -5",
        "git log",
    ] {
        assert_eq!(shell(script, ""), ["cannot-fail"], "{script}");
    }
    assert_eq!(run("['true']", ""), ["cannot-fail"]);
    assert_eq!(shell("make test", "expect = { matches = '.*' }"), ["cannot-fail"]);
    assert_eq!(shell("echo all fine", "expect = { has = 'fine' }"), ["cannot-fail"]);
    assert_eq!(shell("make test || true", "expect = { exit = 1 }"), Vec::<&str>::new());
}

#[test]
fn an_output_is_judged_only_of_a_command_that_ran() {
    assert_eq!(shell("grep -r secret . || true", "expect = { empty = true }"), ["exit-ignored"]);
    assert_eq!(shell("pytest || true", "expect = { has = 'passed' }"), ["exit-ignored"]);
    assert_eq!(shell("docker logs backend | tail -20", "expect = { has = 'started' }"), Vec::<&str>::new());
}

#[test]
fn a_search_of_the_history_is_read_as_git_reads_it() {
    let empty = "expect = { empty = true }";
    for words in [r#"'git log -S "a\|b"'"#, r#"'git log -S"a|b" --all'"#, r#"'git -C x log -G "a\|b"'"#] {
        assert_eq!(run(words, empty), ["pickaxe-literal"], "{words}");
    }
    for words in [r#"'git log -G "a|b"'"#, r#"'git log -S "a|b" --pickaxe-regex'"#, r#"'git log -S api_key'"#] {
        assert_eq!(run(words, empty), Vec::<&str>::new(), "{words}");
    }
}

#[test]
fn health_is_more_than_running() {
    let of = |words: &str, expect: &str| run(words, &format!("expect = {expect}"));
    assert_eq!(of("'docker ps'", "{ has = 'backend' }"), ["up-is-not-healthy"]);
    // "unhealthy" holds the word healthy
    assert_eq!(of("'docker compose ps'", "{ has = 'healthy' }"), ["up-is-not-healthy"]);
    assert_eq!(of("'docker compose ps'", "{ has = '(healthy)' }"), Vec::<&str>::new());
    assert_eq!(of("'kubectl get pods'", "{ matches = '1/1\\s+Running' }"), Vec::<&str>::new());
    assert_eq!(run("['docker', 'inspect', '-f', '{{.State.Health.Status}}', 'x']", ""), ["up-is-not-healthy"]);
    let asked = of("['docker', 'inspect', '-f', '{{.State.Health.Status}}', 'x']", "{ matches = '^healthy' }");
    assert_eq!(asked, Vec::<&str>::new());
    assert_eq!(run("'kubectl rollout status deployment/backend'", ""), Vec::<&str>::new());
    assert_eq!(of("'curl -fs https://a.example.com/'", "{ has = 'healthy' }"), ["up-is-not-healthy"]);
    assert_eq!(check("http = { get = '{url}/' }\nexpect = { body-has = 'healthy' }"), ["up-is-not-healthy"]);
    assert_eq!(check("http = { get = '{url}/' }\nexpect = { body-has = '\"healthy\"' }"), Vec::<&str>::new());
}

#[test]
fn one_ignored_path_and_a_pull_by_digest_prove_something() {
    assert_eq!(run("'git check-ignore .env'", ""), Vec::<&str>::new());
    assert_eq!(run("'docker pull r.example.com/a@sha256:0123'", ""), Vec::<&str>::new());
    assert_eq!(run("'docker pull r.example.com/a:1'", ""), ["pull-proves-nothing"]);
    assert_eq!(run("'git tag -l v1.0.0'", "expect = { has = 'v1.0.0' }"), Vec::<&str>::new());
}

#[test]
fn a_variable_is_empty_in_a_shell_and_a_word_without_one() {
    assert_eq!(shell("test -d \"$DATA_DIR\"", ""), ["variable-unset"]);
    assert_eq!(shell("test -d \"$DATA_DIR\"", "env = { DATA_DIR = \"/srv\" }"), Vec::<&str>::new());
    assert_eq!(run("'test -d $DATA_DIR'", "env = { DATA_DIR = \"/srv\" }"), ["variable-unset"]);
    assert_eq!(run("['grep', '-E', '^v[0-9]+$', 'VERSION']", ""), Vec::<&str>::new());
    assert_eq!(shell("test -d \"$HOME\"", ""), Vec::<&str>::new());
}

#[test]
fn a_rule_is_accepted_with_a_reason_and_not_otherwise() {
    assert_eq!(check("run = 'make'\nlint-ok = { no-timeout = 'make has its own' }"), Vec::<&str>::new());
    assert_eq!(check("run = 'make'\nlint-ok = { no-timeout = ' ' }"), ["no-timeout", "bad-silence"]);
    assert_eq!(check("run = 'make'\nlint-ok = { no-timeuot = 'x' }"), ["no-timeout", "bad-silence"]);
    assert_eq!(check("run = 'make'\n[lint]\nok = { no-timeout = 'the runner ends them' }"), Vec::<&str>::new());
}

#[test]
fn a_check_that_nothing_waits_for_is_named() {
    let plan = |phase: &str, more: &str| {
        let text = format!(
            "format = 1\n[project]\nname = \"x\"\n[env.a]\nverify = [\"front\"]\n[check.front]\nphase = \"post-deploy\"\n\
             title = \"t\"\nfile = {{ path = \"x\" }}\nneeds = [\"back\"]\n[check.back]\nphase = \"post-deploy\"\ntitle = \"t\"\n\
             manual = true\n[check.lost]\nphase = \"{phase}\"\ntitle = \"t\"\nmanual = true\n{more}"
        );
        lint(&parsed(&text).plan, &LintContext::default()).iter().map(|f| f.subject.clone()).collect::<Vec<_>>()
    };
    assert_eq!(plan("review", ""), ["check.lost"]);
    assert_eq!(plan("review", "required = false"), Vec::<String>::new());
    assert_eq!(plan("weekly", ""), Vec::<String>::new());
}

#[test]
fn a_verification_of_one_environment_asks_that_one() {
    let plan = |url: &str| {
        let text = format!(
            "format = 1\n[project]\nname = \"x\"\n[env.staging]\nurl = \"https://s.example.com\"\nverify = [\"h\"]\n\
             [env.production]\nurl = \"https://p.example.com\"\nverify = [\"h\"]\n[check.h]\nphase = \"post-deploy\"\n\
             title = \"t\"\nhttp = {{ get = \"{url}/health\" }}\n"
        );
        let found = lint(&parsed(&text).plan, &LintContext::default());
        found.iter().map(|f| format!("{}: {}", f.rule, f.says)).collect::<Vec<_>>()
    };
    assert_eq!(plan("{url}"), Vec::<String>::new());
    assert_eq!(plan("https://status.example.net"), Vec::<String>::new());
    let wrong = "verifies-elsewhere: verifies staging and asks p.example.com, which is production";
    assert_eq!(plan("https://p.example.com"), [wrong]);
}

#[test]
fn an_app_store_without_a_brake_is_named() {
    let plan = |more: &str| {
        let text = format!(
            "format = 1\n[project]\nname = \"x\"\n[artifact.app]\napp = \"com.example.app\"\n[env.store]\n\
             deliver.app = {{ with = \"app-store\", connect = \"asc\" {more} }}\n[connect.asc]\nkind = \
             \"app-store-connect\"\nissuer = \"i\"\nkey-id = \"k\"\nkey = {{ env = \"K\" }}\n"
        );
        lint(&parsed(&text).plan, &tags(&["v1.0.0"])).iter().map(|f| f.rule.id()).collect::<Vec<_>>()
    };
    assert_eq!(plan(""), ["store-no-way-back"]);
    assert_eq!(plan(", phased = true"), Vec::<&str>::new());
}
