//! One keymap file: read, every mistake named with its line, the good bindings kept.

use super::{Binding, Stroke, chord_text, parse_chord};
use std::fmt;
use tminus_core::grammar::text::nearest::nearest;
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
    /// Those of them that change something, or record a decision.
    pub changing: &'a [&'a str],
    /// The contexts where letters are typed: none of them can be a key there.
    pub typed: &'a [&'a str],
}

/// Something in a keymap file that does not work, or that hides something else; the rest of the file works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeymapProblem {
    /// How much it matters.
    pub weight: Weight,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and the nearest name where there is one.
    pub says: String,
}

/// How much a problem of a keymap matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The binding does not count.
    Mistake,
    /// It counts, and hides or takes away another.
    Note,
}

impl fmt::Display for KeymapProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.file, self.line, self.says)
    }
}

impl Keymap {
    /// Reads a file. What is wrong is in the list; what is right is in the keymap.
    pub fn read(text: &str, file: &str, names: Names<'_>) -> (Self, Vec<KeymapProblem>) {
        let lines = text.match_indices('\n').map(|(at, _)| at).collect();
        let mut reader = Reader { lines, file, names, map: Self::default(), problems: Vec::new() };
        match DeTable::parse(text) {
            Ok(table) => reader.table("", table.get_ref()),
            Err(error) => {
                let at = error.span().map_or(0, |s| s.start);
                reader.complain(at, error.message().to_owned());
            }
        }
        (reader.map, reader.problems)
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

struct Reader<'a> {
    /// Where each line of the text ends.
    lines: Vec<usize>,
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
        let (Some(on), Some(run)) = (table.get("on"), table.get("run").and_then(text)) else {
            return self.complain(at, "a binding needs on = \"KEYS\" and run = \"ACTION\"".to_owned());
        };
        if run != "none" && !self.names.actions.contains(&run.as_str()) {
            let nearest = hint(&run, self.names.actions);
            return self.complain(at, format!("{run} is no action{nearest}"));
        }
        let desc = table.get("desc");
        if let Some(wrong) = desc.filter(|desc| text(desc).is_none()) {
            return self.complain(wrong.span().start, "desc is a text: desc = \"Deploy\"".to_owned());
        }
        let desc = desc.and_then(text);
        for chord in self.chords(on) {
            let line = self.line(at);
            self.bind(context, at, Binding { chord, run: run.clone(), desc: desc.clone(), line });
        }
    }

    /// Returns the chords that `on` names: a text, or a list of texts. One that is none is told on its own line.
    fn chords(&mut self, on: &Spanned<DeValue<'_>>) -> Vec<Vec<Stroke>> {
        let DeValue::Array(list) = on.get_ref() else { return self.chord(on).into_iter().collect() };
        if list.is_empty() {
            self.complain(on.span().start, "on names no key: write on = \"d\", or leave the binding out".to_owned());
        }
        list.iter().filter_map(|entry| self.chord(entry)).collect()
    }

    fn chord(&mut self, on: &Spanned<DeValue<'_>>) -> Option<Vec<Stroke>> {
        let read = text(on).map(|text| parse_chord(&text));
        let says = match read {
            Some(Ok(chord)) => return Some(chord),
            Some(Err(word)) => format!("{word} is no key: write d, ctrl-d, enter, f1 or g g"),
            None => "a key is a text: on = \"5\", or on = [\"5\", \"g g\"]".to_owned(),
        };
        self.complain(on.span().start, says);
        None
    }

    fn bind(&mut self, context: &str, at: usize, binding: Binding) {
        if let Some(says) = self.refused(context, &binding) {
            return self.complain(at, says);
        }
        let takes_away = |b: &Binding| b.run == "none";
        let earlier = self.map.bindings(context).iter().find(|b| b.collides_with(&binding)).cloned();
        // Keys may be taken away to make room for others that begin alike.
        let earlier = earlier.filter(|e| e.chord == binding.chord || !(takes_away(e) || takes_away(&binding)));
        match earlier {
            Some(earlier) => {
                let (new, old) = (chord_text(&binding.chord), chord_text(&earlier.chord));
                self.complain(at, format!("{new} in {context} cannot be told from {old}, which runs {}", earlier.run));
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

    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|end| *end < at) + 1
    }

    fn complain(&mut self, at: usize, says: String) {
        let (file, line) = (self.file.to_owned(), self.line(at));
        self.problems.push(KeymapProblem { weight: Weight::Mistake, file, line, says });
    }
}

fn text(value: &Spanned<DeValue<'_>>) -> Option<String> {
    value.get_ref().as_str().map(str::to_owned)
}

fn hint(word: &str, names: &[&str]) -> String {
    nearest(word, names.iter().copied()).map(|name| format!("; did you mean {name}?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names<'_> = Names {
        contexts: &["global", "pane.logs", "dialog.write"],
        actions: &["list.top", "list.down", "quit", "act.deploy"],
        changing: &["act.deploy"],
        typed: &["dialog.write"],
    };

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
    fn nothing_that_changes_the_world_lies_on_a_reflex() {
        for chord in ["ctrl-h", "ctrl-j", "ctrl-k", "ctrl-l", "ctrl-a", "ctrl-b", "ctrl-d", "g ctrl-d"] {
            let text = format!("global = [{{ on = \"{chord}\", run = \"act.deploy\" }}]");
            let (map, problems) = Keymap::read(&text, "my.toml", NAMES);
            assert_eq!((map.bindings("global").len(), problems.len()), (0, 1), "{chord}");
            assert!(problems[0].says.contains("by habit"), "{problems:?}");
            let (_, problems) = Keymap::read(&text.replace("act.deploy", "list.down"), "my.toml", NAMES);
            assert_eq!(problems, [], "{chord}");
        }
    }

    #[test]
    fn a_letter_is_no_key_where_letters_are_typed() {
        let text = "[dialog]\nwrite = [{ on = \"q\", run = \"quit\" }, { on = \"alt-q\", run = \"quit\" }]";
        let (map, problems) = Keymap::read(text, "my.toml", NAMES);
        assert_eq!((map.bindings("dialog.write").len(), problems.len()), (1, 1), "{problems:?}");
    }

    #[test]
    fn what_names_no_key_is_told_on_its_line_and_the_rest_is_bound() {
        let text = "global = [\n{ on = 5, run = \"quit\" },\n{ on = [], run = \"quit\" },\n\
            { on = [\n\"x\",\n7,\n\"y\" ], run = \"quit\" },\n{ on = \"z\", run = \"quit\", desc = 3 },\n\
            { on = \"q\", run = \"quit\", desc = \"Out\" },\n]\n";
        let (map, problems) = Keymap::read(text, "my.toml", NAMES);
        let says: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let begins =
            ["my.toml:2: a key is a text", "my.toml:3: on names no key", "my.toml:6: a key", "my.toml:8: desc is"];
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
            let (map, problems) = Keymap::read(&text, "my.toml", NAMES);
            assert_eq!((map.bindings("global").len(), problems.len()), (1, 1), "{chord}: {problems:?}");
            let says = problems[0].to_string();
            assert!(says.starts_with(&format!("my.toml:2: most terminals send {sent} for ")), "{says}");
        }
    }

    #[test]
    fn a_file_that_is_not_toml_is_one_problem() {
        let (map, problems) = Keymap::read("global = [", "a", NAMES);
        assert_eq!((map, problems.len()), (Keymap::default(), 1));
    }
}
