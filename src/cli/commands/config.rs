//! `tminus config`: what is set, and where each setting comes from.

use crate::cli::appearance::Appearance;
use crate::cli::args::{ConfigArgs, ConfigCmd, Global, SchemaOf};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use serde_json::{Value, json};
use tminus_cockpit::keymap_schema;
use tminus_cockpit::settings::theme::theme_schema;
use tminus_cockpit::settings::{ConfigFolder, ResolvedSetting, SettingOrigin, config_schema};
use tminus_storage::paths::Paths;

/// Prints what is set; where it is kept; or what is wrong with it.
pub fn run(global: &Global, args: &ConfigArgs) -> Done {
    if let Some(of) = args.schema {
        let schema = match of {
            SchemaOf::Config => config_schema(),
            SchemaOf::Keymap => keymap_schema(),
            SchemaOf::Theme => theme_schema(),
            SchemaOf::Plan => tminus_core::grammar::schema(),
        };
        show::text(&format!("{schema:#}\n"));
        return Ok(Exit::Good);
    }
    let what = args.what.as_ref();
    let folder = Paths::of_user().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    let looks = Appearance::read(&folder);
    match what {
        None => {
            if global.json {
                json::print(as_json(&looks));
            } else {
                print(&looks);
            }
        }
        Some(ConfigCmd::Path) if global.json => json::print(json!({ "folder": folder })),
        Some(ConfigCmd::Path) => {
            show::line(&folder.display().to_string());
            return Ok(Exit::Good);
        }
        Some(ConfigCmd::Check) => {
            looks.notes().iter().for_each(|note| show::hint(&format!("note: {note}")));
            let mistakes = looks.mistakes();
            if global.json {
                json::print(json!({ "problems": mistakes, "notes": looks.notes() }));
            } else if mistakes.is_empty() {
                show::line("nothing is wrong");
            }
        }
    }
    let mistakes = looks.mistakes();
    if !global.json {
        mistakes.iter().for_each(|mistake| show::hint(mistake));
    }
    Ok(if mistakes.is_empty() { Exit::Good } else { Exit::Wrong })
}

fn print(looks: &Appearance) {
    let file = looks.folder.settings();
    let is_there = if file.exists() { "" } else { " does not exist; every setting can be set in it" };
    show::line(&format!("# {}{is_there}", file.display()));
    let all = looks.settings.in_force();
    let values: Vec<String> = all.iter().map(|held| shown(held, &looks.folder)).collect();
    let width = values.iter().map(|value| value.chars().count()).max().unwrap_or(0);
    for (held, value) in all.iter().zip(&values) {
        let wide = " ".repeat(width - value.chars().count());
        show::line(&format!("{:<15} = {value}{wide}  # {}", held.setting.name, held.from));
    }
}

/// Writes a value as it stands in the file, with a word about an own theme.
fn shown(held: &ResolvedSetting, folder: &ConfigFolder) -> String {
    let is_own = held.setting.name == "theme" && folder.theme(held.value.as_word()).exists();
    format!("{}{}", held.value, if is_own { " (own)" } else { "" })
}

fn as_json(looks: &Appearance) -> Value {
    let settings: Vec<Value> = looks.settings.in_force().iter().map(setting).collect();
    json!({
        "folder": looks.folder.path(),
        "file": looks.folder.settings(),
        "settings": settings,
        "problems": looks.mistakes(),
        "notes": looks.notes(),
    })
}

fn setting(held: &ResolvedSetting) -> Value {
    use tminus_cockpit::settings::SettingValue as Held;
    let value = match &held.value {
        Held::Word(text) => json!(text),
        Held::Pair { light, dark } => json!({ "light": light, "dark": dark }),
    };
    let from = match &held.from {
        SettingOrigin::Default => json!({ "kind": "default" }),
        SettingOrigin::File { file, line } => json!({ "kind": "file", "file": file, "line": line }),
        SettingOrigin::Variable(name) => json!({ "kind": "variable", "name": name }),
    };
    json!({ "name": held.setting.name, "value": value, "from": from, "help": held.setting.help })
}
