//! Where what runs somewhere came from: what was only seen there proves nothing of a commit.

use super::{FIRST, SECOND, Tale, digest, seen, version};
use tminus_core::action::{HorizonWait, Outcome, Request};
use tminus_core::adoption::BroughtBy;
use tminus_core::command::Refusal;
use tminus_core::decide::{Follow, NextStep};
use tminus_core::fact::{Fact, StepFact};
use tminus_core::names::{ActionId, ArtifactName, Commit, EnvName};
use tminus_core::order::{Delivered, Health, Observation, Receipt};
use tminus_core::plan::{ArtifactKind, ImageBuild};
use tminus_core::release::{Origin, StepPhase};
use tminus_core::situation::{OutlookWord, Proof, work};
use tminus_core::verdict::Verdict;

const AFTER: &str = "after:staging";

fn staging() -> EnvName {
    EnvName::new("staging")
}

fn origin(tale: &Tale) -> Origin<'_> {
    tale.release.origin(&staging(), &ArtifactName::new("backend")).unwrap()
}

/// The release is seen in staging, by a target that knows no digest.
fn nameless(tale: &mut Tale, text: &str) {
    tale.pass("1m");
    tale.observe(("staging", "backend"), Observation { digest: None, ..seen(text, Health::Healthy) });
}

/// A verification of staging in which all is good ends like this.
fn verify(tale: &mut Tale) -> (Outcome, String) {
    let request = Request::Verify { env: staging(), horizon: None, patience: HorizonWait::Now };
    let action = tale.start(request).unwrap();
    let outcome = tale.finish(&action, Some(Verdict::Pass));
    (outcome, tale.action(&action).ended.as_ref().unwrap().summary.clone())
}

fn adopt(tale: &mut Tale, reason: &str) -> Result<Follow, Refusal> {
    tale.adopt("staging", reason)
}

/// Somebody brought the release to staging by hand.
fn by_hand() -> Tale {
    let mut tale = Tale::new();
    tale.pass_checks_of("production");
    nameless(&mut tale, "1.0.0");
    tale.pass("1m");
    tale
}

#[test]
fn what_was_only_seen_is_measured_and_proves_nothing_of_a_commit() {
    let mut tale = by_hand();
    assert_eq!(origin(&tale), Origin::Unknown);
    let (outcome, summary) = verify(&mut tale);
    assert_eq!(outcome, Outcome::Unclear, "{summary}");
    assert!(
        summary.ends_with(
            "backend 1.0.0 runs in staging, but tminus did not deliver it, so its commit is unknown; adopt it with \
             `tminus settle staging --adopt REASON`"
        ),
        "{summary}"
    );
    let outlook = tale.situation().outlook();
    assert!(
        outlook.word == OutlookWord::NotYet && outlook.blocking.iter().any(|r| r.says.contains("did not deliver it"))
    );
}

#[test]
fn what_was_only_seen_opens_no_gate_though_an_older_tminus_called_it_good() {
    let mut tale = by_hand();
    let environment = |tale: &Tale| tale.situation().plan.environment(&staging()).unwrap().clone();
    for any in [true, false] {
        tale.environment("production").after[0].any = any;
        tale.verified("staging", Some("30s"), Outcome::Good);
        assert_eq!(tale.item("production", AFTER), Verdict::NoData, "any = {any}");
        // The digest that would be deployed, and nobody here knows of which commit.
        tale.see("staging", "1.0.0", Health::Healthy);
        tale.pass("1m");
    }
    assert_eq!(tale.situation().proof(&environment(&tale)), Proof::Unasked);
    assert_eq!(work(&tale.plan, &tale.release, tale.now), Vec::<String>::new(), "no horizon of it is waited for");
}

#[test]
fn what_fails_there_is_not_good_whoever_brought_it() {
    let mut tale = by_hand();
    let request = Request::Verify { env: staging(), horizon: None, patience: HorizonWait::Now };
    let action = tale.start(request).unwrap();
    assert_eq!(tale.finish(&action, Some(Verdict::Fail)), Outcome::NotGood);
}

