//! The configuration folder and its `config.toml`, read as far as it is right; every mistake at its line.

use super::known::{KnownSetting, SETTINGS};
use super::value::{SettingKind, SettingValue};
use crate::settings::theme::Theme;
use std::path::{Path, PathBuf};
use tminus_core::grammar::text::document::{self, KeyEntry, TomlNode};
use tminus_core::grammar::text::nearest::{nearest, quote};
use tminus_core::grammar::text::source::{Problem, Source};
use tminus_core::grammar::text::{Mistake, Mistakes};

/// The folder of a person's own settings, keys and themes; it may not be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFolder {
    path: PathBuf,
}

/// A setting as the file has it.
pub(super) struct WrittenSetting {
    pub(super) setting: &'static KnownSetting,
    pub(super) value: SettingValue,
    pub(super) line: usize,
}

impl ConfigFolder {
    /// Names a folder.
    pub const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the file of the settings.
    pub fn settings(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// Returns the file of the own keys.
    pub fn keymap(&self) -> PathBuf {
        self.path.join("keymap.toml")
    }

    /// Returns the file of an own theme.
    pub fn theme(&self, name: &str) -> PathBuf {
        self.path.join("themes").join(format!("{name}.toml"))
    }

    /// Returns the names of every theme: those that are built in, and the own ones.
    pub fn themes(&self) -> Vec<String> {
        let mut names: Vec<String> = Theme::built_in().iter().map(|(name, _)| (*name).to_owned()).collect();
        let files = std::fs::read_dir(self.path.join("themes")).into_iter().flatten().flatten().map(|file| file.path());
        let own = files.filter(|file| file.extension().is_some_and(|end| end == "toml"));
        let mut own: Vec<String> =
            own.filter_map(|file| file.file_stem().and_then(|name| name.to_str()).map(str::to_owned)).collect();
        own.sort();
        own.retain(|name| !names.contains(name));
        names.extend(own);
        names
    }
}

/// Reads the text of a `config.toml`; what is wrong with it is beside what is right.
pub(super) fn read(text: &str, file: &Path, themes: &[String]) -> (Vec<WrittenSetting>, Vec<Mistake>) {
    let source = Source::new(file, text);
    let (root, mut problems) = document::parse(text);
    let mut all = Vec::new();
    for entry in root.entries() {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == entry.key) else {
            problems.push(unknown(entry));
            continue;
        };
        match value(setting.kind, &entry.node, themes) {
            Ok(value) => all.push(WrittenSetting { setting, value, line: source.place(entry.key_span.start).0 }),
            Err(more) => problems.extend(more),
        }
    }
    (all, Mistakes::new(&source, problems, &[]).errors)
}

fn unknown(entry: &KeyEntry) -> Problem {
    let names = SETTINGS.iter().map(|setting| setting.name);
    let help = match nearest(&entry.key, names.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there are {}", names.collect::<Vec<_>>().join(", ")),
    };
    Problem::new(entry.key_span.clone(), format!("{} is not a setting", quote(&entry.key))).help(help)
}

fn value(kind: SettingKind, node: &TomlNode, themes: &[String]) -> Result<SettingValue, Vec<Problem>> {
    let is_pair = matches!(kind, SettingKind::Theme) && matches!(node.value, document::TomlValue::Table(_));
    if is_pair {
        return pair(node, themes);
    }
    let wanted = if matches!(kind, SettingKind::Theme) { "a name, or { light = NAME, dark = NAME }," } else { "text" };
    let Some(text) = node.text() else {
        let says = format!("{wanted} belongs here, and this is {}", node.what());
        return Err(vec![Problem::new(node.span.clone(), says).help(on_or_off(kind, node))]);
    };
    checked(kind, text, node, themes).map(|()| SettingValue::word(text)).map_err(|problem| vec![problem])
}

fn on_or_off(kind: SettingKind, node: &TomlNode) -> Option<String> {
    let is_switch =
        matches!(kind, SettingKind::Word(["on", "off"])) && matches!(node.value, document::TomlValue::Bool(_));
    is_switch.then(|| "write \"on\" or \"off\"".to_owned())
}

fn pair(node: &TomlNode, themes: &[String]) -> Result<SettingValue, Vec<Problem>> {
    let mut problems: Vec<Problem> = Vec::new();
    for entry in node.entries().iter().filter(|entry| !["light", "dark"].contains(&entry.key.as_str())) {
        let says = format!("{} is neither `light` nor `dark`", quote(&entry.key));
        problems.push(Problem::new(entry.key_span.clone(), says));
    }
    let mut side = |name: &str| match node.get(name).map(|inner| (inner, inner.text())) {
        Some((inner, Some(text))) => {
            problems.extend(checked(SettingKind::Theme, text, inner, themes).err());
            text.to_owned()
        }
        Some((inner, None)) => {
            problems
                .push(Problem::new(inner.span.clone(), format!("a name belongs here, and this is {}", inner.what())));
            String::new()
        }
        None => name.to_owned(),
    };
    let (light, dark) = (side("light"), side("dark"));
    if problems.is_empty() { Ok(SettingValue::Pair { light, dark }) } else { Err(problems) }
}

fn checked(kind: SettingKind, text: &str, node: &TomlNode, themes: &[String]) -> Result<(), Problem> {
    kind.check(text, themes).map_err(|(says, help)| Problem::new(node.span.clone(), says).help(help))
}
