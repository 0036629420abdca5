//! A container that runs nothing, made by the engine itself: where only one of a service can run and Compose cannot set up
//! another beside it, this finds out what the host does not have while the one that serves is untouched.

use super::needs::Needs;
use crate::docker::container::act;
use crate::docker::failure::failure;
use crate::docker::labels;
use bollard::Docker;
use bollard::models::{ContainerCreateBody, DeviceMapping, HostConfig, Mount, MountType};
use bollard::query_parameters::StartContainerOptions;
use std::path::PathBuf;
use tminus_core::order::Order;
use tminus_core::ports::PortError;

/// What a container is to run that is only set up: a program that no image has.
pub(super) const NOTHING: &str = "/tminus-runs-nothing";

/// Returns what is made; nothing where the service asks the host for nothing that it might not have.
pub(super) fn body(needs: &Needs, (image, order): (&str, &Order)) -> Option<ContainerCreateBody> {
    let has_devices = !(needs.devices.is_empty() && needs.device_requests.is_empty());
    if !has_devices && needs.files.is_empty() && needs.runtime.is_none() && needs.user.is_none() {
        return None;
    }
    let mount = |(at, file): (usize, &PathBuf)| Mount {
        source: Some(file.display().to_string()),
        target: Some(format!("/tminus/{at}")),
        typ: Some(MountType::BIND),
        read_only: Some(true),
        ..Mount::default()
    };
    let devices = needs.devices.iter().map(|device| DeviceMapping {
        path_on_host: Some(device.source.clone()),
        path_in_container: Some(device.target.clone()),
        cgroup_permissions: Some(device.permissions.clone()),
    });
    Some(ContainerCreateBody {
        image: Some(image.to_owned()),
        entrypoint: Some(vec![NOTHING.to_owned()]),
        user: needs.user.clone(),
        labels: Some(labels::of(order)),
        host_config: Some(HostConfig {
            devices: Some(devices.collect()),
            device_requests: Some(needs.device_requests.clone()),
            mounts: Some(needs.files.iter().enumerate().map(mount).collect()),
            runtime: needs.runtime.clone(),
            network_mode: Some("none".to_owned()),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    })
}

/// Makes it and starts it, which ends in a failure: at best that there is no such program.
pub(super) async fn start(docker: &Docker, name: &str, body: ContainerCreateBody) -> Result<(), PortError> {
    act::create(docker, name, body).await?;
    let started = docker.start_container(name, None::<StartContainerOptions>).await;
    started.map_err(|error| failure(format!("{name} could not be started"), &error))
}
