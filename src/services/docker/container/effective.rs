//! The configuration that a container really gets: read late, hashed into a label, and compared with that of a kept one.

use super::super::labels;
use super::act::Restart;
use super::delivery::ContainerDelivery;
use super::spec::{self, Mounts};
use crate::secrets::Secrets;
use bollard::models::{ContainerCreateBody, HostConfig, PortMap};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use tminus_core::hex::sha256;
use tminus_core::order::{Delivered, Order};
use tminus_core::ports::PortError;

/// The parts that are told apart, by their key of the plan, each with a label of its own.
pub(super) const PARTS: [(&str, &str); 4] = [
    ("ports", "tminus.config.ports"),
    ("volumes", "tminus.config.volumes"),
    ("network", "tminus.config.network"),
    ("env-file", "tminus.config.env-file"),
];

/// A configuration, ready to be given to an engine.
pub(super) struct Effective {
    ports: PortMap,
    mounts: Mounts,
    network: Option<String>,
    /// Secret: it is in no error, and in no label but as a part of a hash.
    environment: Vec<(String, String)>,
}

/// Whether a container gets the published ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PortPublishing {
    Yes,
    No,
}

impl Effective {
    /// Reads what the plan says now, and what its environment files hold now.
    ///
    /// # Errors
    /// When an entry of the plan makes no sense, or a file is missing.
    pub(super) async fn read(delivery: &ContainerDelivery, secrets: &Secrets) -> Result<Self, PortError> {
        Ok(Self {
            ports: spec::ports(&delivery.ports)?,
            mounts: spec::mounts(&delivery.volumes, secrets.root())?,
            network: delivery.network.clone(),
            environment: environment(&delivery.env_files, secrets).await?,
        })
    }

    /// Returns the labels that say what it is.
    pub(super) fn labels(&self) -> BTreeMap<&'static str, String> {
        let ports: BTreeMap<_, _> = self.ports.iter().collect();
        let texts = [
            serde_json::json!(ports).to_string(),
            serde_json::json!([self.mounts.binds, self.mounts.nameless]).to_string(),
            serde_json::json!(self.network).to_string(),
            serde_json::json!(self.environment).to_string(),
        ];
        PARTS.into_iter().zip(texts).map(|((_, label), text)| (label, sha256(text)[..16].to_owned())).collect()
    }

    /// Returns what of the host's files a container gets as they lie there.
    pub(super) fn mounted_paths(&self) -> Vec<PathBuf> {
        let sources = self.mounts.binds.iter().filter_map(|bind| bind.split(':').next());
        sources.filter(|source| source.starts_with('/')).map(PathBuf::from).collect()
    }

    /// Returns the volumes with a name that a container gets.
    pub(super) fn volumes(&self) -> Vec<String> {
        let sources = self.mounts.binds.iter().filter_map(|bind| bind.split(':').next());
        sources.filter(|source| !source.starts_with('/')).map(str::to_owned).collect()
    }

    /// Returns the keys of the plan that were others when a container was made.
    pub(super) fn changed_since(&self, made: &HashMap<String, String>) -> Vec<&'static str> {
        let now = self.labels();
        PARTS.into_iter().filter(|(_, label)| made.get(*label) != now.get(label)).map(|(key, _)| key).collect()
    }

    /// Returns what a container is made of.
    pub(super) fn body(
        self,
        reference: &str,
        (order, of): (&Order, (&ContainerDelivery, &Delivered)),
        (published, raise): (PortPublishing, Restart),
    ) -> ContainerCreateBody {
        let (delivery, to) = of;
        let mut labels = labels::of(order);
        labels.extend(self.labels().into_iter().map(|(label, value)| (label.to_owned(), value)));
        labels.insert(labels::ARTIFACT.to_owned(), delivery.artifact.to_string());
        labels.insert(labels::ENV.to_owned(), delivery.env.to_string());
        labels.insert(labels::VERSION.to_owned(), to.version.to_string());
        labels.extend(to.digest.as_ref().map(|digest| (labels::DIGEST.to_owned(), digest.to_string())));
        let ports = match published {
            PortPublishing::Yes => Some(self.ports),
            PortPublishing::No => None,
        };
        ContainerCreateBody {
            image: Some(reference.to_owned()),
            labels: Some(labels),
            env: Some(self.environment.into_iter().map(|(name, value)| format!("{name}={value}")).collect()),
            exposed_ports: ports.as_ref().map(|ports| ports.keys().cloned().collect()),
            volumes: Some(self.mounts.nameless).filter(|all| !all.is_empty()),
            host_config: Some(HostConfig {
                binds: Some(self.mounts.binds),
                port_bindings: ports,
                network_mode: self.network,
                restart_policy: Some(raise.policy()),
                ..HostConfig::default()
            }),
            ..ContainerCreateBody::default()
        }
    }
}

/// Reads the files, the last of a name counting.
///
/// # Errors
/// When a file is missing, or a line makes no sense: named by file and number.
async fn environment(files: &[String], secrets: &Secrets) -> Result<Vec<(String, String)>, PortError> {
    let mut all: Vec<(String, String)> = Vec::new();
    for file in files {
        secrets.allow_run(&format!("{file} was not read")).await?;
        for (name, value) in secrets.read_env_file(file).await? {
            all.retain(|(known, _)| *known != name);
            all.push((name, value));
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effective(environment: &[(&str, &str)], ports: &str) -> Effective {
        Effective {
            ports: spec::ports(&[ports.to_owned()]).unwrap(),
            mounts: Mounts::default(),
            network: None,
            environment: environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        }
    }

    #[test]
    fn what_changed_is_named_by_its_key_and_no_value_is_in_a_label() {
        let then = effective(&[("KEY", "hunter22")], "80:8000").labels();
        let labels: HashMap<_, _> = then.into_iter().map(|(label, value)| (label.to_owned(), value)).collect();
        assert!(!labels.is_empty() && labels.values().all(|value| !value.contains("hunter")));
        assert!(effective(&[("KEY", "hunter22")], "80:8000").changed_since(&labels).is_empty());
        let now = effective(&[("KEY", "other")], "81:8000");
        assert_eq!(now.changed_since(&labels), ["ports", "env-file"]);
    }
}
