//! What comes back is what served: the version, and the configuration that it served with.

use super::shop::{Shop, first, programs, second, usual_programs};
use crate::contract::target::end;
use crate::docker::engine::Engine as _;
use crate::docker::image::Behaviour;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, TagImageOptionsBuilder};
use std::fs;
use std::net::TcpListener;
use tminus_core::names::{ArtifactName, Digest, OrderId};
use tminus_core::order::{Call, Delivered, Health, Order, Readiness, Task};
use tminus_core::ports::Target as _;

fn ports(port: u16) -> String {
    format!("    ports: ['127.0.0.1:{port}:80']\n")
}

fn restore(shop: &Shop, id: &str, from: Option<Delivered>, to: &Delivered) -> Order {
    let task = Task::Restore { artifact: ArtifactName::new("backend"), from, to: to.clone() };
    Order { id: OrderId::new(id), task, ..shop.order(id, None, to) }
}

async fn published(shop: &Shop) -> Vec<String> {
    let docker = shop.host.docker();
    let (name, _) = shop.backends().await.pop().unwrap();
    let bindings = docker.inspect_container(name.trim_start_matches('/'), None).await.unwrap().host_config.unwrap();
    let all = bindings.port_bindings.unwrap_or_default().into_values().flatten().flatten();
    all.filter_map(|binding| binding.host_port).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_leaves_the_old_version_serving_where_it_served_with_the_second_compose() {
    if let Some(program) = second() {
        taken(program).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_leaves_the_old_version_serving_where_it_served_with_the_first_compose() {
    if let Some(program) = first() {
        taken(program).await;
    }
}

/// The file of the release publishes a port that a stranger holds; later the stranger leaves, and later yet one goes back.
async fn taken(program: Vec<String>) {
    let (old, new) = (crate::ports::free(), crate::ports::free());
    let Some(shop) = Shop::new(program, &ports(old)) else { return };
    let (one, two) = (shop.make("1.0.0", Behaviour::Good), shop.make("1.1.0", Behaviour::Good));
    shop.deliver("o1", &one).await.unwrap();
    shop.write(&ports(new));
    let stranger = TcpListener::bind(("127.0.0.1", new)).unwrap();
    shop.deliver("o2", &two).await.unwrap_err();
    let seen = shop.target().observe().await.unwrap();
    assert_eq!((seen.health, seen.version.as_ref()), (Health::Healthy, Some(&one.version)));
    assert_eq!(published(&shop).await, [old.to_string()]);

    drop(stranger);
    shop.deliver("o3", &two).await.unwrap();
    assert_eq!(published(&shop).await, [new.to_string()]);

    // A file that is broken by now keeps nobody from going back.
    fs::write(shop.root.path().join("docker-compose.yml"), "services: [").unwrap();
    let target = shop.target();
    let ready = target.readiness(&one.version).await.unwrap();
    assert!(ready.is_ready() && !ready.deploy.is_empty() && ready.keeps.is_empty(), "{ready:?}");
    let order = restore(&shop, "o4", Some(two.clone()), &one);
    let ticket = target.begin(&order).await.unwrap();
    end(&target, &ticket).await.0.unwrap();
    assert_eq!(published(&shop).await, [old.to_string()]);
    let kept = fs::read_dir(shop.state.path().join("compose/staging.backend/served")).unwrap().count();
    assert_eq!(kept, 2, "one configuration for each version that served");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_config_that_is_gone_closes_the_rollback_before_it_begins() {
    let Some(program) = second() else { return };
    let Some(shop) = Shop::new(program, "") else { return };
    let (one, two) = (shop.make("1.0.0", Behaviour::Good), shop.make("1.1.0", Behaviour::Good));
    let (file, config) = (shop.root.path().join("docker-compose.yml"), shop.root.path().join("c.txt"));
    fs::write(&config, "of 1.0.0").unwrap();
    shop.write("    configs: [{source: c, target: /c}]\n");
    fs::write(&file, fs::read_to_string(&file).unwrap() + "configs:\n  c: {file: ./c.txt}\n").unwrap();
    shop.deliver("o1", &one).await.unwrap();
    shop.write("");
    shop.deliver("o2", &two).await.unwrap();
    assert!(shop.target().readiness(&one.version).await.unwrap().is_ready());
    fs::remove_file(&config).unwrap();
    let ready = shop.target().readiness(&one.version).await.unwrap();
    assert_eq!(ready.blockers, ["./c.txt is gone, which the service gets as it lies there"]);
    let refused = shop.target().begin(&restore(&shop, "o3", Some(two.clone()), &one)).await.unwrap_err();
    assert!(refused.summary.contains("./c.txt is gone"), "{refused:?}");
    assert_eq!(shop.now().await, Some(two), "nothing was touched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_was_built_again_under_its_name_keeps_both_artifacts() {
    let Some(program) = second() else { return };
    let Some(shop) = Shop::new(program, "") else { return };
    let (one, other) = (shop.make("1.0.0", Behaviour::Good), shop.make("1.1.0", Behaviour::Good));
    shop.deliver("o1", &one).await.unwrap();
    let docker = shop.host.docker();
    let name = shop.marked.name("api");
    let options = TagImageOptionsBuilder::new().repo(&name).tag("1.0.0").build();
    docker.tag_image(&format!("{name}:1.1.0"), Some(options)).await.unwrap();
    let again = Delivered { version: one.version.clone(), digest: other.digest };
    let has = |ready: &Readiness, what: &Delivered| ready.has(what.digest.as_ref().unwrap());
    let ready = shop.target().readiness(&one.version).await.unwrap();
    assert!(ready.digest == again.digest && has(&ready, &one), "what serves is kept once it is replaced: {ready:?}");

    shop.deliver("o2", &again).await.unwrap();
    let target = shop.target();
    let ready = target.readiness(&one.version).await.unwrap();
    assert!(has(&ready, &one) && has(&ready, &again) && ready.restore.is_empty(), "{ready:?}");
    let seen = target.observe().await.unwrap();
    assert_eq!(seen.kept.len(), 1, "{:?}", seen.kept);
    let order = restore(&shop, "o3", Some(again.clone()), &one);
    let ticket = target.begin(&order).await.unwrap();
    end(&target, &ticket).await.0.unwrap();
    assert_eq!(shop.now().await, Some(one.clone()));
    assert!(has(&shop.target().readiness(&one.version).await.unwrap(), &again), "and forward again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_is_pulled_ahead_and_one_that_is_gone_is_named_before_anything_is_touched() {
    let Some(program) = second() else { return };
    let Some(shop) = Shop::new(program, "") else { return };
    let one = shop.make("1.0.0", Behaviour::Good);
    let provide = |id: &str, to: &Delivered| {
        let task = Task::Provide { artifact: ArtifactName::new("backend"), to: to.clone() };
        Order { task, ..shop.order(id, None, to) }
    };
    let target = shop.target();
    let order = provide("o1", &one);
    assert!(target.calls(&order)[0].display().contains(&format!("GET /images/{}/json", one.digest.as_ref().unwrap())));
    let ticket = target.begin(&order).await.unwrap();
    assert_eq!(end(&target, &ticket).await.0.unwrap().delivered, None);
    let gone = Delivered { digest: Some(Digest::new(format!("sha256:{}", "0".repeat(64)))), ..one };
    let ticket = target.begin(&provide("o2", &gone)).await.unwrap();
    let failure = end(&target, &ticket).await.0.unwrap_err();
    assert!(failure.summary.contains("is not on the engine"), "{failure:?}");
    assert!(shop.backends().await.is_empty(), "nothing was touched");
}

#[tokio::test(flavor = "multi_thread")]
async fn compose_pulls_nothing_by_itself_and_a_candidate_has_the_grace_of_its_service() {
    let Some(program) = second() else { return };
    let more = "    pull_policy: always\n    stop_grace_period: 3s\n";
    let Some(shop) = Shop::new(program, more) else { return };
    let (one, two) = (shop.make("1.0.0", Behaviour::Good), shop.make("1.1.0", Behaviour::Good));
    shop.deliver("o1", &one).await.unwrap();
    shop.deliver("o2", &two).await.unwrap();
    let calls = shop.target().calls(&shop.order("o3", Some(two), &one));
    let lines: Vec<String> = calls.iter().map(Call::display).filter(|line| line.contains("/stop")).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| line.ends_with("/stop")), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_somebody_else_has_is_refused_before_anything_is_begun() {
    for program in usual_programs() {
        let Some(shop) = Shop::new(program, "    container_name: CONTAINER\n") else { return };
        let name = shop.marked.name("taken").replace([':', '/'], "-");
        shop.write(&format!("    container_name: {name}\n"));
        let one = shop.make("1.0.0", Behaviour::Good);
        let docker = shop.host.docker();
        let body = ContainerCreateBody { image: one.digest.as_ref().map(ToString::to_string), ..Default::default() };
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        docker.create_container(Some(options), body).await.unwrap();
        let ready = shop.target().readiness(&one.version).await.unwrap();
        let force = RemoveContainerOptionsBuilder::new().force(true).build();
        docker.remove_container(&name, Some(force)).await.unwrap();
        assert!(ready.blockers.iter().any(|why| why.contains("is taken by a container of somebody else")), "{ready:?}");
        assert!(shop.target().readiness(&one.version).await.unwrap().is_ready());
    }
}

/// Makes a container that no plan knows, of an image that is here.
async fn stranger(shop: &Shop, name: &str, one: &Delivered) {
    let body = ContainerCreateBody { image: one.digest.as_ref().map(ToString::to_string), ..Default::default() };
    let options = CreateContainerOptionsBuilder::new().name(name).build();
    shop.host.docker().create_container(Some(options), body).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_only_todays_file_asks_for_closes_no_rollback_and_costs_nobody_what_serves() {
    let Some(program) = second() else { return };
    let Some(shop) = Shop::new(program, "") else { return };
    let (one, two) = (shop.make("1.0.0", Behaviour::Good), shop.make("1.1.0", Behaviour::Good));
    shop.deliver("o1", &one).await.unwrap();
    let name = shop.marked.name("taken").replace([':', '/'], "-");
    // The one target has looked already, as an engine has that runs.
    let target = shop.target();
    assert!(target.readiness(&two.version).await.unwrap().is_ready());
    shop.write(&format!("    container_name: {name}\n"));
    let order = shop.order("o2", Some(one.clone()), &two);
    let ticket = target.begin(&order).await.unwrap();
    stranger(&shop, &name, &one).await;
    let is_taken = |why: &String| why.contains("is taken by a container of somebody else");
    let ready = target.readiness(&two.version).await.unwrap();
    assert!(ready.blockers.iter().any(is_taken), "no look counts from before a change: {ready:?}");
    let ready = target.readiness(&one.version).await.unwrap();
    assert!(ready.is_ready() && ready.deploy.iter().any(is_taken), "{ready:?}");
    // Somebody took the name behind the preview: what served is put back under its own.
    end(&target, &ticket).await.0.unwrap_err();
    assert_eq!(shop.now().await, Some(one.clone()));
    assert_eq!(shop.target().observe().await.unwrap().health, Health::Healthy);
    assert_eq!(shop.backends().await.len(), 1);
    let refused = shop.target().begin(&shop.order("o3", Some(one), &two)).await.unwrap_err();
    assert!(is_taken(&refused.summary), "{refused:?}");
    let force = RemoveContainerOptionsBuilder::new().force(true).build();
    shop.host.docker().remove_container(&name, Some(force)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn several_containers_of_one_name_are_refused_before_anything_is_begun() {
    for program in programs() {
        let more = "    container_name: only\n    deploy: {replicas: 2}\n";
        let Some(shop) = Shop::new(program, more) else { return };
        let one = shop.make("1.0.0", Behaviour::Good);
        let ready = shop.target().readiness(&one.version).await.unwrap();
        // The second Compose says so itself.
        let is_told = |why: &String| ["only one container", "must be unique"].iter().any(|words| why.contains(words));
        assert!(ready.blockers.iter().any(is_told), "{ready:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_mounted_from_the_checkout_and_changed_is_named_before_and_after_a_rollback() {
    for program in programs() {
        let Some(shop) = Shop::new(program, "    volumes: ['./conf:/conf:ro']\n") else { return };
        let conf = shop.root.path().join("conf");
        fs::create_dir(&conf).unwrap();
        fs::write(conf.join("c"), "of 1.0.0").unwrap();
        let (one, two) = (shop.make("1.0.0", Behaviour::Good), shop.make("1.1.0", Behaviour::Good));
        shop.deliver("o1", &one).await.unwrap();
        shop.deliver("o2", &two).await.unwrap();
        assert!(shop.target().readiness(&one.version).await.unwrap().keeps.is_empty(), "it is as it was");
        fs::write(conf.join("c"), "of 1.1.0").unwrap();
        let target = shop.target();
        let ready = target.readiness(&one.version).await.unwrap();
        let says = "./conf is mounted from the checkout, changed since 1.0.0 was delivered, and stays as it is now";
        assert_eq!(ready.keeps, [says]);
        let ticket = target.begin(&restore(&shop, "o3", Some(two), &one)).await.unwrap();
        let receipt = end(&target, &ticket).await.0.unwrap();
        assert!(receipt.summary.ends_with(says), "{receipt:?}");
    }
}
