//! The requests that change something on an engine: each is previewed and made from the same value.

use super::super::failure::{failure, kind};
use super::super::gone::{is_removed_already, until_gone};
use crate::domain::order::Call;
use crate::ports::{FailureKind, PortError};
use bollard::Docker;
use bollard::models::{ContainerCreateBody, ContainerUpdateBody, RestartPolicy, RestartPolicyNameEnum};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, RenameContainerOptionsBuilder,
};
use std::time::Duration;

/// How long a container may take to end; an engine answers only when its own grace is over.
const END: Duration = Duration::from_secs(30 * 60);

/// Whether the engine starts a container again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raise {
    /// Unless somebody stopped it.
    UnlessStopped,
    /// Also one that was stopped, when the engine itself starts anew.
    Always,
    /// Never.
    Never,
}

/// One request about a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// It is started.
    Start(String),
    /// It is asked to end, and ended after its own grace.
    Stop(String),
    /// It gets another name.
    Rename(String, String),
    /// The engine raises it, or not.
    Policy(String, Raise),
    /// It is removed; its volumes stay.
    Remove(String),
    /// It is removed with the volumes that have no name: it never served.
    Discard(String),
}

impl Act {
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
        let made = match self {
            Self::Start(name) => docker.start_container(name, None).await,
            Self::Stop(name) => docker.clone().with_timeout(END).stop_container(name, None).await,
            Self::Rename(name, to) => {
                docker.rename_container(name, RenameContainerOptionsBuilder::new().name(to).build()).await
            }
            Self::Policy(name, raise) => docker.update_container(name, raise.update()).await,
            Self::Remove(name) => docker.remove_container(name, None).await,
            Self::Discard(name) => {
                docker.remove_container(name, Some(RemoveContainerOptionsBuilder::new().v(true).build())).await
            }
        };
        match made {
            Err(bollard::errors::Error::DockerResponseServerError { status_code: 304, .. }) => Ok(()),
            Err(error) if self.is_over(&error) => Ok(()),
            Err(error) if is_removed_already(&error) => until_gone(docker, self.name()).await,
            Err(error) => Err(failure(self.could_not(), &error)),
            Ok(()) => Ok(()),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Start(name)
            | Self::Stop(name)
            | Self::Rename(name, _)
            | Self::Policy(name, _)
            | Self::Remove(name)
            | Self::Discard(name) => name,
        }
    }

    fn is_over(&self, error: &bollard::errors::Error) -> bool {
        let is_removal = matches!(self, Self::Remove(_) | Self::Discard(_));
        is_removal && kind(error) == FailureKind::NotFound
    }

    fn could_not(&self) -> String {
        match self {
            Self::Start(name) => format!("{name} could not be started"),
            Self::Stop(name) => format!("{name} could not be stopped"),
            Self::Rename(name, to) => format!("{name} could not be renamed to {to}"),
            Self::Policy(name, _) => format!("the restart policy of {name} could not be changed"),
            Self::Remove(name) | Self::Discard(name) => format!("{name} could not be removed"),
        }
    }
}

impl Raise {
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
pub(super) async fn create(docker: &Docker, name: &str, body: ContainerCreateBody) -> Result<(), PortError> {
    let options = CreateContainerOptionsBuilder::new().name(name).build();
    let made = docker.create_container(Some(options), body).await;
    made.map(drop).map_err(|error| failure(format!("{name} could not be made"), &error))
}
