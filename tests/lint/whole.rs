//! Rules about the plan as a whole: gates, approvals, paths, metrics, deliveries, expectations.

use super::{LintContext, lint, parsed};
use std::collections::BTreeSet;
use tminus_core::plan::{ComposeFile, ComposeService, HostPorts};

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn found(tables: &str, around: &LintContext) -> Vec<&'static str> {
    let text = format!("format = 1\n[project]\nname = \"x\"\n{tables}");
    lint(&parsed(&text).plan, around).iter().map(|finding| finding.rule.id()).collect()
}

fn rules(tables: &str) -> Vec<&'static str> {
    found(tables, &LintContext::default())
}

/// A gated check with this body.
fn gated(body: &str) -> String {
    format!("[env.a]\ngate = [\"pre-deploy\"]\n[check.c]\nphase = \"pre-deploy\"\ntitle = \"t\"\n{body}\n")
}

const NOTHING: [&str; 0] = [];

#[test]
fn a_gate_in_which_nothing_is_required_is_named() {
    assert_eq!(rules("[env.a]\ngate = [\"pre-deploy\"]\n"), ["empty-gate"]);
    assert_eq!(rules(&gated("manual = true\nrequired = false")), ["empty-gate"]);
    assert_eq!(rules(&gated("manual = true")), NOTHING);
    assert_eq!(rules("[env.a]\nurl = \"https://a.example.com\"\n"), NOTHING);
}

#[test]
fn approvals_that_nobody_can_give_are_named() {
    let plan = |members: &str, rule: &str, more: &str| {
        rules(&format!("[team.t]\nmembers = [{members}]\n[env.a]\napprovals = {{ {rule}, from = \"t\" }}\n{more}"))
    };
    let group = "[session]\ngroup = \"g\"\n";
    assert_eq!(plan("'a', 'b'", "count = 2", group), ["approvals-impossible"]);
    assert_eq!(plan("'a'", "count = 1", group), ["approvals-impossible"]);
    assert_eq!(plan("'a', 'b'", "count = 2, own = true", group), NOTHING);
    assert_eq!(plan("'a', 'b', 'c'", "count = 2", group), NOTHING);
    // without a group only two system users can join: whoever keeps the engine, and root
    assert_eq!(plan("'a', 'b', 'c'", "count = 2", ""), ["approvals-impossible"]);
    assert_eq!(plan("'a', 'b', 'c'", "count = 1", ""), NOTHING);
    assert_eq!(plan("'a', 'b', 'c'", "count = 2, same-user = true", ""), NOTHING);
    assert_eq!(plan("'a', 'b'", "count = 1, own = true", ""), NOTHING);
}

#[test]
fn paths_that_match_no_file_or_leave_the_script_out_are_named() {
    let files = Some(names(&["backend/app.py", "scripts/check.sh"]));
    let around = LintContext { files, ..LintContext::default() };
    let of =
        |run: &str, paths: &str| found(&gated(&format!("timeout = \"1m\"\nrun = {run}\npaths = {paths}")), &around);
    assert_eq!(of("['pytest']", "['bakend/**']"), ["paths-match-nothing"]);
    assert_eq!(of("['pytest']", "['backend/**']"), NOTHING);
    assert_eq!(of("['./scripts/check.sh']", "['backend/**']"), ["paths-leave-out"]);
    assert_eq!(of("['sh', 'scripts/check.sh']", "['backend/**']"), ["paths-leave-out"]);
    assert_eq!(of("['sh', '-c', 'sh scripts/check.sh']", "['backend/**']"), ["paths-leave-out"]);
    assert_eq!(of("['./scripts/check.sh']", "['backend/**', 'scripts/**']"), NOTHING);
}

#[test]
fn names_that_the_repository_does_not_have_are_named() {
    let around = |branches: &[&str], remotes: &[&str]| LintContext {
        branches: Some(names(branches)),
        remotes: Some(names(remotes)),
        ..LintContext::default()
    };
    assert_eq!(found("[release]\nbase = \"main\"\n", &around(&["dev"], &["origin"])), ["not-in-repository"]);
    assert_eq!(found("[release]\nremote = \"upstream\"\n", &around(&["main"], &["origin"])), ["not-in-repository"]);
    assert_eq!(found("[release]\nremote = \"upstream\"\n", &around(&["main"], &[])), ["not-in-repository"]);
    assert_eq!(found("", &around(&["main"], &["origin"])), NOTHING);
    assert_eq!(found("", &around(&["main"], &[])), NOTHING);
}

