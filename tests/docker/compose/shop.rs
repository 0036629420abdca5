//! A project with a front and a backend, on the engine of this machine, delivered by one of the two Composes.

use crate::contract::target::end;
use crate::docker::engine::{self, Engine as _, HostEngine, block, client};
use crate::docker::front;
use crate::docker::image::{self, Behaviour};
use crate::docker::marked::{LABEL, Marked};
use crate::docker::need;
use crate::docker::registry::Registry as Server;
use crate::nightly::is_nightly;
use crate::slots::{Scarce, Slot, take};
use bollard::auth::DockerCredentials;
use bollard::models::HealthStatusEnum;
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListImagesOptionsBuilder, PushImageOptionsBuilder, RemoveImageOptionsBuilder,
};
use futures::StreamExt as _;
use std::collections::HashMap;
use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tminus_core::mask::Mask;
use tminus_core::names::{ActionId, ArtifactName, Digest, EnvName, OrderId, Version};
use tminus_core::order::{Delivered, Order, Receipt, Task};
use tminus_core::plan::Template;
use tminus_core::ports::{PortError, Target as _};
use tminus_core::time::Span;
use tminus_services::docker::{ComposeDelivery, ComposeDeps, ComposeTarget, DockerOrders, Link, Renderings};
use tminus_services::http::Http;
use tminus_services::registry::{Image, Login, Registry};
use tminus_services::secrets::{Permission, Secrets, ValueKey};

/// The front starts a program for each request.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// What the registry of a test asks for.
pub const PASSWORD: &str = "hunter2-is-it";

/// One project with a front and a backend.
pub struct Shop {
    pub host: HostEngine,
    pub marked: Marked,
    pub root: TempDir,
    pub state: TempDir,
    pub program: Vec<String>,
    front: u16,
    /// What is known of the registry that holds its images; without one they stay on the engine.
    pub login: Option<Login>,
    /// Another way to the engine than its own socket.
    pub context: Option<String>,
    _slot: Slot,
}

/// The second Compose: a plug-in of docker's client.
pub fn second() -> Option<Vec<String>> {
    need::compose_two().map(|_| vec!["docker".to_owned(), "compose".to_owned()])
}

/// The first Compose: a program of its own.
pub fn first() -> Option<Vec<String>> {
    need::need("docker-compose").map(|place| vec![place.display().to_string()])
}

/// The programs that are here.
pub fn programs() -> Vec<Vec<String>> {
    second().into_iter().chain(first()).collect()
}

/// Those to try where it takes long and little depends on which it is: the first Compose in a nightly run alone.
pub fn usual_programs() -> Vec<Vec<String>> {
    second().into_iter().chain(first().filter(|_| is_nightly())).collect()
}

impl Shop {
    pub fn new(program: Vec<String>, more: &str) -> Option<Self> {
        let (host, _slot) = (engine::host()?, take(Scarce::Compose));
        let marked = Marked::on(&host);
        let front = crate::ports::free();
        let (root, state) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let shop = Self { host, marked, root, state, program, front, login: None, context: None, _slot };
        front::make(&shop.marked);
        shop.write(more);
        Some(shop)
    }

    pub fn write(&self, more: &str) {
        let (front, backend, port) = (self.marked.name("front:1"), self.marked.name("api:0.0.0"), self.front);
        let mark = &self.marked.id;
        let text = format!(
            "services:\n  backend:\n    image: {backend}\n    environment: {{KEY: hunter2}}\n{more}  front:\n    \
             image: {front}\n    depends_on: [backend]\n    ports: ['127.0.0.1:{port}:80']\n    stop_grace_period: 1s\n\
             networks:\n  default:\n    labels: {{{LABEL}: {mark}}}\n"
        );
        fs::write(self.root.path().join("docker-compose.yml"), text).unwrap();
    }

    /// Builds a version, and returns what it is known by.
    pub fn make(&self, version: &str, behaviour: Behaviour) -> Delivered {
        let made = image::make(&self.marked, &format!("api:{version}"), behaviour);
        Delivered { version: Version::parse(version).unwrap(), digest: Some(Digest::new(made.id)) }
    }

    /// Builds a version, pushes it, and takes it from the engine.
    pub async fn push(&self, server: &Server, version: &str) -> Delivered {
        let repository = format!("{}/{}", server.address(), self.marked.name("api"));
        let image = image::make_as(&self.marked, &format!("{repository}:{version}"), Behaviour::Good);
        let docker = self.host.docker();
        let credentials = DockerCredentials {
            username: Some("deploy".to_owned()),
            password: Some(PASSWORD.to_owned()),
            ..DockerCredentials::default()
        };
        let options = PushImageOptionsBuilder::new().tag(version).build();
        let mut news = docker.push_image(&repository, Some(options), Some(credentials));
        while let Some(told) = news.next().await {
            told.unwrap();
        }
        drop(news);
        let digests = docker.inspect_image(&image.reference).await.unwrap().repo_digests.unwrap();
        let digest = digests.iter().find_map(|digest| digest.strip_prefix(&format!("{repository}@"))).unwrap();
        let force = RemoveImageOptionsBuilder::new().force(true).build();
        docker.remove_image(&image.id, Some(force), None).await.unwrap();
        Delivered { version: Version::parse(version).unwrap(), digest: Some(Digest::new(digest)) }
    }

