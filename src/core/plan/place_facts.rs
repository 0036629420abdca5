//! What files and settings say of the places that deliveries go to. Pure: whoever read them tells it.

use super::HostPorts;
use std::collections::BTreeMap;

/// What a compose file says of itself, where somebody read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComposeFile {
    /// The project that Compose makes of it when the plan names none.
    pub project: String,
    /// Its services by name.
    pub services: BTreeMap<String, ComposeService>,
}

/// What it says of one service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComposeService {
    /// `container_name`.
    pub container: Option<String>,
    /// `image`.
    pub image: Option<String>,
    /// The ports of the host that it publishes, as far as the file alone says.
    pub ports: Vec<HostPorts>,
    /// `build`, as text: two services with the same are made of one image.
    pub build: Option<String>,
    /// Whether it runs to its end, or only when somebody asks for its profile.
    pub is_occasional: bool,
}

/// What is known of the places of a plan beside the plan itself. The default knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceFacts {
    /// The compose files that could be read, by the plan's `file`.
    pub compose: BTreeMap<String, ComposeFile>,
    /// The address of the engine of each `context`; without one, the context itself stands for it.
    pub engines: BTreeMap<Option<String>, String>,
}

impl PlaceFacts {
    /// Returns the engine of a context.
    pub fn engine(&self, context: &Option<String>) -> String {
        self.engines.get(context).cloned().unwrap_or_else(|| context.clone().unwrap_or_default())
    }
}

/// Returns the name that Compose gives the first container of a service; the first Compose joins with `_`, the second with
/// `-`. Both may stand in the parts themselves, so two services can come to one name.
pub fn container_name(project: &str, service: &str, separator: char) -> String {
    // The first one leaves out what no container may begin with.
    let begin = if separator == '_' { project.trim_start_matches(['-', '_']) } else { project };
    format!("{begin}{separator}{service}{separator}1")
}

/// Returns a project's name as the first Compose writes it: what it leaves out tells no two of them apart. The second
/// takes no other names.
pub fn project_name(text: &str) -> String {
    let is_kept = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    text.to_lowercase().chars().filter(is_kept).collect()
}
