//! Running checks, and people's words on manual ones.

use super::{SECOND, Tale, span, who};
use tminus_core::command::{CheckCommand, Command, Refusal, RefusalKind};
use tminus_core::decide::Follow;
use tminus_core::kinds::check::{CheckKind, ManualCheck};
use tminus_core::plan::Check;
use tminus_core::verdict::Verdict;

const POLICY: &str = "privacy-policy";

fn say(tale: &mut Tale, name: &str, yes: bool) -> Result<Follow, Refusal> {
    say_of(tale, name, (POLICY, yes))
}

fn say_of(tale: &mut Tale, name: &str, (check, yes): (&str, bool)) -> Result<Follow, Refusal> {
    tale.who = who(name);
    let (release, check, note) = (tale.version.clone(), check.into(), "I read it".to_owned());
    tale.command(&Command::Check(CheckCommand::Say { release, check, yes, note }))
}

fn policy(tale: &mut Tale) -> &mut Check {
    tale.plan_to_change().checks.iter_mut().find(|c| c.name.as_str() == POLICY).unwrap()
}

/// A tale whose manual check wants two people, of anybody.
fn four_eyes() -> Tale {
    let mut tale = Tale::new();
    let policy = policy(&mut tale);
    (policy.way, policy.owner) = (CheckKind::Manual(ManualCheck { four_eyes: true }), None);
    tale
}

#[test]
fn a_manual_check_passes_on_its_owners_word_with_their_name() {
    let mut tale = Tale::new();
    say(&mut tale, "lior", true).unwrap();
    assert_eq!(tale.standing(POLICY, None), Verdict::Pass);
    let standing = tale.situation().standing(tale.plan.check(&POLICY.into()).unwrap(), None);
    assert_eq!((standing.why.as_str(), &*standing.run.unwrap().evidence.tail), ("lior says yes", "I read it"));
}

#[test]
fn somebody_who_does_not_owe_a_check_does_not_answer_it() {
    let mut tale = Tale::new();
    assert_eq!(say(&mut tale, "dana", true).unwrap_err().kind, RefusalKind::Held);
    policy(&mut tale).owner = Some("omer".into());
    assert!(say(&mut tale, "lior", true).is_err());
    say(&mut tale, "omer", true).unwrap();
}

#[test]
fn a_check_that_is_measured_is_not_said() {
    let mut tale = Tale::new();
    assert!(say_of(&mut tale, "dana", ("version", true)).unwrap_err().says.contains("measured, not answered"));
}

#[test]
fn a_manual_check_is_not_run() {
    let mut tale = Tale::new();
    let run = CheckCommand::Run { release: tale.version.clone(), checks: vec![POLICY.into()] };
    assert!(tale.command(&Command::Check(run)).is_err());
    let unknown = CheckCommand::Run { release: tale.version.clone(), checks: vec!["nothing".into()] };
    assert_eq!(tale.command(&Command::Check(unknown)).unwrap_err().kind, RefusalKind::Unknown);
}

#[test]
fn four_eyes_are_two_people() {
    let mut tale = four_eyes();
    say(&mut tale, "dana", true).unwrap();
    assert_eq!(tale.standing(POLICY, None), Verdict::Inconclusive);
    say(&mut tale, "dana", true).unwrap();
    assert_eq!(tale.standing(POLICY, None), Verdict::Inconclusive, "one person twice is one person");
    say(&mut tale, "omer", true).unwrap();
    assert_eq!(tale.standing(POLICY, None), Verdict::Pass);
}

#[test]
fn two_names_of_one_user_are_two_eyes_not_four() {
    let mut tale = four_eyes();
    say(&mut tale, "dana", true).unwrap();
    tale.who = tminus_core::who::Who { name: "omer".into(), ..who("dana") };
    let (release, check) = (tale.version.clone(), POLICY.into());
    tale.command(&Command::Check(CheckCommand::Say { release, check, yes: true, note: String::new() })).unwrap();
    assert_eq!(tale.standing(POLICY, None), Verdict::Inconclusive);
}

#[test]
fn a_no_between_two_yeses_takes_the_first_away() {
    let mut tale = four_eyes();
    say(&mut tale, "dana", true).unwrap();
    say(&mut tale, "noa", false).unwrap();
    assert_eq!(tale.standing(POLICY, None), Verdict::Fail);
    say(&mut tale, "omer", true).unwrap();
    assert_eq!(tale.standing(POLICY, None), Verdict::Inconclusive);
}

#[test]
fn a_yes_on_another_commit_is_no_second_pair_of_eyes() {
    let mut tale = four_eyes();
    say(&mut tale, "dana", true).unwrap();
    tale.branch_moves(SECOND, &["PRIVACY_POLICY.md"]);
    say(&mut tale, "omer", true).unwrap();
    assert_eq!(tale.standing(POLICY, None), Verdict::Inconclusive);
}

#[test]
fn a_yes_that_is_too_old_is_no_second_pair_of_eyes() {
    let mut tale = four_eyes();
    say(&mut tale, "dana", true).unwrap();
    tale.now = span("31d").after(tale.now);
    say(&mut tale, "omer", true).unwrap();
    assert_eq!(tale.standing(POLICY, None), Verdict::Inconclusive);
}

#[test]
fn nothing_is_asked_of_a_release_that_is_not_open() {
    let mut tale = Tale::new();
    tale.version = super::version("7.7.7");
    assert_eq!(say(&mut tale, "lior", true).unwrap_err().kind, RefusalKind::Unknown);
}
