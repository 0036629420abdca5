//! Who says yes, to what exactly, and when that counts no longer.

use super::{SECOND, Tale, digest, readiness, who};
use tminus_core::command::RefusalKind;
use tminus_core::fact::{Fact, GateFact, PlanFact};
use tminus_core::names::Person;
use tminus_core::order::{Health, Readiness};

fn given(tale: &Tale) -> Vec<Person> {
    tale.gate("production").approvals.unwrap().given
}

#[test]
fn a_deploy_that_lacks_approvals_leaves_one_proposal_open_however_often_it_is_asked_for() {
    let mut tale = Tale::cleared();
    let first = tale.proposed();
    let second = tale.proposed();
    assert_eq!(first, second);
    assert_eq!(tale.release.proposals(&"production".into()).count(), 1);
}

#[test]
fn two_people_of_the_team_open_the_gate_and_the_proposal_is_what_begins() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    assert!(!tale.gate("production").is_open());
    tale.approve("omer", &proposal).unwrap();
    assert!(tale.gate("production").is_open());
    assert_eq!(tale.start(Tale::deploy("production", "1.0.0")), Ok(proposal));
}

#[test]
fn somebody_outside_the_team_is_refused() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    let refusal = tale.approve("noa", &proposal).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::Held);
    assert!(refusal.says.contains("noa is not in engineering"), "{refusal}");
}

#[test]
fn nobody_approves_twice() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    assert!(tale.approve("dana", &proposal).unwrap_err().says.contains("already"));
    assert_eq!(given(&tale).len(), 1);
}

#[test]
fn the_proposers_own_yes_counts_only_where_the_plan_says_so() {
    let mut tale = Tale::cleared();
    tale.environment("production").approvals.as_mut().unwrap().own = false;
    let proposal = tale.proposed();
    assert!(tale.approve("dana", &proposal).unwrap_err().says.contains("somebody else"));
    tale.approve("omer", &proposal).unwrap();
    assert_eq!(given(&tale), [Person::new("omer")]);
}

#[test]
fn the_proposer_under_another_name_is_still_the_proposer() {
    let mut tale = Tale::cleared();
    tale.environment("production").approvals.as_mut().unwrap().own = false;
    let proposal = tale.proposed();
    tale.who = tminus_core::who::Who { name: Person::new("omer"), ..who("dana") };
    let approve = tminus_core::command::GateCommand::Approve { action: proposal.clone(), note: String::new() };
    assert!(tale.command(&tminus_core::command::Command::Gate(approve)).is_err());
    // Even a yes that is in the journal, from a build that let it pass, counts for nobody else's.
    tale.tell(Fact::Gate(GateFact::Approved { action: proposal, note: String::new(), same_user: false }));
    tale.who = who("dana");
    assert!(given(&tale).is_empty());
}

#[test]
fn two_names_of_one_system_user_are_one_pair_of_eyes() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.who = tminus_core::who::Who { name: Person::new("omer"), ..who("dana") };
    let approve = tminus_core::command::GateCommand::Approve { action: proposal.clone(), note: String::new() };
    let approve = tminus_core::command::Command::Gate(approve);
    assert!(tale.command(&approve).unwrap_err().says.contains("the system user dana"));
    tale.environment("production").approvals.as_mut().unwrap().same_user = true;
    tale.command(&approve).unwrap();
    assert_eq!(given(&tale).len(), 2);
}

#[test]
fn where_a_group_may_join_the_system_user_is_of_the_team_and_a_claimed_name_opens_nothing() {
    let mut tale = Tale::cleared();
    tale.plan_to_change().session_group = Some("release".to_owned());
    let proposal = tale.proposed();
    let mut approve = |name: &str, user: &str| {
        tale.who = tminus_core::who::Who { name: Person::new(name), user: user.to_owned(), ..who("dana") };
        let approve = tminus_core::command::GateCommand::Approve { action: proposal.clone(), note: String::new() };
        tale.command(&tminus_core::command::Command::Gate(approve))
    };
    let refusal = approve("omer", "mallory").unwrap_err();
    assert!(refusal.says.contains("omer (system user mallory) is not in engineering"), "{refusal}");
    assert!(refusal.says.ends_with("where a group may join, engineering names system users"), "{refusal}");
    approve("Omer Cohen", "omer").unwrap();
    // Even a yes that is in the journal, from a build that took a name for a member, counts for nothing.
    tale.who = tminus_core::who::Who { user: "mallory".to_owned(), ..who("dana") };
    tale.tell(Fact::Gate(GateFact::Approved { action: proposal, note: String::new(), same_user: false }));
    tale.who = who("dana");
    assert_eq!(given(&tale), [Person::new("Omer Cohen (system user omer)")]);
}

