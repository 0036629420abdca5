//! Variables that a compose file fills in or hands on and that nobody sets. Of the first Compose says so, and goes on with an
//! empty text; the second it leaves out of the container without a word. Pure.

use super::tree;
use crate::dotenv::{self, DotenvStanding};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What both Composes say of a variable, behind its name.
const SAID: &str = "variable is not set";

/// What nobody sets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unset {
    /// The variables in whose place an empty text would stand.
    pub(super) filled_in: BTreeSet<String>,
    /// The variables that would be missing, each with what it is handed on to.
    pub(super) handed_on: BTreeMap<String, HandedTo>,
    /// The environment files with a quote that is never closed, each with its line.
    pub(super) open: BTreeMap<String, usize>,
}

/// What a variable that nobody sets is handed on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HandedTo {
    /// The environment of a service.
    Environment(String),
    /// A service, by an environment file.
    File {
        /// The service.
        service: String,
        /// The file.
        file: String,
    },
    /// A secret that is made of it.
    Secret(String),
    /// A config that is made of it.
    Config(String),
}

/// Makes what a variable is handed on to of a name in the compose file.
type MadeOf = fn(String) -> HandedTo;

impl HandedTo {
    /// Says whether a service may be given an empty text in its place.
    const fn may_be_empty(&self) -> bool {
        match self {
            Self::Environment(_) | Self::File { .. } => true,
            Self::Secret(_) | Self::Config(_) => false,
        }
    }
}

impl fmt::Display for HandedTo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(service) => write!(out, "the environment of {service}"),
            Self::File { service, file } => write!(out, "{service} by {file}"),
            Self::Secret(name) => write!(out, "the secret {name}"),
            Self::Config(name) => write!(out, "the config {name}"),
        }
    }
}

impl Unset {
    /// Says what is wrong, and what to do.
    pub(super) fn says(&self, file: &str) -> Option<String> {
        let open = self.open.iter().map(|(file, line)| {
            format!("{file} has a quote in line {line} that is never closed, so what follows cannot be read: close it")
        });
        let said = says(&self.filled_in, file).into_iter().chain(lacks(&self.handed_on, file)).chain(open);
        let said: Vec<String> = said.collect();
        (!said.is_empty()).then(|| said.join(". "))
    }

    /// Takes out what is part of a value in some environment files, whose names and texts are given: of a quote that is
    /// never closed the first Compose skips the line, and takes each of those behind it for a name.
    pub(super) fn without_values(mut self, files: impl IntoIterator<Item = (String, String)>) -> Self {
        for (file, text) in files {
            let statements = dotenv::statements(&text);
            let Some(open) = statements.iter().find(|one| one.standing == DotenvStanding::Open) else { continue };
            let broken = statements.iter().filter(|one| one.standing == DotenvStanding::Broken);
            let alone = broken.filter_map(|one| match &one.value {
                None => Some(one.name.as_str()),
                Some(line) => Some(line.as_str()).filter(|_| one.name.is_empty()),
            });
            let taken = alone.filter(|line| self.handed_on.remove(*line).is_some()).count();
            if taken > 0 {
                self.open.insert(file, open.line);
            }
        }
        self
    }
}

/// Returns the variables that a service and what it depends on are handed by their name alone and that have no value, in a
/// configuration as Compose wrote it: it writes `null` for those.
pub(super) fn passed(rendered: &Value, service: &str) -> BTreeMap<String, HandedTo> {
    let of = |name: String| {
        let entries = rendered["services"][&name]["environment"].as_object().into_iter().flatten();
        let missing = entries.filter(|(_, value)| value.is_null()).map(|(variable, _)| variable.clone());
        missing.map(move |variable| (variable, HandedTo::Environment(name.clone()))).collect::<Vec<_>>()
    };
    needed(rendered, service).into_iter().flat_map(of).collect()
}

