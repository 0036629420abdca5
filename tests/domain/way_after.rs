//! The rollback that a deploy leaves, and what a person takes on from another journal.

use super::{Tale, digest, readiness, seen};
use tminus_core::action::{Request, StepUndo};
use tminus_core::branch::BranchState;
use tminus_core::kinds::deliver::{CommandDeliver, ComposeDeliver, DeliverKind};
use tminus_core::names::{ActionId, ArtifactName, EnvName};
use tminus_core::need::{FileKind, Need, Unmet};
use tminus_core::order::{Health, Observation, Readiness};
use tminus_core::plan::{CommandLine, Template};
use tminus_core::situation::{Go, ItemKind, OutlookWord, Preview, WayBackState};
use tminus_core::verdict::Verdict;

fn preview(tale: &Tale, env: &str) -> Preview {
    let proposal = tale.proposal(&Tale::deploy(env, "1.0.0"));
    tale.situation().preview(&proposal, &super::NoCalls).unwrap()
}

fn undo(tale: &Tale, env: &str) -> StepUndo {
    let preview = preview(tale, env);
    preview.steps.into_iter().find(|s| s.title.starts_with("Deliver")).unwrap().undo
}

fn lost(tale: &mut Tale, env: &str) {
    let once_replaced = vec!["the registry lost it".to_owned()];
    tale.readiness(env, Readiness { once_replaced, ..readiness("0.9.4") });
}

#[test]
fn a_rollback_that_is_ready_after_the_deploy_undoes_it() {
    assert_eq!(undo(&Tale::cleared(), "production"), StepUndo::By("roll back to 0.9.4".into()));
}

#[test]
fn a_preview_says_that_after_the_deploy_there_is_no_rollback() {
    let mut tale = Tale::cleared();
    lost(&mut tale, "production");
    let says = "after this there is no rollback to 0.9.4: the registry lost it";
    assert_eq!(undo(&tale, "production"), StepUndo::Irreversible(says.into()));
    assert!(preview(&tale, "production").irreversible.iter().any(|line| line.ends_with(says)));
    // What is ready while it runs is told apart from what is ready once it is replaced.
    assert_eq!(tale.situation().way_back(&EnvName::new("production")).state, WayBackState::Ready);
}

#[test]
fn a_protected_environment_wants_a_waiver_for_a_rollback_that_would_be_lost() {
    let mut tale = Tale::cleared();
    lost(&mut tale, "production");
    assert_eq!(tale.item("production", "rollback:backend"), Verdict::Fail);
    let Go::Closed(item) = preview(&tale, "production").go() else { panic!("it would begin") };
    assert_eq!(item.kind, ItemKind::Rollback);
    tale.waive("production", "rollback:backend").unwrap();
    assert_eq!(tale.item("production", "rollback:backend"), Verdict::Waived);
}

#[test]
fn a_configuration_that_cannot_be_used_any_more_is_no_promise() {
    let mut tale = Tale::cleared();
    let restore = vec!["the configuration that 0.9.4 served with was written by Compose 2".to_owned()];
    tale.readiness("production", Readiness { restore, ..readiness("0.9.4") });
    let StepUndo::Irreversible(says) = undo(&tale, "production") else { panic!("it is promised") };
    assert!(says.contains("was written by Compose 2"), "{says}");
    assert_eq!(tale.item("production", "rollback:backend"), Verdict::Fail);
    assert_eq!(tale.situation().way_back(&EnvName::new("production")).state, WayBackState::Ready, "with today's file");
}

#[test]
fn an_artifact_that_was_built_again_under_its_version_comes_back_where_it_is_kept() {
    let mut tale = Tale::cleared();
    let compose = DeliverKind::Compose(ComposeDeliver {
        file: "c.yml".into(),
        service: "b".into(),
        project: None,
        context: None,
    });
    tale.environment("production").deliver[0].kind = compose;
    tale.see("production", "1.0.0", Health::Healthy);
    let before = tale.release.environments[&EnvName::new("production")].places.values().next().unwrap().running();
    let now = digest("6.6.6");
    let held = before.iter().filter_map(|b| b.digest.clone()).collect();
    tale.readiness("production", Readiness { digest: Some(now.clone()), held, ..readiness("1.0.0") });
    assert_eq!(
        undo(&tale, "production"),
        StepUndo::By(format!("bring 1.0.0 ({}) back", before.unwrap().digest.unwrap().short()))
    );
    tale.readiness("production", Readiness { digest: Some(now), held: Vec::new(), ..readiness("1.0.0") });
    assert!(matches!(undo(&tale, "production"), StepUndo::Irreversible(_)), "nothing holds it");
}

