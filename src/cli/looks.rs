//! How the screen looks and which keys it has, put together from the settings, for the cockpit and for those who ask why.

use crate::cockpit::{Call, CockpitSettings, Letters, Mouse, Programs, Signs, keymap_of};
use crate::config::keymap::{KeymapProblem, Weight};
use crate::config::paths::Paths;
use crate::config::settings::{Bell, ConfigFolder, Settings, is_utf8};
use crate::config::text::Mistake;
use crate::config::theme::{Background, Theme};
use std::path::{Path, PathBuf};

/// Everything that is set, with what is wrong in it.
pub struct Looks {
    pub folder: ConfigFolder,
    pub settings: Settings,
    /// What does not work in the keys, or hides something.
    pub keys: Vec<KeymapProblem>,
    /// What is wrong in the themes that are used.
    pub theme: Vec<Mistake>,
}

impl Looks {
    /// Reads what is set.
    pub fn read(folder: &Path) -> Self {
        let folder = ConfigFolder::at(folder.to_owned());
        let settings = Settings::read(&folder, &variable);
        let (_, keys) = keymap_of(settings.keymap(), &own_keys(&folder));
        let choice = settings.theme();
        let names = [Background::Light, Background::Dark].map(|ground| choice.on(ground).to_owned());
        let mut theme: Vec<Mistake> = names.iter().flat_map(|name| Theme::load(name, Some(&folder)).1).collect();
        theme.dedup();
        Self { folder, settings, keys, theme }
    }

    /// Returns everything that does not count, as it is told in full.
    pub fn mistakes(&self) -> Vec<String> {
        use crate::config::settings::SettingProblem;
        let settings = self.settings.problems.iter().map(|problem| match problem {
            SettingProblem::Written(mistake) => mistake.to_string(),
            SettingProblem::Unreadable { .. } | SettingProblem::Variable { .. } => problem.to_string(),
        });
        let keys = self.keys.iter().filter(|problem| problem.weight == Weight::Mistake).map(ToString::to_string);
        settings.chain(keys).chain(self.theme.iter().map(ToString::to_string)).collect()
    }

    /// Returns what counts and hides something else.
    pub fn notes(&self) -> Vec<String> {
        self.keys.iter().filter(|problem| problem.weight == Weight::Note).map(ToString::to_string).collect()
    }
}

/// Returns what the cockpit is opened with; without a home, what variables say.
pub fn of_cockpit() -> CockpitSettings {
    let folder = ConfigFolder::at(Paths::of_user().unwrap_or_default());
    let settings = Settings::read(&folder, &variable);
    CockpitSettings {
        theme: settings.theme(),
        keymap: settings.keymap().to_owned(),
        keymaps: own_keys(&folder),
        folder: Some(folder),
        // The machine's own is looked for later: that takes as long as the first frame.
        zone: settings.get("zone").filter(|held| held.value.as_word() != "system").map(|_| settings.zone()),
        no_color: !settings.has_colours(),
        signs: signs_of(&settings),
        letters: letters_of(&settings),
        mouse: if settings.has_mouse() { Mouse::Taken } else { Mouse::Left },
        call: match settings.bell() {
            Bell::Off => Call::Never,
            Bell::Bell => Call::Bell,
            Bell::Osc9 => Call::Message,
        },
        programs: Programs { editor: settings.editor().to_owned(), pager: settings.pager().to_owned() },
        problems: settings.problems.iter().map(ToString::to_string).collect(),
    }
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
