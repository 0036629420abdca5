//! A place is watched: what happens to its containers is told within a second, and an engine that goes away is missed.

use super::engine::{self, OwnEngine, block, client};
use super::image::{self, Behaviour};
use super::marked::Marked;
use async_trait::async_trait;
use bollard::models::{ContainerCreateBody, HostConfig, RestartPolicy, RestartPolicyNameEnum};
use bollard::query_parameters::CreateContainerOptionsBuilder;
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};
use tminus_core::order::{Health, Observation};
use tminus_core::ports::{FailureKind, PortError, TargetUpdate, VisibleContainers};
use tminus_core::telemetry::{Container, ContainerRole};
use tminus_services::docker::{Link, WatchedPlace, watch};
use tminus_services::patience::Patience;
use tokio::sync::{mpsc, watch as attend};
use tokio::task::JoinHandle;

/// How long any of it may take.
const BOUND: Duration = Duration::from_secs(90);

/// The containers whose names begin with a mark; the one called `api` serves.
struct Marks {
    link: Link,
    mark: String,
}

#[async_trait]
impl WatchedPlace for Marks {
    fn link(&self) -> &Link {
        &self.link
    }

    fn role(&self, name: &str, _labels: &HashMap<String, String>) -> Option<ContainerRole> {
        let rest = name.strip_prefix(&self.mark)?;
        Some(if rest == "-api" { ContainerRole::Serves } else { ContainerRole::Beside })
    }

    async fn observation(&self) -> Result<Observation, PortError> {
        let version = None;
        let words = Some(self.mark.clone());
        let health = Health::Unknown;
        Ok(Observation {
            version,
            digest: None,
            health,
            words,
            since: None,
            serves: None,
            action: None,
            kept: Vec::new(),
        })
    }
}

/// A watch that runs.
struct Watch {
    sights: mpsc::Receiver<TargetUpdate>,
    attention: attend::Sender<VisibleContainers>,
    ended: JoinHandle<Result<(), PortError>>,
    /// The containers as they were told last.
    last: Vec<Container>,
    is_told: bool,
}

impl Watch {
    fn of(socket: &Path, mark: &str) -> Self {
        Self::patient(socket, mark, Patience::default())
    }

    fn patient(socket: &Path, mark: &str, patience: Patience) -> Self {
        let link = Link::new(Some(format!("unix://{}", socket.display()))).patient(patience);
        let place = Marks { link, mark: mark.to_owned() };
        let (sender, sights) = mpsc::channel(64);
        let (attention, attended) = attend::channel(VisibleContainers::new());
        let ended = tokio::spawn(async move { watch(&place, attended, sender).await });
        Self { sights, attention, ended, last: Vec::new(), is_told: false }
    }

    /// Takes sights until the containers are as expected; returns how long it took.
    async fn until(&mut self, what: &str, is_it: impl Fn(&[Container]) -> bool) -> Duration {
        let began = Instant::now();
        let found = tokio::time::timeout(BOUND, async {
            while !self.is_told || !is_it(&self.last) {
                match self.sights.recv().await {
                    Some(TargetUpdate::Containers(containers)) => (self.last, self.is_told) = (containers, true),
                    Some(TargetUpdate::Seen(_) | TargetUpdate::Same) => {}
                    None => panic!("{what}: the watch ended"),
                }
            }
        });
        assert!(found.await.is_ok(), "{what} was not seen: {:#?}", self.last);
        began.elapsed()
    }

    /// Waits until one container is in a state.
    async fn becomes(&mut self, name: &str, health: Health) -> Duration {
        let is_it = |all: &[Container]| all.iter().any(|one| one.name == name && one.health == health);
        self.until(&format!("{name} {health:?}"), is_it).await
    }

    fn one(&self, name: &str) -> &Container {
        self.last.iter().find(|one| one.name == name).unwrap()
    }
}

fn start(marked: &Marked, name: &str, image: &str, restart: Option<RestartPolicyNameEnum>) -> String {
    let name = marked.name(name);
    let policy = restart.map(|name| RestartPolicy { name: Some(name), maximum_retry_count: None });
    let host = HostConfig { network_mode: Some("none".into()), restart_policy: policy, ..Default::default() };
    let body = ContainerCreateBody { image: Some(image.into()), host_config: Some(host), ..Default::default() };
    block(async {
        let docker = client(&marked.socket).unwrap();
        let options = CreateContainerOptionsBuilder::new().name(&name).build();
        docker.create_container(Some(options), body).await.unwrap();
        docker.start_container(&name, None).await.unwrap();
    });
    name
}

#[test]
fn each_state_of_a_container_is_told_for_what_it_is() {
    let Some(host) = engine::host() else { return };
    let marked = Marked::on(&host);
    let made = |behaviour, name: &str| image::make(&marked, &format!("{name}:1.0.0"), behaviour).reference;
    block(async {
        let mut watch = Watch::of(&marked.socket, &marked.id);
        watch.until("nothing", |all| all.is_empty()).await;
        let api = start(&marked, "api", &made(Behaviour::Good, "api"), None);
        let bad = start(&marked, "bad", &made(Behaviour::Unhealthy, "bad"), None);
        let never = start(&marked, "never", &made(Behaviour::NeverReady, "never"), None);
        let crashes = made(Behaviour::Crashes, "crashes");
        let gone = start(&marked, "gone", &crashes, None);
        let again = start(&marked, "again", &crashes, Some(RestartPolicyNameEnum::ALWAYS));
        watch.becomes(&never, Health::Starting).await;
        watch.becomes(&api, Health::Healthy).await;
        watch.becomes(&bad, Health::Unhealthy).await;
        watch.becomes(&gone, Health::Stopped).await;
        assert!(watch.one(&gone).words.starts_with("Exited (3)"), "{:?}", watch.one(&gone));
        let restarts = |all: &[Container]| all.iter().any(|one| one.name == again && one.restarts >= 2);
        watch.until("two restarts", restarts).await;
        assert_eq!(watch.last[0].name, api, "the one that serves is the first");
        assert_eq!(watch.last.len(), 5);
        assert!(watch.one(&api).since.is_some() && watch.one(&gone).since.is_none());
        assert!(watch.one(&api).digest.as_ref().is_some_and(|digest| digest.as_str().starts_with("sha256:")));
    });
}