#[test]
fn an_image_is_pulled_before_anything_is_migrated() {
    let titles = |env: &str| preview(&Tale::cleared(), env).steps.into_iter().map(|s| s.title).collect::<Vec<_>>();
    let production = titles("production");
    let at = |begin: &str| production.iter().position(|title| title.starts_with(begin)).unwrap();
    assert!(at("Pull backend 1.0.0") < at("Migrate") && at("Migrate") < at("Deliver"), "{production:?}");
    let store = titles("app-store");
    assert!(!store.is_empty() && store.iter().all(|title| !title.starts_with("Pull")), "there is no image: {store:?}");
}

#[test]
fn an_environment_that_is_not_protected_is_told_and_goes_on() {
    let mut tale = Tale::cleared();
    tale.environment("production").protected = false;
    lost(&mut tale, "production");
    assert!(matches!(undo(&tale, "production"), StepUndo::Irreversible(_)));
    let gate = tale.gate("production");
    assert!(!gate.items.is_empty() && gate.items.iter().all(|i| i.kind != ItemKind::Rollback));
}

#[test]
fn a_rollback_that_nobody_could_look_at_is_not_promised() {
    let mut tale = Tale::cleared();
    let unknown = vec!["the registry does not answer".to_owned()];
    tale.readiness("production", Readiness { unknown, ..readiness("0.9.4") });
    let StepUndo::Irreversible(says) = undo(&tale, "production") else { panic!("it is promised") };
    assert!(says.contains("is unknown: the registry does not answer"), "{says}");
    assert_eq!(tale.item("production", "rollback:backend"), Verdict::NoData);
}

#[test]
fn a_version_that_is_another_image_by_now_is_no_rollback_after_the_deploy() {
    let mut tale = Tale::cleared();
    tale.readiness("production", Readiness { digest: Some(digest("6.6.6")), ..readiness("0.9.4") });
    assert!(matches!(undo(&tale, "production"), StepUndo::Irreversible(_)));
}

#[test]
fn what_runs_and_was_never_healthy_is_not_what_a_rollback_brings_back() {
    let mut tale = Tale::cleared();
    tale.see("production", "0.9.5", Health::Unhealthy);
    assert_eq!(undo(&tale, "production"), StepUndo::By("roll back to 0.9.4".into()));
}

#[test]
fn the_app_store_never_has_a_rollback_and_asks_for_no_waiver_each_time() {
    let mut tale = Tale::cleared();
    let store = tale.environment("app-store").deliver[0].kind.clone();
    assert!(matches!(store, DeliverKind::AppStore(_)));
    tale.environment("production").deliver[0].kind = store;
    let StepUndo::Irreversible(says) = undo(&tale, "production") else { panic!("it is promised") };
    assert!(says.starts_with("App Store has no rollback"), "{says}");
    let gate = tale.gate("production");
    assert!(!gate.items.is_empty() && gate.items.iter().all(|i| i.kind != ItemKind::Rollback));
}

/// Returns a branch whose last look found a command without something that it needs.
fn without(tale: &Tale, needs: &[Need], why: &str) -> BranchState {
    let unmet = needs.iter().map(|need| Unmet { need: need.clone(), why: why.to_owned() }).collect();
    BranchState { unmet, ..tale.branch_at(Some(super::FIRST)) }
}

fn by_commands(tale: &mut Tale, deploy: &[&[&str]], undo: &[&[&str]]) {
    let lines = |all: &[&[&str]]| -> Vec<CommandLine> {
        all.iter().map(|words| CommandLine(words.iter().map(|word| Template::new(*word)).collect())).collect()
    };
    let (deploy, undo, current) = (lines(deploy), lines(undo), lines(&[&["show"]]));
    tale.environment("production").deliver[0].kind =
        DeliverKind::Command(CommandDeliver { current, current_json: None, deploy, undo, dir: None });
}

fn file(path: &str, kind: FileKind) -> Need {
    Need::File { path: path.to_owned(), kind, is_late: false }
}

