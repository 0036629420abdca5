//! `tminus release …`: cut, open, schedule, close.

use super::act;
use crate::cli::args::{Global, ReleaseCmd};
use crate::cli::desk::{Desk, Followed, Interrupted, Need, Project, follow};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::{json, show};
use crate::domain::command::{Command, ReleaseCommand};
use crate::domain::names::{Commit, Version};
use crate::domain::plan::Placeholder;
use crate::domain::time::{Offset, t_clock};
use crate::engine::Accepted;
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;

/// Does what was asked about a release.
pub async fn run(global: &Global, command: ReleaseCmd) -> Done {
    match command {
        ReleaseCmd::Cut { version, at } => cut(global, version, at).await,
        ReleaseCmd::Open { version } => open(global, version).await,
        ReleaseCmd::Schedule { time } => schedule(global, &time).await,
        ReleaseCmd::Close { note } => close(global, note).await,
    }
}

/// Opens the engine without opening a release in a played world by itself.
async fn bare(global: &Global) -> Result<Desk, Stop> {
    Desk::open(Project::find(global).await?, Need::Act).await
}

async fn cut(global: &Global, version: Version, at: Option<String>) -> Done {
    let mut desk = bare(global).await?;
    let done = cut_at(global, &mut desk, (version, at)).await;
    desk.close().await;
    done
}

async fn cut_at(global: &Global, desk: &mut Desk, (version, at): (Version, Option<String>)) -> Done {
    let branch = branch_of(desk, &version)?;
    let base = at.unwrap_or_else(|| desk.project.file.plan.release.base.clone());
    let repository = desk.repository.clone();
    if repository.resolve(&branch).await?.is_some() {
        return Err(Stop::refused(format!("{branch} exists already: `tminus release open {version}` opens it")));
    }
    let commit = found(&base, repository.resolve(&base).await?)?;
    let previous = previous(desk, &version).await?;
    let (snapshot, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let cut = ReleaseCommand::Cut { version: version.clone(), branch, commit, previous };
    let Accepted::Started(id) = or_interrupted(desk.handle.command(&desk.project.who, Command::Release(cut))).await??
    else {
        return Err(Stop::cannot_tell("the engine began nothing"));
    };
    let Followed::Settled(action) = follow(desk, (snapshot, events), (&id, Interrupted::Stops)).await? else {
        return Ok(Exit::CannotTell);
    };
    act::finish(global, desk, &action).await
}

async fn open(global: &Global, version: Version) -> Done {
    let desk = bare(global).await?;
    let opened = or_interrupted(open_release(&desk, &version)).await;
    desk.close().await;
    opened??;
    say(global, &format!("{version} is open"), json!({ "opened": version }));
    Ok(Exit::Good)
}

/// Opens a release on its branch, which must exist.
pub async fn open_release(desk: &Desk, version: &Version) -> Result<(), Stop> {
    let branch = branch_of(desk, version)?;
    let commit = found(&branch, desk.repository.resolve(&branch).await?)?;
    let previous = previous(desk, version).await?;
    let open = ReleaseCommand::Open { version: version.clone(), branch, commit, previous };
    desk.handle.command(&desk.project.who, Command::Release(open)).await?;
    Ok(())
}

async fn schedule(global: &Global, time: &str) -> Done {
    let desk = bare(global).await?;
    let version = desk.focus().await?;
    let now = desk.handle.now();
    let zero = moment(time, now)?;
    let schedule = ReleaseCommand::Schedule { version: version.clone(), zero };
    desk.handle.command(&desk.project.who, Command::Release(schedule)).await?;
    say(
        global,
        &format!("T-0 of {version} is {zero}: {}", t_clock(now, zero)),
        json!({ "release": version, "zero": zero }),
    );
    desk.close().await;
    Ok(Exit::Good)
}

async fn close(global: &Global, note: String) -> Done {
    let desk = bare(global).await?;
    let version = desk.focus().await?;
    let close = ReleaseCommand::Close { version: version.clone(), note };
    desk.handle.command(&desk.project.who, Command::Release(close)).await?;
    say(global, &format!("{version} is closed"), json!({ "closed": version }));
    desk.close().await;
    Ok(Exit::Good)
}

fn say(global: &Global, words: &str, value: serde_json::Value) {
    if global.json { json::print(value) } else { show::line(words) }
}

/// Reads a time: RFC 3339, or an offset from now.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp, Stop> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let wrong = || Stop::wrong(format!("{text:?} is no time: write 2026-11-22T14:00:00Z, or +2h"));
    let is_offset = text.starts_with(['+', '-']);
    let offset = Offset::parse(text).ok().filter(|_| is_offset).ok_or_else(wrong)?;
    Ok(offset.from(now))
}

fn branch_of(desk: &Desk, version: &Version) -> Result<String, Stop> {
    let values = BTreeMap::from([(Placeholder::Version, version.to_string())]);
    desk.project.file.plan.release.branch.fill(&values).map_err(Stop::wrong)
}

fn found(name: &str, commit: Option<Commit>) -> Result<Commit, Stop> {
    commit.ok_or_else(|| Stop::wrong(format!("the repository has no {name}")))
}

/// Returns the version before: that of the newest tag of the plan's form that is not this one.
async fn previous(desk: &Desk, version: &Version) -> Result<Option<Version>, Stop> {
    let form = desk.project.file.plan.release.tag.as_str();
    let Some((front, back)) = form.split_once("{version}") else { return Ok(None) };
    let tags = desk.repository.tags().await?;
    let versions = tags.iter().filter_map(|(tag, _)| Version::parse(tag.strip_prefix(front)?.strip_suffix(back)?).ok());
    Ok(versions.into_iter().find(|v| v != version))
}
