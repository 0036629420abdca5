//! Which calls of a script decide how it ends: it is played with each of them failing, and nothing is run.

use super::shell::{Failing, Play, Script, ShellCall, ShellNode, Visits, Weight, is_shell, weight};
use std::collections::BTreeSet;

/// What the statuses of a script's calls come to.
pub(super) enum TrialOutcome<'a> {
    /// At least one call that matters decides.
    Decided,
    /// It ends as it should whatever happens.
    Settled,
    /// The status of this call reaches nobody.
    Lost(&'a ShellCall),
}

/// How many other calls are let fail beside the one that is asked about.
const BESIDE: usize = 5;

/// How many calls of a script are asked about.
const ASKED: usize = 40;

/// A script, with what is asked of its calls.
pub(super) struct Trial<'a> {
    root: &'a ShellNode,
    wanted: i32,
    /// The calls whose status could say something, and how much.
    calls: Vec<(&'a ShellCall, Weight)>,
}

impl<'a> Trial<'a> {
    pub(super) fn of(script: &'a Script, wanted: i32) -> Self {
        let piped = piped(&script.root);
        let calls = script.calls().into_iter().filter(|call| call.inner.is_none());
        let calls = calls.map(|call| (call, weight(call, piped.contains(&call.id))));
        let calls = calls.filter(|(_, weight)| *weight != Weight::AlwaysGood).take(ASKED).collect();
        Self { root: &script.root, wanted, calls }
    }

    /// Says whether the script ends as it should; `None` where that is not known here.
    pub(super) fn is_good(&self, failing: Option<Failing>, also: &[usize]) -> Option<bool> {
        Play::of(self.root, failing, also).map(|status| status == self.wanted)
    }

    /// Returns each set of calls that fail beside the one that is asked about.
    fn beside(&self, id: usize) -> Vec<Vec<usize>> {
        // What prepares or cleans up goes well as a rule: `pytest || touch failed` ends with 0.
        let judges = self.calls.iter().any(|(call, weight)| call.id == id && *weight == Weight::Judges);
        let may_fail = |weight: Weight| !judges || weight != Weight::Prepares;
        let others = self.calls.iter().filter(|(call, weight)| call.id != id && may_fail(*weight));
        let others: Vec<usize> = others.map(|(call, _)| call.id).take(BESIDE).collect();
        let chosen =
            |bits: u32| others.iter().enumerate().filter(move |(at, _)| bits & (1 << at) != 0).map(|(_, id)| *id);
        (0..1_u32 << others.len()).map(|bits| chosen(bits).collect()).collect()
    }

