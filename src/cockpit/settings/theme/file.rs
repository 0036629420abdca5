//! Theme files: read as far as they are right, every mistake at its line with the name that was probably meant.

use super::{Colour, Role, RoleStyle, Theme};
use crate::settings::ConfigFolder;
use std::path::Path;
use tminus_core::grammar::text::document::{self, KeyEntry, TomlNode, TomlValue};
use tminus_core::grammar::text::nearest::{nearest, quote};
use tminus_core::grammar::text::source::{Problem, Source};
use tminus_core::grammar::text::{Mistake, Mistakes};

pub(super) const NAMES: [&str; 16] = [
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

impl Theme {
    /// Returns a theme by its name: an own one of the configuration folder, else a built-in one, else the dark one. What is
    /// wrong in an own file is in the list, and the rest of it counts.
    pub fn load(name: &str, folder: Option<&ConfigFolder>) -> (Self, Vec<Mistake>) {
        let own = folder.map(|folder| folder.theme(name));
        let text = own.as_deref().and_then(|file| Some((file, std::fs::read_to_string(file).ok()?)));
        match text {
            Some((file, text)) => Self::read(&text, file, name),
            None => (Self::named(name), Vec::new()),
        }
    }

    /// Reads a theme: what it does not say looks as in the theme that its `base` names, the built-in one of its own name, or
    /// the dark one.
    pub fn read(text: &str, file: &Path, name: &str) -> (Self, Vec<Mistake>) {
        let source = Source::new(file, text);
        let (root, mut problems) = document::parse(text);
        let base = root.entry("base").and_then(|entry| {
            let named = built_in(entry.node.text().unwrap_or_default());
            if named.is_none() {
                problems.push(no_base(entry));
            }
            named
        });
        let mut theme = base.map_or_else(|| Self::named(name), Self::bare);
        theme.take(&root, &mut problems);
        (theme, Mistakes::new(&source, problems, &[]).errors)
    }

    /// Returns a built-in theme; the dark one for a name that is none.
    fn named(name: &str) -> Self {
        built_in(name).or_else(|| built_in("dark")).map(Self::bare).unwrap_or_default()
    }

    /// Reads a theme that stands on no other.
    pub(super) fn bare(text: &str) -> Self {
        let mut theme = Self::default();
        theme.take(&document::parse(text).0, &mut Vec::new());
        theme
    }

    fn take(&mut self, root: &TomlNode, problems: &mut Vec<Problem>) {
        for entry in root.entries() {
            match entry.key.as_str() {
                "base" => {}
                "background" => match colour(&entry.node) {
                    Ok(colour) => self.background = Some(colour),
                    Err(problem) => problems.push(problem),
                },
                "look" => entry.node.entries().iter().for_each(|entry| self.role(entry, problems)),
                _ => problems.push(unknown(entry, &["base", "background", "look"], "is not a key of a theme")),
            }
        }
    }

    fn role(&mut self, entry: &KeyEntry, problems: &mut Vec<Problem>) {
        let Some(role) = Role::ALL.iter().find(|role| role.name() == entry.key) else {
            let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
            return problems.push(unknown(entry, &names, "has no look"));
        };
        if !matches!(entry.node.value, TomlValue::Table(_)) {
            let says = format!("a look belongs here, and this is {}", entry.node.what());
            let help = "write { fg = \"cyan\", bold = true }".to_owned();
            return problems.push(Problem::new(entry.node.span.clone(), says).help(help));
        }
        let before = problems.len();
        let mut look = RoleStyle::default();
        entry.node.entries().iter().for_each(|entry| part(&mut look, entry, problems));
        if problems.len() == before {
            self.look.insert(*role, look);
        }
    }
}

fn built_in(name: &str) -> Option<&'static str> {
    Theme::built_in().into_iter().find(|(known, _)| *known == name).map(|(_, text)| text)
}

fn no_base(entry: &KeyEntry) -> Problem {
    let names = Theme::built_in().map(|(name, _)| name).join(", ");
    let says = "the base of a theme is a built-in theme";
    Problem::new(entry.node.span.clone(), says).help(format!("there are {names}"))
}

fn unknown(entry: &KeyEntry, names: &[&str], says: &str) -> Problem {
    let help = match nearest(&entry.key, names.iter().copied()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("there are {}", names.join(", ")),
    };
    Problem::new(entry.key_span.clone(), format!("{} {says}", quote(&entry.key))).help(help)
}

