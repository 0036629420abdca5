//! Evidence answers the question that was asked: another one makes it stale.

use super::*;
use tminus_core::action::Move;
use tminus_core::kinds::check::{CheckKind, RunCheck};
use tminus_core::names::LogName;
use tminus_core::plan::{CommandLine, EnvValue, Limit, Secret, Template};

const CHECK: &str = "backend-tests";

fn edited(change: impl FnOnce(&mut tminus_core::plan::Check)) -> Verdict {
    let mut tale = Tale::new();
    tale.check_ends(CHECK, None, Verdict::Pass);
    change(tale.plan_to_change().checks.iter_mut().find(|c| c.name.as_str() == CHECK).unwrap());
    tale.standing(CHECK, None)
}

fn run(word: &str) -> CheckKind {
    CheckKind::Run(RunCheck { run: CommandLine(vec![Template::new(word)]), dir: None })
}

#[test]
fn another_definition_makes_a_verdict_stale() {
    assert_eq!(edited(|_| {}), Verdict::Pass);
    assert_eq!(edited(|c| c.way = run("true")), Verdict::Stale);
    assert_eq!(edited(|c| c.expect.above = Some(1.0)), Verdict::Stale);
    assert_eq!(edited(|c| c.in_worktree = !c.in_worktree), Verdict::Stale);
    assert_eq!(edited(|c| c.timeout = Some(span("1s"))), Verdict::Stale);
    assert_eq!(edited(|c| c.needs.push(CheckName::new("version"))), Verdict::Stale);
}

#[test]
fn what_decides_nothing_leaves_a_verdict_as_it_is() {
    assert_eq!(edited(|c| c.group = Some("Other".into())), Verdict::Pass);
    assert_eq!(edited(|c| c.title = "Other words".into()), Verdict::Pass);
    assert_eq!(edited(|c| c.fresh = Some(span("30d"))), Verdict::Pass);
    assert_eq!(edited(|c| c.paths.push("elsewhere/**".into())), Verdict::Pass);
    assert_eq!(edited(|c| c.required = false), Verdict::Pass);
}

#[test]
fn evidence_of_an_older_tminus_is_stale_and_says_so() {
    let mut tale = Tale::new();
    let evidence = Box::new(tale.evidence(None));
    let (release, check) = (tale.version.clone(), CheckName::new(CHECK));
    tale.tell(Fact::Check(CheckFact::Finished { release, check, env: None, verdict: Verdict::Pass, evidence }));
    let standing = tale.situation().standing(tale.plan.check(&CheckName::new(CHECK)).unwrap(), None);
    assert_eq!(standing.verdict, Verdict::Stale);
    assert!(standing.why.contains("older tminus"), "{}", standing.why);
}

/// A change of what happens.
type Turn = fn(&mut Tale);

#[test]
fn a_verification_that_did_not_look_at_what_is_asked_now_opens_no_gate() {
    let after = "after:staging";
    let changes: [(&str, Turn); 4] = [
        ("another entry", |tale| tale.environment("staging").verify.push("version".into())),
        ("another place", |tale| tale.environment("staging").url = Some("http://127.0.0.1:1".into())),
        ("other limits", |tale| {
            tale.plan_to_change().metrics.iter_mut().for_each(|m| m.below = Some(Limit::Share(0.4)))
        }),
        ("another check", |tale| tale.plan_to_change().checks.iter_mut().for_each(|c| c.way = run("true"))),
    ];
    for (what, change) in changes {
        let mut tale = Tale::cleared();
        if what == "other limits" {
            tale.plan_to_change().metrics[0].horizons = vec![span("30s")];
            let name = tale.plan.metrics[0].name.to_string();
            tale.environment("staging").verify.push(name);
            tale.verified("staging", Some("30s"), Outcome::Good);
        }
        assert_eq!(tale.item("production", after), Verdict::Pass, "{what}");
        change(&mut tale);
        assert_eq!(tale.item("production", after), Verdict::Stale, "{what}");
        tale.verified("staging", Some("30s"), Outcome::Good);
        assert_eq!(tale.item("production", after), Verdict::Pass, "{what}");
    }
}

#[test]
fn a_verification_that_looked_at_more_counts() {
    let mut tale = Tale::cleared();
    tale.environment("staging").verify.pop();
    assert_eq!(tale.item("production", "after:staging"), Verdict::Pass);
}

