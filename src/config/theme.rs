//! Theme files to validated looks: which colour and weight each role on the screen has.
//!
//! A theme says nothing about signs and words: state is never told by colour alone.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The parts that things on the screen play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Ordinary text.
    Text,
    /// What matters less: ages, labels, frames' inner words.
    Dim,
    /// What matters more.
    Strong,
    /// The title of a pane.
    Title,
    /// A frame.
    Frame,
    /// The frame of the pane that has the keys.
    Focus,
    /// Proved good; nothing else is ever green.
    Pass,
    /// Wrong.
    Fail,
    /// Wants attention.
    Warn,
    /// On its way.
    Busy,
    /// A number or a name that stands out.
    Accent,
    /// The name of a protected environment.
    Protected,
    /// The selected row.
    Selection,
    /// The selected row of a pane that has not the keys.
    Remembered,
    /// The program's own badge.
    Badge,
    /// The badge that says that this is a rehearsal.
    Rehearsal,
    /// A key in the footer.
    Key,
    /// A button that Enter presses.
    Button,
    /// What a search has found.
    Hit,
    /// The first of the colours that tell sources of lines apart; none of them means anything.
    Source1,
    /// The second.
    Source2,
    /// The third.
    Source3,
    /// The fourth.
    Source4,
    /// The fifth.
    Source5,
    /// The sixth.
    Source6,
}

/// How a role looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Look {
    /// The colour of the letters.
    pub fg: Option<Colour>,
    /// The colour behind them.
    pub bg: Option<Colour>,
    /// Bold.
    pub bold: bool,
    /// Underlined.
    pub underline: bool,
    /// Letters and background exchanged.
    pub reverse: bool,
}

/// A colour of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "ColourText")]
pub enum Colour {
    /// One of the sixteen that the terminal's own scheme defines, or one of the 256.
    Index(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// A whole theme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// The roles; one that is missing looks like text.
    pub look: BTreeMap<Role, Look>,
}

/// A theme cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {says}")]
pub struct ThemeError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub says: String,
}

impl Theme {
    /// Reads a theme.
    pub fn read(text: &str, file: &str) -> Result<Self, ThemeError> {
        toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |s| s.start);
            let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
            ThemeError { file: file.to_owned(), line, says: error.message().to_owned() }
        })
    }

    /// Returns the themes that come with the program, by name.
    pub const fn built_in() -> [(&'static str, &'static str); 2] {
        [
            ("dark", include_str!("../../assets/themes/dark.toml")),
            ("light", include_str!("../../assets/themes/light.toml")),
        ]
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ColourText {
    Index(u8),
    Text(String),
}

const NAMES: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

impl TryFrom<ColourText> for Colour {
    type Error = String;

    fn try_from(text: ColourText) -> Result<Self, String> {
        let text = match text {
            ColourText::Index(index) => return Ok(Self::Index(index)),
            ColourText::Text(text) => text,
        };
        if let Some(index) = NAMES.iter().position(|name| *name == text) {
            return Ok(Self::Index(index as u8));
        }
        let part = |range: std::ops::Range<usize>| text.get(range).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (text.strip_prefix('#').map(str::len), part(1..3), part(3..5), part(5..7)) {
            (Some(6), Some(red), Some(green), Some(blue)) => Ok(Self::Rgb(red, green, blue)),
            _ => Err(format!("{text:?} is no colour: write a name such as \"bright-red\", 0 to 255, or \"#rrggbb\"")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_themes_are_read_and_only_pass_is_green() {
        for (name, text) in Theme::built_in() {
            let theme = Theme::read(text, name).unwrap();
            let greens =
                theme.look.iter().filter(|(_, l)| [Some(Colour::Index(2)), Some(Colour::Index(10))].contains(&l.fg));
            assert_eq!(greens.map(|(role, _)| *role).collect::<Vec<_>>(), [Role::Pass], "in {name}");
        }
    }

    #[test]
    fn a_colour_that_is_none_is_named_with_its_line() {
        let error = Theme::read("[look]\npass = { fg = \"gren\" }\n", "my.toml").unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.says.contains("gren"), "{error}");
    }
}
