//! `tminus demo --headless`: a whole scenario by its script, one process after another, and what the journal says at the end.

use super::laid_down::lay;
use crate::cli::args::Global;
use crate::cli::client::{Project, ProjectKind};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::{json, show};
use color_eyre::eyre::WrapErr;
use serde_json::json;
use std::path::Path;
use std::process::Stdio;
use tminus_core::fact::Record;
use tminus_core::release::Release;
use tminus_engine::journal::JournalReader;
use tminus_rehearsal::{Rehearsal, Scenario, ScriptLine, TimeKind};

/// What one line of the script came to.
struct Flown {
    line: String,
    expected: i32,
    got: Option<i32>,
}

impl Flown {
    fn is_as_expected(&self) -> bool {
        self.got == Some(self.expected)
    }
}

/// Flies the scenario; good only when every line ended as the script says, and the journal holds what is expected.
pub async fn run(global: &Global, scenario: &Scenario) -> Done {
    let folder =
        tempfile::Builder::new().prefix("tminus-flight-").tempdir().wrap_err("no temporary folder can be made")?;
    let mut state = None;
    let flight = async {
        let laid = lay(global, &folder.path().join("project"), scenario).await?;
        let plan = laid.dir.join("tminus.toml");
        state = Some(Project::at(&plan, global).await?.paths.state().to_owned());
        script(global, scenario, &plan).await
    };
    let done = or_interrupted(flight).await;
    if let Some(state) = state {
        drop(std::fs::remove_dir_all(state));
    }
    done?
}

/// Flies the script over a project that was laid down, and says what came of it.
pub async fn script(global: &Global, scenario: &Scenario, plan: &Path) -> Done {
    let mut flown = Vec::new();
    for line in &scenario.script {
        flown.push(fly(plan, global, line).await?);
    }
    let project = Project::at(plan, global).await?;
    let reader = JournalReader::open(&project.paths.journal()).map_err(color_eyre::Report::from)?;
    let records = reader.records(0).map_err(color_eyre::Report::from)?;
    let missing = scenario.missing(&records);
    report(global, scenario, (&flown, &records, &missing));
    let is_good = missing.is_empty() && flown.iter().all(Flown::is_as_expected);
    Ok(if is_good { Exit::Good } else { Exit::NotGood })
}

/// Runs one line in a process of its own, as a person would.
async fn fly(plan: &Path, global: &Global, line: &ScriptLine) -> Result<Flown, Stop> {
    if let Some(wait) = line.wait {
        let project = Project::at(plan, global).await?;
        match &project.kind {
            ProjectKind::LaidDown(scenario) | ProjectKind::Own(scenario) => {
                let world = project.paths.state().join("world");
                Rehearsal::open(&world, &project.file.plan, scenario, TimeKind::Virtual)?.advance(wait)?;
            }
            ProjectKind::Real => tokio::time::sleep(wait.duration()).await,
        }
    }
    let program = std::env::current_exe().wrap_err("the path of this program is unknown")?;
    let mut words = line.run.clone();
    if let Some(who) = &line.who {
        words.extend(["--as".to_owned(), who.to_string()]);
    }
    let mut child = tokio::process::Command::new(program);
    child.args(&words).current_dir(plan.parent().unwrap_or(Path::new("/"))).stdin(Stdio::null());
    // The script's own output is the timeline; what each command says goes to standard error, behind it.
    child.stdout(Stdio::null()).kill_on_drop(true);
    if global.json {
        child.stderr(Stdio::null());
    } else {
        show::hint(&format!("$ tminus {}", words.join(" ")));
    }
    let ended = child.status().await.wrap_err("the script's command could not be started")?;
    let flown = Flown { line: words.join(" "), expected: line.exit, got: ended.code() };
    if !flown.is_as_expected() {
        show::hint(&format!("  ended with {:?}, the script says {}", flown.got, flown.expected));
    }
    Ok(flown)
}

fn report(global: &Global, scenario: &Scenario, (flown, records, missing): (&[Flown], &[Record], &[String])) {
    let is_good = missing.is_empty() && flown.iter().all(Flown::is_as_expected);
    if global.json {
        let lines: Vec<_> =
            flown.iter().map(|f| json!({ "run": f.line, "exit": f.got, "expected": f.expected })).collect();
        json::print(
            json!({ "scenario": scenario.name, "as_expected": is_good, "script": lines, "missing": missing, "facts": records.len() }),
        );
        return;
    }
    timeline(records);
    for wrong in flown.iter().filter(|f| !f.is_as_expected()) {
        let bad = show::sign_of(false);
        show::line(&format!("{bad} tminus {} ended with {:?}, not {}", wrong.line, wrong.got, wrong.expected));
    }
    for lack in missing {
        show::line(&format!("{} {lack}", show::sign_of(false)));
    }
    let sign = show::sign_of(is_good);
    let says = if is_good {
        "the journal says what the scenario expects"
    } else {
        "the journal differs from what the scenario expects"
    };
    show::line(&format!("{sign} {}: {says} ({} facts)", scenario.name, records.len()));
}

/// Prints what happened, by the time since the release was opened.
fn timeline(records: &[Record]) {
    let mut before = Release::default();
    let opened = records.iter().find(|r| r.fact.kind() == "release.opened").map(|r| r.at);
    for record in records {
        if let Some(opened) = opened.filter(|o| record.at >= *o && super::journal::is_telling(&record.fact)) {
            let clock = tminus_core::time::t_clock(record.at, opened).replace("T+", "+");
            show::line(&format!("{clock}  {:<8} {}", record.who.name, record.sentence(&before)));
        }
        before.apply(record);
    }
}
