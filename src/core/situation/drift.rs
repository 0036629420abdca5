//! Drift: what runs somewhere is not what tminus brought there; somebody delivered by hand, or took it away.

use super::Situation;
use crate::names::{ActionId, ArtifactName, EnvName};
use crate::order::{Delivered, Health, Observation};
use crate::release::{Origin, PlaceState, Stay, StepPhase, may_be_same};
use jiff::Timestamp;
use jiff::tz::TimeZone;

impl<'a> Situation<'a> {
    /// Says what runs in an environment that tminus did not bring there, artifact by artifact.
    ///
    /// Empty where tminus never brought anything. It ends when tminus delivers there again.
    pub fn drift(&self, env: &EnvName) -> Vec<String> {
        let places = self.release.environments.get(env).into_iter().flat_map(|e| &e.places);
        places.filter_map(|(artifact, place)| self.drift_of(env, artifact, place)).collect()
    }

    /// Says what runs in an environment in the place of the release that tminus brought there, and how that is.
    pub(super) fn drift_from_release(&self, env: &EnvName) -> Vec<(Health, String)> {
        let is_release = |artifact: &ArtifactName| {
            let mut newest_first = self.release.actions.iter().rev().filter(|a| a.proposal.request.env() == Some(env));
            let brought = newest_first.find_map(|a| a.tried(artifact).filter(|(_, p)| *p == StepPhase::Succeeded));
            brought.is_some_and(|(to, _)| &to.version == self.version)
        };
        let places = self.release.environments.get(env).into_iter().flat_map(|e| &e.places);
        let places = places.filter(|(artifact, place)| place.lost.is_none() && is_release(artifact));
        places.filter_map(|(artifact, place)| Some((place.health(), self.drift_of(env, artifact, place)?))).collect()
    }

