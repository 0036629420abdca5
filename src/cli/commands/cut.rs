//! `tminus release cut VERSION`: what is known of the base and the version is looked at before anything is opened.

use super::opening::{open_on_series, say};
use super::release_base::{bare, behind, branch_of, fetched, found, previous};
use super::release_tag::require_free;
use super::{act, outcome};
use crate::cli::args::Global;
use crate::cli::client::{Client, FollowEnd, Interrupted, follow};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::show;
use serde_json::json;
use tminus_core::command::{Command, ReleaseCommand};
use tminus_core::names::{Commit, Version};
use tminus_engine::Accepted;

/// What was asked for.
pub struct CutRequest {
    /// The version.
    pub version: Version,
    /// Where the branch begins; the base of the plan when absent.
    pub at: Option<String>,
    /// Whether it is cut from a base that is behind its remote.
    pub yes: bool,
}

/// Creates the release's branch, and opens the release.
pub async fn run(global: &Global, cut: CutRequest) -> Done {
    let mut desk = bare(global).await?;
    let done = at(global, &mut desk, cut).await;
    desk.close().await;
    done
}

async fn at(global: &Global, desk: &mut Client, cut: CutRequest) -> Done {
    let CutRequest { version, at, yes } = cut;
    let branch = branch_of(desk, &version)?;
    if let Some(there) = desk.repository.base(&branch).await? {
        if !desk.project.file.plan.release.branch.is_of_series() {
            let says = format!("{} exists already: `tminus release open {version}` opens it", there.name);
            return Err(Stop::refused(says));
        }
        let says = open_on_series(desk, &version, (&there, at.as_deref())).await?;
        say(global, &says, json!({ "opened": version }));
        return Ok(Exit::Good);
    }
    let commit = match at {
        Some(at) => found(&at, desk.repository.resolve(&at).await?)?,
        None => begin(desk, yes).await?,
    };
    require_free(desk, &version, &commit).await?;
    let previous = previous(desk, &version).await?;
    let cut = ReleaseCommand::Cut { version, branch, commit: commit.clone(), previous, hotfix_of: None };
    carry_out(global, desk, (cut, commit)).await
}

/// Opens the release, and follows the action that creates its branch.
pub(super) async fn carry_out(global: &Global, desk: &mut Client, (cut, commit): (ReleaseCommand, Commit)) -> Done {
    let (snapshot, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    act::say_environment(&desk.handle);
    let Accepted::Started(id) = or_interrupted(desk.handle.command(&desk.project.who, Command::Release(cut))).await??
    else {
        return Err(Stop::cannot_tell("the engine began nothing"));
    };
    let FollowEnd::Settled(action) = follow(desk, (snapshot, events), (&id, Interrupted::Stops)).await? else {
        return Ok(Exit::CannotTell);
    };
    let done = outcome::finish(global, desk, &action).await;
    if let Some(says) = desk.project.uncommitted_plan(&commit).await {
        show::hint(&says);
    }
    done
}

/// Returns the commit of the plan's base. One that lacks commits of the remote is used only when a person says so.
async fn begin(desk: &Client, yes: bool) -> Result<Commit, Stop> {
    let name = &desk.project.file.plan.release.base;
    let base = found(name, desk.repository.base(name).await?)?;
    let fetched = fetched(&base, desk.handle.now());
    match &base.remote {
        Some(copy) if copy.ahead != Some(0) => {
            let behind = behind(name, copy, &fetched);
            if !yes {
                return Err(Stop::refused(format!(
                    "no release was opened: {behind}. Update {name}, cut there with `--at {}`, or cut from {name} as it is \
                     with `--yes`",
                    copy.name
                )));
            }
            show::hint(&behind);
        }
        Some(copy) => show::hint(&format!("{name} has every commit of {}, {fetched}", copy.name)),
        None if base.name != *name => {
            show::hint(&format!("there is no {name} here: cut from {}, {fetched}", base.name))
        }
        None => {}
    }
    Ok(base.commit)
}
