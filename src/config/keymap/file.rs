//! One keymap file: read, every mistake named with its line, the good bindings kept.

use super::{Binding, chord_text, parse_chord};
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Bindings by context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    contexts: Vec<(String, Vec<Binding>)>,
}

/// What a keymap may name.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The contexts.
    pub contexts: &'a [&'a str],
    /// The actions.
    pub actions: &'a [&'a str],
}

/// Something in a keymap file that does not work; the rest of the file does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeymapProblem {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and the nearest name where there is one.
    pub says: String,
}

impl fmt::Display for KeymapProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.says)
    }
}

impl Keymap {
    /// Reads a file. What is wrong is in the list; what is right is in the keymap.
    pub fn read(text: &str, file: &str, names: Names<'_>) -> (Self, Vec<KeymapProblem>) {
        let mut reader = Reader { text, file, names, map: Self::default(), problems: Vec::new() };
        match DeTable::parse(text) {
            Ok(table) => reader.table("", table.get_ref()),
            Err(error) => {
                let at = error.span().map_or(0, |s| s.start);
                reader.complain(at, error.message().to_owned());
            }
        }
        (reader.map, reader.problems)
    }

    /// Lays another keymap over this one: its chords win, `run = "none"` takes one away.
    pub fn merge(&mut self, over: Self) {
        for (context, bindings) in over.contexts {
            let mine = self.bindings_mut(&context);
            for binding in bindings {
                mine.retain(|b| !b.collides_with(&binding));
                if binding.run != "none" {
                    mine.push(binding);
                }
            }
        }
    }

    /// Returns the bindings of a context, in the order of the file.
    pub fn bindings(&self, context: &str) -> &[Binding] {
        self.contexts.iter().find(|(name, _)| name == context).map_or(&[], |(_, bindings)| bindings)
    }

    /// Returns every context that has bindings.
    pub fn contexts(&self) -> impl Iterator<Item = &str> {
        self.contexts.iter().map(|(name, _)| name.as_str())
    }

    fn bindings_mut(&mut self, context: &str) -> &mut Vec<Binding> {
        let at = match self.contexts.iter().position(|(name, _)| name == context) {
            Some(at) => at,
            None => {
                self.contexts.push((context.to_owned(), Vec::new()));
                self.contexts.len() - 1
            }
        };
        &mut self.contexts[at].1
    }
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    names: Names<'a>,
    map: Keymap,
    problems: Vec<KeymapProblem>,
}

impl Reader<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name =
                if prefix.is_empty() { key.get_ref().to_string() } else { format!("{prefix}.{}", key.get_ref()) };
            match value.get_ref() {
                DeValue::Table(inner) => self.table(&name, inner),
                DeValue::Array(list) if self.names.contexts.contains(&name.as_str()) => {
                    list.iter().for_each(|entry| self.entry(&name, entry));
                }
                _ => {
                    let nearest = hint(&name, self.names.contexts);
                    self.complain(key.span().start, format!("{name} is no context of keys{nearest}"));
                }
            }
        }
    }

    fn entry(&mut self, context: &str, entry: &Spanned<DeValue<'_>>) {
        let at = entry.span().start;
        let DeValue::Table(table) = entry.get_ref() else {
            return self.complain(at, "a binding is written { on = \"g g\", run = \"list.top\" }".to_owned());
        };
        if let Some((key, _)) = table.iter().find(|(k, _)| !["on", "run", "desc"].contains(&k.get_ref().as_ref())) {
            let nearest = hint(key.get_ref(), &["on", "run", "desc"]);
            return self.complain(key.span().start, format!("{} is no key of a binding{nearest}", key.get_ref()));
        }
        let (Some(on), Some(run)) = (table.get("on").map(texts), table.get("run").and_then(text)) else {
            return self.complain(at, "a binding needs on = \"KEYS\" and run = \"ACTION\"".to_owned());
        };
        if run != "none" && !self.names.actions.contains(&run.as_str()) {
            let nearest = hint(&run, self.names.actions);
            return self.complain(at, format!("{run} is no action{nearest}"));
        }
        let desc = table.get("desc").and_then(text);
        for chord in on {
            match parse_chord(&chord) {
                Ok(chord) => self.bind(context, at, Binding { chord, run: run.clone(), desc: desc.clone() }),
                Err(word) => self.complain(at, format!("{word} is no key: write d, ctrl-d, enter, f1 or g g")),
            }
        }
    }

    fn bind(&mut self, context: &str, at: usize, binding: Binding) {
        let earlier = self.map.bindings(context).iter().find(|b| b.collides_with(&binding)).cloned();
        match earlier {
            Some(earlier) => {
                let (new, old) = (chord_text(&binding.chord), chord_text(&earlier.chord));
                self.complain(at, format!("{new} in {context} cannot be told from {old}, which runs {}", earlier.run));
            }
            None => self.map.bindings_mut(context).push(binding),
        }
    }

    fn complain(&mut self, at: usize, says: String) {
        let line = self.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        self.problems.push(KeymapProblem { file: self.file.to_owned(), line, says });
    }
}

