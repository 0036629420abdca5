//! `with = "docker"`: one container on one engine.

use super::{DeliverPlace, KindOfDelivery, OnEngine, PlayedCourse, PlayedOrder, PlayedPlace};
use crate::grammar::plan::{TableCursor, ValueKind, Variant, may, must, variant};
use crate::kinds::context::CONTEXT;
use crate::kinds::family::Described;
use crate::order::Call;
use crate::plan::{HostPorts, PlaceFacts};
use crate::touches::{FileUse, Touch, TouchKind, all, details, of_one_line, one, plain};
use serde::{Deserialize, Serialize};

/// One container on one engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DockerDeliver {
    /// `container`: its name.
    pub container: String,
    /// `ports`: as `docker run -p` takes them.
    pub ports: Vec<String>,
    /// `env-file`: environment files given to the container.
    pub env_files: Vec<String>,
    /// `volumes`: as `docker run -v` takes them.
    pub volumes: Vec<String>,
    /// `network`.
    pub network: Option<String>,
    /// `context`: the docker context; the local engine when absent.
    pub context: Option<String>,
}

impl DockerDeliver {
    /// Its word in the plan file.
    pub const WORD: &str = "docker";
}

impl Described for DockerDeliver {
    const GRAMMAR: Variant = variant(
        Self::WORD,
        "One container on one engine.",
        &[
            must("container", ValueKind::Text, "The container's name."),
            may(
                "ports",
                ValueKind::List(&ValueKind::Text),
                "Published ports, `[[ADDRESS:]PORT:]PORT[/PROTOCOL]`, with ranges, as `docker run -p` takes them. With one, the old container stops before the new one listens; with none, both run until the name has moved.",
            ),
            may(
                "env-file",
                ValueKind::Many(&ValueKind::Path),
                "Environment files given to the container, from the root of the repository, as `docker run --env-file` reads them; of a name that is there twice, the last counts.",
            ),
            may(
                "volumes",
                ValueKind::List(&ValueKind::Text),
                "Mounts, `[SOURCE:]TARGET[:OPTIONS]`, as `docker run -v` takes them; a source that begins with `./` counts from the root of the repository, and may not lead out of it.",
            ),
            may(
                "network",
                ValueKind::Text,
                "The network that it joins, which is there already; with `host` or `container:NAME` the old one is stopped first.",
            ),
            CONTEXT,
        ],
    );

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self {
            container: table.text("container")?,
            ports: table.texts("ports"),
            env_files: table.texts("env-file"),
            volumes: table.texts("volumes"),
            network: table.text("network"),
            context: table.text("context"),
        })
    }
}

impl KindOfDelivery for DockerDeliver {
    fn touches<'a>(&'a self, at: &str) -> Vec<Touch<'a>> {
        let Self { container, ports, env_files, volumes, network, context } = self;
        let details = details(&[
            ("context", one(context.as_ref())),
            ("ports", all(ports)),
            ("volumes", all(volumes)),
            ("env-file", all(env_files)),
            ("network", one(network.as_ref())),
        ]);
        let files = env_files.iter().map(|file| (".env-file", TouchKind::Reads(file, FileUse::EnvFile)));
        let engine = std::iter::once(("", TouchKind::Engine(context.as_deref())));
        of_one_line(at, format!("replaces the container {}{details}", plain(container)), engine.chain(files).collect())
    }

    fn played(&self) -> PlayedPlace<'_> {
        PlayedPlace { service: "the container engine", far: "registry", near: Some("host"), course: PlayedCourse::Host }
    }

    fn played_calls(&self, order: &PlayedOrder<'_>) -> Vec<Call> {
        let (container, image, label) = (&self.container, &order.image, &order.label);
        let body = format!("image {image}, label {label}");
        vec![
            order.request(format!("POST /images/create?fromImage={image}"), String::new()),
            order.request(format!("POST /containers/{container}/stop"), String::new()),
            order.request(format!("POST /containers/create?name={container}"), body),
            order.request(format!("POST /containers/{container}/start"), String::new()),
        ]
    }

    fn place(&self, _app: Option<&str>, facts: &PlaceFacts) -> Option<DeliverPlace> {
        let ports = self.ports.iter().filter_map(|port| HostPorts::read(port)).collect();
        let engine = facts.engine(&self.context);
        Some(DeliverPlace {
            keys: Vec::new(),
            on_engine: Some(OnEngine { engine, name: Some(self.container.clone()), ports }),
            words: format!("the container {}", self.container),
            instead: "another `container` for one of them",
        })
    }

    fn pulls(&self) -> bool {
        true
    }

    fn unknown_health(&self, is_up: bool) -> Option<&'static str> {
        is_up.then_some(super::kind::NO_HEALTH_CHECK)
    }

    fn makes(&self, container: &str, context: Option<&str>) -> bool {
        self.container == container && self.context.as_deref() == context
    }
}
