//! What the words behind a command name: an environment, an action, a check, a count. Nothing is guessed.

use tminus_core::names::{CheckName, EnvName, LogName, Person, Version};
use tminus_core::plan::{Check, Plan};
use tminus_core::release::{ActionState, Release};
use tminus_core::sentence::all_of;

/// How many lines are printed by default.
const SOME: usize = 20;
/// How many are said at most.
const MOST: usize = 500;

/// Returns the environment that was named; the only one needs no name.
pub(super) fn environment(words: &[String], plan: &Plan) -> Result<EnvName, String> {
    let names: Vec<&str> = plan.environments.iter().map(|e| e.name.as_str()).collect();
    match (words, &names[..]) {
        ([], [only]) => Ok(EnvName::new(*only)),
        ([], _) => Err(format!("where? There are {}", names.join(", "))),
        ([name], _) if names.contains(&name.as_str()) => Ok(EnvName::new(name)),
        ([name], _) => Err(format!("the plan has no environment {name}; it has {}", all_of(&names))),
        (_, _) => Err("one environment at a time".to_owned()),
    }
}

/// Takes the version apart that a rollback is to go to, where one is named: `ENV --to VERSION`.
pub(super) fn target(words: &[String]) -> Result<(&[String], Option<Version>), String> {
    let Some(at) = words.iter().position(|word| word == "--to") else { return Ok((words, None)) };
    let (place, to) = words.split_at(at);
    let [_, version] = to else { return Err("to which version? `roll back ENV --to VERSION`".to_owned()) };
    Ok((place, Some(Version::parse(version).map_err(|wrong| wrong.to_string())?)))
}

/// Returns the proposal that was named by its id or its environment, the newest first.
pub(super) fn proposal<'a>(words: &[String], (plan, release): (&Plan, &'a Release)) -> Result<&'a ActionState, String> {
    if let Some(action) = by_id(words, (plan, release))? {
        return Ok(action);
    }
    let env = environment(words, plan)?;
    let is_here = |a: &&ActionState| a.is_open_proposal() && a.proposal.request.env() == Some(&env);
    let waiting: Vec<&ActionState> = release.actions.iter().rev().filter(is_here).collect();
    let found = waiting.iter().find(|a| a.lapsed.is_none()).or(waiting.first()).copied();
    found.ok_or_else(|| format!("no proposal waits in {env}; `deploy {env}` makes one where approvals are needed"))
}

/// Returns the action that stands still and was named by its id or its environment.
pub(super) fn stuck<'a>(words: &[String], (plan, release): (&Plan, &'a Release)) -> Result<&'a ActionState, String> {
    let (action, name) = match by_id(words, (plan, release))? {
        Some(action) => (Some(action), action.id.to_string()),
        None => {
            let env = environment(words, plan)?;
            (release.active(&env), env.to_string())
        }
    };
    action.filter(|a| a.is_stuck()).ok_or_else(|| format!("nothing waits for a decision in {name}"))
}

fn by_id<'a>(words: &[String], (plan, release): (&Plan, &'a Release)) -> Result<Option<&'a ActionState>, String> {
    let [id] = words else { return Ok(None) };
    release.named_alone(id, plan).map_err(|refusal| refusal.says)
}

/// Returns the check that was named, when a person answers it.
pub(super) fn manual<'a>(words: &[String], plan: &'a Plan) -> Result<&'a Check, String> {
    let manual = plan.checks.iter().filter(|c| !c.way.is_runnable());
    let names = || manual.clone().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", ");
    let [name] = words else { return Err(format!("which one? A person answers {}", names())) };
    let check = plan.check(&CheckName::new(name)).ok_or_else(|| format!("the plan has no check {name}"))?;
    match check.way.is_runnable() {
        true => Err(format!("{name} is measured: `check {name}` does it. A person answers {}", names())),
        false => Ok(check),
    }
}

/// Returns the log source that was named, and how many lines.
pub(super) fn source(words: &[String], plan: &Plan) -> Result<(Option<LogName>, usize), String> {
    let known = |name: &String| {
        let names: Vec<&str> = plan.logs.iter().map(|l| l.name.as_str()).collect();
        let log = plan.log(&LogName::new(name)).map(|l| l.name.clone());
        log.ok_or_else(|| format!("the plan has no log source {name}; it has {}", all_of(&names)))
    };
    match words {
        [] => Ok((None, SOME)),
        [word] if word.parse::<usize>().is_ok() => Ok((None, count(words)?)),
        [name] => Ok((Some(known(name)?), SOME)),
        [name, rest @ ..] => Ok((Some(known(name)?), count(rest)?)),
    }
}

/// Returns how many lines are wanted.
pub(super) fn count(words: &[String]) -> Result<usize, String> {
    match words {
        [] => Ok(SOME),
        [word] => match word.parse() {
            Ok(count @ 1..=MOST) => Ok(count),
            Ok(_) | Err(_) => Err(format!("{word:?} is not a number from 1 to {MOST}")),
        },
        _ => Err("one count at a time".to_owned()),
    }
}

/// Returns the member of a team that was named.
pub(super) fn member(words: &[String], plan: &Plan) -> Result<Person, String> {
    let mut names: Vec<&Person> = Vec::new();
    for name in plan.teams.iter().flat_map(|team| &team.members) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let all = || names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let [name] = words else { return Err(format!("as whom? There are {}", all())) };
    let found = names.iter().find(|known| known.as_str() == name).map(|known| (*known).clone());
    found.ok_or_else(|| format!("no team has {name}; there are {}", all()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn what_is_named_is_found_and_never_guessed() {
        let text = include_str!("../../../assets/plans/rehearsal.toml");
        let plan = tminus_core::grammar::plan::read(Path::new("tminus.toml"), text).unwrap().plan;
        let env = |line| environment(&words(line), &plan);
        assert_eq!(env("staging"), Ok(EnvName::new("staging")));
        assert!(env("").unwrap_err().starts_with("where? There are"));
        assert!(env("prod").unwrap_err().contains("no environment prod"));
        assert!(env("staging now").is_err());
        let back = words("staging --to 0.9.3");
        assert_eq!(target(&back), Ok((&back[..1], Some(Version::parse("0.9.3").unwrap()))));
        assert_eq!(target(&back[..1]), Ok((&back[..1], None)));
        assert!(target(&back[..2]).unwrap_err().starts_with("to which version?"));
        assert!(target(&words("staging --to ../x")).is_err());
        assert_eq!(member(&words("omer"), &plan), Ok(Person::new("omer")));
        assert!(member(&words("mallory"), &plan).unwrap_err().contains("dana, omer"));
        assert!(manual(&words("nothing"), &plan).unwrap_err().contains("no check nothing"));
        assert_eq!(source(&words("7"), &plan), Ok((None, 7)));
        assert!(source(&words("nowhere"), &plan).unwrap_err().contains("no log source nowhere"));
        let release = Release::default();
        assert!(proposal(&words("production"), (&plan, &release)).unwrap_err().contains("no proposal waits"));
        assert!(stuck(&words("production"), (&plan, &release)).unwrap_err().contains("nothing waits for a decision"));
        assert_eq!(count(&words("0")).unwrap_err(), "\"0\" is not a number from 1 to 500");
    }
}
