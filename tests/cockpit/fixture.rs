//! A release day in the middle: told by facts, folded as everywhere else.

use jiff::Timestamp;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tminus_core::branch::{BranchState, Checkout};
use tminus_core::evidence::{Evidence, MeasuredNumber};
use tminus_core::fact::{CheckFact, Fact, GateFact, PlanFact, Record, ReleaseFact, TargetFact};
use tminus_core::grammar::plan;
use tminus_core::mask::Mask;
use tminus_core::names::{ArtifactName, CheckName, Commit, Digest, EnvName, LogName, MetricName, Person, Version};
use tminus_core::order::{Delivered, Health, Observation, Place, Readiness};
use tminus_core::plan::Plan;
use tminus_core::release::Release;
use tminus_core::telemetry::{Event, LogLine, Telemetry};
use tminus_core::time::Span;
use tminus_core::verdict::Verdict;
use tminus_core::who::Who;
use tminus_engine::{EngineNews, Snapshot};

const PLAN: &str = include_str!("../../assets/plans/rehearsal.toml");
const COMMIT: &str = "4f2c9e1aa0b1c2d3e4f5061728394a5b6c7d8e9f";

pub fn now() -> Timestamp {
    "2026-11-22T12:41:09Z".parse().unwrap()
}

pub fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

pub fn who(name: &str) -> Who {
    Who { name: Person::new(name), user: name.to_owned(), host: "desk".to_owned() }
}

fn the_plan() -> &'static Plan {
    static THE: LazyLock<Plan> = LazyLock::new(|| plan::read(Path::new("tminus.toml"), PLAN).unwrap().plan);
    &THE
}

fn ago(seconds: i64) -> Timestamp {
    now().checked_sub(jiff::SignedDuration::from_secs(seconds)).unwrap()
}

/// Returns the release day; it is worked out once, and always the same.
pub fn snapshot() -> Snapshot {
    static THE: LazyLock<Snapshot> = LazyLock::new(worked_out);
    THE.clone()
}

fn worked_out() -> Snapshot {
    let plan = the_plan();
    let facts = facts(plan);
    let records: Vec<Record> = facts
        .into_iter()
        .enumerate()
        .map(|(at, (age, fact))| Record { seq: at as u64 + 1, at: ago(age), who: who("dana"), fact })
        .collect();
    Snapshot {
        plan: Arc::new(plan.clone()),
        release: Arc::new(Release::of(&records)),
        lines: lines(),
        passed: lines().len() as u64,
        newest: Vec::new(),
        present: Vec::new(),
        lost_logs: Vec::new(),
        lost: None,
    }
}

/// Every target but one was just looked at, and is as it was.
pub fn still_so() -> Vec<EngineNews> {
    let plan = the_plan();
    let all = plan.environments.iter().filter(|e| e.name.as_str() != "app-store");
    let looked = all.flat_map(|e| e.deliver.iter().map(|d| (e.name.clone(), d.artifact.clone())));
    looked
        .map(|(env, artifact)| EngineNews::Event(Event::Telemetry(Telemetry::StillSo { env, artifact, at: ago(2) })))
        .collect()
}

pub fn branch_still_so() -> EngineNews {
    EngineNews::Event(Event::Telemetry(Telemetry::BranchStillSo { at: ago(20) }))
}

fn facts(plan: &Plan) -> Vec<(i64, Fact)> {
    let adopted = PlanFact::Adopted { hash: "ab".repeat(32), diff: None, text: PLAN.to_owned(), loosened: Vec::new() };
    let commit = Commit::new(COMMIT);
    let state = BranchState {
        branch: "release/1.0.0".into(),
        commit: Some(commit.clone()),
        ahead: 7,
        behind: 2,
        uncounted: None,
        pushed: Some(true),
        remote: None,
        remote_ahead: None,
        tag: None,
        checkout: Checkout::Clean,
        changed: Vec::new(),
        ignored: Vec::new(),
        tag_object: None,
        unmet: Vec::new(),
        unlooked: None,
        bump: None,
        held: Vec::new(),
        unsaved: Vec::new(),
        no_tag: None,
        merges: Vec::new(),
        changelog: None,
    };
    let opened = ReleaseFact::Opened {
        version: version("1.0.0"),
        branch: "release/1.0.0".into(),
        commit: commit.clone(),
        previous: Some(version("0.9.4")),
        hotfix_of: None,
    };
    let mut facts = vec![
        (9_000, Fact::Plan(adopted)),
        (8_000, Fact::Release(opened)),
        (7_900, Fact::Release(ReleaseFact::Scheduled { version: version("1.0.0"), zero: ago(-2_530) })),
        (
            7_000,
            Fact::Release(ReleaseFact::Branch { version: version("1.0.0"), state: Box::new(state), changes: None }),
        ),
    ];
    for environment in &plan.environments {
        for delivery in &environment.deliver {
            facts.extend(in_environment(&environment.name, &delivery.artifact));
        }
    }
    for (at, check) in plan.checks.iter().filter(|c| c.way.is_runnable()).enumerate() {
        let verdict = if at == 3 { Verdict::Fail } else { Verdict::Pass };
        facts.push((600, checked(&check.name, verdict, &commit)));
    }
    facts
}

