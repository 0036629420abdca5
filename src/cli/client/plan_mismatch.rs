//! Whether the running engine works by the plan of this file and in the environment of this shell, and what follows when it
//! does not.
//!
//! An engine works by the plan, and in the environment, as they were when it started. It is started anew only for its own
//! file, so that two clones of one project never make it go back and forth between their plans.

use super::environment::{EngineEnvironment, EnvironmentDifference};
use super::need::OpenNeed;
use super::project::Project;
use super::{engine, keeper};
use crate::cli::exit::Stop;
use crate::cli::show;
use similar::{ChangeTag, TextDiff};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::action::Request;
use tminus_core::plan::Plan;
use tminus_core::read_only::ReadOnly;
use tminus_engine::session::Joined;
use tminus_engine::session::wire::About;
use tminus_engine::{EnvironmentGuard, Snapshot};

/// How often, and how long apart, it is asked whether somebody else is there.
const LOOKS: u32 = 10;
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// An engine that a need can be met with.
pub(super) struct Agreed {
    /// The engine.
    pub joined: Joined,
    /// Everything as it is there.
    pub snapshot: Snapshot,
    /// The plan that it works by, where that is not this file's.
    pub other: Option<Arc<Plan>>,
}

/// Meets a need with the engine that runs: as it is, started anew from here, or not at all. From one that acts in another
/// environment, nothing is begun.
pub(super) async fn plan_mismatch(project: &Project, joined: Joined, need: OpenNeed) -> Result<Agreed, Stop> {
    let agreed = agree_on_plan(project, joined, need).await?;
    let difference = match EngineEnvironment::of(project, &agreed.joined) {
        EngineEnvironment::Same => return Ok(agreed),
        EngineEnvironment::Apart(difference) => difference,
        unseen @ EngineEnvironment::Unseen { .. } => {
            return Ok(match unseen.guard_of_member() {
                Some(guard) => guarded(agreed, guard),
                None => agreed,
            });
        }
    };
    match need {
        OpenNeed::Look => {
            show::hint(&difference.says());
            let guard = difference.guard("");
            Ok(guarded(agreed, guard))
        }
        OpenNeed::Watch => {
            let guard = difference.guard("");
            Ok(guarded(agreed, guard))
        }
        OpenNeed::Cockpit if project.read_only == ReadOnly::On => Ok(guarded(agreed, difference.guard(""))),
        OpenNeed::Cockpit | OpenNeed::Act | OpenNeed::Decide | OpenNeed::Preview => {
            match needed(project, &agreed, &difference).await {
                Some(why) => Ok(guarded(agreed, difference.guard(&why))),
                None => in_this_environment(project, agreed, &difference).await,
            }
        }
    }
}

/// Says why an engine stays although its environment is another one; nothing where it may be started anew.
async fn needed(project: &Project, agreed: &Agreed, difference: &EnvironmentDifference) -> Option<String> {
    // A verification only looks, and the next engine looks again.
    let is_changing = |request: &Request| !matches!(request, Request::Verify { .. });
    let mut running = agreed.snapshot.release.active_actions().filter(|action| is_changing(&action.proposal.request));
    if let Some(action) = running.next() {
        return Some(format!(": {} has not ended there", action.id));
    }
    if !difference.is_replaceable() || agreed.other.is_some() || keeper::require_own_place(project).is_err() {
        return Some(String::new());
    }
    let about = only_client(&agreed.joined).await?;
    match about.clients.saturating_sub(1) {
        0 if about.root == project.root => None,
        0 => Some(format!(": the engine works for {}", about.root.display())),
        1 => Some(": somebody else is attached to it".to_owned()),
        others => Some(format!(": {others} others are attached to it")),
    }
}

/// Starts an engine anew, from this shell and so in its environment.
async fn in_this_environment(
    project: &Project,
    agreed: Agreed,
    difference: &EnvironmentDifference,
) -> Result<Agreed, Stop> {
    if let Err(stop) = engine::stop(&agreed.joined, &project.who).await {
        // The driver may be away for a moment.
        let guard = difference.guard(&format!(": {:#}", stop.report));
        return Ok(guarded(agreed, guard));
    }
    drop(agreed);
    show::hint(&format!("{}; it was restarted in this shell's", difference.says()));
    let agreed = agree_on_plan(project, engine::start(project).await?, OpenNeed::Act).await?;
    Ok(match EngineEnvironment::of(project, &agreed.joined) {
        // Somebody else's command was faster.
        EngineEnvironment::Apart(difference) => guarded(agreed, difference.guard("")),
        EngineEnvironment::Same | EngineEnvironment::Unseen { .. } => agreed,
    })
}