#[test]
fn only_what_serves_and_what_is_looked_at_is_measured() {
    let Some(host) = engine::host() else { return };
    let marked = Marked::on(&host);
    let good = image::make(&marked, "api:1", Behaviour::Good).reference;
    block(async {
        let (api, beside) = (start(&marked, "api", &good, None), start(&marked, "beside", &good, None));
        let mut watch = Watch::of(&marked.socket, &marked.id);
        let loaded = |name: &str, all: &[Container]| all.iter().any(|one| one.name == name && one.load.is_some());
        watch.until("what serves is measured", |all| loaded(&api, all)).await;
        let load = watch.one(&api).load.unwrap();
        assert!((0.0..4.0).contains(&load.cpu) && load.memory > 4096 && load.memory < 1 << 30, "{load:?}");
        assert_eq!((load.limit, watch.one(&beside).load), (None, None));
        watch.attention.send_replace(VisibleContainers::from([beside.clone()]));
        watch.until("what is looked at is measured", |all| loaded(&beside, all)).await;
        watch.attention.send_replace(VisibleContainers::new());
        watch.until("nobody looks", |all| !loaded(&beside, all) && loaded(&api, all)).await;
    });
}

#[test]
fn what_happens_is_told_as_it_happens() {
    let Some(host) = engine::host() else { return };
    let marked = Marked::on(&host);
    let good = image::make(&marked, "api:1", Behaviour::Good).reference;
    block(async {
        let docker = client(&marked.socket).unwrap();
        let api = start(&marked, "api", &good, None);
        let mut watch = Watch::of(&marked.socket, &marked.id);
        watch.becomes(&api, Health::Healthy).await;
        let mut delays = Vec::new();
        for _ in 0..5 {
            docker.pause_container(&api).await.unwrap();
            delays.push(watch.becomes(&api, Health::Stopped).await);
            docker.unpause_container(&api).await.unwrap();
            // Its health check begins anew, and is no business of the watch.
            let runs = |all: &[Container]| all.iter().any(|one| one.health != Health::Stopped);
            delays.push(watch.until("it runs again", runs).await);
        }
        delays.sort();
        println!("from the engine's answer to the sight: {:?} in the middle, {:?} at most", delays[5], delays[9]);
    });
}

#[test]
fn a_watch_ends_with_its_receiver() {
    let Some(host) = engine::host() else { return };
    let marked = Marked::on(&host);
    block(async {
        let Watch { sights, ended, attention, .. } = Watch::of(&marked.socket, &marked.id);
        drop(sights);
        assert_eq!(tokio::time::timeout(BOUND, ended).await.unwrap().unwrap(), Ok(()));
        drop(attention);
    });
}

/// Watches while the engine is stopped, and again when it is back.
fn through(own: &mut OwnEngine, end: impl FnOnce(&mut OwnEngine) + Send) {
    let marked = Marked::on(own);
    let good = image::make(&marked, "api:1", Behaviour::Good).reference;
    let api = start(&marked, "api", &good, Some(RestartPolicyNameEnum::ALWAYS));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut first = runtime.block_on(async { Watch::of(&marked.socket, &marked.id) });
    runtime.block_on(first.becomes(&api, Health::Healthy));
    end(own);
    let ended = Instant::now();
    let failure = runtime.block_on(async { tokio::time::timeout(BOUND, first.ended).await.unwrap().unwrap() });
    assert_eq!(failure.unwrap_err().kind, FailureKind::Unreachable);
    println!("an engine that is gone was missed {:?} after its end", ended.elapsed());
    // Not only when a look has taken as long as it may.
    assert!(ended.elapsed() < Duration::from_secs(10));
    runtime.block_on(async {
        let away = Watch::of(&marked.socket, &marked.id).ended.await.unwrap().unwrap_err();
        assert_eq!(away.kind, FailureKind::Unreachable, "{away:?}");
    });
    own.start();
    let mut second = runtime.block_on(async { Watch::of(&marked.socket, &marked.id) });
    runtime.block_on(second.becomes(&api, Health::Healthy));
}

#[test]
fn an_engine_that_goes_away_is_missed_at_once_and_found_again() {
    let Some(mut own) = engine::own() else { return };
    through(&mut own, OwnEngine::stop);
    through(&mut own, OwnEngine::kill);
}

#[test]
fn an_engine_that_hangs_is_missed_when_a_look_has_taken_as_long_as_the_plan_says() {
    let Some(own) = engine::own() else { return };
    let marked = Marked::on(&own);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let look = Duration::from_secs(9);
    let mut watch = runtime.block_on(async { Watch::patient(&marked.socket, &marked.id, Patience::new(move || look)) });
    runtime.block_on(watch.until("the first picture", |all| all.is_empty()));
    own.freeze();
    let began = Instant::now();
    let failure = runtime.block_on(async { tokio::time::timeout(BOUND, watch.ended).await.unwrap().unwrap() });
    own.thaw();
    assert_eq!(failure.unwrap_err().kind, FailureKind::Unreachable);
    assert!(look <= began.elapsed() && began.elapsed() < look * 10, "{:?}", began.elapsed());
}
