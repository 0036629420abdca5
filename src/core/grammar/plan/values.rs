//! Whether what stands behind a key is what its description says.

use super::describe::{Noun, Table, ValueKind};
use super::document::{TomlNode, TomlValue};
use super::leaf::{self, Leaf};
use super::names::{is_name, kinds_of};
use super::nearest::{nearest, quote};
use super::secret;
use super::shape::{Checker, listed};
use super::source::Problem;
use crate::mask::is_secret_name;
use crate::plan::{CommandLine, Placeholder, Template};
use std::collections::HashSet;
use std::ops::Range;

impl Checker<'_> {
    /// Looks at the value behind a key.
    pub(super) fn value(&mut self, node: &TomlNode, kind: &'static ValueKind, head: &Range<usize>) {
        match kind {
            ValueKind::Table(table) => self.table(node, table, head),
            ValueKind::Tables(table) => self.tables(node, table),
            ValueKind::Named(table) => self.named(node, table),
            ValueKind::By(noun, table) => self.by(node, *noun, table),
            ValueKind::List(of) => self.list(node, of),
            ValueKind::Many(of) if matches!(node.value, TomlValue::List(_)) => self.list(node, of),
            ValueKind::Many(of) => self.value(node, of, head),
            ValueKind::Settings(places) => self.settings(node, places),
            ValueKind::Texts(places) => self.texts(node, places),
            ValueKind::Secret => self.secret(node),
            ValueKind::Name(noun) => self.name(node, *noun),
            ValueKind::Command(places) => self.command(node, leaf::command(node).map(|c| vec![c]), places),
            ValueKind::Commands(places) => self.command(node, leaf::commands(node), places),
            ValueKind::Template(places) => self.template(node, leaf::any_text(node), places),
            ValueKind::PathTemplate(places) => self.template(node, leaf::path(node), places),
            _ => self.leaf(node, kind),
        }
    }

    fn keep<T>(&mut self, read: Leaf<T>) -> Option<T> {
        read.map_err(|problem| self.problems.push(problem)).ok()
    }

    fn leaf(&mut self, node: &TomlNode, kind: &ValueKind) {
        let read = match kind {
            ValueKind::Text => leaf::text(node).map(drop),
            ValueKind::NewName => new_name(node),
            ValueKind::Bool => leaf::boolean(node).map(drop),
            ValueKind::True => leaf::only_true(node).map(drop),
            ValueKind::Integer(least, most) => leaf::integer(node, *least, *most).map(drop),
            ValueKind::Number => leaf::number(node).map(drop),
            ValueKind::Span => leaf::span(node).map(drop),
            ValueKind::Offset => leaf::offset(node).map(drop),
            ValueKind::Size => leaf::size(node).map(drop),
            ValueKind::Share => leaf::share(node).map(drop),
            ValueKind::Limit => leaf::limit(node).map(drop),
            ValueKind::Path => leaf::path(node).map(drop),
            ValueKind::AnyPath => leaf::any_path(node).map(drop),
            ValueKind::Url => leaf::url(node).map(drop),
            ValueKind::Regex => leaf::regex(node).map(drop),
            ValueKind::TrustedFile => leaf::trusted_file(node).map(drop),
            ValueKind::Glob => leaf::glob(node).map(drop),
            ValueKind::SpanOrPath => leaf::span_or_path(node).map(drop),
            ValueKind::Variable => leaf::variable(node).map(drop),
            ValueKind::Json => leaf::json(node).map(drop),
            ValueKind::Word(words) => word(node, words),
            ValueKind::Template(_)
            | ValueKind::PathTemplate(_)
            | ValueKind::Command(_)
            | ValueKind::Commands(_)
            | ValueKind::Secret
            | ValueKind::Settings(_)
            | ValueKind::Texts(_)
            | ValueKind::Name(_)
            | ValueKind::List(_)
            | ValueKind::Many(_)
            | ValueKind::Table(_)
            | ValueKind::Tables(_)
            | ValueKind::Named(_)
            | ValueKind::By(..) => Ok(()),
        };
        if self.keep(read).is_some() && !matches!(kind, ValueKind::Json) {
            self.not_filled(node);
        }
    }

    /// Reports a placeholder in a text where nothing is filled in; other braces are text there.
    fn not_filled(&mut self, node: &TomlNode) {
        let template = Template::new(node.text().unwrap_or_default());
        for word in template.words() {
            if Placeholder::ALL.iter().any(|p| p.word() == word) {
                let says = format!("{} is not filled in here", quote(&format!("{{{word}}}")));
                self.problems.push(Problem::new(self.within(node, word), says));
            }
        }
    }

    fn template(&mut self, node: &TomlNode, read: Leaf<String>, places: &[Placeholder]) {
        if let Some(text) = self.keep(read) {
            self.placeholders(node, &Template::new(text), places);
        }
    }

    fn command(&mut self, node: &TomlNode, read: Leaf<Vec<CommandLine>>, places: &[Placeholder]) {
        for word in self.keep(read).iter().flatten().flat_map(|c| &c.0) {
            self.placeholders(node, word, places);
        }
    }

    fn placeholders(&mut self, node: &TomlNode, template: &Template, places: &[Placeholder]) {
        for word in template.words() {
            if places.iter().any(|p| p.word() == word) {
                continue;
            }
            let here: Vec<String> = places.iter().map(|p| format!("{{{}}}", p.word())).collect();
            let is_known = Placeholder::ALL.iter().any(|p| p.word() == word);
            let says = match is_known {
                true => format!("{} has no value here", quote(&format!("{{{word}}}"))),
                false => format!("{} is not a placeholder", quote(&format!("{{{word}}}"))),
            };
            let meant = nearest(word, places.iter().map(|p| p.word())).filter(|_| !is_known);
            let help = match meant {
                Some(meant) => format!("did you mean {}?", quote(&format!("{{{meant}}}"))),
                None if here.is_empty() => {
                    "nothing is filled in here; write braces that are text with a space: `{ word }`".to_owned()
                }
                None => format!("filled in here: {}", listed(&here.iter().map(String::as_str).collect::<Vec<_>>())),
            };
            self.problems.push(Problem::new(self.within(node, word), says).help(help));
        }
    }

    /// Returns where a placeholder stands inside a value.
    pub(super) fn within(&self, node: &TomlNode, word: &str) -> Range<usize> {
        let word = format!("{{{word}}}");
        let text = self.text.get(node.span.clone()).unwrap_or_default();
        text.find(&word).map_or(node.span.clone(), |at| node.span.start + at..node.span.start + at + word.len())
    }

    fn name(&mut self, node: &TomlNode, noun: Noun) {
        let Some(name) = self.keep(leaf::text(node)) else { return };
        let (noun_word, quoted) = (noun.word(), quote(&name));
        // A person needs no team; where there are teams, a name in none of them is a slip.
        if noun == Noun::Owner && self.names.of(Noun::Team).is_empty() {
            return;
        }
        if let Some(kind) = self.names.misfit(noun, &name) {
            let kinds = kinds_of(noun);
            let one_of = if kinds.len() > 1 { "one of " } else { "" };
            let says = format!("{quoted} is of kind {}, and {one_of}{} belongs here", quote(kind), listed(&kinds));
            self.problems.push(Problem::new(node.span.clone(), says));
        } else if !self.names.has(noun, &name) {
            let fitting = self.names.fitting(noun);
            let help = match nearest(&name, fitting.iter().copied()) {
                Some(meant) => format!("did you mean {}?", quote(meant)),
                None => format!("there is: {}", listed(&fitting)),
            };
            let says = format!("there is no {noun_word} {quoted}");
            self.problems.push(Problem::new(node.span.clone(), says).help(help));
        }
    }

    fn list(&mut self, node: &TomlNode, of: &'static ValueKind) {
        let TomlValue::List(items) = &node.value else {
            self.problems.push(leaf::expected(node, "a list"));
            return;
        };
        let mut seen: HashSet<&str> = HashSet::new();
        for item in items {
            self.value(item, of, &item.span);
            let Some(text) = item.text() else { continue };
            if !seen.insert(text) {
                let says = format!("{} is here a second time", quote(text));
                self.problems.push(Problem::new(item.span.clone(), says));
            }
        }
    }

    fn tables(&mut self, node: &TomlNode, table: &'static Table) {
        match &node.value {
            TomlValue::List(items) => items.iter().for_each(|item| self.table(item, table, &item.span)),
            TomlValue::Table(_) => {
                let problem = leaf::expected(node, "a list of tables");
                self.problems.push(problem.help("write the header with two brackets: [[…]]".to_owned()));
            }
            _ => self.problems.push(leaf::expected(node, "a list of tables")),
        }
    }

    fn named(&mut self, node: &TomlNode, table: &'static Table) {
        let TomlValue::Table(entries) = &node.value else {
            self.hide_literals(node, table);
            let problem = leaf::expected(node, "a table by name");
            self.problems.push(problem.help("write the header with a name: [table.name]".to_owned()));
            return;
        };
        for entry in entries {
            if !is_name(&entry.key) {
                let says = format!("{} cannot be a name", quote(&entry.key));
                let help = "at most 64 letters, digits, `-` and `_`, beginning with a letter or a digit".to_owned();
                self.problems.push(Problem::new(entry.key_span.clone(), says).help(help));
            }
            self.table(&entry.node, table, &entry.key_span);
        }
    }

    fn by(&mut self, node: &TomlNode, noun: Noun, table: &'static Table) {
        let TomlValue::Table(entries) = &node.value else {
            self.problems.push(leaf::expected(node, "a table"));
            return;
        };
        for entry in entries {
            let key = TomlNode { span: entry.key_span.clone(), value: TomlValue::Text(entry.key.clone()) };
            self.name(&key, noun);
            self.table(&entry.node, table, &entry.key_span);
        }
    }

    fn secret(&mut self, node: &TomlNode) {
        match secret::secret(node) {
            Ok(crate::plan::Secret::Command(command)) => self.command(node, Ok(vec![command]), &[]),
            Ok(_) => {}
            Err(problem) => {
                self.hide(node);
                self.problems.push(problem);
            }
        }
    }

    fn settings(&mut self, node: &TomlNode, places: &[Placeholder]) {
        for (name, span, value) in self.pairs(node) {
            let is_literal = matches!(value.value, TomlValue::Text(_) | TomlValue::Integer(_) | TomlValue::Float(_));
            if !matches!(value.value, TomlValue::Table(_)) && is_secret_name(name) {
                self.hide(value);
            }
            self.pair_name(name, span);
            match (is_literal, value.text()) {
                (true, Some(text)) if secret::is_literal_secret(name, text) => self.literal_secret(value),
                (true, Some(_)) => self.template(value, leaf::any_text(value), places),
                _ => match secret::setting(value) {
                    Ok(_) if matches!(value.value, TomlValue::Table(_)) => self.secret(value),
                    Ok(_) => {}
                    Err(problem) => {
                        self.hide(value);
                        self.problems.push(problem);
                    }
                },
            }
        }
    }

    fn texts(&mut self, node: &TomlNode, places: &[Placeholder]) {
        for (name, span, value) in self.pairs(node) {
            self.pair_name(name, span);
            match value.text() {
                Some(text) if secret::is_literal_secret(name, text) => self.literal_secret(value),
                _ => self.template(value, leaf::any_text(value), places),
            }
        }
    }

    fn pairs<'n>(&mut self, node: &'n TomlNode) -> Vec<(&'n str, &'n Range<usize>, &'n TomlNode)> {
        match &node.value {
            TomlValue::Table(entries) => entries.iter().map(|e| (e.key.as_str(), &e.key_span, &e.node)).collect(),
            _ => {
                self.hide(node);
                self.problems.push(leaf::expected(node, "a table of names"));
                Vec::new()
            }
        }
    }

    fn pair_name(&mut self, name: &str, span: &Range<usize>) {
        if name.is_empty()
            || name.len() > 256
            || name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '=')
        {
            self.problems.push(Problem::new(span.clone(), format!("{} cannot be a name", quote(name))));
        }
    }

    /// Reports a secret that stands in the plan, without showing it.
    pub(super) fn literal_secret(&mut self, node: &TomlNode) {
        self.hide(node);
        let problem = Problem::new(node.span.clone(), "a secret is never written into the plan");
        self.problems.push(problem.help(secret::REFERENCES.to_owned()));
    }
}

fn new_name(node: &TomlNode) -> Leaf<()> {
    let name = leaf::text(node)?;
    let help = "at most 64 letters, digits, `-` and `_`, beginning with a letter or a digit".to_owned();
    let problem = || Problem::new(node.span.clone(), format!("{} cannot be a name", quote(&name))).help(help);
    is_name(&name).then_some(()).ok_or_else(problem)
}

fn word(node: &TomlNode, words: &[&'static str]) -> Leaf<()> {
    let text = leaf::text(node)?;
    if words.contains(&text.as_str()) {
        return Ok(());
    }
    let help = match nearest(&text, words.iter().copied()) {
        Some(meant) => format!("did you mean {}?", quote(meant)),
        None => format!("known here: {}", listed(words)),
    };
    Err(Problem::new(node.span.clone(), format!("{} is not known here", quote(&text))).help(help))
}
