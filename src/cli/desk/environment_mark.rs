//! What the environment of an engine had, as the next one reads it: names, and where Docker engines were; no value of
//! anything else. What an engine left half-way is not gone on with where that is missing: a value died with its shell.

use super::environment::{ADDRESSES, shown};
use super::project::{Kind, Project};
use crate::cli::exit::Stop;
use crate::config::variables::VariableNames;
use crate::domain::action::Request;
use crate::domain::release::Release;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What an environment had.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EnvironmentMark {
    /// The variables that the plan, its files or its scripts name, and that were set, be it to an empty text.
    set: BTreeSet<String>,
    /// The variables that say where an engine is.
    addresses: BTreeMap<String, String>,
}

impl EnvironmentMark {
    /// Takes that of this process.
    pub(super) fn of(project: &Project) -> Self {
        if !matches!(project.kind, Kind::Real) {
            return Self::default();
        }
        let names = VariableNames::of(&project.file.plan, &project.root);
        let all = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let set = all.filter(|name| names.is_named(name)).collect();
        let address = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let addresses =
            ADDRESSES.iter().filter_map(|name| Some(((*name).to_owned(), shown(&address(name)?)))).collect();
        Self { set, addresses }
    }

    /// Says what is missing, or leads elsewhere, in another one.
    fn lost_in(&self, now: &Self) -> Option<String> {
        let said = |address: Option<&String>| address.map_or_else(|| "not set".to_owned(), Clone::clone);
        let moved = ADDRESSES.iter().find(|name| self.addresses.get(**name) != now.addresses.get(**name));
        if let Some(name) = moved {
            let (then, now) = (said(self.addresses.get(*name)), said(now.addresses.get(*name)));
            return Some(format!("{name} was {then} for the engine that worked on it, and is {now} here"));
        }
        let missing: Vec<&str> = self.set.difference(&now.set).map(String::as_str).collect();
        let (was, is) = if missing.len() == 1 { ("was", "is") } else { ("were", "are") };
        (!missing.is_empty()).then(|| {
            format!("{} {was} set for the engine that worked on it, and {is} not set here", missing.join(", "))
        })
    }
}

/// Refuses to take up what another engine left, in an environment that lacks what that one had.
pub(super) fn require_for_left(
    project: &Project,
    before: Option<&EnvironmentMark>,
    release: &Release,
) -> Result<(), Stop> {
    // A verification only looks, and what waits for a person goes on at their word.
    let is_changing = |request: &Request| !matches!(request, Request::Verify { .. });
    let mut left =
        release.active_actions().filter(|action| is_changing(&action.proposal.request) && !action.is_stuck());
    let (Some(before), Some(action)) = (before, left.next()) else { return Ok(()) };
    let Some(lost) = before.lost_in(&EnvironmentMark::of(project)) else { return Ok(()) };
    let id = &action.id;
    Err(Stop::refused(format!(
        "{id} is not over, and stands still: {lost}. Nothing goes on with an empty value or at another place. Set it as it \
         was, or to an empty text where that is meant; `tminus wait {id}` goes on then"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(set: &[&str], host: Option<&str>) -> EnvironmentMark {
        let addresses = host.iter().map(|host| ("DOCKER_HOST".to_owned(), (*host).to_owned())).collect();
        EnvironmentMark { set: set.iter().map(|name| (*name).to_owned()).collect(), addresses }
    }

    #[test]
    fn what_is_missing_or_elsewhere_is_named() {
        assert_eq!(mark(&["A"], None).lost_in(&mark(&["A", "B"], None)), None);
        let lost = mark(&["A", "B", "C"], None).lost_in(&mark(&["B"], None)).unwrap();
        assert_eq!(lost, "A, C were set for the engine that worked on it, and are not set here");
        let lost = mark(&[], Some("tcp://a:1")).lost_in(&mark(&[], None)).unwrap();
        assert_eq!(lost, "DOCKER_HOST was tcp://a:1 for the engine that worked on it, and is not set here");
    }
}
