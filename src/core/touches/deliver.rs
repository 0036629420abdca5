//! What a delivery of a plan touches.

use super::words::{all, details, in_folder, one, plain};
use super::{FileUse, Run, RunRole, Touch, TouchKind};
use crate::plan::{CommandLine, DeliverKind};

/// Returns what a delivery runs, reads, starts or changes. What the plan leaves out is left out of its line.
pub(super) fn touches<'a>(at: &str, kind: &'a DeliverKind) -> Vec<Touch<'a>> {
    let of_one_line = |line: String, kinds: Vec<(&str, TouchKind<'a>)>| {
        let touch = |(key, kind)| Touch { at: format!("{at}{key}"), kind, line: line.clone() };
        kinds.into_iter().map(touch).collect()
    };
    match kind {
        DeliverKind::Command { current, current_json: _, deploy, undo, dir } => {
            commands(at, [current, deploy, undo], dir.as_deref())
        }
        DeliverKind::Docker { container, ports, env_files, volumes, network, context } => {
            let details = details(&[
                ("context", one(context.as_ref())),
                ("ports", all(ports)),
                ("volumes", all(volumes)),
                ("env-file", all(env_files)),
                ("network", one(network.as_ref())),
            ]);
            let files = env_files.iter().map(|file| (".env-file", TouchKind::Reads(file, FileUse::EnvFile)));
            of_one_line(
                format!("{at} replaces the container {}{details}", plain(container)),
                std::iter::once(("", TouchKind::Engine(context.as_deref()))).chain(files).collect(),
            )
        }
        DeliverKind::Compose { file, service, project, context } => {
            let details = details(&[("project", one(project.as_ref())), ("context", one(context.as_ref()))]);
            of_one_line(
                format!("{at} starts {} of {}{details}", plain(service), plain(file)),
                vec![("", TouchKind::Engine(context.as_deref())), (".file", TouchKind::Reads(file, FileUse::Compose))],
            )
        }
        DeliverKind::Kubernetes { context, namespace, manifests, workload, container } => {
            let details = details(&[
                ("context", one(context.as_ref())),
                ("manifests", one(manifests.as_ref())),
                ("container", one(container.as_ref())),
            ]);
            let files = manifests.iter().map(|file| (".manifests", TouchKind::Reads(file, FileUse::Manifests)));
            of_one_line(
                format!("{at} changes {} in {}{details}", plain(workload), plain(namespace)),
                std::iter::once(("", TouchKind::Changes)).chain(files).collect(),
            )
        }
        DeliverKind::TestFlight { connect, groups } => {
            let to = if groups.is_empty() { "no group".to_owned() } else { all(groups).join(", ") };
            of_one_line(format!("{at} gives a build to {to} through {connect}"), vec![("", TouchKind::Changes)])
        }
        DeliverKind::AppStore { connect, phased } => {
            let how = if *phased { ", phased" } else { "" };
            of_one_line(format!("{at} submits through {connect}{how}"), vec![("", TouchKind::Changes)])
        }
    }
}

fn commands<'a>(at: &str, [current, deploy, undo]: [&'a Vec<CommandLine>; 3], dir: Option<&'a str>) -> Vec<Touch<'a>> {
    let lists =
        [("current", current, RunRole::Current), ("deploy", deploy, RunRole::Deliver), ("undo", undo, RunRole::Undo)];
    let runs = lists.into_iter().flat_map(|(key, lines, role)| {
        lines.iter().enumerate().map(move |(index, line)| Touch {
            at: format!("{at}.{key}[{index}]"),
            kind: TouchKind::Runs(Run { line, dir, role, env: &[] }),
            line: format!("{at} {key} runs {}", in_folder(line, dir)),
        })
    });
    runs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(kind: &DeliverKind) -> Vec<String> {
        let mut lines: Vec<String> = touches("d", kind).into_iter().map(|touch| touch.line).collect();
        lines.dedup();
        lines
    }

    #[test]
    fn a_file_that_is_named_like_a_context_is_not_read_as_one() {
        let compose = |file: &str, context: Option<&str>| {
            let (file, service) = (file.to_owned(), "backend".to_owned());
            let kind = DeliverKind::Compose { file, service, project: None, context: context.map(str::to_owned) };
            lines(&kind)
        };
        assert_ne!(compose("compose.yml (context \"prod\")", None), compose("compose.yml", Some("prod")));
    }

    #[test]
    fn what_a_plan_leaves_out_is_not_told_and_a_value_stays_in_its_quotes() {
        let (file, service) = ("compose.yml".to_owned(), "backend".to_owned());
        let compose = |project: Option<&str>| DeliverKind::Compose {
            file: file.clone(),
            service: service.clone(),
            project: project.map(str::to_owned),
            context: None,
        };
        let told = [lines(&compose(None)), lines(&compose(Some("shop\"; context \"far")))].concat();
        assert_eq!(
            told,
            ["d starts backend of compose.yml", r#"d starts backend of compose.yml (project "shop\"; context \"far")"#]
        );
    }
}
