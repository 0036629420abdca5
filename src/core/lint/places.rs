//! Deliveries that share a place, and services that a delivery leaves behind.

use super::{Finding, Rule};
use crate::names::EnvName;
use crate::plan::{
    ArtifactKind, ComposeFile, ComposeService, Deliver, Environment, PlaceFacts, Plan, SharedPlace, shared_places,
    shared_ports,
};

pub(super) fn findings(plan: &Plan, facts: &PlaceFacts) -> Vec<Finding> {
    let mut findings: Vec<Finding> = shared_places(plan, facts).iter().map(shared).collect();
    findings.extend(shared_ports(plan, facts).into_iter().map(one_port));
    findings.extend(same_commands(plan));
    findings.extend(plan.environments.iter().flat_map(|env| left_behind(plan, env, facts)));
    findings
}

fn shared(shared: &SharedPlace) -> Finding {
    Finding {
        rule: Rule::OnePlace,
        subject: shared.subject(),
        says: shared.says(),
        why: shared.why.to_owned(),
        instead: shared.instead.to_owned(),
    }
}

fn one_port(shared: SharedPlace) -> Finding {
    Finding {
        rule: Rule::OnePort,
        subject: shared.subject(),
        says: format!("{} would both publish {}", shared.both(), shared.place),
        why: shared.why.to_owned(),
        instead: shared.instead.to_owned(),
    }
}

/// Finds deliveries of one artifact by the same commands: nothing in them says which environment they are for.
fn same_commands(plan: &Plan) -> Vec<Finding> {
    let all: Vec<(&EnvName, &Deliver)> =
        plan.environments.iter().flat_map(|env| env.deliver.iter().map(move |deliver| (&env.name, deliver))).collect();
    let mut findings = Vec::new();
    for (at, (env, deliver)) in all.iter().enumerate() {
        let is_same =
            |(_, other): &&(&EnvName, &Deliver)| other.artifact == deliver.artifact && is_alike(other, deliver);
        if let Some((earlier, _)) = all[..at].iter().find(is_same) {
            findings.push(Finding {
                rule: Rule::OnePlace,
                subject: format!("env.{env}.deliver.{}", deliver.artifact),
                says: format!("{env} and {earlier} run the same commands, and none of them names its environment"),
                why: "both look at one place and deliver there: a deploy to one is one to the other".to_owned(),
                instead: "{env} or {url} in the commands, or anything else that tells the two apart".to_owned(),
            });
        }
    }
    findings
}

fn is_alike(one: &Deliver, other: &Deliver) -> bool {
    one.kind.placeless().is_some_and(|runs| other.kind.placeless() == Some(runs))
}

/// Finds services of a compose file that are made of a delivered image, and that nothing delivers to this environment.
fn left_behind(plan: &Plan, env: &Environment, facts: &PlaceFacts) -> Vec<Finding> {
    let delivered: Vec<(&str, &str)> =
        env.deliver.iter().filter_map(|deliver| deliver.kind.compose_service()).collect();
    let of = |deliver: &Deliver| {
        let (file, name) = deliver.kind.compose_service()?;
        let known = facts.compose.get(file)?;
        let template = plan.artifact(&deliver.artifact).and_then(|artifact| match &artifact.kind {
            ArtifactKind::Image { image, .. } => Some(repository(image.as_str()).to_owned()),
            ArtifactKind::App { .. } => None,
        });
        let left = others(known, name, template.as_deref()).into_iter();
        let left: Vec<&str> = left.filter(|other| !delivered.contains(&(file, *other))).collect();
        (!left.is_empty()).then(|| Finding {
            rule: Rule::ImageLeftBehind,
            subject: format!("env.{}.deliver.{}", env.name, deliver.artifact),
            says: format!("delivers the service {name} of {file} alone; {} run the same image", left.join(", ")),
            why: "they stay on the old version after a deploy that was good".to_owned(),
            instead: format!("an artifact for each of them, of the same image: deliver.{} = {{ … }}", left[0]),
        })
    };
    env.deliver.iter().filter_map(of).collect()
}

/// Returns the services that are made of what a service is made of, those left out that run once or when asked for.
fn others<'a>(file: &'a ComposeFile, name: &str, artifact: Option<&str>) -> Vec<&'a str> {
    let Some(this) = file.services.get(name) else { return Vec::new() };
    let image = |service: &'a ComposeService| service.image.as_deref().map(repository);
    let is_same = |other: &'a ComposeService| {
        let by_image = image(other).is_some_and(|it| this.image.as_deref().map(repository) == Some(it));
        let by_artifact = artifact.is_some() && image(other) == artifact;
        let by_build =
            other.image.is_none() && this.image.is_none() && other.build.is_some() && other.build == this.build;
        by_image || by_artifact || by_build
    };
    let all =
        file.services.iter().filter(|(other, service)| *other != name && !service.is_occasional && is_same(service));
    all.map(|(other, _)| other.as_str()).collect()
}

/// Returns an image's name without its tag and digest.
fn repository(image: &str) -> &str {
    let bare = image.split_once('@').map_or(image, |(bare, _)| bare);
    let name = bare.rfind('/').map_or(0, |slash| slash + 1);
    bare[name..].find(':').map_or(bare, |colon| &bare[..name + colon])
}
