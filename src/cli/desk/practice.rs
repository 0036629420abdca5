//! What a rehearsal can practise about tminus itself: its own end at a fact, and a day that takes no time.
//!
//! None of it is looked at in a project that is not a rehearsal.

use super::project::Project;
use crate::cli::exit::Stop;
use crate::cli::looks::variable;
use crate::engine::Watch;
use std::sync::Arc;

/// Returns how an engine of a project looks: nothing passes by itself in virtual time, so there it looks when it is asked.
///
/// `TMINUS_TIME=virtual` has an engine that keeps looking by itself fly a rehearsal in virtual time.
pub fn watch_of(project: &Project, wanted: Watch) -> Result<Watch, Stop> {
    if project.kind.scenario().is_none() {
        return Ok(wanted);
    }
    match variable("TMINUS_TIME").as_deref() {
        None | Some("real") => Ok(wanted),
        Some("virtual") => Ok(Watch::OnDemand),
        Some(other) => Err(Stop::wrong(format!("TMINUS_TIME={other} is neither real nor virtual"))),
    }
}

/// Returns who ends this process at a fact, where that is asked for.
///
/// `TMINUS_POWER_CUT=N` ends it with SIGKILL as soon as fact N is on disk, and `TMINUS_PANIC=N` makes the part that wrote
/// it panic.
pub fn witness(project: &Project) -> Option<Arc<dyn Fn(u64) + Send + Sync>> {
    project.kind.scenario()?;
    let moment = |name| std::env::var(name).ok().and_then(|at| at.parse::<u64>().ok());
    let (cut, fault) = (moment("TMINUS_POWER_CUT"), moment("TMINUS_PANIC"));
    cut.or(fault)?;
    Some(Arc::new(move |seq| {
        if cut.is_some_and(|at| seq >= at) {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap_or(());
        }
        assert!(fault.is_none_or(|at| seq < at), "fact {seq} is on disk, and TMINUS_PANIC asks for a failure there");
    }))
}
