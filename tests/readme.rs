//! The README says what is so: its table of keys is made from the live keymap, its table of checks from what is wired.

use std::collections::BTreeMap;
use tminus_cockpit::settings::SETTINGS;
use tminus_cockpit::settings::keymap::{BUILT_IN, Binding, BuiltIn, Keymap, chord_text};
use tminus_cockpit::settings::theme::Theme;
use tminus_cockpit::{Action, CONTEXTS, read_keymap};
use tminus_core::lint::Rule;

const CLOSING: &str = "<!-- /keys -->";

fn path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn text() -> String {
    std::fs::read_to_string(path()).expect("the README can be read")
}

fn opening(file: &str) -> String {
    format!("<!-- keys: made from {file}; `TMINUS_WRITE=1 cargo test --test all readme` writes it again -->\n")
}

/// A row of the table: an action, its chords, and the contexts where these and no others run it.
type Row = (String, Vec<String>, Vec<&'static str>);

/// Returns the rows, in the order of the keymap: an action has one for each set of chords that run it somewhere.
fn rows(keymap: &Keymap) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for context in CONTEXTS {
        for (run, chords) in bound(keymap, context) {
            match rows.iter_mut().find(|row| (&row.0, &row.1) == (&run, &chords)) {
                Some((.., places)) => places.push(context),
                None => rows.push((run, chords, vec![context])),
            }
        }
    }
    rows
}

/// Returns each action of a context with all its chords there.
fn bound(keymap: &Keymap, context: &str) -> Vec<(String, Vec<String>)> {
    let mut bound: Vec<(String, Vec<String>)> = Vec::new();
    for binding in keymap.bindings(context) {
        let chord = format!("`{}`", chord_text(&binding.chord));
        match bound.iter_mut().find(|(run, _)| *run == binding.run) {
            Some((_, chords)) => chords.push(chord),
            None => bound.push((binding.run.clone(), vec![chord])),
        }
    }
    bound
}

/// Makes the table: every claim of a row is true in every place of that row.
fn table(keymap: &Keymap) -> String {
    let mut text = String::from("| keys | action | where |\n| --- | --- | --- |\n");
    for (run, chords, places) in rows(keymap) {
        let action = Action::find(&run).expect("a keymap without problems names only actions");
        text.push_str(&format!("| {} | {} | {} |\n", chords.join(" "), action.help(), places.join(", ")));
    }
    text
}

/// Puts the table of a keymap between its marks.
fn with_table(text: &str, keymap: BuiltIn) -> String {
    let (map, problems) = read_keymap(keymap.text, keymap.file.as_ref());
    assert!(problems.is_empty(), "{problems:?}");
    let opening = opening(keymap.file);
    let (before, rest) = text.split_once(&opening).expect("the table of keys has its opening mark");
    let (_, after) = rest.split_once(CLOSING).expect("the table of keys has its closing mark");
    format!("{before}{opening}{}{CLOSING}{after}", table(&map))
}

#[test]
fn the_readme_has_the_keys_of_every_built_in_keymap() {
    let before = text();
    let fresh = BUILT_IN.into_iter().fold(before.clone(), |text, keymap| with_table(&text, keymap));
    if std::env::var_os("TMINUS_WRITE").is_some() {
        std::fs::write(path(), &fresh).expect("the README can be written");
        return;
    }
    assert!(before == fresh, "the README's keys are stale: TMINUS_WRITE=1 cargo test --test all readme");
}

#[test]
fn each_key_of_the_readme_does_what_its_row_says_in_each_place_of_the_row() {
    let text = text();
    for keymap in BUILT_IN {
        let (map, _) = read_keymap(keymap.text, keymap.file.as_ref());
        let (_, rest) = text.split_once(&opening(keymap.file)).expect("the table of keys has its opening mark");
        let (table, _) = rest.split_once(CLOSING).expect("the table of keys has its closing mark");
        let mut claims = 0;
        for row in table.lines().skip(2) {
            let cells: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
            let [keys, help, places] = cells[..] else { panic!("not a row of three cells: {row}") };
            let keys = keys.trim_matches('`').split("` `");
            for (key, place) in keys.flat_map(|key| places.split(", ").map(move |place| (key, place))) {
                let does = |binding: &&Binding| Action::find(&binding.run).is_some_and(|action| action.help() == help);
                let bound = map.bindings(place).iter().filter(does).any(|binding| chord_text(&binding.chord) == key);
                assert!(bound, "{key} in {place} of {}: {help}", keymap.name);
                claims += 1;
            }
        }
        let bindings: usize = map.contexts().map(|context| map.bindings(context).len()).sum();
        assert_eq!(claims, bindings, "{} leaves a key out", keymap.name);
    }
}

#[test]
fn the_readme_names_every_setting_with_its_variable_and_every_theme() {
    let text = text();
    let mut missing = Vec::new();
    for setting in SETTINGS {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{}` |", setting.name)));
        let own = setting.own.iter().chain(setting.shared).map(|variable| variable.name);
        missing.extend(own.filter(|name| !row.is_some_and(|row| row.contains(&format!("`{name}`")))));
    }
    missing.extend(Theme::built_in().map(|(name, _)| name).into_iter().filter(|n| !text.contains(&format!("`{n}`"))));
    assert!(missing.is_empty(), "the README leaves out {missing:?}");
}

#[test]
fn the_readme_names_every_command_and_no_other() {
    let text = text();
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_tminus")).arg("--help").output().expect("tminus starts");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let listed = help.split_once("Commands:\n").map(|(_, rest)| rest).expect("the help lists commands");
    let names: Vec<&str> = listed
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .filter(|name| *name != "help" && name.chars().all(|c| c.is_ascii_lowercase()))
        .collect();
    assert!(names.len() > 10, "{names:?}");
    let table = text.split_once("## Commands").map(|(_, rest)| rest).expect("there is a table of commands");
    let mut missing: BTreeMap<&str, ()> = names.iter().map(|name| (*name, ())).collect();
    missing.retain(|name, ()| !table.contains(&format!("`tminus {name}")) && !table.contains(&format!("`{name}`")));
    assert!(missing.is_empty(), "the README leaves out {:?}", missing.keys());
}

#[test]
fn the_readme_names_every_rule_of_the_linter_and_no_other() {
    let text = text();
    let section = text.split_once("## What lint looks for").map(|(_, rest)| rest).expect("there is a table of rules");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows: Vec<&str> = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(rows, Rule::ALL.map(Rule::id));
}
