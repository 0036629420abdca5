//! The plan file as its author meets it: a whole plan that is read, and mistakes that are all told at once.

use proptest::prelude::*;
use serde_json::Value;
use std::path::Path;
use tminus_core::grammar::plan::{PlanErrors, PlanFile, read};
use tminus_core::grammar::trusted_lines;
use tminus_core::kinds::check::{CheckKind, ManualCheck, Method, MetricCheck, RunCheck};
use tminus_core::kinds::connect::{ConnectKind, MongoDbConnect};
use tminus_core::kinds::deliver::{CommandDeliver, DeliverKind, KubernetesDeliver};
use tminus_core::kinds::log::{FileOrigin, LogOrigin};
use tminus_core::plan::{Approvals, ArtifactKind, EnvValue, Limit, RunbookTask, Secret, Template, Undo};
use tminus_core::time::Span;

const EXAMPLE: &str = include_str!("../assets/plans/example.toml");

fn plan(text: &str) -> Result<PlanFile, PlanErrors> {
    read(Path::new("tminus.toml"), text)
}

#[test]
fn the_whole_plan_of_the_design_is_read() {
    let file = plan(EXAMPLE).unwrap_or_else(|errors| panic!("{errors}"));
    let plan = &file.plan;
    assert_eq!(plan.project, "BayitPlus");
    let environments: Vec<&str> = plan.environments.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(environments, ["development", "staging", "testflight", "production", "app-store"]);
    assert_eq!(plan.release.versions.len(), 3);
    assert_eq!(plan.release.hotfix.as_str(), "hotfix/{version}");
    let offsets: Vec<i64> = plan.milestones.iter().map(|m| m.at.seconds() / 86_400).collect();
    assert_eq!(offsets, [-5, -4, -1, 0]);

    let production = plan.environment(&"production".into()).unwrap();
    assert!(production.protected);
    assert_eq!(production.after[0].horizon, Some(Span::seconds(1_800)));
    let approvals = Approvals { count: 2, from: Some("engineering".into()), own: true, same_user: false };
    assert_eq!(production.approvals, Some(approvals));
    assert_eq!(production.steps[0].undo, Undo::Irreversible("columns are dropped".to_owned()));
    assert_eq!(production.verify.len(), 6);
    let DeliverKind::Kubernetes(KubernetesDeliver { workload, manifests, .. }) = &production.deliver[0].kind else {
        panic!("not a cluster")
    };
    assert_eq!((workload.as_str(), manifests.as_deref()), ("deployment/backend", Some("k8s/")));
    assert!(plan.environments[4].after[1].any);

    let ArtifactKind::Image { build: Some(build), .. } = &plan.artifacts[0].kind else { panic!("not an image") };
    assert_eq!(build.max_size, Some(500_000_000));
    let health = plan.check(&"api-health".into()).unwrap();
    assert_eq!((health.expect.status, health.expect.p95_below), (Some(200), Some(Span::millis(200))));
    assert_eq!(health.expect.json, Some(serde_json::json!({ "status": "healthy" })));
    let tests = plan.check(&"backend-tests".into()).unwrap();
    assert_eq!((tests.expect.above, tests.required), (Some(87.0), true));
    assert_eq!(plan.checks.len(), 13);
    assert_eq!(plan.metrics[0].below, Some(Limit::Share(0.001)));
    assert_eq!(plan.metrics[0].baseline.map(|b| b.worse_by), Some(0.1));
    assert_eq!(plan.metrics[1].below, Some(Limit::Seconds(0.2)));
    let mongo = Secret::Dotenv { file: "backend/.env.production".to_owned(), key: "MONGODB_URI".to_owned() };
    assert_eq!(plan.connects[1].kind, ConnectKind::MongoDb(MongoDbConnect { uri: mongo }));
    assert_eq!(plan.runbooks[0].steps[0].task, RunbookTask::Flag { flag: "voice".into(), on: false });
    assert_eq!(plan.runbooks[0].steps.len(), 4);
}

fn errors(text: &str) -> String {
    plan(text).map(|_| String::new()).unwrap_or_else(|errors| errors.to_string())
}

/// A plan with what the example has no use for.
const OTHER: &str = include_str!("plans/other.toml");

const EIGHT: &str = r#"format = 1

[project]
name = "BayitPlus"

[artifact.backend]
image = "registry.example.com/backend:{versoin}"

[env.staging]
url = "https://staging.bayitplus.com"
after = [{ env = "prodction", horizon = "30m" }]
deliver.backend = { with = "compose", file = "../compose.yml", service = "backend" }
verify = ["health"]

[env.production]
protectd = true
approvals = { count = "two" }

