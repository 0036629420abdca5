//! Running checks, and a person's word on a manual one.

use super::decision::{Decision, DecisionInput, Follow};
use super::release::is_open;
use crate::command::{CheckCommand, Refusal};
use crate::evidence::Evidence;
use crate::fact::{CheckFact, Fact};
use crate::kept_output::KeptOutput;
use crate::mask::Mask;
use crate::names::{CheckName, Person, Version};
use crate::plan::Check;
use crate::time::{Span, age};
use crate::verdict::Verdict;

pub(super) fn decide(ground: &DecisionInput<'_>, command: &CheckCommand) -> Result<Decision, Refusal> {
    match command {
        CheckCommand::Run { release, checks } => run(ground, release, checks),
        CheckCommand::Cancel { release, checks } => cancel(ground, release, checks),
        CheckCommand::ReadOutput { release, check, run } => read(ground, (release, check), *run),
        CheckCommand::Say { release, check, yes, note } => say(ground, (release, check), *yes, note),
    }
}

fn run(ground: &DecisionInput<'_>, version: &Version, checks: &[CheckName]) -> Result<Decision, Refusal> {
    is_open(ground, version)?;
    for name in checks {
        let check = find(ground, name)?;
        if !check.way.is_runnable() {
            return Err(Refusal::unknown(format!("{name} is a manual check: a person answers it")));
        }
    }
    Ok(Decision { facts: Vec::new(), follow: Follow::RunChecks(version.clone(), checks.to_vec()) })
}

/// Which of them run or wait, the engine knows.
fn cancel(ground: &DecisionInput<'_>, version: &Version, checks: &[CheckName]) -> Result<Decision, Refusal> {
    is_open(ground, version)?;
    for name in checks {
        find(ground, name)?;
    }
    Ok(Decision { facts: Vec::new(), follow: Follow::CancelChecks(version.clone(), checks.to_vec()) })
}

/// A release that is closed, and a check that the plan no longer has, have their evidence still.
fn read(ground: &DecisionInput<'_>, (version, name): (&Version, &CheckName), seq: u64) -> Result<Decision, Refusal> {
    let state = ground.release.checks.get(version).and_then(|checks| checks.get(name));
    let run = state.and_then(|state| state.runs.iter().find(|run| run.seq == seq));
    let Some(run) = run else {
        return Err(Refusal::unknown(format!("{name} of {version} has no run that fact {seq} recorded")));
    };
    let Some(file) = run.evidence.output.as_ref().and_then(KeptOutput::file) else {
        return Err(Refusal::unknown(format!("no output of this run of {name} was kept in a file")));
    };
    Ok(Decision { facts: Vec::new(), follow: Follow::ReadOutput(file.clone()) })
}

/// Records what a person says, with who they are; nobody answers a check that tminus can measure.
fn say(
    ground: &DecisionInput<'_>,
    (version, name): (&Version, &CheckName),
    yes: bool,
    note: &str,
) -> Result<Decision, Refusal> {
    is_open(ground, version)?;
    let check = find(ground, name)?;
    if check.way.is_runnable() {
        return Err(Refusal::held(format!(
            "{name} is measured, not answered by a person: `tminus check {name}` runs it"
        )));
    }
    owner_may(ground, check)?;
    let is_second = is_second_pair_of_eyes(ground, version, check);
    let (verdict, found) = match (yes, check.way.people() > 1 && !is_second) {
        (false, _) => (Verdict::Fail, format!("{} says no", ground.who.label())),
        (true, true) => {
            (Verdict::Inconclusive, format!("{} says yes; a second person must look too", ground.who.label()))
        }
        (true, false) => (Verdict::Pass, format!("{} says yes", ground.who.label())),
    };
    // Whoever wrote it: the engine took the secrets out of the command.
    let safe = |text: &str| Mask::new().text(text);
    let evidence = Evidence {
        asked: safe(&check.title),
        expected: safe("a person says so, by name"),
        found: safe(&found),
        numbers: Vec::new(),
        tail: safe(note),
        output: None,
        sha256: String::new(),
        bytes: note.len() as u64,
        by: Person::new(ground.who.label()),
        host: ground.who.host.clone(),
        began: ground.now,
        took: Span::seconds(0),
        commit: ground.release.openings.get(version).map(|o| o.commit.clone()),
        env: None,
        version: Some(version.clone()),
        digest: None,
        definition: Some(ground.plan.definition_of(check, None)),
        ignored: Vec::new(),
        given: Vec::new(),
        outside: Vec::new(),
    };
    Ok(Decision::record(Fact::Check(CheckFact::Finished {
        release: version.clone(),
        check: name.clone(),
        env: None,
        verdict,
        evidence: Box::new(evidence),
    })))
}

/// Says whether somebody else, under another name and user, has said yes on this commit, not too long ago.
fn is_second_pair_of_eyes(ground: &DecisionInput<'_>, version: &Version, check: &Check) -> bool {
    let commit = ground.release.openings.get(version).map(|o| &o.commit);
    let runs = ground.release.checks.get(version).and_then(|c| c.get(&check.name)).map(|s| s.runs.as_slice());
    let is_fresh = |at| check.fresh.is_none_or(|fresh| age(ground.now, at) <= fresh.duration());
    let definition = ground.plan.definition_of(check, None);
    runs.unwrap_or_default().iter().rev().take_while(|r| r.verdict != Verdict::Fail).any(|r| {
        r.evidence.commit.as_ref() == commit
            && r.evidence.definition.as_ref() == Some(&definition)
            && is_fresh(r.at)
            && r.who.name != ground.who.name
            && (r.who.user != ground.who.user || r.who.user.is_empty())
    })
}

/// A check that a team of the plan owns is answered by its members.
fn owner_may(ground: &DecisionInput<'_>, check: &Check) -> Result<(), Refusal> {
    let Some(owner) = &check.owner else { return Ok(()) };
    let team = ground.plan.teams.iter().find(|t| t.name.as_str() == owner);
    let may = match team {
        Some(team) => ground.plan.is_member(team, ground.who),
        None => ground.plan.is_named(&Person::new(owner.as_str()), ground.who),
    };
    match may {
        true => Ok(()),
        false => Err(Refusal::held(format!("{} is owed by {owner}; you act as {}", check.name, ground.who.label()))),
    }
}

fn find<'a>(ground: &'a DecisionInput<'_>, name: &CheckName) -> Result<&'a Check, Refusal> {
    ground.plan.check(name).ok_or_else(|| Refusal::unknown(format!("the plan has no check {name}")))
}
