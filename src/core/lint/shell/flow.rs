//! How a script goes from one command to the next: lists, pipes, branches and loops.

use super::play::{Play, PlayStep, ScriptFlow, VariableValue, on};
use super::tree::{ShellNode, ShellWord, WordPart};

/// How many times a loop goes round before it counts as one without end.
const ROUNDS: u32 = 20;

impl<'a> Play<'a> {
    pub(super) fn list(&mut self, all: &'a [ShellNode], is_asked: bool, is_fed: bool) -> PlayStep {
        let mut step = on(0);
        for node in all {
            // a failure on the left of `&&`, or in a condition, never stops
            step = self.node(node, is_asked, is_fed);
            if step.way != ScriptFlow::On {
                break;
            }
        }
        step
    }

    pub(super) fn pipe(&mut self, all: &'a [ShellNode], is_asked: bool, is_fed: bool) -> PlayStep {
        let mut is_bad = is_fed;
        let mut statuses = Vec::new();
        for (at, node) in all.iter().enumerate() {
            let before = std::mem::take(&mut self.is_tainted);
            let status = self.subshell(|play| match node {
                ShellNode::Call(call) => play.call(call, true, is_bad, at > 0),
                node => play.node(node, true, is_bad),
            });
            statuses.push(status);
            is_bad |= status != 0 || self.is_tainted;
            self.is_tainted |= before;
            if let ShellNode::Call(call) = node {
                self.note_files(call, is_bad);
            }
        }
        let last = statuses.last().copied().unwrap_or_default();
        let worst = statuses.iter().rev().copied().find(|s| *s != 0).unwrap_or_default();
        self.statuses = statuses;
        self.ended(if self.pipefail { worst } else { last }, is_asked)
    }

    pub(super) fn branch(
        &mut self,
        arms: &'a [(ShellNode, ShellNode)],
        otherwise: Option<&'a ShellNode>,
        is_asked: bool,
        is_fed: bool,
    ) -> PlayStep {
        for (test, then) in arms {
            let step = self.node(test, true, is_fed);
            if step.way != ScriptFlow::On {
                return step;
            }
            if step.status == 0 {
                return self.node(then, is_asked, is_fed);
            }
        }
        otherwise.map_or(on(0), |node| self.node(node, is_asked, is_fed))
    }

    pub(super) fn rounds(
        &mut self,
        (test, body): (&'a ShellNode, &'a ShellNode),
        until: i32,
        is_asked: bool,
        is_fed: bool,
    ) -> PlayStep {
        let mut status = 0;
        for _ in 0..ROUNDS {
            let asked = self.node(test, true, is_fed);
            if asked.way != ScriptFlow::On {
                return asked;
            }
            if (asked.status != 0) != (until != 0) {
                return on(status);
            }
            let step = self.node(body, is_asked, is_fed);
            status = step.status;
            match step.way {
                ScriptFlow::On | ScriptFlow::Next => {}
                ScriptFlow::Break => return on(0),
                ScriptFlow::Return | ScriptFlow::Exit => return step,
            }
        }
        // it never ends by itself: the time limit ends it, and that is no pass
        PlayStep { status: 124, way: ScriptFlow::Exit }
    }

    pub(super) fn items(
        &mut self,
        (name, words, body): (&'a String, &'a [ShellWord], &'a ShellNode),
        is_asked: bool,
        is_fed: bool,
    ) -> PlayStep {
        let is_plain = |word: &&ShellWord| {
            word.parts.iter().all(|p| matches!(p, WordPart::Text(t) if !t.contains(['*', '?', '{'])))
        };
        let is_listed = !words.is_empty() && words.iter().all(|word| is_plain(&word));
        let values: Vec<VariableValue> = words.iter().map(|word| self.expand(word)).collect();
        let is_bad = values.iter().any(|value| value.is_bad);
        let count = if is_listed { words.len().min(4) } else { 2 };
        let mut status = 0;
        for at in 0..count {
            let text = values.get(at).filter(|_| is_listed).and_then(|value| value.text.clone());
            self.variables.insert(name.clone(), VariableValue { text, is_bad });
            let step = self.node(body, is_asked, is_fed);
            status = step.status;
            match step.way {
                ScriptFlow::On | ScriptFlow::Next => {}
                ScriptFlow::Break => return on(0),
                ScriptFlow::Return | ScriptFlow::Exit => return step,
            }
        }
        on(status)
    }

    pub(super) fn case(
        &mut self,
        word: &'a ShellWord,
        arms: &'a [(Vec<String>, ShellNode)],
        is_asked: bool,
        is_fed: bool,
    ) -> PlayStep {
        let value = self.expand(word);
        let meets = |pattern: &String, text: &str| {
            pattern == text
                || pattern == "*"
                || pattern.split_once('*').is_some_and(|(a, b)| text.starts_with(a) && text.ends_with(b))
        };
        let arm = match &value.text {
            Some(text) if !value.is_bad => arms.iter().find(|(patterns, _)| patterns.iter().any(|p| meets(p, text))),
            // what a failure printed meets the last one, which is there for everything else
            _ if value.is_bad => arms.last().filter(|(patterns, _)| patterns.iter().any(|p| p == "*")),
            _ => arms.first(),
        };
        arm.map_or(on(0), |(_, node)| self.node(node, is_asked, is_fed))
    }
}