#[test]
fn what_a_person_adopts_with_a_reason_is_of_the_commit_of_that_moment() {
    let mut tale = by_hand();
    assert!(adopt(&mut tale, " ").is_err());
    adopt(&mut tale, "I built it of 1111111").unwrap();
    assert_eq!(origin(&tale).commit(), Some(&Commit::new(FIRST)));
    assert!(adopt(&mut tale, "again").is_err(), "there is nothing left to adopt");
    assert_eq!(verify(&mut tale).0, Outcome::Good);
    let item = |tale: &Tale| tale.gate("production").items.into_iter().find(|i| i.item == AFTER).unwrap();
    tale.environment("production").after[0].any = true;
    let passed = item(&tale);
    assert_eq!(passed.verdict, Verdict::Pass, "{}", passed.why);
    assert!(passed.why.contains("was adopted by dana: I built it of 1111111"), "{}", passed.why);
    tale.environment("production").after[0].any = false;
    tale.branch_moves(SECOND, &["app.txt"]);
    assert_ne!(item(&tale).verdict, Verdict::Pass);
    assert_eq!(tale.situation().outlook().word, OutlookWord::NotYet);
}

#[test]
fn an_adoption_ends_with_what_was_adopted() {
    let mut tale = by_hand();
    adopt(&mut tale, "I looked").unwrap();
    nameless(&mut tale, "0.9.9");
    nameless(&mut tale, "1.0.0");
    assert_eq!(origin(&tale), Origin::Unknown, "somebody brought it once more");
}

#[test]
fn an_image_whose_digest_cannot_be_told_is_not_taken_for_the_one_that_was_delivered() {
    let mut tale = Tale::new();
    tale.brought("staging");
    nameless(&mut tale, "1.0.0");
    assert_eq!(origin(&tale), Origin::Doubtful, "unknown is not equal, and not other");
    assert_eq!(tale.situation().drift(&staging()), [""; 0], "nobody can tell that it is foreign");
    assert_eq!(tale.situation().adoptable_in(&staging())[0].brought, BroughtBy::PerhapsTminus);
    let (outcome, summary) = verify(&mut tale);
    assert_eq!(outcome, Outcome::Unclear, "{summary}");
    tale.see("staging", "1.0.0", Health::Healthy);
    assert!(matches!(origin(&tale), Origin::Deployed(_)), "the digest that was delivered is told again");
    assert_eq!(tale.situation().drift(&staging()), [""; 0]);
}

/// A target that has never told a digest.
fn without_digests() -> Tale {
    let mut tale = Tale::blank();
    let adopted = tminus_core::fact::PlanFact::Adopted {
        hash: "plan-1".into(),
        diff: None,
        text: super::PLAN.into(),
        loosened: Vec::new(),
    };
    tale.tell(Fact::Plan(adopted));
    tale.pass("24h");
    nameless(&mut tale, "0.9.4");
    tale.open("1.0.0", FIRST);
    tale.ready("staging", "1.0.0");
    tale
}

#[test]
fn a_target_that_never_tells_a_digest_is_known_by_its_versions() {
    let mut tale = without_digests();
    let proposal = tale.proposal(&Tale::deploy("staging", "1.0.0"));
    let action = tminus_core::names::ActionId::new("deploy-staging-900");
    let steps = tale.situation().steps(&proposal, &action, &super::NoCalls).unwrap();
    tale.tell(Fact::Action(tminus_core::fact::ActionFact::Started { action: action.clone(), proposal, steps }));
    assert_eq!(tale.finish(&action, None), Outcome::Good);
    nameless(&mut tale, "1.0.0");
    assert!(matches!(origin(&tale), Origin::Deployed(_)), "{:?}", origin(&tale));
    assert_eq!(tale.situation().drift(&staging()), [""; 0]);
    nameless(&mut tale, "0.9.4");
    nameless(&mut tale, "1.0.0");
    assert_eq!(origin(&tale), Origin::Doubtful, "somebody may have put another of that name there");
}

#[test]
fn what_was_brought_without_a_known_digest_is_what_was_seen_of_it_first() {
    let mut tale = Tale::new();
    let unknown = tminus_core::order::Readiness { digest: None, ..super::readiness("1.0.0") };
    tale.readiness("staging", unknown);
    tale.brought("staging");
    assert!(matches!(origin(&tale), Origin::Deployed(_)), "{:?}", origin(&tale));
    assert_eq!(tale.situation().drift(&staging()), [""; 0]);
    let other = Some(digest("7.7.7"));
    tale.observe(("staging", "backend"), Observation { digest: other, ..seen("1.0.0", Health::Healthy) });
    assert_eq!(origin(&tale), Origin::Unknown);
    assert_eq!(tale.situation().drift(&staging()).len(), 1, "another image of that name came later");
}

