//! Text with places to fill in: `release/{version}`, `{url}/api/health`.

use crate::names::Version;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use strum::{IntoStaticStr, VariantArray};

/// A text with `{version}` and the like in it, checked when the plan is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Template(String);

/// What stands between braces in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum Placeholder {
    /// `{version}`: the version of the release.
    Version,
    /// `{major}`: the first number of the version.
    Major,
    /// `{minor}`: its second number.
    Minor,
    /// `{patch}`: its third number.
    Patch,
    /// `{tag}`: the release's tag.
    Tag,
    /// `{branch}`: the release's branch.
    Branch,
    /// `{previous}`: the version before.
    Previous,
    /// `{previous-tag}`: the tag of the version before.
    PreviousTag,
    /// `{env}`: the environment's name.
    Env,
    /// `{url}`: the environment's URL.
    Url,
    /// `{image}`: the reference of the image.
    Image,
    /// `{digest}`: the digest that is delivered.
    Digest,
    /// `{horizon}`: the time that a metric looks back over.
    Horizon,
}

/// A brace holds a word that is no placeholder, or has no value here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{{{0}}} has no value here")]
pub struct UnknownPlaceholder(pub String);

impl Placeholder {
    /// Every placeholder, in the order of the documentation.
    pub const ALL: &[Self] = Self::VARIANTS;

    /// Finds it by the word between the braces.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|placeholder| placeholder.word() == word)
    }

    /// Returns the word between the braces.
    pub const fn word(self) -> &'static str {
        self.into_str()
    }
}

impl Template {
    /// Takes the text as it is; the reader of the plan has looked at its placeholders.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text with its braces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Writes another text in the place of one placeholder: a tag for `{tag}`, whose own `{version}` is filled later.
    #[must_use]
    pub fn with(&self, placeholder: Placeholder, text: &Self) -> Self {
        Self(self.0.replace(&format!("{{{}}}", placeholder.word()), &text.0))
    }

    /// Returns the words that look like placeholders: a brace, lower-case letters and dashes, a brace.
    ///
    /// Other braces are text: `{"status": "ok"}`, `http_requests{code="500"}`, `${NAME}`.
    pub fn words(&self) -> Vec<&str> {
        pieces(&self.0)
            .into_iter()
            .filter_map(|piece| match piece {
                TemplatePiece::Word(word) => Some(word),
                TemplatePiece::Text(_) => None,
            })
            .collect()
    }

    /// Returns the placeholders among its words.
    pub fn placeholders(&self) -> impl Iterator<Item = Placeholder> {
        self.words().into_iter().filter_map(Placeholder::named)
    }

    /// Says whether versions that differ may have the same text by it: `release-{major}.{minor}` is that of a series.
    pub fn is_of_series(&self) -> bool {
        let has = |wanted| self.placeholders().any(|placeholder| placeholder == wanted);
        let is_whole = [Placeholder::Major, Placeholder::Minor, Placeholder::Patch].into_iter().all(has);
        !has(Placeholder::Version) && has(Placeholder::Major) && !is_whole
    }

    /// Finds the version that it was filled with, in a text that it fills to.
    pub fn version_in(&self, text: &str) -> Option<Version> {
        let parts = VersionParts::default();
        let version = read(&pieces(&self.0), text, parts)?;
        let values = BTreeMap::from([(Placeholder::Version, version.to_string())]);
        self.fill(&values).is_ok_and(|filled| filled == text).then_some(version)
    }