#[test]
fn a_verdict_that_is_still_to_come_is_not_fresh() {
    let mut tale = Tale::new();
    tale.check_ends("required-variables", None, Verdict::Pass);
    assert_eq!(tale.standing("required-variables", None), Verdict::Pass);
    tale.now = tale.now.checked_sub(jiff::SignedDuration::from_hours(2)).unwrap();
    assert_eq!(tale.standing("required-variables", None), Verdict::Stale);
}

#[test]
fn what_no_commit_holds_is_stale_after_a_while_by_itself() {
    let mut tale = Tale::new();
    tale.check_ends("required-variables", None, Verdict::Pass);
    tale.check_ends(CHECK, None, Verdict::Pass);
    tale.pass("16m");
    assert_eq!(tale.standing("required-variables", None), Verdict::Stale);
    assert_eq!(tale.standing(CHECK, None), Verdict::Pass);
}

#[test]
fn a_command_that_is_given_a_secret_speaks_for_a_while() {
    let mut tale = Tale::new();
    let check = tale.plan_to_change().checks.iter_mut().find(|c| c.name.as_str() == CHECK).unwrap();
    check.env.push(("TOKEN".into(), EnvValue::Secret(Secret::Env("TOKEN".into()))));
    tale.check_ends(CHECK, None, Verdict::Pass);
    tale.pass("16m");
    assert_eq!(tale.standing(CHECK, None), Verdict::Stale);
}

/// Staging gets 1.0.0 once more, and its target says nothing of it.
fn redeployed(tale: &mut Tale) {
    let request = Tale::deploy("staging", "1.0.0");
    let proposal = tale.proposal(&request);
    assert!(!proposal.moves.is_empty());
    assert!(proposal.moves.iter().all(|Move { from, to, .. }| from.as_ref() == Some(to)));
    let action = tale.start(request).unwrap();
    assert_eq!(tale.finish(&action, None), Outcome::Good);
}

#[test]
fn a_redeploy_begins_a_new_age_everywhere() {
    let mut tale = Tale::cleared();
    tale.pass_checks_of("staging");
    redeployed(&mut tale);
    assert_eq!(tale.item("production", "after:staging"), Verdict::Stale);
    let staging = EnvName::new("staging");
    assert_eq!(tale.situation().age_in(&staging), Some(span("0s")));
    assert_eq!(tale.release.lines_since(&staging, None), Some(tale.now));
    tale.verified("staging", Some("30s"), Outcome::Good);
    assert_eq!(tale.item("production", "after:staging"), Verdict::Stale, "30 s have not passed");
    tale.pass("30s");
    tale.verified("staging", Some("30s"), Outcome::Good);
    assert_eq!(tale.item("production", "after:staging"), Verdict::Pass);
}

#[test]
fn a_redeploy_that_failed_half_way_begins_a_new_age_too() {
    let mut tale = Tale::cleared();
    tale.pass_checks_of("staging");
    let action = tale.start(Tale::deploy("staging", "1.0.0")).unwrap();
    tale.step(&action, Ok(None));
    assert_eq!(tale.item("production", "after:staging"), Verdict::Pass, "it only looked");
    while let NextStep::Step(..) = tale.next(&action) {
        tale.step(&action, Err(FailureKind::Rejected));
    }
    assert_eq!(tale.item("production", "after:staging"), Verdict::Stale);
}

/// Staging is seen again, started at another time.
fn restarted(tale: &mut Tale, label: Option<&str>) {
    let (since, action) = (Some(tale.now), label.map(ActionId::new));
    tale.observe(("staging", "backend"), Observation { since, action, ..seen("1.0.0", Health::Healthy) });
}

#[test]
fn a_restart_by_hand_begins_a_new_age_and_makes_nothing_good() {
    for outcome in [Outcome::Good, Outcome::NotGood] {
        let mut tale = Tale::cleared();
        restarted(&mut tale, None);
        tale.pass("1m");
        tale.verified("staging", Some("30s"), outcome);
        let before = tale.item("production", "after:staging");
        restarted(&mut tale, None);
        let after = tale.item("production", "after:staging");
        match outcome {
            Outcome::Good => assert_eq!((before, after), (Verdict::Pass, Verdict::Stale)),
            _ => assert_eq!((before, after), (Verdict::Fail, Verdict::Fail)),
        }
    }
}

