//! What a test makes on an engine carries a mark of its own, and is removed by it when the test ends.

use super::engine::{Engine, block, client};
use crate::slots::{Scarce, Slot, take};
use bollard::Docker;
use bollard::query_parameters::{
    ListContainersOptionsBuilder, ListImagesOptionsBuilder, RemoveContainerOptionsBuilder, RemoveImageOptionsBuilder,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The label; its value is the mark. Containers have it from their image.
pub const LABEL: &str = "tminus.test";

/// The mark of one test on one engine. Dropping it removes every container, network and image that carries the label,
/// or a name that begins with the mark.
pub struct Marked {
    pub socket: PathBuf,
    /// The mark: it begins every name.
    pub id: String,
    _slot: Slot,
}

impl Marked {
    pub fn on(engine: &dyn Engine) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_micros();
        let id = format!("tm-{}-{now}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        Self { socket: engine.socket().to_owned(), id, _slot: take(Scarce::Docker) }
    }

    /// The same mark, by another way to the engine.
    pub fn by_way_of(&self, socket: &Path) -> Self {
        Self { socket: socket.to_owned(), id: self.id.clone(), _slot: take(Scarce::Docker) }
    }

    /// Returns a name that no other test has.
    pub fn name(&self, name: &str) -> String {
        format!("{}-{name}", self.id)
    }

    /// Returns the names of what is there now: containers, networks, images.
    pub fn left(&self) -> Vec<String> {
        block(async {
            let docker = client(&self.socket).unwrap();
            let (containers, networks, images) =
                (self.containers(&docker).await, self.networks(&docker).await, self.images(&docker).await);
            [containers, networks, images].concat()
        })
    }

    async fn containers(&self, docker: &Docker) -> Vec<String> {
        let all = ListContainersOptionsBuilder::new().all(true).build();
        let found = docker.list_containers(Some(all)).await.unwrap_or_default().into_iter();
        let ours = |labels: &Option<HashMap<String, String>>, names: &[String]| {
            self.is_label(labels.as_ref()) || names.iter().any(|name| self.is_name(name.trim_start_matches('/')))
        };
        found.filter(|c| ours(&c.labels, c.names.as_deref().unwrap_or_default())).filter_map(|c| c.id).collect()
    }

    async fn networks(&self, docker: &Docker) -> Vec<String> {
        let found = docker.list_networks(None).await.unwrap_or_default().into_iter();
        let ours = found.filter(|n| self.is_label(n.labels.as_ref()) || n.name.iter().any(|name| self.is_name(name)));
        ours.filter_map(|network| network.id).collect()
    }

    /// An image that more than one name has is known by each of them.
    async fn images(&self, docker: &Docker) -> Vec<String> {
        let all = ListImagesOptionsBuilder::new().all(false).build();
        let found = docker.list_images(Some(all)).await.unwrap_or_default();
        let mut ours = Vec::new();
        for image in found {
            if self.is_label(Some(&image.labels)) {
                ours.push(image.id);
            } else {
                ours.extend(image.repo_tags.into_iter().filter(|tag| self.is_name(tag)));
            }
        }
        ours
    }

    fn is_label(&self, labels: Option<&HashMap<String, String>>) -> bool {
        labels.and_then(|labels| labels.get(LABEL)).is_some_and(|mark| *mark == self.id)
    }

    /// A name in a registry has the registry's address before it.
    fn is_name(&self, name: &str) -> bool {
        let rest = name.rsplit('/').next().unwrap_or(name).strip_prefix(&self.id);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    }

    async fn remove(&self) {
        let Some(docker) = client(&self.socket) else { return };
        for id in self.containers(&docker).await {
            let all = RemoveContainerOptionsBuilder::new().force(true).v(true).build();
            drop(docker.remove_container(&id, Some(all)).await);
        }
        for id in self.networks(&docker).await {
            drop(docker.remove_network(&id).await);
        }
        // What was built on another of them has to go before it.
        for _ in 0..4 {
            let left = self.images(&docker).await;
            if left.is_empty() {
                break;
            }
            for id in left {
                let all = RemoveImageOptionsBuilder::new().force(true).build();
                drop(docker.remove_image(&id, Some(all), None).await);
            }
        }
    }
}

impl Drop for Marked {
    fn drop(&mut self) {
        block(self.remove());
    }
}