fn in_environment(env: &EnvName, artifact: &ArtifactName) -> Vec<(i64, Fact)> {
    let seen = |version_text: &str, digit: &str, health| {
        Fact::Target(TargetFact::Observed {
            env: env.clone(),
            artifact: artifact.clone(),
            observation: Observation {
                serves: None,
                kept: Vec::new(),
                version: Some(version(version_text)),
                digest: Some(Digest::new(format!("sha256:{}", digit.repeat(64)))),
                health,
                words: None,
                since: None,
                action: None,
            },
        })
    };
    let is_ahead = matches!(env.as_str(), "development" | "staging");
    let mut facts = vec![(6_000, seen("0.9.3", "7", Health::Healthy)), (5_000, seen("0.9.4", "8", Health::Healthy))];
    if is_ahead {
        facts.push((3_000, seen("1.0.0", "9", Health::Healthy)));
        facts.push((7_000, adopted(env, artifact)));
    }
    let ready = |text: &str, digit: &str| {
        let place = |name: &str| Place { name: name.to_owned(), has: Some(true) };
        Fact::Target(TargetFact::Ready {
            env: env.clone(),
            artifact: artifact.clone(),
            readiness: Readiness {
                once_replaced: Vec::new(),
                restore: Vec::new(),
                deploy: Vec::new(),
                held: Vec::new(),
                unknown: Vec::new(),
                version: version(text),
                digest: Some(Digest::new(format!("sha256:{}", digit.repeat(64)))),
                places: vec![place("registry"), place("host")],
                blockers: Vec::new(),
                keeps: vec!["2 migrations".to_owned()],
                takes: Some(Span::seconds(40)),
            },
        })
    };
    facts.push((2, ready(if is_ahead { "0.9.4" } else { "0.9.3" }, if is_ahead { "8" } else { "7" })));
    facts.push((2, ready("1.0.0", "9")));
    facts
}

/// Who brought it where the day begins is left open: a person says of which commit it is.
fn adopted(env: &EnvName, artifact: &ArtifactName) -> Fact {
    Fact::Gate(GateFact::AdoptedVersion {
        env: env.clone(),
        artifact: artifact.clone(),
        delivered: Delivered {
            version: version("1.0.0"),
            digest: Some(Digest::new(format!("sha256:{}", "9".repeat(64)))),
        },
        commit: Some(Commit::new(COMMIT)),
        reason: "seen before".to_owned(),
    })
}

/// What a check of the plan asks.
fn definition(check: &CheckName) -> Option<tminus_core::definition::Definition> {
    the_plan().check(check).map(|check| the_plan().definition_of(check, None))
}

fn checked(check: &CheckName, verdict: Verdict, commit: &Commit) -> Fact {
    let found = if verdict == Verdict::Pass { "as expected" } else { "the key was refused (401)" };
    let evidence = Evidence {
        asked: Mask::new().text("a command"),
        expected: Mask::new().text("exit status 0"),
        found: Mask::new().text(found),
        numbers: Vec::new(),
        tail: Mask::new().text("one line\n\u{1b}[31mred\u{7}\n"),
        output: None,
        sha256: "cd".repeat(32),
        bytes: 20,
        by: Person::new("dana"),
        host: "desk".to_owned(),
        began: ago(603),
        took: Span::seconds(3),
        commit: Some(commit.clone()),
        env: None,
        version: None,
        digest: None,
        definition: definition(check),
        ignored: Vec::new(),
        given: Vec::new(),
        outside: Vec::new(),
    };
    let evidence = Box::new(evidence);
    Fact::Check(CheckFact::Finished { release: version("1.0.0"), check: check.clone(), env: None, verdict, evidence })
}