fn part(look: &mut RoleStyle, entry: &KeyEntry, problems: &mut Vec<Problem>) {
    let taken = match entry.key.as_str() {
        "fg" => colour(&entry.node).map(|colour| look.fg = Some(colour)),
        "bg" => colour(&entry.node).map(|colour| look.bg = Some(colour)),
        "bold" => yes(&entry.node).map(|yes| look.bold = yes),
        "underline" => yes(&entry.node).map(|yes| look.underline = yes),
        "reverse" => yes(&entry.node).map(|yes| look.reverse = yes),
        _ => Err(unknown(entry, &["fg", "bg", "bold", "underline", "reverse"], "is not part of a look")),
    };
    problems.extend(taken.err());
}

fn yes(node: &TomlNode) -> Result<bool, Problem> {
    match node.value {
        TomlValue::Bool(yes) => Ok(yes),
        _ => {
            let says = format!("`true` or `false` belongs here, and this is {}", node.what());
            Err(Problem::new(node.span.clone(), says))
        }
    }
}

fn colour(node: &TomlNode) -> Result<Colour, Problem> {
    let help = "write a name such as `bright-red`, a number from 0 to 255, or `#rrggbb`";
    let wrong = |says: String| Err(Problem::new(node.span.clone(), says).help(help.to_owned()));
    let text = match &node.value {
        TomlValue::Integer(number) => {
            return u8::try_from(*number)
                .map(Colour::Index)
                .or_else(|_| wrong(format!("a terminal has the colours 0 to 255, and this is {number}")));
        }
        TomlValue::Text(text) => text,
        TomlValue::Float(_) | TomlValue::Bool(_) | TomlValue::Moment | TomlValue::List(_) | TomlValue::Table(_) => {
            return wrong(format!("a colour belongs here, and this is {}", node.what()));
        }
    };
    if let Some(index) = NAMES.iter().position(|name| name == text) {
        return Ok(Colour::Index(index as u8));
    }
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match (text.strip_prefix('#').map(str::len), part(1..3), part(3..5), part(5..7)) {
        (Some(6), Some(red), Some(green), Some(blue)) => Ok(Colour::Rgb(red, green, blue)),
        _ => match nearest(text, NAMES) {
            Some(name) => {
                let says = format!("{} is not a colour", quote(text));
                Err(Problem::new(node.span.clone(), says).help(format!("did you mean `{name}`?")))
            }
            None => wrong(format!("{} is not a colour", quote(text))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Theme, Vec<String>) {
        let (theme, mistakes) = Theme::read(text, Path::new("mine.toml"), "mine");
        (theme, mistakes.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_mistake_has_its_line_and_what_was_meant_and_the_rest_counts() {
        let text = "base = \"light\"\n[look]\npass = { fg = \"gren\" }\nfial = { fg = 9 }\nwarn = { fg = 3, blod = true }\nbusy = { fg = 300 }\nkey = { fg = \"#00ff7f\" }\n";
        let (theme, says) = read(text);
        assert_eq!(says.len(), 4, "{says:#?}");
        assert!(says[0].contains("mine.toml:3:") && says[0].contains("did you mean `green`?"), "{}", says[0]);
        assert!(says[1].contains("mine.toml:4:1") && says[1].contains("did you mean `fail`?"), "{}", says[1]);
        assert!(says[2].contains(":5:") && says[2].contains("did you mean `bold`?"), "{}", says[2]);
        assert!(says[3].contains(":6:") && says[3].contains("0 to 255"), "{}", says[3]);
        assert_eq!(theme.look[&Role::Key].fg, Some(Colour::Rgb(0, 255, 127)));
        assert_eq!(theme.look[&Role::Pass], Theme::named("light").look[&Role::Pass]);
    }

    #[test]
    fn an_own_theme_stands_on_another_and_a_file_that_is_no_toml_is_told() {
        let (theme, says) = read("base = \"nigth\"\n");
        assert!(says[0].contains("there are dark, light"), "{says:?}");
        assert_eq!(theme, Theme::named("dark"));
        let (theme, says) = read("[look\n");
        assert!(says[0].contains("this is not TOML"), "{says:?}");
        assert_eq!(theme.look.len(), Role::ALL.len());
    }

    #[test]
    fn an_own_file_is_found_by_its_name_before_a_built_in_one() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("themes")).unwrap();
        std::fs::write(dir.path().join("themes/light.toml"), "look.pass = { fg = \"cyan\" }").unwrap();
        let folder = ConfigFolder::at(dir.path().to_owned());
        let (theme, mistakes) = Theme::load("light", Some(&folder));
        assert_eq!((theme.look[&Role::Pass].fg, mistakes), (Some(Colour::Index(6)), vec![]));
        assert_eq!(theme.look[&Role::Dim], Theme::named("light").look[&Role::Dim]);
        assert_eq!(folder.themes().iter().filter(|name| *name == "light").count(), 1);
    }
}