#[test]
fn an_adoption_ends_a_drift() {
    let mut tale = Tale::cleared();
    nameless(&mut tale, "0.9.9");
    assert_eq!(tale.situation().drift(&staging()).len(), 1);
    adopt(&mut tale, "it is the old one, on purpose").unwrap();
    assert_eq!(tale.situation().drift(&staging()), [""; 0]);
}

#[test]
fn what_tminus_delivered_stays_its_own_through_restarts_and_a_look_that_finds_the_digest_late() {
    let mut tale = Tale::new();
    let action = tale.brought("staging");
    let is_ours = |tale: &Tale| matches!(origin(tale), Origin::Deployed(deploy) if deploy.id == action);
    for health in [Health::Stopped, Health::Starting, Health::Healthy] {
        tale.pass("1m");
        tale.see("staging", "1.0.0", health);
        assert!(is_ours(&tale), "{health:?}");
    }
    tale.observe(("staging", "backend"), Observation::of(Health::Absent));
    tale.see("staging", "1.0.0", Health::Healthy);
    assert!(is_ours(&tale));
}

#[test]
fn the_same_version_put_back_by_hand_is_another_thing_unless_its_digest_is_the_same() {
    let mut tale = Tale::new();
    tale.brought("staging");
    tale.see("staging", "0.9.4", Health::Healthy);
    tale.see("staging", "1.0.0", Health::Healthy);
    assert!(matches!(origin(&tale), Origin::Deployed(_)), "it is the image that was delivered");
    nameless(&mut tale, "0.9.4");
    nameless(&mut tale, "1.0.0");
    assert_eq!(origin(&tale), Origin::Doubtful);
    let other = Some(digest("7.7.7"));
    tale.observe(("staging", "backend"), Observation { digest: other, ..seen("1.0.0", Health::Healthy) });
    assert_eq!(origin(&tale), Origin::Unknown);
}

/// What a target shows that knows no digest while it replaces one version by the other.
fn rolls(tale: &mut Tale, versions: &[&str]) {
    versions.iter().for_each(|version| nameless(tale, version));
}

/// Takes the steps of a deploy up to its delivery, which has begun then.
fn delivers(tale: &mut Tale, action: &ActionId) {
    while let NextStep::Step(step, order) = tale.next(action) {
        if tale.action(action).steps[step].step.title.starts_with("Deliver") {
            tale.tell(Fact::Step(StepFact::Started { action: action.clone(), step, order }));
            return;
        }
        tale.step(action, Ok(None));
    }
}

/// A deploy of the release to staging is on its way, and both versions run there.
fn rolling() -> (Tale, ActionId) {
    let mut tale = Tale::new();
    let proposal = tale.proposal(&Tale::deploy("staging", "1.0.0"));
    let action = ActionId::new("deploy-staging-900");
    let steps = tale.situation().steps(&proposal, &action, &super::NoCalls).unwrap();
    tale.tell(Fact::Action(tminus_core::fact::ActionFact::Started { action: action.clone(), proposal, steps }));
    delivers(&mut tale, &action);
    rolls(&mut tale, &["1.0.0", "0.9.4", "1.0.0"]);
    (tale, action)
}

#[test]
fn what_is_seen_in_the_middle_of_rolling_is_what_tminus_delivers() {
    let (mut tale, action) = rolling();
    assert!(matches!(origin(&tale), Origin::Deployed(deploy) if deploy.id == action), "{:?}", origin(&tale));
    let says = format!("{:?}", tale.situation().outlook().blocking);
    assert!(!says.contains("did not deliver"), "{says}");
    nameless(&mut tale, "0.9.9");
    nameless(&mut tale, "1.0.0");
    assert_eq!(origin(&tale), Origin::Unknown, "a third version is none of the two that take turns");
}

