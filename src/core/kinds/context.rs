//! The key that names an engine of containers.

use crate::grammar::plan::{KeyDescription, ValueKind, may};

/// Which engine is meant.
pub(super) const CONTEXT: KeyDescription = may(
    "context",
    ValueKind::Text,
    "A docker context, or an address: `unix://`, `tcp://`, `ssh://USER@HOST`. What docker itself would use when absent: `DOCKER_HOST`, `DOCKER_CONTEXT`, its settings, the local engine.",
);
