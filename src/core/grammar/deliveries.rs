//! What a delivery of a plan would do, in the words that a person trusts.

use crate::plan::{CommandLine, DeliverKind};

/// Adds what a delivery runs, starts or changes. What the plan leaves out is left out.
pub(super) fn lines(subject: &str, kind: &DeliverKind, lines: &mut Vec<String>) {
    match kind {
        DeliverKind::Command { current, current_json: _, deploy, undo, dir } => {
            for (role, commands) in [("current", current), ("deploy", deploy), ("undo", undo)] {
                let runs = |line| format!("{subject} {role} runs {}", in_folder(line, dir.as_deref()));
                lines.extend(commands.iter().map(runs));
            }
        }
        DeliverKind::Docker { container, ports, env_files, volumes, network, context } => {
            let details = [
                ("context", one(context.as_ref())),
                ("ports", all(ports)),
                ("volumes", all(volumes)),
                ("env-file", all(env_files)),
                ("network", one(network.as_ref())),
            ];
            lines.push(format!("{subject} replaces the container {}{}", plain(container), told(&details)));
        }
        DeliverKind::Compose { file, service, project, context } => {
            let details = [("project", one(project.as_ref())), ("context", one(context.as_ref()))];
            lines.push(format!("{subject} starts {} of {}{}", plain(service), plain(file), told(&details)));
        }
        DeliverKind::Kubernetes { context, namespace, manifests, workload, container } => {
            let details = [
                ("context", one(context.as_ref())),
                ("manifests", one(manifests.as_ref())),
                ("container", one(container.as_ref())),
            ];
            lines.push(format!("{subject} changes {} in {}{}", plain(workload), plain(namespace), told(&details)));
        }
        DeliverKind::TestFlight { connect, groups } => {
            let to = if groups.is_empty() { "no group".to_owned() } else { all(groups).join(", ") };
            lines.push(format!("{subject} gives a build to {to} through {connect}"));
        }
        DeliverKind::AppStore { connect, phased } => {
            let how = if *phased { ", phased" } else { "" };
            lines.push(format!("{subject} submits through {connect}{how}"));
        }
    }
}

/// Returns the environment files that a delivery hands on.
pub(super) fn env_files(kind: &DeliverKind) -> Vec<&str> {
    match kind {
        DeliverKind::Docker { env_files, .. } => env_files.iter().map(String::as_str).collect(),
        DeliverKind::Compose { .. }
        | DeliverKind::Kubernetes { .. }
        | DeliverKind::TestFlight { .. }
        | DeliverKind::AppStore { .. }
        | DeliverKind::Command { .. } => Vec::new(),
    }
}

/// Returns what a delivery may run or read of the repository by its content, each with the folder that it is in.
pub(super) fn leans_on(kind: &DeliverKind) -> Vec<(&str, Option<&str>)> {
    match kind {
        DeliverKind::Command { current, current_json: _, deploy, undo, dir } => {
            let all = [current, deploy, undo].into_iter().flatten().flat_map(|line| &line.0);
            all.map(|word| (word.as_str(), dir.as_deref())).collect()
        }
        DeliverKind::Compose { file, .. } => vec![(file.as_str(), None)],
        DeliverKind::Kubernetes { manifests, .. } => manifests.iter().map(|file| (file.as_str(), None)).collect(),
        DeliverKind::Docker { .. } | DeliverKind::TestFlight { .. } | DeliverKind::AppStore { .. } => Vec::new(),
    }
}

pub(super) fn in_folder(run: &CommandLine, folder: Option<&str>) -> String {
    match folder {
        Some(folder) => format!("{} (in {folder})", run.display()),
        None => run.display(),
    }
}

/// A name as it is, or in quotes where it could look like another part of its line.
pub(super) fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@{}".contains(c);
    if !name.is_empty() && name.chars().all(is_plain) { name.to_owned() } else { format!("{name:?}") }
}

/// Values in quotes: none of them can look like another part of its line.
fn all(values: &[String]) -> Vec<String> {
    values.iter().map(|value| format!("{value:?}")).collect()
}

fn one(value: Option<&String>) -> Vec<String> {
    value.map(|value| format!("{value:?}")).into_iter().collect()
}

fn told(details: &[(&str, Vec<String>)]) -> String {
    let given = details.iter().filter(|(_, values)| !values.is_empty());
    let given: Vec<String> = given.map(|(name, values)| format!("{name} {}", values.join(", "))).collect();
    if given.is_empty() { String::new() } else { format!(" ({})", given.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_named_like_a_context_is_not_read_as_one() {
        let compose = |file: &str, context: Option<&str>| {
            let (file, service) = (file.to_owned(), "backend".to_owned());
            let kind = DeliverKind::Compose { file, service, project: None, context: context.map(str::to_owned) };
            let mut told = Vec::new();
            lines("d", &kind, &mut told);
            told
        };
        assert_ne!(compose("compose.yml (context \"prod\")", None), compose("compose.yml", Some("prod")));
    }

    #[test]
    fn what_a_plan_leaves_out_is_not_told_and_a_value_stays_in_its_quotes() {
        let mut told = Vec::new();
        let (file, service) = ("compose.yml".to_owned(), "backend".to_owned());
        let compose = |project: Option<&str>| DeliverKind::Compose {
            file: file.clone(),
            service: service.clone(),
            project: project.map(str::to_owned),
            context: None,
        };
        lines("d", &compose(None), &mut told);
        lines("d", &compose(Some("shop\"; context \"far")), &mut told);
        assert_eq!(
            told,
            ["d starts backend of compose.yml", r#"d starts backend of compose.yml (project "shop\"; context \"far")"#]
        );
    }
}
