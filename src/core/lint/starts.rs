//! What the commands of a plan need to be started, as far as their own words say: which programs, which files, which values.
//!
//! Only what surely runs is told: what stands behind `||`, in a condition or a loop may be left out, and what a variable
//! or a pattern names is not known here. What an earlier program may make is told as such.

use super::given::{self, is_literal};
use super::plan_path::joined;
use super::shell::{self, InnerKind, ShellCall, ShellNode, fails};
use crate::need::{FileKind, Need};
use crate::plan::{Check, EnvValue, Environment, ExtraStep, Plan, Secret};
use crate::touches::{RunRole, TouchedCommand};

/// Whether the deliveries of a plan run their commands, or are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deliveries {
    /// They run.
    Run,
    /// A rehearsal plays them.
    Played,
}

/// Returns what the commands of a plan need that a deploy, a rollback or a verification runs.
pub fn needs_of_plan(plan: &Plan, deliveries: Deliveries) -> Vec<Need> {
    let mut needs = Vec::new();
    let mut add = |more: Vec<Need>| {
        for need in more {
            if !needs.contains(&need) {
                needs.push(need);
            }
        }
    };
    for environment in &plan.environments {
        for runs in sequences(environment, deliveries) {
            add(needs_of(runs));
        }
    }
    let checks = plan.checks.iter().filter_map(run_of_check);
    checks.for_each(|run| add(needs_of([run])));
    needs
}

/// Returns the command of a check.
pub fn run_of_check(check: &Check) -> Option<TouchedCommand<'_>> {
    let (line, dir) = check.way.command()?;
    Some(TouchedCommand { line, dir, role: RunRole::Check(check), env: &check.env })
}

/// Returns the commands that an environment runs one after another: those of a deploy, of each look, of each undo.
fn sequences(environment: &Environment, deliveries: Deliveries) -> Vec<Vec<TouchedCommand<'_>>> {
    let is_run = |run: &TouchedCommand<'_>| deliveries == Deliveries::Run || matches!(run.role, RunRole::Step(_));
    let mut all = vec![environment.deploy_runs().into_iter().filter(is_run).collect()];
    if deliveries == Deliveries::Run {
        for delivery in &environment.deliver {
            all.push(delivery.runs(RunRole::Undo));
            all.push(delivery.runs(RunRole::Current));
        }
    }
    all.extend(environment.steps.iter().filter_map(ExtraStep::undo_run).map(|run| vec![run]));
    all
}

/// Returns what commands need that run one after another.
pub fn needs_of<'r>(runs: impl IntoIterator<Item = TouchedCommand<'r>>) -> Vec<Need> {
    let mut walk = NeedsWalk::default();
    runs.into_iter().for_each(|run| walk.run(run));
    walk.needs
}

#[derive(Default)]
struct NeedsWalk {
    needs: Vec<Need>,
    /// The words of the calls that ran before.
    before: Vec<Vec<String>>,
    functions: Vec<String>,
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
    fn run(&mut self, run: TouchedCommand<'_>) {
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

    /// Goes through what runs in a shell of its own: where it goes and how it ends is nothing to what comes after it.
    fn apart(&mut self, node: &ShellNode, place: &CallPlace) {
        let _end_of_its_own = self.node(node, &mut place.clone());
    }

    /// Passes over what may run or not: it may make files, define functions, and go to another folder.
    fn pass(&mut self, node: &ShellNode, place: &mut CallPlace) {
        node.visit(&mut |node| match node {
            ShellNode::Define(name, _) => self.functions.push(name.clone()),
            ShellNode::Call(call) => {
                match call.program() {
                    "cd" | "pushd" | "popd" => place.dir = None,
                    "." | "source" | "eval" | "export" => place.forget(),
                    _ => {}
                }
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
            | ShellNode::For(..)
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
            self.ran(call);
            return Flow::On;
        }
        if place.in_shell {
            call.reads.iter().for_each(|file| self.file(FileKind::Given, file, &here));
            if let Some(flow) = self.builtin(call, place) {
                return flow;
            }
        }
        self.program(&call.words[0], &here);
        match call.inner.as_ref().filter(|_| shell::is_shell(call.program())) {
            Some(inner) if inner.kind == InnerKind::Shell => {
                if given::reads_a_profile(call) {
                    here.forget();
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
        self.program(word, here);
        let name = given::base(word);
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
            }
            "eval" => {
                match call.inner.as_ref().filter(|inner| inner.kind == InnerKind::Same && given::is_known(call)) {
                    Some(inner) => return Some(self.node(&inner.node, place)),
                    None => place.forget(),
                }
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

    fn program(&mut self, word: &str, here: &CallPlace) {
        if word.contains('/') {
            return self.file(FileKind::Started, word, here);
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
            self.push(Need::Program { name: word.to_owned(), path });
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
