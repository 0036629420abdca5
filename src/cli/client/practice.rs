//! What a rehearsal can practise about tminus itself: its own end at a fact, and a day that takes little time, or none.
//!
//! None of it is looked at in a project that is not a rehearsal.

use crate::cli::appearance::variable;
use crate::cli::exit::Stop;
use std::sync::Arc;
use tminus_engine::Watch;
use tminus_rehearsal::Scenario;

/// What `TMINUS_TIME` asks for.
enum PlayedTime {
    /// `virtual`: an engine that keeps looking unasked does not wait for time to pass.
    Virtual,
    /// `real`, or a number: real time, in which what is played takes so many times as long as usual.
    Real(f64),
}

fn played_time() -> Result<PlayedTime, Stop> {
    let Some(asked) = variable("TMINUS_TIME") else { return Ok(PlayedTime::Real(1.0)) };
    match (asked.as_str(), asked.parse::<f64>()) {
        ("virtual", _) => Ok(PlayedTime::Virtual),
        ("real", _) => Ok(PlayedTime::Real(1.0)),
        (_, Ok(pace)) if (0.01..=100.0).contains(&pace) => Ok(PlayedTime::Real(pace)),
        (_, _) => {
            Err(Stop::wrong(format!("TMINUS_TIME={asked} is neither real, virtual nor a number from 0.01 to 100")))
        }
    }
}

/// Returns how an engine of a project looks: virtual time does not pass unasked, so there it looks only on demand.
pub fn watch_of(played: Option<&Scenario>, wanted: Watch) -> Result<Watch, Stop> {
    if played.is_none() {
        return Ok(wanted);
    }
    match played_time()? {
        PlayedTime::Real(_) => Ok(wanted),
        PlayedTime::Virtual => Ok(Watch::OnDemand),
    }
}

/// Returns how many times as long as usual what is played takes on screen.
pub fn pace() -> Result<f64, Stop> {
    match played_time()? {
        PlayedTime::Real(pace) => Ok(pace),
        PlayedTime::Virtual => Ok(1.0),
    }
}

/// Returns who ends this process at a fact, where that is asked for.
///
/// `TMINUS_POWER_CUT=N` ends it with SIGKILL as soon as fact N is on disk, and `TMINUS_PANIC=N` makes the part that wrote
/// it panic.
pub fn witness(played: Option<&Scenario>) -> Option<Arc<dyn Fn(u64) + Send + Sync>> {
    played?;
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
