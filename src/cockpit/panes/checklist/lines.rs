//! The lines of the checklist: phases, groups, checks; which of them are shown, and which is selected.

use crate::filter::{Fields, Filter};
use crate::look::Look;
use tminus_core::names::{EnvName, Phase};
use tminus_core::plan::Check;
use tminus_core::situation::{CheckStanding, CheckTally, Situation};
use tminus_core::verdict::Verdict;
use tminus_logs::pattern::Pattern;

/// A line of the checklist.
#[derive(Clone, Debug)]
pub(crate) enum ChecklistLine<'a> {
    /// A phase, shown where there is more than one.
    Phase { phase: &'a Phase, tally: CheckTally, fold: SectionFold },
    /// A group of checks.
    Group { phase: &'a Phase, name: &'a str, tally: CheckTally, fold: SectionFold },
    /// A check: what fails stands above every phase, everything else in its group.
    Check { check: &'a Check, standing: CheckStanding<'a> },
}

/// Whether what belongs to a line is shown under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionFold {
    Open,
    Folded,
    /// It shows what is not good, and cannot be folded.
    Fixed,
}

/// What the checklist can be filtered by.
pub(crate) const FIELDS: Fields =
    Fields { keys: &["verdict", "owner", "group", "phase", "by", "text"], of_word: key_of_word };

/// A word that is a verdict is meant as one.
fn key_of_word(word: &str) -> &'static str {
    if Verdict::ALL.iter().any(|v| v.word() == word.to_lowercase()) { "verdict" } else { "text" }
}

fn is_let_through(filter: &Filter, check: &Check, standing: &CheckStanding<'_>) -> bool {
    let has = |text: &str, value: &Pattern| value.is_in(text);
    filter.lets(|key, value| match key {
        "verdict" => has(standing.verdict.word(), value),
        "owner" => check.owner.as_deref().is_some_and(|owner| has(owner, value)),
        "group" => has(group_of(check), value),
        "phase" => has(check.phase.as_str(), value) || has(title_of(&check.phase), value),
        "by" => has(check.way.word(), value),
        _ => has(&check.title, value) || has(check.name.as_str(), value) || has(&standing.why, value),
    })
}

pub(super) fn fold_key(phase: &Phase, group: &str) -> String {
    format!("{}/{group}", phase.as_str())
}

pub(super) fn group_of(check: &Check) -> &str {
    check.group.as_deref().unwrap_or(check.phase.as_str())
}

/// Returns the groups of some checks, in the order of the plan.
pub(super) fn groups<'a>(standings: &[(&'a Check, CheckStanding<'a>)]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for (check, _) in standings {
        let name = group_of(check);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Returns the checks of a phase with where they stand.
pub(super) fn standings<'a>(
    look: &'a Look,
    situation: Situation<'a>,
    phase: &'a Phase,
) -> Vec<(&'a Check, CheckStanding<'a>)> {
    let env = asked_about(look, situation, phase);
    situation.plan.checks_of(phase).map(|c| (c, situation.standing(c, env))).collect()
}

/// Counts checks by where they stand.
pub(super) fn tally(standings: &[(&Check, CheckStanding<'_>)]) -> CheckTally {
    CheckTally::of(standings.iter().map(|(check, standing)| (*check, standing.verdict)))
}

/// Returns what fails in any phase, as lines: those stand on top.
pub(super) fn failing<'a>(look: &'a Look, situation: Situation<'a>) -> Vec<ChecklistLine<'a>> {
    let all = situation.plan.phases.iter().flat_map(|phase| sift(look, &standings(look, situation, phase)));
    let failing = all.filter(|(_, standing)| standing.verdict == Verdict::Fail);
    failing.map(|(check, standing)| ChecklistLine::Check { check, standing }).collect()
}

/// Leaves out what the filter does not let through.
pub(super) fn sift<'a>(look: &Look, all: &[(&'a Check, CheckStanding<'a>)]) -> Vec<(&'a Check, CheckStanding<'a>)> {
    let is_shown = |(check, standing): &&(&Check, CheckStanding<'_>)| {
        look.looking.checks.as_ref().is_none_or(|filter| is_let_through(filter, check, standing))
    };
    all.iter().filter(is_shown).cloned().collect()
}

/// Returns the phases that some environment's gate waits for, in the plan's order; every phase where none does.
pub(super) fn gating(situation: Situation<'_>) -> Vec<&Phase> {
    let plan = situation.plan;
    let gated: Vec<&Phase> =
        plan.phases.iter().filter(|p| plan.environments.iter().any(|e| e.gate.contains(p))).collect();
    if gated.is_empty() { plan.phases.iter().collect() } else { gated }
}

/// The checks of a verification are about the selected environment, where it has them.
pub(super) fn asked_about<'a>(look: &'a Look, situation: Situation<'_>, phase: &Phase) -> Option<&'a EnvName> {
    if gating(situation).contains(&phase) {
        return None;
    }
    let environment = look.environment()?;
    let is_verified = |c: &Check| environment.verify.iter().any(|v| v == c.name.as_str());
    situation.plan.checks_of(phase).any(is_verified).then_some(&environment.name)
}

/// Returns how people call a phase.
pub(crate) fn title_of(phase: &Phase) -> &str {
    match phase.as_str() {
        "pre-deploy" => "before deploy",
        "post-deploy" => "after deploy",
        other => other,
    }
}
