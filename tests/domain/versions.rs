//! Versions: a client may send any text as one, and only what can be released by its name opens a release.

use super::{FIRST, Tale, version};
use tminus_core::action::{Request, StepTask};
use tminus_core::command::{Command, RefusalKind, ReleaseCommand};
use tminus_core::names::{Commit, Version};
use tminus_core::order::Task;
use tminus_core::plan::{ArtifactKind, ImageBuild};

/// A version as it comes over a socket: nobody has read it.
fn sent(text: &str) -> Version {
    serde_json::from_value(serde_json::json!(text)).unwrap()
}

fn open(text: &str) -> Command {
    let branch = format!("release/{text}");
    Command::Release(ReleaseCommand::Open { version: sent(text), branch, commit: Commit::new(FIRST), previous: None })
}

fn cut(text: &str) -> Command {
    let branch = format!("release/{text}");
    Command::Release(ReleaseCommand::Cut {
        version: sent(text),
        branch,
        commit: Commit::new(FIRST),
        previous: None,
        hotfix_of: None,
    })
}

#[test]
fn a_text_that_names_no_version_opens_nothing() {
    let mut tale = Tale::new();
    let long = "3".repeat(3_000);
    for text in ["", "../../../../tmp/hx", "-rf", long.as_str(), "1.0\u{1b}[2J", "1..0", "a b", "1.0.", "1.lock"] {
        for command in [open(text), cut(text)] {
            assert_eq!(tale.command(&command).unwrap_err().kind, RefusalKind::Unknown, "{text:?}");
        }
    }
    assert_eq!(tale.release.openings.len(), 1);
}

#[test]
fn the_tag_is_not_the_version_and_a_moving_tag_is_none() {
    let mut tale = Tale::new();
    let refused = |tale: &mut Tale, text: &str| tale.command(&cut(text)).unwrap_err();
    assert_eq!(tale.plan.release.tag.as_str(), "v{version}");
    for text in ["v1.1.0", "V1.1.0"] {
        let refusal = refused(&mut tale, text);
        assert_eq!(refusal.kind, RefusalKind::Held);
        assert!(refusal.says.contains("write 1.1.0"), "{}", refusal.says);
    }
    for text in ["latest", "stable", "main"] {
        assert_eq!(refused(&mut tale, text).kind, RefusalKind::Held, "{text}");
    }
    tale.command(&open("1.1.0-rc.1+b")).unwrap();
    tale.command(&open("vista-2")).unwrap();
}

#[test]
fn nothing_is_brought_under_a_name_that_is_none() {
    let mut tale = Tale::cleared();
    let to = Some(sent("--help"));
    let request = Request::RollBack { env: "production".into(), to, reason: "x".into() };
    assert_eq!(tale.start(request).unwrap_err().kind, RefusalKind::Unknown);
    let deploy = Request::Deploy { env: "staging".into(), version: sent("../1") };
    assert!(tale.start(deploy).is_err());
}

#[test]
fn a_year_that_was_mistyped_is_no_t_0() {
    let mut tale = Tale::new();
    for zero in ["-009998-01-02T00:00:00Z", "2206-11-22T12:00:00Z"] {
        let zero = zero.parse().unwrap();
        let schedule = Command::Release(ReleaseCommand::Schedule { version: version("1.0.0"), zero });
        assert_eq!(tale.command(&schedule).unwrap_err().kind, RefusalKind::Unknown);
    }
}

/// A release whose image is built with these arguments.
fn built_with(args: &[(&str, &str)]) -> Tale {
    let mut tale = Tale::new();
    let args = args.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let made = ImageBuild { context: ".".into(), dockerfile: "Dockerfile".into(), args, max_size: None };
    for artifact in &mut tale.plan_to_change().artifacts {
        if let ArtifactKind::Image { build, .. } = &mut artifact.kind {
            *build = Some(made.clone());
        }
    }
    tale
}

#[test]
fn build_arguments_are_filled_for_the_release() {
    let mut tale = built_with(&[("V", "{version}"), ("T", "app-{tag}"), ("B", "{branch}"), ("X", "${HOME} {}")]);
    let action = tale.start(Request::Build { version: version("1.0.0"), artifact: None }).unwrap();
    let args = tale.action(&action).steps.iter().find_map(|state| match &state.step.task {
        StepTask::Order { task, .. } => match task.as_ref() {
            Task::Build { args, .. } if !args.is_empty() => Some(args.clone()),
            _ => None,
        },
        _ => None,
    });
    let wanted = [("V", "1.0.0"), ("T", "app-v1.0.0"), ("B", "release/1.0.0"), ("X", "${HOME} {}")];
    assert_eq!(args.unwrap(), wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_build_argument_without_a_value_holds_the_build() {
    let mut tale = built_with(&[("BEFORE", "{previous}")]);
    for opening in tale.release.openings.values_mut() {
        opening.previous = None;
    }
    let refusal = tale.start(Request::Build { version: version("1.0.0"), artifact: None }).unwrap_err();
    assert!(refusal.says.contains("{previous} has no value"), "{}", refusal.says);
}
