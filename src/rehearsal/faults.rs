//! What the scenario does to the world at a moment: how well a version runs, who is silent, what is thrown away. Pure.

use super::snapshot::ServingVersion;
use super::world::{Holds, PlayedWorld, Site};
use crate::scenario::{Conditions, LossPlace, OutageScope, Scenario, Silence, Trigger, VersionEvent};
use jiff::Timestamp;
use tminus_core::names::{EnvName, Version};
use tminus_core::order::Health;
use tminus_core::time::Span;

/// How well a version runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    /// The share of requests that fail, where the scenario says so.
    pub errors: Option<f64>,
    /// How fast 95 % of requests are answered, where the scenario says so.
    pub latency: Option<Span>,
    /// What its own health check says.
    pub health: Health,
}

impl Condition {
    /// Says whether something is wrong with it.
    pub fn is_bad(&self) -> bool {
        self.errors.is_some() || self.latency.is_some() || self.health != Health::Healthy
    }

    fn with(mut self, set: &Conditions) -> Self {
        self.errors = set.errors.or(self.errors);
        self.latency = set.latency.or(self.latency);
        self.health = set.health.unwrap_or(self.health);
        self
    }
}

/// Says whether a version was not there when the scenario began: only to those does it happen.
pub(crate) fn is_new(site: &Site, version: &Version) -> bool {
    !site.past.iter().any(|landed| &landed.version == version)
}

/// Returns what happens to a version on its site, and when, in order.
pub(crate) fn events<'s>(
    scenario: &'s Scenario,
    site: &Site,
    run: &ServingVersion,
) -> Vec<(Timestamp, &'s Conditions)> {
    let is_its =
        |event: &&VersionEvent| event.env == site.role && event.version.as_ref().is_none_or(|v| v == &run.version);
    if !is_new(site, &run.version) {
        return Vec::new();
    }
    let due = |event: &'s VersionEvent| (run.time.of(event.since_deploy).after(run.settled), &event.set);
    let mut events: Vec<_> = scenario.events.iter().filter(is_its).map(due).collect();
    events.sort_by_key(|(at, _)| *at);
    events
}

/// Returns how well a version runs at a moment.
pub(crate) fn condition(scenario: &Scenario, site: &Site, run: &ServingVersion, at: Timestamp) -> Condition {
    let well = Condition { errors: None, latency: None, health: Health::Healthy };
    let past = events(scenario, site, run).into_iter().filter(|(due, _)| *due <= at);
    past.fold(well, |condition, (_, set)| condition.with(set))
}

/// Returns how something is silent at a moment, and until when.
pub(crate) fn silence(
    world: &PlayedWorld,
    scenario: &Scenario,
    of: (OutageScope, Option<&EnvName>),
    at: Timestamp,
) -> Option<(Silence, Timestamp)> {
    let (scope, role) = of;
    let is_hit = |env: &Option<EnvName>| env.is_none() || role.is_none() || env.as_ref() == role;
    let hits = scenario.outages.iter().filter(|outage| outage.of.contains(&scope) && is_hit(&outage.env));
    hits.filter_map(|outage| {
        let begins = due(world, &outage.when)?;
        let ends = world.time.of(outage.lasts).after(begins);
        (begins <= at && at < ends).then_some((outage.silence, ends))
    })
    .next()
}

/// Says whether a version was thrown away from a spot by a moment.
pub(crate) fn is_pruned(
    world: &PlayedWorld,
    scenario: &Scenario,
    what: (&Site, &Version, LossPlace),
    at: Timestamp,
) -> bool {
    let (site, version, spot) = what;
    scenario.prunes.iter().any(|prune| {
        // A registry is one for all images; a store is not a registry, and only meant when its environment is named.
        let is_here = match &prune.env {
            Some(env) => spot == LossPlace::Registry && site.holds == Holds::Image || env == &site.role,
            None => site.holds == Holds::Image,
        };
        let is_meant = &prune.version == version && prune.from.contains(&spot) && is_here;
        is_meant && due(world, &prune.when).is_some_and(|due| due <= at)
    })
}

/// Returns when something begins, if what it waits for has happened.
fn due(world: &PlayedWorld, when: &Trigger) -> Option<Timestamp> {
    let Some(role) = &when.env else { return Some(world.time.of(when.after).after(world.opened)) };
    let begun = world.sites.iter().filter(|site| &site.role == role).flat_map(|site| {
        let brings_new = |begun: &&super::world::Begun| begun.brings().is_some_and(|to| is_new(site, &to.version));
        world.orders_of(site).filter(brings_new)
    });
    begun.map(|begun| begun.time.of(when.after).after(begun.ends())).min()
}