/// Returns the names that stand alone in the environment files of a service and of what it depends on, and that nobody sets:
/// the second Compose does not even write them down.
pub(super) fn passed_by_file(
    (written, rendered): (&Value, &Value),
    service: &str,
    read: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, HandedTo> {
    let mut found = BTreeMap::new();
    for name in needed(rendered, service) {
        let mut files = Vec::new();
        let path = |entry: &Value| entry.as_str().or_else(|| entry["path"].as_str()).map(str::to_owned);
        match &written["services"][&name]["env_file"] {
            Value::Array(all) => files.extend(all.iter().filter_map(path)),
            one => files.extend(path(one)),
        }
        for file in files {
            let statements = dotenv::statements(&read(&file).unwrap_or_default());
            let alone =
                statements.into_iter().filter(|one| one.value.is_none() && one.standing == DotenvStanding::Loose);
            let environment = &rendered["services"][&name]["environment"];
            let missing = alone.filter(|one| environment.get(&one.name).is_none_or(Value::is_null));
            let to = HandedTo::File { service: name.clone(), file: file.clone() };
            found.extend(missing.map(|one| (one.name, to.clone())));
        }
    }
    found
}

/// Returns the variables that the secrets and configs of a service and of what it depends on are made of, and that are not
/// set.
pub(super) fn made_of(rendered: &Value, service: &str, is_set: impl Fn(&str) -> bool) -> BTreeMap<String, HandedTo> {
    let mut found = BTreeMap::new();
    for name in needed(rendered, service) {
        let parts: [(&str, MadeOf); 2] = [("secrets", HandedTo::Secret), ("configs", HandedTo::Config)];
        for (part, to) in parts {
            for entry in rendered["services"][&name][part].as_array().into_iter().flatten() {
                let Some(source) = entry.as_str().or_else(|| entry["source"].as_str()) else { continue };
                let variable = rendered[part][source]["environment"].as_str().filter(|variable| !is_set(variable));
                found.extend(variable.map(|variable| (variable.to_owned(), to(source.to_owned()))));
            }
        }
    }
    found
}

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

/// Says what would be missing. A service that was written to get a value would start without it, which is seen only later.
fn lacks(unset: &BTreeMap<String, HandedTo>, file: &str) -> Option<String> {
    let (first, _) = unset.first_key_value()?;
    let all: Vec<String> = unset.iter().map(|(name, to)| format!("{name} (to {to})")).collect();
    let (are, it) = if unset.len() == 1 { ("is", "it") } else { ("are", "them") };
    let is_of_environment = unset.values().all(HandedTo::may_be_empty);
    let or = is_of_environment.then(|| format!("; where it may be empty, write {first}=${{{first}:-}}"));
    Some(format!(
        "{} {are} not set, and {file} passes {it} on. Set it in the shell that acts or in .env beside the file{}",
        all.join(", "),
        or.unwrap_or_default()
    ))
}

/// Says which would be empty, and what to do.
fn says(unset: &BTreeSet<String>, file: &str) -> Option<String> {
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

    const HANDED: &str = r#"{"services": {
        "web": {"environment": {"BARE": null, "EMPTY": "", "SET": "1"}, "depends_on": {"db": {}},
                "secrets": [{"source": "tok", "target": "/run/secrets/tok"}], "configs": ["cfg"]},
        "db": {"environment": {"OF_DB": null}}, "other": {"environment": {"OTHER": null}, "secrets": ["far"]}},
        "secrets": {"tok": {"environment": "TOKEN"}, "far": {"environment": "FAR"}, "file": {"file": "x"}},
        "configs": {"cfg": {"environment": "CFG"}}}"#;

    #[test]
    fn what_is_handed_on_by_its_name_and_not_set_is_found_for_the_service_and_what_it_needs() {
        let rendered = tree::read(HANDED).unwrap();
        let web = passed(&rendered, "web");
        assert_eq!(web.keys().collect::<Vec<_>>(), ["BARE", "OF_DB"]);
        assert_eq!(web["OF_DB"], HandedTo::Environment("db".to_owned()));
        let first = tree::read("services: {web: {environment: {BARE: null, TEXT: 'null', EMPTY: ''}}}").unwrap();
        assert_eq!(passed(&first, "web").into_keys().collect::<Vec<_>>(), ["BARE"], "as the first Compose writes it");
        let made = made_of(&rendered, "web", |name| name == "CFG");
        assert_eq!(made.into_iter().collect::<Vec<_>>(), [("TOKEN".to_owned(), HandedTo::Secret("tok".to_owned()))]);
    }

    #[test]
    fn a_name_that_stands_alone_in_an_environment_file_is_handed_on_as_well() {
        let written = "services: {web: {env_file: [a.env, {path: b.env}]}, other: {env_file: c.env}}";
        let rendered = r#"{"services": {"web": {"environment": {"GIVEN": "1"}}}}"#;
        let (written, rendered) = (tree::read(written).unwrap(), tree::read(rendered).unwrap());
        let read = |file: &str| Some(format!("# c\nGIVEN\nA=1\n{}\n", file.replace('.', "_")));
        let found = passed_by_file((&written, &rendered), "web", read);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["a_env", "b_env"]);
    }

    #[test]
    fn a_line_of_a_value_in_quotes_is_no_name() {
        let written = tree::read("services: {web: {env_file: a.env}}").unwrap();
        let rendered = tree::read(r#"{"services": {"web": {"environment": {}}}}"#).unwrap();
        let text = "SSH_ID=\"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nx3w\n-----END RSA PRIVATE KEY-----\"\nexport \
                    ALONE\nWORDS='a\nb'\n";
        let found = passed_by_file((&written, &rendered), "web", |_| Some(text.to_owned()));
        assert_eq!(found.keys().collect::<Vec<_>>(), ["ALONE"]);
    }

    #[test]
    fn a_line_behind_a_quote_that_is_never_closed_is_no_name_and_the_quote_is_named() {
        let to = |name: &str| (name.to_owned(), HandedTo::Environment("web".to_owned()));
        let handed_on = BTreeMap::from(["MIIEpAIB", "q0/Z8+b", "x3w", "REAL"].map(to));
        let text = "A=1\nSSH_ID=\"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIB\nq0/Z8+b\nx3w\nREAL=2\n";
        let unset = Unset { handed_on, ..Unset::default() };
        let unset =
            unset.without_values([("a.env".to_owned(), text.to_owned()), ("b.env".to_owned(), "REAL".to_owned())]);
        assert_eq!(unset.handed_on.keys().collect::<Vec<_>>(), ["REAL"]);
        let said = unset.says("c.yml").unwrap();
        assert!(
            said.ends_with(
                "a.env has a quote in line 2 that is never closed, so what follows cannot be read: close it"
            )
        );
        let fine = Unset::default().without_values([("a.env".to_owned(), text.to_owned())]);
        assert_eq!(fine.says("c.yml"), None, "it hands on nothing");
    }

    #[test]
    fn it_is_said_what_would_be_missing() {
        let handed_on = BTreeMap::from([("TOKEN".to_owned(), HandedTo::Secret("tok".to_owned()))]);
        let said = Unset { handed_on, ..Unset::default() }.says("c.yml").unwrap();
        assert!(said.starts_with("TOKEN (to the secret tok) is not set, and c.yml passes it on"), "{said}");
        let file = HandedTo::File { service: "the secretary".to_owned(), file: "a.env".to_owned() };
        let of_service = Unset { handed_on: BTreeMap::from([("KEY".to_owned(), file)]), ..Unset::default() };
        let of_service = of_service.says("c.yml").unwrap();
        assert!(!said.contains("may be empty") && of_service.contains("may be empty"), "{said} {of_service}");
        assert_eq!(Unset::default().says("c.yml"), None);
    }

    #[test]
    fn it_is_said_which_and_what_to_do() {
        let said = says(&names(&["A", "B"]), "c.yml").unwrap();
        assert!(said.starts_with("A, B are not set, and c.yml would fill in an empty text"), "{said}");
        assert_eq!(says(&names(&[]), "c.yml"), None);
    }
}
