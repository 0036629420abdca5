//! The documentation says what is so: its tables are made from the keymaps, the settings, the rules, the plan's reader and
//! what the program itself calls unavailable.

use crate::slots::{Scarce, take};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tminus_cockpit::settings::keymap::{BUILT_IN, Binding, Keymap, chord_text};
use tminus_cockpit::settings::theme::Theme;
use tminus_cockpit::settings::{SETTINGS, SettingKind};
use tminus_cockpit::{Action, CONTEXTS, read_keymap};
use tminus_core::grammar::reference;
use tminus_core::kinds::tool::TOOLS;
use tminus_core::lint::Rule;
use tminus_core::secret_scan::SecretRules;

const CLOSING: &str = "<!-- /made -->";

/// The most lines that the front page may have.
const FRONT_PAGE: usize = 200;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Compares a file with what it should be; with `TMINUS_WRITE` set it is written instead.
fn must_be(file: &str, fresh: &str) {
    if std::env::var_os("TMINUS_WRITE").is_some() {
        std::fs::write(root().join(file), fresh).expect("the file can be written");
        return;
    }
    assert!(text(file) == fresh, "{file} is stale: TMINUS_WRITE=1 cargo test --test all docs::");
}

/// Splits a file at what is made: before it, the made text, after it.
fn made<'a>(text: &'a str, from: &str) -> (&'a str, &'a str, &'a str) {
    let opening = format!("<!-- made: {from} -->\n");
    let at = text.find(&opening).unwrap_or_else(|| panic!("no mark for {from}")) + opening.len();
    let end = at + text[at..].find(CLOSING).expect("what is made has its closing mark");
    (&text[..at], &text[at..end], &text[end..])
}

fn with_made(text: &str, from: &str, fresh: &str) -> String {
    let (before, _, after) = made(text, from);
    format!("{before}{fresh}{after}")
}

