//! What was worked out of a plan already.

use crate::definition::Definition;
use crate::names::{CheckName, EnvName};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The questions of a plan that were worked out already: every frame asks for all of them. A copy of a plan, which may be
/// changed before it is used, has none.
#[derive(Debug, Default)]
pub struct Asked(Mutex<BTreeMap<CheckName, Vec<AskedOf>>>);

/// What a check asks of an environment, or of the release.
type AskedOf = (Option<EnvName>, Definition);

impl Clone for Asked {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Two plans are equal by what was written, whatever was worked out of it.
impl PartialEq for Asked {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Asked {
    pub(super) fn or_else(&self, of: (&CheckName, Option<&EnvName>), new: impl FnOnce() -> Definition) -> Definition {
        let (check, env) = of;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.get(check).and_then(|of_check| of_check.iter().find(|(of, _)| of.as_ref() == env));
        if let Some((_, definition)) = known {
            return definition.clone();
        }
        let definition = new();
        all.entry(check.clone()).or_default().push((env.cloned(), definition.clone()));
        definition
    }
}
