//! One keymap file: read, every mistake named with its line, the good bindings kept.

use super::{Binding, Stroke, chord_text, parse_chord};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use tminus_core::grammar::text::document::{self, KeyEntry, TomlNode, TomlValue};
use tminus_core::grammar::text::nearest::nearest;
use tminus_core::grammar::text::source::{Problem, Source};
use tminus_core::grammar::text::{Mistake, Mistakes};

/// Bindings by context.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    contexts: Vec<(String, Vec<Binding>)>,
}

/// What a keymap may name.
#[derive(Clone, Copy, Debug)]
pub struct KeymapNames<'a> {
    /// The contexts.
    pub contexts: &'a [&'a str],
    /// The actions.
    pub actions: &'a [&'a str],
    /// Those of them that change something, or record a decision.
    pub changing: &'a [&'a str],
    /// The contexts where letters are typed: none of them can be a key there.
    pub typed: &'a [&'a str],
}

/// Something in a keymap file that does not work, or that hides something else; the rest of the file works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeymapProblem {
    /// The binding does not count.
    Mistake(Mistake),
    /// The file cannot be read, and why.
    Unreadable(PathBuf, String),
    /// It counts, and hides or takes away another.
    Note(KeymapNote),
}

/// What a binding hides or takes away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeymapNote {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is hidden or taken away.
    pub says: String,
}

impl KeymapProblem {
    /// Returns what does not count, in a line; nothing for a note.
    pub fn mistake(&self) -> Option<String> {
        match self {
            Self::Mistake(mistake) => Some(format!("{}:{}: {}", mistake.file.display(), mistake.line, mistake.says)),
            Self::Unreadable(..) => Some(self.to_string()),
            Self::Note(_) => None,
        }
    }
}

impl fmt::Display for KeymapProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mistake(mistake) => mistake.fmt(out),
            Self::Unreadable(file, why) => write!(out, "{}: this file cannot be read: {why}", file.display()),
            Self::Note(KeymapNote { file, line, says }) => write!(out, "{file}:{line}: {says}"),
        }
    }
}

impl Keymap {
    /// Reads a file. What is wrong is in the list; what is right is in the keymap.
    pub fn read(text: &str, file: &Path, names: KeymapNames<'_>) -> (Self, Vec<Mistake>) {
        let source = Source::new(file, text);
        let (root, problems) = document::parse(text);
        let mut reader = KeymapReader { source: &source, names, map: Self::default(), problems };
        reader.table("", &root);
        let KeymapReader { map, problems, .. } = reader;
        (map, Mistakes::new(&source, problems, &[]).errors)
    }

    /// Returns the bindings of a context, in the order of the file.
    pub fn bindings(&self, context: &str) -> &[Binding] {
        self.contexts.iter().find(|(name, _)| name == context).map_or(&[], |(_, bindings)| bindings)
    }

