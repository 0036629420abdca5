//! `{url}` and `{env}`: whether there is an environment that they can stand for.

use super::super::document::{Entry, Node, Value};
use super::super::nearest::quote;
use super::super::shape::Checker;
use super::super::source::Problem;
use crate::plan::Template;

pub(super) fn check(checker: &mut Checker<'_>, root: &Node) {
    let asked = root.entries_of("check").iter().chain(root.entries_of("metric"));
    for table in asked {
        if let Some((word, node)) = first_use(&table.node, &["env", "url"]) {
            asked_somewhere(checker, root, table, (word, node));
        }
        if first_use(&table.node, &["url"]).is_some() {
            has_address(checker, root, &table.key);
        }
    }
    for env in root.entries_of("env").iter().filter(|e| e.node.get("url").is_none()) {
        for part in ["deliver", "step"].iter().filter_map(|key| env.node.get(key)) {
            if let Some((word, node)) = first_use(part, &["url"]) {
                let says = format!("{{{word}}} has no value here: environment {} has no `url`", quote(&env.key));
                checker.problems.push(Problem::new(checker.within(node, word), says));
            }
        }
    }
}

/// Finds the first text that uses one of these placeholders.
fn first_use<'n>(node: &'n Node, words: &[&'static str]) -> Option<(&'static str, &'n Node)> {
    match &node.value {
        Value::Text(text) => {
            let template = Template::new(text.as_str());
            let used = template.words();
            words.iter().find(|w| used.contains(w)).map(|w| (*w, node))
        }
        Value::List(items) => items.iter().find_map(|item| first_use(item, words)),
        Value::Table(entries) => entries.iter().find_map(|entry| first_use(&entry.node, words)),
        Value::Integer(_) | Value::Float(_) | Value::Bool(_) | Value::Moment => None,
    }
}

fn names(node: &Node, key: &str, name: &str) -> bool {
    node.items_of(key).iter().any(|item| item.text() == Some(name))
}

/// A check is asked about an environment that verifies with it, or whose gate has its phase.
fn asked_somewhere(checker: &mut Checker<'_>, root: &Node, table: &Entry, (word, node): (&str, &Node)) {
    let phase = table.node.get("phase").and_then(Node::text);
    let has_phase = |env: &Node| phase.is_some_and(|phase| names(env, "gate", phase));
    let is_asked = |env: &Entry| names(&env.node, "verify", &table.key) || has_phase(&env.node);
    if !root.entries_of("env").iter().any(is_asked) {
        let says = format!("{{{word}}} has no value here: no environment is verified with {}", quote(&table.key));
        let help = format!("name it in the `verify` of an environment, or write what {{{word}}} stands for");
        checker.problems.push(Problem::new(checker.within(node, word), says).help(help));
    }
}

/// Every environment that verifies with something that needs an address has one.
fn has_address(checker: &mut Checker<'_>, root: &Node, name: &str) {
    for env in root.entries_of("env").iter().filter(|e| e.node.get("url").is_none()) {
        for item in env.node.items_of("verify").iter().filter(|item| item.text() == Some(name)) {
            let says = format!("{} asks {{url}}, and environment {} has none", quote(name), quote(&env.key));
            checker.problems.push(Problem::new(item.span.clone(), says));
        }
    }
}
