//! A command of the plan, read as a script.

use super::parser;
use super::tree::{InnerKind, ShellCall, ShellNode, ShellWord, WordPart};
use super::wrapped::number;
use crate::plan::CommandLine;

/// What a command comes to.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::lint) struct Script {
    /// The tree.
    pub root: ShellNode,
    /// Variables that a shell puts in and that nothing sets; without a shell, words that look as if one would.
    pub variables: Vec<String>,
    /// Whether a shell runs it.
    pub shell: Shell,
}

/// Whether a shell runs a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Shell {
    /// No shell: the words go to the program as they are.
    None,
    /// A shell.
    Runs,
}

impl Script {
    /// Returns the calls in their order, those of scripts within scripts too.
    pub(in crate::lint) fn calls(&self) -> Vec<&ShellCall> {
        self.root.calls()
    }
}

/// Reads a command.
pub(in crate::lint) fn read(line: &CommandLine) -> Script {
    let words: Vec<String> = line.0.iter().map(|word| word.as_str().to_owned()).collect();
    let parts = words.iter().map(|word| ShellWord::plain(word)).collect();
    let mut root = ShellNode::Call(ShellCall { words: words.clone(), parts, ..ShellCall::default() });
    number(&mut root, &mut 0, 0);
    let inner = match &root {
        ShellNode::Call(call) => call.inner.as_deref(),
        _ => None,
    };
    let is_here = inner.is_some_and(|inner| inner.kind == InnerKind::Shell);
    let variables = match inner.filter(|_| is_here) {
        Some(inner) => unset(&inner.node),
        None => words.iter().flat_map(|word| plain_variables(word)).collect(),
    };
    Script { root, variables, shell: if is_here { Shell::Runs } else { Shell::None } }
}

/// Finds `$NAME` and `${NAME}` in a word that no shell reads; only names in capitals, so that `$1` and regexes stay.
fn plain_variables(word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in word.match_indices('$') {
        let rest = word[at + 1..].trim_start_matches('{');
        let length =
            rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).unwrap_or(rest.len());
        let name = &rest[..length];
        if length > 1 && name.starts_with(|c: char| c.is_ascii_uppercase()) {
            found.push(name.to_owned());
        }
    }
    found
}

/// Returns the variables that a script uses and does not set, in their order; those of another machine are its own.
fn unset(node: &ShellNode) -> Vec<String> {
    let (mut used, mut set) = (Vec::new(), Vec::new());
    gather(node, &mut used, &mut set);
    used.retain(|name| !set.contains(name));
    used
}

fn gather(node: &ShellNode, used: &mut Vec<String>, set: &mut Vec<String>) {
    match node {
        ShellNode::Call(call) => {
            for (name, word) in &call.assigned {
                set.push(name.clone());
                uses(word, used, set);
            }
            call.parts.iter().for_each(|word| uses(word, used, set));
            if matches!(call.program(), "export" | "local" | "readonly" | "declare" | "read" | "typeset" | "mapfile") {
                let named = |word: &ShellWord| parser::assignment(word).map_or_else(|| word.text(), |(name, _)| name);
                set.extend(call.parts[1..].iter().map(named));
            }
            let is_near = |kind| {
                matches!(
                    kind,
                    InnerKind::Shell | InnerKind::Same | InnerKind::Trap | InnerKind::FailureTrap | InnerKind::Hidden
                )
            };
            if let Some(inner) = call.inner.as_ref().filter(|inner| is_near(inner.kind)) {
                gather(&inner.node, used, set);
            }
        }
        ShellNode::For(name, words, body) => {
            set.push(name.clone());
            words.iter().for_each(|word| uses(word, used, set));
            gather(body, used, set);
        }
        ShellNode::Case(word, arms) => {
            uses(word, used, set);
            arms.iter().for_each(|(_, arm)| gather(arm, used, set));
        }
        ShellNode::Not(_)
        | ShellNode::Pipe(_)
        | ShellNode::And(..)
        | ShellNode::Or(..)
        | ShellNode::List(_)
        | ShellNode::Background(_)
        | ShellNode::Subshell(_)
        | ShellNode::If(..)
        | ShellNode::While(..)
        | ShellNode::Until(..)
        | ShellNode::Define(..) => node.children().into_iter().for_each(|child| gather(child, used, set)),
    }
}

