//! `paths` and `[trust] files` that name nothing, or leave out the script that decides.

use super::{Finding, LintContext, Rule};
use crate::plan::{Check, CommandLine, Environment, INTERPRETERS, Plan};
use crate::situation::path_pattern;

pub(super) fn findings(plan: &Plan, surroundings: &LintContext) -> Vec<Finding> {
    let Some(files) = &surroundings.files else { return Vec::new() };
    // An absolute path names a file elsewhere, which is no pattern.
    let matches_none = |glob: &&String| {
        !glob.starts_with('/') && path_pattern(glob).is_some_and(|glob| !files.iter().any(|file| glob.is_match(file)))
    };
    let dead = plan.trust_files.iter().filter(matches_none).map(|glob| Finding {
        rule: Rule::PathsMatchNothing,
        subject: "trust.files".to_owned(),
        says: format!("names {glob}, which no file of the repository matches"),
        why: "the files you meant can change, and tminus does not ask again".to_owned(),
        instead: "the files as git spells them: \"scripts/**\"".to_owned(),
    });
    let mut findings: Vec<Finding> = dead.collect();
    for check in plan.checks.iter().filter(|check| !check.paths.is_empty()) {
        let globs: Vec<_> = check.paths.iter().map(|glob| (glob, path_pattern(glob))).collect();
        let dead = globs
            .iter()
            .find(|(_, glob)| glob.as_ref().is_some_and(|glob| !files.iter().any(|file| glob.is_match(file))));
        findings.extend(dead.map(|(glob, _)| Finding {
            rule: Rule::PathsMatchNothing,
            subject: format!("check.{}.paths", check.name),
            says: format!("names {glob}, which no file of the repository matches"),
            why: "a change to the files you meant does not end the verdict: it stays green".to_owned(),
            instead: "the folder as git spells it: \"backend/**\"".to_owned(),
        }));
        let is_covered =
            |file: &str| globs.iter().any(|(_, glob)| glob.as_ref().is_none_or(|glob| glob.is_match(file)));
        let script = scripts(check).into_iter().find(|file| files.contains(file) && !is_covered(file));
        findings.extend(script.map(|file| Finding {
            rule: Rule::PathsLeaveOut,
            subject: format!("check.{}.paths", check.name),
            says: format!("leaves out {file}, which it runs"),
            why: "a change to the script changes what is checked, and the earlier verdict stays green".to_owned(),
            instead: format!("\"{file}\" among the paths"),
        }));
    }
    findings
}

fn scripts(check: &Check) -> Vec<String> {
    check.way.command().map(|(run, dir)| scripts_of(run, dir)).unwrap_or_default()
}

/// Returns the scripts that the actions of a plan run, and the folders that they run in, as they would lie in the repository.
pub fn action_scripts(plan: &Plan) -> Vec<String> {
    let mut scripts = Vec::new();
    for run in plan.environments.iter().flat_map(Environment::touches).filter_map(|touch| touch.action()) {
        scripts.extend(scripts_of(run.line, run.dir));
        scripts.extend(run.dir.map(str::to_owned));
    }
    scripts.sort();
    scripts.dedup();
    scripts
}

/// Returns the bare names of the programs that a command starts, as far as its own text says: what a script starts is not
/// read here.
pub fn programs_of(run: &CommandLine) -> Vec<String> {
    let script = super::shell::read(run);
    let first = run.0.first().map(|word| word.as_str().to_owned());
    let within = script.calls().into_iter().filter_map(|call| call.words.first().cloned());
    let within = within.filter(|name| !super::given::is_of_shells(name));
    let mut programs = Vec::new();
    for name in first.into_iter().chain(within).filter(|name| !name.is_empty() && !name.contains('/')) {
        if !programs.contains(&name) {
            programs.push(name);
        }
    }
    programs
}

/// Returns the words of a command that could be files of the repository: its programs, and the scripts that they are given.
pub fn scripts_of(run: &CommandLine, dir: Option<&str>) -> Vec<String> {
    let script = super::shell::read(run);
    let dir = dir.map(|dir| format!("{}/", dir.trim_end_matches('/'))).unwrap_or_default();
    let words = script.calls().into_iter().filter(|call| call.inner.is_none()).flat_map(|call| {
        // the program, and the script that an interpreter is given
        let program = call.words.first().filter(|word| word.contains('/')).cloned();
        let runs = INTERPRETERS.contains(&call.program()) || super::shell::is_shell(call.program());
        program
            .into_iter()
            .chain(call.arguments().iter().find(|w| !w.starts_with('-')).cloned().filter(|_| runs))
            .collect::<Vec<_>>()
    });
    words.map(|word| format!("{dir}{}", word.trim_start_matches("./"))).collect()
}

/// Returns the words of a command as a shell puts them together: `"/dir"/f` is one, and `$NAME` is what is known of it.
pub fn words_of(run: &CommandLine, known: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let script = super::shell::read(run);
    let calls = script.calls();
    let set: Vec<(&String, String)> =
        calls.iter().flat_map(|call| &call.assigned).map(|(name, word)| (name, word.text())).collect();
    let value = |name: &str| {
        let own = set.iter().rfind(|(there, _)| *there == name).map(|(_, text)| text.clone());
        own.or_else(|| known(name))
    };
    let words = calls.iter().flat_map(|call| call.words.iter().chain(&call.reads).chain(&call.writes));
    words.map(|word| filled(word, &value)).collect()
}

/// Puts values in the place of `$NAME` and `${NAME}`; what has none stays.
fn filled(word: &str, value: &impl Fn(&str) -> Option<String>) -> String {
    let mut parts = word.split('$');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let bare = part.strip_prefix('{').unwrap_or(part);
        let end = bare.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(bare.len());
        let rest = if bare.len() < part.len() { bare[end..].strip_prefix('}') } else { Some(&bare[end..]) };
        match rest.zip(value(&bare[..end])) {
            Some((rest, value)) => filled.extend([value.as_str(), rest]),
            None => filled.extend(["$", part]),
        }
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Template;

    #[test]
    fn words_are_put_together_as_a_shell_does_it() {
        let of = |text: &str| {
            let line = CommandLine(["sh", "-c", text].map(Template::new).to_vec());
            words_of(&line, |name| (name == "HOME").then(|| "/home/a".to_owned())).split_off(3)
        };
        assert_eq!(of("grep -q one \"/a b\"/f"), ["grep", "-q", "one", "/a b/f"]);
        assert_eq!(of("cat $HOME/f \"${HOME}\"'/g' <'/h'/i"), ["cat", "/home/a/f", "/home/a/g", "/h/i"]);
        assert_eq!(of("D=/x; test -e \"$D\"/f").split_off(0), ["test", "-e", "/x/f"]);
        assert_eq!(of("cat $NONE/f ${HOME:-x}/f"), ["cat", "$NONE/f", "${HOME:-x}/f"]);
    }
}
