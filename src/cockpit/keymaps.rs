//! Keymaps against the actions and contexts there are: the built-in ones, and files of one's own over them.

use super::action::{Action, Risk};
use super::chords::CONTEXTS;
use crate::settings::keymap::{BUILT_IN, BuiltInKeymap, Keymap, KeymapNames, KeymapProblem};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use tminus_core::grammar::text::Mistake;

/// The contexts where letters are typed: a name, a text, a search.
const TYPED: [&str; 4] = ["dialog.confirm", "dialog.write", "dialog.prompt", "dialog.palette"];

/// Returns the built-in keymap; what could not be read in it is left out, and a test says that nothing is.
pub fn default_keymap() -> (Keymap, Vec<Mistake>) {
    let [first, ..] = BUILT_IN;
    read_keymap(first.text, Path::new(first.file))
}

/// Reads a keymap file against the actions and contexts there are.
pub fn read_keymap(text: &str, file: &Path) -> (Keymap, Vec<Mistake>) {
    let all = Action::all();
    let actions: Vec<&str> = all.iter().map(|action| action.id()).collect();
    let changing: Vec<&str> = all.iter().filter(|a| a.risk() == Risk::Changes).map(|action| action.id()).collect();
    let names = KeymapNames { contexts: &CONTEXTS, actions: &actions, changing: &changing, typed: &TYPED };
    Keymap::read(text, file, names)
}

/// Lays the keymap of a name over the default one, and files over both, in their order; what does not work, or hides
/// something, is in the list, and the rest counts.
pub fn keymap_of(name: &str, files: &[PathBuf]) -> (Keymap, Vec<KeymapProblem>) {
    let (mut map, mistakes) = default_keymap();
    let mut problems = mistakes.into_iter().map(KeymapProblem::Mistake).collect();
    let [_, others @ ..] = BUILT_IN;
    for BuiltInKeymap { text, file, .. } in others.iter().filter(|keymap| keymap.name == name) {
        lay(&mut map, text, Path::new(file), &mut problems);
    }
    for file in files {
        match std::fs::read_to_string(file) {
            Ok(text) => lay(&mut map, &text, file, &mut problems),
            Err(error) => problems.push(KeymapProblem::Unreadable(file.clone(), error.to_string())),
        }
    }
    (map, problems)
}

/// Returns the JSON schema of a keymap (draft 2020-12), for editors, made from the contexts and actions there are.
pub fn keymap_schema() -> Value {
    let mut runs: Vec<Value> = vec![json!({ "const": "none", "description": "Take the key away." })];
    runs.extend(Action::all().iter().map(|action| json!({ "const": action.id(), "description": action.help() })));
    let mut properties = Map::new();
    for context in CONTEXTS.iter() {
        let bindings = json!({ "type": "array", "items": { "$ref": "#/$defs/binding" } });
        match context.split_once('.') {
            None => drop(properties.insert((*context).to_owned(), bindings)),
            Some((table, name)) => {
                let empty = || json!({ "type": "object", "properties": {}, "additionalProperties": false });
                properties.entry(table).or_insert_with(empty)["properties"][name] = bindings;
            }
        }
    }
    let chord = json!({ "type": "string", "minLength": 1 });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "keymap.toml of tminus",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": { "binding": {
            "type": "object",
            "properties": {
                "on": { "anyOf": [chord, { "type": "array", "items": chord, "minItems": 1 }],
                    "description": "The key, or several: ctrl-d, g g, shift-tab." },
                "run": { "oneOf": runs },
                "desc": { "type": "string", "description": "What the help says of it." },
            },
            "required": ["on", "run"],
            "additionalProperties": false,
        } },
    })
}

