//! The heading of the checklist: how many checks are good, and the age of the oldest result.

use super::lines::{gating, tally, title_of};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, bar};
use tminus_core::plan::Check;
use tminus_core::situation::{CheckStanding, CheckTally};
use tminus_core::time::{age, brief};

pub(super) const fn empty(look: &Look) -> &'static str {
    if look.world.is_some() { "the plan has no checks" } else { "reading the journal…" }
}

/// Writes how many checks are good and the age of the oldest result; the bar gives way first.
pub(super) fn heading(look: &Look, columns: usize) -> Row {
    let row = Row::new().put(" Checklist ", Role::Title);
    let Some(situation) = look.situation() else { return row };
    let phases = gating(situation);
    let row = match phases.as_slice() {
        [one] => row.put(format!("· {} ", title_of(one)), Role::Title),
        _ => row,
    };
    let checks = phases.iter().flat_map(|p| situation.plan.checks_of(p));
    let standings: Vec<(&Check, CheckStanding<'_>)> = checks.map(|c| (c, situation.standing(c, None))).collect();
    let CheckTally { good, total, .. } = tally(&standings);
    let oldest = standings.iter().filter_map(|(_, s)| s.run).map(|run| run.at).min();
    let row = match oldest {
        Some(at) => row.right(format!(" oldest {} ", brief(age(look.now, at))), Role::Dim),
        None => row.right(" never run ", Role::Dim),
    };
    let row = row.right(format!(" {good}/{total} "), Role::Strong);
    let (done, rest) = bar(good as u64, total as u64, 10, &look.palette);
    let role = if good == total { Role::Pass } else { Role::Accent };
    let with_bar = row.clone().right(done, role).right(rest, Role::Frame).right(" ", Role::Text);
    if with_bar.needs() <= columns { with_bar } else { row }
}
