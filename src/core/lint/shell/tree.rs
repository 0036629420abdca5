//! A script as a tree: calls, and how they are put together.

/// A part of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lint) enum ShellNode {
    /// One program, with its words.
    Call(ShellCall),
    /// `! x`.
    Not(Box<Self>),
    /// `a | b | c`.
    Pipe(Vec<Self>),
    /// `a && b`.
    And(Box<Self>, Box<Self>),
    /// `a || b`.
    Or(Box<Self>, Box<Self>),
    /// `a; b`, on one line or several.
    List(Vec<Self>),
    /// `a &`.
    Background(Box<Self>),
    /// `(a)`.
    Subshell(Box<Self>),
    /// `if a; then b; elif c; then d; else e; fi`.
    If(Vec<(Self, Self)>, Option<Box<Self>>),
    /// `while a; do b; done`.
    While(Box<Self>, Box<Self>),
    /// `until a; do b; done`.
    Until(Box<Self>, Box<Self>),
    /// `for name in words; do b; done`.
    For(String, Vec<ShellWord>, Box<Self>),
    /// `case word in pattern) a ;; esac`.
    Case(ShellWord, Vec<(Vec<String>, Self)>),
    /// `name() { … }`.
    Define(String, Box<Self>),
}

/// One program and its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::lint) struct ShellCall {
    /// Which call of the script it is, from 0.
    pub id: usize,
    /// The words, quotes taken off, programs that only start another one left out.
    pub words: Vec<String>,
    /// The words of those programs, outermost first: `timeout 5`, `env A=b`.
    pub through: Vec<Vec<String>>,
    /// The same words, with what a shell puts into them.
    pub parts: Vec<ShellWord>,
    /// `NAME=value` before the program, or alone.
    pub assigned: Vec<(String, ShellWord)>,
    /// Files that its output goes to.
    pub writes: Vec<String>,
    /// Files that it reads as its input.
    pub reads: Vec<String>,
    /// `exec`: it takes the place of the shell, and nothing behind it runs.
    pub ends_shell: bool,
    /// `<<EOF`: what it is given to read.
    pub here: Option<String>,
    /// The script that it runs: `sh -c '…'`, `ssh host '…'`, `trap '…' EXIT`.
    pub inner: Option<Box<InnerScript>>,
}

/// A script within a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lint) struct InnerScript {
    /// The script.
    pub node: ShellNode,
    /// `-e`.
    pub stops: bool,
    /// `-o pipefail`.
    pub pipefail: bool,
    /// What becomes of it.
    pub kind: InnerKind,
}

/// What becomes of a script within a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum InnerKind {
    /// Another shell runs it, here.
    Shell,
    /// Another shell runs it, with the variables of another machine.
    Elsewhere,
    /// `eval`: this shell runs it.
    Same,
    /// `trap '…' EXIT`: it runs at the end.
    Trap,
    /// `trap '…' ERR`: it runs when something fails.
    FailureTrap,
    /// Something runs it and hides how it ended: `script -c '…'`.
    Hidden,
}

/// A word, with what a shell puts into it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::lint) struct ShellWord {
    /// Its parts, in their order.
    pub parts: Vec<WordPart>,
    /// Whether some of it stood in quotes: then it is no keyword and no pattern.
    pub is_quoted: bool,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lint) enum WordPart {
    /// Letters.
    Text(String),
    /// `$NAME`, `${NAME…}`: the name, what stands there, and whether a missing value is taken care of.
    Variable { name: String, shown: String, is_safe: bool },
    /// `$(…)`.
    Run(Box<ShellNode>, String),
    /// `$((…))`.
    Sum(String),
}

impl ShellWord {
    /// Returns the word as it stands, without its quotes.
    pub(in crate::lint) fn text(&self) -> String {
        let shown = |part: &WordPart| match part {
            WordPart::Text(text) | WordPart::Variable { shown: text, .. } | WordPart::Run(_, text) => text.clone(),
            WordPart::Sum(sum) => format!("$(({sum}))"),
        };
        self.parts.iter().map(shown).collect()
    }

    pub(super) fn plain(text: &str) -> Self {
        Self { parts: vec![WordPart::Text(text.to_owned())], is_quoted: true }
    }

    fn runs(&self) -> impl Iterator<Item = &ShellNode> {
        self.parts.iter().filter_map(|part| match part {
            WordPart::Run(node, _) => Some(node.as_ref()),
            WordPart::Text(_) | WordPart::Variable { .. } | WordPart::Sum(_) => None,
        })
    }
}

impl ShellCall {
    /// Returns the program's name without its folder.
    pub(in crate::lint) fn program(&self) -> &str {
        self.words.first().map_or("", |word| word.rsplit('/').next().unwrap_or(word))
    }

