//! Letting actions begin, stop, go on, and end.

use super::{FIRST, SECOND, Tale, digest, readiness, span, who};
use tminus_core::action::{HorizonWait, Outcome, Request};
use tminus_core::command::{ActionCommand, Command, Consent, RefusalKind, ReleaseCommand};
use tminus_core::decide::{Follow, GateRun, NextStep, Retrying, next};
use tminus_core::fact::{Fact, StepFact};
use tminus_core::failure::FailureKind;
use tminus_core::names::{ActionId, Commit, EnvName};
use tminus_core::order::{Health, Observation, Readiness};
use tminus_core::release::StepPhase;
use tminus_core::verdict::Verdict;

fn start(tale: &mut Tale, request: Request, consent: Consent) -> Result<Follow, tminus_core::command::Refusal> {
    let release = tale.version.clone();
    tale.command(&Command::Action(ActionCommand::Start { release, request, consent }))
}

fn verify(env: &str, horizon: Option<&str>, patience: HorizonWait) -> Request {
    Request::Verify { env: EnvName::new(env), horizon: horizon.map(span), patience }
}

fn ask(tale: &mut Tale, command: ActionCommand) -> Result<Follow, tminus_core::command::Refusal> {
    tale.command(&Command::Action(command))
}

/// A verification of production that measures this, asked for at this age.
fn verified(age: &str, horizon: Option<&str>, verdicts: &[Verdict]) -> Outcome {
    let mut tale = Tale::new();
    tale.brought("production");
    tale.pass(age);
    let action = tale.start(verify("production", horizon, HorizonWait::Now)).unwrap();
    for verdict in verdicts {
        tale.step(&action, Ok(Some(*verdict)));
    }
    tale.finish(&action, Some(Verdict::Pass))
}

#[test]
fn a_protected_environment_goes_on_only_when_its_name_is_typed_exactly() {
    for typed in [None, Some("staging"), Some("Production"), Some("production ")] {
        let mut tale = Tale::new();
        let consent = Consent { typed: typed.map(str::to_owned), seen: None };
        let refusal = start(&mut tale, Tale::roll_back("production", None), consent).unwrap_err();
        let says =
            typed.map_or("--confirm production".to_owned(), |typed| format!("{typed:?}, and this is production"));
        assert!(refusal.says.contains(&says), "{typed:?}: {refusal}");
    }
    Tale::new().start(Tale::roll_back("production", None)).unwrap();
}

#[test]
fn another_name_than_the_places_own_is_refused_before_anything_is_measured_or_proposed() {
    let mut tale = Tale::new();
    for env in ["staging", "production"] {
        let consent = Consent { typed: Some("development".to_owned()), seen: None };
        let refusal = start(&mut tale, Tale::deploy(env, "1.0.0"), consent).unwrap_err();
        assert!(refusal.says.contains(&format!("\"development\", and this is {env}")), "{refusal}");
        assert_eq!(tale.release.proposals(&EnvName::new(env)).count(), 0);
    }
}

#[test]
fn a_verification_asks_nobody_to_type_a_name() {
    let mut tale = Tale::new();
    tale.see("production", "1.0.0", Health::Healthy);
    start(&mut tale, verify("production", None, HorizonWait::Now), Consent::default()).unwrap();
}

#[test]
fn two_actions_never_hold_one_environment() {
    let mut tale = Tale::new();
    let first = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    let refusal = tale.start(Tale::deploy("staging", "1.0.0")).unwrap_err();
    assert!(refusal.says.contains(first.as_str()) && refusal.says.contains("dana"), "{refusal}");
    tale.see("production", "1.0.0", Health::Healthy);
    tale.start(verify("production", None, HorizonWait::Now)).unwrap();
}

#[test]
fn what_changed_since_the_preview_is_refused_and_named() {
    let mut tale = Tale::new();
    let seen = Some(tale.proposal(&Tale::deploy("staging", "1.0.0")));
    tale.branch_moves(SECOND, &["README.md"]);
    tale.readiness("staging", Readiness { digest: Some(digest("6.6.6")), ..readiness("1.0.0") });
    let refusal = start(&mut tale, Tale::deploy("staging", "1.0.0"), Consent { typed: None, seen }).unwrap_err();
    assert!(refusal.reasons.iter().any(|r| r.contains("commit")), "{refusal:?}");
    assert!(refusal.reasons.iter().any(|r| r.contains("digest")), "{refusal:?}");
}

#[test]
fn a_target_that_carries_a_strangers_action_is_not_touched() {
    let mut tale = Tale::new();
    let stranger = Observation { action: Some("deploy-staging-999".into()), ..super::seen("1.0.0", Health::Healthy) };
    tale.observe(("staging", "backend"), stranger);
    let refusal = tale.start(Tale::deploy("staging", "1.0.0")).unwrap_err();
    assert!(refusal.says.contains("somebody else released"), "{refusal}");
    tale.start(verify("staging", None, HorizonWait::Now)).unwrap();
}

