//! What the environment of an engine had, as the next one reads it: names, where Docker engines were, and of each value only
//! a hash that nobody can guess a value by who does not have the key in the owner's state. What an engine left half-way is
//! not gone on with where a value is missing, which died with its shell, and waits for a person where one is another.

use super::environment::{ADDRESSES, shown};
use super::project::{Project, ProjectKind};
use crate::cli::exit::Stop;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::ffi::OsStrExt as _;
use tminus_core::action::Request;
use tminus_core::release::Release;
use tminus_services::secrets::ValueKey;
use tminus_services::variables::{AGENT, VariableNames, is_place};

/// What an environment had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EnvironmentMark {
    /// The variables that the plan, its files or its scripts name, or that choose a place, and that were set, be it to an empty
    /// text.
    set: BTreeSet<String>,
    /// The variables that say where an engine is.
    addresses: BTreeMap<String, String>,
    /// A keyed hash of the value of each that was set; none where there was no key.
    #[serde(default)]
    hashes: BTreeMap<String, String>,
}

impl EnvironmentMark {
    /// Takes that of this process.
    pub(super) fn of(project: &Project) -> Self {
        if !matches!(project.kind, ProjectKind::Real) {
            return Self::default();
        }
        let names = VariableNames::of(&project.file.plan, &project.root);
        let all = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let is_meant = |name: &String| names.is_named(name) || (names.has(name) && is_place(name));
        let set: BTreeSet<String> = all.filter(is_meant).collect();
        let hash =
            |key: &ValueKey, name: &String| Some((name.clone(), key.hash(name, std::env::var_os(name)?.as_bytes())));
        let key = ValueKey::kept_at(&project.paths.environment_key());
        let hashes = key.iter().flat_map(|key| set.iter().filter_map(|name| hash(key, name))).collect();
        let address = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let addresses =
            ADDRESSES.iter().filter_map(|name| Some(((*name).to_owned(), shown(&address(name)?)))).collect();
        Self { set, addresses, hashes }
    }

