//! A plan file read from its text: the plan, or every mistake at once.

use super::PlanErrors;
use super::cursor::TableCursor;
use super::document::{TomlNode, TomlValue};
use super::names::PlanNames;
use super::repair::{self, Parsed};
use super::shape::Checker;
use super::source::{Problem, Source};
use super::tables::{self, ROOT};
use super::{rules, secret};
use crate::hex::sha256;
use crate::plan::Plan;
use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

/// The name of the plan file.
pub const FILE_NAME: &str = "tminus.toml";

/// How long a plan file may be, in bytes; a plan of a large product has some 50,000.
const LONGEST: usize = 1 << 20;

/// How many mistakes are told at once.
const MOST: usize = 200;

/// A plan with the text that it was read from.
#[derive(Clone, Debug)]
pub struct PlanFile {
    /// The plan.
    pub plan: Plan,
    /// The text, as it was read.
    pub text: String,
    /// The SHA-256 of the text, in hexadecimal.
    pub hash: String,
    places: HashMap<String, Location>,
}

/// A place in a plan file, both numbers from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl PlanFile {
    /// Returns where a table or a key stands: `check.secrets.run`, `env.production.step[0]`, or `….step.0`.
    ///
    /// A key that is not in the file is where its table is.
    pub fn location(&self, path: &str) -> Option<Location> {
        let path = path.replace('[', ".").replace(']', "");
        let mut rest = Some(path.as_str());
        while let Some(path) = rest {
            if let Some(place) = self.places.get(path) {
                return Some(*place);
            }
            rest = path.rsplit_once('.').map(|(parent, _)| parent);
        }
        None
    }
}

/// Reads a plan from its text; `file` only names it in messages.
///
/// # Errors
/// Every mistake of the file, in the order of its lines: of its TOML, of its keys and values, and of its references.
pub fn read(file: &Path, text: &str) -> Result<PlanFile, PlanErrors> {
    if text.len() > LONGEST {
        let says = format!("this file has {} bytes; a plan has at most {LONGEST}", text.len());
        return Err(PlanErrors::new(&Source::new(file, ""), vec![Problem::new(0..0, says)], &[]));
    }
    let source = Source::new(file, text);
    let parsed = repair::parse(text);
    let root = &parsed.root;
    let found = check(text, &parsed);
    if found.problems.is_empty()
        && let Some(plan) = tables::build(TableCursor::new(root, &ROOT))
    {
        let shared = rules::shared(&plan, root);
        if !shared.is_empty() {
            return Err(PlanErrors::new(&source, shared, &[]));
        }
        return Ok(PlanFile { plan, text: text.to_owned(), hash: sha256(text), places: places(&source, root) });
    }
    let CheckedText { mut problems, secrets } = found;
    if problems.is_empty() {
        problems.push(Problem::new(0..0, "this plan was checked and still cannot be read: a mistake of tminus"));
    }
    problems.sort_by_key(|p| p.span.start);
    problems.truncate(MOST);
    Err(PlanErrors::new(&source, problems, &secrets))
}

struct CheckedText {
    problems: Vec<Problem>,
    secrets: Vec<Range<usize>>,
}

fn check(text: &str, parsed: &Parsed) -> CheckedText {
    let (root, broken) = (&parsed.root, &parsed.problems);
    let names = PlanNames::new(root, text);
    let torn: Vec<usize> = broken.iter().map(|p| p.span.start).collect();
    let mut checker = Checker { text, names: &names, torn: &torn, problems: Vec::new(), secrets: Vec::new() };
    checker.table(root, &ROOT, &(0..0));
    rules::check(&mut checker, root);
    literals(&mut checker, root);
    let Checker { mut problems, mut secrets, .. } = checker;
    let lines: Vec<Range<usize>> = torn.iter().map(|at| line_around(text, *at)).collect();
    // What was found in a file that was read in part may be wrong; what was found on a broken line surely is.
    problems.retain(|p| !parsed.is_cut && !lines.iter().any(|l| l.contains(&p.span.start) && !p.span.is_empty()));
    secrets.extend(lines.iter().filter_map(|line| secret::in_broken_line(text, line)));
    problems.extend(broken.iter().cloned());
    CheckedText { problems, secrets }
}

fn line_around(text: &str, at: usize) -> Range<usize> {
    let at = at.min(text.len());
    let bytes = text.as_bytes();
    let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
    let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(text.len(), |n| at + n);
    start..end
}

/// Reports every text that holds what services hand out as a secret, wherever it stands.
fn literals(checker: &mut Checker<'_>, node: &TomlNode) {
    match &node.value {
        TomlValue::Text(text) if secret::is_secret_text(text) => {
            let is_known = checker.secrets.iter().any(|s| s.start <= node.span.start && node.span.end <= s.end);
            if !is_known {
                // What else was said about it may quote it.
                checker.problems.retain(|p| p.span.start < node.span.start || node.span.end < p.span.end);
                checker.literal_secret(node);
            }
        }
        TomlValue::List(items) => items.iter().for_each(|item| literals(checker, item)),
        TomlValue::Table(entries) => entries.iter().for_each(|entry| literals(checker, &entry.node)),
        TomlValue::Text(_) | TomlValue::Integer(_) | TomlValue::Float(_) | TomlValue::Bool(_) | TomlValue::Moment => {}
    }
}

fn places(source: &Source<'_>, root: &TomlNode) -> HashMap<String, Location> {
    let mut places = HashMap::new();
    gather(source, root, "", &mut places);
    places
}

fn gather(source: &Source<'_>, node: &TomlNode, path: &str, places: &mut HashMap<String, Location>) {
    let entries = node.entries().iter().map(|e| (e.key.clone(), &e.key_span, &e.node));
    let items = node.items().iter().enumerate().map(|(index, item)| (index.to_string(), &item.span, item));
    for (name, span, inner) in entries.chain(items) {
        let path = if path.is_empty() { name } else { format!("{path}.{name}") };
        let (line, column) = source.place(span.start);
        places.insert(path.clone(), Location { line, column });
        gather(source, inner, &path, places);
    }
}
