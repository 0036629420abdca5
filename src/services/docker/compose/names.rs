//! What tminus calls its own things beside a compose project: a container, a repository of tags, a folder. Two services
//! never share one, whatever their names are: a separator is a character that neither side may hold, and what a place does
//! not take is told apart by a hash. What earlier builds called them is known, so that it is found on an upgraded host.

use super::settings::ComposeDelivery;
use tminus_core::hex::sha256;
use tminus_core::names::{Digest, Version};
use tminus_core::order::Delivered;

/// How long a part of a repository may be before it is cut.
const LONGEST: usize = 80;

/// How many digits of a digest stand in a tag.
const DIGITS: usize = 12;

/// The names on the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ComposeNames {
    /// The compose project.
    pub(super) project: String,
    /// The service.
    pub(super) service: String,
}

impl ComposeNames {
    /// Returns the name of the container that proves a version beside the one that serves. No project has a `.` in it.
    pub(super) fn candidate(&self) -> String {
        format!("tminus-next.{}.{}", self.project, self.service)
    }

    /// Returns what earlier builds called that container; another service may have had the same.
    pub(super) fn earlier_candidate(&self) -> String {
        format!("{}-{}-tminus-next", self.project, self.service)
    }

    /// Says whether a container of this service is called as one that proves a version.
    pub(super) fn is_candidate(&self, name: &str) -> bool {
        name == self.candidate() || name == self.earlier_candidate()
    }

    /// Returns the repository of the tags that keep images from being pruned.
    pub(super) fn kept(&self) -> String {
        format!("tminus/kept/{}/{}", part(&self.project), part(&self.service))
    }

    /// Returns what earlier builds called that repository; another service may have had the same.
    pub(super) fn earlier_kept(&self) -> String {
        format!("tminus/kept/{}-{}", plain(&self.project), plain(&self.service))
    }
}

/// Returns the folder of one delivery: no name of a plan has a `.` in it.
pub(super) fn folder(compose: &ComposeDelivery) -> String {
    format!("{}.{}", compose.env, compose.artifact)
}

/// Returns what earlier builds called that folder; another delivery may have had the same.
pub(super) fn earlier_folder(compose: &ComposeDelivery) -> String {
    let name = format!("{}-{}", compose.env, compose.artifact);
    name.replace(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'), "-")
}

/// Returns the tag of an artifact: its version, and the beginning of its digest behind `_d`. A `+` cannot stand in a tag:
/// `_p` does, and `__` for a `_`.
pub(super) fn tag(one: &Delivered) -> String {
    let version = one.version.as_str().replace('_', "__").replace('+', "_p");
    let digits = one.digest.as_ref().map(|digest| format!("_d{}", digits(digest))).unwrap_or_default();
    format!("{version}{digits}")
}

/// Returns the first digits of a digest, as they stand in a tag.
pub(super) fn digits(digest: &Digest) -> String {
    let bare = digest.as_str().rsplit(':').next().unwrap_or_default();
    bare.chars().filter(char::is_ascii_alphanumeric).take(DIGITS).collect()
}

/// Returns the version and the digits of a tag; builds before that of the digits gave none.
pub(super) fn read_tag(tag: &str) -> Option<(Version, Option<String>)> {
    let mut text = String::new();
    let mut rest = tag.chars();
    while let Some(c) = rest.next() {
        text.push(match c {
            '_' => match rest.next()? {
                '_' => '_',
                'p' => '+',
                'd' => return Some((Version::parse(&text).ok()?, Some(rest.collect()))),
                _ => return None,
            },
            c => c,
        });
    }
    Some((Version::parse(&text).ok()?, None))
}

/// Returns what earlier builds tagged a version with.
pub(super) fn earlier_tag(version: &Version) -> String {
    version.as_str().replace('+', "_")
}

/// Makes a name a part of a repository: itself where docker takes it, else a likeness of it and its hash behind a `.`,
/// which no name that is taken as it is has.
fn part(name: &str) -> String {
    let likeness: String = plain(name).chars().take(LONGEST).collect();
    if likeness == name {
        return likeness;
    }
    let hash = &sha256(name)[..12];
    let likeness = likeness.trim_end_matches('-');
    let likeness = if likeness.is_empty() { "x" } else { likeness };
    format!("{likeness}.{hash}")
}

fn plain(text: &str) -> String {
    let lower = text.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    lower.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::ImageName;
    use std::collections::HashSet;

    /// Names that share their letters and differ in what joins them.
    const ALIKE: [&str; 14] =
        ["a", "b", "a-b", "a_b", "a--b", "a__b", "_a", "a-", "A", "a.b", "-", "_", "a-b-a", "b-a"];

    fn pairs() -> Vec<(String, String)> {
        ALIKE.iter().flat_map(|one| ALIKE.map(|other| ((*one).to_owned(), other.to_owned()))).collect()
    }

    #[test]
    fn no_two_services_share_a_name() {
        let all: Vec<ComposeNames> = pairs()
            .into_iter()
            // Compose lets no project have a dot.
            .filter(|(project, _)| !project.contains('.'))
            .map(|(project, service)| ComposeNames { project, service })
            .collect();
        let of = |name: fn(&ComposeNames) -> String| all.iter().map(name).collect::<HashSet<_>>().len();
        assert_eq!((of(ComposeNames::candidate), of(ComposeNames::kept)), (all.len(), all.len()));
    }

    #[test]
    fn the_repository_of_any_service_is_one_that_an_engine_takes() {
        for (project, service) in pairs().into_iter().chain([("x".repeat(300), "שלום/..".to_owned())]) {
            let kept = ComposeNames { project, service }.kept();
            assert!(ImageName::parse(&format!("{kept}:1")).is_ok(), "{kept}");
        }
        let names = ComposeNames { project: "shop".into(), service: "back-end".into() };
        assert_eq!(names.kept(), "tminus/kept/shop/back-end");
    }

    #[test]
    fn a_tag_is_that_of_one_artifact() {
        let one = |version: &str, digest: Option<&str>| Delivered {
            version: Version::parse(version).unwrap(),
            digest: digest.map(Digest::new),
        };
        for text in ["1.0.0+b_1", "1.0.0_b_1", "1.0.0_b+1", "1.0.0__b_1", "1.0.0_pb", "1.0.0_db", "1.0.0"] {
            let (bare, known) = (one(text, None), one(text, Some("sha256:0123456789abcdef")));
            assert_eq!(read_tag(&tag(&bare)), Some((bare.version, None)), "{text}");
            assert_eq!(read_tag(&tag(&known)), Some((known.version, Some("0123456789ab".to_owned()))), "{text}");
        }
        assert_eq!(tag(&one("1.0.0-rc.1", Some("sha256:0123456789abcdef"))), "1.0.0-rc.1_d0123456789ab");
        assert_eq!(read_tag("1.0.0_b1"), None, "of an earlier build");
    }
}
