//! The target of a delivery by commands, made of the plan.

use super::{CommandDelivery, CommandTarget};
use crate::deps::{Deps, PlannedDelivery};
use std::sync::Arc;
use tminus_core::kinds::check::PlanPart;
use tminus_core::kinds::deliver::{CommandDeliver, DeliverKind};
use tminus_core::plan::{ArtifactKind, Placeholder, Verifier};
use tminus_core::ports::Target;

/// Opens the target of a delivery by commands.
pub fn open(planned: PlannedDelivery<'_>, deps: &Deps) -> Option<Arc<dyn Target>> {
    let PlannedDelivery { plan, environment, deliver } = planned;
    let DeliverKind::Command(CommandDeliver { current, current_json, deploy, undo, dir }) = &deliver.kind else {
        return None;
    };
    let image = plan.artifact(&deliver.artifact).and_then(|a| match &a.kind {
        ArtifactKind::Image { image, .. } => Some(image.with(Placeholder::Tag, &plan.release.tag)),
        ArtifactKind::App { .. } => None,
    });
    let delivery = CommandDelivery {
        env: environment.name.clone(),
        url: environment.served_at.clone().or_else(|| environment.url.clone()),
        image,
        current: current.clone(),
        current_json: current_json.clone(),
        deploy: deploy.clone(),
        undo: undo.clone(),
        dir: dir.clone(),
        timeout: deliver.timeout,
    };
    let target = CommandTarget::new(delivery, deps.commands.clone()).of_release(plan.release.clone());
    let reads_a_log = |name: &String| matches!(plan.verifier(name), Some(Verifier::Check(check)) if matches!(check.way.leans_on(), Some(PlanPart::Log(_))));
    let is_dated = environment.verify.iter().any(reads_a_log);
    Some(Arc::new(if is_dated { target.on_the_second() } else { target }))
}
