//! The value of a setting, and whether it is one.

use crate::settings::theme::ThemeChoice;
use jiff::tz::TimeZone;
use std::fmt;
use tminus_core::grammar::text::nearest::{nearest, quote};

/// Looks a variable of the environment up; one that is empty counts as not set.
pub type EnvLookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// What may stand in a setting.
#[derive(Clone, Copy, Debug)]
pub enum SettingKind {
    /// One of these words.
    Word(&'static [&'static str]),
    /// The name of a theme, or two.
    Theme,
    /// The name of a time zone, or `system`.
    Zone,
    /// A program with its arguments.
    Command,
    /// A format of times, as strftime has them, or `auto`.
    TimeFormat,
}

/// What stands in a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingValue {
    /// A text.
    Word(String),
    /// A theme for light terminals, and one for dark ones.
    Pair {
        /// For light ones.
        light: String,
        /// For dark ones.
        dark: String,
    },
}

impl SettingValue {
    /// Makes a value of a text.
    pub fn word(text: &str) -> Self {
        Self::Word(text.to_owned())
    }

    /// Returns the text; that of a pair is the dark one's.
    pub fn as_word(&self) -> &str {
        match self {
            Self::Word(text) => text,
            Self::Pair { dark, .. } => dark,
        }
    }

    /// Returns what it says about the theme.
    pub fn theme(&self) -> ThemeChoice {
        match self {
            Self::Word(name) if name.is_empty() => ThemeChoice::default(),
            Self::Word(name) => ThemeChoice::Always(name.clone()),
            Self::Pair { light, dark } => ThemeChoice::Asked { light: light.clone(), dark: dark.clone() },
        }
    }
}

impl fmt::Display for SettingValue {
    /// Writes the value as it stands in the file.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(text) => write!(out, "{text:?}"),
            Self::Pair { light, dark } => write!(out, "{{ light = {light:?}, dark = {dark:?} }}"),
        }
    }
}

impl SettingKind {
    /// Says what is wrong with a text of this kind; the themes are those there are.
    ///
    /// # Errors
    /// What is wrong, and what to write instead.
    pub fn check(self, text: &str, themes: &[String]) -> Result<(), (String, Option<String>)> {
        match self {
            Self::Word(words) => one_of(text, words.iter().copied(), "is not one of the words allowed here"),
            Self::Theme => one_of(text, themes.iter().map(String::as_str), "is not a theme"),
            Self::Zone if text == "system" || TimeZone::get(text).is_ok() => Ok(()),
            Self::Zone => Err((
                format!("{} is not a time zone this machine knows", quote(text)),
                Some("write a name such as `Europe/London` or `UTC`, or `system`".to_owned()),
            )),
            Self::TimeFormat if text == "auto" => Ok(()),
            Self::TimeFormat => check_format(text),
            Self::Command => match shell_words::split(text) {
                Ok(words) if !words.is_empty() => Ok(()),
                Ok(_) => Err(("this names no program".to_owned(), None)),
                Err(_) => Err((format!("{} has an unclosed quote", quote(text)), None)),
            },
        }
    }
}

/// The widest time that has room before a line.
const WIDEST_TIME: usize = 40;

fn check_format(text: &str) -> Result<(), (String, Option<String>)> {
    let help = || Some("write a format such as `%H:%M:%S`, or `auto`".to_owned());
    let written = jiff::fmt::strtime::format(text, &jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC));
    match written {
        Ok(time) if time.is_empty() || time.chars().any(char::is_control) => {
            Err((format!("{} writes no line", quote(text)), help()))
        }
        Ok(time) if time.chars().count() > WIDEST_TIME => {
            Err((format!("{} is wider than {WIDEST_TIME} columns", quote(text)), help()))
        }
        Ok(_) => Ok(()),
        Err(error) => Err((format!("{} is not a time format: {error}", quote(text)), help())),
    }
}

fn one_of<'a>(
    text: &str,
    words: impl Iterator<Item = &'a str> + Clone,
    says: &str,
) -> Result<(), (String, Option<String>)> {
    if words.clone().any(|word| word == text) {
        return Ok(());
    }
    let all = words.clone().collect::<Vec<_>>().join(", ");
    let help =
        nearest(text, words).map_or_else(|| format!("there are {all}"), |name| format!("did you mean `{name}`?"));
    Err((format!("{} {says}", quote(text)), Some(help)))
}
