//! Which value of a setting counts, and where it comes from: a variable of tminus's own, the file, a variable that is
//! everybody's, the default.

use super::file::{self, ConfigFolder, WrittenSetting};
use super::known::{Bell, KnownSetting, SETTINGS, Variable};
use super::value::{EnvLookup, SettingValue};
use crate::settings::theme::ThemeChoice;
use jiff::tz::TimeZone;
use std::fmt;
use std::path::PathBuf;
use tminus_core::grammar::text::Mistake;
use tminus_core::read_only::ReadOnly;

/// Every setting as it counts.
#[derive(Clone, Debug)]
pub struct Settings {
    all: Vec<ResolvedSetting>,
    /// What does not count, and why.
    pub problems: Vec<SettingProblem>,
}

/// A setting as it counts.
#[derive(Clone, Debug)]
pub struct ResolvedSetting {
    /// Which.
    pub setting: &'static KnownSetting,
    /// Its value.
    pub value: SettingValue,
    /// Where that comes from.
    pub from: SettingOrigin,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingOrigin {
    /// Nobody said otherwise.
    Default,
    /// The settings' file.
    File {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A variable of the environment.
    Variable(&'static str),
}

/// Something that was set, and does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingProblem {
    /// A mistake in the file.
    Written(Box<Mistake>),
    /// The file is there, and cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        says: String,
    },
    /// A variable that holds no value of its setting.
    Variable {
        /// Its name.
        name: &'static str,
        /// What is wrong.
        says: String,
    },
}

impl fmt::Display for SettingOrigin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => out.write_str("default"),
            Self::File { file, line } => write!(out, "{}:{line}", file.display()),
            Self::Variable(name) => write!(out, "variable {name}"),
        }
    }
}

impl fmt::Display for SettingProblem {
    /// Writes the problem in one line; a mistake of the file has more to show.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(mistake) => {
                let Mistake { file, line, column, says, help, .. } = mistake.as_ref();
                write!(out, "{}:{line}:{column}: {says}", file.display())?;
                help.as_ref().map_or(Ok(()), |help| write!(out, "; {help}"))
            }
            Self::Unreadable { file, says } => write!(out, "{}: {says}", file.display()),
            Self::Variable { name, says } => write!(out, "variable {name}: {says}"),
        }
    }
}

impl Settings {
    /// Reads what is set; what does not count is among the problems.
    pub fn read(folder: &ConfigFolder, variables: EnvLookup<'_>) -> Self {
        let themes = folder.themes();
        let mut problems = Vec::new();
        let written = written(folder, &themes, &mut problems);
        let mut of_variables = |variables_: &'static [Variable], setting: &'static KnownSetting| {
            variables_.iter().find_map(|variable| {
                let text = variables(variable.name).filter(|text| !text.is_empty())?;
                let value = (variable.reads)(&text, variables)?;
                match setting.kind.check(value.as_word(), &themes) {
                    Ok(()) => Some((value, SettingOrigin::Variable(variable.name))),
                    Err((says, help)) => {
                        let says = help.map_or(says.clone(), |help| format!("{says}; {help}"));
                        problems.push(SettingProblem::Variable { name: variable.name, says });
                        None
                    }
                }
            })
        };
        let mut all = Vec::new();
        for setting in SETTINGS {
            let in_file = written.iter().find(|w| w.setting.name == setting.name);
            let of_file =
                || in_file.map(|w| (w.value.clone(), SettingOrigin::File { file: folder.settings(), line: w.line }));
            let own = of_variables(setting.own, setting);
            let found = own.or_else(of_file).or_else(|| of_variables(setting.shared, setting));
            let (value, from) = found.unwrap_or_else(|| (default(setting), SettingOrigin::Default));
            all.push(ResolvedSetting { setting, value, from });
        }
        Self { all, problems }
    }

    /// Returns every setting, in their order.
    pub fn in_force(&self) -> &[ResolvedSetting] {
        &self.all
    }

    /// Returns a setting by its name.
    pub fn get(&self, name: &str) -> Option<&ResolvedSetting> {
        self.all.iter().find(|held| held.setting.name == name)
    }

