//! What was delivered here, newest last, with a hash of each setting then: what going back will not undo.

use crate::docker::mounted::{Mounted, gone, left_as_is};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tminus_core::names::{Digest, Version};
use tminus_core::order::Delivered;
use tminus_core::time::Span;

/// How many deliveries are remembered.
const REMEMBERED: usize = 20;
/// How many artifacts are kept on the host for a way back.
pub(super) const KEPT: usize = 3;
/// How many settings are named.
const NAMED: usize = 5;

/// The record's file.
pub(super) const FILE: &str = "delivered.json";

/// One delivery that was good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PastDelivery {
    pub(super) version: Version,
    pub(super) digest: Option<Digest>,
    pub(super) at: Timestamp,
    /// How long it took.
    pub(super) took: Span,
    /// The version of Compose that rendered the settings: two of them never render alike.
    pub(super) by: String,
    pub(super) settings: BTreeMap<String, String>,
    /// What it was given of the checkout itself.
    #[serde(default)]
    pub(super) mounted: Mounted,
}

impl PastDelivery {
    /// Returns what was delivered.
    pub(super) fn delivered(&self) -> Delivered {
        Delivered { version: self.version.clone(), digest: self.digest.clone() }
    }
}

/// Adds a delivery to those that are remembered. What was built twice under one version is two artifacts.
pub(super) fn add(mut past: Vec<PastDelivery>, new: PastDelivery) -> Vec<PastDelivery> {
    past.retain(|old| old.delivered() != new.delivered());
    past.push(new);
    past.split_off(past.len().saturating_sub(REMEMBERED))
}

/// Returns what is kept, newest first.
pub(super) fn kept(past: &[PastDelivery]) -> Vec<Delivered> {
    past.iter().rev().map(PastDelivery::delivered).take(KEPT).collect()
}

/// Says what changed in the file since a version was delivered; nothing when that is not known.
pub(super) fn since(
    past: &[PastDelivery],
    version: &Version,
    now: (&str, &str, &BTreeMap<String, String>),
) -> Vec<String> {
    let (file, by, settings) = now;
    let Some(then) = past.iter().rev().find(|one| one.version == *version && one.by == by) else {
        return Vec::new();
    };
    let all = then.settings.keys().chain(settings.keys().filter(|key| !then.settings.contains_key(*key)));
    let mut changed: Vec<&str> =
        all.filter(|key| then.settings.get(*key) != settings.get(*key)).map(String::as_str).collect();
    changed.sort_unstable();
    if changed.is_empty() {
        return Vec::new();
    }
    let more = match changed.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    changed.truncate(NAMED);
    vec![format!("{file} changed since {version} was delivered ({}{more})", changed.join(", "))]
}

/// Says which files of the checkout going back to a version leaves as they are now.
pub(super) fn mounted_since(past: &[PastDelivery], version: &Version, now: &Mounted) -> Vec<String> {
    let then = past.iter().rev().find(|one| one.version == *version);
    left_as_is(version, then.map(|then| &then.mounted), now)
}

/// Says which files of the checkout a version was given when it was delivered, and are gone.
pub(super) fn gone_since(past: &[PastDelivery], version: &Version, now: &Mounted) -> Vec<String> {
    let then = past.iter().rev().find(|one| one.version == *version);
    gone(then.map(|then| &then.mounted), now)
}

/// Returns how long the last delivery of a version took, or of any.
pub(super) fn takes(past: &[PastDelivery], to: &Delivered) -> Option<Span> {
    let same = past.iter().rev().find(|one| one.version == to.version);
    same.or(past.last()).map(|one| one.took)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(version: &str, settings: &[(&str, &str)]) -> PastDelivery {
        PastDelivery {
            version: Version::parse(version).unwrap(),
            digest: None,
            at: Timestamp::UNIX_EPOCH,
            took: Span::seconds(5),
            by: "2.26.1".into(),
            settings: settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
            mounted: Mounted::new(),
        }
    }

    #[test]
    fn what_changed_since_is_named() {
        let one = past("0.9.4", &[("services.b.environment", "1"), ("services.b.ports", "2")]);
        let now = past("1.0.0", &[("services.b.environment", "9"), ("services.b.ports", "2"), ("services.c.x", "1")]);
        let version = one.version.clone();
        let all = add(vec![one], now.clone());
        let told = since(&all, &version, ("c.yml", "2.26.1", &now.settings));
        assert_eq!(told, ["c.yml changed since 0.9.4 was delivered (services.b.environment, services.c.x)"]);
        assert!(since(&all, &now.version, ("c.yml", "2.26.1", &now.settings)).is_empty());
        assert!(since(&all, &version, ("c.yml", "1.29.2", &now.settings)).is_empty(), "rendered otherwise");
    }

    #[test]
    fn the_newest_are_kept_each_once() {
        let all = ["1", "2", "3", "4", "2"].iter().fold(Vec::new(), |all, v| add(all, past(v, &[])));
        let kept: Vec<String> = kept(&all).into_iter().map(|one| one.version.to_string()).collect();
        assert_eq!(kept, ["2", "4", "3"]);
    }

    #[test]
    fn two_builds_of_one_version_are_two_artifacts() {
        let of = |digest: &str| PastDelivery { digest: Some(Digest::new(digest)), ..past("1.0.0", &[]) };
        let all = [of("sha256:aa"), of("sha256:bb"), of("sha256:aa")].into_iter().fold(Vec::new(), add);
        let kept: Vec<Digest> = kept(&all).into_iter().filter_map(|one| one.digest).collect();
        assert_eq!(kept, [Digest::new("sha256:aa"), Digest::new("sha256:bb")]);
    }
}
