//! What a person types: a command in words, or the answer to a question.

use crate::domain::names::EnvName;
use crate::domain::plan::Plan;

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    Status,
    Help,
    Quit,
    Deploy(EnvName),
    Verify(EnvName),
    RollBack(EnvName),
    Stop,
    Nothing,
    /// It cannot be done like this, and why.
    Unclear(String),
}

/// What can be typed, line by line.
pub(super) const HELP: [&str; 8] = [
    "status            where the release stands",
    "deploy ENV        shows what a deploy would do, then asks",
    "verify ENV        shows what a verification would measure, then asks",
    "roll back ENV     asks what is wrong, shows what a rollback would do, then asks",
    "stop              stops what runs at its next step",
    "help              says this",
    "quit              ends tminus; what runs stops at its next step, and the next tminus takes it up",
    "No question has yes as its default: an empty line does nothing.",
];

impl Spoken {
    /// Understands a line.
    pub(super) fn of(line: &str, plan: &Plan) -> Self {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = |env: &[&str], make: fn(EnvName) -> Self| match environment(env, plan) {
            Ok(env) => make(env),
            Err(why) => Self::Unclear(why),
        };
        match words[..] {
            [] => Self::Nothing,
            ["status"] => Self::Status,
            ["help" | "?"] => Self::Help,
            ["quit" | "exit"] => Self::Quit,
            ["stop"] => Self::Stop,
            ["deploy", ref env @ ..] => at(env, Self::Deploy),
            ["verify", ref env @ ..] => at(env, Self::Verify),
            ["roll", "back", ref env @ ..] | ["rollback", ref env @ ..] => at(env, Self::RollBack),
            [word, ..] => Self::Unclear(format!("{word:?} is no command: type help")),
        }
    }
}

/// Returns the environment that was named; the only one needs no name.
fn environment(words: &[&str], plan: &Plan) -> Result<EnvName, String> {
    let names: Vec<&str> = plan.environments.iter().map(|e| e.name.as_str()).collect();
    match (words, &names[..]) {
        ([], [only]) => Ok(EnvName::new(*only)),
        ([], _) => Err(format!("where? There are {}", names.join(", "))),
        ([name], _) if names.contains(name) => Ok(EnvName::new(*name)),
        ([name], _) => Err(format!("the plan has no environment {name}; it has {}", names.join(", "))),
        (_, _) => Err("one environment at a time".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn an_environment_is_named_and_never_guessed() {
        let text = include_str!("../../../assets/plans/rehearsal.toml");
        let plan = crate::config::plan::read(Path::new("tminus.toml"), text).unwrap().plan;
        let spoken = |line| Spoken::of(line, &plan);
        assert_eq!(spoken(" deploy  staging "), Spoken::Deploy(EnvName::new("staging")));
        assert_eq!(spoken("roll back production"), Spoken::RollBack(EnvName::new("production")));
        assert!(matches!(spoken("roll back"), Spoken::Unclear(why) if why.starts_with("where? There are")));
        assert!(matches!(spoken("deploy prod"), Spoken::Unclear(why) if why.contains("no environment prod")));
        assert!(matches!(spoken("deploy staging now"), Spoken::Unclear(_)));
        assert!(matches!(spoken("deplyo staging"), Spoken::Unclear(why) if why.contains("help")));
        assert_eq!(spoken(""), Spoken::Nothing);
    }
}
