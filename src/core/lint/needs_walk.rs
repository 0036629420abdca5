//! What commands need, one after another: what an earlier one may make is needed late, and what it names is not needed.

use super::given::{self, is_literal};
use super::plan_path::joined;
use super::shell::{self, InnerKind, ShellCall, ShellNode, fails};
use super::shell_variables::ShellVariables;
use crate::need::{FileKind, Need};
use crate::plan::{EnvValue, Secret};
use crate::touches::TouchedCommand;

/// A walk over commands that run one after another.
#[derive(Default)]
pub(super) struct NeedsWalk {
    pub(super) needs: Vec<Need>,
    /// The words of the calls that ran before.
    before: Vec<Vec<String>>,
    functions: Vec<String>,
    variables: ShellVariables,
}

/// Where a call runs.
#[derive(Clone)]
struct CallPlace {
    /// The folder, from the plan's; nothing where that is not known.
    dir: Option<String>,
    path: SearchPath,
    in_shell: bool,
}

impl CallPlace {
    /// A script that is not read here ran in this shell: it may go elsewhere, set the `PATH`, and define functions.
    fn forget(&mut self) {
        self.dir = None;
        self.path = SearchPath::Unknown;
    }
}

/// Where programs are looked for.
#[derive(Clone)]
enum SearchPath {
    /// Where tminus looks.
    Own,
    /// Where the plan says.
    Set(String),
    /// Nobody knows.
    Unknown,
}

/// Whether anything behind a node still runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Ended,
}

impl NeedsWalk {
    pub(super) fn run(&mut self, run: TouchedCommand<'_>) {
        let mut path = SearchPath::Own;
        for (name, setting) in run.env {
            match setting {
                EnvValue::Secret(secret) => self.value(secret),
                EnvValue::Plain(text) if name == "PATH" => {
                    path =
                        if text.words().is_empty() { SearchPath::Set(text.to_string()) } else { SearchPath::Unknown };
                }
                EnvValue::Plain(_) => {}
            }
        }
        let mut place = CallPlace { dir: Some(String::new()), path, in_shell: false };
        if let Some(dir) = run.dir {
            place.dir = Some(dir.to_owned());
            self.file(FileKind::Folder, dir, &CallPlace { dir: Some(String::new()), ..place.clone() });
        }
        self.functions.clear();
        self.variables = ShellVariables::of(run.env.iter().map(|(name, _)| name.clone()));
        let script = shell::read(run.line);
        self.node(&script.root, &mut place);
    }

    /// A secret that a command prints needs that command; the command itself is not asked.
    fn value(&mut self, secret: &Secret) {
        match secret {
            Secret::Env(_) | Secret::Dotenv { .. } => self.push(Need::Value(secret.clone())),
            Secret::Command(line) => {
                let place = CallPlace { dir: Some(String::new()), path: SearchPath::Own, in_shell: false };
                self.apart(&shell::read(line).root, &place);
            }
        }
    }

    fn push(&mut self, need: Need) {
        if !self.needs.contains(&need) {
            self.needs.push(need);
        }
    }

    fn node(&mut self, node: &ShellNode, place: &mut CallPlace) -> Flow {
        match node {
            ShellNode::Call(call) => return self.call(call, place),
            ShellNode::And(left, right) => {
                if self.node(left, place) == Flow::Ended {
                    return Flow::Ended;
                }
                return self.node(right, place);
            }
            ShellNode::List(all) => {
                for (at, one) in all.iter().enumerate() {
                    let flow = if at + 1 < all.len() { self.guarded(one, place) } else { self.node(one, place) };
                    if flow == Flow::Ended {
                        return Flow::Ended;
                    }
                }
            }
            ShellNode::Pipe(all) => all.iter().for_each(|one| self.apart(one, place)),
            ShellNode::Subshell(one) | ShellNode::Background(one) => self.apart(one, place),
            // `a || exit 1` needs `a`; what else stands behind `||` does in its place.
            ShellNode::Or(left, right) if fails(right) => return self.node(left, place),
            ShellNode::Define(name, _) => self.functions.push(name.clone()),
            // One of the branches runs.
            ShellNode::Case(_, arms) if arms.iter().any(|(patterns, _)| patterns.iter().any(|one| one == "*")) => {
                self.common(&arms.iter().map(|(_, arm)| arm).collect::<Vec<_>>(), place);
                self.pass(node, place);
            }
            ShellNode::If(pairs, Some(other)) => {
                pairs.iter().for_each(|(condition, _)| self.pass(condition, place));
                self.common(&pairs.iter().map(|(_, then)| then).chain([&**other]).collect::<Vec<_>>(), place);
                self.pass(node, place);
            }
            ShellNode::Or(..)
            | ShellNode::Not(_)
            | ShellNode::If(..)
            | ShellNode::While(..)
            | ShellNode::Until(..)
            | ShellNode::For(..)
            | ShellNode::Case(..) => self.pass(node, place),
        }
        Flow::On
    }

