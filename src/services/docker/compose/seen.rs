//! What the containers of one service say together. Pure.

use super::settled::Settled;
use crate::docker::look::{SeenContainer, without_network};
use tminus_core::order::{Health, Observation};
use tminus_core::plan::Template;

/// Makes one observation of several containers: the worst health, and words where they differ.
pub(super) fn together(found: &[SeenContainer], image: &Template) -> Observation {
    let all: Vec<Observation> = found.iter().map(|seen| seen.observation(image)).collect();
    let Some(worst) = all.iter().max_by_key(|one| badness(one.health)) else { return Observation::of(Health::Absent) };
    if all.len() == 1 {
        return worst.clone();
    }
    let is_good = |one: &&Observation| matches!(one.health, Health::Healthy);
    let mut words = vec![format!("{} of {} replicas", all.iter().filter(is_good).count(), all.len())];
    let is_same = all.iter().all(|one| one.digest == worst.digest);
    if !is_same {
        words.push("they run different images".to_owned());
    }
    if let Some(said) = worst.words.as_ref().filter(|_| worst.health != Health::Healthy) {
        words.push(said.clone());
    }
    Observation {
        version: worst.version.clone().filter(|_| is_same),
        digest: worst.digest.clone().filter(|_| is_same),
        words: Some(words.join(", ")),
        since: all.iter().filter_map(|one| one.since).max(),
        ..worst.clone()
    }
}

/// Says so where a container that runs is not in every network that its configuration names.
pub(super) fn in_networks(found: &[SeenContainer], served: &Settled, observed: Observation) -> Observation {
    let running = || found.iter().filter(|one| one.since.is_some());
    let left = served.networks().find(|network| running().any(|one| !one.networks.contains(*network)));
    let Some(network) = left else { return observed };
    let words = observed.words.clone().unwrap_or_default();
    let (health, words) = without_network((observed.health, words), network);
    Observation { health, words: Some(words), ..observed }
}

const fn badness(health: Health) -> u8 {
    match health {
        Health::Healthy => 0,
        Health::Unknown => 1,
        Health::Waiting => 2,
        Health::Starting => 3,
        Health::Absent => 4,
        Health::Stopped => 5,
        Health::Unhealthy => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn seen(health: Health, id: &str) -> SeenContainer {
        SeenContainer {
            name: String::new(),
            id: String::new(),
            image: "b:1.0.0".into(),
            image_id: id.into(),
            digests: Vec::new(),
            labels: HashMap::new(),
            health,
            words: "up, its health check fails".into(),
            restarts: 0,
            since: None,
            created: None,
            ports: Vec::new(),
            networks: std::collections::BTreeSet::new(),
            checks: Vec::new(),
            started: None,
            finished: None,
            limit: None,
            is_terminal: false,
        }
    }

    #[test]
    fn several_are_as_well_as_the_worst_of_them() {
        let image = Template::new("b:{version}");
        let all = [seen(Health::Healthy, "sha256:1"), seen(Health::Unhealthy, "sha256:1")];
        let told = together(&all, &image);
        assert_eq!(told.health, Health::Unhealthy);
        assert_eq!(told.words.as_deref(), Some("1 of 2 replicas, up, its health check fails"));
        assert!(told.digest.is_some());
        let told = together(&[seen(Health::Healthy, "sha256:1"), seen(Health::Healthy, "sha256:2")], &image);
        assert_eq!((told.digest, told.version), (None, None));
        assert_eq!(told.words.as_deref(), Some("2 of 2 replicas, they run different images"));
        assert_eq!(together(&[], &image).health, Health::Absent);
    }

    #[test]
    fn a_service_that_is_not_in_each_of_its_networks_is_not_healthy() {
        let served = Settled::plain("p", "web");
        let of = |networks: &[&str], health| {
            let networks = networks.iter().map(ToString::to_string).collect();
            let one = SeenContainer { networks, since: Some(jiff::Timestamp::UNIX_EPOCH), ..seen(health, "sha256:1") };
            let told = one.observation(&Template::new("b:{version}"));
            in_networks(&[one], &served, told).health
        };
        assert_eq!(of(&["p_default", "other"], Health::Healthy), Health::Healthy);
        assert_eq!(of(&["other"], Health::Healthy), Health::Unhealthy);
        assert_eq!(of(&[], Health::Stopped), Health::Stopped);
        let one = SeenContainer { since: Some(jiff::Timestamp::UNIX_EPOCH), ..seen(Health::Unhealthy, "sha256:1") };
        let told = one.observation(&Template::new("b:{version}"));
        assert_eq!(in_networks(&[one], &served, told.clone()), told, "what was said of it is not said again");
    }
}
