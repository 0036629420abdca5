//! What an engine, and Compose, say of themselves when somebody asks what is there. Nothing is changed, and no answer is
//! waited for longer than it is told.

use super::compose::PROGRAMS;
use super::contexts::DockerEnv;
use super::failure::failure;
use super::link::Link;
use super::ship::builder;
use crate::process::{Program, run};
use bollard::Docker;
use bollard::query_parameters::BuilderVersion;
use std::path::Path;
use std::time::Duration;
use tminus_core::mask::Mask;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::size::size;
use tminus_core::time::brief;

/// Says where the engine of a docker context or address is, its version, the version of its interface, the builder that
/// it offers, and the room that is left where it keeps images, if that is on this machine. The way to it counts for its time.
///
/// # Errors
/// [`FailureKind::Timeout`] when it has not answered in time; else as it failed.
pub async fn engine(context: Option<String>, patience: Duration) -> Result<String, PortError> {
    let link = Link::new(context);
    let place = link.place()?;
    match tokio::time::timeout(patience, asked(&link, &place)).await {
        Ok(said) => said.map_err(|failure| failure.because(place)),
        Err(_elapsed) => {
            let late = format!("{} has not answered within {}", link.name(), brief(patience));
            Err(PortError::new(FailureKind::Timeout, late).because(place))
        }
    }
}

/// Returns the address of the engine of a docker context; `None` when nobody knows such a context. Nothing is asked.
pub fn address(context: Option<&str>) -> Option<String> {
    DockerEnv::read().address(context).ok().map(|address| address.words())
}

async fn asked(link: &Link, place: &str) -> Result<String, PortError> {
    let docker = link.docker().await?;
    let about = docker.version().await;
    let about = about.map_err(|error| failure(format!("{} does not say its version", link.name()), &error))?;
    let unsaid = || "unknown".to_owned();
    let mut says = vec![
        format!("{place}: {}", about.version.unwrap_or_else(unsaid)),
        format!("API {}", about.api_version.unwrap_or_else(unsaid)),
        match builder(link).await? {
            BuilderVersion::BuilderBuildKit => "builds with BuildKit".to_owned(),
            BuilderVersion::BuilderV1 => "builds with the classic builder".to_owned(),
        },
    ];
    says.extend(room(&docker).await.map(|room| format!("{} free for images", size(room))));
    Ok(says.join(", "))
}

/// Returns how many bytes are free where an engine keeps images; nothing for an engine of another machine.
pub(super) async fn room(docker: &Docker) -> Option<u64> {
    let about = docker.info().await.ok()?;
    let here = tokio::fs::read_to_string("/proc/sys/kernel/hostname").await.unwrap_or_default();
    let root = about.docker_root_dir.filter(|_| about.name.as_deref() == Some(here.trim()))?;
    let about = rustix::fs::statvfs(Path::new(&root)).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

/// Says which Compose is used here, and its version.
///
/// # Errors
/// [`FailureKind::Unavailable`] when none is there.
pub async fn compose(patience: Duration) -> Result<String, PortError> {
    for words in PROGRAMS {
        let version = version(words, patience).await;
        if let Some(version) = version {
            return Ok(format!("{} {version}", words.join(" ")));
        }
    }
    let tried: Vec<String> = PROGRAMS.iter().map(|words| format!("`{}`", words.join(" "))).collect();
    Err(PortError::new(FailureKind::Unavailable, format!("there is no Compose here: neither {}", tried.join(" nor "))))
}

async fn version(words: &[&str], patience: Duration) -> Option<String> {
    let words = words.iter().chain(&["version", "--short"]).map(|word| (*word).to_owned()).collect();
    let program = Program::new(words, "/").within(patience);
    let (nobody, _) = tokio::sync::mpsc::channel(1);
    let ended = run(&program, &nobody, &Mask::default()).await.ok()?;
    let text = ended.stdout.text();
    let version = text.trim().trim_start_matches('v');
    (ended.exit == Some(0) && version.starts_with(|c: char| c.is_ascii_digit())).then(|| version.to_owned())
}
