//! Tagging, pushing, and the registry's own word on what it has now.

use super::inspect::{self, Inspected};
use super::transfer;
use crate::docker::failure::failure;
use crate::docker::link::Link;
use crate::registry::{ImageName, Registry};
use bollard::Docker;
use bollard::auth::DockerCredentials;
use bollard::query_parameters::TagImageOptionsBuilder;
use tminus_core::names::Digest;
use tminus_core::order::Call;
use tminus_core::ports::{FailureKind, PortError, ProgressSender};

/// Returns the call that gives an image its name; only the engine knows the image's own.
pub(super) fn tag_call(name: &ImageName) -> Call {
    let line = format!("POST /images/BUILT/tag?repo={}&tag={}", name.repository(), name.tag);
    let call = Call::Request { service: "docker".to_owned(), line, body: None };
    Call::When { condition: "if it needs another name".to_owned(), call: Box::new(call) }
}

/// Returns the call that pushes.
pub(super) fn push_call(name: &ImageName) -> Call {
    let call = Call::Request { service: "docker".to_owned(), line: format!("POST {}", push_path(name)), body: None };
    Call::When { condition: "unless the registry has it".to_owned(), call: Box::new(call) }
}

fn push_path(name: &ImageName) -> String {
    format!("/images/{}/push?tag={}", name.repository(), name.tag)
}

/// Gives an image its name, and says what the name meant before.
pub(super) async fn tag(docker: &Docker, image: &Inspected, name: &ImageName) -> Result<String, PortError> {
    let tagged = name.tagged();
    let before = inspect::of(docker, &tagged).await?;
    if before.as_ref().is_some_and(|before| before.id == image.id) {
        return Ok(format!("{tagged} names {}", Digest::new(&image.id).short()));
    }
    let options = TagImageOptionsBuilder::new().repo(&name.repository()).tag(&name.tag).build();
    let done = docker.tag_image(&image.id, Some(options)).await;
    done.map_err(|error| failure(format!("{tagged} could not be tagged"), &error))?;
    let was = before.map(|before| format!(", and named {} before", Digest::new(before.id).short()));
    Ok(format!("{tagged} names {}{}", Digest::new(&image.id).short(), was.unwrap_or_default()))
}

/// Brings an image to its registry, and says what its tag meant there before. What is there already is not sent again.
pub(super) async fn push(
    link: &Link,
    (image, name): (&Inspected, &ImageName),
    registry: &Registry,
    progress: &ProgressSender,
) -> Result<String, PortError> {
    let before = asked(registry, name).await?;
    let repository = name.repository();
    let known = image.digests_in(&repository);
    if let Some(there) = before.as_ref().filter(|there| known.contains(&there.as_str())) {
        return Ok(format!("{} is at the registry as {there}", name.tagged()));
    }
    let credentials = registry.credentials().await?.map(|known| known.for_engine(&name.host));
    // An engine refuses a push without the header, also where nobody is asked for anything.
    let credentials = credentials.unwrap_or_else(DockerCredentials::default);
    let what = format!("the push of {}", name.tagged());
    let answer = link.post(&push_path(name), &credentials).await.map_err(|failure| named(failure, &what))?;
    let pushed = transfer::read(answer, &what, progress).await?;
    let was = match before {
        Some(before) if Some(&before) != pushed.as_ref() => format!(", and named {before} before"),
        Some(_) | None => String::new(),
    };
    let digest = pushed.map_or_else(|| "an image without a digest".to_owned(), |digest| digest.to_string());
    Ok(format!("{} names {digest} at the registry{was}", name.tagged()))
}

/// Compares what the registry says with what was pushed; the engine knows it from the push.
pub(super) async fn compare(image: &Inspected, name: &ImageName, registry: &Registry) -> Result<Digest, PortError> {
    let repository = name.repository();
    let pushed = image.digests_in(&repository);
    let there = asked(registry, name).await?;
    match there {
        Some(there) if pushed.contains(&there.as_str()) => Ok(there),
        Some(there) => {
            let pushed = if pushed.is_empty() { "nothing".to_owned() } else { pushed.join(" or ") };
            let summary =
                format!("the registry says {there}, pushed was {pushed}: somebody moved the tag {}", name.tag);
            Err(PortError::new(FailureKind::Conflict, summary))
        }
        None => {
            let summary = format!("the registry {} has no {}:{}", name.host, name.path, name.tag);
            Err(PortError::new(FailureKind::NotFound, summary))
        }
    }
}

/// Asks the registry; one that is slow is one that is away, and is asked again.
async fn asked(registry: &Registry, name: &ImageName) -> Result<Option<Digest>, PortError> {
    registry.digest(name).await.map_err(away)
}

/// Makes a registry that does not answer in time one that does not answer.
pub(super) fn away(failure: PortError) -> PortError {
    let kind = if failure.kind == FailureKind::Timeout { FailureKind::Unreachable } else { failure.kind };
    PortError { kind, ..failure }
}

fn named(failure: PortError, what: &str) -> PortError {
    let mut causes = vec![failure.summary];
    causes.extend(failure.causes);
    PortError { kind: failure.kind, summary: format!("{what} failed"), causes }
}
