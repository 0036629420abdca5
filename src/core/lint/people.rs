//! Gates that nobody can open, and gates that are always open.

use super::{Finding, LintContext, Rule};
use crate::plan::{Approvals, Environment, Plan};
use std::collections::BTreeSet;

pub(super) fn findings(plan: &Plan, surroundings: &LintContext) -> Vec<Finding> {
    let of_environment = plan.environments.iter().flat_map(|env| {
        let approvals = env.approvals.as_ref().and_then(|rule| ungivable(plan, env, rule));
        empty_gates(plan, env).into_iter().chain(approvals)
    });
    of_environment.chain(branches(plan, surroundings)).chain(tag_format(plan, surroundings)).collect()
}

/// Finds phases of a gate in which nothing is required.
fn empty_gates(plan: &Plan, env: &Environment) -> Vec<Finding> {
    let is_empty = |phase: &&crate::names::Phase| !plan.checks_of(phase).any(|check| check.required);
    let found = env.gate.iter().filter(is_empty).map(|phase| {
        let is_optional = plan.checks_of(phase).next().is_some();
        Finding {
            rule: Rule::EmptyGate,
            subject: format!("env.{}.gate", env.name),
            says: match is_optional {
                true => format!("waits for {phase}, and none of its checks is required"),
                false => format!("waits for {phase}, which has no check"),
            },
            why: "nothing is measured before a deploy here, so nothing can hold it".to_owned(),
            instead: format!("a required [check.*] with phase = \"{phase}\", or leave the phase out"),
        }
    });
    found.collect()
}

/// Finds approvals that cannot come together when somebody of the team proposes.
fn ungivable(plan: &Plan, env: &Environment, rule: &Approvals) -> Option<Finding> {
    let finding = |says: String, why: String, instead: String| {
        Some(Finding {
            rule: Rule::ApprovalsImpossible,
            subject: format!("env.{}.approvals", env.name),
            says,
            why,
            instead,
        })
    };
    if let Some(team) = rule.from.as_ref().and_then(|name| plan.team(name)) {
        let members: BTreeSet<_> = team.members.iter().collect();
        let (people, wanted) = (members.len(), rule.count);
        if wanted > people {
            return finding(
                format!("asks for {wanted} approvals, and team {} has {people} people", team.name),
                "not all of them can ever be given, whoever proposes".to_owned(),
                format!("count = {people}, or more members"),
            );
        }
        if !rule.own && wanted == people {
            return finding(
                format!(
                    "asks for {wanted} approvals from the {people} of team {}, and the proposer's own does not count",
                    team.name
                ),
                format!("whichever of {} proposes, one approval is always missing", team.name),
                if people > 1 {
                    format!("own = true, count = {}, or one more member", people - 1)
                } else {
                    "own = true, or one more member".to_owned()
                },
            );
        }
    }
    // without a group the engine's socket is open to the user who keeps it, and to root
    let is_alone = plan.session_group.is_none() && !rule.same_user;
    let needed = if rule.own { rule.count } else { rule.count + 1 };
    if is_alone && needed > 2 {
        return finding(
            format!("needs {needed} people with a system user each, but [session] names no group"),
            "without a group only the user who keeps the engine can join, and root: the approvals never come together"
                .to_owned(),
            "[session] group = \"…\", or same-user = true".to_owned(),
        );
    }
    None
}

/// Finds a base branch or a remote that the repository does not have.
fn branches(plan: &Plan, surroundings: &LintContext) -> Vec<Finding> {
    let rules = &plan.release;
    let mut findings = Vec::new();
    let mut lacks = |key: &str, name: &str, there: &BTreeSet<String>, why: &str| {
        if !there.contains(name) {
            let known = there.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            findings.push(Finding {
                rule: Rule::NotInRepository,
                subject: format!("release.{key}"),
                says: format!("names {name}, which this repository does not have"),
                why: why.to_owned(),
                instead: if known.is_empty() {
                    "one that exists".to_owned()
                } else {
                    format!("one that exists: {known}")
                },
            });
        }
    };
    if let Some(there) = &surroundings.branches {
        lacks("base", &rules.base, there, "a release cannot be cut from it, and nothing can be compared with it");
    }
    if let Some(there) = surroundings.remotes.as_ref().filter(|there| !there.is_empty() || rules.remote != "origin") {
        lacks("remote", &rules.remote, there, "branches and tags of the release are looked for there, and never found");
    }
    findings
}

/// How many of the newest tags are looked at.
const NEWEST: usize = 5;

/// Finds a tag that is spelt otherwise than every version before it.
fn tag_format(plan: &Plan, surroundings: &LintContext) -> Option<Finding> {
    let template = &plan.release.tag;
    let is_numbered = |version: &str| version.starts_with(|c: char| c.is_ascii_digit());
    let version = |tag: &str| template.version_in(tag).is_some_and(|version| is_numbered(version.as_str()));
    let is_of_a_version = |tag: &&String| {
        let digits: Vec<&str> = tag.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
        digits.len() > 1 && tag.contains('.')
    };
    let newest: Vec<&String> =
        surroundings.earlier_tags.iter().flatten().filter(is_of_a_version).take(NEWEST).collect();
    let first = newest.first()?;
    (!newest.iter().any(|tag| version(tag))).then(|| Finding {
        rule: Rule::NotInRepository,
        subject: "release.tag".to_owned(),
        says: format!("spells tags {template}, and the newest of this repository is {first}"),
        why: "the version before is not found by its tag, so nothing is compared with it".to_owned(),
        instead: "the spelling that the repository has, as `{version}` or `name@{version}`".to_owned(),
    })
}
