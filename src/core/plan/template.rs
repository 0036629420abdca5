//! Text with places to fill in: `release/{version}`, `{url}/api/health`.

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

    /// Fills every placeholder, or names the first that has no value.
    pub fn fill(&self, values: &BTreeMap<Placeholder, String>) -> Result<String, UnknownPlaceholder> {
        let mut filled = String::with_capacity(self.0.len());
        for piece in pieces(&self.0) {
            match piece {
                TemplatePiece::Text(text) => filled.push_str(text),
                TemplatePiece::Word(word) => {
                    let value = Placeholder::named(word).and_then(|p| values.get(&p));
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
}
