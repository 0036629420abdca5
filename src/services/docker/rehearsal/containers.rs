//! The demo's images and containers on an engine: built, started, and removed again.

use super::super::failure::{failure, is_absent};
use super::super::link::Link;
use super::own_image;
use super::owner::{DEMO, DemoOwner};
use bollard::Docker;
use bollard::models::{ContainerCreateBody, HostConfig, PortBinding};
use bollard::query_parameters::{
    BuildImageOptionsBuilder, CreateContainerOptionsBuilder, ListContainersOptionsBuilder, ListImagesOptionsBuilder,
    RemoveContainerOptionsBuilder, RemoveImageOptionsBuilder,
};
use futures::StreamExt;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use tminus_core::ports::{FailureKind, PortError};

/// How often what is left is looked for again: a process that was ended may just have made something.
const ROUNDS: usize = 3;

/// The images and containers of one demo: this process's.
pub struct DemoContainers {
    link: Link,
    owner: DemoOwner,
}

/// A container that the demo begins with, as if somebody had started it by hand.
pub struct DemoContainer {
    /// Its name.
    pub name: String,
    /// The version of the backend.
    pub version: String,
    /// The port of this machine that leads to the backend's.
    pub port: u16,
    /// Variables, `NAME=value`.
    pub variables: Vec<String>,
}

/// What a demo left on an engine.
struct DemoRemains {
    containers: Vec<String>,
    networks: Vec<String>,
    images: Vec<String>,
}

impl DemoContainers {
    /// Looks for an engine that can run this program, and can be reached on this machine's own ports.
    ///
    /// # Errors
    /// [`FailureKind::Unreachable`] when none answers; [`FailureKind::Rejected`] when it is of another kind.
    pub async fn find() -> Result<Self, PortError> {
        let link = Link::new(None);
        let other = |why: String| {
            let says = "the demo needs a Docker engine of this machine, which runs what this machine runs";
            Err(PortError::new(FailureKind::Rejected, says).because(why))
        };
        let place = link.variables()?.into_iter().find(|(name, _)| name == "DOCKER_HOST").unwrap_or_default().1;
        if !place.starts_with("unix://") {
            return other(format!("the engine is another machine's: {place}"));
        }
        let docker = link.docker().await?;
        let version = docker.version().await.map_err(|error| failure("no Docker engine answers", &error))?;
        let (system, machine) = (version.os.unwrap_or_default(), version.arch.unwrap_or_default());
        let (own_system, own_machine) = (std::env::consts::OS, machine_name(std::env::consts::ARCH));
        if (system.as_str(), machine.as_str()) != (own_system, own_machine) {
            return other(format!("it runs {system}/{machine}, and this is {own_system}/{own_machine}"));
        }
        Ok(Self { link, owner: DemoOwner::this() })
    }

    /// Returns what every name of this demo begins with.
    pub fn prefix(&self) -> String {
        format!("tminus-demo-{}", self.owner.id)
    }

    /// Removes what demos left whose process is gone, and returns how many things that were.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn sweep(&self) -> Result<usize, PortError> {
        self.remove_all(|owner| owner.is_gone()).await
    }

    /// Removes everything of this demo.
    ///
    /// # Errors
    /// When the engine does not answer, or keeps something.
    pub async fn remove(&self) -> Result<(), PortError> {
        self.remove_all(|owner| *owner == self.owner).await.map(|_| ())
    }

    /// Builds the image that all versions share: this program and what it is loaded with. Returns its size in bytes.
    ///
    /// # Errors
    /// When this program cannot be read, or the engine does not build.
    pub async fn build_base(&self) -> Result<u64, PortError> {
        let unread = PortError::by(FailureKind::Unavailable, "this program could not be read");
        let mut files = tokio::task::spawn_blocking(own_image::files).await.map_err(unread)??;
        let size = files.values().map(|bytes| bytes.len() as u64).sum();
        let tops: Vec<String> = tops(files.keys()).into_iter().map(|top| format!("COPY {top} /{top}\n")).collect();
        let text = format!("FROM scratch\n{}ENV {}\n{}", tops.concat(), own_image::library_path(), self.label());
        files.insert("Dockerfile".into(), text.into_bytes());
        self.build(&self.base(), files).await?;
        Ok(size)
    }

    /// Builds one version of the backend, with variables of its own.
    ///
    /// # Errors
    /// When the engine does not build.
    pub async fn build_version(&self, version: &str, port: u16, variables: &[(&str, &str)]) -> Result<(), PortError> {
        let settings: String = variables.iter().map(|(name, value)| format!("ENV {name}={value}\n")).collect();
        let text = format!(
            "FROM {base}\n{settings}EXPOSE {port}\n\
             HEALTHCHECK --interval=2s --timeout=2s --start-period=1s --retries=3 \
             CMD [\"/tminus\", \"rehearse-backend\", \"--health\"]\n\
             ENTRYPOINT [\"/tminus\", \"rehearse-backend\"]\n",
            base = self.base(),
        );
        self.build(&self.image(version), BTreeMap::from([("Dockerfile".into(), text.into_bytes())])).await
    }

    /// Starts a container of a version, as somebody does by hand.
    ///
    /// # Errors
    /// When the engine does not start it: the port may be taken.
    pub async fn start(&self, container: &DemoContainer, inner: u16) -> Result<(), PortError> {
        let docker = self.link.docker().await?;
        let failed = |error| failure(format!("{} could not be started", container.name), &error);
        let bound = PortBinding { host_ip: Some("127.0.0.1".into()), host_port: Some(container.port.to_string()) };
        let ports = HashMap::from([(format!("{inner}/tcp"), Some(vec![bound]))]);
        let body = ContainerCreateBody {
            image: Some(self.image(&container.version)),
            env: Some(container.variables.clone()),
            host_config: Some(HostConfig { port_bindings: Some(ports), ..HostConfig::default() }),
            ..ContainerCreateBody::default()
        };
        let options = CreateContainerOptionsBuilder::new().name(&container.name).build();
        docker.create_container(Some(options), body).await.map_err(failed)?;
        docker.start_container(&container.name, None).await.map_err(failed)
    }

    /// Returns the repository of the backend's images.
    pub fn repository(&self) -> String {
        format!("{}/backend", self.prefix())
    }

    fn image(&self, version: &str) -> String {
        format!("{}:{version}", self.repository())
    }

    fn base(&self) -> String {
        format!("{}/base:1", self.prefix())
    }

    /// Containers have the labels of their image, whoever starts them.
    fn label(&self) -> String {
        self.owner.labels().map(|(name, value)| format!("LABEL {name}=\"{value}\"\n")).concat()
    }

    async fn build(&self, reference: &str, files: BTreeMap<PathBuf, Vec<u8>>) -> Result<(), PortError> {
        let docker = self.link.docker().await?;
        let context =
            context(files).map_err(PortError::by(FailureKind::Unavailable, "the image could not be packed"))?;
        let options = BuildImageOptionsBuilder::new().t(reference).rm(true).forcerm(true).build();
        let mut lines = docker.build_image(options, None, Some(bollard::body_full(context.into())));
        while let Some(line) = lines.next().await {
            line.map_err(|error| failure(format!("the engine did not build {reference}"), &error))?;
        }
        Ok(())
    }

    async fn remove_all(&self, is_doomed: impl Fn(&DemoOwner) -> bool) -> Result<usize, PortError> {
        let docker = self.link.docker().await?;
        let mut count = 0;
        for _ in 0..ROUNDS {
            let left = left(&docker, &is_doomed).await?;
            if left.is_empty() {
                return Ok(count);
            }
            count += left.remove(&docker).await?;
        }
        match left(&docker, &is_doomed).await?.first() {
            None => Ok(count),
            Some(first) => Err(PortError::new(FailureKind::Conflict, format!("the engine keeps {first} of a demo"))),
        }
    }
}

