//! `--rehearse`: the user's own plan over a world in which everything is simulated. No process is started, no socket opened.

use super::open::Client;
use crate::cli::exit::Stop;
use std::collections::BTreeMap;
use tminus_core::command::{Command, ReleaseCommand};
use tminus_core::names::{Commit, Version};
use tminus_core::plan::Placeholder;

/// The version that is played when nobody names one.
const PLAYED: &str = "1.0.0";

/// Opens a release in a played world that has none, so that it can be flown at once.
pub async fn open_own(desk: &Client) -> Result<(), Stop> {
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let Some(rehearsal) = &desk.rehearsal else { return Ok(()) };
    let open = snapshot.release.open_versions();
    if !open.is_empty() {
        // An older tminus opened them without a branch; one that is there already is left as it is.
        for opening in open.into_iter().filter_map(|version| snapshot.release.openings.get(version)) {
            if rehearsal.repository.resolve(&opening.branch).await?.is_none() {
                rehearsal.lay_branch(&opening.branch, &opening.commit)?;
            }
        }
        return Ok(());
    }
    super::rehearsal::observe_past(rehearsal, &desk.handle, &desk.project.who).await?;
    let version = match &desk.project.named {
        Some(named) => named.clone(),
        None => Version::parse(PLAYED).map_err(Stop::wrong)?,
    };
    let values = BTreeMap::from([(Placeholder::Version, version.to_string())]);
    let branch = desk.project.file.plan.release.branch.fill(&values).map_err(Stop::wrong)?;
    let there = rehearsal.repository.resolve(&branch).await?;
    let base = rehearsal.repository.base(&desk.project.file.plan.release.base).await?.map(|base| base.commit);
    let commit = there.or(base).unwrap_or_else(|| Commit::new("0".repeat(40)));
    rehearsal.lay_branch(&branch, &commit)?;
    let command = ReleaseCommand::Open { version, branch, commit, previous: None };
    desk.handle.command(&desk.project.who, Command::Release(command)).await?;
    Ok(())
}
