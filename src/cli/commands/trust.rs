//! `tminus trust`: nothing in a plan runs, and no secret is read, before this.

use crate::cli::args::{Global, TrustArgs};
use crate::cli::desk::Project;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{ask, json, show};
use crate::config::effects::effects_of;
use crate::config::trust::{Grant, Trust, TrustError, TrustState};
use jiff::Timestamp;
use serde_json::json;

/// Shows what the plan would run, asks, and remembers the answer.
pub async fn run(global: &Global, args: &TrustArgs) -> Done {
    let project = Project::find(global).await?;
    project.paths.prepare().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    let mut trust = Trust::load(&project.paths).map_err(failed)?;
    if args.revoke {
        trust.revoke(&project.root).map_err(failed)?;
        show::line("the plan is not trusted any more");
        return Ok(Exit::Good);
    }
    let effects = effects_of(&project.file.plan);
    let state = trust.state(&project.root, &effects);
    if let TrustState::Trusted { by, at } = &state {
        say(global, &format!("trusted already, by {by} at {at}"));
        return Ok(Exit::Good);
    }
    project.require_own_places()?;
    if !global.json {
        list(&state, &effects);
    }
    if !(args.yes || ask::yes("trust it?")?) {
        return Err(Stop::refused("the plan is not trusted; `--yes` trusts it without a question"));
    }
    let grant = Grant { by: project.who.name.clone(), at: Timestamp::now(), commands: effects };
    trust.grant(&project.root, grant).map_err(failed)?;
    say(global, &format!("trusted by {}", project.who.name));
    if let Some(says) = project.uncommitted_here().await {
        show::hint(&says);
    }
    Ok(Exit::Good)
}

fn list(state: &TrustState, effects: &[String]) {
    match state {
        TrustState::Changed { added, removed } => {
            show::hint("what it runs has changed since it was trusted:");
            added.iter().for_each(|line| show::line(&format!("+ {line}")));
            removed.iter().for_each(|line| show::line(&format!("- {line}")));
        }
        TrustState::Never | TrustState::Trusted { .. } => {
            show::hint("this plan would run, read and send:");
            effects.iter().for_each(|line| show::line(&format!("  {line}")));
        }
    }
}

fn say(global: &Global, words: &str) {
    if global.json { json::print(json!({ "trusted": true, "says": words })) } else { show::line(words) }
}

fn failed(error: TrustError) -> Stop {
    color_eyre::Report::from(error).into()
}