fn lines() -> Vec<LogLine> {
    let texts = [
        ("backend", "INFO GET /api/content 200 14ms"),
        ("nginx", "WARN upstream response is buffered to a temporary file"),
        ("backend", "ERROR TimeoutError: pool exhausted (waited 5.0 s)"),
        ("backend", "INFO שלום GET /api/user/profile 200 11ms"),
        ("nginx", "INFO 日本語 \u{1b}]0;title\u{7}\u{1b}[2J end"),
    ];
    let line = |(source, text): (&str, &str)| LogLine {
        source: LogName::new(source),
        at: ago(2),
        text: Mask::new().line(text),
    };
    texts.into_iter().map(line).collect()
}

/// What came after: more runs of a check, and looks at a metric.
pub fn history() -> Vec<Record> {
    let commit = Commit::new(COMMIT);
    let ran = |verdict, found: &str| {
        let mut fact = checked(&CheckName::new("backend-tests"), verdict, &commit);
        if let Fact::Check(CheckFact::Finished { evidence, .. }) = &mut fact {
            evidence.found = Mask::new().text(found);
        }
        fact
    };
    let facts = vec![
        (560, ran(Verdict::Fail, "83 of 87 % covered")),
        (500, ran(Verdict::NoData, "the command took longer than 60 s")),
        (420, ran(Verdict::Pass, "91 % covered")),
        (400, look("error-rate", Verdict::Pass, Some(0.0004))),
        (300, look("error-rate", Verdict::Inconclusive, Some(0.0011))),
        (240, look("error-rate", Verdict::NoData, None)),
        (120, look("error-rate", Verdict::Fail, Some(0.0312))),
        (60, look("error-rate", Verdict::Fail, Some(0.041))),
        (60, look("latency-p95", Verdict::Pass, Some(0.087))),
    ];
    let record = |(at, (age, fact))| Record { seq: 44 + at as u64, at: ago(age), who: who("omer"), fact };
    facts.into_iter().enumerate().map(record).collect()
}

fn look(metric: &str, verdict: Verdict, value: Option<f64>) -> Fact {
    let is_rate = metric == "error-rate";
    let shown =
        |value: f64| if is_rate { format!("{:.2} %", value * 100.0) } else { format!("{:.0} ms", value * 1_000.0) };
    let limit = if is_rate { "below 0.1 %" } else { "below 200 ms" };
    let number = |value| MeasuredNumber {
        name: metric.to_owned(),
        value,
        shown: shown(value),
        limit: Some(limit.to_owned()),
        samples: is_rate.then_some(12_000),
        baseline: None,
    };
    let Fact::Check(CheckFact::Finished { mut evidence, .. }) =
        checked(&CheckName::new("any"), verdict, &Commit::new(COMMIT))
    else {
        unreachable!()
    };
    evidence.asked = Mask::new().text("sum(increase(http_requests_total[30m]))");
    evidence.expected = Mask::new().text(limit);
    let found = value.map_or_else(|| "the answer is empty, or not a number".to_owned(), shown);
    evidence.found = Mask::new().text(&found);
    evidence.numbers = value.map(number).into_iter().collect();
    let (env, horizon) = (EnvName::new("production"), Span::seconds(1_800));
    evidence.env = Some(env.clone());
    (evidence.commit, evidence.version) = (None, Some(version("0.9.4")));
    let (release, metric) = (version("1.0.0"), MetricName::new(metric));
    Fact::Check(CheckFact::Measured { release, metric, env, horizon, verdict, evidence })
}

/// The first fact of the next day.
pub fn next_day() -> Record {
    let fact = checked(&CheckName::new("quality"), Verdict::Pass, &Commit::new(COMMIT));
    Record { seq: 100, at: ago(-12 * 3_600), who: who("omer"), fact }
}

/// A person says yes to a manual check.
pub fn said(check: &str, by: Person) -> Fact {
    let check = CheckName::new(check);
    let mut fact = checked(&check, Verdict::Pass, &Commit::new(COMMIT));
    if let Fact::Check(CheckFact::Finished { evidence, .. }) = &mut fact {
        (evidence.by, evidence.tail) = (by, Mask::new().text("read it"));
    }
    fact
}
