//! The requests that change something on an engine: each is previewed and made from the same value.

use super::super::failure::failure;
use super::super::gone::remove;
use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ContainerCreateBody, ContainerUpdateBody, RestartPolicy, RestartPolicyNameEnum};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, RenameContainerOptionsBuilder,
};
use std::time::Duration;
use tminus_core::order::Call;
use tminus_core::ports::PortError;

/// How long a container may take to end; an engine answers only when its own grace is over.
const END: Duration = Duration::from_secs(30 * 60);

/// Whether the engine starts a container again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Restart {
    /// Unless somebody stopped it.
    UnlessStopped,
    /// Also one that was stopped, when the engine itself starts anew.
    Always,
    /// Never.
    Never,
}

/// One request about a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ContainerAct {
    /// It is started.
    Start(String),
    /// It is asked to end, and ended after its own grace.
    Stop(String),
    /// It gets another name.
    Rename(String, String),
    /// The engine raises it, or not.
    Policy(String, Restart),
    /// It is removed; its volumes stay.
    Remove(String),
    /// It is removed with the volumes that have no name: it never served.
    Discard(String),
}

impl ContainerAct {
    /// Returns the request as it is shown.
    pub(super) fn call(&self) -> Call {
        let (line, body) = match self {
            Self::Start(name) => (format!("POST /containers/{name}/start"), None),
            Self::Stop(name) => (format!("POST /containers/{name}/stop"), None),
            Self::Rename(name, to) => (format!("POST /containers/{name}/rename?name={to}"), None),
            Self::Policy(name, raise) => {
                let body = serde_json::json!({ "RestartPolicy": { "Name": raise.name() } });
                (format!("POST /containers/{name}/update"), Some(body.to_string()))
            }
            Self::Remove(name) => (format!("DELETE /containers/{name}"), None),
            Self::Discard(name) => (format!("DELETE /containers/{name}?v=true"), None),
        };
        Call::Request { service: "docker".to_owned(), line, body }
    }

    /// Makes it. What is so already is no error.
    pub(super) async fn make(&self, docker: &Docker) -> Result<(), PortError> {
        let (made, could_not) = match self {
            Self::Start(name) => (docker.start_container(name, None).await, format!("{name} could not be started")),
            Self::Stop(name) => {
                let stopped = docker.clone().with_timeout(END).stop_container(name, None).await;
                (stopped, format!("{name} could not be stopped"))
            }
            Self::Rename(name, to) => {
                let options = RenameContainerOptionsBuilder::new().name(to).build();
                (docker.rename_container(name, options).await, format!("{name} could not be renamed to {to}"))
            }
            Self::Policy(name, raise) => {
                let could_not = format!("the restart policy of {name} could not be changed");
                (docker.update_container(name, raise.update()).await, could_not)
            }
            Self::Remove(name) => return remove(docker, name, None).await,
            Self::Discard(name) => {
                return remove(docker, name, Some(RemoveContainerOptionsBuilder::new().v(true).build())).await;
            }
        };
        match made {
            Err(Error::DockerResponseServerError { status_code: 304, .. }) => Ok(()),
            Err(error) => Err(failure(could_not, &error)),
            Ok(()) => Ok(()),
        }
    }
}

impl Restart {
    /// Returns the engine's word.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::UnlessStopped => "unless-stopped",
            Self::Always => "always",
            Self::Never => "no",
        }
    }

    /// Returns it as the engine takes it.
    pub(super) fn policy(self) -> RestartPolicy {
        let name = match self {
            Self::UnlessStopped => RestartPolicyNameEnum::UNLESS_STOPPED,
            Self::Always => RestartPolicyNameEnum::ALWAYS,
            Self::Never => RestartPolicyNameEnum::NO,
        };
        RestartPolicy { name: Some(name), maximum_retry_count: None }
    }

    fn update(self) -> ContainerUpdateBody {
        ContainerUpdateBody { restart_policy: Some(self.policy()), ..ContainerUpdateBody::default() }
    }
}

/// Makes a container that does not run yet.
pub(in super::super) async fn create(docker: &Docker, name: &str, body: ContainerCreateBody) -> Result<(), PortError> {
    let options = CreateContainerOptionsBuilder::new().name(name).build();
    let made = docker.create_container(Some(options), body).await;
    made.map(drop).map_err(|error| failure(format!("{name} could not be made"), &error))
}
