//! The containers of a place as they are at one moment, asked for with as few questions as will do.

use super::failure::{failure, is_absent};
use super::look::{self, SeenContainer};
use super::name;
use super::watched_place::WatchedPlace;
use bollard::Docker;
use bollard::models::{ContainerSummary, ContainerSummaryStateEnum as State, PortSummary};
use bollard::query_parameters::ListContainersOptionsBuilder;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tminus_core::order::Health;
use tminus_core::ports::PortError;
use tminus_core::telemetry::{Container, ContainerRole, Load};

/// How many containers are looked at at once.
const AT_ONCE: usize = 8;

/// The label by which compose says which service a container is of.
const SERVICE: &str = "com.docker.compose.service";

/// What is known of the containers of a place; a list brings it up to date, and only what changed is looked at closer.
#[derive(Default)]
pub(super) struct Picture {
    members: Vec<Member>,
    /// What an image is known by in registries, by its id.
    images: HashMap<String, Vec<String>>,
}

/// A container that belongs to the place.
struct Member {
    seen: SeenContainer,
    role: ContainerRole,
    health: Health,
    words: String,
    ports: Vec<String>,
}

impl Picture {
    /// Lists the containers, and looks at those that are new or named as changed.
    pub(super) async fn refresh(
        &mut self,
        docker: &Docker,
        place: &dyn WatchedPlace,
        changed: &BTreeSet<String>,
    ) -> Result<(), PortError> {
        let could_not =
            |error| failure(format!("the containers of {} could not be listed", place.link().name()), &error);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&place.filters()).build();
        let listed = docker.list_containers(Some(options)).await.map_err(could_not)?;
        let mut known: HashMap<String, SeenContainer> = std::mem::take(&mut self.members)
            .into_iter()
            .filter(|member| !changed.contains(&member.seen.id))
            .map(|member| (member.seen.id.clone(), member.seen))
            .collect();
        let belonging: Vec<_> = listed.into_iter().filter_map(|listed| belongs(listed, place)).collect();
        let looked = stream::iter(belonging.into_iter().map(|(id, role, listed)| {
            let held = known.remove(&id);
            async move {
                let seen = match held {
                    Some(seen) => Some(seen),
                    None => look::inspect(docker, &id).await?,
                };
                Ok::<_, PortError>(seen.map(|seen| member(seen, role, listed)))
            }
        }));
        let members: Vec<Option<Member>> = looked.buffered(AT_ONCE).try_collect().await?;
        self.members = members.into_iter().flatten().collect();
        self.learn_images(docker).await?;
        self.members.sort_by(|a, b| (rank(a.role), &a.seen.name).cmp(&(rank(b.role), &b.seen.name)));
        Ok(())
    }

    async fn learn_images(&mut self, docker: &Docker) -> Result<(), PortError> {
        for member in &mut self.members {
            let id = &member.seen.image_id;
            if !self.images.contains_key(id) {
                let digests = match docker.inspect_image(id).await {
                    Ok(image) => image.repo_digests.unwrap_or_default(),
                    Err(error) if is_absent(&error) => Vec::new(),
                    Err(error) => return Err(failure(format!("the image {id} could not be looked at"), &error)),
                };
                self.images.insert(id.clone(), digests);
            }
            member.seen.digests = self.images.get(id).cloned().unwrap_or_default();
        }
        Ok(())
    }

    /// Says whether a container was in the last list.
    pub(super) fn has(&self, id: &str) -> bool {
        self.members.iter().any(|member| member.seen.id == id)
    }

    /// Returns the running containers to measure, by id: the one that serves first, then those that are asked for.
    pub(super) fn measured(&self, asked: &BTreeSet<String>) -> Vec<String> {
        let runs = |member: &&Member| member.seen.since.is_some() && member.health != Health::Stopped;
        let serves = self.members.iter().filter(|member| member.role == ContainerRole::Serves);
        let others = self.members.iter().filter(|m| m.role != ContainerRole::Serves && asked.contains(&m.seen.name));
        serves.chain(others).filter(runs).map(|member| member.seen.id.clone()).collect()
    }

    /// Returns the containers with what they use, by id.
    pub(super) fn containers(&self, loads: &BTreeMap<String, Load>) -> Vec<Container> {
        self.members.iter().map(|member| container(member, loads.get(&member.seen.id).copied())).collect()
    }
}

