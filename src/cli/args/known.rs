//! What a shell offers behind a command: names of the nearest plan. The plan is only read; nothing in it runs.

use super::global::Global;
use super::line::Cli;
use crate::cli::client::{Project, find_plan};
use clap::{Arg, Command, CommandFactory};
use clap_complete::{ArgValueCandidates, CompletionCandidate};
use std::collections::BTreeSet;
use std::time::Duration;
use tminus_core::grammar::plan::read;
use tminus_core::plan::Plan;
use tminus_rehearsal::Scenario;

/// How long a person waits for an offer that stands in the journal.
const PATIENCE: Duration = Duration::from_secs(1);

/// How large a plan may be that is read while a person waits for an offer.
const LARGEST: u64 = 1 << 20;

/// Makes the command line with what a shell offers for each of its values.
pub fn command() -> Command {
    offering(Cli::command())
}

fn offering(command: Command) -> Command {
    let offered = |arg: Arg| match offer(&arg) {
        Some(offer) => arg.add(ArgValueCandidates::new(offer)),
        None => arg,
    };
    command.mut_args(offered).mut_subcommands(offering)
}

/// Returns what is offered for a value, by the name of its option, or by what its help calls it.
fn offer(arg: &Arg) -> Option<fn() -> Vec<CompletionCandidate>> {
    let value = arg.get_value_names().and_then(|names| names.first());
    match (arg.get_id().as_str(), value.map_or("", |name| name.as_str())) {
        ("release" | "to", _) => Some(releases),
        ("rehearse" | "scenario", _) => Some(scenarios),
        ("acting", _) => Some(people),
        ("horizon", _) => Some(horizons),
        ("waive", _) => Some(waivers),
        (_, "ENV" | "ENV|ACTION") => Some(environments),
        (_, "PHASE|GROUP|ID") => Some(checks),
        (_, "SOURCE") => Some(sources),
        (_, _) => None,
    }
}

/// Offers the environments, each with its purpose.
fn environments() -> Vec<CompletionCandidate> {
    let named = |plan: Plan| plan.environments.into_iter().map(|e| (e.name.to_string(), e.purpose)).collect();
    plan().map_or_else(Vec::new, |plan| offered(named(plan)))
}

/// Offers the sources of log lines.
fn sources() -> Vec<CompletionCandidate> {
    let named = |plan: Plan| plan.logs.into_iter().map(|l| (l.name.to_string(), None)).collect();
    plan().map_or_else(Vec::new, |plan| offered(named(plan)))
}

/// Offers the phases, the groups, and the checks with what they say.
fn checks() -> Vec<CompletionCandidate> {
    let named = |plan: Plan| {
        let phases = plan.phases.into_iter().map(|p| (p.to_string(), None));
        let groups: BTreeSet<String> = plan.checks.iter().filter_map(|check| check.group.clone()).collect();
        let groups = groups.into_iter().map(|group| (group, None));
        phases.chain(groups).chain(plan.checks.into_iter().map(|c| (c.name.to_string(), Some(c.title)))).collect()
    };
    plan().map_or_else(Vec::new, |plan| offered(named(plan)))
}

/// Offers the scenarios of the rehearsal.
fn scenarios() -> Vec<CompletionCandidate> {
    offered(Scenario::all().unwrap_or_default().into_iter().map(|scenario| (scenario.name, None)).collect())
}

/// Offers the people of the plan's teams.
fn people() -> Vec<CompletionCandidate> {
    let members =
        |plan: Plan| plan.teams.into_iter().flat_map(|team| team.members).map(|name| (name.to_string(), None));
    let mut all: Vec<(String, Option<String>)> = plan().into_iter().flat_map(members).collect();
    all.sort();
    all.dedup();
    offered(all)
}

/// Offers the ages at which something is verified.
fn horizons() -> Vec<CompletionCandidate> {
    let mut all: Vec<(String, Option<String>)> = plan()
        .into_iter()
        .flat_map(|plan| plan.metrics)
        .flat_map(|metric| metric.horizons)
        .map(|age| (age.to_string(), None))
        .collect();
    all.sort();
    all.dedup();
    offered(all)
}

/// Offers the checks that a gate may be passed without; the reason is written behind them.
fn waivers() -> Vec<CompletionCandidate> {
    let named = |plan: Plan| plan.checks.into_iter().map(|check| (check.name.to_string(), Some(check.title))).collect();
    plan().map_or_else(Vec::new, |plan| offered(named(plan)))
}

/// Offers the versions of the releases that the journal knows.
fn releases() -> Vec<CompletionCandidate> {
    offered(known_versions().into_iter().map(|version| (version, None)).collect())
}

fn known_versions() -> Vec<String> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return Vec::new() };
    let read = async { Project::find(&Global::default()).await.ok()?.recorded().ok() };
    let release = runtime.block_on(async { tokio::time::timeout(PATIENCE, read).await.ok().flatten() });
    runtime.shutdown_background();
    release.into_iter().flat_map(|release| release.openings.into_keys()).map(|version| version.to_string()).collect()
}

fn plan() -> Option<Plan> {
    let path = find_plan(&std::env::current_dir().ok()?).ok()??;
    let size = std::fs::metadata(&path).ok().filter(|m| m.is_file())?.len();
    let text = std::fs::read_to_string(&path).ok().filter(|_| size <= LARGEST)?;
    Some(read(&path, &text).ok()?.plan)
}

/// Leaves out what a shell would not take as a plain word: the plan may be anybody's.
fn offered(named: Vec<(String, Option<String>)>) -> Vec<CompletionCandidate> {
    let is_plain = |name: &str| {
        !name.starts_with('-') && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let plain = named.into_iter().filter(|(name, _)| is_plain(name));
    let candidate = |(name, help): (String, Option<String>)| {
        let help = help.map(|text| tminus_logs::clean::line(&text).into_owned().into());
        CompletionCandidate::new(name).help(help)
    };
    plain.map(candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::offered;

    #[test]
    fn what_a_shell_would_follow_is_not_offered() {
        let named =
            ["staging", "a b", "$(touch x)", "`x`", "*", "--yes", "prod_2.eu"].map(|n| (n.to_owned(), None)).to_vec();
        let offered: Vec<String> =
            offered(named).iter().map(|c| c.get_value().to_string_lossy().into_owned()).collect();
        assert_eq!(offered, ["staging", "prod_2.eu"]);
    }
}
