//! Whose files an action would run with: extra steps, commands that deliver, and Compose read the person's checkout.

use super::Situation;
use crate::branch::{BranchState, Checkout};
use crate::names::{Commit, EnvName, Version};
use crate::notation::counted;
use crate::plan::Environment;
use crate::touches::{Touch, TouchedCommand};

impl Situation<'_> {
    /// Says why a deploy would not run with the files of the release's commit.
    ///
    /// A rollback is never kept from going on by that; its preview says whose files it has.
    pub fn other_files(&self, env: &EnvName, version: &Version) -> Option<String> {
        let environment = self.plan.environment(env).filter(|environment| environment.reads_checkout())?;
        let opening = self.opening()?;
        if let Some((_, failure)) = &opening.lost {
            return Some(format!("the checkout cannot be read: {}", failure.sentence()));
        }
        let state = opening.state.as_ref()?;
        if let Some(why) = &state.unlooked {
            return Some(format!("whether the commands of {} are of {version} is unknown: {why}", environment.name));
        }
        if let Some(script) = ignored(state, environment) {
            return Some(format!(
                "{} runs {script}, which git ignores, so it is not part of {version}: commit it",
                environment.name
            ));
        }
        let differs = differs(state, &opening.commit)?;
        let branch = &opening.branch;
        Some(format!(
            "{} runs commands and files of the checkout, and {differs}, so they are not those of {version}: \
             `git checkout {branch}`, with nothing left to commit",
            environment.name
        ))
    }

    /// Says whose files a rollback runs with, where they are not those of a commit of this release.
    pub(super) fn files_of_rollback(&self, environment: &Environment) -> Option<String> {
        let opening = self.opening().filter(|_| environment.reads_checkout())?;
        let state = opening.state.as_ref()?;
        let ignored = || ignored(state, environment).map(|script| format!("{script} is in no commit: git ignores it"));
        let differs = differs(state, &opening.commit).or_else(ignored)?;
        Some(format!("commands and files of this rollback come from the checkout: {differs}"))
    }
}

/// Returns a script that an action of an environment runs and that no commit holds.
fn ignored<'s>(state: &'s BranchState, environment: &Environment) -> Option<&'s String> {
    let touches = environment.touches();
    let runs: Vec<TouchedCommand<'_>> = touches.iter().filter_map(Touch::action).collect();
    state.ignored.iter().find(|script| {
        let name = script.rsplit('/').next().unwrap_or(script);
        runs.iter()
            .any(|run| run.dir == Some(script.as_str()) || run.line.0.iter().any(|word| word.as_str().contains(name)))
    })
}

/// Says in what the checkout is not the release's commit.
fn differs(state: &BranchState, release: &Commit) -> Option<String> {
    match &state.checkout {
        Checkout::Clean => None,
        Checkout::Dirty(count) => changed(state, *count),
        // The branch is gone, and its commit is checked out.
        Checkout::Elsewhere(Some(at)) if state.commit.is_none() && at == release => {
            changed(state, state.changed.len() as u64)
        }
        Checkout::Elsewhere(Some(at)) => Some(format!("it is at {}, the release at {}", at.short(), release.short())),
        Checkout::Elsewhere(None) => Some("it is at no commit".to_owned()),
    }
}

/// Names the changed files. The plan alone is none of them: which one counts is trusted and in the journal.
fn changed(state: &BranchState, count: u64) -> Option<String> {
    let is_plan = |line: &String| {
        // A file's own name may have a bracket in it: the last one is git's word for how it differs.
        let path = line.rsplit_once(" (").map_or(line.as_str(), |(path, _)| path);
        path == "tminus.toml" || path.ends_with("/tminus.toml")
    };
    if count == 0 || (count == 1 && state.changed.first().is_some_and(is_plan)) {
        return None;
    }
    let files = counted(count, "changed file");
    let names = if state.changed.is_empty() { String::new() } else { format!(": {}", state.changed.join(", ")) };
    Some(format!("it has {files}{names}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_plan_itself_is_no_changed_file_whatever_another_file_is_called() {
        let of = |line: &str| {
            let state = BranchState {
                branch: "release/1.0.0".to_owned(),
                commit: None,
                ahead: 0,
                behind: 0,
                uncounted: None,
                pushed: None,
                remote: None,
                remote_ahead: None,
                tag: None,
                tag_object: None,
                checkout: Checkout::Dirty(1),
                changed: vec![line.to_owned()],
                ignored: Vec::new(),
                unmet: Vec::new(),
                unlooked: None,
                bump: None,
                held: Vec::new(),
                unsaved: Vec::new(),
                no_tag: None,
                merges: Vec::new(),
                changelog: None,
            };
            differs(&state, &Commit::new("1111111"))
        };
        assert_eq!(of("tminus.toml (changed: commit it, or undo it)"), None);
        assert_eq!(of("deploy/tminus.toml (changed: commit it, or undo it)"), None);
        let copy = of("tminus.toml (copy) (not tracked: commit it, or let git ignore it)");
        assert!(copy.is_some_and(|says| says.starts_with("it has 1 changed file: tminus.toml (copy)")));
    }
}