#[test]
fn expectations_that_always_hold_are_named() {
    let run = |expect: &str| rules(&gated(&format!("timeout = \"1m\"\nrun = ['cov']\nexpect = {{ {expect} }}")));
    let http =
        |expect: &str| rules(&gated(&format!("http = {{ get = 'https://x.example.com/' }}\nexpect = {{ {expect} }}")));
    let above = r"matches = '(\d+)', above = -1";
    let below = r"matches = '(\d+)%', below = 101";
    for expect in ["matches = '.'", "matches = '.+'", r"matches = '\S'", above, below] {
        assert_eq!(run(expect), ["cannot-fail"], "{expect}");
    }
    let covered = r"matches = '(\d+)%', above = 87";
    let errors = r"matches = '(\d+) errors', below = 101";
    for expect in [covered, errors, "matches = 'passed'", r"matches = '(-?\d+)', above = -1"] {
        assert_eq!(run(expect), NOTHING, "{expect}");
    }
    assert_eq!(http("json = {}"), ["cannot-fail"]);
    assert_eq!(http("header = { x = '' }"), ["cannot-fail"]);
    assert_eq!(http("json = { status = 'ok' }, header = { x = 'y' }"), NOTHING);
    assert_eq!(http("json = { checks = [{ status = 'up' }] }"), ["bad-case-passes"]);
    assert_eq!(http("json = { checks = [{ name = 'db', status = 'up' }] }"), NOTHING);
}

#[test]
fn a_metric_that_nobody_reads_or_that_looks_at_a_fixed_time_is_named() {
    let plan = |metric: &str, verify: &str| {
        rules(&format!(
            "[env.a]\nverify = [{verify}]\n[connect.p]\nkind = 'prometheus'\nurl = 'http://127.0.0.1:9090'\n\
             [metric.m]\ntitle = 'Errors'\nfrom = 'p'\nhorizons = ['30m']\n{metric}"
        ))
    };
    let (query, count) = ("query = 'sum(increase(e[{horizon}]))'\n", "count = 'sum(increase(r[{horizon}]))'\n");
    assert_eq!(plan(&format!("{query}{count}below = '0.1%'"), "'m'"), NOTHING);
    assert_eq!(plan(&format!("{query}{count}below = '0.1%'"), ""), ["check-never-run"]);
    assert_eq!(plan(&format!("{query}{count}below = '100%'"), "'m'"), ["cannot-fail"]);
    let timeless = ["query-without-horizon"];
    assert_eq!(plan(&format!("query = 'rate(e[5m])'\n{count}below = '0.1%'"), "'m'"), timeless);
    assert_eq!(plan(&format!("{query}count = 'sum(r)'\nbelow = '0.1%'"), "'m'"), timeless);
}

#[test]
fn an_undo_by_commands_says_what_it_brings_back() {
    let plan = |deliver: &str| {
        let artifact = "[artifact.s]\nimage = 'r.example.com/s:{version}'\n";
        rules(&format!("{artifact}[env.a]\ndeliver.s = {{ with = 'command', {deliver} }}\n"))
    };
    let current = "current = [['cat', 'v']], deploy = [['d']]";
    assert_eq!(plan(&format!("{current}, undo = [['u', '{{previous}}']]")), NOTHING);
    assert_eq!(plan(&format!("{current}, undo = [['u']]")), ["undo-unnamed"]);
}

#[test]
fn a_verification_asks_its_own_environment_however_the_address_is_spelt() {
    let plan = |url: &str, way: &str| {
        rules(&format!(
            "[env.s]\nurl = 'https://s.example.com'\nverify = ['h']\n[env.p]\nurl = '{url}'\nlogs = ['l']\n\
             [log.l]\nfile = 'l.log'\n[check.h]\nphase = 'post-deploy'\ntitle = 't'\ntimeout = '9s'\n{way}\n"
        ))
    };
    let elsewhere = ["verifies-elsewhere"];
    let p = "https://p.example.com";
    assert_eq!(plan("http://127.0.0.1:8000", "http = { get = 'http://localhost:8000/health' }"), elsewhere);
    assert_eq!(plan(p, "http = { get = 'https://p.example.com:443/health' }"), elsewhere);
    assert_eq!(plan(p, "run = ['curl', '-fsS', 'https://P.example.com/health']"), elsewhere);
    assert_eq!(plan(p, "run = ['sh', '-c', 'curl -fsS https://p.example.com/ -o /dev/null']"), elsewhere);
    assert_eq!(plan(p, "log = { source = 'l', has = 'started' }"), elsewhere);
    assert_eq!(plan(p, "http = { get = '{url}/health' }"), NOTHING);
    assert_eq!(plan(p, "run = ['curl', '-fsS', '{url}/health']"), NOTHING);
}

#[test]
fn a_sign_of_life_is_not_health() {
    let plan = |way: &str| {
        let check = format!("[check.h]\nphase = 'post-deploy'\ntitle = 't'\ntimeout = '9s'\n{way}\n");
        rules(&format!("[env.s]\nurl = 'https://s.example.com'\nverify = ['h']\n{check}"))
    };
    for words in ["'nc -z db 5432'", "'pgrep app'", "'systemctl is-active app'", "'curl -fsSL {url}/health'"] {
        assert_eq!(plan(&format!("run = {words}")), ["up-is-not-healthy"], "{words}");
    }
    assert_eq!(plan("run = 'curl -fsS {url}/health'"), NOTHING);
    assert_eq!(plan("run = ['sh', '-c', 'systemctl is-active app && curl -fsS http://127.0.0.1/health']"), NOTHING);
}

