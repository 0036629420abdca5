//! Which tag is that of the last release.

use crate::names::Version;
use crate::plan::Template;

/// How a version stands to others: its numbers, whether it is a release, and the parts that say how far it is on the way to one.
/// Of those a number comes before a word, as Semantic Versioning orders them.
type VersionRank = (Vec<u64>, bool, Vec<(bool, u64, String)>);

/// Returns the tag of the highest other release by the plan's pattern. One that is on its way to a release (`1.0.0-rc.1`) counts
/// only for another such.
pub fn last_release<'t>(tags: impl Iterator<Item = &'t str>, pattern: &Template, version: &Version) -> Option<&'t str> {
    let of = |tag: &'t str| {
        let other = pattern.version_in(tag).filter(|other| other != version)?;
        let other = other.as_str();
        let is_number = other.starts_with(|c: char| c.is_ascii_digit());
        (is_number && (is_release(other) || !is_release(version.as_str()))).then(|| (rank(other), tag))
    };
    tags.filter_map(of).max().map(|(_, tag)| tag)
}

/// Says whether a version comes after another one.
pub fn is_later(version: &Version, than: &Version) -> bool {
    rank(version.as_str()) > rank(than.as_str())
}

fn is_release(version: &str) -> bool {
    !version.split('+').next().unwrap_or(version).contains('-')
}

fn rank(version: &str) -> VersionRank {
    let whole = version.split('+').next().unwrap_or(version);
    let (numbers, stage) = whole.split_once('-').unwrap_or((whole, ""));
    let numbers = numbers.split('.').map(|part| part.parse().unwrap_or_default()).collect();
    let part = |part: &str| match part.parse() {
        Ok(number) => (false, number, String::new()),
        Err(_) => (true, 0, part.to_owned()),
    };
    (numbers, is_release(version), stage.split('.').map(part).collect())
}
