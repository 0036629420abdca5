//! Whose engine serves the project: this user's, or the one that a colleague keeps for the team.

use super::listening::{Listening, heard, say};
use super::project::{Project, ProjectKind};
use crate::cli::exit::Stop;
use crate::cli::show;
use std::path::{Path, PathBuf};
use tminus_engine::session::EnginePlace;
use tminus_storage::paths::Paths;

/// Returns where the project's engine listens, or would.
pub(super) fn place(project: &Project) -> Result<EnginePlace, Stop> {
    if let Some(team) = team_place(project).filter(|_| squatter(project).is_none()) {
        return Ok(team);
    }
    let of = |runtime: &Path| EnginePlace::of(runtime, &project.paths.engine_name(), None);
    let said = heard(project).and_then(|said| said.runtime).map(|runtime| of(&runtime));
    // Nothing listens where no socket can be: an older tminus said so before it was refused.
    if let Some(place) = said.filter(EnginePlace::is_possible) {
        return Ok(place);
    }
    Ok(of(&Paths::runtime().map_err(|e| Stop::from(color_eyre::Report::from(e)))?))
}

/// Returns where the team's engine listens, where the plan opens it to a group.
pub(super) fn team_place(project: &Project) -> Option<EnginePlace> {
    let group = project.file.plan.session_group.as_ref()?;
    Some(EnginePlace::of(&project.paths.runtime_of_group(), "engine", Some(group)))
}

/// Refuses the engine of somebody else than was joined for the team before: anybody in the group can make the folder.
pub(super) fn require_known_keeper(project: &Project, place: &EnginePlace) -> Result<(), Stop> {
    let known = heard(project).and_then(|said| said.keeper);
    match (known, place.whose()) {
        (Some(known), Some(keeper)) if known != keeper => Err(Stop::refused(format!(
            "{} is {keeper}'s, and the engine of this project was {known}'s until now: tminus does not connect \
             there. The administrator removes that folder with `{}`, then {known} starts the engine again with `tminus engine \
             stop` and `tminus engine run`. Where {keeper} keeps the journal from now on, remove {} instead",
            place.socket().display(),
            removal(project),
            project.paths.engine().display()
        ))),
        (Some(_) | None, _) => Ok(()),
    }
}

/// Remembers whose engine was joined for the team.
pub(super) fn remember_keeper(project: &Project, place: &EnginePlace) {
    let Some(keeper) = place.whose() else { return };
    let said = heard(project).unwrap_or_default();
    if said.keeper.is_none() {
        // Where it cannot be kept, it is asked again the next time.
        if say(project, &Listening { keeper: Some(keeper.clone()), ..said }).is_ok() {
            show::hint(&format!(
                "this is {keeper}'s engine; from now on tminus joins no other user's for this project"
            ));
        }
    }
}

/// Refuses a second journal beside the one that somebody else keeps for the team.
pub fn require_own_place(project: &Project) -> Result<(), Stop> {
    if project.file.plan.session_group.is_none() || matches!(project.kind, ProjectKind::Own(_)) {
        return Ok(());
    }
    match place(project)?.kept_by().map_err(Stop::refused)? {
        None => Ok(()),
        Some(keeper) => Err(Stop::refused(elsewhere(project, &keeper))),
    }
}

/// Refuses to begin a team's journal unasked: whoever has none here yet may be looking for somebody else's.
pub(super) fn require_journal(project: &Project) -> Result<(), Stop> {
    let Some(group) = &project.file.plan.session_group else { return Ok(()) };
    if project.paths.journal().exists() {
        return Ok(());
    }
    Err(Stop::refused(format!(
        "the plan shares one engine with the group {group}, and none runs. There is no journal of this project on this \
         machine yet: `tminus engine run` starts one here, unless a colleague keeps it elsewhere"
    )))
}

/// Says that somebody has taken the place of the team's engine, and what to do about it.
pub fn tell_of_squatter(project: &Project) {
    let Some(squatter) = squatter(project) else { return };
    let folder = project.paths.runtime_of_group();
    show::hint(&format!(
        "{} is {squatter}'s, and the journal of this project is yours, in {}: tminus does not connect there. Your engine \
         listens for you alone, and you release as always. For the others to join, the administrator removes that folder \
         with `{}`; then `tminus engine stop`, and `tminus engine run`",
        folder.display(),
        project.paths.journal().display(),
        removal(project)
    ));
}

/// Clears what an older tminus said of where it listens before it was refused, and says so.
pub(super) fn clear_left_behind(project: &Project) {
    let Some(said) = heard(project) else { return };
    let is_left = |runtime: &PathBuf| !EnginePlace::of(runtime, &project.paths.engine_name(), None).is_possible();
    if said.runtime.as_ref().is_some_and(is_left) && say(project, &Listening { runtime: None, ..said }).is_ok() {
        let record = project.paths.engine();
        show::hint(&format!(
            "{} named a place where no socket can be, after a refused start: it is passed over",
            record.display()
        ));
    }
}

/// Returns who made the team's folder, where the team's journal is here and the folder is not this user's.
pub(super) fn squatter(project: &Project) -> Option<String> {
    project.file.plan.session_group.as_ref()?;
    let is_kept_here = heard(project).is_some_and(|said| said.group.is_some()) && project.paths.journal().exists();
    team_place(project)?.whose().filter(|_| is_kept_here)
}

pub(super) fn elsewhere(project: &Project, keeper: &str) -> String {
    let says = format!(
        "the journal of this project is {keeper}'s, and so is the team's engine: where none runs, {keeper} starts it with \
         `tminus`, `tminus engine run` or a unit (`tminus engine unit`)"
    );
    let own = project.paths.journal();
    match own.exists() {
        false => says,
        true => format!(
            "{says}. A journal of this project lies here too, in {}: where that is the team's, {keeper} has taken its place: \
             the administrator removes it with `{}`",
            own.display(),
            removal(project)
        ),
    }
}

/// Returns what the administrator runs: nobody else may remove the folder of another user from /tmp.
fn removal(project: &Project) -> String {
    format!("sudo rm -r {}", project.paths.runtime_of_group().display())
}