fn guarded(agreed: Agreed, guard: EnvironmentGuard) -> Agreed {
    Agreed { joined: agreed.joined.guarded(guard), ..agreed }
}

/// Meets a need with the engine that runs: as it is, started anew with this file's plan, or not at all.
async fn agree_on_plan(project: &Project, joined: Joined, need: OpenNeed) -> Result<Agreed, Stop> {
    let (snapshot, _) = joined.handle.attach().await.map_err(Stop::cannot_tell)?;
    let Some(lines) = differing(project, &snapshot) else { return Ok(Agreed { joined, snapshot, other: None }) };
    let other = Some(snapshot.plan.clone());
    // Who only looks leaves the engine as it is.
    if need == OpenNeed::Watch || (need == OpenNeed::Cockpit && project.read_only == ReadOnly::On) {
        return Ok(Agreed { joined, snapshot, other });
    }
    let Some(about) = only_client(&joined).await else { return anew(project, joined).await };
    let is_own_file = about.root == project.root && keeper::require_own_place(project).is_ok();
    let running = snapshot.release.active_actions().next().map(|action| action.id.clone());
    // This command is one of them.
    let others = about.clients.saturating_sub(1);
    if is_own_file && running.is_none() && others == 0 {
        return anew(project, joined).await;
    }
    let mut says =
        format!("the running engine (process {}) works by {}", joined.welcome.pid, whose(project, &about.root));
    says.push_str(&format!(": {lines} lines are different"));
    says.extend(running.map(|id| format!("; {id} has not ended")));
    says.extend((others > 0).then(|| format!("; {others} others are attached")));
    says.push_str(". `tminus engine stop` ends it at its next boundary, and the next one takes this file");
    match need {
        OpenNeed::Look | OpenNeed::Preview => {
            show::hint(&says);
            Ok(Agreed { joined, snapshot, other })
        }
        OpenNeed::Watch => Ok(Agreed { joined, snapshot, other }),
        OpenNeed::Cockpit => {
            Err(Stop::refused(format!("{says}; until then `tminus attach --observe` looks at its work")))
        }
        OpenNeed::Act | OpenNeed::Decide => Err(Stop::refused(format!("{says}; until then nothing is done from here"))),
    }
}

/// Asks how an engine is, until nobody else is there; who has just gone may be counted for a moment.
async fn only_client(joined: &Joined) -> Option<About> {
    let mut about = joined.inspect().await?;
    for _ in 0..LOOKS {
        if about.clients <= 1 {
            break;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
        about = joined.inspect().await?;
    }
    Some(about)
}

fn whose(project: &Project, root: &Path) -> String {
    match root == project.root {
        true => "this plan as it was when it started".to_owned(),
        false => format!("the plan in {}", root.display()),
    }
}

/// Counts the lines that are in one of the two plans only; nothing where they are one.
fn differing(project: &Project, snapshot: &Snapshot) -> Option<usize> {
    let known = snapshot.release.plan.as_ref().filter(|plan| plan.hash != project.file.hash)?;
    let diff = TextDiff::from_lines(&known.text, &project.file.text);
    Some(diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal).count())
}

/// Ends an engine that nothing and nobody needs, and starts one that takes this file; its journal says what changed.
async fn anew(project: &Project, joined: Joined) -> Result<Agreed, Stop> {
    engine::stop(&joined, &project.who).await?;
    drop(joined);
    let joined = engine::start(project).await?;
    let (snapshot, _) = joined.handle.attach().await.map_err(Stop::cannot_tell)?;
    match differing(project, &snapshot) {
        None => Ok(Agreed { joined, snapshot, other: None }),
        Some(_) => Err(Stop::refused("the plan changed again, or another engine came in between; run it again")),
    }
}
