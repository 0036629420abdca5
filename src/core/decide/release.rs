//! Opening, scheduling and closing a release.

use super::bounds::is_far;
use super::decision::{Decision, DecisionInput, Follow, GateRun};
use crate::action::{Proposal, Request};
use crate::changelog::is_later;
use crate::command::{Refusal, ReleaseCommand};
use crate::fact::{ActionFact, Fact, ReleaseFact};
use crate::names::Version;
use crate::plan::{Placeholder, Plan};
use crate::release::Release;
use jiff::Timestamp;
use std::collections::BTreeMap;

pub(super) fn decide(ground: &DecisionInput<'_>, command: &ReleaseCommand) -> Result<Decision, Refusal> {
    match command {
        ReleaseCommand::Open { version, branch, commit, previous } => {
            if ground.release.openings.get(version).is_some_and(|opening| opening.closed.is_some()) {
                let reopened = Fact::Release(ReleaseFact::Reopened { version: version.clone() });
                return Ok(Decision { facts: vec![reopened], follow: Follow::Look });
            }
            is_new(ground, version)?;
            let (version, branch) = (version.clone(), branch.clone());
            let fact = ReleaseFact::Opened {
                version,
                branch,
                commit: commit.clone(),
                previous: previous.clone(),
                hotfix_of: None,
            };
            Ok(Decision { facts: vec![Fact::Release(fact)], follow: Follow::Look })
        }
        ReleaseCommand::Cut { version, branch, commit, previous, hotfix_of } => {
            cut(ground, (version, branch, commit, previous.as_ref()), hotfix_of.as_deref())
        }
        ReleaseCommand::Schedule { version, zero } => {
            is_open(ground, version)?;
            is_near(*zero, ground.now)?;
            let fact = ReleaseFact::Scheduled { version: version.clone(), zero: *zero };
            Ok(Decision::record(Fact::Release(fact)))
        }
        ReleaseCommand::Reach { version, milestone, note } => {
            is_open(ground, version)?;
            if !ground.plan.milestones.iter().any(|m| m.title == *milestone) {
                return Err(Refusal::unknown(format!("the plan has no milestone {milestone:?}")));
            }
            let (version, milestone, note) = (version.clone(), milestone.clone(), note.clone());
            Ok(Decision::record(Fact::Release(ReleaseFact::Reached { version, milestone, note })))
        }
        ReleaseCommand::Close { version, note, unmerged } => close(ground, version, (note, unmerged.as_deref())),
    }
}

/// Ends a release whose commits are where they must be, or which a person ends with a reason.
fn close(
    ground: &DecisionInput<'_>,
    version: &Version,
    (note, reason): (&str, Option<&str>),
) -> Result<Decision, Refusal> {
    is_open(ground, version)?;
    let mut active = ground.release.active_actions().filter(|a| &a.proposal.release == version);
    if let Some(action) = active.next() {
        return Err(Refusal::held(format!("{version} stays open: {} has not ended", action.id)));
    }
    let lacking = ground.situation(version).not_merged_back();
    let unmerged = match (lacking.as_slice(), reason.map(str::trim)) {
        ([], _) => None,
        (lacking, Some(why)) if !why.is_empty() => Some(format!("{}: {why}", lacking.join("; "))),
        (lacking, _) => {
            let says = format!(
                "{version} stays open. `tminus release merge-back` merges it back, and `tminus release close \
                 --without-merge-back --why REASON` closes it as it is"
            );
            return Err(Refusal::held(says).with(lacking.to_vec()));
        }
    };
    let fact = ReleaseFact::Closed { version: version.clone(), note: note.to_owned(), unmerged };
    Ok(Decision::record(Fact::Release(fact)))
}

/// Refuses a T-0 that nobody means: a year that was mistyped.
fn is_near(zero: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if is_far(zero, now) {
        return Err(Refusal::unknown(format!("{zero} is more than ten years away: T-0 stays as it is")));
    }
    Ok(())
}

type CutInput<'a> = (&'a Version, &'a str, &'a crate::names::Commit, Option<&'a Version>);