#[test]
fn what_this_build_does_not_do_is_named() {
    let unavailable = vec![("limits.log-disk".to_owned(), "`log-disk`".to_owned())];
    let around = LintContext { unavailable, ..LintContext::default() };
    assert_eq!(found("", &around), ["unavailable"]);
    assert_eq!(found("[lint]\nok = { unavailable = \"the next build has it\" }\n", &around), NOTHING);
}

#[test]
fn a_tag_is_spelt_as_the_tags_before_it() {
    let around = |tags: &[&str]| LintContext {
        earlier_tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
        ..LintContext::default()
    };
    let plan = |tag: &str, tags: &[&str]| found(&format!("[release]\ntag = '{tag}'\n"), &around(tags));
    assert_eq!(plan("v{version}", &["25.07.1", "25.01"]), ["not-in-repository"]);
    assert_eq!(plan("v{version}", &["core@10.1.1"]), ["not-in-repository"]);
    assert_eq!(plan("v{version}", &["nightly", "v0.9.4"]), NOTHING);
    assert_eq!(plan("v{version}", &["nightly"]), NOTHING);
    assert_eq!(plan("core@{version}", &["core@10.1.1"]), NOTHING);
}

#[test]
fn a_step_whose_failure_reaches_nobody_is_named() {
    let plan = |run: &str| {
        rules(&format!("[env.a]\n[[env.a.step]]\nat = 'before'\ntitle = 'Migrate'\nirreversible = 'x'\nrun = {run}\n"))
    };
    for run in ["['sh', '-c', './migrate.sh | tee log']", "['sh', '-c', './migrate.sh || true']"] {
        assert_eq!(plan(run), ["cannot-fail"], "{run}");
    }
    for run in ["['./migrate.sh']", "['echo', 'deployed']", "['sh', '-c', 'docker rm -f old || true']"] {
        assert_eq!(plan(run), NOTHING, "{run}");
    }
}

#[test]
fn a_percentile_of_a_few_requests_is_named() {
    let of = |tries: &str| {
        rules(&gated(&format!(
            "http = {{ get = \"https://a.example.com\"{tries} }}\nexpect = {{ status = 200, p95-below = \"200ms\" }}"
        )))
    };
    assert_eq!(of(""), ["too-few-samples"]);
    assert_eq!(of(", tries = 1"), ["too-few-samples"]);
    assert_eq!(of(", tries = 5"), NOTHING);
    assert_eq!(rules(&gated("http = { get = \"https://a.example.com\" }\nexpect = { status = 200 }")), NOTHING);
}

#[test]
fn two_environments_that_publish_one_port_of_one_host_are_named() {
    let docker = |name: &str, more: &str| {
        format!("[env.{name}]\ndeliver.s = {{ with = 'docker', container = '{name}', ports = [{more} }}\n")
    };
    let plan = |one: &str, two: &str| {
        format!("[artifact.s]\nimage = 'x/s:{{version}}'\n{}{}", docker("staging", one), docker("production", two))
    };
    assert_eq!(rules(&plan("'8080:80']", "'127.0.0.1:8080:80']")), ["one-port"]);
    assert_eq!(rules(&plan("'8080:80']", "'8081:80']")), NOTHING);
    assert_eq!(rules(&plan("'8080:80']", "'8080:80/udp']")), NOTHING);
    assert_eq!(rules(&plan("'8080:80']", "'8080:80'], context = 'far'")), NOTHING, "another engine");
    let service =
        |port: &str| ComposeService { ports: HostPorts::read(port).into_iter().collect(), ..Default::default() };
    let file = |project: &str, port: &str| ComposeFile {
        project: project.to_owned(),
        services: [("web".to_owned(), service(port))].into(),
    };
    let compose = |other: &str| {
        let mut around = LintContext::default();
        around.places.compose =
            [("a.yml".to_owned(), file("a", "80:80")), ("b.yml".to_owned(), file("b", other))].into();
        let deliver = |name: &str, file: &str| {
            format!("[env.{name}]\ndeliver.s = {{ with = 'compose', file = '{file}', service = 'web' }}\n")
        };
        let plan = format!(
            "[artifact.s]\nimage = 'x/s:{{version}}'\n{}{}",
            deliver("staging", "a.yml"),
            deliver("production", "b.yml")
        );
        found(&plan, &around)
    };
    assert_eq!(compose("80:8000"), ["one-port"]);
    assert_eq!(compose("81:80"), NOTHING);
}
