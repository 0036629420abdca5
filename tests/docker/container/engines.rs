//! An engine that goes away in the middle of a delivery, and images that no registry holds.

use super::plain;
use crate::contract::target::end;
use crate::docker::engine::{self, Engine, OwnEngine, block};
use crate::docker::image::{self, Behaviour, Image as Built};
use crate::docker::marked::Marked;
use crate::docker::recorder;
use crate::docker::wait;
use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, RemoveImageOptions};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tminus_core::names::{ActionId, ArtifactName, Digest, EnvName, OrderId, Version};
use tminus_core::order::{Call, Delivered, Health, Order, Progress, Receipt, Task};
use tminus_core::ports::{PortError, Target};
use tminus_services::docker::{ContainerTarget, Link};

const BOUND: Duration = Duration::from_secs(180);

struct Local {
    folder: TempDir,
    socket: String,
    template: String,
    network: &'static str,
}

impl Local {
    fn on(engine: &OwnEngine, marked: &Marked, network: &'static str) -> Self {
        let socket = format!("unix://{}", engine.socket().display());
        Self { folder: tempfile::tempdir().unwrap(), socket, template: marked.name("api:{version}"), network }
    }

    async fn deliver(&self, id: &str, from: Option<Delivered>, to: &Delivered) -> Result<Receipt, PortError> {
        let target = self.target();
        let ticket = target.begin(&deliver(id, from, to.clone())).await?;
        end(&*target, &ticket).await.0
    }

    fn target(&self) -> Arc<ContainerTarget> {
        let link = Link::new(Some(self.socket.clone()));
        Arc::new(plain::target((self.folder.path(), link), &self.template, self.network))
    }
}

fn of(built: &Built, version: &str) -> Delivered {
    Delivered { version: Version::parse(version).unwrap(), digest: Some(Digest::new(built.id.clone())) }
}

fn deliver(id: &str, from: Option<Delivered>, to: Delivered) -> Order {
    let task = Task::Deliver { artifact: ArtifactName::new("api"), from, to };
    Order { id: OrderId::new(id), action: ActionId::new(id), env: Some(EnvName::new("staging")), task }
}