#[test]
fn a_version_that_is_not_the_release_does_not_go_through_its_gate() {
    let mut tale = Tale::cleared();
    assert_eq!(tale.start(Tale::deploy("production", "0.9.3")).unwrap_err().kind, RefusalKind::Held);
    assert!(start(&mut tale, Request::Cut { version: super::version("7.7.7") }, Consent::default()).is_err());
}

#[test]
fn a_version_that_nobody_could_look_for_is_not_delivered() {
    let mut tale = Tale::new();
    tale.open("1.0.1", FIRST);
    assert!(tale.start(Tale::deploy("staging", "1.0.1")).unwrap_err().says.contains("could not find out"));
}

#[test]
fn a_gate_that_lacks_checks_has_them_run_first_and_only_once() {
    let mut tale = Tale::new();
    tale.gate_was_run = GateRun::NotYet;
    let request = Tale::deploy("production", "1.0.0");
    let consent = || Consent { typed: Some("production".into()), seen: None };
    let Ok(Follow::RunFirst(_, checks)) = start(&mut tale, request.clone(), consent()) else { panic!("not run first") };
    assert!(checks.contains(&"version".into()) && !checks.contains(&"privacy-policy".into()), "{checks:?}");
    tale.gate_was_run = GateRun::Done;
    assert!(start(&mut tale, request, consent()).unwrap_err().says.contains("One version in every file — pending"));
}

#[test]
fn a_verification_ends_as_the_worst_that_it_measured() {
    use Verdict::{Fail, Inconclusive, NoData, Pass};
    assert_eq!(verified("1h", Some("30m"), &[Pass, Pass]), Outcome::Good);
    assert_eq!(verified("1h", Some("30m"), &[Pass, NoData, Fail]), Outcome::NotGood);
    assert_eq!(verified("1h", Some("30m"), &[Pass, NoData]), Outcome::Unclear);
    assert_eq!(verified("1h", Some("30m"), &[Inconclusive]), Outcome::Unclear);
}

#[test]
fn good_before_the_horizon_is_only_good_so_far() {
    assert_eq!(verified("29m", Some("30m"), &[]), Outcome::GoodSoFar);
    assert_eq!(verified("30m", Some("30m"), &[]), Outcome::Good);
    assert_eq!(verified("29m", Some("30m"), &[Verdict::Fail]), Outcome::NotGood);
}

#[test]
fn another_version_in_the_middle_of_a_verification_starts_its_horizon_anew() {
    let mut tale = Tale::new();
    tale.see("production", "1.0.0", Health::Healthy);
    tale.pass("1h");
    let action = tale.start(verify("production", Some("30m"), HorizonWait::Now)).unwrap();
    tale.step(&action, Ok(Some(Verdict::Pass)));
    tale.see("production", "0.9.4", Health::Healthy);
    assert_eq!(tale.finish(&action, Some(Verdict::Pass)), Outcome::GoodSoFar);
}

#[test]
fn a_patient_verification_waits_first_and_an_impatient_one_does_not() {
    let mut tale = Tale::new();
    tale.see("production", "1.0.0", Health::Healthy);
    let hold = |tale: &mut Tale, patience| {
        let action = tale.start(verify("production", Some("30m"), patience)).unwrap();
        let titles: Vec<_> = tale.action(&action).steps.iter().map(|s| s.step.title.clone()).collect();
        tale.finish(&action, Some(Verdict::Pass));
        titles.iter().any(|t| t.starts_with("Wait until"))
    };
    assert!(hold(&mut tale, HorizonWait::UntilDue));
    assert!(!hold(&mut tale, HorizonWait::Now));
}

#[test]
fn an_action_that_is_asked_to_stop_ends_at_the_next_boundary() {
    let mut tale = Tale::new();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    let NextStep::Step(step, order) = tale.next(&action) else { panic!() };
    tale.tell(Fact::Step(StepFact::Started { action: action.clone(), step, order }));
    ask(&mut tale, ActionCommand::Stop { action: action.clone() }).unwrap();
    assert_eq!(tale.next(&action), NextStep::Wait, "the step is not cut");
    assert!(ask(&mut tale, ActionCommand::Stop { action: action.clone() }).is_err(), "once is enough");
    let summary = "done".to_owned();
    tale.tell(Fact::Step(StepFact::Succeeded { action: action.clone(), step, summary, verdict: None, receipt: None }));
    assert_eq!(tale.finish(&action, None), Outcome::Stopped);
    assert!(tale.action(&action).ended.as_ref().unwrap().summary.contains("dana"));
}

