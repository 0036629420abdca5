//! Names, lists and details in a line that a person trusts: none of them can look like another part of it.

use super::{Touch, TouchKind};
use crate::plan::{CommandLine, Secret};

pub(crate) fn in_folder(run: &CommandLine, folder: Option<&str>) -> String {
    match folder {
        Some(folder) => format!("{} (in {folder})", run.display()),
        None => run.display(),
    }
}

/// A name as it is, or in quotes where it could look like another part of its line.
pub(crate) fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@{}".contains(c);
    if !name.is_empty() && name.chars().all(is_plain) { name.to_owned() } else { format!("{name:?}") }
}

/// Names the context that something is reached through, where the plan names one.
pub(crate) fn through(context: Option<&String>) -> String {
    context.map(|context| format!(" through the context {context:?}")).unwrap_or_default()
}

pub(crate) fn source(secret: &Secret) -> String {
    match secret {
        Secret::Env(name) => format!("the secret in ${name}"),
        Secret::Dotenv { file, key } => format!("the secret {key} of {file}"),
        Secret::Command(run) => format!("what `{}` prints", run.display()),
    }
}

/// Values in quotes: none of them can look like another part of its line.
pub(crate) fn all(values: &[String]) -> Vec<String> {
    values.iter().map(|value| format!("{value:?}")).collect()
}

pub(crate) fn one(value: Option<&String>) -> Vec<String> {
    value.map(|value| format!("{value:?}")).into_iter().collect()
}

/// Returns what the plan says of some details in brackets; those that it leaves out are left out.
pub(crate) fn details(details: &[(&str, Vec<String>)]) -> String {
    let given = details.iter().filter(|(_, values)| !values.is_empty());
    let given: Vec<String> = given.map(|(name, values)| format!("{name} {}", values.join(", "))).collect();
    if given.is_empty() { String::new() } else { format!(" ({})", given.join("; ")) }
}

/// Makes the touches of one entry of the plan, which share the line that a person trusts; each has the key where it stands.
pub(crate) fn of_one_line<'a>(at: &str, says: String, kinds: Vec<(&str, TouchKind<'a>)>) -> Vec<Touch<'a>> {
    let line = format!("{at} {says}");
    let touch = |(key, kind)| Touch { at: format!("{at}{key}"), kind, line: line.clone() };
    kinds.into_iter().map(touch).collect()
}
