//! What a script ends with when one of its calls fails: the shell's own rules, played through; nothing is run.

use super::always::takes_any_line;
use super::tree::{ShellCall, ShellNode};
use super::weight::{Weight, weight};
use std::collections::BTreeMap;

/// How many calls one play may take.
const LONGEST: u32 = 4_000;

/// How deep functions may call each other.
const DEEPEST: u32 = 300;

/// Which visits of a call fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Visits {
    /// Every one.
    All,
    /// The first one: an item of a loop that is not the last.
    First,
}

/// The call that fails, with which status, and when.
#[derive(Clone, Copy, Debug)]
pub(in crate::lint) struct Failing {
    /// Which call.
    pub id: usize,
    /// Its status.
    pub status: i32,
    /// Which visits.
    pub visits: Visits,
}

/// A value of a variable.
#[derive(Clone, Debug, Default)]
pub(super) struct VariableValue {
    /// The text, where it is known.
    pub(super) text: Option<String>,
    /// Whether it rests on something that failed.
    pub(super) is_bad: bool,
}

/// Where a script goes after a part of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ScriptFlow {
    On,
    Break,
    Next,
    Return,
    Exit,
}

/// What a part of a script comes to.
#[derive(Clone, Copy)]
pub(super) struct PlayStep {
    pub(super) status: i32,
    pub(super) way: ScriptFlow,
}

/// A play of a script: which calls fail is given, everything else follows.
#[derive(Clone)]
pub(in crate::lint) struct Play<'a> {
    failing: Option<Failing>,
    /// Other calls that fail.
    also: &'a [usize],
    pub(super) variables: BTreeMap<String, VariableValue>,
    pub(super) functions: BTreeMap<&'a str, &'a ShellNode>,
    /// Files that something bad was written to.
    pub(super) bad_files: Vec<String>,
    visits: BTreeMap<usize, u32>,
    pub(super) stops: bool,
    pub(super) pipefail: bool,
    pub(super) trap: Option<&'a ShellNode>,
    pub(super) failure_trap: Option<&'a ShellNode>,
    pub(super) jobs: i32,
    pub(super) statuses: Vec<i32>,
    pub(super) last: i32,
    /// The status of the last `$(…)`.
    pub(super) substituted: Option<i32>,
    /// Whether something since it was last asked rests on a failure.
    pub(super) is_tainted: bool,
    calls: u32,
    depth: u32,
    pub(super) is_unclear: bool,
}

impl<'a> Play<'a> {
    /// Plays a script to its end and returns its status; `None` where that depends on what is not known here.
    pub(in crate::lint) fn of(root: &'a ShellNode, failing: Option<Failing>, also: &'a [usize]) -> Option<i32> {
        let mut play = Self::new(failing, also);
        let step = play.whole(root);
        (!play.is_unclear).then_some(step.status)
    }

    fn new(failing: Option<Failing>, also: &'a [usize]) -> Self {
        Self {
            failing,
            also,
            variables: BTreeMap::new(),
            functions: BTreeMap::new(),
            bad_files: Vec::new(),
            visits: BTreeMap::new(),
            stops: false,
            pipefail: false,
            trap: None,
            failure_trap: None,
            jobs: 0,
            statuses: Vec::new(),
            last: 0,
            substituted: None,
            is_tainted: false,
            calls: 0,
            depth: 0,
            is_unclear: false,
        }
    }

    /// Plays a shell of its own: what it leaves behind is its status.
    fn whole(&mut self, node: &'a ShellNode) -> PlayStep {
        let step = self.node(node, false, false);
        let Some(trap) = self.trap.take() else { return step };
        self.last = step.status;
        let end = self.node(trap, true, false);
        if end.way == ScriptFlow::Exit { end } else { step }
    }

    pub(super) fn subshell(&mut self, change: impl FnOnce(&mut Self) -> PlayStep) -> i32 {
        let kept =
            (self.variables.clone(), self.functions.clone(), self.stops, self.pipefail, self.trap.take(), self.jobs);
        let step = change(self);
        (self.variables, self.functions, self.stops, self.pipefail, self.trap, self.jobs) = kept;
        step.status
    }

    /// `is_asked` where a failure does not stop a script with `-e`; `is_fed` with something bad to read.
    pub(super) fn node(&mut self, node: &'a ShellNode, is_asked: bool, is_fed: bool) -> PlayStep {
        self.calls += 1;
        if self.calls > LONGEST || self.depth > DEEPEST {
            self.is_unclear = true;
            return PlayStep { status: 0, way: ScriptFlow::Exit };
        }
        self.depth += 1;
        let step = self.part(node, is_asked, is_fed);
        self.depth -= 1;
        self.last = step.status;
        step
    }

