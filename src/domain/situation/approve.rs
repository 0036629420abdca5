//! Whose yes counts, and for what exactly.

use super::look::Situation;
use crate::domain::command::Refusal;
use crate::domain::fact::Who;
use crate::domain::release::{ActionState, Approval};
use crate::domain::seat::is_same;

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
            return Err(Refusal::held(format!("{id} waits for no approval: it has begun, or is over")));
        }
        let env = action.proposal.request.env();
        let rule = env.and_then(|e| self.plan.environment(e)).and_then(|e| e.approvals.as_ref());
        let Some(rule) = rule else { return Err(Refusal::held(format!("{id} needs no approval"))) };
        if self.propose(&action.proposal.request)? != action.proposal {
            return Err(Refusal::held(format!(
                "{id} is not what would be done now: plan, commit or digest changed. Propose it again."
            )));
        }
        let members = rule.from.as_ref().and_then(|team| self.plan.team(team));
        if let Some(team) = members.filter(|t| !t.members.contains(&who.name)) {
            return Err(Refusal::held(format!("{} is not in {}, whose approvals count here", who.label(), team.name)));
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
        if action.approvals.iter().any(|a| a.who.name == who.name) {
            return Err(Refusal::held(format!("{} has approved {id} already", who.label())));
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
