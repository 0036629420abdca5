//! `lint-ok` and `[lint] ok`: what a team has accepted, and entries there that accept nothing.

use super::{Finding, Rule};
use crate::plan::Plan;
use std::collections::BTreeMap;

/// Says whether the plan accepts this finding, with a reason.
pub(super) fn is_accepted(plan: &Plan, finding: &Finding) -> bool {
    let accepts =
        |ok: &BTreeMap<String, String>| ok.get(finding.rule.id()).is_some_and(|reason| !reason.trim().is_empty());
    let is_about = |name: &str| {
        let rest = finding.subject.strip_prefix("check.").and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    accepts(&plan.lint_ok) || plan.checks.iter().any(|c| is_about(c.name.as_str()) && accepts(&c.lint_ok))
}

/// Finds entries that name no rule, or give no reason.
pub(super) fn findings(plan: &Plan) -> Vec<Finding> {
    let checks = plan.checks.iter().map(|c| (format!("check.{}.lint-ok", c.name), &c.lint_ok));
    std::iter::once(("lint.ok".to_owned(), &plan.lint_ok))
        .chain(checks)
        .flat_map(|(subject, ok)| ok.iter().filter_map(move |(id, reason)| bad_entry(&subject, id, reason)))
        .collect()
}

fn bad_entry(subject: &str, id: &str, reason: &str) -> Option<Finding> {
    let (says, why, instead) = match Rule::named(id) {
        None => (
            format!("accepts the rule `{id}`, which does not exist"),
            "nothing is silenced by it".to_owned(),
            format!("one of {}", Rule::ALL.iter().map(|rule| rule.id()).collect::<Vec<_>>().join(", ")),
        ),
        Some(Rule::BadSilence) => {
            (format!("accepts `{id}`"), "what accepts nothing cannot be accepted".to_owned(), "take it out".to_owned())
        }
        Some(_) if reason.trim().is_empty() => (
            format!("accepts `{id}` without a reason"),
            "the next reader of the plan cannot tell whether it still applies, so it silences nothing".to_owned(),
            format!("{id} = \"why it is all right here\""),
        ),
        Some(_) => return None,
    };
    Some(Finding { rule: Rule::BadSilence, subject: format!("{subject}.{id}"), says, why, instead })
}