[check.health]
phase = "post-deploy"
title = "Health"
http = { get = "{url}/api/health" }
expect = { status = 200 }
timeout = "30 seconds"

[check.tests]
phase = "pre-deploy"
title = "Tests"
run = ["npm", "test"
dir = "mobile-app"

[connect.slack]
kind = "slack"
url = "https://hooks.slack.com/services/T000/B000/XXXXXXXXXXXX"
"#;

/// Changes of the example, each with one mistake, and what is said about it.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("format = 1", "format = 2", "only 1 is known here"),
    ("format = 1", "", "`format` is missing"),
    ("[project]", "[projects]", "did you mean `project`?"),
    ("[check.version]", "[checks.version]", "did you mean `check`?"),
    ("name = \"BayitPlus\"", "name = 5", "text belongs here, and this is a whole number"),
    ("at = \"-5d\"", "at = \"5 days\"", "not an offset"),
    ("[[milestone]]\nat = \"-4d\"", "[milestone]\nat = \"-4d\"", "a second time"),
    ("tell    = [\"slack\"]", "tell    = [\"slak\"]", "did you mean `slack`?"),
    ("tell    = [\"slack\"]", "tell    = [\"sentry\"]", "of kind `sentry`"),
    ("backend:{version}\"", "backend:{horizon}\"", "`{horizon}` has no value here"),
    ("\"500MB\"", "\"500 mb\"", "not a size"),
    ("\"500MB\"", "500", "a size belongs here"),
    ("registry = \"registry\"", "registry = \"sentry\"", "`sentry` is of kind `sentry`, and `registry` belongs here"),
    ("dockerfile = \"Dockerfile\"", "dockerfile = \"/etc/Dockerfile\"", "outside the repository"),
    ("app   = \"com.bayitplus.app\"", "app   = \"a\"\nimage = \"b\"", "`image` cannot stand beside `app`"),
    ("app   = \"com.bayitplus.app\"\n", "", "this does not say which kind it is"),
    ("deliver.mobile = { with = \"testflight\"", "deliver.backend = { with = \"testflight\"", "delivers an app"),
    ("with = \"docker\"", "with = \"dokcer\"", "did you mean `docker`?"),
    ("container = \"bayitplus-backend\", ports", "container = \"bayitplus-backend\", prots", "did you mean `ports`?"),
    ("groups = [\"Internal\", \"Beta\"]", "phased = true", "`phased` does not go with `testflight`"),
    ("gate      = [\"pre-deploy\"]", "gate      = [\"predeploy\"]", "did you mean `pre-deploy`?"),
    ("{ env = \"staging\", horizon = \"30m\" }", "{ env = \"staging\", horizon = \"30\" }", "not a duration"),
    ("{ env = \"staging\", horizon = \"30m\" }", "{ env = \"app-store\" }", "comes after itself"),
    ("count = 2", "count = 3", "team `engineering` has 2 members"),
    ("count = 2, from = \"engineering\"", "count = 2, from = \"engineers\"", "there is no team `engineers`"),
    ("irreversible = \"columns are dropped\"", "irreversible = \"x\"\nundo = [\"true\"]", "`undo` cannot stand beside"),
    ("at    = \"before\"", "at    = \"during\"", "`during` is not known here"),
    ("logs      = [\"cluster-backend\"]", "logs      = [\"cluster\"]", "did you mean `cluster-backend`?"),
    ("\"api-content\", \"started\"]", "\"api-content\", \"stated\"]", "did you mean `started`?"),
    ("\"api-content\", \"started\"]", "\"api-content\", \"api-content\"]", "a second time"),
    ("url      = \"https://staging.bayitplus.com\"", "url      = \"staging.bayitplus.com\"", "not an address"),
    ("versions = true\n", "versions = false\n", "write `true`"),
    ("versions = true\n", "versions = true\nmanual = true\n", "`manual` cannot stand beside `versions`"),
    ("versions = true\n", "versions = true\ndir = \"x\"\n", "`dir` does not go with `versions`"),
    ("versions = true\n", "versions = true\nexpect = { exit = 0 }\n", "it goes with `run`, `http`"),
    ("versions = true\n", "versions = true\nneeds = [\"version\"]\n", "`version` needs itself"),
    ("versions = true\n", "versions = true\nlint-ok = { x = 1 }\n", "text belongs here"),
    ("versions = true\n", "changelog = true\nversions = true\n", "`versions` cannot stand beside `changelog`"),
    ("changelog = \"CHANGELOG.md\"", "changelog = \"../CHANGELOG.md\"", "leads out of the repository"),
    ("[\"npm\", \"run\", \"build:ios:testflight\"]", "[]", "this command is empty"),
    ("[\"npm\", \"run\", \"build:ios:testflight\"]", "\"npm 'run\"", "a quote in this command is not closed"),
    ("[\"npm\", \"run\", \"build:ios:testflight\"]", "[\"npm\", \"{url}\"]", "`{url}` has no value here"),
    ("{ since = \"{previous-tag}\" }", "{ since = \"{previous-tga}\" }", "did you mean `{previous-tag}`?"),
    ("matches = 'TOTAL.*\\s(\\d+)%'", "matches = 'TOTAL('", "not a regular expression"),
    ("matches = 'TOTAL.*\\s(\\d+)%'", "matches = 'TOTAL'", "first group of `matches`, which has none"),
    ("matches = 'TOTAL.*\\s(\\d+)%', ", "", "`above` has nothing to compare"),
    ("matches = 'TOTAL.*\\s(\\d+)%'", "tool = \"pytst-cov\"", "did you mean `pytest-cov`?"),
    (
        "matches = 'TOTAL.*\\s(\\d+)%'",
        "tool = \"pytest-cov\", of = \"covrage\"",
        "pytest-cov does not report `covrage`",
    ),
    ("matches = 'TOTAL.*\\s(\\d+)%'", "tool = \"jest\"", "`above` does not say which number of jest it is about"),
    (
        "matches = 'TOTAL.*\\s(\\d+)%'",
        "tool = \"pytest-cov\", matches = '(x)'",
        "`matches` and `tool` are two questions",
    ),
    ("matches = 'TOTAL.*\\s(\\d+)%'", "of = \"coverage\"", "there is no `tool`"),
    ("expect  = { matches", "expect  = { status = 200, matches", "it goes with the `expect` of an `http` check"),
    ("paths   = [\"backend/**\"]", "paths   = [\"backend/[a\"]", "a bracket is not closed"),
    ("connects = \"mongo\"", "connects = \"mango\"", "did you mean `mongo`?"),
    ("source = \"backend\", has", "source = \"bakend\", has", "did you mean `backend`?"),
    ("owner  = \"product\"", "owner  = \"prodct\"", "did you mean `product`?"),
    ("from     = \"prometheus\"\nquery    = 'sum", "from     = \"mongo\"\nquery    = 'sum", "of kind `mongodb`"),
    ("below    = \"0.1%\"", "below    = \"0,1%\"", "not a limit"),
    ("worse-by = \"10%\"", "worse-by = 10", "a share belongs here"),
    ("below    = \"200ms\"\n", "", "has no limit"),
    ("kind = \"mongodb\"", "kind = \"mongo\"", "did you mean `mongodb`?"),
    (
        "token   = { env = \"SENTRY_AUTH_TOKEN\" }",
        "token   = \"hunter2hunter2\"",
        "a secret is never written into the plan",
    ),
    (
        "token   = { env = \"SENTRY_AUTH_TOKEN\" }",
        "token   = { env = \"hunter2 hunter2\" }",
        "not the name of a variable",
    ),
    ("{ off = \"voice\" }", "{ off = \"vioce\" }", "did you mean `voice`?"),
    ("connect = \"unleash\"", "connect = \"slack\"", "`slack` is of kind `slack`"),
    ("severity = [\"P1\", \"P2\"]", "severity = [\"P1\", \"P3\"]", "there is no severity `P3`"),
    ("rollback = \"production\"", "rollbck = \"production\"", "did you mean `rollback`?"),
    ("within = \"2h\"", "within = \"99999999999999h\"", "not a duration"),
    ("[flag.voice]", "[flag.\"a b\"]\ntitle=\"x\"\nconnect=\"unleash\"\nkey=\"k\"\n[flag.voice]", "cannot be a name"),
    (
        "[metric.latency-p95]",
        "[metric.started]\ntitle=\"x\"\nfrom=\"prometheus\"\nquery=\"q\"\nbelow=1\n[metric.latency-p95]",
        "name of a check too",
    ),
    (
        "phase = \"post-deploy\"\ngroup = \"Logs\"",
        "phase = \"after-deploy\"\ngroup = \"Logs\"",
        "there is no phase `after-deploy`",
    ),
];