/// A row of the keys: an action, its chords, and the contexts where these and no others run it.
type Row = (String, Vec<String>, Vec<&'static str>);

/// Returns the rows, in the order of the keymap: an action has one for each set of chords that run it somewhere.
fn rows(keymap: &Keymap) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for context in CONTEXTS.iter().copied() {
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
fn table_of_keys(keymap: &Keymap) -> String {
    let mut text = String::from("| keys | action | where |\n| --- | --- | --- |\n");
    for (run, chords, places) in rows(keymap) {
        let action = Action::find(&run).expect("a keymap without problems names only actions");
        text.push_str(&format!("| {} | {} | {} |\n", chords.join(" "), action.help(), places.join(", ")));
    }
    text
}

#[test]
fn the_page_of_secrets_names_every_rule() {
    let page = text("docs/secrets.md");
    let rules = SecretRules::new(&[]).unwrap();
    let named: Vec<String> = rules.ids().map(|id| format!("- `{id}`\n")).collect();
    must_be("docs/secrets.md", &with_made(&page, "secret rules", &named.concat()));
}

#[test]
fn the_keys_are_those_of_every_built_in_keymap() {
    let fresh = BUILT_IN.into_iter().fold(text("docs/keys.md"), |text, keymap| {
        let (map, problems) = read_keymap(keymap.text, keymap.file.as_ref());
        assert!(problems.is_empty(), "{problems:?}");
        with_made(&text, keymap.file, &table_of_keys(&map))
    });
    must_be("docs/keys.md", &fresh);
}

#[test]
fn each_key_does_what_its_row_says_in_each_place_of_the_row() {
    let text = text("docs/keys.md");
    for keymap in BUILT_IN {
        let (map, _) = read_keymap(keymap.text, keymap.file.as_ref());
        let (_, table, _) = made(&text, keymap.file);
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

/// Says what may stand in a setting.
fn values(kind: SettingKind) -> String {
    match kind {
        SettingKind::Word(words) => listed(&words.iter().map(ToString::to_string).collect::<Vec<String>>()),
        SettingKind::Theme => "A theme, or one for light and one for dark terminals".to_owned(),
        SettingKind::Zone => "A time zone, or `system`".to_owned(),
        SettingKind::Command => "A command".to_owned(),
        SettingKind::TimeFormat => "A format of strftime, or `auto`".to_owned(),
    }
}

#[test]
fn the_settings_are_all_there_with_their_values_and_variables_and_so_are_the_themes() {
    let mut table = String::from("| setting | what it sets | variables |\n| --- | --- | --- |\n");
    for setting in SETTINGS {
        let variables = setting.own.iter().chain(setting.shared).map(|variable| format!("`{}`", variable.name));
        let variables: Vec<String> = variables.collect();
        let (name, help) = (setting.name, setting.help);
        table.push_str(&format!("| `{name}` | {}. {help} | {} |\n", values(setting.kind), variables.join(" ")));
    }
    let before = text("docs/settings.md");
    must_be("docs/settings.md", &with_made(&before, "settings", &table));
    let missing: Vec<&str> =
        Theme::built_in().map(|(name, _)| name).into_iter().filter(|n| !before.contains(&format!("`{n}`"))).collect();
    assert!(missing.is_empty(), "no word of the themes {missing:?}");
}

#[test]
fn the_rules_of_the_linter_are_all_there() {
    let mut table = String::from("| rule | what it finds |\n| --- | --- |\n");
    Rule::ALL.iter().for_each(|rule| table.push_str(&format!("| `{}` | {} |\n", rule.id(), rule.title())));
    must_be("docs/lint.md", &with_made(&text("docs/lint.md"), "rules", &table));
}

#[test]
fn the_tools_and_their_numbers_are_all_there() {
    let mut table = String::from("| tool | what must be so | numbers | the usual one |\n| --- | --- | --- | --- |\n");
    for tool in TOOLS {
        let numbers: Vec<String> = tool.numbers.iter().map(|name| format!("`{name}`")).collect();
        let usual = tool.usual.map(|name| format!("`{name}`")).unwrap_or_default();
        table.push_str(&format!("| `{}` | {} | {} | {usual} |\n", tool.word, tool.about, numbers.join(" ")));
    }
    must_be("docs/tools.md", &with_made(&text("docs/tools.md"), "tools", &table));
}

#[test]
fn the_reference_of_the_plan_is_what_tminus_plan_prints() {
    must_be("docs/plan.md", &format!("{}\n", reference().trim_end()));
}

#[test]
fn the_commands_are_all_there() {
    let help = std::process::Command::new(env!("CARGO_BIN_EXE_tminus")).arg("--help").output().expect("tminus starts");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let listed = help.split_once("Commands:\n").map(|(_, rest)| rest).expect("the help lists commands");
    let lines = listed.lines().take_while(|line| !line.is_empty());
    let names: Vec<&str> = lines.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| name.chars().all(|c| c.is_ascii_lowercase())).collect();
    assert!(names.len() > 10, "{names:?}");
    let text = text("docs/commands.md");
    let missing: Vec<&&str> = names.iter().filter(|name| !text.contains(&format!("`tminus {name}"))).collect();
    assert!(missing.is_empty(), "docs/commands.md leaves out {missing:?}");
}

/// What a plan can ask for: in words, the table of `every-kind.toml` that has one of each under its name, and what the place
/// of one that is not available begins with, and ends with.
const KINDS: [(&str, &str, &str, &str); 5] = [
    ("deliver with", "env", "env.", ".deliver."),
    ("check", "check", "check.", ""),
    ("read logs from", "log", "log.", ""),
    ("measure metrics from", "metric", "metric.from-", ""),
    ("connect to", "connect", "connect.", ""),
];

const EVERY_KIND: &str = include_str!("plans/every-kind.toml");

/// Asks the program what it does not do of a plan with everything in it: the places in the plan.
fn unavailable() -> BTreeSet<String> {
    let _slot = take(Scarce::Program);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("tminus.toml"), EVERY_KIND).unwrap();
    let mut lint = std::process::Command::new(env!("CARGO_BIN_EXE_tminus"));
    lint.args(["lint", "--json"]).current_dir(folder.path()).env("XDG_STATE_HOME", folder.path());
    let output = lint.output().expect("tminus starts");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("lint prints JSON");
    let findings = found["findings"].as_array().expect("there are findings").iter();
    let absent = findings.filter(|finding| finding["rule"] == "unavailable");
    absent.map(|finding| finding["subject"].as_str().expect("a finding has a place").to_owned()).collect()
}

/// Returns the kinds of a table, in its order.
fn kinds(table: &str) -> Vec<String> {
    let mut kinds: Vec<String> = Vec::new();
    let headings = EVERY_KIND.lines().filter_map(|line| line.strip_prefix(&format!("[{table}.")));
    for name in headings.filter_map(|rest| rest.split(['.', ']']).next()) {
        let name = name.trim_start_matches("from-").to_owned();
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    kinds
}

#[test]
fn the_plan_with_every_kind_has_every_kind_of_the_reference() {
    let reference = reference();
    for (_, table, ..) in KINDS.iter().filter(|(_, table, ..)| *table != "metric") {
        let section = match *table {
            "env" => "\n## `env.NAME.deliver.ARTIFACT`\n".to_owned(),
            table => format!("\n## `{table}.NAME`\n"),
        };
        let (_, rest) = reference.split_once(&section).expect("the reference has the section");
        let titles = rest.lines().take_while(|line| !line.starts_with("## ")).filter_map(|l| l.strip_prefix("### `"));
        let words: Vec<&str> =
            titles.filter_map(|title| title.trim_end_matches(['`', '"']).rsplit('"').next()).collect();
        assert_eq!(kinds(table).iter().collect::<BTreeSet<_>>().len(), words.len(), "{table}: {words:?}");
        assert!(words.iter().all(|word| kinds(table).iter().any(|kind| kind == word)), "{table}: {words:?}");
    }
}

#[test]
fn the_front_page_says_what_works_as_the_program_does() {
    let mut rest = unavailable();
    assert!(rest.len() > 5, "{rest:?}");
    let mut text = String::from("| | works today | not yet |\n| --- | --- | --- |\n");
    for (what, table, begins, ends) in KINDS {
        let is_of = |at: &str, kind: &String| {
            let rest = at.strip_prefix(&format!("{begins}{kind}"));
            rest.is_some_and(|rest| rest == ends || !ends.is_empty() && rest.starts_with(ends))
        };
        let is_absent = |kind: &String| rest.iter().any(|at| is_of(at, kind));
        let (absent, there): (Vec<String>, Vec<String>) = kinds(table).into_iter().partition(is_absent);
        text.push_str(&format!("| {what} | {} | {} |\n", listed(&there), listed(&absent)));
        rest.retain(|at| !absent.iter().any(|kind| is_of(at, kind)));
    }
    let rest: Vec<String> = rest.into_iter().map(|at| at.replace("container", "NAME")).collect();
    text.push_str(&format!("| other keys of the plan | all others | {} |\n", listed(&rest)));
    must_be("README.md", &with_made(&self::text("README.md"), "kinds", &text));
}

/// Returns words as code, one after another.
fn listed(words: &[String]) -> String {
    if words.is_empty() {
        return "–".to_owned();
    }
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn pages() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("docs")).expect("docs can be listed");
    let mut pages: Vec<PathBuf> = folder.flatten().map(|entry| entry.path()).collect();
    pages.push(root().join("README.md"));
    pages
}

#[test]
fn every_link_between_pages_leads_to_a_file() {
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("the page can be read");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") {
                let path = page.parent().expect("a page lies in a folder").join(file);
                assert!(path.exists(), "{}: {target}", page.display());
            }
        }
    }
}

