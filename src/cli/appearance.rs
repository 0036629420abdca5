//! How the screen looks and which keys it has, put together from the settings, for the cockpit and for those who ask why.

use crate::cli::args::Global;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};
use tminus_cockpit::settings::keymap::KeymapProblem;
use tminus_cockpit::settings::theme::{Background, Theme};
use tminus_cockpit::settings::{Bell, ConfigFolder, EnvLookup, Settings, is_utf8};
use tminus_cockpit::{
    Bandwidth, Clipboard, CockpitSettings, CompletionAlert, Letters, Mouse, Notice, Programs, Signs, TerminalUse,
    keymap_of,
};
use tminus_core::grammar::text::Mistake;
use tminus_core::read_only::ReadOnly;
use tminus_storage::paths::Paths;

/// Everything that is set, with what is wrong in it.
pub struct Appearance {
    pub folder: ConfigFolder,
    pub settings: Settings,
    /// What does not work in the keys, or hides something.
    pub keys: Vec<KeymapProblem>,
    /// What is wrong in the themes that are used.
    pub theme: Vec<Mistake>,
}

impl Appearance {
    /// Reads what is set.
    pub fn read(folder: &Path) -> Self {
        let folder = ConfigFolder::at(folder.to_owned());
        let settings = Settings::read(&folder, &variable);
        let (_, keys) = keymap_of(settings.keymap(), &own_keys(&folder));
        let choices: Vec<_> = settings.protected_theme().into_iter().chain([settings.theme()]).collect();
        let grounds = [Background::Light, Background::Dark];
        let names =
            grounds.into_iter().flat_map(|ground| choices.iter().map(move |choice| choice.on(ground).to_owned()));
        let names: Vec<String> = names.collect();
        let mut theme: Vec<Mistake> = names.iter().flat_map(|name| Theme::load(name, Some(&folder)).1).collect();
        theme.dedup();
        Self { folder, settings, keys, theme }
    }

    /// Returns every setting that is ignored, as a sentence each.
    pub fn mistakes(&self) -> Vec<String> {
        use tminus_cockpit::settings::SettingProblem;
        let settings = self.settings.problems.iter().map(|problem| match problem {
            SettingProblem::Written(mistake) => mistake.to_string(),
            SettingProblem::Unreadable { .. } | SettingProblem::Variable { .. } => problem.to_string(),
        });
        let keys = self.keys.iter().filter(|problem| problem.mistake().is_some()).map(ToString::to_string);
        settings.chain(keys).chain(self.theme.iter().map(ToString::to_string)).collect()
    }

    /// Returns what counts and hides something else.
    pub fn notes(&self) -> Vec<String> {
        self.keys.iter().filter(|problem| problem.mistake().is_none()).map(ToString::to_string).collect()
    }
}

/// Returns what the cockpit is opened with; without a home, what variables say.
pub fn of_cockpit(global: &Global) -> CockpitSettings {
    let folder = ConfigFolder::at(Paths::of_user().unwrap_or_default());
    let settings = Settings::read(&folder, &variable);
    CockpitSettings {
        theme: settings.theme(),
        protected_theme: settings.protected_theme(),
        keymap: settings.keymap().to_owned(),
        keymaps: own_keys(&folder),
        folder: Some(folder),
        // The machine's own is looked for later: that takes as long as the first frame.
        zone: settings.get("zone").filter(|held| held.value.as_word() != "system").map(|_| settings.zone()),
        no_color: !settings.has_colours(),
        signs: signs_of(&settings),
        letters: letters_of(&settings),
        mouse: if settings.has_mouse() { Mouse::Taken } else { Mouse::Left },
        call: call_of(settings.bell(), &variable),
        programs: Programs { editor: settings.editor().to_owned(), pager: settings.pager().to_owned() },
        clipboard: clipboard_of(settings.choice("clipboard"), &variable),
        read_only: if global.read_only { ReadOnly::On } else { settings.read_only() },
        sync: asks_of(settings.choice("sync")),
        keyboard: asks_of(settings.choice("keyboard")),
        bandwidth: if settings.choice("bandwidth") == "low" { Bandwidth::Low } else { Bandwidth::Normal },
        time_format: settings.time_format(),
        has_session: settings.choice("session") != "off",
        problems: settings.problems.iter().map(ToString::to_string).collect(),
    }
}

/// Returns the person's editor.
pub fn editor() -> String {
    Settings::read(&ConfigFolder::at(Paths::of_user().unwrap_or_default()), &variable).editor().to_owned()
}

/// Returns the zone in which times of log lines are written, and the form, where that is set.
pub fn log_times() -> (TimeZone, Option<String>) {
    let settings = Settings::read(&ConfigFolder::at(Paths::of_user().unwrap_or_default()), &variable);
    (settings.zone(), settings.time_format())
}

