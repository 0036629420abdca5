//! What the plan says of a delivery by Compose. Pure.

use crate::registry::Image;
use std::path::Path;
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::plan::project_name;
use tminus_core::time::Span;

/// The programs that are tried, in this order: the second version, then the first.
pub const PROGRAMS: &[&[&str]] = &[&["docker", "compose"], &["docker-compose"]];

/// How long a delivery may take unless the plan says.
const USUAL: Span = Span::seconds(600);

/// What the plan says of one service.
#[derive(Clone, Debug)]
pub struct ComposeDelivery {
    /// Where.
    pub env: EnvName,
    /// What.
    pub artifact: ArtifactName,
    /// `file`, from the root of the repository.
    pub file: String,
    /// `service`.
    pub service: String,
    /// `project`; Compose's own default when absent.
    pub project: Option<String>,
    /// `timeout`.
    pub timeout: Option<Span>,
    /// The artifact's image.
    pub image: Image,
    /// The words that each program begins with, best first: see [`PROGRAMS`].
    pub programs: Vec<Vec<String>>,
}

impl ComposeDelivery {
    /// Makes one of a file and a service, with nothing special about it.
    #[cfg(test)]
    pub(super) fn plain(file: &str, service: &str) -> Self {
        Self {
            env: "staging".into(),
            artifact: "web".into(),
            file: file.into(),
            service: service.into(),
            project: None,
            timeout: None,
            image: Image::new(tminus_core::plan::Template::new("a:{version}"), None),
            programs: Vec::new(),
        }
    }

    /// Returns how long a delivery may take.
    pub(super) fn limit(&self) -> std::time::Duration {
        self.timeout.unwrap_or(USUAL).duration()
    }
}

/// Returns the project's name that the second Compose takes from a folder.
pub(super) fn second_project(root: &Path, file: &str) -> String {
    let name = folder_name(root, file);
    let kept = name.trim_start_matches(['-', '_']);
    if kept.is_empty() { "default".to_owned() } else { kept.to_owned() }
}

/// Returns the project's name that the first Compose takes from a folder.
pub(super) fn first_project(root: &Path, file: &str) -> String {
    let name = folder_name(root, file);
    if name.is_empty() { "default".to_owned() } else { name }
}

fn folder_name(root: &Path, file: &str) -> String {
    let folder = root.join(file).parent().map(Path::to_path_buf).unwrap_or_default();
    let folder = std::fs::canonicalize(&folder).unwrap_or(folder);
    project_name(&folder.file_name().map(|name| name.to_string_lossy()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_names_a_project_as_compose_does() {
        let (odd, inner) = (Path::new("/srv/_My Shop.v2"), Path::new("/srv/shop"));
        assert_eq!(second_project(odd, "docker-compose.yml"), "myshopv2");
        assert_eq!(first_project(odd, "docker-compose.yml"), "_myshopv2");
        assert_eq!(second_project(inner, "ops/docker-compose.yml"), "ops");
        assert_eq!(first_project(inner, "ops/docker-compose.yml"), "ops");
    }
}
