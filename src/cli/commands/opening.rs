//! Opening a release on a branch that is there: that of `release open`, and that of a series, which `release cut` finds.

use super::release_base::{behind, branch_of, fetched, found, previous};
use super::release_tag::require_free;
use crate::cli::args::Global;
use crate::cli::client::Client;
use crate::cli::exit::Stop;
use crate::cli::{json, show};
use jiff::Timestamp;
use std::collections::BTreeMap;
use tminus_core::branch::BranchBase;
use tminus_core::command::{Command, ReleaseCommand};
use tminus_core::names::{Commit, Version};
use tminus_core::plan::Placeholder;

/// Opens a release on its branch, which must exist here or at the remote, or opens a closed one again. Says which.
pub async fn open_release(desk: &Client, version: &Version) -> Result<String, Stop> {
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let known = snapshot.release.openings.get(version);
    let (branch, commit, says) = match known.filter(|opening| opening.closed.is_some()) {
        Some(closed) => (closed.branch.clone(), closed.commit.clone(), format!("{version} is open again")),
        None => {
            let branch = branch_of(desk, version)?;
            let base = found(&branch, desk.repository.base(&branch).await?)?;
            hint_of_copy(&base, &branch, desk.handle.now());
            require_free(desk, version, &base.commit).await?;
            (branch, base.commit, format!("{version} is open"))
        }
    };
    require_series(desk, version, (&branch, &commit)).await?;
    let previous = previous(desk, version).await?;
    let open = ReleaseCommand::Open { version: version.clone(), branch, commit, previous };
    desk.handle.command(&desk.project.who, Command::Release(open)).await?;
    Ok(says)
}

/// Says that a branch is only at the remote, or stands behind the remote's copy of it.
fn hint_of_copy(found: &BranchBase, branch: &str, now: Timestamp) {
    let fetched = fetched(found, now);
    match &found.remote {
        None if found.name != branch => {
            show::hint(&format!(
                "{branch} is not here: opened on {}, {fetched}. `git switch {branch}` checks it out",
                found.name
            ));
        }
        Some(copy) if copy.ahead != Some(0) => show::hint(&behind(branch, copy, &fetched)),
        Some(_) | None => {}
    }
}

/// Opens another version of a series on the branch that the series has.
pub(super) async fn open_on_series(
    desk: &Client,
    version: &Version,
    (there, at): (&BranchBase, Option<&str>),
) -> Result<String, Stop> {
    let branch = branch_of(desk, version)?;
    if let Some(at) = at {
        let commit = found(at, desk.repository.resolve(at).await?)?;
        if commit != there.commit {
            return Err(Stop::refused(format!(
                "no release was opened: {branch} exists and is at {}, and {at} is {}. A release of its series begins where the \
                 branch is: leave --at out",
                there.commit.short(),
                commit.short()
            )));
        }
    }
    let says = open_release(desk, version).await?;
    Ok(format!("{says} on {branch}, which its series shares"))
}

/// Refuses a release on a branch that its series shares while another one is open there, and where the branch lacks what was
/// released from it.
async fn require_series(desk: &Client, version: &Version, (branch, at): (&str, &Commit)) -> Result<(), Stop> {
    let rules = &desk.project.file.plan.release;
    if !rules.branch.is_of_series() {
        return Ok(());
    }
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let mut open = snapshot.release.openings.values().filter(|opening| opening.closed.is_none());
    if let Some(other) = open.find(|opening| opening.branch == branch && opening.version != *version) {
        return Err(Stop::refused(format!(
            "no release was opened: {} is open on {branch}, which its series shares. Close it first (`tminus release close`)",
            other.version
        )));
    }
    let before = previous(desk, version).await?;
    let Some(before) = before.filter(|before| branch_of(desk, before).is_ok_and(|b| b == branch)) else {
        return Ok(());
    };
    let values = BTreeMap::from([(Placeholder::Version, before.to_string())]);
    let tag = rules.tag.fill(&values).map_err(Stop::wrong)?;
    let released = desk.repository.resolve(&format!("refs/tags/{tag}")).await?;
    if let Some(released) = released
        && !desk.repository.contains(at, &released).await?
    {
        return Err(Stop::refused(format!(
            "no release was opened: {branch} does not contain {tag}, which was released from its series. Bring it in \
             (`git merge {tag}`), or update {branch}",
        )));
    }
    Ok(())
}

/// Says what was done, in words or as JSON.
pub(super) fn say(global: &Global, words: &str, value: serde_json::Value) {
    if global.json { json::print(value) } else { words.lines().for_each(show::line) }
}
