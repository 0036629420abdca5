//! The kinds: each reads as itself, says what its word promises, and is written to disk as it always was.

use serde_json::{Value, json};
use std::path::Path;
use tminus_core::grammar::plan::read;
use tminus_core::kinds::check::{CheckKind, PlanPart, Renewal};
use tminus_core::plan::Plan;

/// What stands in a plan for each kind of check, and the value that definitions and snapshots hold of it.
fn checks() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("run", r#"run = ["make", "test"]"#, json!({"Run": {"run": ["make", "test"], "dir": null}})),
        (
            "http",
            r#"http = { get = "https://api.example.com/health", tries = 5 }"#,
            json!({"Http": {"method": "Get", "url": "https://api.example.com/health", "headers": [], "body": null, "tries": 5}}),
        ),
        ("versions", "versions = true", json!("Versions")),
        ("ignored", r#"ignored = [".env"]"#, json!({"Ignored": [".env"]})),
        ("dotenv", r#"dotenv = { file = ".env", needs = ["A"] }"#, json!({"Dotenv": {"file": ".env", "needs": ["A"]}})),
        ("secrets", r#"secrets = { since = "{previous-tag}" }"#, json!({"Secrets": {"since": "{previous-tag}"}})),
        ("changelog", "changelog = true", json!("Changelog")),
        (
            "file",
            r#"file = { path = "NOTES.md", newer-than = "7d" }"#,
            json!({"File": {"path": "NOTES.md", "has": null, "newer_than": "7d"}}),
        ),
        ("connects", r#"connects = "hub""#, json!({"Connects": "hub"})),
        (
            "tls",
            r#"tls = { host = "api.example.com", days-left = 14 }"#,
            json!({"Tls": {"host": "api.example.com", "days_left": 14}}),
        ),
        (
            "dns",
            r#"dns = { name = "api.example.com", is = "203.0.113.7" }"#,
            json!({"Dns": {"name": "api.example.com", "record": "A", "is": ["203.0.113.7"], "resolvers": []}}),
        ),
        (
            "image",
            r#"image = { artifact = "api", user = "app" }"#,
            json!({"Image": {"artifact": "api", "max_size": null, "user": "app", "labels": []}}),
        ),
        (
            "workflow",
            r#"workflow = { connect = "github", file = "ci.yml" }"#,
            json!({"Workflow": {"connect": "github", "file": "ci.yml"}}),
        ),
        (
            "log",
            r#"log = { source = "backend", has = "ready" }"#,
            json!({"Log": {"source": "backend", "has": "ready", "within": {"secs": 60, "nanos": 0}}}),
        ),
        ("metric", r#"metric = "queue""#, json!({"Metric": "queue"})),
        ("manual", "manual = true\nfour-eyes = true", json!({"Manual": {"four_eyes": true}})),
    ]
}

fn plan_text(way: &str) -> String {
    format!(
        r#"format = 1
[project]
name = "shop"
[release]
versions = [{{ file = "package.json", key = "version" }}]
changelog = "CHANGELOG.md"
[artifact.api]
image = "hub.example.com/api:{{version}}"
registry = "hub"
[connect.hub]
kind = "registry"
url = "https://hub.example.com"
[connect.github]
kind = "github"
repo = "octo-org/octo-repo"
token = {{ env = "GITHUB_TOKEN" }}
[log.backend]
file = "backend.log"
[connect.prometheus]
kind = "prometheus"
url = "https://prometheus.example.com"
[metric.queue]
title = "The queue is short"
from = "prometheus"
query = "queue"
below = 5
[check.it]
phase = "pre-deploy"
title = "It holds"
{way}
"#
    )
}

fn plan(way: &str) -> Plan {
    read(Path::new("tminus.toml"), &plan_text(way)).unwrap_or_else(|wrong| panic!("{way}: {wrong}")).plan
}

#[test]
fn every_kind_of_check_reads_as_itself_and_as_no_other() {
    let words: Vec<&str> = checks().iter().map(|(word, _, _)| *word).collect();
    assert_eq!(words, CheckKind::WORDS, "a kind is missing here");
    for (word, text, _) in checks() {
        assert_eq!(plan(text).checks[0].way.word(), word);
    }
}

#[test]
fn a_check_is_written_as_it_always_was_so_that_no_definition_changed() {
    for (word, text, wanted) in checks() {
        let way = &plan(text).checks[0].way;
        let written = serde_json::to_value(way).unwrap();
        assert_eq!(written, wanted, "{word}");
        assert_eq!(serde_json::from_value::<CheckKind>(written).unwrap(), *way, "{word}");
    }
}

#[test]
fn a_word_that_is_no_kind_is_refused_by_name_and_never_another_kind() {
    for word in ["mongo", "Manual", "manuall", "run-it"] {
        let wrong = read(Path::new("tminus.toml"), &plan_text(&format!("{word} = true"))).unwrap_err().to_string();
        assert!(wrong.contains(word), "{wrong}");
    }
}

#[test]
fn a_kind_says_what_others_ask_of_it() {
    let asked = |text: &str| plan(text).checks.remove(0);
    let all: Vec<_> = checks().into_iter().map(|(_, text, _)| asked(text)).collect();
    let of = |is: fn(&CheckKind) -> bool| {
        all.iter().map(|c| &c.way).filter(move |way| is(way)).map(|way| way.word()).collect::<Vec<_>>()
    };
    assert_eq!(of(|way| !way.is_runnable()), ["manual"]);
    let in_checkout = ["run", "versions", "ignored", "dotenv", "changelog", "file"];
    assert_eq!(of(|way| way.lies_in_checkout()), in_checkout);
    assert_eq!(of(|way| way.quotes_output()), ["run", "http", "tls", "dns", "workflow", "log"]);
    let of_service = ["http", "connects", "tls", "dns", "log", "metric"];
    assert_eq!(of(|way| !way.speaks_for_commit()), of_service);
    assert_eq!(of(|way| way.renewal() == Renewal::EverySurvey), ["dotenv", "image"]);
    let outside: Vec<_> = all.iter().filter(|check| check.looks_outside()).map(|check| check.way.word()).collect();
    let wanted = ["http", "dotenv", "file", "connects", "tls", "dns", "image", "workflow", "log", "metric"];
    assert_eq!(outside, wanted);
    assert_eq!(
        asked(r#"log = { source = "backend", has = "ready" }"#).way.leans_on(),
        Some(PlanPart::Log(&"backend".into()))
    );
    let post = asked(r#"http = { post = "https://api.example.com/seed" }"#);
    assert_eq!(post.way.renewal(), Renewal::Never, "asking it again may change something there");
}
