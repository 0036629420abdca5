//! One place on the host's engine with a registry of its own, and everything that happens there written down.

use crate::contract::target::end;
use crate::docker::engine::{self, Engine, block, client};
use crate::docker::image::{self, Behaviour, PORT};
use crate::docker::marked::{LABEL, Marked};
use crate::docker::recorder::{self, Recorder};
use crate::docker::registry::{self, Registry};
use crate::docker::wait;
use bollard::models::{ContainerCreateBody, ContainerInspectResponse, HostConfig, NetworkCreateRequest};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, LogsOptionsBuilder, PushImageOptionsBuilder, RemoveImageOptionsBuilder,
};
use futures::StreamExt;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tminus_core::mask::Mask;
use tminus_core::names::{ActionId, ArtifactName, Digest, EnvName, OrderId, Version};
use tminus_core::order::{Call, Delivered, Order, Receipt, Task};
use tminus_core::plan::Template;
use tminus_core::ports::{PortError, Target};
use tminus_core::time::Span;
use tminus_services::docker::{ContainerDelivery, ContainerDeps, ContainerTarget, DockerOrders, Link};
use tminus_services::http::Http;
use tminus_services::registry::{ClientConfig, Image, Login};
use tminus_services::secrets::{Permission, Secrets, ValueKey};

/// How long one order may take here.
pub const BOUND: Duration = Duration::from_secs(180);

/// How the container is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// By its name in a network.
    ByName,
    /// By a published port.
    ByPort,
}

pub struct World {
    pub marked: Marked,
    pub registry: Mutex<Registry>,
    pub recorder: Recorder,
    pub delivery: ContainerDelivery,
    pub port: u16,
    /// The repository, with the environment files.
    pub root: TempDir,
    state: TempDir,
    /// Where it finds its registry.
    address: String,
    template: String,
    digests: Mutex<BTreeMap<String, Digest>>,
}

impl World {
    /// Makes one; `None` where the machine has no engine or registry.
    pub fn new(reached: Reached) -> Option<Self> {
        Self::by_way_of(Registry::address, reached)
    }

    /// Makes one with something before its registry, whose address is given in its place.
    pub fn by_way_of(front: impl FnOnce(&Registry) -> String, reached: Reached) -> Option<Self> {
        let (host, registry) = (engine::host()?, registry::open()?);
        let address = front(&registry);
        let marked = Marked::on(&host);
        let port = crate::ports::free();
        let network = marked.name("net");
        let labels = HashMap::from([(LABEL.to_owned(), marked.id.clone())]);
        let request = NetworkCreateRequest { name: network.clone(), labels: Some(labels), ..Default::default() };
        block(async { host.docker().create_network(request).await.unwrap() });
        let delivery = ContainerDelivery {
            env: EnvName::new(marked.name("staging")),
            artifact: ArtifactName::new("api"),
            container: marked.name("api"),
            ports: if reached == Reached::ByPort { vec![format!("127.0.0.1:{port}:{PORT}")] } else { Vec::new() },
            env_files: Vec::new(),
            volumes: Vec::new(),
            network: Some(network),
            timeout: Some(Span::seconds(120)),
        };
        let template = format!("{address}/{}:{{version}}", marked.name("api"));
        Some(Self {
            recorder: recorder::in_front_of(&marked.socket),
            marked,
            registry: Mutex::new(registry),
            delivery,
            port,
            root: tempfile::tempdir().unwrap(),
            state: tempfile::tempdir().unwrap(),
            address,
            template,
            digests: Mutex::default(),
        })
    }

    /// Builds a version and pushes it. The engine forgets its tag, so that it has to be pulled.
    pub fn publish(&self, version: &str, behaviour: Behaviour) {
        let reference = self.template.replace("{version}", version);
        image::make_as(&self.marked, &reference, behaviour);
        let (repository, tag) = reference.rsplit_once(':').unwrap();
        let digest = block(async {
            let docker = client(&self.marked.socket).unwrap();
            let options = PushImageOptionsBuilder::new().tag(tag).build();
            let mut news = docker.push_image(repository, Some(options), None);
            while let Some(news) = news.next().await {
                news.unwrap();
            }
            let known = docker.inspect_image(&reference).await.unwrap().repo_digests.unwrap();
            known
                .iter()
                .find_map(|entry| Some(entry.strip_prefix(repository)?.trim_start_matches('@').to_owned()))
                .unwrap()
        });
        self.digests.lock().unwrap().insert(version.to_owned(), Digest::new(digest));
        self.forget_image(version);
    }

