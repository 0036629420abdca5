//! The way into a file: by its kind to its reader, and from what was found to one version.

use super::matches::{self, Match, UnreadVersion, WrittenVersion};
use super::{VersionFileKind, jsonc, lines, markup, refusal, source, structured, yaml};
use crate::debian::DebianEntry;
use crate::notation::unmerged;

/// Reads the version that a file has under a key.
///
/// # Errors
/// When the file is of no kind that is known, cannot be read by the rules of its kind, has no such key, or does not say
/// one version plainly.
pub fn read(file: &str, bytes: &[u8], key: &str) -> Result<WrittenVersion, UnreadVersion> {
    matches::one(places(file, bytes, key)?, key)
}

/// Returns every place that a key leads to.
pub(super) fn places(file: &str, bytes: &[u8], key: &str) -> Result<Vec<Match>, UnreadVersion> {
    let Some(kind) = VersionFileKind::of(file) else {
        return Err(UnreadVersion::whole(refusal(file)));
    };
    Ok(match kind {
        VersionFileKind::Plist if bytes.starts_with(b"bplist") => markup::binary_plist(bytes, key)?,
        VersionFileKind::Plist => markup::plist(text(bytes)?, key)?,
        VersionFileKind::Toml => structured::toml(text(bytes)?, key)?,
        VersionFileKind::Json => structured::json(text(bytes)?, key)?,
        VersionFileKind::CommentedJson => structured::json(&jsonc::plain(lined(bytes)?)?, key)?,
        VersionFileKind::Yaml => yaml::matches(text(bytes)?, key)?,
        VersionFileKind::Xml => markup::xml(text(bytes)?, key)?,
        VersionFileKind::Lines(dialect) => lines::matches(lined(bytes)?, key, dialect)?,
        VersionFileKind::Source(_) if is_for_some_builds(file) => {
            return Err(UnreadVersion::whole("only some builds take a file of that name"));
        }
        VersionFileKind::Source(language) => source::matches(lined(bytes)?, key, language)?,
        VersionFileKind::Plain => plain(lined(bytes)?)?,
        VersionFileKind::DebianChangelog => debian(lined(bytes)?)?,
    })
}

/// `version_windows.go`, `version_test.go`: Go takes them by their name, for some systems, processors, or tests.
fn is_for_some_builds(file: &str) -> bool {
    const ONLY: &[&str] = &[
        "test",
        "aix",
        "android",
        "darwin",
        "dragonfly",
        "freebsd",
        "illumos",
        "ios",
        "js",
        "linux",
        "netbsd",
        "openbsd",
        "plan9",
        "solaris",
        "wasip1",
        "windows",
        "386",
        "amd64",
        "arm",
        "arm64",
        "loong64",
        "mips",
        "mips64",
        "mips64le",
        "mipsle",
        "ppc64",
        "ppc64le",
        "riscv64",
        "s390x",
        "wasm",
    ];
    let last = file.strip_suffix(".go").and_then(|stem| stem.rsplit_once('_'));
    last.is_some_and(|(_, last)| ONLY.contains(&last))
}

pub(super) fn text(bytes: &[u8]) -> Result<&str, UnreadVersion> {
    let text = std::str::from_utf8(bytes).map_err(|_| UnreadVersion::whole("it is not UTF-8 text"))?;
    if let Some(line) = unmerged(text) {
        return Err(UnreadVersion::at(line, "it contains an unresolved merge conflict"));
    }
    Ok(text.trim_start_matches('\u{feff}'))
}

/// Returns the text of a file that is read by lines. Some readers end a line where others see a blank, and some show a text in
/// another order than it is written in.
fn lined(bytes: &[u8]) -> Result<&str, UnreadVersion> {
    let text = text(bytes)?;
    let is_odd = |at: usize, c: char| match c {
        '\r' => !text[at + 1..].starts_with('\n'),
        '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => false,
    };
    match text.char_indices().find(|(at, c)| is_odd(*at, *c)) {
        Some((at, c)) => {
            let line = text[..at].matches('\n').count() + 1;
            Err(UnreadVersion::at(
                line,
                format!("it has the character U+{:04X} there, which not every reader takes alike", u32::from(c)),
            ))
        }
        None => Ok(text),
    }
}

/// A file that holds the version and nothing else.
fn plain(text: &str) -> Result<Vec<Match>, UnreadVersion> {
    let written: Vec<(usize, &str)> =
        text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(|(at, line)| (at + 1, line)).collect();
    match written.as_slice() {
        [] => Err(UnreadVersion::whole("it is empty")),
        [(line, version)] => Ok(vec![Match::says(*line, version.trim())]),
        [_, (line, _), ..] => {
            let why = format!("it has {} lines, but a plain file contains the version alone", written.len());
            Err(UnreadVersion::at(*line, why))
        }
    }
}

/// The version of the program in the first entry, which is the one that a build takes.
fn debian(text: &str) -> Result<Vec<Match>, UnreadVersion> {
    let Some((at, first)) = text.lines().enumerate().find(|(_, line)| !line.trim().is_empty()) else {
        return Err(UnreadVersion::whole("it is empty"));
    };
    match DebianEntry::of(first) {
        Some(entry) => Ok(vec![Match::says(at + 1, entry.upstream())]),
        None => Err(UnreadVersion::at(
            at + 1,
            "it does not begin with an entry: `package (1.0.0-1) unstable; urgency=medium`",
        )),
    }
}
