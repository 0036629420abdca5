//! `tminus lint`: what is wrong with the plan, and what would fool its owner.

use crate::cli::args::{Global, LintArgs};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use crate::config::plan::{PlanFile, find, read};
use crate::domain::lint::{Finding, Rule, Surroundings, lint};
use crate::domain::plan::{DeliverKind, Plan, Way};
use crate::ports::Repository;
use color_eyre::eyre::WrapErr;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Reads the plan without doing anything, and says what it found.
pub async fn run(global: &Global, args: &LintArgs) -> Done {
    if args.rules {
        rules(global);
        return Ok(Exit::Good);
    }
    let here = std::env::current_dir().wrap_err("the working folder is gone")?;
    let path =
        find(&here).ok_or_else(|| Stop::wrong("no tminus.toml here or above; `tminus init` writes a first one"))?;
    let text = std::fs::read_to_string(&path).wrap_err_with(|| format!("{} cannot be read", path.display()));
    let text = text.map_err(|report| Stop { exit: Exit::Wrong, report, reasons: Vec::new() })?;
    let file = read(&path, &text).map_err(Stop::wrong)?;
    let root = path.parent().unwrap_or(Path::new("/"));
    let findings = lint(&file.plan, &surroundings(&file.plan, root).await);
    match global.json {
        true => print_json(&file, &findings),
        false => findings.iter().for_each(|f| print(&path, &file, f)),
    }
    if findings.is_empty() {
        eprintln!("nothing found");
    }
    Ok(if findings.is_empty() { Exit::Good } else { Exit::NotGood })
}

/// Gathers what the rules look at beside the plan: names of variables, tags, compose files. No environment file is opened.
async fn surroundings(plan: &Plan, root: &Path) -> Surroundings {
    let repository = crate::adapters::git::GitRepository::open(root, &plan.release.remote).ok();
    let tags = match repository {
        Some(repository) => repository.tags().await.ok().map(|tags| tags.into_iter().map(|(name, _)| name).collect()),
        None => None,
    };
    let compose = plan.environments.iter().flat_map(|e| &e.deliver).filter_map(|d| match &d.kind {
        // the environment file beside it may set what it uses, and is not opened
        DeliverKind::Compose { file, .. } if root.join(file).with_file_name(".env").exists() => None,
        DeliverKind::Compose { file, .. } => Some((file.clone(), std::fs::read_to_string(root.join(file)).ok()?)),
        DeliverKind::Docker { .. }
        | DeliverKind::Kubernetes { .. }
        | DeliverKind::TestFlight { .. }
        | DeliverKind::AppStore { .. }
        | DeliverKind::Command { .. } => None,
    });
    let variables: BTreeSet<String> = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect();
    debug_assert!(plan.checks.iter().all(|c| !matches!(&c.way, Way::Run { run, .. } if run.0.is_empty())));
    Surroundings { variables, earlier_tags: tags, dotenv: BTreeMap::new(), compose: compose.collect() }
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

fn print(path: &Path, file: &PlanFile, finding: &Finding) {
    let (line, column) = place(file, finding);
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
        let rows: Vec<_> = Rule::ALL.iter().map(|r| json!({ "rule": r.id(), "explains": r.explains() })).collect();
        json::print(json!({ "rules": rows }));
        return;
    }
    for rule in Rule::ALL {
        show::line(&format!("{:<28} {}", rule.id(), rule.explains()));
    }
}
