//! Whom the plan means by a name, in a team or as the owner of a check.

use super::{Approvals, Plan, Team};
use crate::names::Person;
use crate::who::Who;

impl Plan {
    /// Says whether somebody is the person that the plan names.
    ///
    /// Where a group may join (`[session] group`), a name is that of a system user, because anybody of the group could act
    /// under any name. Without one nobody joins but the user who keeps the engine, and root: there it is the name that they
    /// act under.
    pub fn is_named(&self, person: &Person, who: &Who) -> bool {
        match self.session_group {
            Some(_) => person.as_str() == who.system_user(),
            None => *person == who.name,
        }
    }

    /// Says whether somebody is of a team.
    pub fn is_member(&self, team: &Team, who: &Who) -> bool {
        team.members.iter().any(|member| self.is_named(member, who))
    }

    /// Names those whose approvals a rule counts: `dana, omer or lior`; nothing where anybody's count.
    pub fn approvers(&self, rule: &Approvals) -> Option<String> {
        let names: Vec<&str> = self.team(rule.from.as_ref()?)?.members.iter().map(Person::as_str).collect();
        Some(match names.as_slice() {
            [] => return None,
            [only] => (*only).to_owned(),
            [most @ .., last] => format!("{} or {last}", most.join(", ")),
        })
    }

    /// Says whether somebody's approval is one of those that a rule asks for. `same-user` takes people at their word.
    pub fn is_of_rule(&self, rule: &Approvals, who: &Who) -> bool {
        let Some(team) = rule.from.as_ref().and_then(|team| self.team(team)) else { return true };
        match rule.same_user {
            true => team.members.contains(&who.name),
            false => self.is_member(team, who),
        }
    }
}
