//! One keymap laid over another: what wins, what it takes away, and what it hides.

use super::file::{Keymap, KeymapNote};
use super::{Binding, chord_text};
use std::collections::BTreeSet;

impl Keymap {
    /// Lays another keymap over this one: its chords win, `run = "none"` takes one away. What it takes away without saying
    /// so, hides, or cannot reach, is in the list, in the order of its lines; all of it counts nevertheless.
    pub fn lay(&mut self, over: &Self, file: &str) -> Vec<KeymapNote> {
        let bound: BTreeSet<String> = self.all().map(|(_, binding)| binding.run.clone()).collect();
        let mut notes = Vec::new();
        let mut note = |line, says| notes.push(KeymapNote { file: file.to_owned(), line, says });
        let mut wished = BTreeSet::new();
        for (context, binding) in over.all() {
            let chord = chord_text(&binding.chord);
            let mine = self.bindings_mut(context);
            let taken: Vec<Binding> = mine.extract_if(.., |b| takes(binding, b)).collect();
            if binding.run == "none" {
                if taken.is_empty() {
                    note(binding.line, format!("{chord} has no binding in {context} to remove"));
                }
                wished.extend(taken.into_iter().map(|b| b.run));
                continue;
            }
            for lost in taken.iter().filter(|b| b.chord != binding.chord) {
                let (old, run) = (chord_text(&lost.chord), &lost.run);
                note(binding.line, format!("{chord} in {context} takes {old} away, which runs {run}"));
            }
            self.bindings_mut(context).push(binding.clone());
        }
        for (context, binding) in over.all().filter(|(_, binding)| binding.run != "none") {
            self.hidden(context, binding).into_iter().for_each(|says| note(binding.line, says));
        }
        for run in bound {
            if !wished.contains(&run) && !self.all().any(|(_, binding)| binding.run == run) {
                let line = over.all().map(|(_, binding)| binding.line).next().unwrap_or(1);
                note(line, format!("{run} no longer has a key"));
            }
        }
        notes.sort_by_key(|note| note.line);
        notes
    }

    /// Says what a binding hides in contexts outside its own, and where inside its own it is hidden itself.
    fn hidden(&self, context: &str, binding: &Binding) -> Vec<String> {
        let chord = chord_text(&binding.chord);
        let others = self.all().filter(|(_, other)| other.collides_with(binding) && other.run != binding.run);
        let mut says = Vec::new();
        for (other, hit) in others {
            let (old, run) = (chord_text(&hit.chord), &hit.run);
            if outside(context).contains(&other) {
                says.push(format!("{chord} in {context} hides {old} of {other} there, which runs {run}"));
            } else if outside(other).contains(&context) {
                says.push(format!("{chord} of {context} is hidden in {other}, where {old} runs {run}"));
            }
        }
        says
    }

    fn all(&self) -> impl Iterator<Item = (&str, &Binding)> {
        self.contexts().flat_map(|context| self.bindings(context).iter().map(move |binding| (context, binding)))
    }
}

/// Says whether a binding that is laid over another leaves no room for it; one that takes away means its own chord alone.
fn takes(over: &Binding, under: &Binding) -> bool {
    if over.run == "none" { over.chord == under.chord } else { over.collides_with(under) }
}

/// Returns the contexts that count after this one; a dialog counts alone.
fn outside(context: &str) -> &'static [&'static str] {
    match context.split_once('.').map_or(context, |(kind, _)| kind) {
        "pane" => &["view.overview", "list", "global"],
        "view" => &["list", "global"],
        "list" => &["global"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::super::{KeymapNames, KeymapProblem};
    use super::*;

    const NAMES: KeymapNames<'_> = KeymapNames {
        contexts: &["global", "list", "pane.logs"],
        actions: &["list.top", "list.down", "app.quit", "act.deploy", "logs.follow"],
        changing: &["act.deploy"],
        typed: &[],
    };

    const UNDER: &str = "global = [{ on = \"q\", run = \"app.quit\" }, { on = \"d\", run = \"act.deploy\" }]\n\
        list = [{ on = [\"j\", \"down\"], run = \"list.down\" }, { on = \"g g\", run = \"list.top\" }]\n\
        [pane]\nlogs = [{ on = \"F\", run = \"logs.follow\" }]\n";

    fn laid(over: &str) -> (Keymap, Vec<String>) {
        let (mut map, problems) = Keymap::read(UNDER, "under".as_ref(), NAMES);
        assert_eq!(problems, []);
        let (over, problems) = Keymap::read(over, "my.toml".as_ref(), NAMES);
        assert_eq!(problems, []);
        let notes = map.lay(&over, "my.toml");
        (map, notes.into_iter().map(|note| KeymapProblem::Note(note).to_string()).collect())
    }

    fn runs(map: &Keymap, context: &str) -> Vec<String> {
        map.bindings(context).iter().map(|b| format!("{} {}", chord_text(&b.chord), b.run)).collect()
    }

    #[test]
    fn what_is_laid_over_wins_and_can_take_away() {
        let (map, notes) = laid("list = [{ on = \"j\", run = \"list.top\" }, { on = \"g g\", run = \"none\" }]");
        assert_eq!(runs(&map, "list"), ["↓ list.down", "j list.top"]);
        assert_eq!(notes, [] as [String; 0]);
    }

    #[test]
    fn a_chord_that_begins_another_is_told_with_what_it_takes_away() {
        let (map, notes) = laid("list = [\n{ on = \"g\", run = \"list.down\" }]");
        assert_eq!(notes[0], "my.toml:2: g in list takes g g away, which runs list.top");
        assert_eq!(notes[1], "my.toml:2: list.top no longer has a key");
        assert_eq!(runs(&map, "list"), ["j list.down", "↓ list.down", "g list.down"]);
        let (_, notes) = laid("list = [{ on = \"g g\", run = \"none\" }, { on = \"g\", run = \"list.top\" }]");
        assert_eq!(notes, [] as [String; 0], "what is said is not told again");
    }

    #[test]
    fn a_chord_that_hides_an_outer_one_or_is_hidden_is_told() {
        let (_, notes) = laid("pane.logs = [\n{ on = \"d\", run = \"logs.follow\" }]");
        assert_eq!(notes, ["my.toml:2: d in pane.logs hides d of global there, which runs act.deploy"]);
        let (_, notes) = laid("global = [{ on = \"F\", run = \"app.quit\" }]");
        assert_eq!(notes, ["my.toml:1: F of global is hidden in pane.logs, where F runs logs.follow"]);
    }

    #[test]
    fn taking_away_what_is_not_there_is_told() {
        let (_, notes) = laid("list = [{ on = \"x\", run = \"none\" }]");
        assert_eq!(notes, ["my.toml:1: x has no binding in list to remove"]);
    }
}
