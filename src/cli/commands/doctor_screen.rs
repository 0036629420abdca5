//! What `doctor` says of the terminal, of the settings, the keys and the theme, and where they come from.

use super::doctor_row::{DoctorRow, row};
use crate::cli::appearance::{Appearance, variable};
use std::io::IsTerminal;
use tminus_cockpit::settings::theme::{Background, ThemeChoice};
use tminus_cockpit::{ask, why_not_asked};
use tminus_storage::paths::Paths;

/// Returns every row about the screen.
pub(super) async fn rows() -> Vec<DoctorRow> {
    let mut rows = vec![terminal(), answers().await, clipboard()];
    match Paths::of_user() {
        Ok(folder) => rows.extend(of_looks(&Appearance::read(&folder))),
        Err(error) => rows.push(row("settings", false, error.to_string())),
    }
    rows
}

fn terminal() -> DoctorRow {
    let kind = variable("TERM").unwrap_or_else(|| "unset".to_owned());
    let is_terminal = std::io::stdout().is_terminal();
    if !is_terminal {
        return row("terminal", false, format!("no terminal on standard output (TERM={kind})"));
    }
    let mut says = vec![format!("TERM={kind}"), size(), colours(&kind).to_owned()];
    says.extend(tmux());
    says.extend(variable("NO_COLOR").map(|_| "NO_COLOR is set".to_owned()));
    row("terminal", true, says.join(", "))
}

fn size() -> String {
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    size.map_or_else(|_| "size unknown".to_owned(), |size| format!("{}x{}", size.ws_col, size.ws_row))
}

fn colours(kind: &str) -> &'static str {
    match variable("COLORTERM").as_deref() {
        Some("truecolor" | "24bit") => "all colours",
        _ if kind.contains("direct") => "all colours",
        _ if kind.contains("256color") => "256 colours",
        Some(_) => "256 colours or more",
        None => "as many colours as it has",
    }
}

fn tmux() -> Option<String> {
    let version = variable("TERM_PROGRAM_VERSION").filter(|_| variable("TERM_PROGRAM").as_deref() == Some("tmux"));
    match (variable("TMUX"), version) {
        (Some(_), Some(version)) => Some(format!("in tmux {version}")),
        (Some(_), None) => Some("in tmux of unknown version".to_owned()),
        (None, _) => variable("STY").map(|_| "in screen".to_owned()),
    }
}

/// Asks the terminal what the cockpit asks it.
async fn answers() -> DoctorRow {
    if !(std::io::stdout().is_terminal() && std::io::stdin().is_terminal()) {
        return row("answers", false, "not asked: there is no terminal".to_owned());
    }
    if let Some(why) = why_not_asked(&variable) {
        return row("answers", true, format!("not asked: {why}; the dark theme is used unless you set another"));
    }
    let told = match ask().await {
        Ok(told) => told,
        Err(error) => return row("answers", false, format!("it cannot be asked: {error}")),
    };
    let background = match told.background {
        Some(Background::Light) => "its background is light",
        Some(Background::Dark) => "its background is dark",
        None => "it does not report its background; the dark theme is used unless you set another",
    };
    let frames = match told.synchronized {
        Some(true) => "each frame is shown as a whole (mode 2026)",
        Some(false) | None => "frames are not shown as a whole (no mode 2026)",
    };
    row("answers", told.background.is_some(), format!("{background}; {frames}"))
}

/// Nobody tells whether a text reached a clipboard, so it can only be said what it needs.
fn clipboard() -> DoctorRow {
    let needs = match variable("TMUX") {
        Some(_) => "; tmux lets it through with `set -g set-clipboard on`, and its own terminal must too",
        None => "; the terminal may have to be configured to allow it",
    };
    row("clipboard", true, format!("sent to the terminal (OSC 52){needs}"))
}

fn of_looks(looks: &Appearance) -> Vec<DoctorRow> {
    let is_there = |is_there| if is_there { "" } else { " (not there)" };
    let Appearance { folder, settings, .. } = looks;
    let file = folder.settings();
    let mut rows = vec![row("settings", true, format!("{}{}", file.display(), is_there(file.exists())))];
    let from = |name: &str| settings.get(name).map(|held| held.from.to_string()).unwrap_or_default();
    let own = folder.keymap();
    let keys = format!("{} ({}), {}{}", settings.keymap(), from("keymap"), own.display(), is_there(own.exists()));
    rows.push(row("keymap", true, keys));
    let of_theme = |name: &str| {
        let own = folder.theme(name);
        if own.exists() { own.display().to_string() } else { name.to_owned() }
    };
    let theme = match settings.theme() {
        ThemeChoice::Always(name) => of_theme(&name),
        ThemeChoice::Asked { light, dark } => {
            format!("{} or {}, as it is light or dark", of_theme(&light), of_theme(&dark))
        }
    };
    rows.push(row("theme", true, format!("{theme} ({})", from("theme"))));
    let zone = settings.zone();
    let name = zone.iana_name().map_or_else(|| format!("{zone:?}"), str::to_owned);
    rows.push(row("zone", true, format!("{name} ({})", from("zone"))));
    let mistakes = looks.settings.problems.iter().map(ToString::to_string);
    let mistakes = mistakes.chain(looks.keys.iter().map(ToString::to_string));
    let mistakes = mistakes.chain(looks.theme.iter().map(|m| format!("{}:{}: {}", m.file.display(), m.line, m.says)));
    rows.extend(mistakes.map(|says| row("settings", false, says)));
    rows
}