    fn word(&self, name: &str) -> &str {
        self.get(name).map_or("", |held| held.value.as_word())
    }

    /// Returns the name of the keymap.
    pub fn keymap(&self) -> &str {
        self.word("keymap")
    }

    /// Returns which theme is wanted.
    pub fn theme(&self) -> ThemeChoice {
        self.get("theme").map(|held| held.value.theme()).unwrap_or_default()
    }

    /// Returns which theme is put on for a protected environment, where one is.
    pub fn protected_theme(&self) -> Option<ThemeChoice> {
        let held = self.get("protected-theme")?;
        (held.value != SettingValue::word("")).then(|| held.value.theme())
    }

    /// Says whether colours are used.
    pub fn has_colours(&self) -> bool {
        self.word("colours") == "on"
    }

    /// Says whether signs beyond ASCII are drawn.
    pub fn has_signs(&self) -> bool {
        self.word("signs") == "unicode"
    }

    /// Says whether the mouse belongs to the cockpit.
    pub fn has_mouse(&self) -> bool {
        self.word("mouse") == "on"
    }

    /// Returns what calls somebody who looks elsewhere.
    pub fn bell(&self) -> Bell {
        match self.word("bell") {
            "auto" => Bell::Auto,
            "bell" => Bell::Bell,
            "osc9" => Bell::Osc9,
            "osc99" => Bell::Osc99,
            "osc777" => Bell::Osc777,
            _ => Bell::Off,
        }
    }

    /// Says what may be changed.
    pub fn read_only(&self) -> ReadOnly {
        match self.word("read-only") {
            "on" => ReadOnly::On,
            "protected" => ReadOnly::Protected,
            _ => ReadOnly::Off,
        }
    }

    /// Returns the word of a setting that is one of several.
    pub fn choice(&self, name: &str) -> &str {
        self.word(name)
    }

    /// Returns the format of the times before log lines; nothing where it fits itself to the room.
    pub fn time_format(&self) -> Option<String> {
        Some(self.word("time-format")).filter(|format| !matches!(*format, "auto" | "")).map(str::to_owned)
    }

    /// Returns the zone that times are shown in: the one that is set, else the machine's, which `TZ` says.
    pub fn zone(&self) -> TimeZone {
        match self.word("zone") {
            "system" | "" => TimeZone::system(),
            name => TimeZone::get(name).unwrap_or_else(|_| TimeZone::system()),
        }
    }

    /// Returns the program that edits a text, with its arguments.
    pub fn editor(&self) -> &str {
        self.word("editor")
    }

    /// Returns the program that shows a long text, with its arguments.
    pub fn pager(&self) -> &str {
        self.word("pager")
    }
}

fn default(setting: &'static KnownSetting) -> SettingValue {
    match setting.name {
        "theme" => SettingValue::Pair { light: "light".to_owned(), dark: "dark".to_owned() },
        _ => SettingValue::word(setting.default),
    }
}

