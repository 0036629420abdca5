//! `with = "docker"`: one container on one engine.

use super::{DeliverPlace, KindOfDelivery, OnEngine, PlayedCourse, PlayedOrder, PlayedPlace};
use crate::grammar::plan::ValueKind;
use crate::kinds::context::CONTEXT;
use crate::kinds::settings::settings;
use crate::order::Call;
use crate::plan::{HostPorts, PlaceFacts};
use crate::touches::{FileUse, Touch, TouchKind, all, details, of_one_line, one, plain};

settings! {
    /// One container on one engine.
    pub struct DockerDeliver = "docker" {
        /// The container's name.
        container: String = must("container", ValueKind::Text),
        /// Published ports, `[[ADDRESS:]PORT:]PORT[/PROTOCOL]`, with ranges, as `docker run -p` takes them. With one, the old
        /// container stops before the new one listens; with none, both run until the name has moved.
        ports: Vec<String> = may("ports", ValueKind::List(&ValueKind::Text)),
        /// Environment files given to the container, from the root of the repository, as `docker run --env-file` reads them;
        /// of a name that is there twice, the last counts.
        env_files: Vec<String> = may("env-file", ValueKind::Many(&ValueKind::Path)),
        /// Mounts, `[SOURCE:]TARGET[:OPTIONS]`, as `docker run -v` takes them; a source that begins with `./` counts from the
        /// root of the repository, and may not lead out of it.
        volumes: Vec<String> = may("volumes", ValueKind::List(&ValueKind::Text)),
        /// The network that it joins, which is there already; with `host` or `container:NAME` the old one is stopped first.
        network: Option<String> = may("network", ValueKind::Text),
        /// Which engine it goes to; the local one when absent.
        context: Option<String> = shared(CONTEXT),
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
