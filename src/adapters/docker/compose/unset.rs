//! Variables that a compose file fills in and that nobody sets: Compose says so, and goes on with an empty text. Pure.

use super::tree;
use serde_json::Value;
use std::collections::BTreeSet;

/// What both Composes say of a variable, behind its name.
const SAID: &str = "variable is not set";

/// Returns the variables of which Compose says that they are not set, in what it wrote to standard error.
pub(super) fn unset(said: &str) -> BTreeSet<String> {
    let named =
        said.lines().filter_map(|line| line.split_once(SAID)).filter_map(|(before, _)| before.split(' ').rev().nth(1));
    let names = named.map(|word| word.trim_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

/// Returns those of them that a service, what it depends on, or the file as a whole fills in.
pub(super) fn of_service(unset: &BTreeSet<String>, text: &str, service: &str) -> BTreeSet<String> {
    let Ok(tree) = tree::read(text) else { return unset.clone() };
    let needed = needed(&tree, service);
    let uses = |name: &String, is_meant: &dyn Fn(&str) -> bool| {
        let services = tree["services"].as_object().into_iter().flatten();
        services.filter(|(other, _)| is_meant(other)).any(|(_, settings)| fills_in(settings, name))
    };
    let is_needed = |other: &str| needed.contains(other);
    let is_of_others_alone =
        |name: &String| !uses(name, &is_needed) && uses(name, &|other| !is_needed(other)) && !is_beside(&tree, name);
    unset.iter().filter(|name| !is_of_others_alone(name)).cloned().collect()
}

/// Says what is wrong, and what to do.
pub(super) fn says(unset: &BTreeSet<String>, file: &str) -> Option<String> {
    let first = unset.first()?;
    let names = unset.iter().cloned().collect::<Vec<_>>().join(", ");
    let are = if unset.len() == 1 { "is" } else { "are" };
    Some(format!(
        "{names} {are} not set, and {file} would fill in an empty text. Set it in the shell that acts or in .env beside \
         the file; where it may be empty, write ${{{first}:-}}"
    ))
}

/// Returns a service and what it depends on, directly or through others.
fn needed(tree: &Value, service: &str) -> BTreeSet<String> {
    let (mut needed, mut open) = (BTreeSet::new(), vec![service.to_owned()]);
    while let Some(name) = open.pop() {
        if needed.contains(&name) {
            continue;
        }
        for on in ["depends_on", "links", "volumes_from"].map(|key| &tree["services"][&name][key]) {
            match on {
                Value::Object(all) => open.extend(all.keys().cloned()),
                Value::Array(all) => {
                    let names = all.iter().filter_map(Value::as_str).filter_map(|name| name.split(':').next());
                    open.extend(names.map(str::to_owned));
                }
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        needed.insert(name);
    }
    needed
}

/// Says whether something beside the services fills in a variable.
fn is_beside(tree: &Value, name: &str) -> bool {
    let parts = tree.as_object().into_iter().flatten();
    // What stands under `x-` counts where an alias of it stands in a service.
    parts.filter(|(key, _)| *key != "services" && !key.starts_with("x-")).any(|(_, part)| fills_in(part, name))
}

fn fills_in(value: &Value, name: &str) -> bool {
    let has = |text: &str| {
        let behind_sign = text.split('$').skip(1).map(|rest| rest.strip_prefix('{').unwrap_or(rest));
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut names = behind_sign.map(|rest| rest.split(|c| !is_word(c)).next().unwrap_or_default());
        names.any(|found| found == name)
    };
    match value {
        Value::String(text) => has(text),
        Value::Array(all) => all.iter().any(|one| fills_in(one, name)),
        Value::Object(all) => all.iter().any(|(key, one)| has(key) || fills_in(one, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> BTreeSet<String> {
        all.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn both_composes_are_understood() {
        let first = "WARNING: The SECRET variable is not set. Defaulting to a blank string.\n\
                     The PASS variable is not set. Defaulting to a blank string.\n";
        let second = "time=\"2026-11-29T17:00:00Z\" level=warning msg=\"The \\\"SECRET\\\" variable is not set. Defaulting to \
                      a blank string.\"\nWARN[0000] The \"PASS\" variable is not set. Defaulting to a blank string.\n";
        assert_eq!(unset(first), names(&["PASS", "SECRET"]));
        assert_eq!(unset(second), names(&["PASS", "SECRET"]));
        assert_eq!(unset("Pulling web ... done\n"), names(&[]));
    }

    #[test]
    fn what_only_another_service_fills_in_holds_nobody() {
        let text = "x-app: &app {environment: {SHARED: $SHARED}}\nservices:\n  web: {<<: *app, image: a, depends_on: [db]}\n  \
                    db: {image: b, command: '${DB}'}\n  other: {image: c, labels: {a: '${OTHER:?x}', b: $ELSE}}\nnetworks: {n: {name: \
                    $NET}}\n";
        let all = names(&["SHARED", "DB", "OTHER", "ELSE", "NET", "NOWHERE"]);
        assert_eq!(of_service(&all, text, "web"), names(&["DB", "NET", "NOWHERE", "SHARED"]));
        assert_eq!(of_service(&all, text, "other"), names(&["ELSE", "NET", "NOWHERE", "OTHER"]));
    }

    #[test]
    fn it_is_said_which_and_what_to_do() {
        let said = says(&names(&["A", "B"]), "c.yml").unwrap();
        assert!(said.starts_with("A, B are not set, and c.yml would fill in an empty text"), "{said}");
        assert_eq!(says(&names(&[]), "c.yml"), None);
    }
}