#[test]
fn a_digest_that_is_still_missing_when_the_delivery_has_ended_is_a_doubt() {
    let (mut tale, action) = rolling();
    let NextStep::Wait = tale.next(&action) else { panic!("its delivery runs") };
    let step = tale.action(&action).steps.iter().position(|s| s.phase == StepPhase::Running).unwrap();
    let (id, summary) = (action.clone(), String::new());
    tale.tell(Fact::Step(StepFact::Succeeded { action: id, step, summary, verdict: None, receipt: None }));
    assert_eq!(tale.finish(&action, None), Outcome::Good);
    assert_eq!(origin(&tale), Origin::Doubtful);
    assert_eq!(tale.situation().drift(&staging()), [""; 0]);
    tale.see("staging", "1.0.0", Health::Healthy);
    assert!(matches!(origin(&tale), Origin::Deployed(deploy) if deploy.id == action), "{:?}", origin(&tale));
}

#[test]
fn what_ran_before_stays_what_tminus_delivered_while_it_is_replaced() {
    let mut tale = Tale::new();
    let first = tale.brought("staging");
    nameless(&mut tale, "1.0.0");
    tale.open("1.0.1", SECOND);
    tale.ready("staging", "1.0.1");
    let second = tale.start(Tale::deploy("staging", "1.0.1")).unwrap();
    delivers(&mut tale, &second);
    rolls(&mut tale, &["1.0.1", "1.0.0"]);
    assert!(matches!(origin(&tale), Origin::Deployed(deploy) if deploy.id == first), "{:?}", origin(&tale));
}

#[test]
fn what_may_be_what_tminus_delivered_is_unknown_and_not_foreign() {
    let mut tale = Tale::new();
    tale.pass_checks_of("production");
    tale.brought("staging");
    rolls(&mut tale, &["0.9.4", "1.0.0"]);
    assert_eq!(origin(&tale), Origin::Doubtful);
    let says = verify(&mut tale).1;
    assert!(says.contains("whether tminus delivered it is unknown, so its commit is unknown"), "{says}");
    assert_ne!(tale.item("production", AFTER), Verdict::Pass);
    adopt(&mut tale, "I looked at the hosts").unwrap();
    assert!(matches!(origin(&tale), Origin::Adopted(_)));
}

#[test]
fn what_carries_the_id_of_a_delivery_is_what_it_brought() {
    let mut tale = Tale::new();
    let id = tale.brought("staging");
    nameless(&mut tale, "0.9.4");
    let action = Some(id.clone());
    tale.observe(("staging", "backend"), Observation { digest: None, action, ..seen("1.0.0", Health::Healthy) });
    assert!(matches!(origin(&tale), Origin::Deployed(deploy) if deploy.id == id), "{:?}", origin(&tale));
}

#[test]
fn a_deploy_that_never_reached_its_delivery_brought_nothing() {
    let mut tale = Tale::new();
    let proposal = tale.proposal(&Tale::deploy("staging", "1.0.0"));
    let action = tminus_core::names::ActionId::new("deploy-staging-900");
    let steps = tale.situation().steps(&proposal, &action, &super::NoCalls).unwrap();
    tale.tell(Fact::Action(tminus_core::fact::ActionFact::Started { action: action.clone(), proposal, steps }));
    tale.step(&action, Err(tminus_core::failure::FailureKind::Rejected));
    let outcome = Outcome::Failed;
    tale.tell(Fact::Action(tminus_core::fact::ActionFact::Finished { action, outcome, summary: "left".into() }));
    tale.see("staging", "1.0.0", Health::Healthy);
    assert_eq!(origin(&tale), Origin::Unknown);
}

#[test]
fn what_a_rollback_brings_back_is_of_the_commit_that_it_was_deployed_of() {
    let mut tale = Tale::cleared();
    let first = tale.release.actions[0].id.clone();
    tale.open("1.0.1", SECOND);
    tale.ready("staging", "1.0.1");
    tale.brought("staging");
    let back = tale.start(Tale::roll_back("staging", None)).unwrap();
    tale.finish(&back, None);
    tale.see("staging", "1.0.0", Health::Healthy);
    assert!(matches!(origin(&tale), Origin::Deployed(deploy) if deploy.id == first), "{:?}", origin(&tale));
    let back = tale.start(Tale::roll_back("staging", Some("0.9.4"))).unwrap();
    tale.finish(&back, None);
    tale.see("staging", "0.9.4", Health::Healthy);
    assert_eq!(origin(&tale), Origin::Restored, "tminus never deployed that one");
}

