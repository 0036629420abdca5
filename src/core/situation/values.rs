//! What the placeholders of the plan stand for.

use super::Situation;
use crate::action::Proposal;
use crate::names::EnvName;
use crate::plan::{ArtifactKind, Environment, Placeholder};
use crate::time::Span;
use std::collections::BTreeMap;

/// The values of the placeholders; one that has no value here is not in it.
pub type PlaceholderValues = BTreeMap<Placeholder, String>;

impl<'a> Situation<'a> {
    /// Returns what can be filled in for the release, and for an environment where there is one.
    pub fn values(&self, env: Option<&EnvName>) -> PlaceholderValues {
        let mut values = PlaceholderValues::from([(Placeholder::Version, self.version.to_string())]);
        if let Some(opening) = self.opening() {
            values.insert(Placeholder::Branch, opening.branch.clone());
            if let Some(previous) = &opening.previous {
                let before = PlaceholderValues::from([(Placeholder::Version, previous.to_string())]);
                values.insert(Placeholder::Previous, previous.to_string());
                if let Ok(tag) = self.plan.release.tag.fill(&before) {
                    values.insert(Placeholder::PreviousTag, tag);
                }
            }
        }
        if let Ok(tag) = self.plan.release.tag.fill(&values) {
            values.insert(Placeholder::Tag, tag);
        }
        if let Some(env) = env {
            values.insert(Placeholder::Env, env.to_string());
            let url = |e: &Environment| e.served_at.clone().or_else(|| e.url.clone());
            if let Some(url) = self.plan.environment(env).and_then(url) {
                values.insert(Placeholder::Url, url);
            }
        }
        values
    }

    /// Returns what can be filled in for an action: also the image, its digest, and what was there before.
    pub fn values_of(&self, proposal: &Proposal) -> PlaceholderValues {
        let mut values = self.values(proposal.request.env());
        let Some(first) = proposal.moves.first() else { return values };
        values.insert(Placeholder::Version, first.to.version.to_string());
        if let Some(digest) = &first.to.digest {
            values.insert(Placeholder::Digest, digest.to_string());
        }
        if let Some(from) = &first.from {
            values.insert(Placeholder::Previous, from.version.to_string());
        }
        let artifact = self.plan.artifact(&first.artifact).map(|a| &a.kind);
        if let Some(ArtifactKind::Image { image, .. }) = artifact
            && let Ok(image) = image.fill(&values)
        {
            values.insert(Placeholder::Image, image);
        }
        values
    }

    /// Returns the values for a metric that looks back over a window.
    pub fn values_over(&self, env: &EnvName, window: Span) -> PlaceholderValues {
        let mut values = self.values(Some(env));
        values.insert(Placeholder::Horizon, window.to_string());
        values
    }
}
