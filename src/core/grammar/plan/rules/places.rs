//! `{url}` and `{env}`: whether there is an environment that they can stand for.

use super::super::document::{KeyEntry, TomlNode, TomlValue};
use super::super::nearest::quote;
use super::super::shape::Checker;
use super::super::source::Problem;
use crate::plan::Template;

pub(super) fn check(checker: &mut Checker<'_>, root: &TomlNode) {
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
fn first_use<'n>(node: &'n TomlNode, words: &[&'static str]) -> Option<(&'static str, &'n TomlNode)> {
    match &node.value {
        TomlValue::Text(text) => {
            let template = Template::new(text.as_str());
            let used = template.words();
            words.iter().find(|w| used.contains(w)).map(|w| (*w, node))
        }
        TomlValue::List(items) => items.iter().find_map(|item| first_use(item, words)),
        TomlValue::Table(entries) => entries.iter().find_map(|entry| first_use(&entry.node, words)),
        TomlValue::Integer(_) | TomlValue::Float(_) | TomlValue::Bool(_) | TomlValue::Moment => None,
    }
}

fn names(node: &TomlNode, key: &str, name: &str) -> bool {
    node.items_of(key).iter().any(|item| item.text() == Some(name))
}

/// A check is asked about an environment that verifies with it, or whose gate has its phase.
fn asked_somewhere(checker: &mut Checker<'_>, root: &TomlNode, table: &KeyEntry, (word, node): (&str, &TomlNode)) {
    let phase = table.node.get("phase").and_then(TomlNode::text);
    let has_phase = |env: &TomlNode| phase.is_some_and(|phase| names(env, "gate", phase));
    let is_asked = |env: &KeyEntry| names(&env.node, "verify", &table.key) || has_phase(&env.node);
    if !root.entries_of("env").iter().any(is_asked) {
        let says = format!("{{{word}}} has no value here: no environment is verified with {}", quote(&table.key));
        let help = format!("name it in the `verify` of an environment, or write what {{{word}}} stands for");
        checker.problems.push(Problem::new(checker.within(node, word), says).help(help));
    }
}

/// Every environment that verifies with something that needs an address has one.
fn has_address(checker: &mut Checker<'_>, root: &TomlNode, name: &str) {
    for env in root.entries_of("env").iter().filter(|e| e.node.get("url").is_none()) {
        for item in env.node.items_of("verify").iter().filter(|item| item.text() == Some(name)) {
            let says = format!("{} asks {{url}}, and environment {} has none", quote(name), quote(&env.key));
            checker.problems.push(Problem::new(item.span.clone(), says));
        }
    }
}