    /// Takes a version's image from the engine.
    pub fn forget_image(&self, version: &str) {
        let tagged = self.template.replace("{version}", version);
        let by_digest = format!("{}@{}", tagged.rsplit_once(':').unwrap().0, self.delivered(version).digest.unwrap());
        block(async {
            let docker = client(&self.marked.socket).unwrap();
            for name in [tagged, by_digest] {
                let options = RemoveImageOptionsBuilder::new().force(true).build();
                drop(docker.remove_image(&name, Some(options), None).await);
            }
        });
    }

    pub fn delivered(&self, version: &str) -> Delivered {
        let digest = self.digests.lock().unwrap().get(version).cloned();
        Delivered { version: Version::parse(version).unwrap(), digest }
    }

    /// A target that knows nothing but what the disk and the engine know.
    pub fn target(&self) -> Arc<ContainerTarget> {
        self.target_of(self.delivery.clone())
    }

    pub fn target_of(&self, delivery: ContainerDelivery) -> Arc<ContainerTarget> {
        let key = ValueKey::kept_at(&self.state.path().join("key"));
        let secrets = Arc::new(Secrets::new(self.root.path(), Permission::Trusted, Mask::new()).keyed(key));
        let url = format!("http://{}", self.address);
        let login = Login { url, user: None, password: None, config: ClientConfig::of_environment() };
        let registry = tminus_services::registry::Registry::new(Http::default(), secrets.clone(), login);
        let image = Image::new(Template::new(self.template.clone()), Some(registry));
        let ground = ContainerDeps {
            link: Link::new(Some(format!("unix://{}", self.recorder.socket().display()))),
            orders: DockerOrders::new(self.state.path().join("docker")),
            secrets,
            state: self.state.path().join("containers"),
        };
        Arc::new(ContainerTarget::new(delivery, image, ground))
    }

    pub fn order(&self, id: &str, task: Task) -> Order {
        let env = Some(self.delivery.env.clone());
        Order { id: OrderId::new(format!("{}-{id}", self.marked.id)), action: ActionId::new(id), env, task }
    }

    pub fn deliver(&self, id: &str, from: Option<&str>, to: &str) -> Order {
        let artifact = self.delivery.artifact.clone();
        let from = from.map(|from| self.delivered(from));
        self.order(id, Task::Deliver { artifact, from, to: self.delivered(to) })
    }

    pub fn restore(&self, id: &str, from: &str, to: &str) -> Order {
        let artifact = self.delivery.artifact.clone();
        self.order(id, Task::Restore { artifact, from: Some(self.delivered(from)), to: self.delivered(to) })
    }

    /// Begins an order and follows it to its end.
    pub async fn run(&self, order: &Order) -> Result<Receipt, PortError> {
        let target = self.target();
        let ticket = target.begin(order).await?;
        tokio::time::timeout(BOUND, end(&*target, &ticket)).await.expect("it does not end").0
    }

    /// What the engine was asked to change, as calls.
    pub fn made(&self) -> Vec<Call> {
        let lines = self.recorder.mutating().into_iter().map(|(method, path)| format!("{method} {}", plain(&path)));
        lines.map(|line| Call::Request { service: "docker".to_owned(), line, body: None }).collect()
    }

    pub fn inspect(&self, container: &str) -> Option<ContainerInspectResponse> {
        block(async { client(&self.marked.socket).unwrap().inspect_container(container, None).await.ok() })
    }

    /// The names of the containers of this place with what they do, sorted.
    pub fn containers(&self) -> Vec<String> {
        let listed = block(async {
            let options = bollard::query_parameters::ListContainersOptionsBuilder::new().all(true).build();
            client(&self.marked.socket).unwrap().list_containers(Some(options)).await.unwrap()
        });
        let mut names: Vec<String> = listed
            .into_iter()
            .filter_map(|c| {
                let name = c.names?.first()?.trim_start_matches('/').to_owned();
                let is_ours = name.to_lowercase().starts_with(&self.delivery.container.to_lowercase());
                let state = c.state.map(|state| state.to_string()).unwrap_or_default();
                is_ours.then(|| format!("{} {state}", name.replace(&self.delivery.container, "api")))
            })
            .collect();
        names.sort();
        names
    }