#[test]
fn a_delivery_whose_undo_cannot_be_started_has_no_rollback_and_promises_none() {
    let mut tale = Tale::cleared();
    by_commands(&mut tale, &[&["up"]], &[&["env", "A=b", "python3", "ops/undo.py", "{previous}"], &["./fetched"]]);
    assert_eq!(undo(&tale, "production"), StepUndo::By("roll back to 0.9.4".into()));
    let why = "ops/undo.py is not in the checkout";
    let (other, it) = (file("fetched", FileKind::Started), file("ops/undo.py", FileKind::Given));
    tale.see_branch(without(&tale, &[other], "fetched is not in the checkout"));
    assert_eq!(undo(&tale, "production"), StepUndo::By("roll back to 0.9.4".into()), "that is needed as a late one");
    tale.see_branch(without(&tale, &[it], why));
    let StepUndo::Irreversible(says) = undo(&tale, "production") else { panic!("it is promised") };
    assert!(says.contains(&format!("its undo cannot be started: {why}")), "{says}");
    tale.see("production", "1.0.0", Health::Healthy);
    let way = tale.situation().way_back(&EnvName::new("production"));
    assert_eq!(way.state, WayBackState::Blocked);
    assert_eq!(way.reasons[0], format!("its undo cannot be started: {why}"));
}

#[test]
fn a_deploy_whose_command_surely_cannot_be_started_is_blocked_and_no_go() {
    let mut tale = Tale::cleared();
    tale.environment("production").steps.clear();
    by_commands(&mut tale, &[&["sh", "-c", "ops/up.sh {version}"]], &[&["down", "{previous}"]]);
    let blocked = |tale: &Tale| preview(tale, "production").blockers;
    assert_eq!(blocked(&tale), Vec::<String>::new());
    let need = file("ops/up.sh", FileKind::Started);
    tale.see_branch(without(&tale, &[need], "ops/up.sh is not in the checkout"));
    let says = "the delivery of backend cannot be started: ops/up.sh is not in the checkout; put it right on \
                release/1.0.0, or change the plan";
    assert_eq!(blocked(&tale), [says]);
    assert!(matches!(preview(&tale, "production").go(), Go::Held(_)));
    let outlook = tale.situation().outlook();
    assert_eq!(outlook.word, OutlookWord::NoGo);
    assert!(outlook.blocking.iter().any(|reason| reason.says == says), "{outlook:?}");
}

/// Returns a file that something which runs before may bring.
fn late(path: &str, kind: FileKind) -> Need {
    Need::File { path: path.to_owned(), kind, is_late: true }
}

#[test]
fn what_an_earlier_command_may_bring_keeps_the_gate_closed_until_somebody_waives_it() {
    let mut tale = Tale::cleared();
    by_commands(&mut tale, &[&["sh", "-c", "ops/up.sh {version}"]], &[&["down", "{previous}"]]);
    // A step runs before it.
    tale.see_branch(without(&tale, &[late("ops/up.sh", FileKind::Started)], "ops/up.sh is not in the checkout"));
    assert_eq!(preview(&tale, "production").blockers, Vec::<String>::new());
    assert_eq!(tale.item("production", "start:ops/up.sh"), Verdict::Inconclusive);
    let Go::Closed(item) = preview(&tale, "production").go() else { panic!("it would begin") };
    assert_eq!(item.title, "the delivery of backend can be started");
    assert_ne!(tale.situation().outlook().word, OutlookWord::Go);
    assert!(tale.waive("production", "start:ops/other.sh").is_err());
    tale.waive("production", "start:ops/up.sh").unwrap();
    assert_eq!(tale.item("production", "start:ops/up.sh"), Verdict::Waived);
}

/// An undo of whose second command nobody can say whether it can be started, and why.
fn doubtful(tale: &mut Tale, says: &str) {
    let StepUndo::Irreversible(told) = undo(tale, "production") else { panic!("it is promised") };
    assert!(told.contains("whether its undo can be started is unknown") && told.contains(says), "{told}");
    tale.see("production", "1.0.0", Health::Healthy);
    let way = tale.situation().way_back(&EnvName::new("production"));
    assert_eq!(way.state, WayBackState::Unknown, "{:?}", way.reasons);
    let back = tale.situation().preview(&tale.proposal(&Tale::roll_back("production", None)), &super::NoCalls).unwrap();
    assert!(back.warnings.iter().any(|warning| warning.contains(says)), "{:?}", back.warnings);
    assert!(back.blockers.is_empty(), "nobody is kept from trying: {:?}", back.blockers);
}

#[test]
fn an_undo_that_an_earlier_command_may_bring_is_not_promised() {
    let mut tale = Tale::cleared();
    by_commands(&mut tale, &[&["up"]], &[&["./fetch.sh"], &["python3", "ops/undo.py", "{previous}"]]);
    tale.see_branch(without(&tale, &[late("ops/undo.py", FileKind::Given)], "ops/undo.py is not in the checkout"));
    doubtful(&mut tale, "ops/undo.py is not in the checkout");
}

