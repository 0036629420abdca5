//! Runs every rule over a plan, and leaves out what the team has accepted.

use super::commands::commands_of;
use super::{Finding, LintContext, Rule, apple, containers, expects, git, metrics, outcome};
use super::{paths, people, places, reach, search, silence, sql, test_runs, variables};
use crate::plan::Plan;

/// Returns what in a plan would fool its owner, in the order of the rules; nothing is run or opened.
///
/// A rule that a check's `lint-ok` or `[lint] ok` accepts with a reason is left out.
pub fn lint(plan: &Plan, surroundings: &LintContext) -> Vec<Finding> {
    let touches = plan.touches();
    let commands = commands_of(&touches);
    let mut findings = git::findings(plan, &commands);
    findings.extend(containers::findings(plan, &commands));
    findings.extend(apple::findings(plan, surroundings, &commands));
    findings.extend(metrics::findings(plan));
    findings.extend(outcome::findings(plan, &commands));
    findings.extend(sql::findings(&commands));
    findings.extend(test_runs::findings(&commands));
    findings.extend(expects::findings(plan));
    findings.extend(search::findings(surroundings, &commands));
    findings.extend(variables::findings(plan, surroundings, (&touches, &commands)));
    findings.extend(reach::findings(plan));
    findings.extend(people::findings(plan, surroundings));
    findings.extend(paths::findings(plan, surroundings));
    findings.extend(surroundings.unavailable.iter().map(unavailable));
    findings.extend(places::findings(plan, &surroundings.places));
    drop_weaker(&mut findings);
    findings.retain(|finding| !silence::is_accepted(plan, finding));
    findings.extend(silence::findings(plan));
    findings.sort_by_key(|finding| finding.rule);
    findings
}

fn unavailable((subject, says): &(String, String)) -> Finding {
    Finding {
        rule: Rule::Unavailable,
        subject: subject.clone(),
        says: says.clone(),
        why: "the plan promises it, and nothing of it happens".to_owned(),
        instead: "leave it out until a build does it, or accept this rule with the reason".to_owned(),
    }
}

/// Leaves out "cannot fail" where a more exact rule already says why.
fn drop_weaker(findings: &mut Vec<Finding>) {
    let exact =
        |rule| matches!(rule, Rule::PickaxeLiteral | Rule::UpIsNotHealthy | Rule::LockIsNotAudit | Rule::GrepLiteral);
    let explained: Vec<String> = findings.iter().filter(|f| exact(f.rule)).map(|f| f.subject.clone()).collect();
    findings.retain(|f| f.rule != Rule::CannotFail || !explained.contains(&f.subject));
}