    /// What a version that is kept is called here.
    pub fn kept(&self, word: &str, version: &str) -> String {
        let digest = self.delivered(version).digest.unwrap();
        format!("api.{word}-{version}-{}", &digest.as_str()["sha256:".len()..][..12])
    }
}

/// A path without the parameters that say nothing, and as it is read.
fn plain(path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let said: Vec<&str> =
        query.split('&').filter(|p| p.split_once('=').is_some_and(|(_, v)| !matches!(v, "" | "false"))).collect();
    let whole = if said.is_empty() { path.to_owned() } else { format!("{path}?{}", said.join("&")) };
    whole.replace("%3A", ":").replace("%2F", "/").replace("%40", "@")
}

/// Clients inside the network that look the name up for each request.
pub struct Front {
    name: String,
}

/// Four loops; each says `ok` with what was answered, or `lost`, and rests a little, so that what is lost is lost to the swap
/// and not to their own load. Without a system around it, busybox can look names up only by `nslookup`, and its `wget` knows
/// no time limit.
const ASK: &str = r#"
ask() {
  while :; do
    a=$(/bin/busybox nslookup "$NAME" 127.0.0.11 2>/dev/null | /bin/busybox awk '/^Name/{n=1} n&&/^Address/{print $2; exit}')
    if [ -n "$a" ] && v=$(/bin/busybox timeout 3 /bin/busybox wget -q -O - "http://$a:8000/api/version" 2>&1); then /bin/busybox echo "ok $v"; else /bin/busybox echo "lost [$a] $v"; fi
    /bin/busybox usleep 10000
  done
}
ask & ask & ask & ask & wait
"#;

impl Front {
    /// Starts the clients, and waits until each version of `now` was answered.
    pub fn new(world: &World, image: &str) -> Self {
        let name = world.marked.name("front");
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            entrypoint: Some(vec!["/bin/busybox".into(), "sh".into(), "-c".into(), ASK.into()]),
            env: Some(vec![format!("NAME={}", world.delivery.container)]),
            healthcheck: Some(bollard::models::HealthConfig { test: Some(vec!["NONE".into()]), ..Default::default() }),
            host_config: Some(HostConfig { network_mode: world.delivery.network.clone(), ..Default::default() }),
            ..Default::default()
        };
        let front = Self { name: name.clone() };
        block(async {
            let docker = client(&world.marked.socket).unwrap();
            let options = CreateContainerOptionsBuilder::new().name(&name).build();
            docker.create_container(Some(options), body).await.unwrap();
            docker.start_container(&name, None).await.unwrap();
        });
        wait::until("an answer", Duration::from_secs(60), || (front.tally(world).0 > 0).then_some(()));
        front
    }

    /// Waits until a version answers.
    pub fn hears(&self, world: &World, version: &str) {
        let told = format!("\"{version}\"");
        wait::until(version, Duration::from_secs(60), || {
            self.lines(world).iter().any(|l| l.contains(&told)).then_some(())
        });
    }

    /// How many were answered, and what was said of those that were not.
    pub fn tally(&self, world: &World) -> (usize, Vec<String>) {
        let (lost, ok): (Vec<_>, Vec<_>) = self.lines(world).into_iter().partition(|line| line.starts_with("lost"));
        (ok.iter().filter(|line| line.starts_with("ok")).count(), lost)
    }

    fn lines(&self, world: &World) -> Vec<String> {
        let name = self.name.clone();
        block(async {
            let docker = client(&world.marked.socket).unwrap();
            let options = LogsOptionsBuilder::default().stdout(true).stderr(true).build();
            let mut written = docker.logs(&name, Some(options));
            let mut all = Vec::new();
            while let Some(Ok(output)) = written.next().await {
                all.extend(String::from_utf8_lossy(&output.into_bytes()).lines().map(str::to_owned));
            }
            all
        })
    }
}