    /// Fills every placeholder, or names the first that has no value. The numbers of the version need none of their own.
    pub fn fill(&self, values: &BTreeMap<Placeholder, String>) -> Result<String, UnknownPlaceholder> {
        let mut filled = String::with_capacity(self.0.len());
        for piece in pieces(&self.0) {
            match piece {
                TemplatePiece::Text(text) => filled.push_str(text),
                TemplatePiece::Word(word) => {
                    let value = Placeholder::named(word).and_then(|p| {
                        let own = values.get(&p).map(String::as_str);
                        own.or_else(|| part_of(values.get(&Placeholder::Version)?, p))
                    });
                    filled.push_str(value.ok_or_else(|| UnknownPlaceholder(word.to_owned()))?);
                }
            }
        }
        Ok(filled)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Returns which number of a version a placeholder stands for.
const fn number_of(placeholder: Placeholder) -> Option<usize> {
    match placeholder {
        Placeholder::Major => Some(0),
        Placeholder::Minor => Some(1),
        Placeholder::Patch => Some(2),
        Placeholder::Version | Placeholder::Tag | Placeholder::Branch | Placeholder::Previous => None,
        Placeholder::PreviousTag | Placeholder::Env | Placeholder::Url | Placeholder::Image => None,
        Placeholder::Digest | Placeholder::Horizon => None,
    }
}

/// Returns the number of a version that a placeholder stands for.
fn part_of(version: &str, placeholder: Placeholder) -> Option<&str> {
    let at = number_of(placeholder)?;
    let numbers = version.split(['-', '+']).next()?;
    numbers.split('.').nth(at).filter(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What was found of a version on the way through a text.
#[derive(Clone, Copy, Default)]
struct VersionParts<'t> {
    whole: Option<&'t str>,
    numbers: [Option<&'t str>; 3],
}

/// Reads a text by the pieces that made it; what a word may stand for is tried from the longest.
fn read<'t>(pieces: &[TemplatePiece<'_>], text: &'t str, found: VersionParts<'t>) -> Option<Version> {
    let Some((first, rest)) = pieces.split_first() else {
        let numbers = || Some(found.numbers.into_iter().collect::<Option<Vec<_>>>()?.join("."));
        let version = found.whole.map(str::to_owned).or_else(numbers)?;
        return Version::parse(&version).ok().filter(|_| text.is_empty());
    };
    let word = match first {
        TemplatePiece::Text(piece) => return read(rest, text.strip_prefix(piece)?, found),
        TemplatePiece::Word(word) => Placeholder::named(word)?,
    };
    let is_one = |byte: u8| match word == Placeholder::Version {
        true => byte.is_ascii_alphanumeric() || b".-+_".contains(&byte),
        false => byte.is_ascii_digit(),
    };
    let longest = text.bytes().take(LONGEST_VERSION).take_while(|byte| is_one(*byte)).count();
    let number = number_of(word);
    if number.is_none() && word != Placeholder::Version {
        return None;
    }
    (1..=longest).rev().find_map(|end| {
        let (part, mut found) = (Some(&text[..end]), found);
        match number {
            Some(at) => found.numbers[at] = part,
            None => found.whole = part,
        }
        read(rest, &text[end..], found)
    })
}

/// How long a version is at most.
const LONGEST_VERSION: usize = 64;

enum TemplatePiece<'a> {
    Text(&'a str),
    Word(&'a str),
}

fn pieces(text: &str) -> Vec<TemplatePiece<'_>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| at + from) {
        let rest = &text[open + 1..];
        let length = rest.find(|c: char| !(c.is_ascii_lowercase() || c == '-')).unwrap_or(rest.len());
        let is_shell = text[..open].ends_with('$');
        if length > 0 && rest[length..].starts_with('}') && !is_shell {
            pieces.push(TemplatePiece::Text(&text[start..open]));
            pieces.push(TemplatePiece::Word(&rest[..length]));
            start = open + length + 2;
            from = start;
        } else {
            from = open + 1;
        }
    }
    pieces.push(TemplatePiece::Text(&text[start..]));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_that_hold_no_word_are_text() {
        let values = BTreeMap::from([(Placeholder::Version, "1.0.0".to_owned())]);
        let filled = |text: &str| Template::new(text).fill(&values);
        assert_eq!(filled("release/{version}"), Ok("release/1.0.0".to_owned()));
        assert_eq!(filled("x{code=\"5\"} ${version} {}"), Ok("x{code=\"5\"} ${version} {}".to_owned()));
        assert_eq!(filled("{horizon}"), Err(UnknownPlaceholder("horizon".to_owned())));
    }

    fn of(template: &str, version: &str) -> Result<String, UnknownPlaceholder> {
        Template::new(template).fill(&BTreeMap::from([(Placeholder::Version, version.to_owned())]))
    }

    #[test]
    fn the_numbers_of_a_version_are_filled_wherever_the_version_is() {
        assert_eq!(of("release-{major}.{minor}", "1.9.3"), Ok("release-1.9".to_owned()));
        assert_eq!(of("v{major}-{minor}-{patch}", "1.9.3-rc.1+b"), Ok("v1-9-3".to_owned()));
        for (template, version, lacks) in [
            ("{patch}", "1.9", "patch"),
            ("{minor}", "1", "minor"),
            ("{major}", "next", "major"),
            ("{minor}", "1.x", "minor"),
        ] {
            assert_eq!(of(template, version), Err(UnknownPlaceholder(lacks.to_owned())), "{version}");
        }
    }

    #[test]
    fn a_tag_leads_back_to_the_version_that_it_was_made_from() {
        for (template, version) in [
            ("v{version}", "1.9.3-rc.1"),
            ("core@{version}", "1.9.3"),
            ("{major}/v{version}", "12.0.1"),
            ("{version}-core", "1.9.3-core"),
            ("r{major}_{minor}_{patch}", "10.20.30"),
        ] {
            let tag = of(template, version).unwrap();
            assert_eq!(Template::new(template).version_in(&tag).unwrap().as_str(), version, "{tag}");
        }
        for (template, tag) in [
            ("v{version}", "1.9.3"),
            ("core@{version}", "web@1.9.3"),
            ("{major}/v{version}", "2/v1.9.3"),
            ("v{version}", "v"),
            ("release-{major}.{minor}", "release-1.9"),
            ("v{version}", "v1.9.3 "),
        ] {
            assert_eq!(Template::new(template).version_in(tag), None, "{tag} by {template}");
        }
    }

    #[test]
    fn only_what_versions_share_is_of_a_series() {
        for (template, is) in [
            ("release-{major}.{minor}", true),
            ("{major}.x", true),
            ("release/{version}", false),
            ("{major}.{minor}.{patch}", false),
            ("{major}/{version}", false),
            ("main", false),
        ] {
            assert_eq!(Template::new(template).is_of_series(), is, "{template}");
        }
    }
}