    /// Says which variables are others in another one, or may be: their hashes cannot be compared.
    fn changed_in(&self, now: &Self) -> Option<String> {
        let said = |names: Vec<&str>, one: &str, many: &str| match names.as_slice() {
            [] => None,
            [name] => Some(format!("{name} {one}")),
            names => Some(format!("{} {many}", names.join(", "))),
        };
        let is_unknown = |name: &&String| !self.hashes.contains_key(*name) || !now.hashes.contains_key(*name);
        // Each login has another agent.
        let both: Vec<&String> = self.set.intersection(&now.set).filter(|name| *name != AGENT).collect();
        let (unknown, known): (Vec<&String>, Vec<&String>) = both.into_iter().partition(is_unknown);
        let others = known.into_iter().filter(|name| self.hashes.get(*name) != now.hashes.get(*name));
        let parts = [
            said(others.map(String::as_str).collect(), "is not what it was", "are not what they were"),
            said(unknown.into_iter().map(String::as_str).collect(), "may be another", "may be others"),
            said(now.set.difference(&self.set).map(String::as_str).collect(), "was not set", "were not set"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("{} when this began", parts.join(", and ")))
    }

    /// Says what is missing, or leads elsewhere, in another one.
    fn lost_in(&self, now: &Self) -> Option<String> {
        let said = |address: Option<&String>| address.map_or_else(|| "not set".to_owned(), Clone::clone);
        let moved = ADDRESSES.iter().find(|name| self.addresses.get(**name) != now.addresses.get(**name));
        if let Some(name) = moved {
            let (then, now) = (said(self.addresses.get(*name)), said(now.addresses.get(*name)));
            return Some(format!("{name} was {then} for the engine that worked on it, and is {now} here"));
        }
        let places = self.set.union(&now.set).filter(|name| is_place(name) && !ADDRESSES.contains(&name.as_str()));
        // What an older tminus wrote has no places.
        let is_compared = !self.hashes.is_empty() || self.set.is_empty();
        let elsewhere = |name: &&String| self.hashes.get(*name) != now.hashes.get(*name);
        let elsewhere: Vec<&str> = places.filter(|n| is_compared && elsewhere(n)).map(String::as_str).collect();
        if !elsewhere.is_empty() {
            let (is, lead) = if elsewhere.len() == 1 { ("is", "leads") } else { ("are", "lead") };
            let names = elsewhere.join(", ");
            return Some(format!("{names} {is} not what the engine had that worked on it, and {lead} elsewhere here"));
        }
        let missing: Vec<&str> = self.set.difference(&now.set).map(String::as_str).collect();
        let (was, is) = if missing.len() == 1 { ("was", "is") } else { ("were", "are") };
        (!missing.is_empty()).then(|| {
            format!("{} {was} set for the engine that worked on it, and {is} not set here", missing.join(", "))
        })
    }
}

/// Refuses to take up what another engine left, in an environment that lacks what that one had; returns what is another one
/// here than it was there.
pub(super) fn require_for_left(
    project: &Project,
    before: Option<&EnvironmentMark>,
    release: &Release,
) -> Result<Option<String>, Stop> {
    // A verification only looks.
    let is_changing = |request: &Request| !matches!(request, Request::Verify { .. });
    let mut left = release.active_actions().filter(|action| is_changing(&action.proposal.request)).peekable();
    let (Some(before), Some(_)) = (before, left.peek()) else { return Ok(None) };
    let now = EnvironmentMark::of(project);
    let Some(lost) = before.lost_in(&now) else { return Ok(before.changed_in(&now)) };
    // What waits for a person goes on at their word.
    let Some(action) = left.find(|action| !action.is_stuck()) else { return Ok(Some(lost)) };
    let id = &action.id;
    Err(Stop::refused(format!(
        "{id} is unfinished and cannot continue here: {lost}. tminus continues no action with a missing value or at \
         another place. Set it as it was, or to an empty text if that is intended; then `tminus wait {id}` continues it"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(set: &[&str], host: Option<&str>) -> EnvironmentMark {
        let addresses = host.iter().map(|host| ("DOCKER_HOST".to_owned(), (*host).to_owned())).collect();
        let hashes = set.iter().map(|name| ((*name).to_owned(), "then".to_owned())).collect();
        EnvironmentMark { set: set.iter().map(|name| (*name).to_owned()).collect(), addresses, hashes }
    }

    #[test]
    fn what_is_another_one_or_cannot_be_compared_is_named() {
        let (before, mut now) = (mark(&["A", "B", "C"], None), mark(&["A", "B", "C"], None));
        assert_eq!(before.changed_in(&now), None);
        now.hashes.insert("B".to_owned(), "now".to_owned());
        assert_eq!(before.changed_in(&now).as_deref(), Some("B is not what it was when this began"));
        now.hashes.remove("C");
        now.set.insert("D".to_owned());
        let said = "B is not what it was, and C may be another, and D was not set when this began";
        assert_eq!(before.changed_in(&now).as_deref(), Some(said));
    }

    #[test]
    fn what_is_missing_or_elsewhere_is_named() {
        assert_eq!(mark(&["A"], None).lost_in(&mark(&["A", "B"], None)), None);
        let lost = mark(&["A", "B", "C"], None).lost_in(&mark(&["B"], None)).unwrap();
        assert_eq!(lost, "A, C were set for the engine that worked on it, and are not set here");
        let lost = mark(&[], Some("tcp://a:1")).lost_in(&mark(&[], None)).unwrap();
        assert_eq!(lost, "DOCKER_HOST was tcp://a:1 for the engine that worked on it, and is not set here");
    }

    #[test]
    fn a_place_that_is_another_one_is_named_and_nothing_goes_on_there() {
        for place in ["KUBECONFIG", "AWS_PROFILE", "COMPOSE_PROJECT_NAME", "PGHOST"] {
            let (before, mut now) = (mark(&["A", place], None), mark(&["A", place], None));
            assert_eq!(before.lost_in(&now), None);
            now.hashes.insert(place.to_owned(), "now".to_owned());
            let says = format!("{place} is not what the engine had that worked on it, and leads elsewhere here");
            assert_eq!(before.lost_in(&now), Some(says.clone()));
            assert_eq!(mark(&["A"], None).lost_in(&now), Some(says.clone()), "it was not set");
            assert_eq!(before.lost_in(&mark(&["A"], None)), Some(says), "it is not set");
        }
        let old = EnvironmentMark { hashes: BTreeMap::new(), ..mark(&["A"], None) };
        assert_eq!(old.lost_in(&mark(&["A", "KUBECONFIG"], None)), None, "an older tminus did not say");
    }
}
