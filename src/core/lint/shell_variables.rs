//! Which variables of a shell have a value, as far as its text says, and without which it stops.

use super::given;
use super::shell::{ShellCall, WordPart};

/// What tminus gives every command of an order.
const GIVEN: [&str; 3] = ["TMINUS_ACTION", "TMINUS_ORDER", "TMINUS_ENV"];

/// What shells set themselves.
const OF_SHELLS: [&str; 14] = [
    "BASH",
    "BASHPID",
    "BASH_SOURCE",
    "BASH_VERSION",
    "EUID",
    "HOSTNAME",
    "HOSTTYPE",
    "LINENO",
    "MACHTYPE",
    "OSTYPE",
    "PPID",
    "RANDOM",
    "SECONDS",
    "UID",
];

/// The variables that have a value; nothing where a text that is not read here may have set any.
#[derive(Clone, Default)]
pub(super) struct ShellVariables(Option<Vec<String>>);

impl ShellVariables {
    pub(super) fn of(names: impl Iterator<Item = String>) -> Self {
        let usual = GIVEN.into_iter().chain(OF_SHELLS).map(str::to_owned);
        Self(Some(usual.chain(names).collect()))
    }

    /// Notes that any may have a value by now.
    pub(super) fn forget(&mut self) {
        self.0 = None;
    }

    /// Notes that one has a value.
    pub(super) fn set(&mut self, name: &str) {
        if let Some(known) = &mut self.0 {
            known.push(name.to_owned());
        }
    }

    /// Notes the variables that a call gives a value, or may: `X=a`, `read X`, `export X=a`.
    pub(super) fn set_by(&mut self, call: &ShellCall) {
        call.assigned.iter().for_each(|(name, _)| self.set(name));
        if given::is_of_shells(call.program()) {
            call.arguments().iter().for_each(|word| self.set(word.split('=').next().unwrap_or(word)));
        }
    }

    /// Returns the variables without which a shell stops at a call: `${NAME:?}`; `${NAME:=value}` gives one a value.
    pub(super) fn missing(&mut self, call: &ShellCall) -> Vec<String> {
        let mut missing = Vec::new();
        let words = call.parts.iter().chain(call.assigned.iter().map(|(_, value)| value));
        for part in words.flat_map(|word| &word.parts) {
            let WordPart::Variable { name, shown, .. } = part else { continue };
            let behind = shown.strip_prefix("${").and_then(|inner| inner.strip_prefix(name.as_str()));
            let sign = behind.and_then(|rest| rest.trim_start_matches(':').chars().next());
            // `$1` is an argument, `$@` all of them.
            let is_named = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            match sign {
                Some('=') => self.set(name),
                Some('?') if is_named && self.0.as_ref().is_some_and(|known| !known.contains(name)) => {
                    missing.push(name.clone())
                }
                Some(_) | None => {}
            }
        }
        missing
    }
}
