//! Checks as JSON: where each stands, what that rests on, and how the file of its output is.

use crate::cli::json;
use serde_json::{Value, json};
use tminus_core::kept_output::{KeptOutput, OutputState};
use tminus_core::names::Version;
use tminus_core::plan::Check;
use tminus_core::ports::OutputStore as _;
use tminus_core::release::CheckRun;
use tminus_core::situation::{CheckStanding, Situation};
use tminus_core::time::age;
use tminus_services::output_store::OutputFolder;

/// Makes the object of a check.
pub(super) async fn check(
    (situation, outputs): (Situation<'_>, &OutputFolder),
    check: &Check,
    standing: &CheckStanding<'_>,
) -> Value {
    let run = standing.run;
    let evidence = match run {
        Some(run) => evidence(check.name.as_str(), run, outputs).await,
        None => Value::Null,
    };
    let holds = run.and_then(|run| situation.holds_for(check, run));
    let left = run.zip(holds).map(|(run, holds)| age(holds.after(run.at), situation.now).as_secs());
    json!({
        "name": check.name,
        "title": check.title,
        "phase": check.phase,
        "group": check.group,
        "owner": check.owner,
        "needs": check.needs,
        "required": check.required,
        "verdict": standing.verdict,
        "why": standing.why,
        "commit": run.and_then(|run| run.evidence.commit.as_ref()),
        "started": run.map(|run| run.evidence.began),
        "took_millis": run.map(|run| json::millis(run.evidence.took)),
        "age_seconds": run.map(|run| age(situation.now, run.at).as_secs()),
        "holds_seconds": holds.map(|holds| holds.duration().as_secs()),
        "left_seconds": left,
        "evidence": evidence,
    })
}

/// Makes the object of a run, in whichever release.
pub(super) async fn run(name: &str, (version, run): (&Version, &CheckRun), outputs: &OutputFolder) -> Value {
    let mut value = evidence(name, run, outputs).await;
    value["release"] = json!(version);
    value
}

async fn evidence(name: &str, run: &CheckRun, outputs: &OutputFolder) -> Value {
    let mut value = json::evidence(name, run.verdict, &run.evidence);
    value["fact"] = json!(run.seq);
    value["at"] = json!(run.at);
    value["env"] = json!(run.env);
    value["by"] = json!(run.who.label());
    value["host"] = json!(run.evidence.host);
    value["sha256"] = json!(Some(&run.evidence.sha256).filter(|hash| !hash.is_empty()));
    value["bytes"] = json!(run.evidence.bytes);
    value["output"] = match &run.evidence.output {
        Some(kept) => output(kept, outputs).await,
        None => Value::Null,
    };
    value
}

async fn output(kept: &KeptOutput, outputs: &OutputFolder) -> Value {
    match kept {
        KeptOutput::Lost(why) => json!({ "state": "lost", "why": why }),
        KeptOutput::File(file) => {
            let state = outputs.look(file).await;
            let why = if let OutputState::Unreadable(why) = &state { Some(why) } else { None };
            json!({
                "state": state.word(),
                "why": why,
                "sha256": file.sha256,
                "bytes": file.bytes,
                "cut": file.is_cut,
                "path": outputs.place(file),
            })
        }
    }
}