impl DemoRemains {
    fn is_empty(&self) -> bool {
        self.first().is_none()
    }

    fn first(&self) -> Option<&String> {
        self.containers.iter().chain(&self.networks).chain(&self.images).next()
    }

    /// Containers first: they hold the rest.
    async fn remove(&self, docker: &Docker) -> Result<usize, PortError> {
        for id in &self.containers {
            let options = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
            gone(id, docker.remove_container(id, Some(options)).await)?;
        }
        for id in &self.networks {
            gone(id, docker.remove_network(id).await)?;
        }
        for id in &self.images {
            let options = RemoveImageOptionsBuilder::new().force(true).build();
            gone(id, docker.remove_image(id, Some(options), None).await)?;
        }
        Ok(self.containers.len() + self.networks.len() + self.images.len())
    }
}

/// What went meanwhile is gone; what is held is looked at in the next round.
fn gone<T>(id: &str, done: Result<T, bollard::errors::Error>) -> Result<(), PortError> {
    match done {
        Ok(_) => Ok(()),
        Err(error) if is_absent(&error) => Ok(()),
        Err(bollard::errors::Error::DockerResponseServerError { status_code: 409, .. }) => Ok(()),
        Err(error) => Err(failure(format!("{id} of a demo could not be removed"), &error)),
    }
}

async fn left(docker: &Docker, is_doomed: &impl Fn(&DemoOwner) -> bool) -> Result<DemoRemains, PortError> {
    let silent = |error| failure("the engine does not say what demos left", &error);
    let marked = HashMap::from([("label", vec![DEMO])]);
    let is_ours =
        |labels: Option<&HashMap<String, String>>| labels.and_then(DemoOwner::of).is_some_and(|o| is_doomed(&o));
    let options = ListContainersOptionsBuilder::new().all(true).filters(&marked).build();
    let containers = docker.list_containers(Some(options)).await.map_err(silent)?.into_iter();
    let networks = docker.list_networks(None).await.map_err(silent)?.into_iter();
    let options = ListImagesOptionsBuilder::new().filters(&marked).build();
    let images = docker.list_images(Some(options)).await.map_err(silent)?.into_iter();
    Ok(DemoRemains {
        containers: containers.filter(|c| is_ours(c.labels.as_ref())).filter_map(|c| c.id).collect(),
        networks: networks.filter(|n| is_ours(n.labels.as_ref())).filter_map(|n| n.id).collect(),
        images: images.filter(|i| is_ours(Some(&i.labels))).map(|i| i.id).collect(),
    })
}

/// Returns the names at the top of some paths, the program first: it is the largest, and the last to change.
fn tops<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Vec<String> {
    let mut tops: Vec<String> = paths.filter_map(|path| Some(path.iter().next()?.to_str()?.to_owned())).collect();
    tops.sort_by_key(|top| (top != "tminus", top.clone()));
    tops.dedup();
    tops
}

fn context(files: BTreeMap<PathBuf, Vec<u8>>) -> std::io::Result<Vec<u8>> {
    let mut context = tar::Builder::new(Vec::new());
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o755);
        header.set_mtime(0);
        context.append_data(&mut header, Path::new(&path), bytes.as_slice())?;
    }
    context.into_inner()
}

/// Returns a machine by the name that engines use (Go's).
fn machine_name(own: &str) -> &str {
    match own {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}