#[test]
fn an_undo_whose_needs_could_not_be_looked_at_is_not_promised() {
    let mut tale = Tale::cleared();
    by_commands(&mut tale, &[&["up"]], &[&["down", "{previous}"]]);
    let unlooked = Some("the ignore rules could not be read".to_owned());
    tale.see_branch(BranchState { unlooked, ..tale.branch_at(Some(super::FIRST)) });
    doubtful(&mut tale, "the ignore rules could not be read");
    let mut tale = Tale::cleared();
    by_commands(&mut tale, &[&["up"]], &[&["down", "{previous}"]]);
    let failure = tminus_core::failure::Failure::new(tminus_core::failure::FailureKind::Timeout, "git was not done");
    let failure = tminus_core::mask::Mask::new().failure(failure);
    let version = tale.version.clone();
    tale.tell(tminus_core::fact::Fact::Release(tminus_core::fact::ReleaseFact::BranchLost { version, failure }));
    doubtful(&mut tale, "git was not done");
}

#[test]
fn the_undo_of_a_closed_release_is_looked_at_with_the_release_that_is_watched() {
    let mut tale = Tale::cleared();
    by_commands(&mut tale, &[&["up"]], &[&["python3", "ops/undo.py", "{previous}"]]);
    tale.see("production", "1.0.0", Health::Healthy);
    let (closed, note) = (tale.version.clone(), String::new());
    let close = tminus_core::fact::ReleaseFact::Closed { version: closed.clone(), note, unmerged: None };
    tale.tell(tminus_core::fact::Fact::Release(close));
    let watched = |tale: &Tale| tale.release.watched().iter().map(|o| o.version.clone()).collect::<Vec<_>>();
    let state = |tale: &Tale| tale.situation().way_back(&EnvName::new("production")).state;
    assert_eq!(watched(&tale), std::slice::from_ref(&closed), "nothing else is open");
    tale.pass("1m");
    tale.open("1.0.1", super::SECOND);
    assert_eq!(watched(&tale), [super::version("1.0.1")]);
    tale.see_branch(without(&tale, &[file("ops/undo.py", FileKind::Given)], "ops/undo.py is not in the checkout"));
    tale.version = closed;
    assert_eq!(state(&tale), WayBackState::Blocked);
    tale.version = super::version("1.0.1");
    tale.see_branch(tale.branch_at(Some(super::SECOND)));
    tale.version = super::version("1.0.0");
    assert_eq!(state(&tale), WayBackState::Ready);
}

#[test]
fn a_deploy_that_names_what_was_there_before_is_blocked_where_nothing_was() {
    let mut tale = Tale::cleared();
    by_commands(&mut tale, &[&["up", "{previous}"]], &[&["down", "{previous}"]]);
    assert_eq!(preview(&tale, "production").blockers, Vec::<String>::new());
    let mut tale = Tale::blank();
    tale.open("1.0.0", super::SECOND);
    by_commands(&mut tale, &[&["up", "{previous}"]], &[&["down", "{previous}"]]);
    let blockers = preview(&tale, "production").blockers;
    let says = "the delivery of backend names {previous}, which has no value here: nothing runs in production now";
    assert!(blockers.contains(&says.to_owned()), "{blockers:?}");
}

#[test]
fn the_first_version_of_all_has_nothing_before_it() {
    let mut tale = Tale::blank();
    tale.open("1.0.0", super::SECOND);
    assert_eq!(undo(&tale, "production"), StepUndo::Irreversible("nothing ran in production before".into()));
}

/// What was brought last carries the id of an action that this journal does not know.
fn strange() -> Tale {
    let mut tale = Tale::cleared();
    let action = Some(ActionId::new("deploy-production-679-hcf6"));
    tale.observe(("production", "backend"), Observation { action, ..seen("0.9.4", Health::Healthy) });
    tale
}

fn adopt(tale: &mut Tale, reason: &str) -> Result<tminus_core::decide::Follow, tminus_core::command::Refusal> {
    tale.adopt("production", reason)
}

#[test]
fn what_another_journal_left_holds_a_rollback_and_says_how_one_gets_on() {
    let mut tale = strange();
    let refusal = tale.start(Tale::roll_back("production", None)).unwrap_err();
    assert!(refusal.says.contains("tminus settle production --adopt REASON"), "{refusal}");
}

#[test]
fn a_person_adopts_it_with_a_reason_and_goes_on() {
    let mut tale = strange();
    assert!(adopt(&mut tale, "  ").is_err());
    adopt(&mut tale, "the journal was restored from Monday").unwrap();
    tale.start(Tale::roll_back("production", None)).unwrap();
}

