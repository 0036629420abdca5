//! What a shell offers behind a command: names of the nearest plan. The plan is only read; nothing in it runs.

use crate::config::plan::{find, read};
use crate::domain::plan::Plan;
use clap_complete::CompletionCandidate;

/// How large a plan may be that is read while a person waits for an offer.
const LARGEST: u64 = 1 << 20;

/// Offers the environments, each with its purpose.
pub(super) fn environments() -> Vec<CompletionCandidate> {
    let named = |plan: Plan| plan.environments.into_iter().map(|e| (e.name.to_string(), e.purpose)).collect();
    plan().map_or_else(Vec::new, |plan| offered(named(plan)))
}

/// Offers the sources of log lines.
pub(super) fn sources() -> Vec<CompletionCandidate> {
    let named = |plan: Plan| plan.logs.into_iter().map(|l| (l.name.to_string(), None)).collect();
    plan().map_or_else(Vec::new, |plan| offered(named(plan)))
}

/// Offers the phases, and the checks with what they say.
pub(super) fn checks() -> Vec<CompletionCandidate> {
    let named = |plan: Plan| {
        let phases = plan.phases.into_iter().map(|p| (p.to_string(), None));
        phases.chain(plan.checks.into_iter().map(|c| (c.name.to_string(), Some(c.title)))).collect()
    };
    plan().map_or_else(Vec::new, |plan| offered(named(plan)))
}

fn plan() -> Option<Plan> {
    let path = find(&std::env::current_dir().ok()?).ok()??;
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
        let help = help.map(|text| crate::logs::clean::line(&text).into_owned().into());
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