    pub(super) fn drift_of(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> Option<String> {
        let (at, seen) = place.seen.as_ref()?;
        let running = place.running();
        // A person said what it is, and goes on from there.
        if let Some(Origin::Adopted(_)) = self.release.origin(env, artifact) {
            return None;
        }
        let Some((id, brought)) = self.brought_instead(env, artifact, running.as_ref()) else {
            let other = || self.is_not_the_adopted(env, artifact, place);
            return self.replaced(env, artifact, place).or_else(other);
        };
        let Some(running) = running else {
            let since = self.moment(*at);
            let is_untold = seen.health == Health::Unknown && seen.words.is_none();
            if self.release.active(env).is_none() && seen.health != Health::Absent && !is_untold {
                return Some(format!(
                    "something that is not this plan's {artifact} has run in {env} since {since}; tminus did not deploy \
                     it{}: {id} delivered {brought}",
                    self.label(seen)
                ));
            }
            // While something is being brought, there is a moment at which nothing runs.
            let is_gone = seen.health == Health::Absent && self.release.active(env).is_none();
            return is_gone.then(|| format!("no {artifact} has run in {env} since {since}; {id} delivered {brought}"));
        };
        let since = self.moment(place.stays.last().map_or(*at, |stay| stay.since));
        let label = self.label(seen);
        Some(format!(
            "{artifact} {running} has run in {env} since {since}; tminus did not deploy it{label}: {id} delivered {brought}"
        ))
    }

    /// Returns what tminus brought last, and the action that did, where something else runs.
    fn brought_instead(
        &self,
        env: &EnvName,
        artifact: &ArtifactName,
        running: Option<&Delivered>,
    ) -> Option<(&'a ActionId, Delivered)> {
        let newest_first = self.release.actions.iter().rev().filter(|a| a.proposal.request.env() == Some(env));
        let mut refused = None;
        for (action, (to, phase)) in newest_first.filter_map(|a| Some((a, a.tried(artifact)?))) {
            // What may be what it brought is a doubt, and not said to be somebody else's.
            if running.is_some_and(|r| may_be_same(r, &action.as_told(to, self.stays_of(env, artifact)))) {
                return None;
            }
            // One that did not take, or is not over, may have left what was there before.
            if phase == StepPhase::Succeeded {
                return Some((&action.id, to.clone()));
            }
            // What calls itself the version that was to come, and is another image, came from somewhere else.
            if phase != StepPhase::Running && running.is_some_and(|r| r.version == to.version) {
                refused.get_or_insert((&action.id, to.clone()));
            }
        }
        refused
    }

    /// Says that something else runs than a person adopted, where tminus brought nothing since.
    fn is_not_the_adopted(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> Option<String> {
        let (running, (at, _)) = (place.running(), place.seen.as_ref()?);
        let adopted = place.stays.iter().rev().find(|stay| stay.adopted.is_some())?;
        let adoption = adopted.adopted.as_ref()?;
        let here = self.release.actions.iter().filter(|a| a.proposal.request.env() == Some(env));
        let mut later = here.filter(|a| a.touched.is_some_and(|touched| touched.at > adoption.at));
        let is_same = running.as_ref().is_some_and(|running| may_be_same(running, &adopted.delivered));
        if is_same || self.release.active(env).is_some() || later.any(|a| a.tried(artifact).is_some()) {
            return None;
        }
        let since = self.moment(place.stays.last().map_or(*at, |stay| stay.since));
        let there = match running {
            Some(running) => format!("{artifact} {running} has run in {env} since {since}"),
            None => format!("what runs in {env} now is not this plan's {artifact}, or nothing does"),
        };
        Some(format!("{there}; tminus did not deploy it: {} adopted {}", adoption.who.label(), adopted.delivered))
    }

    /// Says that what tminus brought was made anew by somebody else: of the same image, without the label that it carried.
    fn replaced(&self, env: &EnvName, artifact: &ArtifactName, place: &PlaceState) -> Option<String> {
        let (running, (_, seen)) = (place.running()?, place.seen.as_ref()?);
        let stay = place.stays.last().filter(|stay| stay.delivered == running)?;
        let label = stay.action.as_ref().filter(|_| seen.action.is_none())?;
        let mut newest_first = self.release.actions.iter().rev().filter(|a| a.proposal.request.env() == Some(env));
        let (action, (to, phase)) = newest_first.find_map(|a| Some((a, a.tried(artifact)?)))?;
        if phase != StepPhase::Succeeded || !may_be_same(&action.as_told(to, &place.stays), &running) {
            return None;
        }
        self.release.active(env).is_none().then(|| {
            let since = self.moment(stay.renewed.at);
            format!("{artifact} {running} has run in {env} since {since}; tminus did not deploy it: the label of {label} is gone")
        })
    }

    /// Says whether what calls itself a version is another image than the one that tminus was asked to bring as it.
    pub(super) fn is_other_image(&self, env: &EnvName, artifact: &ArtifactName, running: &Delivered) -> bool {
        let brought = self.brought_instead(env, artifact, Some(running));
        brought.is_some_and(|(_, brought)| brought.version == running.version)
    }

    /// Returns what ran of an artifact in an environment, oldest first.
    pub(super) fn stays_of(&self, env: &EnvName, artifact: &ArtifactName) -> &'a [Stay] {
        let place = self.release.environments.get(env).and_then(|state| state.places.get(artifact));
        place.map_or(&[], |place| &place.stays)
    }

    fn label(&self, seen: &Observation) -> String {
        match &seen.action {
            None => String::new(),
            Some(id) if self.release.action(id).is_some() => format!(", though it carries {id}"),
            Some(id) if self.release.knows(id) => format!("; it carries {id}, which somebody adopted"),
            Some(id) => format!("; it carries {id}, which is not in this journal"),
        }
    }

    /// Writes a moment as a time of day, with its date where it is not today.
    fn moment(&self, at: Timestamp) -> String {
        let (then, now) = (at.to_zoned(TimeZone::UTC), self.now.to_zoned(TimeZone::UTC));
        let pattern = if then.date() == now.date() { "%H:%M UTC" } else { "%Y-%m-%d %H:%M UTC" };
        then.strftime(pattern).to_string()
    }
}
