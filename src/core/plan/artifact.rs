//! `[artifact.*]`: what is built once and delivered.

use super::{CommandLine, Template};
use crate::names::{ArtifactName, ConnectName};
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// What is built once and delivered to each environment unchanged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Artifact {
    /// The table's name.
    pub name: ArtifactName,
    /// An image, or an app.
    pub kind: ArtifactKind,
}

/// The two kinds of artifact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ArtifactKind {
    /// `image = "…"`: known by digest.
    Image {
        /// The reference, with `{version}` in it.
        image: Template,
        /// `build`, where tminus builds it.
        build: Option<ImageBuild>,
        /// `registry`: the service that holds it.
        registry: Option<ConnectName>,
    },
    /// `app = "com.example.app"`: known by version and build number.
    App {
        /// The bundle identifier.
        app: String,
        /// `build`, where tminus builds it.
        build: Option<AppBuild>,
    },
}

/// `build` of an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageBuild {
    /// `context`: the folder that is sent to the builder.
    pub context: String,
    /// `dockerfile`: `Dockerfile` by default.
    pub dockerfile: String,
    /// `args`: build arguments.
    pub args: Vec<(String, String)>,
    /// `max-size` in bytes.
    pub max_size: Option<u64>,
}

/// `build` of an app: a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppBuild {
    /// `run`.
    pub run: CommandLine,
    /// `dir`: where it runs, from the root of the repository.
    pub dir: Option<String>,
    /// `timeout`.
    pub timeout: Option<Span>,
}
