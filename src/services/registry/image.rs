//! What an artifact is as an image: its name for each version, and the registry that holds it.

use super::client::Registry;
use super::name::ImageName;
use std::collections::BTreeMap;
use tminus_core::names::{Digest, Version};
use tminus_core::plan::{Placeholder, Template};
use tminus_core::ports::{FailureKind, PortError};

/// An artifact that is an image.
#[derive(Clone, Debug)]
pub struct Image {
    template: Template,
    registry: Option<Registry>,
}

impl Image {
    /// Makes it of the plan's `image`, and of the registry that holds it, where there is one.
    pub const fn new(template: Template, registry: Option<Registry>) -> Self {
        Self { template, registry }
    }

    /// Returns its name with `{version}` in it.
    pub const fn template(&self) -> &Template {
        &self.template
    }

    /// Says whether it stays on the engine that built it.
    pub const fn is_local(&self) -> bool {
        self.registry.is_none()
    }

    /// Returns the registry that holds it; `None` for one that stays on its engine.
    pub const fn registry(&self) -> Option<&Registry> {
        self.registry.as_ref()
    }

    /// Returns the name of a version.
    ///
    /// # Errors
    /// [`FailureKind::Malformed`] when that is no name of an image: a version with a `+` cannot be a tag.
    pub fn name(&self, version: &Version) -> Result<ImageName, PortError> {
        let values = BTreeMap::from([(Placeholder::Version, version.to_string())]);
        let filled = self.template.fill(&values);
        ImageName::parse(&filled.map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))?)
    }

    /// Returns what the registry says that a version's tag names; `None` when it has no such tag, or there is no
    /// registry.
    ///
    /// # Errors
    /// As [`Registry::digest`].
    pub async fn digest(&self, version: &Version) -> Result<Option<Digest>, PortError> {
        match &self.registry {
            Some(registry) => registry.digest(&self.name(version)?).await,
            None => Ok(None),
        }
    }
}