    /// Goes through what a list goes on after, however it ends: in `[ -x hook ] && hook; ./deploy` the hook is not needed.
    fn guarded(&mut self, node: &ShellNode, place: &mut CallPlace) -> Flow {
        let ShellNode::And(left, right) = node else { return self.node(node, place) };
        if self.guarded(left, place) == Flow::Ended {
            return Flow::Ended;
        }
        self.pass(right, place);
        Flow::On
    }

    /// Notes what each of some branches needs, one of which runs.
    fn common(&mut self, branches: &[&ShellNode], place: &CallPlace) {
        let needs = branches.iter().map(|branch| {
            let (before, functions) = (self.before.clone(), self.functions.clone());
            let mut walk = Self { needs: Vec::new(), before, functions, variables: self.variables.clone() };
            walk.apart(branch, place);
            walk.needs
        });
        let all: Vec<Vec<Need>> = needs.collect();
        let Some((first, others)) = all.split_first() else { return };
        let is_common = |need: &&Need| others.iter().all(|needs| needs.contains(need));
        first.iter().filter(is_common).for_each(|need| self.push(need.clone()));
    }

    /// Goes through what runs in a shell of its own: where it goes and how it ends is nothing to what comes after it.
    fn apart(&mut self, node: &ShellNode, place: &CallPlace) {
        let _end_of_its_own = self.node(node, &mut place.clone());
    }

