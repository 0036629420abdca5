//! Programs that go on after a statement that failed, and end with 0: a migration that half worked counts as done.

use super::commands::PlanCommand;
use super::shell::ShellCall;
use super::{Finding, Rule};

pub(super) fn findings(commands: &[PlanCommand<'_>]) -> Vec<Finding> {
    commands.iter().filter_map(goes_on).collect()
}

fn goes_on(command: &PlanCommand<'_>) -> Option<Finding> {
    let calls = command.script.calls();
    let call = calls.iter().find(|call| is_unstopped_psql(call) || is_forced_mysql(call))?;
    let is_psql = call.program() == "psql";
    Some(Finding {
        rule: Rule::CannotFail,
        subject: command.subject.clone(),
        says: format!("runs `{}`, which goes on after a statement that fails", call.shown()),
        why: "it ends with 0 whatever the statements come to".to_owned(),
        instead: if is_psql { "psql -v ON_ERROR_STOP=1 …" } else { "leave --force out" }.to_owned(),
    })
}

/// The letters of psql that take no value, which may stand before `f`: `-qXf FILE`.
const LETTERS: &str = "aAbeEHlnqsStwWxX01z";

/// `psql -f FILE`, `psql < FILE`: a single `-c` ends with the error of its own.
fn is_unstopped_psql(call: &ShellCall) -> bool {
    let is_file = |word: &String| {
        let letters = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')).unwrap_or_default();
        letters.trim_start_matches(|c| LETTERS.contains(c)).starts_with('f')
            || word == "--file"
            || word.starts_with("--file=")
    };
    let reads_file = !call.reads.is_empty() || call.here.is_some() || call.arguments().iter().any(is_file);
    // Without a value it is unset.
    let is_stopped = call.arguments().iter().any(|word| {
        let value = word.split_once("ON_ERROR_STOP=").map(|(_, value)| value.to_lowercase());
        value.is_some_and(|value| !matches!(value.as_str(), "" | "0" | "off" | "false" | "no"))
    });
    call.program() == "psql" && reads_file && !is_stopped
}

fn is_forced_mysql(call: &ShellCall) -> bool {
    matches!(call.program(), "mysql" | "mariadb") && (call.has("--force") || call.has("-f"))
}
