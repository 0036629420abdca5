//! Which version runs in an environment, as people call it.

use crate::look::Look;
use tminus_core::names::EnvName;
use tminus_core::release::PlaceState;

/// Returns the version that runs in an environment, as people call it.
pub(crate) fn running(look: &Look, env: &EnvName) -> Option<String> {
    look.world.as_ref()?.release.running_words(env)
}

/// Returns the version that serves in an environment: a rollout that has stopped half-way serves nobody yet.
pub(super) fn serving(look: &Look, env: &EnvName) -> Option<String> {
    let places = &look.world.as_ref()?.release.environments.get(env)?.places;
    let serves = |p: &PlaceState| p.serves_instead().map(ToString::to_string).or_else(|| p.version_words());
    let mut versions: Vec<String> = places.values().filter_map(serves).collect();
    versions.dedup();
    (!versions.is_empty()).then(|| versions.join("/"))
}
