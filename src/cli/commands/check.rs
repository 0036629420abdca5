//! `tminus check [PHASE|GROUP|ID…]`.

use super::{act, check_json};
use crate::cli::args::{CheckArgs, Global};
use crate::cli::client::Client;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::{json, show};
use serde_json::json;
use tminus_core::command::{CheckCommand, Command};
use tminus_core::names::{CheckName, Phase, Version};
use tminus_core::plan::{Check, Plan};
use tminus_core::situation::{CheckProgress, CheckStanding, Situation};
use tminus_services::output_store::OutputFolder;

/// Runs checks, or answers a manual one.
pub async fn run(global: &Global, args: &CheckArgs) -> Done {
    let desk = act::deciding(global).await?;
    let done = or_interrupted(at(global, &desk, args)).await;
    if done.is_err() && desk.joined().is_some() {
        show::hint(
            "the engine continues the checks that run: `tminus status` says how they went, `tminus engine stop` ends them",
        );
    }
    desk.close().await;
    done?
}

async fn at(global: &Global, desk: &Client, args: &CheckArgs) -> Done {
    // What is stale, and where a check counts, depends on where the branch stands now.
    desk.handle.command(&desk.project.who, Command::Refresh).await?;
    let version = desk.focus().await?;
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    if let Some(opening) = snapshot.release.openings.get(&version)
        && let Some(says) = desk.project.uncommitted_plan(&opening.commit).await
    {
        show::hint(&says);
    }
    let chosen: Vec<Check> = chosen(&desk.project.file.plan, &args.what)?.into_iter().cloned().collect();
    // No name at all means every check; a phase without one means none.
    if chosen.is_empty() && !(args.cancel && args.what.is_empty()) {
        return Err(Stop::cannot_tell(nothing_to_measure(&args.what)));
    }
    if args.cancel {
        let named = if args.what.is_empty() { &[] } else { chosen.as_slice() };
        cancel(desk, (&version, named)).await?;
    } else if args.yes || args.no {
        answer(desk, (&version, &chosen), args).await?;
    } else {
        act::say_environment(&desk.handle);
        measure(desk, (&version, &chosen), args.stale).await?;
    }
    report(global, desk, (&version, &chosen), &args.what).await
}

/// Says that there is no check to run: nothing was asked, so nothing is proved.
pub(in crate::cli) fn nothing_to_measure(names: &[String]) -> String {
    match names {
        [] => "no check is in a phase that a gate names: nothing was measured; name a phase or a check".to_owned(),
        [phase] => format!("the phase {phase} has no check: nothing was measured"),
        phases => format!("the phases {} have no check: nothing was measured", phases.join(", ")),
    }
}

/// Returns the checks whose verdicts decide: the required ones and those asked for by name; where there are none, all.
fn deciding<'a>(chosen: &'a [Check], names: &[String]) -> Vec<&'a Check> {
    let is_named = |c: &Check| names.iter().any(|name| c.name.as_str() == name);
    let some: Vec<&Check> = chosen.iter().filter(|c| c.required || is_named(c)).collect();
    if some.is_empty() { chosen.iter().collect() } else { some }
}

/// Returns the checks of the names that were given, in the order of the plan; all that gate something when none were.
pub(in crate::cli) fn chosen<'a>(plan: &'a Plan, names: &[String]) -> Result<Vec<&'a Check>, Stop> {
    if names.is_empty() {
        let gates: Vec<&Phase> = plan.environments.iter().flat_map(|e| &e.gate).collect();
        return Ok(plan.checks.iter().filter(|c| gates.contains(&&c.phase)).collect());
    }
    let is_named = |c: &Check, n: &str| c.name.as_str() == n || c.phase.as_str() == n || c.group.as_deref() == Some(n);
    for name in names {
        let is_phase = plan.phases.iter().any(|p| p.as_str() == name);
        if !is_phase && !plan.checks.iter().any(|check| is_named(check, name)) {
            return Err(Stop::wrong(format!("the plan has no phase, no group and no check {name}")));
        }
    }
    let is_meant = |c: &&Check| names.iter().any(|name| is_named(c, name));
    Ok(plan.checks.iter().filter(is_meant).collect())
}

