//! `tminus trust`: nothing in a plan runs, opens a connection or reads a secret before this.

use crate::cli::args::{Global, TrustArgs};
use crate::cli::client::{Project, uncovered};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{ask, json, show};
use jiff::Timestamp;
use serde_json::json;
use tminus_core::read_only::ReadOnly;
use tminus_storage::trust::{Grant, Trust, TrustError, TrustState};

/// Shows what the plan would run, asks, and remembers the answer.
pub async fn run(global: &Global, args: &TrustArgs) -> Done {
    let project = Project::find(global).await?;
    project.paths.prepare().map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    let mut trust = Trust::load(&project.paths).map_err(failed)?;
    if args.revoke {
        trust.revoke(&project.root).map_err(failed)?;
        show::line("the plan is no longer trusted");
        return Ok(Exit::Good);
    }
    let effects = project.trusted_lines();
    let state = trust.state(&project.root, &effects);
    if let TrustState::Trusted { by, at } = &state {
        say(global, &format!("trusted already, by {by} at {at}"));
        return Ok(Exit::Good);
    }
    if effects.is_empty() && state == TrustState::Never {
        say(global, "there is nothing to trust: this plan runs, reads, sends and opens nothing");
        if args.yes {
            // What a release asks of the remote may start what the repository's own configuration names.
            let grant = Grant { by: project.who.name.clone(), at: Timestamp::now(), commands: effects };
            trust.grant(&project.root, grant).map_err(failed)?;
        }
        warn_uncommitted(&project).await;
        return Ok(Exit::Good);
    }
    project.require_own_places()?;
    if !global.json {
        list(&state, &effects);
        beyond(&project);
    }
    if project.read_only == ReadOnly::On {
        return Err(Stop::refused("read-only: the plan is not trusted; nothing was done"));
    }
    if !(args.yes || ask::yes("trust it?").await?) {
        return Err(Stop::refused("the plan is not trusted; `--yes` trusts it without a question"));
    }
    let grant = Grant { by: project.who.name.clone(), at: Timestamp::now(), commands: effects };
    trust.grant(&project.root, grant).map_err(failed)?;
    say(global, &format!("trusted by {}", project.who.name));
    warn_uncommitted(&project).await;
    Ok(Exit::Good)
}

fn list(state: &TrustState, effects: &[String]) {
    match state {
        TrustState::Changed { added, removed } => {
            show::hint("changed since you trusted it:");
            added.iter().for_each(|line| show::line(&format!("+ {line}")));
            removed.iter().for_each(|line| show::line(&format!("- {line}")));
        }
        TrustState::Never | TrustState::Trusted { .. } => {
            show::hint("this plan runs, reads and sends, under these rules:");
            effects.iter().for_each(|line| show::line(&format!("  {line}")));
        }
    }
}

/// Says so where the commit that is checked out does not hold this plan.
async fn warn_uncommitted(project: &Project) {
    if let Some(says) = project.uncommitted_here().await {
        show::hint(&says);
    }
}

/// Says what may change after this without a question.
fn beyond(project: &Project) {
    let files = uncovered(project);
    let named = match files.as_slice() {
        [] => "what a command runs or reads in turn".to_owned(),
        files => format!("the content of {}, and what they run or read in turn", files.join(", ")),
    };
    show::hint(&format!(
        "not covered: {named}; `[trust] files = [\"scripts/**\"]` covers tracked files by their content, an absolute path a file elsewhere"
    ));
}

fn say(global: &Global, words: &str) {
    if global.json { json::print(json!({ "trusted": true, "says": words })) } else { show::line(words) }
}

fn failed(error: TrustError) -> Stop {
    color_eyre::Report::from(error).into()
}