fn uses(word: &ShellWord, used: &mut Vec<String>, set: &mut Vec<String>) {
    for part in &word.parts {
        match part {
            WordPart::Variable { name, is_safe: false, .. } => used.push(name.clone()),
            WordPart::Run(node, _) => gather(node, used, set),
            WordPart::Text(_) | WordPart::Sum(_) | WordPart::Variable { is_safe: true, .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Template;

    fn script(words: &[&str]) -> Script {
        read(&CommandLine(words.iter().map(|w| Template::new(*w)).collect()))
    }

    fn calls(text: &str) -> Vec<String> {
        script(&["sh", "-c", text]).calls().into_iter().skip(1).map(|c| c.words.join("·")).collect()
    }

    #[test]
    fn a_script_is_split_as_a_shell_splits_it() {
        let text = "cd backend && pytest -q 2>&1 | tail -3; echo 'a && b' || true # || false";
        assert_eq!(calls(text), ["cd·backend", "pytest·-q", "tail·-3", "echo·a && b", "true"]);
        assert_eq!(calls(r#"git log -S "a\|b""#), ["git·log·-S·a\\|b"]);
        assert_eq!(calls("a &&\n b"), ["a", "b"]);
        assert_eq!(calls("if a; then b; elif c; then d; else e; fi | f"), ["a", "b", "c", "d", "e", "f"]);
        assert_eq!(
            calls("x() { a; }; for i in 1 2; do b; done; case $v in a|b) c;; *) d;; esac"),
            ["a", "b", "c", "d"]
        );
        assert_eq!(calls("OUT=$(pytest \"$(a ')')\") ; echo `b`"), ["", "pytest·$(a ')')", "a·)", "echo·$(b)", "b"]);
        assert_eq!(calls("cat <<EOF > x\na; b\nEOF\nc"), ["cat", "c"]);
        assert_eq!(calls("[[ -n $a && $b < c ]] || d"), ["[[·-n·$a·&&·$b·c·]]", "d"]);
    }

    #[test]
    fn variables_are_those_that_a_shell_would_put_in() {
        let of = |text| script(&["sh", "-c", text]).variables;
        assert_eq!(of(r#"echo "$A ${B:0:30} ${C:-x} ${D:?}" '$E' \$F"#), vec!["A", "B"]);
        assert_eq!(of("X=1; for i in a b; do echo $X $i; done; read Y; echo $Y"), Vec::<String>::new());
        assert_eq!(script(&["echo", "$HOME_URL $1 ^x$"]).variables, vec!["HOME_URL"]);
    }

    #[test]
    fn programs_that_start_others_are_looked_through() {
        let first = |words: &[&str]| script(words).calls()[0].words.join(" ");
        assert_eq!(first(&["poetry", "run", "pytest"]), "pytest");
        assert_eq!(first(&["timeout", "-k", "5", "30", "true"]), "true");
        assert_eq!(first(&["sudo", "-u", "app", "nice", "-n", "5", "python3", "-m", "pytest"]), "pytest");
        assert_eq!(script(&["env", "A=1", "sh", "-ec", "a; b"]).calls().len(), 3);
        assert_eq!(script(&["ssh", "-p", "22", "host", "a; b"]).calls().len(), 3);
        assert_eq!(script(&["docker", "exec", "x", "bash", "-lc", "bash -c 'a'"]).calls().len(), 3);
    }

    #[test]
    fn a_script_that_breaks_off_in_a_quote_or_a_bracket_is_read_to_its_end() {
        let broken =
            ["'", "\"", "$(", "${", "\\", "echo \"a$", "a >", "a |", "é'ü", "&>", "<<", "((", ") a", "fi", "a &&"];
        for text in
            broken.into_iter().chain(["case", "case x in a", "if", "for", "f(", "`", "<(", "a;;b", "{ a", "$((1"])
        {
            let _ = script(&["sh", "-c", text]);
        }
        let _ = script(&["sh", "-c", &"(".repeat(5_000)]);
        let _ = script(&["sh", "-c", &"$(".repeat(5_000)]);
        let _ = script(&["sh", "-c", &"{ ".repeat(5_000)]);
        let _ = script(&["sh", "-c", &"! ".repeat(5_000)]);
        let _ = script(&["sh", "-c", &"if ".repeat(5_000)]);
    }
}
