//! A rehearsal project that is laid down: trusted, its past observed, its release open.

use super::{cockpit, opening};
use crate::cli::args::Global;
use crate::cli::client::{Client, Project, mark, observe_past};
use crate::cli::exit::{Done, Exit, Stop};
use color_eyre::eyre::WrapErr;
use jiff::Timestamp;
use std::path::Path;
use tminus_core::command::{Command, ReleaseCommand};
use tminus_core::grammar::plan::read;
use tminus_core::grammar::trusted_lines;
use tminus_core::plan::Plan;
use tminus_core::seat::Wish;
use tminus_core::time::Offset;
use tminus_engine::{UnfinishedActions, Watch};
use tminus_rehearsal::{LaidDown, Scenario, lay_down};
use tminus_storage::identity::ProjectIdentity;
use tminus_storage::paths::Paths;
use tminus_storage::trust::{Grant, Trust};

/// How long before T-0 a rehearsal begins.
const BEFORE: &str = "+42m";

/// Opens the cockpit on what was laid down.
pub(super) async fn open(global: &Global, name: String, laid: LaidDown) -> Done {
    let own = global.clone();
    let project = |doing| async move {
        cockpit::tell(&doing, "reading the plan");
        Project::at(&laid.dir.join("tminus.toml"), &own).await
    };
    cockpit::show(global, (name, Wish::Act), project).await
}

/// Lays the project down, trusted and with its release open, its past observed.
pub(super) async fn lay(global: &Global, dir: &Path, scenario: &Scenario) -> Result<LaidDown, Stop> {
    let laid = lay_down(dir, scenario).map_err(|failure| Stop { exit: Exit::Wrong, ..Stop::from(failure) })?;
    let (paths, _plan) = kept(&laid)?;
    mark(&paths, scenario)?;
    begin(global, &laid).await?;
    Ok(laid)
}

/// Trusts what was laid down, lets the journal see what runs, opens the release, and sets T-0.
pub(super) async fn begin(global: &Global, laid: &LaidDown) -> Result<(), Stop> {
    let (paths, plan) = kept(laid)?;
    let mut trust = Trust::load(&paths).map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    let grant = Grant { by: crate::cli::person::local().name, at: Timestamp::now(), commands: trusted_lines(&plan) };
    trust.grant(&laid.dir, grant).map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    let project = Project::at(&laid.dir.join("tminus.toml"), global).await?;
    let desk = Client::here(project, Watch::OnDemand, UnfinishedActions::TakenUp).await?;
    match &desk.rehearsal {
        Some(rehearsal) => observe_past(rehearsal, &desk.handle, &desk.project.who).await?,
        // A real world has no past to travel to, only what runs now.
        None => drop(desk.handle.command(&desk.project.who, Command::Refresh).await?),
    }
    opening::open_release(&desk, &laid.version).await?;
    let offset = Offset::parse(BEFORE).map_err(Stop::wrong)?;
    let zero = offset.from(desk.handle.now());
    let schedule = ReleaseCommand::Schedule { version: laid.version.clone(), zero };
    desk.handle.command(&desk.project.who, Command::Release(schedule)).await?;
    desk.close().await;
    Ok(())
}

/// Returns where the state of a laid-down project is kept, made ready, and its plan.
pub(super) fn kept(laid: &LaidDown) -> Result<(Paths, Plan), Stop> {
    let path = laid.dir.join("tminus.toml");
    let text = std::fs::read_to_string(&path).wrap_err("the plan that was laid down cannot be read")?;
    let plan = read(&path, &text).map_err(Stop::wrong)?.plan;
    let identity = ProjectIdentity::of_commit(laid.first_commit.to_string());
    let paths = Paths::of_project(&plan.project, identity).map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    paths.prepare().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    Ok((paths, plan))
}