#[test]
fn the_front_page_is_short() {
    let lines = text("README.md").lines().count();
    assert!(lines <= FRONT_PAGE, "{lines} lines: move it to docs/");
}

/// Runs `tminus` with words, and returns its exit status, its output and what it said on standard error.
fn run(words: &[&str]) -> (Option<i32>, String, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tminus")).args(words).output().expect("tminus starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn help_prints_topics_and_commands_and_names_the_nearest_of_what_is_neither() {
    let (status, keys, _) = run(&["help", "keys"]);
    assert!(status == Some(0) && keys.starts_with("KEYS OF THE COCKPIT"), "{keys}");
    // A command that is a topic too: its own help, then the page.
    let (status, engine, _) = run(&["help", "engine"]);
    let (_, usage, _) = run(&["engine", "-h"]);
    let page = engine.strip_prefix(&usage).unwrap_or_else(|| panic!("{usage}\nis not before\n{engine}"));
    assert!(status == Some(0) && page.trim_start().starts_with("THE ENGINE:"), "{engine}");
    for command in [vec!["help", "deploy"], vec!["help", "release", "cut"], vec!["release", "help", "cut"]] {
        let mut asked: Vec<&str> = command.iter().copied().filter(|word| *word != "help").collect();
        asked.push("--help");
        assert_eq!(run(&command), run(&asked), "{command:?}");
    }
    let (status, list, _) = run(&["help"]);
    assert!(status == Some(0) && list.contains("\n  exit-codes  Exit status, output and JSON\n"), "{list}");
    let (status, output, says) = run(&["help", "kyes"]);
    assert_eq!((status, output.as_str()), (Some(2), ""));
    assert_eq!(says, "error: no topic or command is called `kyes`; did you mean `keys`?\n");
    let (status, _, says) = run(&["help", "qqqqqq"]);
    assert!(status == Some(2) && says.contains("`tminus help` lists them"), "{says}");
}
