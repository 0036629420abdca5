//! Whose yes counts, and for what exactly.

use super::look::Situation;
use crate::command::Refusal;
use crate::release::{ActionState, Approval};
use crate::seat::is_same;
use crate::who::Who;

/// Whose eyes an approval adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eyes {
    /// Somebody else's.
    Another,
    /// The same system user's as another approval; the plan accepts that.
    SameUser,
}

impl Situation<'_> {
    /// Says whether somebody's yes to a proposal would count, or why it would not.
    pub fn may_approve(&self, action: &ActionState, who: &Who) -> Result<Eyes, Refusal> {
        let id = &action.id;
        if !action.is_open_proposal() {
            return Err(Refusal::held(format!("{id} needs no approval now: it has begun or has ended")));
        }
        let env = action.proposal.request.env();
        let rule = env.and_then(|e| self.plan.environment(e)).and_then(|e| e.approvals.as_ref());
        let Some(rule) = rule else { return Err(Refusal::held(format!("{id} needs no approval"))) };
        if self.propose(&action.proposal.request)? != action.proposal {
            return Err(Refusal::held(format!(
                "{id} is out of date: the plan, commit or digest has changed. Propose it again."
            )));
        }
        if !self.plan.is_of_rule(rule, who) {
            let team = rule.from.as_ref().map(ToString::to_string).unwrap_or_default();
            let who_may = self.plan.approvers(rule).map(|names| format!(": {names}")).unwrap_or_default();
            let says = format!("{} is not in {team}, whose approvals count here{who_may}", who.label());
            // A name that anybody of the group could act under opens nothing.
            let is_claimed =
                self.plan.session_group.is_some() && !rule.same_user && who.name.as_str() != who.system_user();
            let more = format!("; where a group may join, {team} names system users");
            return Err(Refusal::held(if is_claimed { says + &more } else { says }));
        }
        if !rule.own && action.is_own(who, rule) {
            let (proposer, name) = (action.proposer.label(), &who.name);
            let says = match (is_same(&action.proposer, who), action.proposer.name == *name) {
                (true, true) => "you".to_owned(),
                (true, false) => format!("you, system user {}, as {}", who.user, action.proposer.name),
                // Two users of one name cannot be told apart by whoever reads the approvals.
                (false, _) => format!("{proposer}, whose name is yours,"),
            };
            return Err(Refusal::held(format!("{says} proposed {id}: somebody else must approve it")));
        }
        if let Some(Approval { who: other, .. }) = action.approvals.iter().find(|a| a.who.name == who.name) {
            let once = if is_same(other, who) { "" } else { ", and two users of one name count once" };
            return Err(Refusal::held(format!("{} has approved {id} already{once}", other.label())));
        }
        let is_same_user = |a: &Approval| is_same(&a.who, who);
        // Where the proposer's own does not count, one under another name of theirs only does because the plan says so.
        let is_proposers = !rule.own && is_same(who, &action.proposer);
        match (action.approvals.iter().any(is_same_user), rule.same_user) {
            (false, _) if is_proposers => Ok(Eyes::SameUser),
            (false, _) => Ok(Eyes::Another),
            (true, true) => Ok(Eyes::SameUser),
            (true, false) => Err(Refusal::held(format!(
                "the system user {} has approved {id} already, under another name; two approvals of one user do not count as two here",
                who.user
            ))),
        }
    }
}