    pub fn project(&self) -> String {
        format!("{}-p", self.marked.id)
    }

    /// A target that knows nothing but what the engine and the disk know, as after a restart.
    pub fn target(&self) -> ComposeTarget {
        let key = ValueKey::kept_at(&self.state.path().join("key"));
        let secrets = Arc::new(Secrets::new(self.root.path(), Permission::Trusted, Mask::new()).keyed(key));
        let address = self.login.as_ref().map(|login| format!("{}/", login.url)).unwrap_or_default();
        let registry = self.login.clone().map(|login| Registry::new(Http::default(), secrets.clone(), login));
        let template = Template::new(format!("{address}{}:{{version}}", self.marked.name("api")));
        let image = Image::new(template, registry);
        let compose = ComposeDelivery {
            env: EnvName::new("staging"),
            artifact: ArtifactName::new("backend"),
            file: "docker-compose.yml".into(),
            service: "backend".into(),
            project: Some(self.project()),
            timeout: Some(Span::seconds(180)),
            image,
            programs: vec![self.program.clone()],
        };
        let ground = ComposeDeps {
            link: Link::new(self.context.clone()),
            orders: DockerOrders::new(self.state.path().join("docker")),
            secrets,
            state: self.state.path().join("compose"),
            renderings: Renderings::default(),
        };
        ComposeTarget::new(compose, ground)
    }

    /// Does an order from where the place stands now.
    pub async fn deliver(&self, id: &str, to: &Delivered) -> Result<Receipt, PortError> {
        let target = self.target();
        let order = self.order(id, self.now().await, to);
        let ticket = target.begin(&order).await?;
        end(&target, &ticket).await.0
    }

    pub async fn now(&self) -> Option<Delivered> {
        let seen = self.target().observe().await.unwrap();
        Some(Delivered { version: seen.version?, digest: seen.digest })
    }

    pub fn order(&self, id: &str, from: Option<Delivered>, to: &Delivered) -> Order {
        let artifact = ArtifactName::new("backend");
        let task = Task::Deliver { artifact, from, to: to.clone() };
        Order { id: OrderId::new(id), action: ActionId::new("a1"), env: Some(EnvName::new("staging")), task }
    }

    pub fn compose(&self, words: &[&str]) {
        let (program, first) = self.program.split_first().unwrap();
        let mut command = Command::new(program);
        command.args(first).args(["-p", &self.project()]).args(words).current_dir(self.root.path());
        let done = command.output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Returns the containers of the service with what they run, the ones that `run` made too.
    pub async fn backends(&self) -> Vec<(String, String)> {
        let wanted = ["project", "service"].iter().zip([self.project(), "backend".to_owned()]);
        let labels = wanted.map(|(key, value)| format!("com.docker.compose.{key}={value}")).collect::<Vec<_>>();
        let filters = HashMap::from([("label", labels)]);
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let all = self.host.docker().list_containers(Some(options)).await.unwrap();
        all.into_iter().map(|one| (one.names.unwrap()[0].clone(), one.image_id.unwrap())).collect()
    }

    pub fn front(&self) -> String {
        format!("http://127.0.0.1:{}{}", self.front, front::PATH)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let kept = format!("tminus/kept/{}/backend", self.project());
        block(async {
            let docker = client(self.host.socket()).unwrap();
            let filters = HashMap::from([("reference", vec![kept])]);
            let options = ListImagesOptionsBuilder::new().filters(&filters).build();
            for name in docker.list_images(Some(options)).await.unwrap().into_iter().flat_map(|image| image.repo_tags) {
                let force = RemoveImageOptionsBuilder::new().force(true).build();
                drop(docker.remove_image(&name, Some(force), None).await);
            }
        });
    }
}

impl Shop {
    pub async fn worker(&self) -> String {
        let label = format!("com.docker.compose.project={}", self.project());
        let filters = HashMap::from([("label", vec![label, "com.docker.compose.service=worker".to_owned()])]);
        let options = ListContainersOptionsBuilder::new().filters(&filters).build();
        self.host.docker().list_containers(Some(options)).await.unwrap().remove(0).id.unwrap()
    }

    pub async fn is_healthy(&self, container: &str) -> bool {
        let docker = client(self.host.socket()).unwrap();
        let state = docker.inspect_container(container, None).await.unwrap().state.unwrap();
        state.health.and_then(|health| health.status) == Some(HealthStatusEnum::HEALTHY)
    }
}
