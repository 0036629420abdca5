//! Names that stand twice, and approvals that nobody can give.

use super::super::document::{TomlNode, TomlValue};
use super::super::nearest::quote;
use super::super::shape::Checker;
use super::super::source::Problem;

pub(super) fn check(checker: &mut Checker<'_>, root: &TomlNode) {
    shared_names(checker, root);
    repeated_titles(checker, root.items_of("milestone"), "milestone");
    for env in root.entries_of("env") {
        repeated_titles(checker, env.node.items_of("step"), "step");
    }
    for env in root.entries_of("env") {
        if let Some(approvals) = env.node.get("approvals") {
            approvers(checker, root, approvals);
        }
    }
}

/// `verify = ["x"]` names a check or a metric, so no name may be both.
fn shared_names(checker: &mut Checker<'_>, root: &TomlNode) {
    let checks = root.entries_of("check");
    for metric in root.entries_of("metric").iter().filter(|m| checks.iter().any(|c| c.key == m.key)) {
        let says = format!("{} is the name of a check too", quote(&metric.key));
        let help = "`verify` could not tell them apart; name one of them otherwise".to_owned();
        checker.problems.push(Problem::new(metric.key_span.clone(), says).help(help));
    }
}

/// What was done is known by its title: of two that share one, the second would count as done, or as undone, with the first.
fn repeated_titles(checker: &mut Checker<'_>, items: &[TomlNode], what: &str) {
    let titles: Vec<&TomlNode> = items.iter().filter_map(|item| item.get("title")).collect();
    for (at, node) in titles.iter().enumerate() {
        let Some(title) = node.text() else { continue };
        if titles[..at].iter().any(|earlier| earlier.text() == Some(title)) {
            let says = format!("another {what} here is called {}", quote(title));
            let help = format!("each {what} is identified by its title: give each one its own");
            checker.problems.push(Problem::new(node.span.clone(), says).help(help));
        }
    }
}

fn approvers(checker: &mut Checker<'_>, root: &TomlNode, approvals: &TomlNode) {
    let count = approvals.get("count");
    let Some(TomlValue::Integer(number)) = count.map(|c| &c.value) else { return };
    let Some(team) = approvals.get("from").and_then(TomlNode::text) else { return };
    let Some(team_node) = root.get("team").and_then(|t| t.get(team)) else { return };
    let members = team_node.items_of("members").len();
    if usize::try_from(*number).is_ok_and(|number| number > members) {
        let says = format!("{number} approvals are asked for, and team {} has {members} members", quote(team));
        let span = count.map(|c| c.span.clone()).unwrap_or_default();
        checker.problems.push(Problem::new(span, says));
    }
}
