//! The formats that changelogs are written in.

use crate::debian::is_debian_changelog;

/// How a changelog is written, by the ending of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangelogFormat {
    /// Markdown.
    Markdown,
    /// AsciiDoc.
    AsciiDoc,
    /// reStructuredText.
    ReStructured,
    /// Org.
    Org,
    /// The changelog of a Debian package.
    Debian,
    /// Anything else: whatever looks like a heading is one.
    Plain,
}

impl ChangelogFormat {
    /// Returns the format of a file.
    pub fn of(file: &str) -> Self {
        if is_debian_changelog(file) {
            return Self::Debian;
        }
        let ending = file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        match ending.as_deref() {
            Some("md" | "markdown" | "mdown" | "mdx") => Self::Markdown,
            Some("adoc" | "asciidoc" | "asc") => Self::AsciiDoc,
            Some("rst" | "rest") => Self::ReStructured,
            Some("org") => Self::Org,
            Some(_) | None => Self::Plain,
        }
    }
}