async fn measure(desk: &Client, (version, chosen): (&Version, &[Check]), only_stale: bool) -> Result<(), Stop> {
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let situation = Situation { plan: &snapshot.plan, release: &snapshot.release, version, now: desk.handle.now() };
    let is_due = |c: &&Check| !only_stale || !situation.standing(c, None).verdict.is_good_enough();
    let checks: Vec<CheckName> =
        chosen.iter().filter(|c| c.way.is_runnable()).filter(is_due).map(|c| c.name.clone()).collect();
    if checks.is_empty() {
        if only_stale {
            show::hint("no check that tminus runs is stale, so none was run; the results so far:");
        }
        return Ok(());
    }
    let run = CheckCommand::Run { release: version.clone(), checks };
    desk.handle.command(&desk.project.who, Command::Check(run)).await?;
    Ok(())
}

async fn cancel(desk: &Client, (version, named): (&Version, &[Check])) -> Result<(), Stop> {
    let checks = named.iter().map(|check| check.name.clone()).collect();
    let cancel = CheckCommand::Cancel { release: version.clone(), checks };
    desk.handle.command(&desk.project.who, Command::Check(cancel)).await?;
    Ok(())
}

async fn answer(desk: &Client, (version, chosen): (&Version, &[Check]), args: &CheckArgs) -> Result<(), Stop> {
    let [check] = chosen else { return Err(Stop::wrong("--yes and --no answer one manual check; name it")) };
    let (release, check) = (version.clone(), check.name.clone());
    let say = CheckCommand::Say { release, check, yes: args.yes, note: args.note.clone() };
    desk.handle.command(&desk.project.who, Command::Check(say)).await?;
    Ok(())
}

async fn report(
    global: &Global,
    desk: &Client,
    (version, chosen): (&Version, &[Check]),
    names: &[String],
) -> Result<Exit, Stop> {
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let situation = Situation { plan: &snapshot.plan, release: &snapshot.release, version, now: desk.handle.now() };
    let outputs = OutputFolder::new(desk.project.paths.outputs());
    let standings: Vec<_> = chosen.iter().map(|check| (check, situation.standing(check, None))).collect();
    let progress = CheckProgress::of(standings.iter().map(|(check, standing)| (*check, standing.verdict))).words();
    let mut rows = Vec::new();
    for (check, standing) in &standings {
        match global.json {
            true => rows.push(check_json::check((situation, &outputs), check, standing).await),
            false => show::line(&row(check, standing)),
        }
    }
    if chosen.len() > 1 {
        show::hint(&progress);
    }
    // What was measured is of the release's last known commit: of a branch that is gone nobody can tell what it is now.
    let fault = situation.branch_fault();
    if global.json {
        json::print(
            json!({ "release": version, "progress": progress, "checks": rows, "branch": fault.as_ref().map(|fault| &fault.says) }),
        );
    } else if let Some(fault) = &fault {
        let (sign, word) = (show::sign(fault.verdict), fault.verdict.word());
        show::line(&format!("{sign} {word:<12} {:<24} {}", fault.subject, fault.says));
    }
    let verdicts = deciding(chosen, names).into_iter().map(|check| situation.standing(check, None).verdict);
    Ok(Exit::of_verdicts(verdicts.chain(fault.map(|fault| fault.verdict))))
}

/// Says how a check stands, in one line.
pub(in crate::cli) fn row(check: &Check, standing: &CheckStanding<'_>) -> String {
    let optional = if check.required { "" } else { " (not required)" };
    let (sign, word) = (show::sign(standing.verdict), standing.verdict.word());
    format!("{sign} {word:<12} {:<24} {}{optional}: {}", check.name, check.title, standing.why)
}