/// Opens the release, and begins the action that creates its branch, once the repository has said that it can.
fn cut(
    ground: &DecisionInput<'_>,
    (version, branch, commit, previous): CutInput<'_>,
    hotfix_of: Option<&str>,
) -> Result<Decision, Refusal> {
    is_new(ground, version)?;
    if let Some(tag) = hotfix_of {
        mends(version, (tag, previous))?;
    }
    if ground.gate_was_run == GateRun::NotYet {
        let follow = Follow::TryBranch { branch: branch.to_owned(), at: commit.clone() };
        return Ok(Decision { facts: Vec::new(), follow });
    }
    let opened = Fact::Release(ReleaseFact::Opened {
        version: version.clone(),
        branch: branch.to_owned(),
        commit: commit.clone(),
        previous: previous.cloned(),
        hotfix_of: hotfix_of.map(str::to_owned),
    });
    let mut release = ground.release.clone();
    release.apply(&crate::fact::Record {
        seq: release.seq + 1,
        at: ground.now,
        who: ground.who.clone(),
        fact: opened.clone(),
    });
    let after = DecisionInput { release: &release, ..*ground };
    let situation = after.situation(version);
    let proposal: Proposal = situation.propose(&Request::Cut { version: version.clone() })?;
    let action = situation.action_id(&proposal);
    let steps = situation.steps(&proposal, &action, ground.calls_of)?;
    let started = Fact::Action(ActionFact::Started { action: action.clone(), proposal, steps });
    Ok(Decision { facts: vec![opened, started], follow: Follow::Advance(action) })
}

/// Refuses a hotfix that would not come after what it mends.
fn mends(version: &Version, (tag, before): (&str, Option<&Version>)) -> Result<(), Refusal> {
    match before {
        Some(before) if is_later(version, before) => Ok(()),
        Some(before) => Err(Refusal::held(format!(
            "no release was opened: {version} is not later than {before}, which {tag} is the tag of. `--from TAG` names another"
        ))),
        None => Err(Refusal::held(format!("no release was opened: {tag} is the tag of no version"))),
    }
}

/// Says why a hotfix cannot be opened, as far as that is known without the repository.
///
/// # Errors
/// It could not.
pub fn hotfix_begins(
    (plan, release): (&Plan, &Release),
    version: &Version,
    mended: (&str, Option<&Version>),
) -> Result<(), Refusal> {
    is_free((plan, release), version)?;
    mends(version, mended)
}

/// Refuses a version that could not be released by its name: the journal would hold it for ever.
fn is_version(plan: &Plan, version: &Version) -> Result<(), Refusal> {
    let text = version.as_str();
    Version::parse(text).map_err(|not_one| Refusal::unknown(not_one.to_string()))?;
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Err(Refusal::held(format!(
            "{text} is not a version: it has no number. Name a release as its tag and its files do, such as 1.0.0"
        )));
    }
    let tag = &plan.release.tag;
    let form = tag.as_str();
    let values = BTreeMap::from([(Placeholder::Version, text.to_owned())]);
    let filled =
        tag.fill(&values).map_err(|lacks| Refusal::held(format!("the plan's tag is {form}, and of {text} {lacks}")))?;
    if tag.version_in(&filled).is_none_or(|read| read != *version) {
        return Err(Refusal::held(format!(
            "the tag of {text} would be {filled}, which does not say {text}: write `tag` with `{{version}}`"
        )));
    }
    let before = form.split_once("{version}").map_or("", |(before, _)| before);
    // Names of tags are compared without case where people write them by hand.
    let rest =
        text.get(..before.len()).filter(|begin| begin.eq_ignore_ascii_case(before)).map(|_| &text[before.len()..]);
    match rest {
        Some(rest) if !before.is_empty() && rest.starts_with(|c: char| c.is_ascii_digit()) => Err(Refusal::held(
            format!("the tag of {text} would be {before}{text}, because the plan's tag is {form}: write {rest}"),
        )),
        Some(_) | None => Ok(()),
    }
}

fn is_new(ground: &DecisionInput<'_>, version: &Version) -> Result<(), Refusal> {
    is_free((ground.plan, ground.release), version)
}

fn is_free((plan, release): (&Plan, &Release), version: &Version) -> Result<(), Refusal> {
    is_version(plan, version)?;
    match release.openings.get(version) {
        None => Ok(()),
        Some(opening) if opening.closed.is_some() => Err(Refusal::held(format!(
            "{version} was cut before and is closed. `tminus release open {version}` opens it again"
        ))),
        Some(opening) => Err(Refusal::held(format!(
            "{version} is open already, since {} by {}",
            opening.opened.strftime("%Y-%m-%d %H:%M:%SZ"),
            opening.by.label()
        ))),
    }
}

pub(super) fn is_open(ground: &DecisionInput<'_>, version: &Version) -> Result<(), Refusal> {
    match ground.release.openings.get(version) {
        Some(opening) if opening.closed.is_none() => Ok(()),
        Some(_) => Err(Refusal::held(format!("{version} is closed; `tminus release open {version}` opens it again"))),
        None => Err(Refusal::unknown(format!("{version} is not open: `tminus release cut {version}` opens it"))),
    }
}
