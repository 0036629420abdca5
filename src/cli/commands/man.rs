//! `tminus man`: the manual, made from the command line's own help.

use crate::cli::args::{Cli, ManArgs};
use crate::cli::exit::{Done, Exit};
use crate::cli::show;
use clap::CommandFactory;
use clap_mangen::roff::{Roff, bold, roman};
use color_eyre::eyre::WrapErr;
use std::path::Path;
use tminus_cockpit::settings::SETTINGS;
use tminus_cockpit::settings::keymap::chord_text;
use tminus_cockpit::{Action, default_keymap};

/// Prints the main page, or writes one for every command.
pub fn run(args: &ManArgs) -> Done {
    match &args.dir {
        Some(dir) => write(dir),
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page).wrap_err("the page cannot be made")?;
            page.extend_from_slice(more().as_bytes());
            show::text(&String::from_utf8_lossy(&page));
            Ok(Exit::Good)
        }
    }
}

fn write(dir: &Path) -> Done {
    std::fs::create_dir_all(dir).wrap_err_with(|| format!("{} cannot be made", dir.display()))?;
    let pages = clap_mangen::generate_to(Cli::command(), dir);
    pages.wrap_err_with(|| format!("a page cannot be written to {}", dir.display()))?;
    let main = dir.join("tminus.1");
    let whole = std::fs::read_to_string(&main).map(|page| page + &more()).and_then(|page| std::fs::write(&main, page));
    whole.wrap_err_with(|| format!("{} cannot be written", main.display()))?;
    let count = std::fs::read_dir(dir).map(|files| files.flatten().filter(|f| is_page(&f.path())).count()).unwrap_or(0);
    show::line(&format!("{count} pages are in {}", dir.display()));
    Ok(Exit::Good)
}

/// Returns what the command line does not say of itself: keys, variables, files.
fn more() -> String {
    let mut page = Roff::new();
    page.control("SH", ["KEYS"]).text([roman("The keys of the cockpit, as they are without a keymap of your own.")]);
    let (keymap, _) = default_keymap();
    for context in ["global", "list"] {
        for binding in keymap.bindings(context) {
            let Some(action) = Action::find(&binding.run) else { continue };
            page.control("TP", []).text([bold(chord_text(&binding.chord))]).text([roman(action.help())]);
        }
    }
    page.control("SH", ["ENVIRONMENT"]);
    for setting in SETTINGS {
        for variable in setting.own.iter().chain(setting.shared) {
            let says = format!("Sets {}. {}", setting.name, setting.help);
            page.control("TP", []).text([bold(variable.name)]).text([roman(says)]);
        }
    }
    for (name, says) in VARIABLES {
        page.control("TP", []).text([bold(name)]).text([roman(says)]);
    }
    page.control("SH", ["FILES"]);
    for (path, says) in FILES {
        page.control("TP", []).text([bold(path)]).text([roman(says)]);
    }
    page.to_roff()
}

const VARIABLES: [(&str, &str); 3] = [
    ("TMINUS_SOLO", "Keeps the engine in the process of the command, as --solo does."),
    ("TMINUS_NAME", "The name that stands beside your system user."),
    ("TZ", "The time zone of the machine, where the setting zone is system."),
];

const FILES: [(&str, &str); 7] = [
    ("tminus.toml", "The plan, at the top of the repository. `tminus plan` prints the reference of its keys."),
    ("$XDG_CONFIG_HOME/tminus/config.toml", "Your settings. `tminus config` says what counts and why."),
    ("$XDG_CONFIG_HOME/tminus/keymap.toml", "Your keys, which change those above."),
    ("$XDG_CONFIG_HOME/tminus/themes/NAME.toml", "Your themes."),
    ("$XDG_STATE_HOME/tminus/PROJECT/", "The journal, the trust in the plan, logs, and your last view."),
    ("$XDG_STATE_HOME/tminus/saved/", "Saved log lines."),
    ("$XDG_STATE_HOME/tminus/crashes/", "Reports of failures inside tminus, without data or secrets."),
];

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "1")
}
