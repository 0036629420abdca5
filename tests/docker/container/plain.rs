//! The plainest delivery of one container: no port, no file, no secret, and a minute to become healthy.

use std::path::Path;
use std::sync::Arc;
use tminus::adapters::docker::{ContainerDelivery, ContainerGround, ContainerTarget, Flights, Link};
use tminus::adapters::registry::Image;
use tminus::adapters::secrets::{Permission, Secrets};
use tminus::domain::mask::Mask;
use tminus::domain::names::{ArtifactName, EnvName};
use tminus::domain::plan::Template;
use tminus::domain::time::Span;

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
    let ground = ContainerGround {
        link,
        flights: Flights::new(folder.join("docker")),
        secrets: Arc::new(Secrets::new(folder, Permission::Trusted, Mask::new())),
        state: folder.join("containers"),
    };
    ContainerTarget::new(delivery, Image::new(Template::new(template), None), ground)
}
