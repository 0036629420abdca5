//! Which tag is that of the last release.

use crate::names::Version;
use crate::plan::Template;

/// How a version stands to others: its numbers first, and one that is only on its way to a release before that.
type VersionRank = (Vec<u64>, bool, String);

/// Returns the tags that are of other releases by the plan's pattern, the highest version first. One that is on its way to a
/// release (`1.0.0-rc.1`) counts only for another such.
pub fn release_tags<'t>(tags: impl Iterator<Item = &'t str>, pattern: &Template, version: &Version) -> Vec<&'t str> {
    let of = |tag: &'t str| {
        let other = pattern.version_in(tag).filter(|other| other != version)?;
        let other = other.as_str();
        let is_number = other.starts_with(|c: char| c.is_ascii_digit());
        (is_number && (is_release(other) || !is_release(version.as_str()))).then(|| (rank(other), tag))
    };
    let mut found: Vec<(VersionRank, &str)> = tags.filter_map(of).collect();
    found.sort_unstable();
    found.into_iter().rev().map(|(_, tag)| tag).collect()
}

/// Returns the first of some tags that a history has; at most so many are tried.
///
/// # Errors
/// Of the one who looks.
pub fn last_release<E>(tags: &[&str], most: usize, has: impl Fn(&str) -> Result<bool, E>) -> Result<Option<String>, E> {
    for tag in tags.iter().take(most) {
        if has(tag)? {
            return Ok(Some((*tag).to_owned()));
        }
    }
    Ok(None)
}

fn is_release(version: &str) -> bool {
    !version.split('+').next().unwrap_or(version).contains('-')
}

fn rank(version: &str) -> VersionRank {
    let numbers = version.split(['-', '+']).next().unwrap_or(version);
    let numbers = numbers.split('.').map(|part| part.parse().unwrap_or_default()).collect();
    (numbers, is_release(version), version.to_owned())
}
