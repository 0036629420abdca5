//! Building: with the builder that the engine offers, from the release's commit.
//!
//! A build that was interrupted is begun again from its start: it changes nothing but the engine's own cache.

use super::context::Context;
use super::found::{self, labels};
use super::output::BuildOutput;
use super::pack::Parcel;
use crate::docker::failure::{failure, kind};
use crate::docker::link::Link;
use bollard::auth::DockerCredentials;
use bollard::errors::Error;
use bollard::query_parameters::{BuildImageOptions, BuilderVersion};
use futures::StreamExt as _;
use std::collections::HashMap;
use std::time::Duration;
use tminus_core::mask::Mask;
use tminus_core::names::{ArtifactName, Commit, Version};
use tminus_core::order::{Call, Order, Task};
use tminus_core::plan::ImageBuild;
use tminus_core::ports::{FailureKind, PortError, ProgressSender};

/// How long a build may take, and how long a push.
pub(super) const LIMIT: Duration = Duration::from_secs(3_600);

/// What is built.
#[derive(Clone, Copy)]
pub(super) struct Making<'a> {
    pub(super) order: &'a Order,
    pub(super) artifact: &'a ArtifactName,
    pub(super) version: &'a Version,
    pub(super) commit: &'a Commit,
    pub(super) build: &'a ImageBuild,
}

impl Making<'_> {
    /// Returns the build arguments: those of the order, filled; one of an earlier build has none of its own.
    fn args(&self) -> &[(String, String)] {
        match &self.order.task {
            Task::Build { args, .. } if !args.is_empty() => args,
            Task::Build { .. }
            | Task::Provide { .. }
            | Task::Deliver { .. }
            | Task::Restore { .. }
            | Task::Run { .. }
            | Task::Act { .. } => &self.build.args,
        }
    }
}

/// Returns the calls of a build.
pub(super) fn calls(making: Making<'_>) -> Vec<Call> {
    let Making { artifact, version, commit, build, .. } = making;
    let of = if build.context == "." { String::new() } else { format!("{} of ", build.context) };
    let mut body = format!("{of}{}", commit.short());
    for (name, value) in making.args() {
        body.push_str(&format!(", {name}={value}"));
    }
    body.push_str(&format!(", labelled {artifact} {version}"));
    let line = format!("POST /build?dockerfile={}", build.dockerfile);
    let call = Call::Request { service: "docker".to_owned(), line, body: Some(body) };
    let build = Call::When { condition: "if not built already".to_owned(), call: Box::new(call) };
    [build].into_iter().chain(SESSION.map(session_call)).collect()
}

/// What BuildKit asks back during a build: nothing of this machine is given to it but the context.
const SESSION: [&str; 2] = ["POST /session", "POST /grpc"];

fn session_call(line: &str) -> Call {
    let call = Call::Request { service: "docker".to_owned(), line: line.to_owned(), body: None };
    Call::When { condition: "where the engine builds with BuildKit".to_owned(), call: Box::new(call) }
}

fn options(making: Making<'_>, builder: BuilderVersion) -> BuildImageOptions {
    let Making { order, artifact, version, commit, build } = making;
    let is_kit = builder == BuilderVersion::BuilderBuildKit;
    // A session is one build's: two that share one would answer each other's questions.
    let session = is_kit.then(|| format!("tminus-{}-{:?}", order.id, std::time::Instant::now()));
    let session = session.map(|text| text.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect());
    BuildImageOptions {
        dockerfile: build.dockerfile.clone(),
        rm: true,
        forcerm: true,
        buildargs: Some(making.args().iter().cloned().collect()),
        labels: Some(labels(order, artifact, (version, commit))),
        version: builder,
        session,
        ..BuildImageOptions::default()
    }
}

/// Asks the engine which builder it offers: BuildKit where it says so, else the classic one.
pub(in crate::docker) async fn builder(link: &Link) -> Result<BuilderVersion, PortError> {
    let answer = link.read("/_ping").await?;
    let said = answer.headers().get("builder-version").and_then(|value| value.to_str().ok());
    Ok(if said == Some("2") { BuilderVersion::BuilderBuildKit } else { BuilderVersion::BuilderV1 })
}

/// Builds, and returns the image's id.
///
/// # Errors
/// With the step that failed, the builder's words and its last lines; [`FailureKind::Unreachable`] when the engine goes
/// away in the middle.
pub(super) async fn build(
    making: Making<'_>,
    link: &Link,
    (context, credentials): (Context, Option<HashMap<String, DockerCredentials>>),
    (progress, mask): (&ProgressSender, &Mask),
) -> Result<String, PortError> {
    let builder = builder(link).await?;
    // An engine says nothing before it has the whole context, which may take as long as the build.
    let docker = link.docker().await?.with_timeout(LIMIT + Duration::from_secs(1));
    let mut output = BuildOutput::new(progress.clone(), mask.clone());
    let Parcel { pieces, packed } = context.send();
    let mut news = docker.build_image(options(making, builder), credentials, Some(bollard::body_try_stream(pieces)));
    let mut broke = None;
    while let Some(told) = news.next().await {
        match told {
            Ok(told) => output.see(told),
            Err(error) => {
                broke = Some(error);
                break;
            }
        }
    }
    output.end().await;
    // Its end is awaited: what it packs from is the next build's after this.
    drop(news);
    let unpacked = packed.await.map_err(std::io::Error::other).and_then(|packed| packed).err();
    let unpacked = unpacked.filter(|error| error.kind() != std::io::ErrorKind::BrokenPipe);
    let docker = link.docker().await?;
    match (unpacked, broke) {
        (Some(error), _) => {
            let summary = format!("the context of {} could not be sent", making.artifact);
            Err(PortError::new(FailureKind::Rejected, summary).because(error.to_string()))
        }
        (None, Some(error)) => Err(told(making, &error, &mut output)),
        (None, None) => match found::of_order(&docker, making.order).await? {
            Some(image) => Ok(image.id),
            None => {
                let summary = format!("the build of {} ended without an image", making.artifact);
                Err(PortError::new(FailureKind::Unreachable, summary))
            }
        },
    }
}

/// Says what went wrong in a build, with its last lines.
fn told(making: Making<'_>, error: &Error, output: &mut BuildOutput) -> PortError {
    let what = format!("{} {} was not built", making.artifact, making.version);
    let summary = match output.step() {
        Some(step) => format!("{what}: {step}"),
        None => what,
    };
    match error {
        Error::DockerStreamError { .. } | Error::DockerResponseServerError { .. } => {
            let mut failure = failure(summary, error);
            // What could not be reached from within a build is no engine that went away.
            if failure.kind == FailureKind::Unreachable {
                failure.kind = FailureKind::Rejected;
            }
            output.last_lines().into_iter().fold(failure, PortError::because)
        }
        // Half an answer is no answer: the engine ended in the middle of it.
        Error::JsonDataError { .. } | Error::JsonSerdeError { .. } => {
            PortError::new(FailureKind::Unreachable, summary).caused_by(error)
        }
        other => {
            let kind =
                if kind(other) == FailureKind::Timeout { FailureKind::Timeout } else { FailureKind::Unreachable };
            PortError::new(kind, summary).caused_by(other)
        }
    }
}