fn belongs(listed: ContainerSummary, place: &dyn WatchedPlace) -> Option<(String, ContainerRole, ContainerSummary)> {
    let name = listed.names.as_deref().and_then(own_name)?;
    let role = place.role(name, listed.labels.as_ref().unwrap_or(&HashMap::new()))?;
    Some((listed.id.clone()?, role, listed))
}

/// A container that others link to is listed under their names too: `/other/alias`.
fn own_name(names: &[String]) -> Option<&str> {
    let bare = names.iter().map(|name| name.trim_start_matches('/'));
    bare.clone().find(|name| !name.contains('/')).or_else(|| bare.into_iter().next())
}

fn member(seen: SeenContainer, role: ContainerRole, listed: ContainerSummary) -> Member {
    let words = look::plain(listed.status.as_deref().unwrap_or_default());
    let health = health(listed.state, &words);
    let name = listed.names.as_deref().and_then(own_name).unwrap_or(&seen.name).to_owned();
    let ports = listed.ports.unwrap_or_default().iter().filter_map(port).collect::<BTreeSet<_>>();
    Member { seen: SeenContainer { name, ..seen }, role, health, words, ports: ports.into_iter().collect() }
}

/// A list says how a health check is only in words: `Up 3 minutes (healthy)`.
fn health(state: Option<State>, words: &str) -> Health {
    match state {
        Some(State::RUNNING) if words.ends_with("(healthy)") => Health::Healthy,
        Some(State::RUNNING) if words.ends_with("(unhealthy)") => Health::Unhealthy,
        Some(State::RUNNING) if words.ends_with("(health: starting)") => Health::Starting,
        Some(State::CREATED) => Health::Starting,
        Some(State::RESTARTING) => Health::Unhealthy,
        Some(State::PAUSED | State::EXITED | State::REMOVING | State::DEAD | State::STOPPING) => Health::Stopped,
        Some(State::RUNNING | State::EMPTY) | None => Health::Unknown,
    }
}

fn port(port: &PortSummary) -> Option<String> {
    let inner = match port.typ {
        Some(kind) => format!("{}/{kind}", port.private_port),
        None => port.private_port.to_string(),
    };
    Some(name::port(port.ip.as_deref().unwrap_or_default(), &port.public_port?.to_string(), &inner))
}

const fn rank(role: ContainerRole) -> u8 {
    match role {
        ContainerRole::Serves => 0,
        ContainerRole::Candidate => 1,
        ContainerRole::Beside => 2,
        ContainerRole::Kept => 3,
    }
}

fn container(member: &Member, load: Option<Load>) -> Container {
    let seen = &member.seen;
    Container {
        name: seen.name.clone(),
        service: seen.labels.get(SERVICE).cloned(),
        image: seen.image.clone(),
        digest: seen.digest(name::repository(&seen.image)),
        health: member.health,
        words: member.words.clone(),
        restarts: seen.restarts,
        ports: member.ports.clone(),
        since: seen.since,
        load: load.map(|load| Load { limit: seen.limit, ..load }),
        role: member.role,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(json: &str) -> ContainerSummary {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn only_a_health_check_makes_a_container_healthy() {
        for (state, status, is) in [
            ("running", "Up 3 minutes", Health::Unknown),
            ("running", "Up 3 minutes (healthy)", Health::Healthy),
            ("running", "Up 3 minutes (unhealthy)", Health::Unhealthy),
            ("running", "Up 1 second (health: starting)", Health::Starting),
            ("paused", "Up 3 minutes (Paused)", Health::Stopped),
            ("restarting", "Restarting (1) 2 seconds ago", Health::Unhealthy),
            ("exited", "Exited (137) 2 seconds ago", Health::Stopped),
        ] {
            let listed = listed(&format!(r#"{{"State":"{state}","Status":"{status}"}}"#));
            assert_eq!(health(listed.state, listed.status.as_deref().unwrap()), is, "{status}");
        }
    }

    #[test]
    fn a_port_that_nobody_reaches_from_outside_is_left_out() {
        let listed = listed(
            r#"{"Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},
                {"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":90,"Type":"udp"}]}"#,
        );
        let ports: BTreeSet<_> = listed.ports.unwrap().iter().filter_map(port).collect();
        assert_eq!(ports.into_iter().collect::<Vec<_>>(), ["8080→80/tcp"]);
    }

    #[test]
    fn a_link_of_another_container_is_not_its_name() {
        assert_eq!(own_name(&["/other/db".into(), "/shop-db".into()]), Some("shop-db"));
        assert_eq!(own_name(&[]), None);
    }
}