#[test]
fn a_version_of_the_release_that_only_a_rollback_brought_back_is_of_no_known_commit() {
    let mut tale = by_hand();
    tale.open("1.0.1", SECOND);
    tale.ready("staging", "1.0.1");
    tale.brought("staging");
    let back = tale.start(Tale::roll_back("staging", Some("1.0.0"))).unwrap();
    tale.finish(&back, None);
    nameless(&mut tale, "1.0.0");
    tale.pass("1h");
    tale.version = version("1.0.0");
    assert_eq!(origin(&tale), Origin::Restored);
    let (outcome, summary) = verify(&mut tale);
    assert_eq!(outcome, Outcome::Unclear);
    let says = "a rollback brought it back and tminus never deployed it, so its commit is unknown";
    assert!(summary.contains(says) && !summary.contains("did not deliver"), "{summary}");
    let seen = tale.situation().adoptable_in(&staging());
    assert!(seen[0].words(&staging()).ends_with("a rollback brought it back and tminus never deployed it"), "{seen:?}");
    adopt(&mut tale, "I know where it is from").unwrap();
    assert_eq!(verify(&mut tale).0, Outcome::Good);
}

/// Builds the image of 1.0.0 at the release's commit.
fn build(tale: &mut Tale) {
    let backend = tale.plan_to_change().artifacts.iter_mut().find(|a| a.name.as_str() == "backend").unwrap();
    let ArtifactKind::Image { build, .. } = &mut backend.kind else { panic!("it is an image") };
    let (context, dockerfile) = (".".to_owned(), "Dockerfile".to_owned());
    *build = Some(ImageBuild { context, dockerfile, args: Vec::new(), max_size: None });
    let build = tale.start(Request::Build { version: version("1.0.0"), artifact: None }).unwrap();
    while let tminus_core::decide::NextStep::Step(step, order) = tale.next(&build) {
        let action = build.clone();
        tale.tell(Fact::Step(StepFact::Started { action: action.clone(), step, order: order.clone() }));
        let delivered = Some(Delivered { version: version("1.0.0"), digest: Some(digest("1.0.0")) });
        let receipt = Some(Receipt { order, delivered, summary: "built".into(), left: None });
        tale.tell(Fact::Step(StepFact::Succeeded { action, step, summary: String::new(), verdict: None, receipt }));
    }
}

#[test]
fn an_image_that_was_built_here_is_of_its_commit_whoever_started_it() {
    let mut tale = Tale::new();
    build(&mut tale);
    tale.see("staging", "1.0.0", Health::Healthy);
    assert_eq!(origin(&tale), Origin::Built(&Commit::new(FIRST)));
    tale.pass("1h");
    assert_eq!(verify(&mut tale).0, Outcome::Good);
}

#[test]
fn an_image_that_was_built_of_another_commit_is_not_delivered_as_the_release() {
    let mut tale = Tale::cleared();
    build(&mut tale);
    tale.ready("staging", "1.0.0");
    let deploy = |tale: &mut Tale| tale.start(Tale::deploy("staging", "1.0.0"));
    let held = |tale: &Tale| {
        let proposal = tale.proposal(&Tale::deploy("staging", "1.0.0"));
        tale.situation().blockers(&proposal)
    };
    assert_eq!(held(&tale), [""; 0]);
    tale.branch_moves("2222222222222222222222222222222222222222", &["backend/app.py"]);
    let says = held(&tale);
    assert!(says[0].starts_with("backend 1.0.0 was built from ") && says[0].ends_with("build it again"), "{says:?}");
    deploy(&mut tale).unwrap_err();
}

#[test]
fn who_brought_what_is_there_again_after_something_else_was_is_unknown() {
    for (words, is_other) in [(None, false), (Some("postgres:15"), true)] {
        let (mut tale, action) = rolling();
        let other = Observation { words: words.map(Into::into), ..Observation::of(Health::Healthy) };
        tale.observe(("staging", "backend"), other);
        nameless(&mut tale, "1.0.0");
        let is_own = matches!(origin(&tale), Origin::Deployed(deploy) if deploy.id == action);
        assert_eq!(is_own, !is_other, "{words:?}: {:?}", origin(&tale));
    }
}
