//! The README says what is so: its table of keys is made from the live keymap, its table of checks from what is wired.

use std::collections::BTreeMap;
use tminus::cockpit::{Action, CONTEXTS, default_keymap};
use tminus::config::keymap::chord_text;

const OPENING: &str =
    "<!-- keys: made from keymaps/default.toml; `TMINUS_WRITE=1 cargo test --test all readme` writes it again -->\n";
const CLOSING: &str = "<!-- /keys -->";

fn path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

/// Makes the table: each action once, with all its chords, in the order of the keymap.
fn table() -> String {
    let (keymap, problems) = default_keymap();
    assert!(problems.is_empty(), "{problems:?}");
    let mut rows: Vec<(String, Vec<String>, Vec<String>)> = Vec::new();
    for context in CONTEXTS {
        for binding in keymap.bindings(context) {
            let chord = format!("`{}`", chord_text(&binding.chord));
            match rows.iter_mut().find(|(run, ..)| *run == binding.run) {
                Some((_, chords, places)) => {
                    if !chords.contains(&chord) {
                        chords.push(chord);
                    }
                    if !places.contains(&context.to_owned()) {
                        places.push(context.to_owned());
                    }
                }
                None => rows.push((binding.run.clone(), vec![chord], vec![context.to_owned()])),
            }
        }
    }
    let mut text = String::from("| keys | action | where |\n| --- | --- | --- |\n");
    for (run, chords, places) in rows {
        let action = Action::find(&run).expect("a keymap without problems names only actions");
        text.push_str(&format!("| {} | {} | {} |\n", chords.join(" "), action.help(), places.join(", ")));
    }
    text
}

#[test]
fn the_readme_has_the_keys_of_the_live_keymap() {
    let text = std::fs::read_to_string(path()).expect("the README can be read");
    let (before, rest) = text.split_once(OPENING).expect("the table of keys has its opening mark");
    let (_, after) = rest.split_once(CLOSING).expect("the table of keys has its closing mark");
    let fresh = format!("{before}{OPENING}{}{CLOSING}{after}", table());
    if std::env::var_os("TMINUS_WRITE").is_some() {
        std::fs::write(path(), &fresh).expect("the README can be written");
        return;
    }
    assert!(text == fresh, "the README's keys are stale: TMINUS_WRITE=1 cargo test --test all readme");
}

#[test]
fn the_readme_names_every_command_and_no_other() {
    let text = std::fs::read_to_string(path()).expect("the README can be read");
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
