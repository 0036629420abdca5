//! Where a release begins: its branch, how old what is known of the remote is, and the version before it.

use crate::cli::args::Global;
use crate::cli::client::{Client, OpenNeed, Project};
use crate::cli::exit::Stop;
use jiff::Timestamp;
use std::collections::BTreeMap;
use tminus_core::branch::{BranchBase, RemoteCopy, SHALLOW};
use tminus_core::names::Version;
use tminus_core::notation::counted;
use tminus_core::plan::Placeholder;
use tminus_core::time::{age, brief};

/// Opens the engine without opening a release in a played world by itself.
pub(super) async fn bare(global: &Global) -> Result<Client, Stop> {
    Client::open(Project::find(global).await?, OpenNeed::Act).await
}

/// Returns the branch that the plan gives a version.
pub(super) fn branch_of(desk: &Client, version: &Version) -> Result<String, Stop> {
    let values = BTreeMap::from([(Placeholder::Version, version.to_string())]);
    desk.project.file.plan.release.branch.fill(&values).map_err(Stop::wrong)
}

/// Returns what a name stands for, or says that it stands for nothing.
pub(super) fn found<T>(name: &str, found: Option<T>) -> Result<T, Stop> {
    found.ok_or_else(|| Stop::wrong(format!("the repository has no {name}, and no remote was seen to have it")))
}

/// Returns the version before: that of the newest tag of the plan's form that is not this one. In a series that shares a branch
/// the versions of other series come later or earlier in time, and are not before it: they count only where it has none.
pub(super) async fn previous(desk: &Client, version: &Version) -> Result<Option<Version>, Stop> {
    let rules = &desk.project.file.plan.release;
    let tags = desk.repository.tags().await?;
    let versions = tags.iter().filter_map(|(tag, _)| rules.tag.version_in(tag)).filter(|other| other != version);
    let versions: Vec<Version> = versions.collect();
    let branch = branch_of(desk, version)?;
    let is_of_series =
        |other: &&Version| rules.branch.is_of_series() && branch_of(desk, other).is_ok_and(|b| b == branch);
    Ok(versions.iter().find(is_of_series).or_else(|| versions.first()).cloned())
}

/// Says how far a branch is behind the remote's copy of it.
pub(super) fn behind(name: &str, copy: &RemoteCopy, fetched: &str) -> String {
    match copy.ahead {
        Some(ahead) => format!("{name} is {} behind {}, {fetched}", counted(ahead, "commit"), copy.name),
        None => format!("it is unknown how far {name} is behind {}: {SHALLOW} (`git fetch --unshallow`)", copy.name),
    }
}

/// Says how old what is known of the remote is.
pub(super) fn fetched(base: &BranchBase, now: Timestamp) -> String {
    match base.fetched {
        Some(at) => format!("as last fetched {} ago", brief(age(now, at))),
        None => "as it was when it was cloned".to_owned(),
    }
}
