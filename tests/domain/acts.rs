//! Actions on the repository: what stands in their way, and what was done by whom.

use super::{FIRST, SECOND, Tale, version};
use tminus_core::action::{Outcome, Request, StepTask, StepUndo};
use tminus_core::branch::{BranchState, BumpLook, MergeLook, TagObject, VersionEdit};
use tminus_core::command::{ActionCommand, Command, RefusalKind, ReleaseCommand};
use tminus_core::decide::NextStep;
use tminus_core::fact::{ActionFact, Fact, ReleaseFact, StepFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::kinds::repository::{ActKind, Direction};
use tminus_core::mask::Mask;
use tminus_core::names::{ActionId, Commit};
use tminus_core::order::{Call, Receipt, Task};

fn tag(direction: Direction) -> Request {
    Request::Act { version: version("1.0.0"), act: ActKind::Tag, direction, text: None }
}

/// A release whose branch was seen, with the tag there.
fn seen(tag: Option<&str>) -> Tale {
    let mut tale = Tale::new();
    see(&mut tale, tag);
    tale
}

fn see(tale: &mut Tale, tag: Option<&str>) {
    let mut state = tale.branch_at(Some(FIRST));
    state.tag = tag.map(Commit::new);
    let subject = Some(format!("{} 1.0.0", tale.plan.project));
    state.tag_object = tag.map(|_| TagObject { id: "f00".to_owned(), subject });
    tale.see_branch(state);
}

#[test]
fn a_tag_is_made_by_the_plans_pattern_and_signed_as_the_plan_says() {
    let mut tale = seen(None);
    tale.plan_to_change().release.tag = tminus_core::plan::Template::new("release-{version}");
    tale.plan_to_change().release.sign = true;
    let id = tale.start(tag(Direction::Forward)).unwrap();
    let action = tale.release.action(&id).unwrap().clone();
    let [state] = &action.steps[..] else { panic!("{:?}", action.steps) };
    let StepTask::Order { artifact: None, task } = &state.step.task else { panic!("{:?}", state.step) };
    let Task::Act { act, direction } = task.as_ref() else { panic!("{task:?}") };
    let calls: Vec<String> = act.calls(*direction).iter().map(Call::display).collect();
    let message = format!("'--message={} 1.0.0'", tale.plan.project);
    assert_eq!(calls, [format!("git tag --sign --cleanup=whitespace {message} -- release-1.0.0 {FIRST}")]);
    assert_eq!(state.step.undo, StepUndo::By("git tag --delete release-1.0.0".to_owned()));
    assert!(id.as_str().starts_with("tag-1.0.0-"), "{id}");
}

#[test]
fn a_tag_that_is_there_already_is_refused_with_the_place_where_it_is() {
    for (tag_at, says) in [
        (FIRST, "already tagged: v1.0.0 is at 1111111"),
        (SECOND, "the tag v1.0.0 is at 2222222, and the release is at 1111111"),
    ] {
        let refusal = seen(Some(tag_at)).start(tag(Direction::Forward)).unwrap_err();
        assert_eq!((refusal.kind, &refusal.reasons[..]), (RefusalKind::Held, &[says.to_owned()][..]));
    }
}

#[test]
fn what_nobody_could_look_at_is_not_tagged() {
    let mut tale = Tale::new();
    assert_eq!(tale.start(tag(Direction::Forward)).unwrap_err().kind, RefusalKind::CannotTell);
    see(&mut tale, None);
    let failure = Mask::new().failure(Failure::new(FailureKind::Timeout, "git did not answer"));
    tale.tell(Fact::Release(ReleaseFact::BranchLost { version: version("1.0.0"), failure }));
    let refusal = tale.start(tag(Direction::Forward)).unwrap_err();
    assert_eq!(refusal.kind, RefusalKind::CannotTell);
    assert!(refusal.says.contains("the repository cannot be read: git did not answer"), "{refusal}");
}

/// The one step of an action ends well, and leaves an object.
fn leaves(tale: &mut Tale, id: &ActionId, left: Option<&str>) {
    let NextStep::Step(step, order) = tale.next(id) else { panic!("no step is next") };
    tale.tell(Fact::Step(StepFact::Started { action: id.clone(), step, order: order.clone() }));
    let receipt = Receipt { order, delivered: None, summary: "done".to_owned(), left: left.map(str::to_owned) };
    let (action, receipt) = (id.clone(), Some(receipt));
    tale.tell(Fact::Step(StepFact::Succeeded { action, step, summary: "done".to_owned(), verdict: None, receipt }));
    assert_eq!(tale.finish(id, None), Outcome::Good);
}

#[test]
fn only_what_tminus_tagged_is_untagged_and_once() {
    let mut tale = seen(Some(FIRST));
    let refused = |tale: &mut Tale| tale.start(tag(Direction::Back)).unwrap_err().says;
    assert!(
        refused(&mut tale)
            .contains("tminus did not tag 1.0.0, so it does not undo that: `git tag --delete v1.0.0` does")
    );
    see(&mut tale, None);
    assert!(refused(&mut tale).contains("there is no tag v1.0.0"));
    for direction in [Direction::Forward, Direction::Back] {
        let id = tale.start(tag(direction)).unwrap();
        assert!(tale.start(tag(Direction::Forward)).unwrap_err().says.contains(&format!("{id} has not ended")));
        leaves(&mut tale, &id, Some("f00").filter(|_| direction == Direction::Forward));
        see(&mut tale, Some(FIRST).filter(|_| direction == Direction::Forward));
    }
    see(&mut tale, Some(FIRST));
    assert!(refused(&mut tale).contains("tminus did not tag 1.0.0"), "somebody tagged it again by hand");
}

#[test]
fn a_tag_at_the_right_commit_that_tminus_did_not_make_is_not_removed() {
    let mut tale = seen(None);
    let id = tale.start(tag(Direction::Forward)).unwrap();
    assert_eq!(tale.finish(&id, None), Outcome::Good);
    let own_words = format!("{} 1.0.0", tale.plan.project);
    for subject in [None, Some("signed off by legal".to_owned()), Some(own_words)] {
        let mut state = tale.branch_at(Some(FIRST));
        state.tag = Some(Commit::new(FIRST));
        state.tag_object = Some(TagObject { id: "f00".to_owned(), subject });
        tale.see_branch(state);
        let refusal = tale.start(tag(Direction::Back)).unwrap_err();
        let says = "whether tminus made the tag v1.0.0 is not known: `git tag --delete v1.0.0` removes it";
        assert_eq!((refusal.kind, &refusal.reasons[..]), (RefusalKind::Held, &[says.to_owned()][..]));
    }
}

#[test]
fn a_tag_whose_object_nobody_could_look_at_is_not_removed_and_says_how_a_person_does_it() {
    let mut tale = seen(None);
    let id = tale.start(tag(Direction::Forward)).unwrap();
    assert_eq!(tale.finish(&id, None), Outcome::Good);
    let mut state = tale.branch_at(Some(FIRST));
    state.tag = Some(Commit::new(FIRST));
    tale.see_branch(state);
    let says = "whether tminus made the tag v1.0.0 is not known: `git tag --delete v1.0.0` removes it";
    assert_eq!(tale.start(tag(Direction::Back)).unwrap_err().reasons, [says]);
}

#[test]
fn a_tag_whose_end_nobody_saw_is_settled_by_a_person_and_not_removed_by_tminus() {
    let mut tale = seen(None);
    let id = tale.start(tag(Direction::Forward)).unwrap();
    let NextStep::Step(step, order) = tale.next(&id) else { panic!("no step is next") };
    tale.tell(Fact::Step(StepFact::Started { action: id.clone(), step, order }));
    see(&mut tale, Some(FIRST));
    let reason = "git has ended, and whether it tagged v1.0.0 is unknown".to_owned();
    tale.tell(Fact::Step(StepFact::Unclear { action: id.clone(), step, reason }));
    let accept = ActionCommand::Accept { action: id.clone(), note: "I saw the tag".to_owned() };
    tale.command(&Command::Action(accept)).unwrap();
    assert_eq!(tale.finish(&id, None), Outcome::Good);
    assert!(tale.start(tag(Direction::Back)).unwrap_err().says.contains("whether tminus made the tag"));
}

#[test]
fn a_cut_that_has_begun_says_why_it_cannot_be_stopped_and_a_tag_is_stopped() {
    let mut tale = seen(None);
    let stop = |id: &ActionId| Command::Action(ActionCommand::Stop { action: id.clone() });
    let begin = |tale: &mut Tale, id: &ActionId| {
        let NextStep::Step(step, order) = tale.next(id) else { panic!("no step is next") };
        tale.tell(Fact::Step(StepFact::Started { action: id.clone(), step, order }));
    };
    let tagging = tale.start(tag(Direction::Forward)).unwrap();
    begin(&mut tale, &tagging);
    assert_eq!(tale.action(&tagging).cannot_stop(), None);
    tale.command(&stop(&tagging)).unwrap();
    let cut = ActionId::new("cut-1.0.0-900");
    let proposal = tale.proposal(&Request::Cut { version: version("1.0.0") });
    let steps = tale.situation().steps(&proposal, &cut, &super::NoCalls).unwrap();
    tale.tell(Fact::Action(ActionFact::Started { action: cut.clone(), proposal, steps }));
    assert_eq!(tale.action(&cut).cannot_stop(), None, "it has not begun yet");
    begin(&mut tale, &cut);
    let refusal = tale.command(&stop(&cut)).unwrap_err();
    assert_eq!(
        (refusal.kind, refusal.says.as_str()),
        (
            RefusalKind::Held,
            "cut-1.0.0-900 cannot be stopped now: git creates the branch and checks it out in one go, and that is its last step"
        )
    );
}

#[test]
fn every_kind_has_words_of_its_own_for_both_directions() {
    let both = [Direction::Forward, Direction::Back];
    let words: Vec<_> = ActKind::ALL.iter().flat_map(|kind| both.map(|direction| kind.words(direction))).collect();
    for (at, one) in words.iter().enumerate() {
        assert!(words[at + 1..].iter().all(|other| other.key != one.key && other.verb != one.verb), "{one:?}");
    }
    assert!(ActKind::ALL.iter().all(|kind| ActKind::named(kind.names().forward.verb) == Some(*kind)));
}

#[test]
fn nothing_is_tagged_or_built_of_a_branch_that_is_gone_and_a_tag_is_still_taken_back() {
    let mut tale = Tale::new();
    tale.see_branch(tale.branch_at(None));
    let build = Request::Build { version: version("1.0.0"), artifact: None };
    for request in [tag(Direction::Forward), build] {
        let refusal = tale.start(request).unwrap_err();
        assert_eq!(refusal.kind, RefusalKind::Held, "{refusal}");
        assert!(refusal.reasons.contains(&"the branch release/1.0.0 is gone".to_owned()), "{refusal:?}");
    }
    let back = tale.start(tag(Direction::Back)).unwrap_err();
    assert!(!back.says.contains("is gone"), "{back}");
}

#[test]
fn while_a_person_must_look_at_a_tag_nothing_is_go() {
    let mut tale = seen(None);
    let id = tale.start(tag(Direction::Forward)).unwrap();
    let NextStep::Step(step, order) = tale.next(&id) else { panic!("no step is next") };
    tale.tell(Fact::Step(StepFact::Started { action: id.clone(), step, order }));
    tale.tell(Fact::Step(StepFact::Unclear { action: id.clone(), step, reason: "nobody saw its end".to_owned() }));
    let outlook = tale.situation().outlook();
    let reason = outlook.blocking.iter().find(|reason| reason.says.contains("nobody saw its end"));
    assert_eq!(reason.map(|reason| reason.verdict), Some(tminus_core::verdict::Verdict::NoData), "{outlook:?}");
}

fn bump(direction: Direction) -> Request {
    Request::Act { version: version("1.0.0"), act: ActKind::Bump, direction, text: None }
}

/// A release whose branch was seen at a commit, with what a bump comes to there.
fn see_bump(tale: &mut Tale, (commit, look): (&str, Option<BumpLook>), change: impl FnOnce(&mut BranchState)) {
    let mut state = BranchState { bump: look, ..tale.branch_at(Some(commit)) };
    change(&mut state);
    tale.see_branch(state);
}

fn edit() -> BumpLook {
    let (file, from, to) = ("VERSION".to_owned(), "0.9.4".to_owned(), "1.0.0".to_owned());
    BumpLook { edits: vec![VersionEdit { file, line: 1, from, to }], refused: Vec::new() }
}

#[test]
fn a_bump_that_is_nothing_or_a_guess_or_was_not_looked_at_does_not_begin() {
    let guess = BumpLook { refused: vec!["a.yaml:3: version occurs 2 times".to_owned()], ..edit() };
    for (look, says) in [
        (None, "the version files were not looked at yet"),
        (Some(guess), "a.yaml:3: version occurs 2 times"),
        (Some(BumpLook::default()), "already done: every version file says 1.0.0"),
    ] {
        let mut tale = Tale::new();
        see_bump(&mut tale, (FIRST, look), |_| {});
        let refusal = tale.start(bump(Direction::Forward)).unwrap_err();
        assert_eq!((refusal.kind, &refusal.reasons[..]), (RefusalKind::Held, &[says.to_owned()][..]));
    }
    let mut tale = Tale::new();
    tale.plan.release.versions.clear();
    see_bump(&mut tale, (FIRST, None), |_| {});
    assert_eq!(tale.start(bump(Direction::Forward)).unwrap_err().reasons, ["[release] names no `versions`"]);
}

#[test]
fn a_bump_is_taken_back_only_while_the_branch_ends_with_it_and_nobody_else_has_it() {
    let mut tale = Tale::new();
    see_bump(&mut tale, (FIRST, Some(edit())), |_| {});
    assert!(tale.start(bump(Direction::Back)).unwrap_err().says.contains("tminus did not bump 1.0.0"));
    let id = tale.start(bump(Direction::Forward)).unwrap();
    leaves(&mut tale, &id, Some(SECOND));
    for (at, pushed, tag, says) in [
        (FIRST, None, None, "release/1.0.0 no longer ends with 2222222: `git revert 2222222` undoes it"),
        (SECOND, Some(true), None, "2222222 is pushed: `git revert 2222222` undoes it"),
        (SECOND, None, Some(SECOND), "2222222 is tagged v1.0.0: `git revert 2222222` undoes it"),
    ] {
        see_bump(&mut tale, (at, Some(BumpLook::default())), |state| {
            (state.pushed, state.tag) = (pushed, tag.map(Commit::new));
        });
        assert_eq!(tale.start(bump(Direction::Back)).unwrap_err().reasons, [says]);
    }
    see_bump(&mut tale, (SECOND, Some(BumpLook::default())), |_| {});
    let id = tale.start(bump(Direction::Back)).unwrap();
    assert_eq!(tale.release.action(&id).unwrap().steps[0].step.title, "Move release/1.0.0 back to 1111111");
}

#[test]
fn a_tag_of_its_own_is_removed_though_the_branch_has_moved_on() {
    let mut tale = seen(None);
    let id = tale.start(tag(Direction::Forward)).unwrap();
    leaves(&mut tale, &id, Some("f00"));
    tale.branch_moves(SECOND, &[]);
    let mut state = tale.branch_at(Some(SECOND));
    state.tag = Some(Commit::new(FIRST));
    let object = |id: &str| Some(TagObject { id: id.to_owned(), subject: None });
    tale.see_branch(BranchState { tag_object: object("f01"), ..state.clone() });
    assert!(tale.start(tag(Direction::Back)).unwrap_err().says.contains("is another one than tminus made"));
    tale.see_branch(BranchState { tag_object: object("f00"), ..state });
    let back = tale.start(tag(Direction::Back)).unwrap();
    let NextStep::Step(step, _) = tale.next(&back) else { panic!("no step is next") };
    let removed = tale.action(&back).steps[step].step.task.acts().unwrap().calls(Direction::Back);
    let words = ["git", "update-ref", "-d", "refs/tags/v1.0.0", "f00"].map(str::to_owned).to_vec();
    assert_eq!(removed, [Call::Process { words, dir: None }]);
}

#[test]
fn nothing_is_previewed_as_possible_that_git_would_refuse_at_once() {
    let mut tale = Tale::new();
    let state = BranchState { no_tag: Some("git takes no tag".to_owned()), ..tale.branch_at(Some(FIRST)) };
    tale.see_branch(state);
    assert_eq!(tale.start(tag(Direction::Forward)).unwrap_err().reasons, ["git takes no tag"]);
    see_bump(&mut tale, (FIRST, Some(edit())), |state| state.held = vec!["a rebase is not finished".to_owned()]);
    assert_eq!(tale.start(bump(Direction::Forward)).unwrap_err().reasons, ["a rebase is not finished"]);
    see_bump(&mut tale, (FIRST, Some(edit())), |state| state.unsaved = vec!["the checkout has changes".to_owned()]);
    let id = tale.start(bump(Direction::Forward)).expect("only an undo takes files away");
    leaves(&mut tale, &id, Some(SECOND));
    see_bump(&mut tale, (SECOND, None), |state| state.unsaved = vec!["the checkout has changes".to_owned()]);
    assert_eq!(tale.start(bump(Direction::Back)).unwrap_err().reasons, ["the checkout has changes"]);
}

fn merge(direction: Direction) -> Request {
    Request::Act { version: version("1.0.0"), act: ActKind::MergeBack, direction, text: None }
}

fn lacks(into: &str, missing: Option<u64>) -> MergeLook {
    MergeLook { into: into.to_owned(), at: Some(Commit::new(SECOND)), missing, ..MergeLook::default() }
}

fn see_merges(tale: &mut Tale, merges: &[MergeLook]) {
    let state = BranchState { merges: merges.to_vec(), ..tale.branch_at(Some(FIRST)) };
    tale.see_branch(state);
}

/// Carries out the next step of a merge, which leaves this commit.
fn merges(tale: &mut Tale, id: &ActionId, left: Option<&str>) {
    let NextStep::Step(step, order) = tale.next(id) else { panic!("no step is next") };
    tale.tell(Fact::Step(StepFact::Started { action: id.clone(), step, order: order.clone() }));
    let receipt = Receipt { order, delivered: None, summary: "merged".to_owned(), left: left.map(str::to_owned) };
    let (action, summary, receipt) = (id.clone(), "merged".to_owned(), Some(receipt));
    tale.tell(Fact::Step(StepFact::Succeeded { action, step, summary, verdict: None, receipt }));
}

#[test]
fn a_merge_back_goes_to_each_branch_that_lacks_something_and_begins_nowhere_where_one_refuses_it() {
    let mut tale = Tale::new();
    see_merges(&mut tale, &[]);
    assert!(tale.start(merge(Direction::Forward)).unwrap_err().says.contains("goes back to it"));
    see_merges(&mut tale, &[lacks("main", Some(0)), lacks("release/1.1.0", Some(0))]);
    let nothing = "nothing to merge back: main has every change of release/1.0.0";
    assert_eq!(tale.start(merge(Direction::Forward)).unwrap_err().reasons, [nothing]);
    let conflict = MergeLook { refused: vec!["both change a.txt".to_owned()], ..lacks("release/1.1.0", Some(2)) };
    see_merges(&mut tale, &[lacks("main", Some(2)), conflict]);
    assert_eq!(tale.start(merge(Direction::Forward)).unwrap_err().reasons, ["both change a.txt"]);
    let held = MergeLook { held: vec!["main is being rebased".to_owned()], ..lacks("main", Some(2)) };
    see_merges(&mut tale, &[held, lacks("release/1.1.0", Some(2))]);
    assert_eq!(tale.start(merge(Direction::Forward)).unwrap_err().reasons, ["main is being rebased"]);
    see_merges(&mut tale, &[lacks("main", Some(2)), lacks("release/1.1.0", Some(1))]);
    let id = tale.start(merge(Direction::Forward)).unwrap();
    let titles: Vec<&str> = tale.action(&id).steps.iter().map(|state| state.step.title.as_str()).collect();
    let expected = ["Merge release/1.0.0 into main: 2 commits", "Merge release/1.0.0 into release/1.1.0: 1 commit"];
    assert_eq!(titles, expected);
}

#[test]
fn of_a_merge_back_that_failed_half_way_what_was_done_is_taken_back_and_no_more() {
    let mut tale = Tale::new();
    see_merges(&mut tale, &[lacks("main", Some(2)), lacks("release/1.1.0", Some(1))]);
    assert!(tale.start(merge(Direction::Back)).unwrap_err().says.contains("tminus did not merge 1.0.0 into main"));
    let id = tale.start(merge(Direction::Forward)).unwrap();
    merges(&mut tale, &id, Some("f00d"));
    tale.step(&id, Err(FailureKind::Conflict));
    tale.command(&Command::Action(ActionCommand::Leave { action: id.clone() })).unwrap();
    let after = MergeLook { at: Some(Commit::new("f00d")), ..lacks("main", Some(0)) };
    see_merges(&mut tale, &[MergeLook { pushed: true, ..after.clone() }, lacks("release/1.1.0", Some(1))]);
    let pushed = "f00d is pushed: `git revert -m 1 f00d` undoes it";
    assert_eq!(tale.start(merge(Direction::Back)).unwrap_err().reasons, [pushed]);
    see_merges(&mut tale, &[after, lacks("release/1.1.0", Some(1))]);
    let id = tale.start(merge(Direction::Back)).unwrap();
    let titles: Vec<&str> = tale.action(&id).steps.iter().map(|state| state.step.title.as_str()).collect();
    assert_eq!(titles, ["Move main back to 2222222"]);
    merges(&mut tale, &id, None);
    assert_eq!(tale.finish(&id, None), Outcome::Good);
    see_merges(&mut tale, &[lacks("main", Some(2))]);
    assert!(tale.start(merge(Direction::Back)).unwrap_err().says.contains("tminus did not merge 1.0.0 into main"));
}

#[test]
fn a_release_closes_once_it_is_merged_back_or_with_a_reason_that_stands_beside_what_lacks() {
    let close = |unmerged: Option<&str>| {
        let (version, unmerged) = (version("1.0.0"), unmerged.map(str::to_owned));
        Command::Release(ReleaseCommand::Close { version, note: String::new(), unmerged })
    };
    let mut tale = Tale::new();
    let unseen = tale.command(&close(None)).unwrap_err();
    assert!(unseen.reasons[0].contains("the repository was not looked at yet"), "{unseen}");
    for (missing, says) in [
        (Some(3), "not merged back into main: 3 commits"),
        (None, "not merged back into main: nobody can tell how many commits"),
    ] {
        see_merges(&mut tale, &[lacks("main", missing)]);
        for reason in [None, Some(" ")] {
            let refusal = tale.command(&close(reason)).unwrap_err();
            assert_eq!(refusal.reasons, [says]);
            assert!(refusal.says.contains("`tminus release merge-back`"), "{refusal}");
        }
    }
    see_merges(&mut tale, &[lacks("main", Some(3))]);
    let mut ended = tale.clone();
    ended.command(&close(Some("withdrawn"))).unwrap();
    let unmerged = ended.release.openings[&version("1.0.0")].closed.as_ref().unwrap().unmerged.clone();
    assert_eq!(unmerged.as_deref(), Some("not merged back into main: 3 commits: withdrawn"));
    see_merges(&mut tale, &[lacks("main", Some(0))]);
    tale.command(&close(None)).unwrap();
}

#[test]
fn a_hotfix_goes_back_to_the_base_and_to_the_release_that_is_on_its_way_and_that_one_not_to_the_hotfix() {
    let mut tale = Tale::new();
    let cut = |version: &str, previous: Option<&str>| {
        let previous = previous.map(super::version);
        let (branch, commit, hotfix_of) = (format!("hotfix/{version}"), Commit::new(FIRST), Some("v0.9.4".to_owned()));
        let version = super::version(version);
        Command::Release(ReleaseCommand::Cut { version, branch, commit, previous, hotfix_of })
    };
    for (version, previous, says) in [
        ("0.9.4", Some("0.9.4"), "0.9.4 is not later than 0.9.4, which v0.9.4 is the tag of"),
        ("0.9.4-rc.1", Some("0.9.4"), "is not later than"),
        ("0.9.5", None, "v0.9.4 is the tag of no version"),
        ("1.0.0", Some("0.9.4"), "1.0.0 is open already"),
    ] {
        let refusal = tale.command(&cut(version, previous)).unwrap_err();
        assert!(refusal.says.contains(says), "{refusal}");
    }
    tale.command(&cut("0.9.5", Some("0.9.4"))).unwrap();
    let names: Vec<String> = tale.release.openings.values().map(tminus_core::release::OpenRelease::name).collect();
    assert_eq!(names, ["0.9.5 (hotfix of v0.9.4)", "1.0.0"]);
    let of = |tale: &Tale, text: &str| {
        let version = super::version(text);
        tminus_core::situation::Situation { version: &version, ..tale.situation() }.goes_back_to()
    };
    assert_eq!(of(&tale, "0.9.5"), ["main", "release/1.0.0"]);
    assert_eq!(of(&tale, "1.0.0"), ["main"]);
    tale.command(&cut("0.9.6", Some("0.9.4"))).unwrap();
    assert_eq!(of(&tale, "0.9.5"), ["main", "hotfix/0.9.6", "release/1.0.0"], "a later hotfix must have it too");
    assert_eq!(of(&tale, "0.9.6"), ["main", "release/1.0.0"]);
}

fn push(direction: Direction) -> Request {
    Request::Act { version: version("1.0.0"), act: ActKind::Push, direction, text: None }
}

/// A release whose branch was seen, with the remote's copy at a commit.
fn pushed(remote: Option<&str>) -> Tale {
    let mut tale = Tale::new();
    let mut state = tale.branch_at(Some(FIRST));
    state.pushed = Some(remote == Some(FIRST));
    state.remote = remote.map(Commit::new);
    tale.see_branch(state);
    tale
}

#[test]
fn a_push_names_the_commit_and_its_way_back_the_commit_that_the_remote_had() {
    for (remote, back) in [(None, ""), (Some(SECOND), SECOND)] {
        let mut tale = pushed(remote);
        let id = tale.start(push(Direction::Forward)).unwrap();
        let action = tale.release.action(&id).unwrap();
        let [state] = &action.steps[..] else { panic!("{:?}", action.steps) };
        let StepTask::Order { task, .. } = &state.step.task else { panic!("{:?}", state.step) };
        let Task::Act { act, direction } = task.as_ref() else { panic!("{task:?}") };
        let calls: Vec<String> = act.calls(*direction).iter().map(Call::display).collect();
        let name = "refs/heads/release/1.0.0";
        assert_eq!(calls, [format!("git push --porcelain --progress -- origin {FIRST}:{name}")]);
        let undo = format!("git push --force-with-lease={name}:{FIRST} -- origin {back}:{name}");
        assert_eq!(state.step.undo, StepUndo::By(undo));
    }
}

#[test]
fn what_is_pushed_already_or_has_no_remote_is_refused_and_a_push_by_hand_is_not_taken_back() {
    let refused = |mut tale: Tale, direction| tale.start(push(direction)).unwrap_err().reasons;
    let there = refused(pushed(Some(FIRST)), Direction::Forward);
    assert_eq!(there, ["already pushed: release/1.0.0 on origin is at 1111111"]);
    let mut alone = Tale::new();
    let state = alone.branch_at(Some(FIRST));
    alone.see_branch(state);
    assert_eq!(refused(alone, Direction::Forward), ["there is no remote origin"]);
    assert_eq!(refused(pushed(None), Direction::Back), ["nothing here says that origin has release/1.0.0"]);
    let mut behind = pushed(Some(SECOND));
    let state = BranchState { pushed: Some(false), remote_ahead: Some(2), ..behind.branch_at(Some(FIRST)) };
    behind.see_branch(BranchState { remote: Some(Commit::new(SECOND)), ..state });
    let lacks = refused(behind, Direction::Forward);
    assert!(matches!(&lacks[..], [says] if says.contains("has commits that release/1.0.0 here lacks")), "{lacks:?}");
    let by_hand = refused(pushed(Some(FIRST)), Direction::Back);
    assert!(matches!(&by_hand[..], [says] if says.starts_with("tminus did not push 1.0.0")), "{by_hand:?}");
}

#[test]
fn a_push_that_brought_the_tag_alone_leaves_the_way_back_of_the_push_before_it() {
    let mut tale = pushed(Some(SECOND));
    let id = tale.start(push(Direction::Forward)).unwrap();
    leaves(&mut tale, &id, Some(FIRST));
    let mut state = tale.branch_at(Some(FIRST));
    let at = Some(Commit::new(FIRST));
    (state.pushed, state.remote, state.tag) = (Some(true), at.clone(), at);
    state.tag_object = Some(TagObject { id: "f00".to_owned(), subject: None });
    tale.see_branch(state);
    let id = tale.start(push(Direction::Forward)).unwrap();
    leaves(&mut tale, &id, Some("f00"));
    let id = tale.start(push(Direction::Back)).unwrap();
    let titles: Vec<&str> = tale.action(&id).steps.iter().map(|state| state.step.title.as_str()).collect();
    assert_eq!(titles, ["Move release/1.0.0 on origin back to 2222222"]);
}

#[test]
fn a_merge_into_a_branch_that_nobody_looks_at_any_more_is_not_said_to_have_moved() {
    let mut tale = Tale::new();
    see_merges(&mut tale, &[lacks("main", Some(2)), lacks("release/1.1.0", Some(1))]);
    let id = tale.start(merge(Direction::Forward)).unwrap();
    merges(&mut tale, &id, Some("f00d"));
    merges(&mut tale, &id, Some("beef"));
    assert_eq!(tale.finish(&id, None), Outcome::Good);
    see_merges(&mut tale, &[MergeLook { at: Some(Commit::new("f00d")), ..lacks("main", Some(0)) }]);
    let refusal = tale.start(merge(Direction::Back)).unwrap_err();
    assert_eq!(refusal.reasons, ["nobody looked at release/1.1.0: `git revert -m 1 beef` undoes it"]);
}
