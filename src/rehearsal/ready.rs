//! Whether a version can be brought to a place: where its artifact is kept, and what stands in the way.

use super::faults::{is_new, is_pruned};
use super::script::{Itinerary, ScriptEnding};
use super::script_input::{ScriptInput, VersionHistory};
use super::snapshot::{SiteSnapshot, stand};
use super::target::PlayedTarget;
use super::words;
use super::world::{Begun, Holds, PlayedWorld};
use crate::scenario::LossPlace;
use jiff::Timestamp;
use tminus_core::hex::sha256;
use tminus_core::kinds::deliver::{PlayedCourse, PlayedPlace, filled};
use tminus_core::names::{Digest, Version};
use tminus_core::order::{Delivered, Place, Readiness};

impl PlayedTarget {
    pub(super) fn digest(&self, version: &Version) -> Digest {
        digest(self.site.holds, self.name.as_str(), version)
    }

    pub(super) fn ready(&self, world: &PlayedWorld, version: &Version, now: Timestamp) -> Readiness {
        let scenario = self.world.scenario();
        let is_pruned = |spot| is_pruned(world, scenario, (&self.site, version, spot), now);
        let was_here = self.known(world, version, now) == VersionHistory::Before;
        let registry = !is_pruned(LossPlace::Registry);
        let host = was_here && !is_pruned(LossPlace::Host);
        let PlayedPlace { far, near, .. } = self.kind.played();
        let mut places = vec![Place { name: far.to_owned(), has: Some(registry) }];
        places.extend(near.map(|near| Place { name: near.to_owned(), has: Some(host) }));
        let standing = stand(world, &self.site, now);
        let keeps = scenario
            .keeps
            .get(self.site.role.as_str())
            .filter(|_| was_here && standing.shown.as_ref() != Some(version));
        Readiness {
            digest: (registry || host).then(|| self.digest(version)),
            places,
            blockers: self.blockers(version, &standing, registry || (host && near.is_some())),
            keeps: keeps.cloned().unwrap_or_default(),
            once_replaced: self.once_replaced(registry).into_iter().collect(),
            takes: Some(self.itinerary(world, version, now).takes()),
            ..Readiness::of(version.clone())
        }
    }

    fn blockers(&self, version: &Version, standing: &SiteSnapshot, is_kept: bool) -> Vec<String> {
        let PlayedPlace { far, near, .. } = self.kind.played();
        let mut blockers = Vec::new();
        let was_on_sale = self.site.past.iter().any(|landed| &landed.version == version);
        let on_sale = standing.shown.as_ref();
        if self.kind.played().course == PlayedCourse::Store && was_on_sale && on_sale != Some(version) {
            blockers.push(words::no_way_back(version, on_sale));
        }
        if !is_kept {
            let name = self.named(version);
            let near = near.map(|near| format!(", and no {near} keeps it")).unwrap_or_default();
            blockers
                .push(format!("{name} is gone: the {far} no longer has it{near}; build {version} again from its tag"));
        }
        blockers
    }

    /// Only a cluster's nodes drop what they do not run; a host keeps what tminus brought there.
    fn once_replaced(&self, registry: bool) -> Option<String> {
        let drops = matches!(self.kind.played().course, PlayedCourse::Cluster(_));
        (drops && !registry).then(|| "the registry lost it, and nodes drop what they do not run".to_owned())
    }

    fn known(&self, world: &PlayedWorld, version: &Version, now: Timestamp) -> VersionHistory {
        let was_here = self.site.past.iter().any(|landed| landed.at <= now && &landed.version == version);
        // A host keeps what it pulled, whatever became of it; a store keeps nothing that its review has not let through.
        let is_kept = |begun: &Begun| match self.site.holds {
            Holds::Image => begun.starts() <= now,
            Holds::App => {
                begun.is_over(now) && begun.cancelled.is_none() && begun.itinerary.ending == ScriptEnding::Good
            }
        };
        let was_brought = |begun: &Begun| is_kept(begun) && begun.brings().is_some_and(|to| &to.version == version);
        if was_here || world.orders_of(&self.site).any(was_brought) {
            VersionHistory::Before
        } else {
            VersionHistory::New
        }
    }

    fn named(&self, version: &Version) -> String {
        let name = filled(&self.name, &Delivered { version: version.clone(), digest: None });
        if name.contains(version.as_str()) { name } else { format!("{name} {version}") }
    }

    /// Returns how an image is brought to where it is going to run.
    pub(super) fn pulled(&self, world: &PlayedWorld, version: &Version, now: Timestamp) -> Itinerary {
        let pace = self.world.scenario().pace;
        self.on_journey((world, version, now), |journey| Itinerary::of_pull(journey, self.world.time(), pace))
    }

    pub(super) fn itinerary(&self, world: &PlayedWorld, version: &Version, now: Timestamp) -> Itinerary {
        let pace = self.world.scenario().pace;
        self.on_journey((world, version, now), |journey| Itinerary::of(journey, self.world.time(), pace))
    }

    fn on_journey(
        &self,
        (world, version, now): (&PlayedWorld, &Version, Timestamp),
        itinerary: impl Fn(&ScriptInput<'_>) -> Itinerary,
    ) -> Itinerary {
        let scenario = self.world.scenario();
        let attempts =
            world.orders_of(&self.site).filter(|begun| begun.brings().is_some_and(|to| &to.version == version));
        let attempt = attempts.count();
        let is_new = is_new(&self.site, version);
        let goes = scenario.deliveries.iter().find(|delivery| {
            is_new && delivery.env == self.site.role && delivery.attempts.is_none_or(|most| attempt < most)
        });
        let standing = stand(world, &self.site, now);
        let journey = ScriptInput {
            course: self.kind.played().course,
            name: &self.named(version),
            to: version,
            from: standing.serves.as_ref().map(|run| &run.version),
            known: self.known(world, version, now),
            goes: goes.map(|delivery| delivery.goes),
        };
        itinerary(&journey)
    }
}

/// Returns what a version of an artifact is known by for good, in every rehearsal the same.
/// Returns the digest that an image of a version has in this world.
pub(super) fn image_digest(name: &str, version: &Version) -> Digest {
    digest(Holds::Image, name, version)
}

fn digest(holds: Holds, name: &str, version: &Version) -> Digest {
    match holds {
        Holds::Image => Digest::new(format!("sha256:{}", sha256(format!("{name}\n{version}")))),
        Holds::App => {
            let parts = version.as_str().split(['.', '-', '+', '_']).filter_map(|part| part.parse::<u64>().ok());
            let number = parts.take(3).fold(0_u64, |sum, part| sum.saturating_mul(100).saturating_add(part));
            Digest::new(number.to_string())
        }
    }
}
