//! `container`: what a container prints.

use super::KindOfLog;
use crate::grammar::plan::{TableCursor, ValueKind, Variant, must, variant};
use crate::kinds::context::CONTEXT;
use crate::kinds::family::Described;
use crate::touches::{TouchKind, plain, through};
use serde::{Deserialize, Serialize};

/// A container's output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContainerOrigin {
    /// The container's name.
    pub container: String,
    /// `context`: the docker context.
    pub context: Option<String>,
}

impl ContainerOrigin {
    /// Its word in the plan file.
    pub const WORD: &str = "container";
}

impl Described for ContainerOrigin {
    const GRAMMAR: Variant = variant(
        Self::WORD,
        "What a container prints.",
        &[must(Self::WORD, ValueKind::Text, "The container's name."), CONTEXT],
    );

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { container: table.text(Self::WORD)?, context: table.text("context") })
    }
}

impl KindOfLog for ContainerOrigin {
    fn touch(&self) -> (TouchKind<'_>, String) {
        let what = format!("the container {}{}", plain(&self.container), through(self.context.as_ref()));
        (TouchKind::Engine(self.context.as_deref()), what)
    }

    fn container(&self) -> Option<(&str, Option<&str>)> {
        Some((&self.container, self.context.as_deref()))
    }
}
