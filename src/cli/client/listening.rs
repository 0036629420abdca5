//! What the last engine of a project left in its state folder: where it listens, whose it is, what it ran in.

use super::clock_mark::ClockMark;
use super::environment_mark::EnvironmentMark;
use super::project::{Project, ProjectKind};
use crate::cli::exit::Stop;
use color_eyre::eyre::WrapErr;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use tminus_core::release::Release;
use tminus_storage::paths::write_private;

/// Where an engine listens, as it says in the project's state folder: another login may have another runtime folder.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Listening {
    /// The folder of its socket; absent where only somebody else's engine was joined.
    #[serde(default)]
    pub(super) runtime: Option<PathBuf>,
    /// Who ended the last one, when somebody did; one that was killed says nothing.
    #[serde(default)]
    pub(super) ended_by: Option<String>,
    /// The group that the engine of this journal was opened to: the journal here is the team's.
    #[serde(default)]
    pub(super) group: Option<String>,
    /// Whose engine was joined for the team; somebody else's is not joined in its place.
    #[serde(default)]
    pub(super) keeper: Option<String>,
    /// What the environment of the last one had.
    #[serde(default)]
    pub(super) environment: Option<EnvironmentMark>,
    /// What was on the clock when one was opened first since the machine is up, or after the clock was set.
    #[serde(default)]
    pub(super) clock: Option<ClockMark>,
}

/// Says in the project's state folder who ended the engine, before those who are joined find that it has ended.
pub fn say_ended(project: &Project, by: &str) {
    let listening = heard(project).map(|listening| Listening { ended_by: Some(by.to_owned()), ..listening });
    // Where it cannot be said, it is as if the engine had died: the next cockpit starts another.
    drop(listening.map(|listening| say(project, &listening)));
}

/// Returns what the environment of the last engine had.
pub(super) fn mark_of_last(project: &Project) -> Option<EnvironmentMark> {
    heard(project)?.environment
}

/// Takes down what the environment of this process has, before an engine inside a command begins anything; one that others
/// join says it as its door opens.
pub(super) fn say_mark(project: &Project) -> Result<(), Stop> {
    let environment = Some(EnvironmentMark::of(project));
    say(project, &Listening { environment, ..heard(project).unwrap_or_default() })
}

/// Returns by how much the clock was set since the last engine, and the mark to keep once that is in the journal.
pub(super) fn look_at_clock(project: &Project, recorded: &Release) -> (Option<SignedDuration>, Option<ClockMark>) {
    if !matches!(project.kind, ProjectKind::Real) {
        return (None, None);
    }
    let before = heard(project).and_then(|said| said.clock);
    let Some(now) = ClockMark::now(recorded.seq) else { return (None, None) };
    let by = before.as_ref().and_then(|before| before.set_until(&now, recorded));
    let is_marked = by.is_none() && before.is_some_and(|before| before.is_of_the_boot(&now));
    // What it was set by is recorded as the next fact.
    (by, (!is_marked).then(|| now.behind(recorded.seq + u64::from(by.is_some()))))
}

/// Keeps what was on the clock, for the engine after this one.
pub(super) fn say_clock(project: &Project, mark: ClockMark) -> Result<(), Stop> {
    say(project, &Listening { clock: Some(mark), ..heard(project).unwrap_or_default() })
}

/// Returns who ended the last engine of this login, where somebody did.
pub fn ended_by(project: &Project) -> Option<String> {
    heard(project)?.ended_by
}

pub(super) fn say(project: &Project, listening: &Listening) -> Result<(), Stop> {
    let text = serde_json::to_vec(listening).wrap_err("it cannot be said")?;
    write_private(&project.paths.engine(), &text).map_err(|e| Stop::from(color_eyre::Report::from(e)))
}

pub(super) fn heard(project: &Project) -> Option<Listening> {
    std::fs::read(project.paths.engine()).ok().and_then(|text| serde_json::from_slice(&text).ok())
}