    /// Passes over what may run or not: it may make files, define functions, and go to another folder.
    fn pass(&mut self, node: &ShellNode, place: &mut CallPlace) {
        node.visit(&mut |node| match node {
            ShellNode::Define(name, _) => self.functions.push(name.clone()),
            ShellNode::For(name, ..) => self.variables.set(name),
            ShellNode::Call(call) => {
                match call.program() {
                    "cd" | "pushd" | "popd" => place.dir = None,
                    "." | "source" | "eval" => {
                        place.forget();
                        self.variables.forget();
                    }
                    "export" => place.forget(),
                    _ => {}
                }
                self.variables.set_by(call);
                self.ran(call);
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
            | ShellNode::Case(..) => {}
        });
    }

    fn ran(&mut self, call: &ShellCall) {
        if !given::is_of_shells(call.program()) {
            self.before.push(call.words.iter().chain(&call.writes).cloned().collect());
        }
    }

    fn call(&mut self, call: &ShellCall, place: &mut CallPlace) -> Flow {
        if call.assigned.iter().any(|(name, _)| name == "PATH") {
            place.path = SearchPath::Unknown;
        }
        let mut here = place.clone();
        let is_seen_through = call.through.iter().all(|words| self.starter(words, &mut here));
        if !is_seen_through || call.words.is_empty() {
            if place.in_shell {
                self.variables_of(call);
            }
            self.ran(call);
            return Flow::On;
        }
        if place.in_shell {
            self.variables_of(call);
            call.reads.iter().for_each(|file| self.file(FileKind::Given, file, &here));
            if let Some(flow) = self.builtin(call, place) {
                return flow;
            }
        }
        let is_own = !place.in_shell && call.through.is_empty();
        self.program(&call.words[0], (if is_own { FileKind::Executed } else { FileKind::Started }, &here));
        match call.inner.as_ref().filter(|_| shell::is_shell(call.program())) {
            Some(inner) if inner.kind == InnerKind::Shell => {
                if given::reads_a_profile(call) {
                    here.forget();
                    self.variables.forget();
                }
                self.apart(&inner.node, &CallPlace { in_shell: true, ..here });
            }
            Some(_) | None => {
                self.given(call, &here);
                self.ran(call);
            }
        }
        if call.ends_shell { Flow::Ended } else { Flow::On }
    }

    /// Looks at what only starts another program; says whether what it starts is known from its words.
    fn starter(&mut self, words: &[String], here: &mut CallPlace) -> bool {
        let Some(word) = words.first() else { return true };
        self.program(word, (FileKind::Started, here));
        let name = given::base(word);
        // `env NAME=value` gives what it starts a value.
        words.iter().filter_map(|word| word.split_once('=')).for_each(|(name, _)| self.variables.set(name));
        if given::changes_the_place(name, words) {
            here.dir = None;
        }
        if given::changes_the_path(name, words) {
            here.path = SearchPath::Unknown;
        }
        // What another user may read and start cannot be looked at as this one.
        if given::changes_the_user(name) {
            here.dir = None;
        }
        given::is_transparent(name, words)
    }

    /// Does what a shell does itself; nothing where the call is of another program.
    fn builtin(&mut self, call: &ShellCall, place: &mut CallPlace) -> Option<Flow> {
        let first = call.arguments().iter().find(|word| !word.starts_with('-')).map(String::as_str);
        match call.program() {
            "cd" | "pushd" => {
                first.into_iter().for_each(|dir| self.file(FileKind::Folder, dir, place));
                place.dir = first.and_then(|dir| joined(place.dir.as_deref()?, dir));
            }
            "popd" => place.dir = None,
            "exit" | "return" => return Some(Flow::Ended),
            "." | "source" => {
                let file = first.filter(|file| file.contains('/'));
                file.into_iter().for_each(|file| self.file(FileKind::Script, file, place));
                self.ran(call);
                place.forget();
                self.variables.forget();
            }
            "eval" => {
                match call.inner.as_ref().filter(|inner| inner.kind == InnerKind::Same && given::is_known(call)) {
                    Some(inner) => return Some(self.node(&inner.node, place)),
                    None => place.forget(),
                }
                self.variables.forget();
            }
            "export" | "declare" | "typeset" | "local" => {
                if call.arguments().iter().any(|word| word.starts_with("PATH=")) {
                    place.path = SearchPath::Unknown;
                }
            }
            name if given::is_of_shells(name) && !call.words[0].contains('/') => {}
            name if self.functions.iter().any(|known| known == name) => self.ran(call),
            _ => return None,
        }
        Some(Flow::On)
    }

    /// Goes over the variables of a call: it stops without some, and gives others a value.
    fn variables_of(&mut self, call: &ShellCall) {
        for name in self.variables.missing(call) {
            self.push(Need::Variable(name));
        }
        self.variables.set_by(call);
    }

    fn program(&mut self, word: &str, (kind, here): (FileKind, &CallPlace)) {
        if word.contains('/') {
            return self.file(kind, word, here);
        }
        let is_of_shell = here.in_shell && given::is_of_shells(word);
        if is_of_shell || !is_literal(word) || self.functions.iter().any(|known| known == word) {
            return;
        }
        let path = match &here.path {
            SearchPath::Own => None,
            SearchPath::Set(path) => Some(path.clone()),
            SearchPath::Unknown => return,
        };
        // An earlier program that names it may install it.
        let is_made = self.before.iter().flatten().any(|known| known.split(['/', '=', '@']).any(|part| part == word));
        let is_started_before = self.before.iter().any(|words| words.first().is_some_and(|first| first == word));
        let may_be_installed = self.before.iter().any(|words| given::installs(words));
        if is_started_before || !is_made && !may_be_installed {
            let is_late = !is_started_before && self.before.iter().any(|words| given::runs_a_script(words));
            self.push(Need::Program { name: word.to_owned(), path, is_late });
        }
    }

    /// Notes the scripts and files that a program is given.
    fn given(&mut self, call: &ShellCall, here: &CallPlace) {
        if let Some(script) = given::script(call) {
            self.file(script.0, script.1, here);
        }
        if given::is_make(call.program()) {
            return self.make(call, here);
        }
        given::files(call).into_iter().for_each(|file| self.file(FileKind::Given, file, here));
    }

    fn make(&mut self, call: &ShellCall, here: &CallPlace) {
        let mut here = here.clone();
        for dir in given::values(call, &["-C", "--directory"]) {
            self.file(FileKind::Folder, dir, &here);
            here.dir = here.dir.as_deref().and_then(|from| joined(from, dir));
        }
        let files = given::values(call, &["-f", "--file", "--makefile"]);
        if files.is_empty() && !call.arguments().iter().any(|word| word.starts_with("--eval")) {
            self.file(FileKind::Makefile, ".", &here);
        }
        files.into_iter().filter(|file| *file != "-").for_each(|file| self.file(FileKind::Given, file, &here));
    }

    /// Notes a file where its name is known; not one that an earlier program names, or may have brought along.
    fn file(&mut self, kind: FileKind, named: &str, here: &CallPlace) {
        let Some(path) = here.dir.as_deref().filter(|_| is_literal(named)).and_then(|dir| joined(dir, named)) else {
            return;
        };
        let name = if kind == FileKind::Makefile { "akefile" } else { given::base(named.trim_end_matches('/')) };
        let is_late = !self.before.is_empty();
        let may_be_made = |words: &Vec<String>| {
            given::brings_files(words) || words.iter().skip(1).any(|word| !name.is_empty() && word.contains(name))
        };
        let is_elsewhere = path.starts_with('/') && is_late;
        if !is_elsewhere && !self.before.iter().any(may_be_made) {
            self.push(Need::File { path, kind, is_late });
        }
    }
}