/// Returns how a terminal announces that something ended; `auto` goes by what the terminal says of itself.
pub fn call_of(bell: Bell, variables: EnvLookup<'_>) -> CompletionAlert {
    match bell {
        Bell::Off => CompletionAlert::Never,
        Bell::Bell => CompletionAlert::Bell,
        Bell::Osc9 => CompletionAlert::Message(Notice::Osc9),
        Bell::Osc99 => CompletionAlert::Message(Notice::Osc99),
        Bell::Osc777 => CompletionAlert::Message(Notice::Osc777),
        Bell::Auto => {
            let (kind, program) =
                (variables("TERM").unwrap_or_default(), variables("TERM_PROGRAM").unwrap_or_default());
            match (kind.as_str(), program.as_str()) {
                ("xterm-kitty", _) => CompletionAlert::Message(Notice::Osc99),
                ("xterm-ghostty", _) | (_, "iTerm.app" | "WezTerm" | "ghostty") => {
                    CompletionAlert::Message(Notice::Osc9)
                }
                (kind, _) if kind.starts_with("foot") || kind.starts_with("rxvt") => {
                    CompletionAlert::Message(Notice::Osc777)
                }
                // Inside tmux, and for everybody else: a bell is passed on wherever one is.
                (_, _) => CompletionAlert::Bell,
            }
        }
    }
}

/// Returns how a copy is sent; `auto` takes the way that arrives where the person sits.
pub fn clipboard_of(choice: &str, variables: EnvLookup<'_>) -> Clipboard {
    let is_set = |name: &str| variables(name).is_some();
    match choice {
        "tmux" => Clipboard::Tmux,
        "native" => Clipboard::Native,
        "off" => Clipboard::Off,
        "osc52" => Clipboard::Terminal,
        _ if is_set("TMUX") => Clipboard::Tmux,
        _ if ["SSH_TTY", "SSH_CONNECTION"].into_iter().any(is_set) => Clipboard::Terminal,
        _ if cfg!(target_os = "macos") || is_set("WAYLAND_DISPLAY") || is_set("DISPLAY") => Clipboard::Native,
        _ => Clipboard::Terminal,
    }
}

fn asks_of(choice: &str) -> TerminalUse {
    match choice {
        "on" => TerminalUse::Always,
        "off" => TerminalUse::Never,
        _ => TerminalUse::Auto,
    }
}

/// Says whether anything may be changed from here: what the command line says, else what is set.
pub fn read_only(global: &Global) -> ReadOnly {
    if global.read_only {
        return ReadOnly::On;
    }
    let folder = ConfigFolder::at(Paths::of_user().unwrap_or_default());
    Settings::read(&folder, &variable).read_only()
}

/// Returns which signs a plain line has, and which letters.
pub fn of_lines() -> (Signs, Letters) {
    let folder = ConfigFolder::at(Paths::of_user().unwrap_or_default());
    let settings = Settings::read(&folder, &variable);
    (signs_of(&settings), letters_of(&settings))
}

fn signs_of(settings: &Settings) -> Signs {
    if settings.has_signs() { Signs::Unicode } else { Signs::Ascii }
}

/// A terminal of a locale that is not UTF-8 reads ASCII alone, unless somebody has set that it has all the signs. Where no
/// locale is set, as in a container, UTF-8 is read.
fn letters_of(settings: &Settings) -> Letters {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    let is_read = settings.has_signs() || locale.is_none_or(|locale| is_utf8(&locale));
    if is_read { Letters::Utf8 } else { Letters::Ascii }
}

/// Looks a variable of the environment up; one that is empty is not set.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn own_keys(folder: &ConfigFolder) -> Vec<PathBuf> {
    Some(folder.keymap()).filter(|file| file.exists()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set<'a>(all: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<String> + 'a {
        |name| all.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn a_terminal_is_called_in_the_way_that_it_knows() {
        for (set_, call) in [
            (vec![("TERM", "xterm-kitty")], CompletionAlert::Message(Notice::Osc99)),
            (vec![("TERM", "foot")], CompletionAlert::Message(Notice::Osc777)),
            (vec![("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")], CompletionAlert::Message(Notice::Osc9)),
            (vec![("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux")], CompletionAlert::Bell),
            (vec![], CompletionAlert::Bell),
        ] {
            assert_eq!(call_of(Bell::Auto, &set(&set_)), call, "{set_:?}");
        }
        assert_eq!(call_of(Bell::Off, &set(&[("TERM", "xterm-kitty")])), CompletionAlert::Never);
    }

    #[test]
    fn a_copy_goes_to_where_the_person_sits() {
        for (set_, way) in [
            (vec![("TMUX", "/tmp/t,1,0"), ("SSH_TTY", "/dev/pts/1")], Clipboard::Tmux),
            (vec![("SSH_CONNECTION", "a"), ("DISPLAY", ":0")], Clipboard::Terminal),
            (vec![("WAYLAND_DISPLAY", "wayland-0")], Clipboard::Native),
        ] {
            assert_eq!(clipboard_of("auto", &set(&set_)), way, "{set_:?}");
        }
        assert_eq!(clipboard_of("off", &set(&[("TMUX", "x")])), Clipboard::Off);
        assert_eq!(clipboard_of("osc52", &set(&[("TMUX", "x")])), Clipboard::Terminal);
    }
}
