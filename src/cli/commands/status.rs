//! `tminus status`: how much may be looked at, and with what status it ends. Its lines are the story of `status_lines`.

use super::act;
use super::carried::Carrier;
use super::status_lines::{Looked, TypedIn, print};
use crate::cli::args::{Global, StatusArgs};
use crate::cli::client::{Client, Project, engine_of};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use jiff::Timestamp;
use tminus_core::command::{Command, RefusalKind};
use tminus_core::names::Version;
use tminus_core::plan::Plan;
use tminus_core::release::Release;
use tminus_core::situation::{OutlookWord, Reason, Situation};
use tminus_core::telemetry::{JOURNAL_WAY_ON, journal_lost};
use tminus_core::verdict::Verdict;
use tminus_engine::StartError;
use tminus_engine::journal::{JournalError, JournalReader};

/// Says where the release stands: freshly looked at where that may be, else as the journal has it.
///
/// It may not while the plan is not trusted, or a cockpit holds the journal and looks for itself.
pub async fn run(global: &Global, args: &StatusArgs) -> Done {
    let mut is_cut = false;
    let seen = match looked_at(global).await {
        Ok(seen) => seen,
        Err(stop) if stop.exit == Exit::Refused || is_of_the_journal(&stop) => {
            let Some(seen) = recorded(global, is_of_the_journal(&stop)).await? else { return Err(stop) };
            show::hint(&format!("as the journal has it: {:#}", stop.report));
            if let Err(cut) = JournalReader::open(&seen.project.paths.journal()).and_then(|reader| reader.compare()) {
                is_cut = true;
                // Said already where the engine could not be had for it.
                if !is_of_the_journal(&stop) {
                    show::hint(&cut.to_string());
                }
            }
            seen
        }
        Err(stop) => return Err(stop),
    };
    let StatusSeen { project, carrier, plan, release, version, now, lost, doubt, looked } = &seen;
    let situation = Situation { plan, release, version, now: *now };
    let mut outlook = situation.outlook();
    carrier.correct(&mut outlook, release);
    if let Some(why) = doubt {
        outlook.add(Reason::new("plan", None, Verdict::Pending, why.clone()));
    }
    if global.json {
        let mut status = json::status(&situation, &outlook);
        carrier.mark(&mut status["actions"]);
        status["rehearsal"] = serde_json::json!(project.kind.scenario().map(|scenario| &scenario.name));
        status["journal_lost"] = serde_json::json!(lost);
        status["looked"] = serde_json::json!(*looked == Looked::Now);
        json::print(status);
    } else {
        if let Some(why) = lost {
            show::line(&format!("! {}. Now {JOURNAL_WAY_ON}", journal_lost(why).sentence()));
        }
        print(&situation, (project, *carrier, *looked), &outlook, TypedIn::Shell);
    }
    Ok(match (is_cut, args.gate) {
        (true, _) => Exit::CannotTell,
        (false, true) => of_word(outlook.word),
        (false, false) => Exit::Good,
    })
}

struct StatusSeen {
    project: Project,
    carrier: Carrier,
    plan: Plan,
    release: Release,
    version: Version,
    now: Timestamp,
    /// Why the engine's journal cannot be written.
    lost: Option<String>,
    /// Why a go cannot be taken from it.
    doubt: Option<String>,
    looked: Looked,
}

/// Says whether no engine could be had because its journal cannot be written: what stands in it can be read all the same.
fn is_of_the_journal(stop: &Stop) -> bool {
    let is_journal = |error: &JournalError| {
        matches!(error, JournalError::Full(_) | JournalError::NotWritable { .. } | JournalError::Cut { .. })
    };
    let is_lost = |error: &StartError| matches!(error, StartError::Lost(_));
    stop.report.downcast_ref().is_some_and(is_journal) || stop.report.downcast_ref().is_some_and(is_lost)
}

async fn looked_at(global: &Global) -> Result<StatusSeen, Stop> {
    act::looking(global).await?.once(look).await
}

async fn look(desk: &Client) -> Result<StatusSeen, Stop> {
    match desk.handle.command(&desk.project.who, Command::Refresh).await {
        Err(refusal) if refusal.kind == RefusalKind::JournalLost => {}
        looked => drop(looked?),
    }
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let (version, now) = (desk.project.focus(&snapshot.release)?, desk.handle.now());
    let (plan, release) = ((*snapshot.plan).clone(), (*snapshot.release).clone());
    let is_another = release.plan.as_ref().is_some_and(|known| known.hash != desk.project.file.hash);
    let elsewhere = desk.handle.doubt();
    let looked = if snapshot.lost.is_some() { Looked::Earlier } else { Looked::Now };
    let doubt = match (&snapshot.lost, is_another, elsewhere) {
        (Some(_), ..) => Some("the journal cannot be written, so nothing new was looked at".to_owned()),
        (None, true, _) => Some("the running engine works by another plan than this file".to_owned()),
        (None, false, elsewhere) => elsewhere,
    };
    // An engine that is here for this look leaves what was begun as it is.
    let carrier = if desk.joined().is_some() { Carrier::Engine } else { Carrier::Nobody };
    let project = desk.project.clone();
    Ok(StatusSeen { project, carrier, plan, release, version, now, lost: snapshot.lost, doubt, looked })
}

/// Returns what stands in the journal, where there is one here.
async fn recorded(global: &Global, is_unwritable: bool) -> Result<Option<StatusSeen>, Stop> {
    let project = Project::find(global).await?;
    if !project.paths.journal().exists() {
        return Ok(None);
    }
    let release = project.recorded()?;
    let version = match project.focus(&release) {
        Ok(version) => version,
        // What is missing is not known to be a release that nobody opened.
        Err(_) if is_unwritable => return Ok(None),
        Err(stop) => return Err(stop),
    };
    let carrier = match engine_of(&project).await {
        Ok(Some(_)) => Carrier::Engine,
        // Somebody may have the journal without a door: a cockpit with `--solo`, or a command.
        Ok(None) | Err(_) => Carrier::Unknown,
    };
    let plan = project.file.plan.clone();
    let doubt = match project.require_trust() {
        Err(_) => Some("the plan is not trusted as it is now: `tminus trust` shows what it runs".to_owned()),
        Ok(()) if is_unwritable => Some("the journal cannot be written, so nothing new was looked at".to_owned()),
        Ok(()) => Some("nothing was looked at: this is what the journal has".to_owned()),
    };
    let (now, looked) = (Timestamp::now(), Looked::Earlier);
    Ok(Some(StatusSeen { project, carrier, plan, release, version, now, lost: None, doubt, looked }))
}

const fn of_word(word: OutlookWord) -> Exit {
    match word {
        OutlookWord::Go => Exit::Good,
        OutlookWord::NoGo => Exit::NotGood,
        OutlookWord::NotYet | OutlookWord::Closed => Exit::CannotTell,
    }
}
