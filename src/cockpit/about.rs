//! What a fact of the journal is about: its environment, its check, its action, and the page of it.

use super::look::Look;
use super::view::View;
use tminus_core::fact::{ActionFact, CheckFact, Fact, GateFact, Record, TargetFact};
use tminus_core::names::{ActionId, CheckName, EnvName};
use tminus_core::release::Release;

/// Returns the action that a fact belongs to.
pub(crate) const fn action(fact: &Fact) -> Option<&ActionId> {
    match fact {
        Fact::Step(step) => Some(step.place().0),
        Fact::Action(
            ActionFact::Proposed { action, .. }
            | ActionFact::Started { action, .. }
            | ActionFact::StopRequested { action }
            | ActionFact::Finished { action, .. },
        )
        | Fact::Gate(GateFact::Approved { action, .. } | GateFact::Lapsed { action, .. }) => Some(action),
        Fact::Gate(
            GateFact::Waived { .. }
            | GateFact::Adopted { .. }
            | GateFact::AdoptedVersion { .. }
            | GateFact::MarkedBad { .. },
        )
        | Fact::Plan(_)
        | Fact::Release(_)
        | Fact::Check(_)
        | Fact::Seat(_)
        | Fact::Lock(_)
        | Fact::Clock(_)
        | Fact::Target(_) => None,
    }
}

/// Returns the environment that a fact is about, its action's where it names none itself.
pub(crate) fn env<'a>(fact: &'a Fact, release: &'a Release) -> Option<&'a EnvName> {
    match fact {
        Fact::Check(CheckFact::Started { env, .. } | CheckFact::Finished { env, .. }) => env.as_ref(),
        Fact::Check(CheckFact::Measured { env, .. })
        | Fact::Gate(
            GateFact::Waived { env, .. }
            | GateFact::Adopted { env, .. }
            | GateFact::AdoptedVersion { env, .. }
            | GateFact::MarkedBad { env, .. },
        )
        | Fact::Target(
            TargetFact::Observed { env, .. } | TargetFact::Lost { env, .. } | TargetFact::Ready { env, .. },
        ) => Some(env),
        Fact::Lock(fact) => Some(fact.env()),
        Fact::Clock(_) => None,
        Fact::Plan(_)
        | Fact::Release(_)
        | Fact::Action(_)
        | Fact::Step(_)
        | Fact::Seat(_)
        | Fact::Gate(GateFact::Approved { .. } | GateFact::Lapsed { .. }) => {
            release.action(action(fact)?)?.proposal.request.env()
        }
    }
}

/// Returns the name of the check, or of the metric, that a fact is about.
pub(crate) fn check(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::Check(CheckFact::Started { check, .. } | CheckFact::Finished { check, .. }) => Some(check.as_str()),
        Fact::Check(CheckFact::Measured { metric, .. }) => Some(metric.as_str()),
        Fact::Gate(GateFact::Waived { item, .. }) => Some(item),
        Fact::Gate(
            GateFact::Approved { .. }
            | GateFact::Lapsed { .. }
            | GateFact::Adopted { .. }
            | GateFact::AdoptedVersion { .. }
            | GateFact::MarkedBad { .. },
        )
        | Fact::Plan(_)
        | Fact::Release(_)
        | Fact::Action(_)
        | Fact::Step(_)
        | Fact::Seat(_)
        | Fact::Lock(_)
        | Fact::Clock(_)
        | Fact::Target(_) => None,
    }
}

/// Returns the page of what a fact is about; `None` where the fact itself is all there is.
pub(crate) fn subject(look: &Look, record: &Record) -> Option<View> {
    let world = look.world.as_ref()?;
    if let Some(id) = action(&record.fact) {
        return world.release.action(id).map(|a| View::Run(a.id.clone()));
    }
    let known = |name: &str| world.plan.check(&CheckName::new(name)).map(|c| View::Check(c.name.clone()));
    let place = |env: &EnvName| world.plan.environment(env).map(|e| View::Environment(e.name.clone()));
    match &record.fact {
        Fact::Check(CheckFact::Started { check, .. } | CheckFact::Finished { check, .. }) => known(check.as_str()),
        Fact::Check(CheckFact::Measured { env, .. }) => Some(View::Looks(env.clone())),
        Fact::Gate(GateFact::Waived { item, env, .. }) => known(item).or_else(|| place(env)),
        Fact::Gate(
            GateFact::Adopted { env, .. } | GateFact::AdoptedVersion { env, .. } | GateFact::MarkedBad { env, .. },
        ) => place(env),
        Fact::Target(
            TargetFact::Observed { env, .. } | TargetFact::Lost { env, .. } | TargetFact::Ready { env, .. },
        ) => place(env),
        Fact::Lock(fact) => place(fact.env()),
        Fact::Release(_) => Some(View::Release),
        Fact::Seat(_) => Some(View::People),
        Fact::Clock(_)
        | Fact::Plan(_)
        | Fact::Action(_)
        | Fact::Step(_)
        | Fact::Gate(GateFact::Approved { .. } | GateFact::Lapsed { .. }) => None,
    }
}
