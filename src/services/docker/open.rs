//! What Docker does for a plan, made of the plan: targets, builders, log sources.

use super::compose::{ComposeDelivery, ComposeDeps, ComposeTarget, PROGRAMS};
use super::container::{ContainerDelivery, ContainerDeps, ContainerTarget};
use super::drive::DockerOrders;
use super::logs::ContainerLog;
use super::rivals::{Rival, RivalPlace, Rivals};
use super::ship::{BuildDeps, ImageBuilder, Recipe};
use crate::deps::{Deps, PlannedDelivery};
use crate::worktree::Worktree;
use std::collections::HashMap;
use std::sync::Arc;
use tminus_core::kinds::deliver::DeliverKind;
use tminus_core::kinds::log::LogOrigin;
use tminus_core::names::ArtifactName;
use tminus_core::plan::{Artifact, ArtifactKind, LogStream, Plan};
use tminus_core::ports::{LogSource, Target};

/// Opens the target of a delivery of one container.
pub fn open_container(planned: PlannedDelivery<'_>, deps: &Deps) -> Option<Arc<dyn Target>> {
    let PlannedDelivery { plan, environment, deliver } = planned;
    let DeliverKind::Docker(settings) = &deliver.kind else { return None };
    let delivery = ContainerDelivery {
        env: environment.name.clone(),
        artifact: deliver.artifact.clone(),
        container: settings.container.clone(),
        ports: settings.ports.clone(),
        env_files: settings.env_files.clone(),
        volumes: settings.volumes.clone(),
        network: settings.network.clone(),
        timeout: deliver.timeout,
    };
    let stands_on = ContainerDeps {
        link: deps.link(settings.context.as_ref()),
        orders: deps.orders.clone(),
        secrets: deps.secrets.clone(),
        state: deps.state.join("containers"),
    };
    let target = ContainerTarget::new(delivery, deps.image(plan, &deliver.artifact)?, stands_on);
    Some(Arc::new(target.among(rivals(planned, deps))))
}

/// Opens the target of a delivery of one service of a compose file.
pub fn open_compose(planned: PlannedDelivery<'_>, deps: &Deps) -> Option<Arc<dyn Target>> {
    Some(Arc::new(compose(planned, deps)?.among(rivals(planned, deps))))
}

/// Makes the target of a delivery by Compose, which does not know of the plan's other deliveries.
pub fn compose(planned: PlannedDelivery<'_>, deps: &Deps) -> Option<ComposeTarget> {
    let PlannedDelivery { plan, environment, deliver } = planned;
    let DeliverKind::Compose(settings) = &deliver.kind else { return None };
    let words = |words: &&[&str]| words.iter().map(ToString::to_string).collect();
    let delivery = ComposeDelivery {
        env: environment.name.clone(),
        artifact: deliver.artifact.clone(),
        file: settings.file.clone(),
        service: settings.service.clone(),
        project: settings.project.clone(),
        timeout: deliver.timeout,
        image: deps.image(plan, &deliver.artifact)?,
        programs: PROGRAMS.iter().map(words).collect(),
    };
    let stands_on = ComposeDeps {
        link: deps.link(settings.context.as_ref()),
        orders: deps.orders.clone(),
        secrets: deps.secrets.clone(),
        state: deps.state.join("compose"),
        renderings: deps.renderings.clone(),
    };
    Some(ComposeTarget::new(delivery, stands_on))
}

/// Returns the plan's other deliveries to engines.
fn rivals(PlannedDelivery { plan, environment, deliver }: PlannedDelivery<'_>, deps: &Deps) -> Rivals {
    let all = plan.environments.iter().flat_map(|env| env.deliver.iter().map(move |deliver| (env, deliver)));
    let others = all.filter(|(env, other)| env.name != environment.name || other.artifact != deliver.artifact);
    let rivals = others.filter_map(|(env, other)| {
        let (at, context) = rival_place(&other.kind)?;
        let link = deps.link(context.as_ref());
        Some(Rival { env: env.name.clone(), artifact: other.artifact.clone(), link, at })
    });
    Rivals::new(rivals.collect())
}

/// Returns where a delivery goes on its engine, and the context of that.
fn rival_place(kind: &DeliverKind) -> Option<(RivalPlace, &Option<String>)> {
    if let DeliverKind::Docker(docker) = kind {
        return Some((RivalPlace::Container(docker.container.clone()), &docker.context));
    }
    let DeliverKind::Compose(compose) = kind else { return None };
    let (file, project, service) = (compose.file.clone(), compose.project.clone(), compose.service.clone());
    Some((RivalPlace::Service { file, project, service }, &compose.context))
}

/// Returns what makes each image that the plan builds.
pub fn builders(plan: &Plan, deps: &Deps) -> HashMap<ArtifactName, Arc<dyn Target>> {
    let stands_on = BuildDeps {
        link: deps.link(None),
        orders: DockerOrders::new(deps.state.join("builds")).hiding(deps.secrets.clone()),
        repository: deps.repository.clone(),
        worktree: Worktree::new(deps.repository.clone(), deps.worktrees.join("build")),
        mask: deps.mask.clone(),
    };
    let builder = |artifact: &Artifact| -> Option<Arc<dyn Target>> {
        let ArtifactKind::Image { build: Some(build), .. } = &artifact.kind else { return None };
        let (image, build) = (deps.image(plan, &artifact.name)?, build.clone());
        let recipe = Recipe { artifact: artifact.name.clone(), image, build };
        Some(Arc::new(ImageBuilder::new(recipe, stands_on.clone())))
    };
    plan.artifacts.iter().filter_map(|artifact| Some((artifact.name.clone(), builder(artifact)?))).collect()
}

/// Opens what a container prints.
pub fn open_log(log: &LogStream, deps: &Deps) -> Option<Arc<dyn LogSource<String>>> {
    let LogOrigin::Container(origin) = &log.origin else { return None };
    let (name, link) = (origin.container.clone(), deps.link(origin.context.as_ref()));
    Some(Arc::new(ContainerLog::new(log.name.clone(), name, link, deps.clock.clone())))
}