#[test]
fn each_mistake_is_told_once() {
    for (from, to, says) in MISTAKES {
        assert!(EXAMPLE.contains(from), "the example has no {from:?}");
        let text = EXAMPLE.replacen(from, to, 1);
        let told = plan(&text).err().unwrap_or_else(|| panic!("{to:?} was taken"));
        assert!(told.to_string().contains(says), "{to:?} should say {says:?}:\n{told}");
        assert_eq!(told.errors.len(), 1, "{to:?} is one mistake:\n{told}");
        assert!(!told.to_string().contains("hunter2"), "a secret is on the screen:\n{told}");
    }
}

#[test]
fn eight_mistakes_are_eight_errors_each_at_its_line() {
    let told = plan(EIGHT).unwrap_err();
    assert_eq!(told.errors.len(), 8);
    insta::assert_snapshot!(told, @r#"
    tminus.toml:7:39: `{versoin}` is not a placeholder
      |
    7 | image = "registry.example.com/backend:{versoin}"
      |                                       ^^^^^^^^^
      = did you mean `{version}`?

    tminus.toml:11:18: there is no environment `prodction`
       |
    11 | after = [{ env = "prodction", horizon = "30m" }]
       |                  ^^^^^^^^^^^
       = did you mean `production`?

    tminus.toml:12:46: `..` leads out of the repository
       |
    12 | deliver.backend = { with = "compose", file = "../compose.yml", service = "backend" }
       |                                              ^^^^^^^^^^^^^^^^
       = write it from the root of the repository

    tminus.toml:16:1: `protectd` is not known here
       |
    16 | protectd = true
       | ^^^^^^^^
       = did you mean `protected`?

    tminus.toml:17:23: a whole number belongs here, and this is text
       |
    17 | approvals = { count = "two" }
       |                       ^^^^^

    tminus.toml:24:11: `30 seconds` is not a duration
       |
    24 | timeout = "30 seconds"
       |           ^^^^^^^^^^^^
       = write it as `500ms`, `90s`, `30m`, `24h` or `7d`

    tminus.toml:29:7: this is not TOML: this `[` is not closed
       |
    29 | run = ["npm", "test"
       |       ^

    tminus.toml:34:7: a secret is never written into the plan
       |
    34 | url = •••
       |       ^^^
       = write where it comes from: { env = "NAME" }, { dotenv = "FILE", key = "NAME" } or { command = ["…"] }
    "#);
}

#[test]
fn the_keys_beyond_the_example_are_read() {
    let file = plan(OTHER).unwrap_or_else(|errors| panic!("{errors}"));
    let plan = &file.plan;
    let phases: Vec<String> = plan.phases.iter().map(ToString::to_string).collect();
    assert_eq!(phases.join(" "), "pre-deploy qa review post-deploy daily weekly monthly yearly");
    assert_eq!(plan.release.notes.as_deref(), Some("NOTES.md"));
    assert!(plan.release.sign);
    assert_eq!(plan.release.remote, "upstream");
    assert_eq!(plan.session_group.as_deref(), Some("release"));
    assert_eq!(plan.lint_ok["no-timeout"], "they are quick");
    assert_eq!(
        (plan.limits.parallel_checks, plan.limits.log_memory, plan.limits.log_disk),
        (8, 128 << 20, 2_000_000_000)
    );

    let check = |name: &str| plan.check(&name.into()).unwrap_or_else(|| panic!("there is no {name}"));
    let run = check("run");
    assert_eq!(run.needs, vec!["changelog".into(), "file".into()]);
    assert_eq!(run.fresh, Some(Span::seconds(4 * 3_600)));
    assert_eq!(run.owner.as_deref(), Some("dana"));
    assert!(run.in_worktree && !run.required);
    assert_eq!(run.env[0], ("MODE".to_owned(), EnvValue::Plain(Template::new("{version}"))));
    assert_eq!(run.env[1], ("TOKEN".to_owned(), EnvValue::Secret(Secret::Env("CI_TOKEN".to_owned()))));
    assert_eq!((run.expect.exit, run.expect.empty, run.expect.below), (Some(2), true, Some(3.5)));
    assert_eq!(run.lint_ok["cannot-fail"], "it does");
    let CheckKind::Run(RunCheck { run: words, .. }) = &run.way else { panic!("{:?}", run.way) };
    assert_eq!(words.display(), "sh -c 'exit 2'");

    let CheckKind::Http(http) = &check("http").way else { panic!("not http") };
    assert_eq!((http.method, http.tries), (Method::Post, 1));
    assert_eq!(http.body, Some(Template::new("{\"a\": 1}")));
    assert_eq!(check("http").expect.header, vec![("content-type".to_owned(), "json".to_owned())]);
    let CheckKind::File(found) = &check("file").way else { panic!("not a file") };
    assert_eq!(found.newer_than.as_deref(), Some("30d"));
    let CheckKind::Dns(dns) = &check("dns").way else { panic!("not dns") };
    assert_eq!((dns.record.as_str(), dns.is.as_slice()), ("CNAME", ["lb.example.com".to_owned()].as_slice()));
    let CheckKind::Image(image) = &check("image").way else { panic!("not an image") };
    assert_eq!((image.max_size, image.user.as_deref()), (Some(1 << 30), Some("app")));
    assert_eq!(image.labels[0].0, "org.opencontainers.image.version");
    assert_eq!(check("metric").way, CheckKind::Metric(MetricCheck("queue".into())));
    assert_eq!(check("people").way, CheckKind::Manual(ManualCheck { four_eyes: true }));
    assert_eq!(check("changelog").way, CheckKind::Changelog);

    assert_eq!(plan.metrics[0].above, Some(Limit::Plain(95.0)));
    assert_eq!(plan.logs[0].keep.size, Some(200_000_000));
    assert_eq!(plan.logs[0].origin, LogOrigin::File(FileOrigin("/var/log/app.log".to_owned())));
    let kinds: Vec<&str> = plan.connects.iter().map(|c| c.kind.word()).collect();
    assert_eq!(kinds, ["cloudwatch", "github", "launchdarkly", "http", "command", "prometheus"]);
    let DeliverKind::Command(CommandDeliver { deploy, undo, .. }) = &plan.environments[0].deliver[0].kind else {
        panic!("not a command")
    };
    assert_eq!((deploy.len(), undo.len()), (2, 1));
    assert_eq!(plan.environments[0].steps[0].undo, Undo::Unsaid);
    assert_eq!(plan.runbooks[0].steps[0].task, RunbookTask::Flag { flag: "voice".into(), on: true });
}

#[test]
fn a_plan_says_where_each_of_its_parts_stands() {
    let file = plan(EXAMPLE).unwrap();
    let line_of = |path: &str| file.location(path).map(|place| EXAMPLE.lines().nth(place.line - 1).unwrap());
    assert_eq!(line_of("check.secrets.secrets"), Some("secrets = { since = \"{previous-tag}\" }"));
    assert!(line_of("env.production.step[0].run").is_some_and(|line| line.starts_with("run   = [\"poetry\"")));
    assert_eq!(
        line_of("env.production.step.0"),
        Some("[[env.production.step]]                                 # what else belongs to a deploy here")
    );
    assert_eq!(line_of("check.secrets.timeout"), Some("[check.secrets]"));
    assert_eq!(file.location("nothing.at.all"), None);
    assert_eq!(file.hash.len(), 64);
}

#[test]
fn a_literal_secret_never_reaches_the_screen() {
    let literals = [
        "[connect.a]\nkind = \"pagerduty\"\nkey = \"hunter2\"",
        "[connect.a]\nkind = \"pagerduty\"\nkye = \"hunter2\"",
        "[connect.a]\nkind = \"pager\"\nkey = \"hunter2\"",
        "[connect.a]\nkey = \"hunter2\"",
        "[connect.a]\nkind = \"pagerduty\"\nkey = { value = \"hunter2\" }",
        "[connect.a]\nkind = \"pagerduty\"\nkey = [\"hunter2\"]",
        "[connect.a]\nkind = \"pagerduty\"\nkey = \"hunter2",
        "[connect.a]\nkind = \"pagerduty\"\nkey = hunter2",
        "[connect.a]\nkind = \"pagerduty\"\nkey \"hunter2\"",
        "[connect.a]\nkind = \"pagerduty\"\nkey = { env = \"A\" }\nkey = \"hunter2\"",
        "[connect.a]\nkind = \"pagerduty\"\nkey = \"\"\"\nhunter2\n\"\"\"",
        "connect = \"hunter2\"",
        "[connect]\na = \"hunter2\"",
        "[check.a]\nphase = \"review\"\ntitle = \"x\"\nrun = \"x\"\nenv = { API_TOKEN = \"hunter2\", B = 5, C = \"{x}\" }",
        "[check.a]\nphase = \"review\"\ntitle = \"x\"\nrun = \"x\"\nenv = { API_TOKEN = [\"hunter2\"] }",
        "[check.a]\nphase = \"review\"\ntitle = \"x\"\nrun = \"x\"\nenv.API_TOKEN = \"hunter2",
        "[check.a]\nphase = \"review\"\ntitle = \"x\"\nhttp = { get = \"https://u:hunter2@host/\" }",
        "[check.a]\nphase = \"review\"\ntitle = \"x\"\nhttp = { get = \"https://h\", headers = { Authorization = \"hunter2\" } }",
        "[artifact.a]\nimage = \"x\"\nbuild = { args = { NPM_TOKEN = \"hunter2\" } }",
        "[metric.a]\ntitle = \"x\"\nfrom = \"mongodb://u:hunter2@host\"\nquery = \"q\"\nbelow = 1",
    ];
    for literal in literals {
        let told = errors(&format!("format = 1\nproject.name = \"x\"\n{literal}\n"));
        assert!(!told.is_empty(), "{literal:?} was taken");
        assert!(!told.contains("hunter2"), "a secret is on the screen:\n{told}");
    }
}

#[test]
fn a_key_that_is_never_sent_and_a_limit_that_every_answer_meets_are_refused() {
    let told = |more: &str| {
        errors(&format!(
            "format = 1\nproject.name = \"x\"\n[connect.a]\nkind = \"api-key\"\nurl = \"https://a.example.com\"\n{more}\n"
        ))
    };
    let token = "token = { env = \"KEY\" }";
    assert_eq!(told("header = { x-api-key = { env = \"KEY\" } }\nok = [200, 204]\nlimited = { 401 = \"narrow\" }"), "");
    assert_eq!(told(token), "");
    assert!(told("").contains("connect `a` sends no key"));
    assert!(told(&format!("{token}\nlimited = {{ 4O1 = \"x\" }}")).contains("`4O1` is no status of an answer"));
    assert!(told(&format!("{token}\nlimited = {{ 200 = \"x\" }}")).contains("200 already says that the key is valid"));
    assert!(told(&format!("{token}\nlimited = {{ 401 = \" \" }}")).contains("every answer holds an empty text"));
    assert!(told("header = { Authorization = \"hunter2\" }").contains("a secret is never written into the plan"));
}

#[test]
fn plain_settings_are_text() {
    let text = "format = 1\nproject.name = \"x\"\n[check.a]\nphase = \"review\"\ntitle = \"x\"\nrun = \"x\"\nenv = { MODE = \"a\", KEYCLOAK_URL = \"b\" }";
    assert_eq!(errors(text), "");
}

#[test]
fn a_file_that_is_too_long_is_refused_before_it_is_read() {
    let told = errors(&"# a line of a comment\n".repeat(500_000));
    assert!(told.starts_with("tminus.toml:1:1: this file has 11000000 bytes; a plan has at most 1048576"), "{told}");
}

#[test]
fn nothing_lies_so_deep_that_the_stack_ends() {
    let dotted = format!("{} = 1", vec!["a"; 100_000].join("."));
    let lists = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    let inline = format!("{}1{}", "a = { ".repeat(50_000), "}".repeat(50_000));
    let both = format!("{}1{}", format!("{} = {{", vec!["a"; 78].join(".")).repeat(78), "}".repeat(78));
    let headers: String = (0..20_000).map(|n| format!("[{}]\n", vec![format!("a{n}"); 3].join("."))).collect();
    for text in [dotted, lists, inline, both, headers] {
        assert!(plan(&text).is_err());
    }
}

#[test]
fn a_chain_of_checks_may_be_long_and_a_circle_is_found_at_its_end() {
    let check = |n: usize, needs: usize| {
        format!("[check.c{n}]\nphase = \"review\"\ntitle = \"x\"\nmanual = true\nneeds = [\"c{needs}\"]\n")
    };
    let chain: String = (0..5_000).map(|n| check(n, (n + 1) % 5_000)).collect();
    let told = plan(&format!("format = 1\nproject.name = \"x\"\n{chain}")).unwrap_err();
    assert_eq!(told.errors.len(), 1, "{told}");
    assert_eq!(told.errors[0].says, "`c0` needs itself");
}

#[test]
fn what_a_terminal_would_obey_is_not_printed() {
    let told = errors("format = 1\nproject.name = \"x\"\n\"\\u001b[2J\" = 1\n# \u{202e}\nb = \u{1b}]0;x\u{7} 1\n");
    assert!(!told.is_empty());
    assert!(!told.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{told:?}");
}

#[test]
fn a_long_line_is_cut_around_its_mistake() {
    let told = errors(&format!(
        "format = 1\nproject.name = \"x\"\nlint = {{ ok = {{ a = \"{}\" }}, x = 1 }}\n",
        "y".repeat(5_000)
    ));
    assert!(told.lines().all(|line| line.chars().count() < 200), "{told}");
    assert!(told.contains("x = 1"), "{told}");
}

#[test]
fn the_schema_takes_the_example_and_refuses_what_the_reader_refuses() {
    let schema = tminus_core::grammar::schema();
    let value = |text: &str| toml::from_str::<Value>(text).unwrap();
    for text in [EXAMPLE, OTHER] {
        if let Err(why) = fits(&schema, &value(text)) {
            panic!("{why}");
        }
    }
    let refused = [
        ("[project]", "[project]\ncolour = \"teal\""),
        ("kind = \"mongodb\"", "kind = \"mongo\""),
        ("versions = true\n", "versions = true\nmanual = true\n"),
        ("token   = { env = \"SENTRY_AUTH_TOKEN\" }", "token = \"x\""),
        ("timeout = \"15m\"", "timeout = 15"),
    ];
    for (from, to) in refused {
        let text = EXAMPLE.replacen(from, to, 1);
        assert!(fits(&schema, &value(&text)).is_err(), "the schema takes {to:?}");
        assert!(plan(&text).is_err(), "the reader takes {to:?}");
    }
}

/// Says whether a value fits a schema, as far as the words of this schema go.
fn fits(schema: &Value, value: &Value) -> Result<(), String> {
    let text = value.as_str().unwrap_or_default();
    let all = |key: &str| schema[key].as_array().cloned().unwrap_or_default();
    let fitting = |key: &str| all(key).iter().filter(|s| fits(s, value).is_ok()).count();
    let is_type = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        _ => false,
    };
    let types: Vec<Value> = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    let rules = [
        (schema.get("type").is_none() || types.iter().any(is_type), "type"),
        (schema.get("const").is_none_or(|only| only == value), "const"),
        (schema.get("enum").is_none() || all("enum").contains(value), "enum"),
        (schema.get("oneOf").is_none() || fitting("oneOf") == 1, "oneOf"),
        (schema.get("anyOf").is_none() || fitting("anyOf") >= 1, "anyOf"),
        (schema["pattern"].as_str().is_none_or(|p| regex::Regex::new(p).unwrap().is_match(text)), "pattern"),
        (schema["minimum"].as_i64().is_none_or(|least| value.as_i64() >= Some(least)), "minimum"),
        (schema["maximum"].as_i64().is_none_or(|most| value.as_i64() <= Some(most)), "maximum"),
        (schema["minLength"].as_u64().is_none_or(|least| text.len() as u64 >= least), "minLength"),
        (all("required").iter().all(|key| value.get(key.as_str().unwrap()).is_some()), "required"),
    ];
    if let Some((_, rule)) = rules.iter().find(|(is_kept, _)| !is_kept) {
        return Err(format!("{rule} of {schema} is not kept by {value}"));
    }
    for item in value.as_array().into_iter().flatten() {
        schema.get("items").map_or(Ok(()), |items| fits(items, item))?;
    }
    for (name, inner) in value.as_object().into_iter().flatten() {
        let by_name = schema["properties"].get(name);
        let patterns = schema["patternProperties"].as_object();
        let by_pattern = patterns.and_then(|p| p.iter().find(|(p, _)| regex::Regex::new(p).unwrap().is_match(name)));
        match by_name.or(by_pattern.map(|(_, s)| s)).or(schema.get("additionalProperties")) {
            Some(Value::Bool(false)) => return Err(format!("{name} is not known")),
            Some(schema) => fits(schema, inner)?,
            None => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(crate::nightly::cases(200))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}|[\\[\\]{}=\"'.,#\n a-z0-9]{0,200}") {
        let told = errors(&text);
        prop_assert!(!told.is_empty(), "an empty plan was taken");
    }

    #[test]
    fn a_changed_example_is_read_or_refused(changes in proptest::collection::vec((0..EXAMPLE.len(), 0..40_usize, "[\\[\\]{}=\"'.,#\n a-zé]{0,6}"), 1..4)) {
        let mut text = EXAMPLE.to_owned();
        for (at, length, new) in changes {
            let floor = |at: usize| (0..=at.min(text.len())).rev().find(|n| text.is_char_boundary(*n)).unwrap();
            let (start, end) = (floor(at), floor(at + length));
            text.replace_range(start..end, &new);
        }
        if let Err(told) = plan(&text) {
            prop_assert!(!told.errors.is_empty() && !told.to_string().is_empty());
        }
    }
}

/// Journals hold hashes of these, and engines of the build before send them: kinds are written down as they were before each
/// had a file of its own.
#[test]
fn how_kinds_are_written_down_never_changes() {
    let kinds = r#"
[artifact.web]
image = "web:{version}"
[artifact.app]
app = "com.example.app"
[connect.asc]
kind = "app-store-connect"
issuer = "i"
key-id = "k"
key = { env = "KEY" }
[connect.aws]
kind = "cloudwatch"
region = "eu"
[connect.hook]
kind = "slack"
url = { env = "HOOK" }
[connect.own]
kind = "command"
run = ["ask"]
[log.a]
container = "c"
[log.b]
file = "/var/log/b"
[log.c]
command = ["journalctl"]
[log.d]
kubernetes = { namespace = "n", selector = "s" }
[log.e]
cloudwatch = { connect = "aws", group = "g" }
[env.a]
deliver.web = { with = "docker", container = "c", ports = ["80:80"] }
deliver.app = { with = "testflight", connect = "asc", groups = ["g"] }
[env.b]
deliver.web = { with = "compose", file = "c.yml", service = "s" }
deliver.app = { with = "app-store", connect = "asc", phased = true }
[env.c]
deliver.web = { with = "kubernetes", namespace = "n", workload = "deployment/w" }
deliver.app = { with = "command", current = [["now"]], deploy = [["up"]] }
"#;
    let plan = plan(&format!("format = 1\n[project]\nname = \"x\"\n{kinds}")).unwrap().plan;
    let delivers: Vec<_> = plan.environments.iter().flat_map(|env| &env.deliver).map(|deliver| &deliver.kind).collect();
    let connects: Vec<_> = plan.connects.iter().map(|connect| &connect.kind).collect();
    let origins: Vec<_> = plan.logs.iter().map(|log| &log.origin).collect();
    let none = Value::Null;
    let written = serde_json::json!([delivers, connects, origins]);
    let wanted = serde_json::json!([
        [
            { "Docker": {
                "container": "c", "ports": ["80:80"], "env_files": [], "volumes": [], "network": none, "context": none,
            } },
            { "TestFlight": { "connect": "asc", "groups": ["g"] } },
            { "Compose": { "file": "c.yml", "service": "s", "project": none, "context": none } },
            { "AppStore": { "connect": "asc", "phased": true } },
            { "Kubernetes": {
                "context": none, "namespace": "n", "manifests": none, "workload": "deployment/w", "container": none,
            } },
            { "Command": { "current": [["now"]], "deploy": [["up"]], "undo": [], "dir": none } },
        ],
        [
            { "AppStoreConnect": { "issuer": "i", "key_id": "k", "key": { "Env": "KEY" } } },
            { "CloudWatch": { "region": "eu", "profile": none } },
            { "Slack": { "url": { "Env": "HOOK" } } },
            { "Command": { "run": ["ask"] } },
        ],
        [
            { "Container": { "container": "c", "context": none } },
            { "File": "/var/log/b" },
            { "Command": ["journalctl"] },
            { "Kubernetes": { "context": none, "namespace": "n", "selector": "s", "container": none } },
            { "CloudWatch": { "connect": "aws", "group": "g", "filter": none } },
        ],
    ]);
    assert_eq!(written, wanted);
}

#[test]
fn two_steps_or_milestones_of_one_title_are_refused() {
    let step = "[[env.s.step]]\nat = \"before\"\ntitle = \"Migrate\"\nrun = [\"./m\"]\nundo = [\"./u\"]\n";
    let deliver =
        "deliver.a = { with = \"command\", current = [[\"./c\"]], deploy = [[\"./d\"]], undo = [[\"./u\"]] }\n";
    let head = "format = 1\n[project]\nname = \"p\"\n[artifact.a]\nimage = \"a:{version}\"\n";
    let other = format!("{}{}", deliver.replace("./d", "./e"), step.replace("env.s", "env.t"));
    let text = format!("{head}[env.s]\n{deliver}{step}{step}[env.t]\n{other}");
    let errors = plan(&text).unwrap_err().to_string();
    assert_eq!(errors.matches("another step here is called `Migrate`").count(), 1, "{errors}");
    let milestones = "[[milestone]]\nat = \"-1d\"\ntitle = \"Sign off\"\n".repeat(2);
    let errors = plan(&format!("{head}{milestones}")).unwrap_err().to_string();
    assert!(errors.contains("another milestone here is called `Sign off`"), "{errors}");
}

#[test]
fn a_share_is_held_against_a_share_and_what_a_metric_counts_is_trusted_with_it() {
    let head =
        "format = 1\n[project]\nname = \"p\"\n[connect.p]\nkind = \"prometheus\"\nurl = \"http://127.0.0.1:9090\"\n";
    let metric =
        |keys: &str| plan(&format!("{head}[metric.m]\ntitle = \"m\"\nfrom = \"p\"\nhorizons = [\"30m\"]\n{keys}"));
    let lines = |keys: &str| trusted_lines(&metric(keys).unwrap_or_else(|errors| panic!("{errors}")).plan);
    for limit in ["below = 5", "below = 0.001", "above = \"200ms\""] {
        let errors = metric(&format!("bad = \"b\"\ncount = \"c\"\n{limit}\n")).unwrap_err().to_string();
        assert!(errors.contains("`bad` makes a share, and this is none"), "{errors}");
    }
    let errors = metric("good = \"b\"\ncount = \"c\"\n").unwrap_err().to_string();
    assert!(errors.contains("has no limit"), "{errors}");
    let forms = ["bad = \"q\"", "good = \"q\"", "query = \"q\"", "bad = \"q\"\nabsent = \"zero\""];
    let trusted: Vec<_> = forms.iter().map(|form| lines(&format!("{form}\ncount = \"c\"\nbelow = \"1%\"\n"))).collect();
    for (at, one) in trusted.iter().enumerate() {
        assert!(trusted[..at].iter().all(|other| other != one), "{one:?}");
    }
}