    /// Says whether the status of a call makes a difference to the end of the script.
    fn is_heard(&self, id: usize, visits: Visits) -> Option<bool> {
        for also in self.beside(id) {
            let failing = Failing { id, status: 1, visits };
            if self.is_good(None, &also)? != self.is_good(Some(failing), &also)? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Says whether the script can end as it should, or otherwise.
    fn may_end(&self, well: bool) -> Option<bool> {
        let mut all = self.beside(usize::MAX);
        all.extend(self.calls.iter().map(|(call, _)| vec![call.id]));
        for also in all {
            if self.is_good(None, &also)? == well {
                return Some(true);
            }
        }
        Some(false)
    }

    pub(super) fn outcome(&self) -> Option<TrialOutcome<'a>> {
        if !self.may_end(true)? {
            // it never passes, so nothing green comes of it
            return Some(TrialOutcome::Decided);
        }
        if !self.may_end(false)? {
            let is_test = |call: &ShellCall| matches!(call.program(), "test" | "[" | "[[" | "((");
            let first =
                self.calls.iter().filter(|(call, _)| !is_test(call)).max_by_key(|(_, weight)| importance(*weight));
            return Some(
                first
                    .filter(|(_, weight)| *weight != Weight::Prepares)
                    .map_or(TrialOutcome::Settled, |(call, _)| TrialOutcome::Lost(call)),
            );
        }
        let mut heard = Vec::new();
        let mut lost = Vec::new();
        for (call, weight) in &self.calls {
            let is_item = is_item_of_loop(self.root, call.id);
            let is_heard =
                self.is_heard(call.id, Visits::All)? && (!is_item || self.is_heard(call.id, Visits::First)?);
            if is_heard { heard.push((*call, *weight)) } else { lost.push((*call, *weight)) }
        }
        let judge = lost.iter().find(|(_, weight)| *weight == Weight::Judges);
        let only_prepares = heard.iter().all(|(_, weight)| *weight == Weight::Prepares);
        // Of two scripts one after the other each is there to say something.
        let has_twin = |call: &ShellCall| {
            runs_script(call) && heard.iter().any(|(other, _)| runs_script(other) && other.program() == call.program())
        };
        let unknown = lost.iter().find(|(call, weight)| {
            *weight == Weight::Unknown && (only_prepares || has_twin(call) || is_last_into_a_sink(self.root, call.id))
        });
        Some(judge.or(unknown).map_or(TrialOutcome::Decided, |(call, _)| TrialOutcome::Lost(call)))
    }
}

/// `python3 x.py`: an interpreter runs a script of the project.
fn runs_script(call: &ShellCall) -> bool {
    let is_one = matches!(call.program(), "python" | "python3" | "node" | "ruby" | "perl" | "php" | "deno" | "bun");
    (is_one || is_shell(call.program())) && call.arguments().first().is_some_and(|word| !word.starts_with('-'))
}

const fn importance(weight: Weight) -> u8 {
    match weight {
        Weight::Judges => 3,
        Weight::Unknown => 2,
        Weight::Prepares => 1,
        Weight::AlwaysGood => 0,
    }
}

/// Returns the calls that read what the one before them prints.
fn piped(root: &ShellNode) -> BTreeSet<usize> {
    let mut piped = BTreeSet::new();
    root.visit(&mut |node| {
        if let ShellNode::Pipe(all) = node {
            piped.extend(all[1..].iter().filter_map(|node| match node {
                ShellNode::Call(call) => Some(call.id),
                _ => None,
            }));
        }
    });
    piped
}

/// Says whether a call looks at one item of a loop after the other, so that each of them counts.
fn is_item_of_loop(root: &ShellNode, id: usize) -> bool {
    let mut is_item = false;
    root.visit(&mut |node| {
        let ShellNode::For(name, words, body) = node else { return };
        if !body.holds(id) || (words.len() == 1 && !words[0].text().contains(['*', '$', '{', '?'])) {
            return;
        }
        let uses = |call: &ShellCall| {
            call.words.iter().any(|w| w.contains(&format!("${name}")) || w.contains(&format!("${{{name}}}")))
        };
        let calls = body.calls();
        // a loop that tries again leaves as soon as one try is good
        let leaves =
            calls.iter().any(|c| c.program() == "break" || (matches!(c.program(), "exit" | "return") && c.has("0")));
        is_item |= !leaves && calls.iter().any(|call| uses(call));
    });
    is_item
}

/// Says whether a script ends with a pipe in which a call stands before what only passes its output on.
fn is_last_into_a_sink(node: &ShellNode, id: usize) -> bool {
    match node {
        ShellNode::Pipe(all) => {
            let is_sink =
                |node: &ShellNode| matches!(node, ShellNode::Call(call) if weight(call, true) == Weight::AlwaysGood);
            all.last().is_some_and(|last| is_sink(last) && !last.holds(id)) && node.holds(id)
        }
        ShellNode::Call(call) => call.inner.as_ref().is_some_and(|inner| is_last_into_a_sink(&inner.node, id)),
        ShellNode::List(all) => all.last().is_some_and(|last| is_last_into_a_sink(last, id)),
        ShellNode::Subshell(one) | ShellNode::And(_, one) => is_last_into_a_sink(one, id),
        ShellNode::Not(_)
        | ShellNode::Or(..)
        | ShellNode::Background(_)
        | ShellNode::If(..)
        | ShellNode::While(..)
        | ShellNode::Until(..)
        | ShellNode::For(..)
        | ShellNode::Case(..)
        | ShellNode::Define(..) => false,
    }
}