fn lay(map: &mut Keymap, text: &str, file: &Path, problems: &mut Vec<KeymapProblem>) {
    let (over, mistakes) = read_keymap(text, file);
    problems.extend(mistakes.into_iter().map(KeymapProblem::Mistake));
    problems.extend(map.lay(&over, &file.display().to_string()).into_iter().map(KeymapProblem::Note));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::keymap::Binding;
    use std::collections::BTreeMap;

    fn each() -> impl Iterator<Item = (&'static str, Keymap, Vec<KeymapProblem>)> {
        BUILT_IN.into_iter().map(|built_in| {
            let (map, problems) = keymap_of(built_in.name, &[]);
            (built_in.name, map, problems)
        })
    }

    #[test]
    fn every_built_in_keymap_names_what_there_is_and_takes_nothing_away() {
        for (name, _, problems) in each() {
            assert_eq!(problems, [], "in {name}");
        }
    }

    #[test]
    fn the_schema_knows_every_context_and_every_action() {
        let schema = keymap_schema();
        for context in CONTEXTS.iter() {
            let place = format!("/properties/{}", context.replace('.', "/properties/"));
            assert!(schema.pointer(&place).is_some(), "{context}");
        }
        let runs = schema.pointer("/$defs/binding/properties/run/oneOf").and_then(Value::as_array).unwrap();
        assert_eq!(runs.len(), Action::all().len() + 1);
    }

    #[test]
    fn every_built_in_keymap_has_a_key_for_every_action_but_those_on_the_repository() {
        for (name, map, _) in each() {
            let is_bound = |id| map.contexts().any(|c| map.bindings(c).iter().any(|b| b.run == id));
            // Kinds come and go; the palette has them all.
            let all = Action::all().into_iter().filter(|action| !matches!(action, Action::Repository(_)));
            let unbound: Vec<&str> = all.map(Action::id).filter(|id| !is_bound(*id)).collect();
            assert_eq!(unbound, [] as [&str; 0], "in {name}");
        }
    }

    #[test]
    fn what_an_overlay_gives_a_chord_has_one_of_its_chords_wherever_it_has_any() {
        let [default, overlays @ ..] = BUILT_IN;
        let (default, _) = read_keymap(default.text, Path::new(default.file));
        for overlay in overlays {
            let (over, _) = read_keymap(overlay.text, Path::new(overlay.file));
            let (whole, _) = keymap_of(overlay.name, &[]);
            let own: Vec<_> = CONTEXTS.iter().flat_map(|context| over.bindings(context)).collect();
            assert!(own.iter().any(|b| b.run == "pane.next"), "{} goes to no pane", overlay.name);
            for context in CONTEXTS.iter() {
                for run in
                    default.bindings(context).iter().map(|b| &b.run).filter(|run| own.iter().any(|b| b.run == **run))
                {
                    let is_own = |b: &Binding| b.run == *run && own.iter().any(|o| o.run == *run && o.chord == b.chord);
                    let has = whole.bindings(context).iter().any(is_own);
                    assert!(has, "{run} in {context} has no chord of {}", overlay.name);
                }
            }
        }
    }

    #[test]
    fn wherever_tab_goes_to_the_next_pane_every_chord_of_the_overlay_for_it_does() {
        let chords = |map: &Keymap, context: &str| {
            let all = map.bindings(context).iter().filter(|b| b.run == "pane.next" || b.run == "pane.previous");
            all.map(|b| (b.run.clone(), b.chord.clone())).collect::<Vec<_>>()
        };
        for (name, map, _) in each() {
            let panes: Vec<_> = CONTEXTS.iter().copied().filter(|context| !chords(&map, context).is_empty()).collect();
            assert!(panes.len() >= 5, "{name}: {panes:?}");
            for context in &panes {
                assert_eq!(chords(&map, context), chords(&map, "view.overview"), "{context} of {name}");
            }
        }
    }

    #[test]
    fn no_chord_of_an_inner_context_hides_one_of_an_outer() {
        for (name, map, _) in each() {
            for inner in CONTEXTS.iter().filter(|c| c.starts_with("view.") || c.starts_with("pane.")) {
                let mut seen = BTreeMap::new();
                for binding in [*inner, "list", "global"].into_iter().flat_map(|c| map.bindings(c)) {
                    let before = seen.insert(format!("{:?}", binding.chord), binding.run.clone());
                    assert_eq!(before, None, "{} in {inner} of {name}", binding.run);
                }
            }
        }
    }

    #[test]
    fn an_own_file_is_laid_over_and_its_slips_are_told_by_file_and_line() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("keymap.toml");
        let text = "global = [\n{ on = \"ctrl-d\", run = \"act.deploy\" },\n{ on = \"Q\", run = \"app.quit\" },\n]\n[pane]\nlgos = []\n";
        std::fs::write(&file, text).unwrap();
        let (map, problems) = keymap_of("vim", std::slice::from_ref(&file));
        let says: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(says.len(), 2, "{says:?}");
        assert!(says[0].starts_with(&format!("{}:2:1: Ctrl-d is pressed by habit", file.display())), "{says:?}");
        let help = ":6:1: pane.lgos is not a key context\n  |\n6 | lgos = []\n  | ^^^^\n  = did you mean pane.logs?\n";
        assert!(says[1].ends_with(help), "{says:?}");
        assert!(map.bindings("global").iter().any(|b| b.run == "app.quit" && b.line == 3));
    }
}