#[test]
fn a_failed_step_waits_for_a_person_and_is_tried_again_under_a_new_order() {
    let mut tale = Tale::new();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    tale.step(&action, Ok(None));
    tale.step(&action, Err(FailureKind::Rejected));
    assert_eq!(tale.next(&action), NextStep::Wait);
    let first = tale.action(&action).steps[1].order.clone().unwrap();
    ask(&mut tale, ActionCommand::Retry { action: action.clone() }).unwrap();
    let NextStep::Step(1, order) = next(&tale.release, tale.action(&action), Retrying::Yes) else { panic!() };
    assert_ne!(order, first);
}

#[test]
fn a_failed_step_may_be_left_and_frees_the_environment() {
    let mut tale = Tale::new();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    assert!(ask(&mut tale, ActionCommand::Leave { action: action.clone() }).is_err(), "it runs");
    tale.step(&action, Ok(None));
    tale.step(&action, Err(FailureKind::Rejected));
    ask(&mut tale, ActionCommand::Leave { action: action.clone() }).unwrap();
    assert_eq!(tale.action(&action).ended.as_ref().unwrap().outcome, Outcome::Failed);
    tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
}

#[test]
fn a_step_is_accepted_only_when_it_is_unclear_and_with_a_word() {
    let mut tale = Tale::new();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    tale.step(&action, Ok(None));
    tale.step(&action, Err(FailureKind::Rejected));
    let accept = |note: &str| ActionCommand::Accept { action: action.clone(), note: note.into() };
    assert!(ask(&mut tale, accept("I saw it")).is_err(), "it failed, and that is known");
    tale.tell(Fact::Step(StepFact::Unclear { action: action.clone(), step: 1, reason: "killed".into() }));
    assert!(ask(&mut tale, accept(" ")).is_err());
    ask(&mut tale, accept("I saw it")).unwrap();
    assert_eq!(tale.action(&action).steps[1].phase, StepPhase::Succeeded);
}

#[test]
fn a_look_that_finds_something_else_ends_the_action_refused() {
    let mut tale = Tale::new();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    tale.step(&action, Err(FailureKind::Conflict));
    assert_eq!(tale.finish(&action, None), Outcome::Refused);
}

#[test]
fn a_version_is_opened_once() {
    let mut tale = Tale::new();
    let open = |text: &str| {
        let (version, branch) = (super::version(text), format!("release/{text}"));
        Command::Release(ReleaseCommand::Cut {
            version,
            branch,
            commit: Commit::new(FIRST),
            previous: None,
            hotfix_of: None,
        })
    };
    assert!(tale.command(&open("1.0.0")).unwrap_err().says.contains("open already"));
    let close = ReleaseCommand::Close {
        version: super::version("1.0.0"),
        note: String::new(),
        unmerged: Some("for a test".to_owned()),
    };
    tale.command(&Command::Release(close)).unwrap();
    assert!(tale.command(&open("1.0.0")).unwrap_err().says.contains("`tminus release open 1.0.0` opens it again"));
    let Ok(Follow::Advance(cut)) = tale.command(&open("1.1.0")) else { panic!("not cut") };
    assert_eq!(tale.finish(&cut, None), Outcome::Good);
}

#[test]
fn a_release_stays_open_while_an_action_of_it_is_not_over() {
    let mut tale = Tale::new();
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    let close = Command::Release(ReleaseCommand::Close {
        version: super::version("1.0.0"),
        note: String::new(),
        unmerged: Some("for a test".to_owned()),
    });
    assert!(tale.command(&close).unwrap_err().says.contains(action.as_str()));
    tale.finish(&action, None);
    tale.command(&close).unwrap();
    assert!(tale.start(Tale::deploy("staging", "1.0.0")).unwrap_err().says.contains("is closed"));
}

#[test]
fn nothing_is_asked_of_an_action_that_is_not_there() {
    let mut tale = Tale::new();
    let action = ActionId::new("deploy-moon-1");
    tale.who = who("omer");
    for command in [ActionCommand::Stop { action: action.clone() }, ActionCommand::Retry { action: action.clone() }] {
        assert_eq!(ask(&mut tale, command).unwrap_err().kind, RefusalKind::Unknown);
    }
}

#[test]
fn a_verification_of_a_version_that_does_not_run_there_cannot_tell_and_says_which_does() {
    let mut tale = Tale::cleared();
    let refusal = tale.start(verify("production", None, HorizonWait::Now)).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::CannotTell, "{refusal:?}");
    assert!(refusal.says.contains("backend 0.9.4 runs in production, not 1.0.0"), "{refusal:?}");
    tale.start(verify("staging", None, HorizonWait::Now)).unwrap();
}