#[test]
fn approvals_count_no_longer_when_the_commit_moves() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.approve("omer", &proposal).unwrap();
    tale.branch_moves(SECOND, &["README.md"]);
    assert!(given(&tale).is_empty());
    assert!(tale.approve("dana", &proposal).is_err(), "it is not what would be done now");
}

#[test]
fn approvals_count_no_longer_when_the_digest_changes() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.readiness("production", Readiness { digest: Some(digest("6.6.6")), ..readiness("1.0.0") });
    assert!(given(&tale).is_empty());
}

#[test]
fn approvals_count_no_longer_when_something_else_runs_there() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.see("production", "0.9.5", Health::Healthy);
    assert!(given(&tale).is_empty());
}

#[test]
fn approvals_count_no_longer_when_the_plan_changes() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    let adopted = PlanFact::Adopted { hash: "plan-2".into(), diff: None, text: String::new(), loosened: Vec::new() };
    tale.tell(Fact::Plan(adopted));
    assert!(given(&tale).is_empty());
}

#[test]
fn approvals_count_no_longer_when_the_version_is_rolled_back_anywhere() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    let (env, reason) = ("staging".into(), "slow".to_owned());
    tale.tell(Fact::Gate(GateFact::MarkedBad { version: super::version("1.0.0"), env, reason }));
    assert!(given(&tale).is_empty());
    assert_eq!(tale.action(&proposal).lapsed.as_deref(), Some("1.0.0 was rolled back from staging"));
    tale.approve("dana", &proposal).unwrap();
    assert_eq!(given(&tale).len(), 1, "who knows it now may approve again");
}

#[test]
fn a_lapse_takes_the_approvals_away() {
    let mut tale = Tale::cleared();
    let proposal = tale.proposed();
    tale.approve("dana", &proposal).unwrap();
    tale.tell(Fact::Gate(GateFact::Lapsed { action: proposal.clone(), reason: "the plan was loosened".into() }));
    assert!(given(&tale).is_empty());
    assert_eq!(tale.action(&proposal).lapsed.as_deref(), Some("the plan was loosened"));
}

#[test]
fn another_proposal_for_the_environment_lapses_the_one_before() {
    let mut tale = Tale::cleared();
    let first = tale.proposed();
    tale.approve("dana", &first).unwrap();
    tale.readiness("production", Readiness { digest: Some(digest("6.6.6")), ..readiness("1.0.0") });
    let second = tale.proposed();
    assert_ne!(first, second);
    assert!(tale.action(&first).lapsed.is_some() && tale.action(&first).approvals.is_empty());
}

#[test]
fn what_has_begun_or_does_not_exist_is_not_approved() {
    let mut tale = Tale::cleared();
    let action = tale.flown();
    assert_eq!(tale.approve("dana", &action).unwrap_err().kind, RefusalKind::Held);
    assert_eq!(tale.approve("dana", &"deploy-moon-1".into()).unwrap_err().kind, RefusalKind::Unknown);
}

#[test]
fn whoever_proposed_is_named_as_who_they_are() {
    let mut tale = Tale::cleared();
    tale.environment("production").approvals.as_mut().unwrap().own = false;
    let proposal = tale.proposed();
    let refused = |tale: &mut Tale, name: &str, user: &str| {
        tale.who = tminus_core::who::Who { name: Person::new(name), user: user.to_owned(), ..who("dana") };
        let approve = tminus_core::command::GateCommand::Approve { action: proposal.clone(), note: String::new() };
        tale.command(&tminus_core::command::Command::Gate(approve)).unwrap_err().says
    };
    let own = refused(&mut tale, "dana", "dana");
    assert_eq!(own, format!("you proposed {proposal}: somebody else must approve it"));
    let renamed = refused(&mut tale, "omer", "dana");
    assert_eq!(renamed, format!("you, system user dana, as dana proposed {proposal}: somebody else must approve it"));
    let namesake = refused(&mut tale, "dana", "hostile1");
    assert_eq!(namesake, format!("dana, whose name is yours, proposed {proposal}: somebody else must approve it"));
}
