//! Every name that a plan defines, gathered before anything is looked at, so that a reference may come first.

use super::describe::Noun;
use super::document::TomlNode;
use crate::kinds::connect::ConnectKind;
use std::collections::{HashMap, HashSet};

/// The phases that every plan has, in their order.
pub(super) const PHASES: [&str; 6] = ["pre-deploy", "review", "post-deploy", "daily", "weekly", "monthly"];

/// The tables whose names are referred to.
const TABLES: [&str; 9] = ["env", "check", "metric", "artifact", "connect", "log", "flag", "team", "severity"];

/// The names that a plan defines.
pub(super) struct PlanNames<'a> {
    root: &'a TomlNode,
    /// The names of each kind of table, in the order of the file.
    tables: HashMap<&'static str, Vec<&'a str>>,
    /// The same, to look one up.
    known: HashSet<(&'static str, &'a str)>,
}

impl<'a> PlanNames<'a> {
    /// Gathers the names of the tables that were read, and of those that a mistake in the TOML has taken away.
    pub(super) fn new(root: &'a TomlNode, text: &'a str) -> Self {
        let mut names = Self { root, tables: HashMap::new(), known: HashSet::new() };
        for kind in TABLES {
            let entries = root.get(kind).map(TomlNode::entries).unwrap_or_default();
            entries.iter().for_each(|e| names.add(kind, &e.key));
        }
        for (kind, name) in text.lines().filter_map(header) {
            if let Some(kind) = TABLES.into_iter().find(|t| *t == kind) {
                names.add(kind, name);
            }
        }
        names
    }

    fn add(&mut self, kind: &'static str, name: &'a str) {
        if self.known.insert((kind, name)) {
            self.tables.entry(kind).or_default().push(name);
        }
    }

    /// Says whether something goes by this name.
    pub(super) fn has(&self, noun: Noun, name: &str) -> bool {
        let is_table = |kind: &'static str| self.known.contains(&(kind, name));
        match noun {
            Noun::Env => is_table("env"),
            Noun::Check => is_table("check"),
            Noun::Metric => is_table("metric"),
            Noun::Verifier => is_table("check") || is_table("metric"),
            Noun::Artifact => is_table("artifact"),
            Noun::Connect(_) | Noun::Service(_) => is_table("connect"),
            Noun::Log => is_table("log"),
            Noun::Flag => is_table("flag"),
            Noun::Team => is_table("team"),
            Noun::Severity => is_table("severity"),
            Noun::Phase | Noun::Owner => self.of(noun).contains(&name),
        }
    }

    /// Returns the names of a noun, in the order of the file.
    pub(super) fn of(&self, noun: Noun) -> Vec<&'a str> {
        match noun {
            Noun::Env => self.tables("env"),
            Noun::Check => self.tables("check"),
            Noun::Metric => self.tables("metric"),
            Noun::Verifier => [self.tables("check"), self.tables("metric")].concat(),
            Noun::Artifact => self.tables("artifact"),
            Noun::Connect(_) | Noun::Service(_) => self.tables("connect"),
            Noun::Log => self.tables("log"),
            Noun::Flag => self.tables("flag"),
            Noun::Team => self.tables("team"),
            Noun::Severity => self.tables("severity"),
            Noun::Phase => PHASES.into_iter().chain(self.more_phases()).collect(),
            Noun::Owner => self.tables("team").into_iter().chain(self.members()).collect(),
        }
    }

    /// Returns the names that would fit: those of the noun, of the right kind where it asks for one.
    pub(super) fn fitting(&self, noun: Noun) -> Vec<&'a str> {
        self.of(noun).into_iter().filter(|name| self.misfit(noun, name).is_none()).collect()
    }

    /// Returns the kind of a service where it is not one that the noun asks for.
    pub(super) fn misfit(&self, noun: Noun, name: &str) -> Option<&'a str> {
        let kinds = kinds_of(noun);
        let kind = self.root.get("connect")?.get(name)?.get("kind")?.text()?;
        (!kinds.is_empty() && !kinds.contains(&kind)).then_some(kind)
    }

    fn tables(&self, table: &str) -> Vec<&'a str> {
        self.tables.get(table).cloned().unwrap_or_default()
    }

    fn more_phases(&self) -> impl Iterator<Item = &'a str> {
        self.root.get("phases").map(TomlNode::items).unwrap_or_default().iter().filter_map(TomlNode::text)
    }

    fn members(&self) -> impl Iterator<Item = &'a str> {
        let teams = self.root.get("team").map(TomlNode::entries).unwrap_or_default();
        teams.iter().filter_map(|t| t.node.get("members")).flat_map(TomlNode::items).filter_map(TomlNode::text)
    }
}

/// Returns the kinds of service that a noun asks for; none where it asks for no service, or for any.
pub(in crate::grammar) fn kinds_of(noun: Noun) -> Vec<&'static str> {
    match noun {
        Noun::Connect(kinds) => kinds.to_vec(),
        Noun::Service(wanted) => {
            let kinds = ConnectKind::VARIANTS.iter().filter(|kind| kind.uses.contains(&wanted));
            kinds.map(|kind| kind.word).collect()
        }
        Noun::Env
        | Noun::Check
        | Noun::Metric
        | Noun::Verifier
        | Noun::Artifact
        | Noun::Log
        | Noun::Flag
        | Noun::Team
        | Noun::Severity
        | Noun::Phase
        | Noun::Owner => Vec::new(),
    }
}

/// Reads `[env.staging]` off a line, whether or not the rest of the file can be parsed.
fn header(line: &str) -> Option<(&str, &str)> {
    let inner = line.trim_start().strip_prefix('[')?.trim_start_matches('[').trim_start();
    let (kind, rest) = inner.split_once('.')?;
    let rest = rest.trim_start().trim_start_matches(['"', '\'']);
    let end = rest.find(|c: char| !is_name_char(c)).unwrap_or(rest.len());
    (end > 0).then(|| (kind.trim(), &rest[..end]))
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// Says whether a text may name something: it goes into labels, paths and commands.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.len() <= 64 && text.chars().all(is_name_char)
}

/// The same as a pattern, for the schema.
pub(crate) const NAME_PATTERN: &str = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";