    /// Returns every context that has bindings.
    pub fn contexts(&self) -> impl Iterator<Item = &str> {
        self.contexts.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn bindings_mut(&mut self, context: &str) -> &mut Vec<Binding> {
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

struct KeymapReader<'a> {
    source: &'a Source<'a>,
    names: KeymapNames<'a>,
    map: Keymap,
    problems: Vec<Problem>,
}

impl KeymapReader<'_> {
    fn table(&mut self, prefix: &str, table: &TomlNode) {
        for KeyEntry { key, key_span, node } in table.entries() {
            let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            let is_context = self.names.contexts.contains(&name.as_str());
            if matches!(node.value, TomlValue::Table(_)) {
                self.table(&name, node);
            } else if is_context && matches!(node.value, TomlValue::List(_)) {
                node.items().iter().for_each(|entry| self.entry(&name, entry));
            } else {
                let help = meant(&name, self.names.contexts);
                self.complain(key_span, format!("{name} is not a key context"), help);
            }
        }
    }

    fn entry(&mut self, context: &str, entry: &TomlNode) {
        let at = &entry.span;
        if !matches!(entry.value, TomlValue::Table(_)) {
            return self.complain(at, "a binding is written { on = \"g g\", run = \"list.top\" }", None);
        }
        if let Some(KeyEntry { key, key_span, .. }) = entry.entries().iter().find(|e| !KEYS.contains(&e.key.as_str())) {
            return self.complain(key_span, format!("{key} is not a key of a binding"), meant(key, &KEYS));
        }
        let (Some(on), Some(run)) = (entry.get("on"), entry.get("run").and_then(TomlNode::text)) else {
            return self.complain(at, "a binding needs on = \"KEYS\" and run = \"ACTION\"", None);
        };
        if run != "none" && !self.names.actions.contains(&run) {
            let help = meant(run, self.names.actions);
            return self.complain(at, format!("{run} is not an action"), help);
        }
        if let Some(wrong) = entry.get("desc").filter(|desc| desc.text().is_none()) {
            return self.complain(&wrong.span, "desc is a text: desc = \"Deploy\"", None);
        }
        let desc = entry.get("desc").and_then(TomlNode::text).map(str::to_owned);
        let (line, _) = self.source.place(at.start);
        for chord in self.chords(on) {
            self.bind(context, at, Binding { chord, run: run.to_owned(), desc: desc.clone(), line });
        }
    }

    /// Returns the chords that `on` names: a text, or a list of texts. One that is none is told on its own line.
    fn chords(&mut self, on: &TomlNode) -> Vec<Vec<Stroke>> {
        if !matches!(on.value, TomlValue::List(_)) {
            return self.chord(on).into_iter().collect();
        }
        if on.items().is_empty() {
            self.complain(&on.span, "on names no key: write on = \"d\", or leave the binding out", None);
        }
        on.items().iter().filter_map(|entry| self.chord(entry)).collect()
    }

    fn chord(&mut self, on: &TomlNode) -> Option<Vec<Stroke>> {
        let says = match on.text().map(parse_chord) {
            Some(Ok(chord)) => return Some(chord),
            Some(Err(word)) => format!("{word} is not a key: write d, ctrl-d, enter, f1 or g g"),
            None => "a key is a text: on = \"5\", or on = [\"5\", \"g g\"]".to_owned(),
        };
        self.complain(&on.span, says, None);
        None
    }

    fn bind(&mut self, context: &str, at: &Range<usize>, binding: Binding) {
        if let Some(says) = self.refused(context, &binding) {
            return self.complain(at, says, None);
        }
        let takes_away = |b: &Binding| b.run == "none";
        let earlier = self.map.bindings(context).iter().find(|b| b.collides_with(&binding)).cloned();
        // Keys may be taken away to make room for others that begin alike.
        let earlier = earlier.filter(|e| e.chord == binding.chord || !(takes_away(e) || takes_away(&binding)));
        match earlier {
            Some(earlier) => {
                let (new, old) = (chord_text(&binding.chord), chord_text(&earlier.chord));
                let says = format!("{new} in {context} cannot be told from {old}, which runs {}", earlier.run);
                self.complain(at, says, None);
            }
            None => self.map.bindings_mut(context).push(binding),
        }
    }

    /// Says why a binding may not be, although it is written as one is.
    fn refused(&self, context: &str, binding: &Binding) -> Option<String> {
        let is_name = |letter: char| letter.is_alphanumeric() || "-_. ".contains(letter);
        let is_letter =
            |stroke: &Stroke| matches!(stroke.key, super::Key::Char(c) if is_name(c) && !stroke.ctrl && !stroke.alt);
        if self.names.typed.contains(&context) && binding.chord.first().is_some_and(is_letter) {
            let chord = chord_text(&binding.chord);
            return Some(format!(
                "{chord} is typed in {context}; a key there has ctrl or alt with it, or is none of the letters"
            ));
        }
        if let Some((stroke, sent)) = binding.chord.iter().find_map(|stroke| Some((stroke, stroke.sent_as()?))) {
            return Some(format!("most terminals send {sent} for {stroke}: bind that, or another key"));
        }
        let is_changing = self.names.changing.contains(&binding.run.as_str());
        let reflex = binding.chord.iter().find(|stroke| is_changing && stroke.is_reflex())?;
        Some(format!(
            "{reflex} is pressed by habit in tmux, vim and shells, and {} changes something: choose another key",
            binding.run
        ))
    }

    fn complain(&mut self, span: &Range<usize>, says: impl Into<String>, help: Option<String>) {
        self.problems.push(Problem::new(span.clone(), says).help(help));
    }
}

/// The keys of a binding.
const KEYS: [&str; 3] = ["on", "run", "desc"];

fn meant(word: &str, names: &[&str]) -> Option<String> {
    nearest(word, names.iter().copied()).map(|name| format!("did you mean {name}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: KeymapNames<'_> = KeymapNames {
        contexts: &["global", "pane.logs", "dialog.write"],
        actions: &["list.top", "list.down", "quit", "act.deploy"],
        changing: &["act.deploy"],
        typed: &["dialog.write"],
    };

    #[test]
    fn a_wrong_binding_is_named_with_its_line_and_the_others_are_kept() {
        let text = "global = [\n  { on = \"q\", run = \"quit\" },\n  { on = \"x\", run = \"list.tpo\" },\n]\n[pane]\nlogs = [{ on = [\"g g\", \"home\"], run = \"list.top\" }]\n";
        let (map, problems) = Keymap::read(text, "my.toml".as_ref(), NAMES);
        assert_eq!(problems.len(), 1);
        let says = "my.toml:3:3: list.tpo is not an action\n  |\n3 |   { on = \"x\", run = \"list.tpo\" },\n  |   ^";
        assert!(problems[0].to_string().starts_with(says), "{}", problems[0]);
        assert_eq!(problems[0].help.as_deref(), Some("did you mean list.top?"));
        assert_eq!(map.bindings("global").len(), 1);
        assert_eq!(map.bindings("pane.logs").len(), 2);
    }

    #[test]
    fn chords_that_begin_alike_are_a_conflict() {
        let text = "global = [\n{ on = \"g g\", run = \"list.top\" },\n{ on = \"g\", run = \"quit\" } ]";
        let (map, problems) = Keymap::read(text, "my.toml".as_ref(), NAMES);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!(problems[0].line, 3);
        assert_eq!(map.bindings("global").len(), 1);
    }

    #[test]
    fn nothing_that_changes_the_world_lies_on_a_reflex() {
        for chord in ["ctrl-h", "ctrl-j", "ctrl-k", "ctrl-l", "ctrl-a", "ctrl-b", "ctrl-d", "g ctrl-d"] {
            let text = format!("global = [{{ on = \"{chord}\", run = \"act.deploy\" }}]");
            let (map, problems) = Keymap::read(&text, "my.toml".as_ref(), NAMES);
            assert_eq!((map.bindings("global").len(), problems.len()), (0, 1), "{chord}");
            assert!(problems[0].says.contains("by habit"), "{problems:?}");
            let (_, problems) = Keymap::read(&text.replace("act.deploy", "list.down"), "my.toml".as_ref(), NAMES);
            assert_eq!(problems, [], "{chord}");
        }
    }

    #[test]
    fn a_letter_is_no_key_where_letters_are_typed() {
        let text = "[dialog]\nwrite = [{ on = \"q\", run = \"quit\" }, { on = \"alt-q\", run = \"quit\" }]";
        let (map, problems) = Keymap::read(text, "my.toml".as_ref(), NAMES);
        assert_eq!((map.bindings("dialog.write").len(), problems.len()), (1, 1), "{problems:?}");
    }

    #[test]
    fn what_names_no_key_is_told_on_its_line_and_the_rest_is_bound() {
        let text = "global = [\n{ on = 5, run = \"quit\" },\n{ on = [], run = \"quit\" },\n\
            { on = [\n\"x\",\n7,\n\"y\" ], run = \"quit\" },\n{ on = \"z\", run = \"quit\", desc = 3 },\n\
            { on = \"q\", run = \"quit\", desc = \"Out\" },\n]\n";
        let (map, problems) = Keymap::read(text, "my.toml".as_ref(), NAMES);
        let says: Vec<String> = problems.iter().map(|problem| format!("{}: {}", problem.line, problem.says)).collect();
        let begins = ["2: a key is a text", "3: on names no key", "6: a key", "8: desc is"];
        assert_eq!(says.len(), begins.len(), "{says:?}");
        assert!(says.iter().zip(begins).all(|(says, begin)| says.starts_with(begin)), "{says:?}");
        let bound: Vec<String> = map.bindings("global").iter().map(|b| chord_text(&b.chord)).collect();
        assert_eq!(bound, ["x", "y", "q"]);
        assert_eq!(map.bindings("global")[2].desc.as_deref(), Some("Out"));
    }

    #[test]
    fn a_key_that_most_terminals_cannot_send_is_told_and_the_rest_is_bound() {
        for (chord, sent) in [("ctrl-D", "Ctrl-d"), ("ctrl-m", "Enter"), ("ctrl-i", "Tab"), ("g ctrl-[", "Esc")] {
            let text = format!("global = [\n{{ on = [\"{chord}\", \"x\"], run = \"quit\" }}]");
            let (map, problems) = Keymap::read(&text, "my.toml".as_ref(), NAMES);
            assert_eq!((map.bindings("global").len(), problems.len()), (1, 1), "{chord}: {problems:?}");
            let says = format!("{}: {}", problems[0].line, problems[0].says);
            assert!(says.starts_with(&format!("2: most terminals send {sent} for ")), "{says}");
        }
    }

    #[test]
    fn a_file_that_is_not_toml_is_one_problem() {
        let (map, problems) = Keymap::read("global = [", "a".as_ref(), NAMES);
        assert_eq!((map, problems.len()), (Keymap::default(), 1));
    }
}
