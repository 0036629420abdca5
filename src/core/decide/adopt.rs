//! Adopting what somebody else left: a person looked at it, says why, and goes on from there. No release need be open for that.

use super::confirmed::confirmed;
use super::decision::{Decision, DecisionInput, Follow};
use crate::adoption::{Adoptable, BroughtBy};
use crate::command::Refusal;
use crate::fact::{Fact, GateFact};
use crate::names::{ActionId, EnvName, Version};

/// Records the adoption of what was seen, where exactly that is still there.
pub(super) fn adopt(
    ground: &DecisionInput<'_>,
    (version, env): (&Version, &EnvName),
    seen: &Adoptable,
    (typed, reason): (Option<&str>, &str),
) -> Result<Decision, Refusal> {
    let situation = ground.situation(version);
    let environment = situation.environment(env)?;
    situation.may_adopt(env)?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::held("say why: tminus did not do what the target carries"));
    }
    confirmed(environment, typed, "to adopt what somebody else left there")?;
    // Another artifact that carries the same id may have been adopted just before.
    let is_new = |id: &ActionId| !ground.release.knows(id);
    let seen = &Adoptable { action: seen.action.clone().filter(is_new), ..seen.clone() };
    let now = situation.adoptable_in(env).into_iter().find(|now| now.artifact == seen.artifact);
    match now {
        Some(now) if now == *seen => {}
        None if seen.action.is_none() && seen.brought == BroughtBy::Tminus => {}
        Some(now) => {
            return Err(Refusal::held(format!(
                "{} was not adopted: it has changed since it was looked at. Now {}. Look again",
                seen.name(),
                now.words(env)
            )));
        }
        None => {
            let artifact = &seen.artifact;
            return Err(Refusal::held(format!(
                "{} was not adopted: there is nothing to adopt of {artifact} in {env} now",
                seen.name()
            )));
        }
    }
    let reason = reason.to_owned();
    let action =
        seen.action.clone().map(|action| GateFact::Adopted { env: env.clone(), action, reason: reason.clone() });
    let delivered = seen.running.clone().filter(|_| seen.brought != BroughtBy::Tminus);
    let version = delivered.map(|delivered| {
        let commit = ground.release.openings.get(&delivered.version).map(|opening| opening.commit.clone());
        let (env, artifact) = (env.clone(), seen.artifact.clone());
        GateFact::AdoptedVersion { env, artifact, delivered, commit, reason }
    });
    let facts = action.into_iter().chain(version).map(Fact::Gate).collect();
    Ok(Decision { facts, follow: Follow::Nothing })
}
