//! The plainest delivery of one container: no port, no file, no secret, and a minute to become healthy.

use std::path::Path;
use std::sync::Arc;
use tminus_core::mask::Mask;
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::plan::Template;
use tminus_core::time::Span;
use tminus_services::docker::{ContainerDelivery, ContainerDeps, ContainerTarget, DockerOrders, Link};
use tminus_services::registry::Image;
use tminus_services::secrets::{Permission, Secrets};

/// Delivers the container `api` to `staging`, with everything that tminus keeps of it in a folder.
pub fn target((folder, link): (&Path, Link), template: &str, network: &str) -> ContainerTarget {
    let delivery = ContainerDelivery {
        env: EnvName::new("staging"),
        artifact: ArtifactName::new("api"),
        container: "api".to_owned(),
        ports: Vec::new(),
        env_files: Vec::new(),
        volumes: Vec::new(),
        network: Some(network.to_owned()),
        timeout: Some(Span::seconds(60)),
    };
    let ground = ContainerDeps {
        link,
        orders: DockerOrders::new(folder.join("docker")),
        secrets: Arc::new(Secrets::new(folder, Permission::Trusted, Mask::new())),
        state: folder.join("containers"),
    };
    ContainerTarget::new(delivery, Image::new(Template::new(template), None), ground)
}