#[test]
fn adopting_one_action_adopts_no_other() {
    let mut tale = strange();
    let seen_then = tale.situation().adoptable_in(&EnvName::new("production")).remove(0);
    adopt(&mut tale, "I looked").unwrap();
    let action = Some(ActionId::new("deploy-production-680-aaaa"));
    tale.observe(("production", "backend"), Observation { action, ..seen("0.9.4", Health::Healthy) });
    assert!(tale.start(Tale::roll_back("production", None)).is_err());
    let again = tale.adopt_seen(seen_then, Some("production"), ("production", "again"));
    assert!(again.unwrap_err().says.contains("deploy-production-680-aaaa"), "nothing carries that one any more");
}

#[test]
fn artifacts_never_lend_each_other_a_version() {
    let mut tale = Tale::new();
    for artifact in ["api", "ui"] {
        let production = tale.environment("production");
        let mut delivery = production.deliver[0].clone();
        delivery.artifact = ArtifactName::new(artifact);
        production.deliver.push(delivery);
    }
    let two = |tale: &mut Tale, artifact: &str, text: &str| {
        tale.observe(("production", artifact), seen(text, Health::Healthy));
        tale.tell(tminus_core::fact::Fact::Target(tminus_core::fact::TargetFact::Ready {
            env: EnvName::new("production"),
            artifact: ArtifactName::new(artifact),
            readiness: readiness(text),
        }));
    };
    two(&mut tale, "api", "2024.1");
    two(&mut tale, "ui", "7.7");
    for artifact in ["api", "ui", "backend"] {
        two(&mut tale, artifact, "1.0.0");
    }
    let way = tale.situation().way_back(&EnvName::new("production"));
    assert_eq!(way.to, None, "there is no one version for all");
    assert_eq!(way.leads_to().as_deref(), Some("api 2024.1, backend 0.9.4, ui 7.7"));
    let named = tale.situation().way_back_to(&EnvName::new("production"), Some(&super::version("2024.1")));
    assert_eq!(named.leads_to().as_deref(), Some("2024.1"));
    let stays: Vec<&str> = named.keeps.iter().map(String::as_str).filter(|k| k.contains("stays at")).collect();
    assert_eq!(
        stays,
        [
            "backend stays at 1.0.0: 2024.1 was never seen to be healthy there",
            "ui stays at 1.0.0: 2024.1 was never seen to be healthy there"
        ]
    );
    let proposal =
        tale.proposal(&Request::RollBack { env: EnvName::new("production"), to: None, reason: "it is slow".into() });
    assert_eq!(proposal.moves.len(), 3);
}

#[test]
fn one_artifact_without_a_rollback_takes_it_from_the_others_and_nothing_else_is_promised() {
    let mut tale = Tale::new();
    let production = tale.environment("production");
    let mut ui = production.deliver[0].clone();
    ui.artifact = ArtifactName::new("ui");
    let command =
        CommandDeliver { current: Vec::new(), current_json: None, deploy: Vec::new(), undo: Vec::new(), dir: None };
    ui.kind = DeliverKind::Command(command);
    production.deliver.push(ui);
    let undos = |tale: &Tale| {
        let proposal = tale.proposal(&Tale::deploy("production", "1.0.0"));
        let steps = tale.situation().preview(&proposal, &super::NoCalls).unwrap().steps;
        steps.into_iter().map(|step| (step.title, step.undo)).collect::<Vec<_>>()
    };
    let of = |tale: &Tale, title: &str| undos(tale).into_iter().find(|(t, _)| t == title).unwrap().1;
    assert_eq!(of(&tale, "Deliver backend 1.0.0"), StepUndo::By("roll back to 0.9.4".into()), "ui was never there");
    tale.observe(("production", "ui"), seen("0.9.4", Health::Healthy));
    let StepUndo::Irreversible(says) = of(&tale, "Deliver backend 1.0.0") else { panic!("it is promised") };
    assert!(says.starts_with("after this there is no rollback to 0.9.4: ui: the plan names no `undo`"), "{says}");
    // The gate says what the preview says.
    assert_eq!(tale.item("production", "rollback:backend"), Verdict::Fail);
    let gate = tale.gate("production");
    let item = gate.items.iter().find(|item| item.item == "rollback:backend").unwrap();
    assert_eq!(item.why, says);
    // What is promised is what a rollback finds.
    tale.brought("production");
    tale.observe(("production", "ui"), seen("1.0.0", Health::Healthy));
    assert_eq!(tale.situation().way_back(&EnvName::new("production")).state, WayBackState::Blocked);
}
