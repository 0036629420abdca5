//! `tminus check --history` and `--output`: what was measured before, without measuring anything.

use super::{act, check, check_json};
use crate::cli::args::{CheckArgs, Global};
use crate::cli::client::Client;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use serde_json::json;
use tminus_core::kept_output::{KeptOutput, OutputState};
use tminus_core::names::Version;
use tminus_core::plan::Check;
use tminus_core::ports::OutputStore as _;
use tminus_core::release::{CheckRun, Release};
use tminus_core::situation::Situation;
use tminus_core::time::brief;
use tminus_engine::Snapshot;
use tminus_services::output_store::OutputFolder;

/// Prints what is known of checks.
pub async fn run(global: &Global, args: &CheckArgs) -> Done {
    act::looking(global).await?.once(async |desk: &Client| read(global, desk, args).await).await
}

async fn read(global: &Global, desk: &Client, args: &CheckArgs) -> Done {
    let version = desk.focus().await?;
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let chosen: Vec<Check> = check::chosen(&desk.project.file.plan, &args.what)?.into_iter().cloned().collect();
    if chosen.is_empty() {
        return Err(Stop::cannot_tell(check::nothing_to_measure(&args.what)));
    }
    let outputs = OutputFolder::new(desk.project.paths.outputs());
    if args.output {
        return output(global, (&snapshot.release, &version), (&chosen, &outputs)).await;
    }
    let situation =
        Situation { plan: &snapshot.plan, release: &snapshot.release, version: &version, now: desk.handle.now() };
    match global.json {
        true => print_json(situation, &chosen, &outputs).await,
        false => {
            for check in &chosen {
                print_lines((situation, &snapshot), check, &outputs).await;
            }
        }
    }
    Ok(Exit::Good)
}

async fn print_json(situation: Situation<'_>, chosen: &[Check], outputs: &OutputFolder) {
    let mut rows = Vec::new();
    for check in chosen {
        let standing = situation.standing(check, None);
        let mut row = check_json::check((situation, outputs), check, &standing).await;
        let mut runs = Vec::new();
        for (version, run) in situation.release.runs_of(&check.name) {
            runs.push(check_json::run(check.name.as_str(), (version, run), outputs).await);
        }
        row["runs"] = json!(runs);
        rows.push(row);
    }
    json::print(json!({ "release": situation.version, "checks": rows }));
}

async fn print_lines((situation, snapshot): (Situation<'_>, &Snapshot), check: &Check, outputs: &OutputFolder) {
    let standing = situation.standing(check, None);
    show::line(&check::row(check, &standing));
    let put = |label: &str, text: &str| show::line(&format!("  {label:<10} {text}"));
    check.way.asks(&check.title, &snapshot.plan.release).iter().for_each(|asks| put("asks", asks));
    if let Some(owner) = &check.owner {
        put("owner", owner);
    }
    if !check.needs.is_empty() {
        put("after", &check.needs.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", "));
    }
    if let Some(holds) = standing.run.and_then(|run| situation.holds_for(check, run)).or(check.fresh) {
        put("holds for", &holds.to_string());
    }
    let runs: Vec<(&Version, &CheckRun)> = snapshot.release.runs_of(&check.name).collect();
    put("runs", &if runs.is_empty() { "none".to_owned() } else { format!("{}, the newest first", runs.len()) });
    for (version, run) in runs {
        show::line(&format!("  {}", run_row(version, run)));
        let note = run.evidence.tail.trim();
        if check.way.people() > 0 && !note.is_empty() {
            show::line(&format!("      note: {note}"));
        }
        if let Some(kept) = &run.evidence.output {
            show::line(&format!("      output: {}", output_words(kept, outputs).await));
        }
    }
}

fn run_row(version: &Version, run: &CheckRun) -> String {
    let (sign, word, evidence) = (show::sign(run.verdict), run.verdict.word(), &run.evidence);
    let about = match (&run.env, &evidence.commit) {
        (Some(env), _) => env.as_str(),
        (None, Some(commit)) => commit.short(),
        (None, None) => "",
    };
    let (at, took) = (run.at.strftime("%Y-%m-%d %H:%M:%SZ"), brief(evidence.took.duration()));
    format!("{sign} {word:<12} {version:<10} {at}  {about:<10} {took:>5}  {}: {}", run.who.label(), &*evidence.found)
}

async fn output_words(kept: &KeptOutput, outputs: &OutputFolder) -> String {
    let Some(file) = kept.file() else { return kept.words() };
    let state = outputs.look(file).await;
    let place = outputs.place(file).map(|path| path.display().to_string()).unwrap_or_default();
    format!("{} in {place}: {}", kept.words(), state.says())
}

/// Prints all that the newest run of one check printed; only what is still as it was written.
async fn output(
    global: &Global,
    (release, version): (&Release, &Version),
    (chosen, outputs): (&[Check], &OutputFolder),
) -> Done {
    let [check] = chosen else { return Err(Stop::wrong("--output prints what one check printed; name it")) };
    let state = release.checks.get(version).and_then(|checks| checks.get(&check.name));
    // What tminus found out about an older output printed nothing itself.
    let printed = |run: &&CheckRun| run.evidence.output.is_some() || !run.evidence.host.is_empty();
    let Some(run) = state.and_then(|state| state.runs.iter().rev().find(printed)) else {
        return Err(Stop::cannot_tell(format!("{} has not run in {version}", check.name)));
    };
    let text = match &run.evidence.output {
        None => run.evidence.tail.clone(),
        Some(KeptOutput::Lost(why)) => {
            return Err(Stop::cannot_tell(format!("what {} printed was not kept: {}", check.name, &**why)));
        }
        Some(KeptOutput::File(file)) => match outputs.read(file).await {
            (OutputState::Whole, text) => text,
            (state, _) => return Err(Stop::cannot_tell(format!("what {} printed: {}", check.name, state.says()))),
        },
    };
    let evidence = &run.evidence;
    let is_cut = match &evidence.output {
        Some(KeptOutput::File(file)) => file.is_cut,
        Some(KeptOutput::Lost(_)) | None => evidence.bytes > text.len() as u64,
    };
    if global.json {
        json::print(
            json!({ "release": version, "check": check.name, "is_cut": is_cut, "bytes": evidence.bytes, "output": &*text }),
        );
        return Ok(Exit::Good);
    }
    if is_cut {
        show::hint(&format!("this is the end of {} bytes: no more was kept", evidence.bytes));
    }
    text.lines().for_each(show::line);
    Ok(Exit::Good)
}
