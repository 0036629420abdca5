//! `tminus lint`: what is wrong with the plan, and what would fool its owner.

use crate::cli::args::{Global, LintArgs};
use crate::cli::client::{Project, unavailable};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tminus_core::dotenv::{DotenvValue, look_up};
use tminus_core::grammar::plan::PlanFile;
use tminus_core::lint::{Finding, LintContext, Rule, lint, searched_paths};
use tminus_core::ports::Repository;
use tminus_core::touches::FileUse;
use tminus_services::dotenv;
use tminus_storage::trust::TrustState;

/// How a shell that a person opens is furnished; whatever else a command finds set is this machine's own luck.
const ALWAYS_SET: [&str; 8] = ["HOME", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TMPDIR", "USER"];

/// Reads the plan without doing anything, and says what it found.
pub async fn run(global: &Global, args: &LintArgs) -> Done {
    if args.rules {
        rules(global);
        return Ok(Exit::Good);
    }
    let project = Project::find(global).await?;
    let findings = lint(&project.file.plan, &surroundings(&project).await?);
    match global.json {
        true => print_json(&project.file, &findings),
        false => findings.iter().for_each(|f| print(&project, f)),
    }
    if findings.is_empty() {
        show::hint("nothing found");
    }
    Ok(if findings.is_empty() { Exit::Good } else { Exit::NotGood })
}

/// Gathers what the rules look at beside the plan: tags, compose files, and names in environment files.
async fn surroundings(project: &Project) -> Result<LintContext, Stop> {
    let earlier_tags = match &project.repository {
        Ok(repository) => repository.tags().await.ok().map(|tags| tags.into_iter().map(|(name, _)| name).collect()),
        Err(_) => None,
    };
    let plan = &project.file.plan;
    let touches = plan.touches();
    let files = touches.iter().filter_map(|touch| touch.file(FileUse::Compose));
    let compose = files.filter_map(|file| compose_text(&project.root, file)).collect();
    let variables = ALWAYS_SET.iter().map(|name| (*name).to_owned()).collect();
    let inventory = match &project.repository {
        Ok(repository) => repository.inventory().await.ok(),
        Err(_) => None,
    };
    let is_missing = |path: &String| !project.root.join(path).exists();
    let is_played = project.kind.scenario().is_some();
    Ok(LintContext {
        variables,
        places: project.place_facts(),
        earlier_tags,
        compose,
        dotenv: dotenv_names(project).await?,
        branches: inventory.as_ref().map(|found| found.branches.clone()),
        remotes: inventory.as_ref().map(|found| found.remotes.clone()),
        files: inventory.map(|found| found.files),
        missing: searched_paths(plan).into_iter().filter(is_missing).collect(),
        placeholders: placeholders(project).await?,
        unavailable: if is_played { Vec::new() } else { unavailable(plan) },
    })
}

fn compose_text(root: &Path, file: &str) -> Option<(String, String)> {
    // The environment file beside it may set what it uses, and is not opened.
    let is_closed = root.join(file).with_file_name(".env").exists();
    if is_closed { None } else { Some((file.to_owned(), std::fs::read_to_string(root.join(file)).ok()?)) }
}

/// Returns which names have a value in the plan's environment files. They hold secrets: without trust none is opened.
async fn dotenv_names(project: &Project) -> Result<BTreeMap<String, BTreeSet<String>>, Stop> {
    let mut names = BTreeMap::new();
    if !matches!(project.trust()?, TrustState::Trusted { .. }) {
        return Ok(names);
    }
    for check in &project.file.plan.checks {
        let Some((file, _)) = check.way.variables() else { continue };
        // One that cannot be read is the check's story, not the linter's.
        if let Ok(read) = dotenv::read(&project.root.join(file), file).await {
            let set = read.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, _)| name).collect();
            names.insert(file.to_owned(), set);
        }
    }
    Ok(names)
}

/// Returns which names have only a placeholder in the plan's environment files; no value leaves this function.
async fn placeholders(project: &Project) -> Result<BTreeMap<String, BTreeSet<String>>, Stop> {
    let mut names = BTreeMap::new();
    if !matches!(project.trust()?, TrustState::Trusted { .. }) {
        return Ok(names);
    }
    for check in &project.file.plan.checks {
        let Some((file, needs)) = check.way.variables() else { continue };
        if let Ok(entries) = dotenv::entries(&project.root.join(file), file).await {
            let is_doubtful =
                |name: &&String| matches!(look_up(&entries, name), DotenvValue::Doubtful(_) | DotenvValue::Reserved(_));
            names.insert(file.to_owned(), needs.iter().filter(is_doubtful).cloned().collect());
        }
    }
    Ok(names)
}

fn place(file: &PlanFile, finding: &Finding) -> (usize, usize) {
    // A finding may be about a key that is missing: then its table is where a person looks.
    let mut path = finding.subject.as_str();
    loop {
        if let Some(at) = file.location(path) {
            return (at.line, at.column);
        }
        match path.rsplit_once('.') {
            Some((parent, _)) => path = parent,
            None => return (1, 1),
        }
    }
}

fn print(project: &Project, finding: &Finding) {
    let (line, column) = place(&project.file, finding);
    let path = project.root.join("tminus.toml");
    show::line(&format!(
        "{}:{line}:{column}: {} [{}] {}",
        path.display(),
        finding.subject,
        finding.rule.id(),
        finding.says
    ));
    show::line(&format!("    why: {}", finding.why));
    show::line(&format!("    instead: {}", finding.instead));
}

fn print_json(file: &PlanFile, findings: &[Finding]) {
    let rows: Vec<_> = findings
        .iter()
        .map(|f| {
            let (line, column) = place(file, f);
            json!({ "rule": f.rule.id(), "subject": f.subject, "line": line, "column": column, "says": f.says, "why": f.why, "instead": f.instead })
        })
        .collect();
    json::print(json!({ "findings": rows }));
}

fn rules(global: &Global) {
    if global.json {
        let rows: Vec<_> =
            Rule::ALL.iter().map(|r| json!({ "rule": r.id(), "title": r.title(), "explains": r.explains(), "example": r.example(), "mend": r.mend() })).collect();
        json::print(json!({ "rules": rows }));
        return;
    }
    for rule in Rule::ALL {
        show::line(&format!("{:<22} {}", rule.id(), rule.title()));
        show::line(&format!("{:<22} {}", "", rule.explains()));
        show::line(&format!("{:<22} example: {}", "", rule.example()));
        show::line(&format!("{:<22} instead: {}", "", rule.mend()));
    }
}
