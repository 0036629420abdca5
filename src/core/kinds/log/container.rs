//! `container`: what a container prints.

use super::KindOfLog;
use crate::grammar::plan::ValueKind;
use crate::kinds::context::CONTEXT;
use crate::kinds::settings::settings;
use crate::touches::{TouchKind, plain, through};

settings! {
    /// What a container prints.
    pub struct ContainerOrigin = "container" {
        /// The container's name.
        container: String = must("container", ValueKind::Text),
        /// Which engine it is on.
        context: Option<String> = shared(CONTEXT),
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