#[test]
fn a_restart_brings_no_failure_back_that_was_mended_before_it() {
    let mut tale = Tale::cleared();
    restarted(&mut tale, None);
    tale.pass("1m");
    tale.verified("staging", Some("30s"), Outcome::NotGood);
    tale.verified("staging", Some("30s"), Outcome::Good);
    restarted(&mut tale, None);
    assert_eq!(tale.item("production", "after:staging"), Verdict::Stale, "nobody has looked since, and nothing is bad");
}

#[test]
fn what_is_seen_again_as_it_was_keeps_its_age() {
    let mut tale = Tale::cleared();
    tale.see("staging", "1.0.0", Health::Unhealthy);
    tale.see("staging", "1.0.0", Health::Healthy);
    assert_eq!(tale.item("production", "after:staging"), Verdict::Pass);
    tale.see("staging", "1.0.0", Health::Stopped);
    tale.see("staging", "1.0.0", Health::Healthy);
    assert_eq!(tale.item("production", "after:staging"), Verdict::Stale);
}

#[test]
fn a_clock_that_was_set_back_makes_nothing_old() {
    let mut tale = Tale::new();
    let now = tale.now;
    tale.now = now.checked_sub(jiff::SignedDuration::from_hours(24)).unwrap();
    tale.brought("staging");
    tale.now = now;
    assert_eq!(tale.situation().age_in(&EnvName::new("staging")), Some(span("0s")));
    tale.verified("staging", Some("30s"), Outcome::Good);
    assert_eq!(tale.item("production", "after:staging"), Verdict::Stale);
}

#[test]
fn a_restart_in_the_middle_of_a_verification_leaves_nothing_to_be_told() {
    let mut tale = Tale::cleared();
    let request = Request::Verify { env: EnvName::new("staging"), horizon: None, patience: HorizonWait::Now };
    let action = tale.start(request).unwrap();
    tale.step(&action, Ok(None));
    tale.step(&action, Ok(Some(Verdict::Pass)));
    tale.pass("1s");
    restarted(&mut tale, None);
    tale.pass("1s");
    let outcome = tale.finish(&action, Some(Verdict::Pass));
    assert!(matches!(outcome, Outcome::Unclear | Outcome::GoodSoFar), "{outcome:?}");
}

#[test]
fn lines_count_from_the_start_of_the_artifact_whose_log_it_is() {
    let mut tale = Tale::new();
    let staging = EnvName::new("staging");
    let mut starts = |artifact: &str| {
        tale.pass("5m");
        let since = Some(tale.now);
        tale.observe(("staging", artifact), Observation { since, ..seen("1.0.0", Health::Healthy) });
        since
    };
    let (api, ui) = (starts("api"), starts("ui"));
    let lines = |artifact: &str| tale.release.lines_since(&staging, Some(&ArtifactName::new(artifact)));
    assert_eq!((lines("api"), lines("ui"), lines("none")), (api, ui, None));
    assert_eq!(tale.release.lines_since(&staging, None), ui, "no one action brought both");
}

#[test]
fn a_log_belongs_to_the_delivery_that_makes_its_container() {
    let text = "format = 1\n[project]\nname = \"p\"\n[artifact.web]\nimage = \"web:{version}\"\n[artifact.ui]\nimage = \
                \"ui:{version}\"\n[env.s]\ndeliver.web = { with = \"docker\", container = \"shop-web\" }\ndeliver.ui = { with = \
                \"compose\", file = \"c.yml\", service = \"ui\" }\n[log.a]\ncontainer = \"shop-web\"\n[log.b]\ncontainer = \
                \"shop-ui-1\"\n[log.c]\nfile = \"x.log\"\n[log.d]\ncontainer = \"shop-ui-2\"\n";
    let plan = tminus_core::grammar::plan::read(std::path::Path::new("tminus.toml"), text).unwrap().plan;
    let of = |log: &str| plan.artifact_of_log(&EnvName::new("s"), &LogName::new(log)).map(ToString::to_string);
    assert_eq!([of("a"), of("b"), of("c"), of("d")], [Some("web".into()), Some("ui".into()), None, None]);
}
