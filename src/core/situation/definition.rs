//! Whether what was decided or found out was about what is asked now.

use super::Situation;
use crate::action::Outcome;
use crate::definition::Definition;
use crate::item_name::ItemName;
use crate::names::EnvName;
use crate::release::{Verification, Waiver};
use crate::time::is_to_come;
use serde_json::json;

impl Situation<'_> {
    /// Returns what an item of a gate asks now: a check by its own definition, `after:ENV` by what must have been good
    /// there; a bad version is what it is.
    pub fn definition_of_item(&self, env: &EnvName, item: &str) -> Option<Definition> {
        match ItemName::read(item) {
            ItemName::After(there) => {
                let after = self.plan.environment(env)?.after.iter().find(|a| a.env == there)?;
                Some(Definition::of(&json!([after, self.plan.scope_of(&after.env)])))
            }
            ItemName::Check(check) => self.plan.check(&check).map(|check| self.plan.definition_of(check, None)),
            ItemName::Bad(_) | ItemName::Empty(_) | ItemName::Rollback(_) => None,
            ItemName::Tag(_) | ItemName::Branch(_) | ItemName::Start(_) => None,
        }
    }

    /// Says whether a waiver was given for what its item asks now; one of an older tminus does not say.
    pub(super) fn is_for_what_is_asked(&self, waiver: &Waiver) -> bool {
        let asked = waiver.definition.as_ref();
        asked.is_none_or(|then| self.definition_of_item(&waiver.env, &waiver.item).as_ref() == Some(then))
    }

    /// Says why a good verification of what runs in an environment does not count now: it was of something else, it came
    /// too early, or it is still to come.
    pub(super) fn not_counted(&self, env: &EnvName, verification: &Verification) -> Option<String> {
        let since = self.release.age_of(env)?;
        if verification.seq <= since.seq {
            return Some(format!("it was restarted at {:.0}", since.at));
        }
        if is_to_come(verification.at, self.now) {
            return Some(format!("it is dated {:.0}, in the future: the clock was set back", verification.at));
        }
        let horizon = verification.horizon.filter(|_| verification.outcome == Outcome::Good);
        if let Some(horizon) = horizon.filter(|horizon| verification.at < horizon.after(since.at)) {
            return Some(format!("it had not yet run for {horizon}"));
        }
        match &verification.scope {
            None => Some("an older tminus recorded it without saying what it looked at".to_owned()),
            Some(scope) => scope.lacks(&self.plan.scope_of(env)),
        }
    }
}
