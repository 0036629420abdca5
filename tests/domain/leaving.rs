//! What a rollback leaves: what serves its target already, what lies ahead, and what deploys did that is to be undone.

use super::{Tale, digest, readiness, seen, version};
use tminus_core::action::{Move, Outcome, Proposal, Step, StepTask, StepUndo};
use tminus_core::branch::BranchState;
use tminus_core::command::{ActionCommand, Command};
use tminus_core::fact::{ActionFact, Fact, StepFact, TargetFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::mask::Mask;
use tminus_core::names::{ActionId, ArtifactName, EnvName, OrderId};
use tminus_core::need::{FileKind, Need, Unmet};
use tminus_core::order::{Delivered, Health, Task};
use tminus_core::plan::{CommandLine, Template, Undo};
use tminus_core::situation::{Preview, Proof, WayBack, WayBackState};

fn production() -> EnvName {
    EnvName::new("production")
}

fn way(tale: &Tale, to: Option<&str>) -> WayBack {
    tale.situation().way_back_to(&production(), to.map(version).as_ref())
}

fn moves(way: &WayBack) -> Vec<String> {
    way.moves.iter().map(|m| format!("{} {}", m.artifact, m.to.version)).collect()
}

fn preview(tale: &Tale, to: Option<&str>) -> Preview {
    tale.situation().preview(&tale.proposal(&Tale::roll_back("production", to)), &super::NoCalls).unwrap()
}

fn titles(preview: &Preview) -> Vec<&str> {
    preview.steps.iter().map(|step| step.title.as_str()).collect()
}

fn see(tale: &mut Tale, artifact: &str, (text, health): (&str, Health)) {
    tale.pass("10m");
    tale.observe(("production", artifact), seen(text, health));
    let (env, artifact) = (production(), ArtifactName::new(artifact));
    tale.tell(Fact::Target(TargetFact::Ready { env, artifact, readiness: readiness(text) }));
}

/// The plan delivers `ui` to production as well, and migrates with an undo.
fn pair() -> Tale {
    let mut tale = Tale::new();
    let production = tale.environment("production");
    let mut ui = production.deliver[0].clone();
    ui.artifact = ArtifactName::new("ui");
    production.deliver.push(ui);
    undoable(&mut tale);
    for text in ["0.9.3", "0.9.4"] {
        see(&mut tale, "ui", (text, Health::Healthy));
    }
    tale
}

fn undoable(tale: &mut Tale) {
    let undo = ["down", "{version}", "{previous}"].map(Template::new).to_vec();
    let step = &mut tale.environment("production").steps[0];
    (step.title, step.undo) = ("Migrate".to_owned(), Undo::Run(CommandLine(undo)));
}

fn delivered(text: &str) -> Delivered {
    Delivered { version: version(text), digest: Some(digest(text)) }
}

/// A deploy that migrates, and then delivers each of these from one version to another; the last of them may fail.
fn deploy(tale: &mut Tale, to: &str, (moved, outcome): (&[(&str, &str)], Outcome)) {
    let moves: Vec<Move> = moved
        .iter()
        .map(|(artifact, from)| Move {
            artifact: ArtifactName::new(*artifact),
            from: Some(delivered(from)),
            to: delivered(to),
        })
        .collect();
    let request = Tale::deploy("production", to);
    let base = tale.proposal(&Tale::roll_back("production", None));
    let proposal = Proposal { release: version(to), request, moves: moves.clone(), ..base };
    let words = vec!["migrate".to_owned()];
    let run = Task::Run { words, dir: None, env: Vec::new(), timeout: None };
    let order = |artifact, task| StepTask::Order { artifact, task: Box::new(task) };
    let undo = StepUndo::By("down {version}".to_owned());
    let mut steps =
        vec![Step { title: "Migrate".to_owned(), task: order(None, run), calls: Vec::new(), undo: undo.clone() }];
    steps.extend(moves.into_iter().map(|m| {
        let title = format!("Deliver {} {}", m.artifact, m.to.version);
        let task = Task::Deliver { artifact: m.artifact.clone(), from: m.from, to: m.to };
        Step { title, task: order(Some(m.artifact), task), calls: Vec::new(), undo: undo.clone() }
    }));
    let (action, last) = (ActionId::new(format!("deploy-production-{to}")), steps.len() - 1);
    tale.tell(Fact::Action(ActionFact::Started { action: action.clone(), proposal, steps }));
    for step in 0..=last {
        let order = OrderId::new(format!("{action}.{step}.1"));
        tale.tell(Fact::Step(StepFact::Started { action: action.clone(), step, order }));
        let action = action.clone();
        let is_done = step < last || outcome == Outcome::Good;
        tale.tell(Fact::Step(match is_done {
            true => StepFact::Succeeded { action, step, summary: "done".into(), verdict: None, receipt: None },
            false => {
                let failure = Mask::new().failure(Failure::new(FailureKind::Rejected, "it broke"));
                StepFact::Failed { action, step, failure }
            }
        }));
        if let (Some((artifact, _)), true) = (step.checked_sub(1).map(|at| moved[at]), is_done) {
            see(tale, artifact, (to, Health::Healthy));
        }
    }
    tale.tell(Fact::Action(ActionFact::Finished { action, outcome, summary: "told".into() }));
}

/// 0.9.5 is good on both; of 0.9.6 only the backend came.
fn half() -> Tale {
    let mut tale = pair();
    deploy(&mut tale, "0.9.5", (&[("backend", "0.9.4"), ("ui", "0.9.4")], Outcome::Good));
    deploy(&mut tale, "0.9.6", (&[("backend", "0.9.5"), ("ui", "0.9.5")], Outcome::Failed));
    tale
}

#[test]
fn after_a_deploy_that_brought_one_of_two_the_other_stays_at_the_good_version_that_it_serves() {
    let way = way(&half(), None);
    assert_eq!((way.state, moves(&way)), (WayBackState::Ready, vec!["backend 0.9.5".to_owned()]));
    let stays = "ui stays at 0.9.5: it runs as before deploy-production-0.9.6";
    assert!(way.keeps.contains(&stays.to_owned()), "{:?}", way.keeps);
}

#[test]
fn what_is_left_at_another_version_than_the_others_go_to_is_not_named_as_one_of_them() {
    let mut tale = pair();
    see(&mut tale, "ui", ("0.9.5", Health::Healthy));
    deploy(&mut tale, "0.9.6", (&[("backend", "0.9.4"), ("ui", "0.9.5")], Outcome::Failed));
    let way = way(&tale, None);
    assert_eq!((way.to.as_ref(), moves(&way)), (None, vec!["backend 0.9.4".to_owned()]));
}

#[test]
fn what_failed_by_itself_since_goes_further_back_with_the_others() {
    let mut tale = half();
    see(&mut tale, "ui", ("0.9.5", Health::Unhealthy));
    assert_eq!(moves(&way(&tale, None)), ["backend 0.9.5", "ui 0.9.4"]);
}

#[test]
fn what_somebody_put_back_by_hand_is_not_taken_forward_again() {
    let mut tale = pair();
    deploy(&mut tale, "0.9.5", (&[("backend", "0.9.4"), ("ui", "0.9.4")], Outcome::Good));
    see(&mut tale, "ui", ("0.9.4", Health::Healthy));
    assert_eq!(moves(&way(&tale, None)), ["backend 0.9.4"], "ui is there already");
    see(&mut tale, "backend", ("0.9.4", Health::Healthy));
    let stays = way(&tale, None);
    assert_eq!((stays.state, stays.moves.len()), (WayBackState::None, 0));
    let says = "production runs 0.9.4 as before deploy-production-0.9.5: nothing to roll back; its \"Migrate\" stays \
                done. Further back: `tminus rollback production --to 0.9.3`";
    assert_eq!(stays.reasons, [says]);
    let forward = way(&tale, Some("0.9.5"));
    assert!(forward.moves.is_empty() && forward.reasons[0].starts_with("0.9.5 came after 0.9.4"), "{forward:?}");
    see(&mut tale, "backend", ("0.9.4", Health::Unhealthy));
    assert!(moves(&way(&tale, None)).contains(&"backend 0.9.3".to_owned()), "what is ill goes further back");
}

#[test]
fn a_rollback_past_several_deploys_undoes_the_steps_of_each_newest_first() {
    let mut tale = Tale::new();
    undoable(&mut tale);
    deploy(&mut tale, "0.9.5", (&[("backend", "0.9.4")], Outcome::Good));
    deploy(&mut tale, "0.9.6", (&[("backend", "0.9.5")], Outcome::Good));
    let preview_now = preview(&tale, Some("0.9.4"));
    assert_eq!(titles(&preview_now)[2..], ["Undo: Migrate (0.9.6)", "Undo: Migrate (0.9.5)"]);
    let words = |step: &Step| match &step.task {
        StepTask::Order { task, .. } => match task.as_ref() {
            Task::Run { words, .. } => words.join(" "),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let undone: Vec<String> = preview_now.steps[2..].iter().map(words).collect();
    assert_eq!(undone, ["down 0.9.6 0.9.5", "down 0.9.5 0.9.4"]);
    assert_eq!(titles(&preview(&tale, None))[2..], ["Undo: Migrate"], "of 0.9.6 alone");
}

/// The rollback of 0.9.5 brought 0.9.4 back, and its undo of the migration failed.
fn not_undone() -> Tale {
    let mut tale = Tale::new();
    undoable(&mut tale);
    deploy(&mut tale, "0.9.5", (&[("backend", "0.9.4")], Outcome::Good));
    let action = tale.start(Tale::roll_back("production", None)).unwrap();
    tale.step(&action, Ok(None));
    tale.step(&action, Ok(None));
    see(&mut tale, "backend", ("0.9.4", Health::Healthy));
    tale.step(&action, Err(FailureKind::Rejected));
    tale.command(&Command::Action(ActionCommand::Leave { action })).unwrap();
    tale
}

#[test]
fn a_rollback_whose_undo_failed_is_brought_to_its_end_by_another() {
    let mut tale = not_undone();
    for to in [None, Some("0.9.4")] {
        let preview = preview(&tale, to);
        assert_eq!((titles(&preview), preview.blockers.len()), (vec!["Look at production again", "Undo: Migrate"], 0));
    }
    let rest = tale.start(Tale::roll_back("production", None)).unwrap();
    assert_eq!(tale.finish(&rest, None), Outcome::Good);
    assert!(tale.release.bad.contains_key(&version("0.9.5")), "what was left is marked at last");
    let way = way(&tale, None);
    assert!(way.moves.is_empty() && way.reasons[0].starts_with("already back on 0.9.4"), "{way:?}");
}

#[test]
fn a_later_rollback_undoes_what_an_earlier_one_left_done() {
    let mut tale = not_undone();
    deploy(&mut tale, "0.9.6", (&[("backend", "0.9.4")], Outcome::Good));
    assert_eq!(titles(&preview(&tale, None))[2..], ["Undo: Migrate (0.9.6)", "Undo: Migrate (0.9.5)"]);
}

#[test]
fn a_step_that_the_plan_has_no_more_is_named_as_what_stays_done() {
    let mut tale = Tale::new();
    undoable(&mut tale);
    deploy(&mut tale, "0.9.5", (&[("backend", "0.9.4")], Outcome::Good));
    let says = "Migrate of 0.9.5 stays done: the plan no longer has this step; its undo was `down {version}`";
    assert!(preview(&tale, None).keeps.is_empty());
    tale.environment("production").steps[0].title = "Migrate the database".to_owned();
    let preview = preview(&tale, None);
    assert!(preview.keeps[0].starts_with(says) && preview.steps.len() == 2, "{:?}", preview.keeps);
    assert_eq!(tale.situation().stays_done(&production(), &preview.proposal.moves), [says]);
}

#[test]
fn a_step_whose_undo_cannot_be_started_is_named_as_what_stays_done_and_is_not_promised() {
    let mut tale = Tale::new();
    undoable(&mut tale);
    let undo = ["sh", "down.sh", "{version}"].map(Template::new).to_vec();
    tale.environment("production").steps[0].undo = Undo::Run(CommandLine(undo));
    deploy(&mut tale, "0.9.5", (&[("backend", "0.9.4")], Outcome::Good));
    assert_eq!(titles(&preview(&tale, None))[2..], ["Undo: Migrate"]);
    let need = Need::File { path: "down.sh".to_owned(), kind: FileKind::Script, is_late: false };
    let unmet = vec![Unmet { need, why: "down.sh is not in the checkout".to_owned() }];
    tale.see_branch(BranchState { unmet, ..tale.branch_at(Some(super::FIRST)) });
    let back = preview(&tale, None);
    let why = "its undo cannot be started: down.sh is not in the checkout";
    assert!(back.keeps[0].starts_with(&format!("Migrate of 0.9.5 stays done: {why}")), "{back:?}");
    assert_eq!((titles(&back).len(), way(&tale, None).state), (2, WayBackState::Ready));
    let next = tale.situation().preview(&tale.proposal(&Tale::deploy("production", "1.0.0")), &super::NoCalls).unwrap();
    let migrate = next.steps.iter().find(|step| step.title == "Migrate").unwrap();
    assert_eq!(migrate.undo, StepUndo::Irreversible(why.to_owned()));
}

#[test]
fn what_was_seen_for_a_moment_and_told_nothing_is_brought_back_only_by_name_and_with_a_warning() {
    let mut tale = Tale::blank();
    tale.open("1.0.0", super::SECOND);
    let see = |tale: &mut Tale, text: &str| tale.observe(("production", "backend"), seen(text, Health::Unknown));
    see(&mut tale, "6.6.6");
    tale.ready("production", "6.6.6");
    tale.pass("5s");
    see(&mut tale, "1.0.0");
    assert_eq!(way(&tale, None).state, WayBackState::None);
    let named = preview(&tale, Some("6.6.6"));
    let says = "backend 6.6.6 was seen in production only for a moment, and it is unknown whether it was good";
    assert!(named.blockers.is_empty() && named.warnings.contains(&says.to_owned()), "{named:?}");
    tale.pass("2m");
    see(&mut tale, "1.1.0");
    assert_eq!(way(&tale, None).to, Some(version("1.0.0")), "it served for a time");
    // What came and went again lies ahead.
    tale.pass("2m");
    see(&mut tale, "1.0.0");
    assert_eq!(way(&tale, None).to, None);
}

#[test]
fn an_artifact_that_the_plan_delivers_no_more_is_left_and_named() {
    let mut tale = half();
    see(&mut tale, "ui", ("0.9.5", Health::Unhealthy));
    tale.environment("production").deliver.retain(|d| d.artifact.as_str() != "ui");
    let left = way(&tale, None);
    assert_eq!(moves(&left), ["backend 0.9.5"]);
    let says = "ui stays as it is: the plan no longer delivers ui to production".to_owned();
    assert!(left.keeps.contains(&says), "{:?}", left.keeps);
    tale.environment("production").deliver.clear();
    let nothing = preview(&tale, None);
    assert!(
        nothing.proposal.moves.is_empty() && nothing.blockers[0].contains("no longer delivers"),
        "{:?}",
        nothing.blockers
    );
}

#[test]
fn what_tminus_brought_is_unverified_whichever_release_is_looked_at() {
    let mut tale = Tale::new();
    deploy(&mut tale, "0.9.5", (&[("backend", "0.9.4")], Outcome::Good));
    assert_eq!(tale.version, version("1.0.0"), "another release than the one that runs there");
    let environment = |tale: &Tale| tale.situation().proof(tale.plan.environment(&production()).unwrap());
    assert_eq!(environment(&tale), Proof::Missing);
    tale.verified("production", None, Outcome::NotGood);
    assert_eq!(environment(&tale), Proof::Bad);
}

#[test]
fn the_rest_of_a_rollback_over_two_is_done_where_the_first_was_deployed_twice_and_is_back_already() {
    let mut tale = pair();
    deploy(&mut tale, "1.0.0", (&[("backend", "0.9.4"), ("ui", "0.9.3")], Outcome::Failed));
    deploy(&mut tale, "1.0.0", (&[("backend", "1.0.0"), ("ui", "0.9.3")], Outcome::Good));
    let back = tale.start(Tale::roll_back("production", None)).unwrap();
    tale.step(&back, Ok(None));
    tale.step(&back, Ok(None));
    see(&mut tale, "backend", ("0.9.4", Health::Healthy));
    tale.step(&back, Err(FailureKind::Rejected));
    tale.command(&Command::Action(ActionCommand::Leave { action: back })).unwrap();
    assert_eq!(way(&tale, None).state, WayBackState::Ready);
    let preview = preview(&tale, None);
    let undo = preview.steps.iter().find(|step| step.title == "Undo: Migrate").unwrap();
    let Some((None, Task::Run { words, .. })) = undo.task.ordered() else { panic!("{undo:?}") };
    assert_eq!(words, &["down", "1.0.0", "0.9.4"], "what the first deploy replaced");
    let rest = tale.start(Tale::roll_back("production", None)).unwrap();
    assert_eq!(tale.finish(&rest, None), Outcome::Good);
}

#[test]
fn an_undo_that_cannot_be_filled_in_is_named_as_what_stays_done_and_blocks_nothing() {
    let mut tale = Tale::new();
    undoable(&mut tale);
    let undo = ["down", "{horizon}"].map(Template::new).to_vec();
    tale.environment("production").steps[0].undo = Undo::Run(CommandLine(undo));
    deploy(&mut tale, "0.9.5", (&[("backend", "0.9.4")], Outcome::Good));
    let preview = preview(&tale, None);
    assert_eq!(titles(&preview)[2..], [""; 0]);
    let says = "Migrate of 0.9.5 stays done: its undo cannot be filled in: {horizon} has no value here";
    assert!(preview.keeps[0].starts_with(says), "{:?}", preview.keeps);
    assert_eq!(way(&tale, None).state, WayBackState::Ready);
}

#[test]
fn what_a_stranger_put_there_for_a_moment_is_not_what_a_rollback_chooses_though_a_deploy_replaced_it() {
    let mut tale = Tale::new();
    tale.observe(("production", "backend"), seen("6.6.6", Health::Unknown));
    tale.ready("production", "6.6.6");
    tale.pass("1s");
    let next = tale.situation().preview(&tale.proposal(&Tale::deploy("production", "1.0.0")), &super::NoCalls).unwrap();
    let deliver = next.steps.iter().find(|step| step.task.brings(&ArtifactName::new("backend")).is_some()).unwrap();
    assert!(!format!("{:?}", deliver.undo).contains("6.6.6"), "{:?}", deliver.undo);
    tale.brought("production");
    assert_eq!(way(&tale, None).to, Some(version("0.9.4")));
    assert_eq!(way(&tale, Some("6.6.6")).to, Some(version("6.6.6")), "by its name");
}