    fn part(&mut self, node: &'a ShellNode, is_asked: bool, is_fed: bool) -> PlayStep {
        match node {
            ShellNode::Call(call) => self.call(call, is_asked, is_fed, false),
            ShellNode::Not(one) => {
                let step = self.node(one, true, is_fed);
                on(i32::from(step.status == 0)).or(step)
            }
            ShellNode::Pipe(all) => self.pipe(all, is_asked, is_fed),
            ShellNode::And(a, b) | ShellNode::Or(a, b) => {
                let left = self.node(a, true, is_fed);
                let goes_on = (left.status == 0) == matches!(node, ShellNode::And(..));
                if left.way == ScriptFlow::On && goes_on { self.node(b, is_asked, is_fed) } else { left }
            }
            ShellNode::List(all) => self.list(all, is_asked, is_fed),
            ShellNode::Background(one) => {
                let status = self.subshell(|play| play.node(one, true, false));
                self.jobs = self.jobs.max(status);
                on(0)
            }
            ShellNode::Subshell(one) => {
                let status = self.subshell(|play| {
                    let step = play.node(one, is_asked, is_fed);
                    let Some(trap) = play.trap.take() else { return step };
                    play.last = step.status;
                    let end = play.node(trap, true, false);
                    if end.way == ScriptFlow::Exit { end } else { step }
                });
                self.ended(status, is_asked)
            }
            ShellNode::If(arms, otherwise) => self.branch(arms, otherwise.as_deref(), is_asked, is_fed),
            ShellNode::While(test, body) => self.rounds((test, body), 0, is_asked, is_fed),
            ShellNode::Until(test, body) => self.rounds((test, body), 1, is_asked, is_fed),
            ShellNode::For(name, words, body) => self.items((name, words, body), is_asked, is_fed),
            ShellNode::Case(word, arms) => self.case(word, arms, is_asked, is_fed),
            ShellNode::Define(name, body) => {
                self.functions.insert(name, body);
                on(0)
            }
        }
    }

    /// Ends a command: with `-e` the script stops at one that failed and that nothing asked about.
    pub(super) fn ended(&mut self, status: i32, is_asked: bool) -> PlayStep {
        self.last = status;
        if let Some(trap) = self.failure_trap.take_if(|_| status != 0 && !is_asked) {
            let end = self.node(trap, true, false);
            if end.way == ScriptFlow::Exit {
                return end;
            }
            self.last = status;
        }
        let stops = status != 0 && self.stops && !is_asked;
        PlayStep { status, way: if stops { ScriptFlow::Exit } else { ScriptFlow::On } }
    }

    pub(super) fn call(&mut self, call: &'a ShellCall, is_asked: bool, is_fed: bool, is_piped: bool) -> PlayStep {
        let mut is_bad = is_fed;
        self.substituted = None;
        for (name, word) in &call.assigned {
            self.assign(name, word);
        }
        let values: Vec<VariableValue> = call.parts.iter().map(|word| self.expand(word)).collect();
        is_bad |= values.iter().any(|value| value.is_bad) || self.reads_bad(call);
        let status = if call.words.is_empty() {
            self.substituted.unwrap_or(0)
        } else if let Some(inner) = &call.inner {
            let step = self.inner(inner, is_asked, is_fed);
            if step.way != ScriptFlow::On {
                return step;
            }
            step.status
        } else if let Some(step) = self.own(call, &values, is_asked) {
            if step.way != ScriptFlow::On {
                return step;
            }
            step.status
        } else {
            self.outside(call, is_bad, is_piped)
        };
        self.note_files(call, status != 0);
        self.is_tainted |= is_bad || status != 0;
        if !is_piped {
            self.statuses = vec![status];
        }
        if call.ends_shell {
            return PlayStep { status, way: ScriptFlow::Exit };
        }
        self.ended(status, is_asked)
    }

    /// Says whether a script comes to a call where all goes well.
    pub(in crate::lint) fn reaches(root: &'a ShellNode, id: usize) -> bool {
        let mut play = Self::new(None, &[]);
        play.whole(root);
        play.is_unclear || play.visits.contains_key(&id)
    }

    /// Says whether the call that fails has failed already.
    pub(super) fn is_struck(&self) -> bool {
        self.failing.is_some_and(|failing| self.visits.contains_key(&failing.id))
    }

    /// Plays a program: it fails when it was told to, or when what it looks at comes from something that failed.
    pub(super) fn outside(&mut self, call: &ShellCall, is_bad: bool, is_piped: bool) -> i32 {
        let visit = self.visits.entry(call.id).or_default();
        *visit += 1;
        let visit = *visit;
        let worth = weight(call, is_piped);
        if worth == Weight::AlwaysGood {
            return 0;
        }
        if let Some(failing) = self.failing.filter(|f| f.id == call.id) {
            return if failing.visits == Visits::All || visit == 1 { failing.status } else { 0 };
        }
        if self.also.contains(&call.id) {
            return 1;
        }
        let is_filter = || call.program().ends_with("grep") && call.has_letter('v');
        let only_filters = is_piped && (is_filter() || takes_any_line(call));
        let only_shows = matches!(call.program(), "cat" | "head" | "tail" | "less" | "wc" | "sort" | "ls");
        if is_bad && !only_filters && !only_shows && worth != Weight::Prepares {
            return 1;
        }
        // a loop over what is true for ever goes round twice
        i32::from(visit > 2 && (call.program() == "read" || visit > 3))
    }
}

pub(super) const fn on(status: i32) -> PlayStep {
    PlayStep { status, way: ScriptFlow::On }
}

impl PlayStep {
    /// Keeps where the other one goes, when it leaves.
    fn or(self, other: Self) -> Self {
        if other.way == ScriptFlow::On { self } else { other }
    }
}
