//! What is refused: what somebody did by hand, what is missing, and what the plan says wrongly.

use super::world::{Reached, World};
use crate::docker::engine::{block, client};
use crate::docker::image::Behaviour;
use bollard::models::{ContainerCreateBody, HostConfig, NetworkDisconnectRequest, PortBinding};
use bollard::query_parameters::CreateContainerOptionsBuilder;
use std::collections::HashMap;
use tminus_core::order::{Call, Health, Place};
use tminus_core::ports::{FailureKind, Target};
use tminus_services::docker::ContainerDelivery;

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_put_there_by_hand_is_not_overwritten() {
    let Some(world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("1.1.0", Behaviour::Good);
    world.run(&world.deliver("e1", None, "1.0.0")).await.unwrap();
    let by_hand = crate::docker::image::make(&world.marked, "other:3", Behaviour::Good);
    block(async {
        let docker = client(&world.marked.socket).unwrap();
        let name = &world.delivery.container;
        docker.stop_container(name, None).await.unwrap();
        docker.remove_container(name, None).await.unwrap();
        let options = CreateContainerOptionsBuilder::new().name(name).build();
        let body = ContainerCreateBody { image: Some(by_hand.reference.clone()), ..Default::default() };
        docker.create_container(Some(options), body).await.unwrap();
    });
    world.recorder.forget();
    let observed = world.target().observe().await.unwrap();
    assert_eq!(observed.version, None);
    assert!(observed.words.unwrap().contains("not of this plan"));
    let failure = world.run(&world.deliver("e2", Some("1.0.0"), "1.1.0")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Conflict, "{failure:?}");
    assert!(failure.summary.contains("the preview showed 1.0.0"), "{failure:?}");
    assert_eq!(world.made(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_somebody_took_off_its_network_is_not_healthy() {
    let Some(world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.run(&world.deliver("n1", None, "1.0.0")).await.unwrap();
    assert_eq!(world.target().observe().await.unwrap().health, Health::Healthy);
    let network = world.delivery.network.clone().unwrap();
    let request = NetworkDisconnectRequest { container: world.delivery.container.clone(), force: Some(false) };
    client(&world.marked.socket).unwrap().disconnect_network(&network, request).await.unwrap();
    let seen = world.target().observe().await.unwrap();
    let words = format!("up, healthy, but taken off the network {network}");
    assert_eq!((seen.health, seen.words), (Health::Unhealthy, Some(words)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_was_moved_since_the_preview_is_refused() {
    let Some(world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    let order = world.deliver("f1", None, "1.0.0");
    world.publish("1.0.0", Behaviour::Unhealthy);
    let failure = world.run(&order).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Conflict, "{failure:?}");
    assert!(failure.causes.iter().any(|cause| cause.contains("moved the tag")), "{failure:?}");
    assert_eq!(world.made(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_says_what_is_where_and_what_is_missing() {
    let Some(mut world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    world.publish("1.1.0", Behaviour::Good);
    world.run(&world.deliver("g1", None, "1.0.0")).await.unwrap();
    world.run(&world.deliver("g2", Some("1.0.0"), "1.1.0")).await.unwrap();
    let place = |name: &str, has| Place { name: name.to_owned(), has };
    let version = |text: &str| world.delivered(text).version;
    let ready = world.target().readiness(&version("1.0.0")).await.unwrap();
    assert!(ready.is_ready() && ready.takes.is_some() && ready.keeps.is_empty(), "{ready:?}");
    assert_eq!(ready.digest, world.delivered("1.0.0").digest);
    let all = [place("registry", Some(true)), place("host", Some(true)), place("container", Some(true))];
    assert_eq!(ready.places, all);
    let ready = world.target().readiness(&version("9.9.9")).await.unwrap();
    assert!(ready.blockers.iter().any(|why| why.contains("neither the registry nor the engine has")), "{ready:?}");
    world.publish("1.2.0", Behaviour::Good);
    let (one, nine, two) = (version("1.0.0"), version("9.9.9"), version("1.2.0"));
    let ready = world.target().readiness(&two).await.unwrap();
    assert!(ready.is_ready(), "{ready:?}");
    assert_eq!(
        ready.places,
        [place("registry", Some(true)), place("host", Some(false)), place("container", Some(false))]
    );

    world.registry.lock().unwrap().stop();
    let ready = world.target().readiness(&one).await.unwrap();
    assert!(ready.is_ready(), "{ready:?}");
    assert_eq!(ready.places[0], place("registry", None));
    let ready = world.target().readiness(&nine).await.unwrap();
    assert!(ready.blockers.is_empty() && !ready.unknown.is_empty(), "{ready:?}");
    world.run(&world.restore("g3", "1.1.0", "1.0.0")).await.unwrap();

    std::fs::write(world.root.path().join("api.env"), "API_TOKEN=hunter2hunter2\n").unwrap();
    world.run(&world.deliver("g4", Some("1.0.0"), "1.1.0")).await.unwrap();
    world.delivery.env_files = vec!["api.env".to_owned()];
    let ready = world.target().readiness(&one).await.unwrap();
    assert!(ready.is_ready() && ready.keeps.is_empty(), "it is brought back as it served: {ready:?}");
    let ready = world.target().readiness(&nine).await.unwrap();
    assert!(ready.keeps.iter().any(|keeps| keeps.contains("env-file are those of today's plan")), "{ready:?}");
    world.delivery.env_files = vec!["gone.env".to_owned()];
    world.delivery.network = Some("tm-no-such-network".to_owned());
    let ready = world.target().readiness(&one).await.unwrap();
    assert!(ready.is_ready(), "today's plan closes no rollback: {ready:?}");
    assert!(ready.deploy.iter().any(|why| why.contains("gone.env")), "{ready:?}");
    assert!(ready.deploy.iter().any(|why| why.contains("no network tm-no-such-network")), "{ready:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_environment_file_holds_is_in_the_container_and_nowhere_else() {
    let Some(mut world) = World::new(Reached::ByName) else { return };
    world.publish("1.0.0", Behaviour::Good);
    std::fs::write(world.root.path().join("api.env"), "API_TOKEN=hunter2hunter2\n").unwrap();
    std::fs::create_dir(world.root.path().join("settings")).unwrap();
    world.delivery.env_files = vec!["api.env".to_owned()];
    world.delivery.volumes = vec!["./settings:/settings:ro".to_owned()];
    let order = world.deliver("h1", None, "1.0.0");
    let shown: Vec<String> = world.target().calls(&order).iter().map(Call::display).collect();
    assert!(shown.iter().any(|line| line.contains("what api.env says")), "{shown:?}");
    let receipt = world.run(&order).await.unwrap();
    let made = world.inspect(&world.delivery.container).unwrap();
    let config = made.config.unwrap();
    assert!(config.env.unwrap().contains(&"API_TOKEN=hunter2hunter2".to_owned()));
    let binds = made.host_config.unwrap().binds.unwrap();
    assert_eq!(binds, [format!("{}/settings:/settings:ro", world.root.path().display())]);
    let told = format!("{shown:?} {receipt:?} {:?}", config.labels);
    assert!(!told.contains("hunter2"), "{told}");
    world.delivery.ports = vec!["80:nonsense".to_owned()];
    let failure = world.run(&world.deliver("h2", Some("1.0.0"), "1.0.0")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Malformed, "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_that_has_the_port_is_none_of_ours_however_its_name_begins() {
    let Some(world) = World::new(Reached::ByPort) else { return };
    world.publish("1.0.0", Behaviour::Good);
    let image = crate::docker::image::make(&world.marked, "stranger:1", Behaviour::Good);
    let name = format!("{}.admin", world.delivery.container);
    let bound = PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: Some(world.port.to_string()) };
    let ports = HashMap::from([("8000/tcp".to_owned(), Some(vec![bound]))]);
    let host = HostConfig { port_bindings: Some(ports), ..Default::default() };
    let body =
        ContainerCreateBody { image: Some(image.reference.clone()), host_config: Some(host), ..Default::default() };
    block(async {
        let docker = client(&world.marked.socket).unwrap();
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        docker.create_container(Some(options), body).await.unwrap();
        docker.start_container(&name, None).await.unwrap();
    });
    let failure = world.target().begin(&world.deliver("n1", None, "1.0.0")).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Conflict, "{failure:?}");
    assert!(failure.summary.contains(&format!("is taken by the container {name}")), "{failure:?}");
}

/// An engine takes a name that nothing has for the beginning of an id.
#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_whose_id_begins_like_the_name_is_nobody_here() {
    let Some(world) = World::new(Reached::ByName) else { return };
    let image = crate::docker::image::make(&world.marked, "stranger:1", Behaviour::Good);
    let id = block(async {
        let options = CreateContainerOptionsBuilder::new().name(&world.marked.name("stranger")).build();
        let body = ContainerCreateBody { image: Some(image.reference.clone()), ..Default::default() };
        client(&world.marked.socket).unwrap().create_container(Some(options), body).await.unwrap().id
    });
    let delivery = ContainerDelivery { container: id[..10].to_owned(), ..world.delivery.clone() };
    let observed = world.target_of(delivery).observe().await.unwrap();
    assert_eq!(observed.health, Health::Absent, "{observed:?}");
}