fn written(folder: &ConfigFolder, themes: &[String], problems: &mut Vec<SettingProblem>) -> Vec<WrittenSetting> {
    let file = folder.settings();
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let (all, mistakes) = file::read(&text, &file, themes);
            problems.extend(mistakes.into_iter().map(|mistake| SettingProblem::Written(Box::new(mistake))));
            all
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            problems.push(SettingProblem::Unreadable { file, says: error.to_string() });
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(text: &str) -> (tempfile::TempDir, ConfigFolder) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("config.toml"), text).unwrap();
        let folder = ConfigFolder::at(dir.path().to_owned());
        (dir, folder)
    }

    fn with(set: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
        move |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    #[test]
    fn an_own_variable_wins_over_the_file_and_the_file_over_everybodys() {
        let (_dir, folder) = folder("editor = \"hx -w\"\nkeymap = \"vim\"\n");
        let settings = Settings::read(&folder, &with(&[("EDITOR", "nano"), ("TMINUS_KEYMAP", "emacs")]));
        assert_eq!((settings.keymap(), settings.editor()), ("emacs", "hx -w"));
        assert_eq!(settings.get("keymap").map(|k| k.from.clone()), Some(SettingOrigin::Variable("TMINUS_KEYMAP")));
        let Some(SettingOrigin::File { line, .. }) = settings.get("editor").map(|e| e.from.clone()) else { panic!() };
        assert_eq!(line, 1);
        assert_eq!(settings.problems, []);
    }

    #[test]
    fn a_mistake_has_its_line_and_the_rest_of_the_file_counts() {
        let (_dir, folder) =
            folder("keymap = \"vim\"\nbel = \"osc9\"\nmouse = true\ntheme = \"drak\"\nbell = \"osc9\"\n");
        let settings = Settings::read(&folder, &with(&[]));
        let says: Vec<String> = settings.problems.iter().map(ToString::to_string).collect();
        assert_eq!((settings.keymap(), settings.bell()), ("vim", Bell::Osc9));
        assert_eq!(says.len(), 3, "{says:?}");
        assert!(says[0].contains("config.toml:2:1: `bel` is not a setting; did you mean `bell`?"), "{says:?}");
        assert!(says[1].contains(":3:") && says[1].contains("\"on\" or \"off\""), "{says:?}");
        assert!(says[2].contains("`drak` is not a theme; did you mean `dark`?"), "{says:?}");
        assert_eq!(settings.theme(), ThemeChoice::default());
    }

    #[test]
    fn a_variable_that_is_no_value_is_told_and_the_next_one_counts() {
        let (_dir, folder) = folder("keymap = \"vim\"\n");
        let settings = Settings::read(&folder, &with(&[("TMINUS_KEYMAP", "emcas")]));
        assert_eq!(settings.keymap(), "vim");
        assert_eq!(settings.problems.len(), 1);
        assert!(settings.problems[0].to_string().contains("did you mean `emacs`?"), "{:?}", settings.problems);
    }

    #[test]
    fn two_themes_are_two_and_an_unknown_side_is_told() {
        let (_dir, folder) = folder("theme = { light = \"light\", dark = \"colour-blind\" }\n");
        let settings = Settings::read(&folder, &with(&[("TERM", "linux")]));
        let both = ThemeChoice::Asked { light: "light".to_owned(), dark: "colour-blind".to_owned() };
        assert_eq!((settings.theme(), settings.problems.len()), (both, 0));
    }

    #[test]
    fn a_terminal_of_sixteen_colours_gets_the_theme_for_it() {
        let (_dir, folder) = folder("");
        let of = |set| Settings::read(&folder, &with(set)).theme();
        assert_eq!(of(&[("TERM", "linux")]), ThemeChoice::Always("sixteen".to_owned()));
        for more in [&[("TERM", "xterm-256color")][..], &[("TERM", "xterm"), ("COLORTERM", "truecolor")], &[]] {
            let found = Settings::read(&folder, &|name| {
                more.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
            });
            assert_eq!(found.theme(), ThemeChoice::default(), "{more:?}");
        }
    }

    #[test]
    fn signs_follow_the_locale_and_no_color_takes_the_colours() {
        let (_dir, folder) = folder("");
        let settings = Settings::read(&folder, &with(&[("LANG", "C"), ("NO_COLOR", "1")]));
        assert!(!settings.has_signs() && !settings.has_colours());
        let settings = Settings::read(&folder, &with(&[("LC_ALL", "he_IL.UTF-8"), ("LANG", "C")]));
        assert!(settings.has_signs() && settings.has_colours());
    }

    #[test]
    fn a_zone_that_nobody_knows_is_told() {
        let (_dir, folder) = folder("zone = \"Europe/Lodnon\"\n");
        let settings = Settings::read(&folder, &with(&[]));
        assert!(settings.problems[0].to_string().contains("is not a time zone"), "{:?}", settings.problems);
        let (_dir, folder) = self::folder("zone = \"UTC\"\n");
        let settings = Settings::read(&folder, &with(&[]));
        assert_eq!((settings.zone().iana_name(), settings.problems.len()), (Some("UTC"), 0));
    }
}
