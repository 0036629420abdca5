//! Every name that a plan defines, gathered before anything is looked at, so that a reference may come first.

use super::describe::Noun;
use super::document::Node;

/// The phases that every plan has, in their order.
pub(super) const PHASES: [&str; 6] = ["pre-deploy", "review", "post-deploy", "daily", "weekly", "monthly"];

/// The names that a plan defines.
pub(super) struct Names<'a> {
    root: &'a Node,
    /// Names of tables that did not survive a mistake in the TOML.
    broken: Vec<(&'a str, &'a str)>,
}

impl<'a> Names<'a> {
    pub(super) fn new(root: &'a Node, text: &'a str) -> Self {
        Self { root, broken: text.lines().filter_map(header).collect() }
    }

    /// Returns the names of a noun, in the order of the file.
    pub(super) fn of(&self, noun: Noun) -> Vec<&'a str> {
        match noun {
            Noun::Env => self.tables("env"),
            Noun::Check => self.tables("check"),
            Noun::Metric => self.tables("metric"),
            Noun::Verifier => [self.tables("check"), self.tables("metric")].concat(),
            Noun::Artifact => self.tables("artifact"),
            Noun::Connect(_) => self.tables("connect"),
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
        let Noun::Connect(kinds) = noun else { return None };
        let kind = self.root.get("connect")?.get(name)?.get("kind")?.text()?;
        (!kinds.is_empty() && !kinds.contains(&kind)).then_some(kind)
    }

    fn tables(&self, table: &str) -> Vec<&'a str> {
        let whole = self.root.get(table).map(Node::entries).unwrap_or_default().iter().map(|e| e.key.as_str());
        let mut names: Vec<&str> = whole.collect();
        for (_, name) in self.broken.iter().filter(|(kind, _)| *kind == table) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        names
    }

    fn more_phases(&self) -> impl Iterator<Item = &'a str> {
        self.root.get("phases").map(Node::items).unwrap_or_default().iter().filter_map(Node::text)
    }

    fn members(&self) -> impl Iterator<Item = &'a str> {
        let teams = self.root.get("team").map(Node::entries).unwrap_or_default();
        teams.iter().filter_map(|t| t.node.get("members")).flat_map(Node::items).filter_map(Node::text)
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