    /// Returns the words after the program.
    pub(in crate::lint) fn arguments(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }

    /// Says whether it begins with this program and these words.
    pub(in crate::lint) fn is(&self, words: &[&str]) -> bool {
        let Some((program, rest)) = words.split_first() else { return true };
        self.program() == *program && self.arguments().iter().take(rest.len()).eq(rest.iter())
    }

    /// Says whether one of its words is this.
    pub(in crate::lint) fn has(&self, word: &str) -> bool {
        self.arguments().iter().any(|w| w == word)
    }

    /// Says whether it has a short option with this letter, alone or among others: `-qv`.
    pub(in crate::lint) fn has_letter(&self, letter: char) -> bool {
        self.arguments().iter().any(|w| w.starts_with('-') && !w.starts_with("--") && w.contains(letter))
    }

    /// Returns the words as a person would write them, without quotes.
    pub(in crate::lint) fn shown(&self) -> String {
        self.words.join(" ")
    }
}

impl ShellNode {
    /// Returns the nodes right below.
    pub(in crate::lint) fn children(&self) -> Vec<&Self> {
        match self {
            Self::Call(call) => {
                let values = call.assigned.iter().map(|(_, word)| word).chain(&call.parts);
                values.flat_map(ShellWord::runs).chain(call.inner.iter().map(|inner| &inner.node)).collect()
            }
            Self::Not(one) | Self::Background(one) | Self::Subshell(one) | Self::Define(_, one) => vec![one],
            Self::For(_, words, body) => words.iter().flat_map(ShellWord::runs).chain([body.as_ref()]).collect(),
            Self::Pipe(all) | Self::List(all) => all.iter().collect(),
            Self::And(a, b) | Self::Or(a, b) | Self::While(a, b) | Self::Until(a, b) => vec![a, b],
            Self::If(arms, otherwise) => {
                arms.iter().flat_map(|(test, then)| [test, then]).chain(otherwise.as_deref()).collect()
            }
            Self::Case(word, arms) => word.runs().chain(arms.iter().map(|(_, node)| node)).collect(),
        }
    }

    /// Returns every call below, in the order of the text.
    pub(in crate::lint) fn calls(&self) -> Vec<&ShellCall> {
        let mut calls = Vec::new();
        self.visit(&mut |node| {
            if let Self::Call(call) = node {
                calls.push(call);
            }
        });
        calls
    }

    /// Shows every node below, this one first.
    pub(in crate::lint) fn visit<'a>(&'a self, see: &mut impl FnMut(&'a Self)) {
        see(self);
        for child in self.children() {
            child.visit(see);
        }
    }

    /// Says whether a call stands somewhere below.
    pub(in crate::lint) fn holds(&self, id: usize) -> bool {
        self.calls().iter().any(|call| call.id == id)
    }
}

/// Says how the status of a call is lost: the innermost part of the script that hides it.
pub(in crate::lint) fn loses(node: &ShellNode, id: usize) -> &'static str {
    let below = node.children().into_iter().find(|child| child.holds(id));
    let Some(child) = below else { return "" };
    let deeper = loses(child, id);
    if !deeper.is_empty() {
        return deeper;
    }
    match node {
        ShellNode::Pipe(all) if all.last().is_some_and(|last| !last.holds(id)) => {
            "a pipe ends with the status of its last command"
        }
        ShellNode::Or(left, _) if left.holds(id) => "the command after `||` exits with 0 instead",
        ShellNode::Background(_) => "`&` leaves it in the background, and its exit status is lost",
        ShellNode::If(arms, _) if arms.iter().any(|(test, _)| test.holds(id)) => {
            "it is only the condition of an `if`, which ends with 0 when no branch is taken"
        }
        ShellNode::While(test, _) | ShellNode::Until(test, _) if test.holds(id) => "it is only the condition of a loop",
        ShellNode::Call(call) if call.inner.as_ref().is_some_and(|inner| inner.kind == InnerKind::Hidden) => {
            "the program that runs it does not pass its status on"
        }
        ShellNode::Call(call) if !call.words.is_empty() && call.inner.is_none() => {
            "the status of `$(…)` is lost in the arguments of another command"
        }
        ShellNode::Call(_)
        | ShellNode::Not(_)
        | ShellNode::Pipe(_)
        | ShellNode::And(..)
        | ShellNode::Or(..)
        | ShellNode::List(_)
        | ShellNode::Subshell(_)
        | ShellNode::If(..)
        | ShellNode::While(..)
        | ShellNode::Until(..)
        | ShellNode::For(..)
        | ShellNode::Case(..)
        | ShellNode::Define(..) => "",
    }
}