fn names(engine: &OwnEngine) -> Vec<String> {
    let options = bollard::query_parameters::ListContainersOptionsBuilder::new().all(true).build();
    let docker = engine.docker();
    let listed = block(async { docker.list_containers(Some(options)).await.unwrap() });
    let mut names: Vec<String> = listed.into_iter().filter_map(|c| c.names?.first().cloned()).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn an_engine_that_restarts_in_the_middle_is_waited_for_and_the_delivery_goes_on() {
    let Some(mut engine) = engine::own() else { return };
    let marked = Marked::on(&engine);
    let one = image::make(&marked, "api:1.0.0", Behaviour::Good);
    let two = image::make(&marked, "api:1.1.0", Behaviour::Good);
    let local = Local::on(&engine, &marked, "none");
    let target = local.target();
    let ready = target.readiness(&of(&one, "1.0.0").version).await.unwrap();
    assert_eq!(ready.digest, of(&one, "1.0.0").digest, "{ready:?}");
    let ticket = target.begin(&deliver("first", None, of(&one, "1.0.0"))).await.unwrap();
    end(&*target, &ticket).await.0.unwrap();
    let ticket = target.begin(&deliver("second", Some(of(&one, "1.0.0")), of(&two, "1.1.0"))).await.unwrap();
    let (sender, mut news) = tokio::sync::mpsc::channel(256);
    let follower = local.target();
    let followed = tokio::spawn(async move { follower.follow(&ticket, sender).await });
    let mut told = Vec::new();
    while let Some(news) = news.recv().await {
        let Progress::Line(line) = news else { continue };
        let is_starting = line.starts_with("api.next: up");
        told.push(line);
        if is_starting {
            break;
        }
    }
    tokio::task::block_in_place(|| engine.restart());
    let receipt = tokio::time::timeout(BOUND, followed).await.expect("it does not end").unwrap().unwrap();
    assert_eq!(receipt.delivered, Some(of(&two, "1.1.0")), "{told:?}");
    let observed = target.observe().await.unwrap();
    assert_eq!((observed.version, observed.health), (Some(of(&two, "1.1.0").version), Health::Healthy));
    let kept = format!("/api.kept-1.0.0-{}", &one.id["sha256:".len()..][..12]);
    assert_eq!(names(&engine), ["/api".to_owned(), kept]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_on_the_hosts_network_is_replaced_in_its_place_and_brought_back_when_it_fails() {
    // The network of the host is here the engine's own.
    let Some(engine) = engine::own() else { return };
    let marked = Marked::on(&engine);
    let local = Local::on(&engine, &marked, "host");
    let one = of(&image::make(&marked, "api:1.0.0", Behaviour::Good), "1.0.0");
    let bad = of(&image::make(&marked, "api:1.1.0", Behaviour::Unhealthy), "1.1.0");
    let two = of(&image::make(&marked, "api:1.2.0", Behaviour::Good), "1.2.0");
    local.deliver("o1", None, &one).await.unwrap();
    let failure = local.deliver("o2", Some(one.clone()), &bad).await.unwrap_err();
    assert!(failure.sentence().contains("health"), "{failure:?}");
    wait::until("the old one again", BOUND, || {
        let seen = block(async { local.target().observe().await.unwrap() });
        assert_eq!(seen.version.as_ref(), Some(&one.version));
        (seen.health == Health::Healthy).then_some(())
    });
    let receipt = local.deliver("o3", Some(one), &two).await.unwrap();
    assert!(receipt.summary.contains("requests were refused for"), "{receipt:?}");
    let seen = local.target().observe().await.unwrap();
    assert_eq!((seen.version, seen.health), (Some(two.version), Health::Healthy));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_starts_anew_between_the_old_one_and_the_new_one_has_the_old_one() {
    let Some(mut engine) = engine::own() else { return };
    let marked = Marked::on(&engine);
    let recorder = recorder::in_front_of(engine.socket());
    let socket = format!("unix://{}", recorder.socket().display());
    let local = Local { socket, ..Local::on(&engine, &marked, "host") };
    let one = of(&image::make(&marked, "api:1.0.0", Behaviour::Good), "1.0.0");
    let two = of(&image::make(&marked, "api:1.2.0", Behaviour::Good), "1.2.0");
    local.deliver("o1", None, &one).await.unwrap();
    let target = local.target();
    let order = deliver("o2", Some(one), two.clone());
    let ticket = target.begin(&order).await.unwrap();
    let (sender, _nobody) = tokio::sync::mpsc::channel(1);
    let is_stop = |(_, path): &(String, String)| path.starts_with("/containers/api/stop");
    let asked_to_stop = recorder.until(|requests| requests.iter().any(is_stop));
    tokio::select! {
        ended = target.follow(&ticket, sender) => panic!("it ended: {ended:?}"),
        () = asked_to_stop => recorder.shut(),
    }
    drop(target);
    let runs = |engine: &OwnEngine| {
        let docker = engine.docker();
        block(async { docker.inspect_container("api", None).await.unwrap().state.unwrap().running.unwrap() })
    };
    wait::until("the end of the old one", BOUND, || (!runs(&engine)).then_some(()));
    tokio::task::block_in_place(|| {
        engine.kill();
        engine.start();
    });
    wait::until("the old one again", BOUND, || runs(&engine).then_some(()));
    recorder.open();
    let again = local.target();
    let ticket = again.find(&order.id).await.unwrap().expect("it was begun");
    assert_eq!(end(&*again, &ticket).await.0.unwrap().delivered, Some(two));
    let policies = names(&engine).into_iter().map(|name| {
        let docker = engine.docker();
        let found = block(async { docker.inspect_container(name.trim_start_matches('/'), None).await.unwrap() });
        found.host_config.unwrap().restart_policy.unwrap().name.unwrap().to_string()
    });
    assert_eq!(policies.collect::<Vec<_>>(), ["unless-stopped", "no"], "{:?}", names(&engine));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_brought_can_be_brought_back_by_its_id_after_its_tag_was_built_again() {
    let Some(engine) = engine::own() else { return };
    let marked = Marked::on(&engine);
    let local = Local::on(&engine, &marked, "none");
    let one = of(&image::make(&marked, "api:1.0.0", Behaviour::Good), "1.0.0");
    let two = of(&image::make(&marked, "api:1.2.0", Behaviour::Good), "1.2.0");
    local.deliver("o1", None, &one).await.unwrap();
    local.deliver("o2", Some(one.clone()), &two).await.unwrap();
    let again = of(&image::make(&marked, "api:1.0.0", Behaviour::Heavy), "1.0.0");
    block(async {
        for name in names(&engine).iter().filter(|name| name.contains(".kept-")) {
            engine.docker().remove_container(name.trim_start_matches('/'), None).await.unwrap();
        }
    });
    let then = one.digest.clone().unwrap();
    let ready = local.target().readiness(&one.version).await.unwrap();
    assert_eq!((ready.digest.clone(), ready.has(&then), ready.is_ready()), (again.digest, true, true), "{ready:?}");
    let task = Task::Restore { artifact: ArtifactName::new("api"), from: Some(two), to: one.clone() };
    let (target, order) = (local.target(), Order { task, ..deliver("o3", None, one.clone()) });
    end(&*target, &target.begin(&order).await.unwrap()).await.0.unwrap();
    let seen = local.target().observe().await.unwrap();
    assert_eq!((seen.version, seen.digest), (Some(one.version.clone()), one.digest));
    block(async {
        let options = RemoveContainerOptionsBuilder::new().force(true).build();
        engine.docker().remove_container("api", Some(options)).await.unwrap();
        engine.docker().remove_image(then.as_str(), None::<RemoveImageOptions>, None).await.unwrap();
    });
    let ready = local.target().readiness(&one.version).await.unwrap();
    assert!(!ready.has(&then), "it is gone: {ready:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_container_made_by_hand_that_was_replaced_is_kept_and_blocks_no_deploy() {
    let Some(engine) = engine::own() else { return };
    let marked = Marked::on(&engine);
    let local = Local::on(&engine, &marked, "none");
    let one = of(&image::make(&marked, "api:1.0.0", Behaviour::Good), "1.0.0");
    let two = of(&image::make(&marked, "api:1.2.0", Behaviour::Good), "1.2.0");
    let by_hand = block(async {
        let options = CreateContainerOptionsBuilder::new().name("api").build();
        let body = ContainerCreateBody { image: Some(marked.name("api:1.0.0")), ..Default::default() };
        engine.docker().create_container(Some(options), body).await.unwrap().id
    });
    local.deliver("o1", Some(one.clone()), &one).await.unwrap();
    let kept =
        names(&engine).into_iter().find(|name| name.contains(".kept-")).unwrap().trim_start_matches('/').to_owned();
    let target = local.target();
    target.readiness(&two.version).await.unwrap();
    let calls: Vec<String> =
        target.calls(&deliver("o2", Some(one.clone()), two.clone())).iter().map(Call::display).collect();
    let wanted = format!("POST /containers/api/rename?name={kept}-2");
    assert!(calls.iter().any(|call| call.ends_with(&wanted)), "{wanted}: {calls:#?}");
    local.deliver("o2", Some(one.clone()), &two).await.unwrap();
    assert_eq!(names(&engine), ["/api".to_owned(), format!("/{kept}"), format!("/{kept}-2")]);
    local.deliver("o3", Some(two.clone()), &one).await.unwrap();
    local.deliver("o4", Some(one), &two).await.unwrap();
    let found = engine.docker().inspect_container(&kept, None).await.unwrap();
    assert_eq!(found.id, Some(by_hand), "the stranger's is left alone");
}
