//! What gives a property of MSBuild or Maven another value than its path says: conditions, targets, profiles, imports.

use super::element::Element;
use super::matches::Match;

/// Elements whose content counts only in some builds.
const SOMETIMES: &[&str] = &["Target", "Choose", "When", "Otherwise", "profile"];

/// Returns every further place that may give a property its value; `line` is where the key leads to.
pub(super) fn elsewhere(root: &Element, key: &str, line: Option<usize>) -> Vec<Match> {
    let mut parts = key.rsplit('.');
    let (Some(name), Some(parent)) = (parts.next(), parts.next()) else { return Vec::new() };
    let mut found = Vec::new();
    collect(root, (parent, name), None, &mut found);
    if let Some(import) = line.and_then(|line| below(root, line)) {
        found.push(Match::unknown(import.line, "may be overridden by what is imported below it"));
    }
    found
}

fn collect(at: &Element, (parent, name): (&str, &str), doubt: Option<&str>, found: &mut Vec<Match>) {
    let doubt = doubt.map(str::to_owned).or_else(|| condition(at));
    for child in &at.children {
        let is_property = at.name.eq_ignore_ascii_case(parent);
        let reason = doubt.clone().or_else(|| condition(child));
        let is_same = child.name.eq_ignore_ascii_case(name);
        // The names of MSBuild are the same in capitals and in small letters.
        if is_property && is_same && (reason.is_some() || child.name != name) {
            let value = reason.map_or_else(|| Ok(child.text.trim().to_owned()), Err);
            found.push(Match { line: Some(child.line), value });
        }
        let suffix = name.eq_ignore_ascii_case("VersionPrefix") && child.name.eq_ignore_ascii_case("VersionSuffix");
        if is_property && suffix && !child.text.trim().is_empty() {
            found.push(Match::unknown(child.line, "gets a suffix by VersionSuffix"));
        }
        let gives =
            |(attribute, value): &(String, String)| attribute == "PropertyName" && value.eq_ignore_ascii_case(name);
        if child.attributes.iter().any(gives) {
            found.push(Match::unknown(child.line, "is given another value by a task"));
        }
        let whole = name.eq_ignore_ascii_case("VersionPrefix") && child.name.eq_ignore_ascii_case("Version");
        if is_property && whole && !child.text.trim().is_empty() {
            found.push(Match::unknown(child.line, "does not count beside Version"));
        }
        collect(child, (parent, name), doubt.as_deref(), found);
    }
}

fn condition(element: &Element) -> Option<String> {
    let is_condition = element.attributes.iter().any(|(name, _)| name.eq_ignore_ascii_case("Condition"));
    let word = SOMETIMES.iter().find(|word| word.eq_ignore_ascii_case(&element.name));
    let word = if is_condition { Some("Condition") } else { word.copied() };
    word.map(|word| format!("is inside a {word}, so whether it counts is unknown"))
}

fn below(at: &Element, line: usize) -> Option<&Element> {
    let is_import = at.name.eq_ignore_ascii_case("Import") && at.line >= line;
    if is_import { Some(at) } else { at.children.iter().find_map(|child| below(child, line)) }
}