fn text(value: &Spanned<DeValue<'_>>) -> Option<String> {
    value.get_ref().as_str().map(str::to_owned)
}

fn texts(value: &Spanned<DeValue<'_>>) -> Vec<String> {
    match value.get_ref() {
        DeValue::Array(list) => list.iter().filter_map(text).collect(),
        _ => text(value).into_iter().collect(),
    }
}

fn hint(word: &str, names: &[&str]) -> String {
    let near = names.iter().map(|name| (distance(word, name), name)).min();
    near.filter(|(far, _)| *far <= 1 + word.len() / 3)
        .map(|(_, name)| format!("; did you mean {name}?"))
        .unwrap_or_default()
}

/// Counts the letters to change, add or leave out between two words.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names<'_> = Names { contexts: &["global", "pane.logs"], actions: &["list.top", "list.down", "quit"] };

    #[test]
    fn a_wrong_binding_is_named_with_its_line_and_the_others_are_kept() {
        let text = "global = [\n  { on = \"q\", run = \"quit\" },\n  { on = \"x\", run = \"list.tpo\" },\n]\n[pane]\nlogs = [{ on = [\"g g\", \"home\"], run = \"list.top\" }]\n";
        let (map, problems) = Keymap::read(text, "my.toml", NAMES);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].to_string(), "my.toml:3: list.tpo is no action; did you mean list.top?");
        assert_eq!(map.bindings("global").len(), 1);
        assert_eq!(map.bindings("pane.logs").len(), 2);
    }

    #[test]
    fn chords_that_begin_alike_are_a_conflict() {
        let text = "global = [\n{ on = \"g g\", run = \"list.top\" },\n{ on = \"g\", run = \"quit\" } ]";
        let (map, problems) = Keymap::read(text, "my.toml", NAMES);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].line, 3);
        assert_eq!(map.bindings("global").len(), 1);
    }

    #[test]
    fn a_file_that_is_laid_over_wins_and_can_take_away() {
        let (mut map, _) =
            Keymap::read("global = [{ on = \"q\", run = \"quit\" }, { on = \"j\", run = \"list.down\" }]", "a", NAMES);
        let (over, problems) =
            Keymap::read("global = [{ on = \"q\", run = \"list.top\" }, { on = \"j\", run = \"none\" }]", "b", NAMES);
        assert_eq!(problems, []);
        map.merge(over);
        assert_eq!(map.bindings("global").iter().map(|b| b.run.as_str()).collect::<Vec<_>>(), ["list.top"]);
    }

    #[test]
    fn a_file_that_is_not_toml_is_one_problem() {
        let (map, problems) = Keymap::read("global = [", "a", NAMES);
        assert_eq!((map, problems.len()), (Keymap::default(), 1));
    }
}
