//! Two journals of one project: what their actions are called, and that a person finds them.

use super::{Tale, who};
use tminus_core::action::{HorizonWait, Request};
use tminus_core::names::{ActionId, EnvName};
use tminus_core::release::Release;
use tminus_core::trail::unmarked;

fn begun(mut tale: Tale) -> (Tale, ActionId) {
    let request = Request::Verify { env: EnvName::new("staging"), horizon: None, patience: HorizonWait::Now };
    let action = tale.start(request).unwrap();
    (tale, action)
}

/// The same facts told again: by somebody else, or with the last one a moment later.
fn again(tale: &Tale, name: &str, late: jiff::SignedDuration) -> Tale {
    let mut other = Tale { records: Vec::new(), release: Release::default(), who: who(name), ..tale.clone() };
    for record in &tale.records {
        let is_last = record.seq == tale.release.seq;
        other.now = if is_last { record.at.checked_add(late).unwrap() } else { record.at };
        other.tell(record.fact.clone());
    }
    other.now = tale.now;
    other
}

#[test]
fn two_journals_with_the_same_facts_call_their_actions_by_other_names() {
    let tale = Tale::cleared();
    let (_, ours) = begun(tale.clone());
    let (_, theirs) = begun(again(&tale, "omer", jiff::SignedDuration::ZERO));
    assert_ne!(ours, theirs);
    assert_eq!(unmarked(ours.as_str()), unmarked(theirs.as_str()), "the mark alone tells them apart");
}

#[test]
fn a_journal_that_was_put_back_and_went_another_way_calls_its_actions_by_other_names() {
    let tale = Tale::cleared();
    let (_, lost) = begun(tale.clone());
    let (_, same) = begun(again(&tale, "dana", jiff::SignedDuration::ZERO));
    let (_, other) = begun(again(&tale, "dana", jiff::SignedDuration::from_nanos(1)));
    assert_eq!(lost, same);
    assert_ne!(lost, other);
    assert_eq!(unmarked(lost.as_str()), unmarked(other.as_str()));
}

#[test]
fn an_action_is_found_by_what_stands_before_its_mark_and_nothing_is_guessed() {
    let (tale, action) = begun(Tale::cleared());
    let found = |text: &str| tale.release.named(text).map(|action| action.id.clone());
    assert_eq!(found(unmarked(action.as_str()).unwrap()).as_ref(), Some(&action));
    assert_eq!(found(action.as_str()).as_ref(), Some(&action));
    assert_eq!((found("verify-staging"), found("verify"), found("")), (None, None, None));
}

#[test]
fn an_action_of_before_there_were_marks_is_found_by_its_name() {
    let tale = Tale::cleared();
    let old = &tale.release.actions.last().unwrap().id;
    assert_eq!(old.as_str().matches('-').count(), 2, "{old}");
    assert_eq!(tale.release.named(old.as_str()).map(|action| &action.id), Some(old));
}

#[test]
fn a_mark_is_four_letters_that_are_not_mistaken_for_others() {
    let (_, action) = begun(Tale::cleared());
    let (_, mark) = action.as_str().rsplit_once('-').unwrap();
    assert!(mark.len() == 4 && mark.chars().all(|c| c.is_ascii_digit() || c.is_ascii_lowercase()), "{action}");
    assert!(!mark.contains(['i', 'l', 'o', 'u']), "{action}");
}
