//! What a shell does by itself: words filled in, variables, `set`, `exit`, tests.

use super::parser;
use super::play::{Play, PlayStep, ScriptFlow, VariableValue, on};
use super::tree::{InnerKind, InnerScript, ShellCall, ShellNode, ShellWord, WordPart};
use super::weight::{Weight, weight};

impl<'a> Play<'a> {
    /// Fills a word in, as far as it is known; `$(…)` in it is played.
    pub(super) fn expand(&mut self, word: &'a ShellWord) -> VariableValue {
        let mut whole = VariableValue { text: Some(String::new()), is_bad: false };
        for part in &word.parts {
            let value = match part {
                WordPart::Text(text) => VariableValue { text: Some(text.clone()), is_bad: false },
                WordPart::Variable { name, shown, .. } => self.variable(name, shown),
                WordPart::Run(node, _) => {
                    let before = std::mem::take(&mut self.is_tainted);
                    let stops = self.stops;
                    let status = self.subshell(|play| {
                        play.stops = false;
                        play.node(node, false, false)
                    });
                    self.stops = stops;
                    self.substituted = Some(status);
                    let is_bad = std::mem::replace(&mut self.is_tainted, before);
                    VariableValue { text: None, is_bad: is_bad || status != 0 }
                }
                WordPart::Sum(sum) => self.sum(sum),
            };
            whole.is_bad |= value.is_bad;
            whole.text = whole.text.zip(value.text).map(|(text, more)| text + &more);
        }
        whole
    }

    fn variable(&self, name: &str, shown: &str) -> VariableValue {
        let known = |text: String| VariableValue { text: Some(text), is_bad: false };
        match name {
            "?" => known(self.last.to_string()),
            "!" => known("job".to_owned()),
            _ if name.starts_with("PIPESTATUS ") => {
                let at = name["PIPESTATUS ".len()..].parse::<usize>().ok();
                match at.and_then(|at| self.statuses.get(at)) {
                    Some(status) => known(status.to_string()),
                    None => VariableValue { text: None, is_bad: self.statuses.iter().any(|status| *status != 0) },
                }
            }
            "PIPESTATUS" => known(self.statuses.first().copied().unwrap_or_default().to_string()),
            _ => match self.variables.get(name) {
                // a piece of it, or its length
                Some(value) if shown.starts_with("${") && shown.len() > name.len() + 3 && !shown.contains(":-") => {
                    VariableValue { text: None, is_bad: value.is_bad }
                }
                Some(value) => value.clone(),
                None => match shown.split_once(":-") {
                    Some((_, fallback)) => known(fallback.trim_end_matches('}').to_owned()),
                    // a name in capitals may be set outside; another one is empty until it is set here
                    None if name.contains(|c: char| c.is_ascii_lowercase()) => known(String::new()),
                    None => VariableValue::default(),
                },
            },
        }
    }

    /// Sets a variable to a word; a list that grows after a failure speaks of that failure.
    pub(super) fn assign(&mut self, name: &str, word: &'a ShellWord) {
        let mut value = self.expand(word);
        if value.text.as_ref().is_some_and(|text| text.starts_with('(')) {
            value = VariableValue { text: None, is_bad: value.is_bad || self.is_struck() };
        }
        self.variables.insert(name.to_owned(), value);
    }

    /// Says whether a call reads something that a failure left behind.
    pub(super) fn reads_bad(&self, call: &ShellCall) -> bool {
        let is_bad =
            |word: &String| self.bad_files.iter().any(|file| word == file || word.ends_with(&format!("={file}")));
        call.reads.iter().chain(call.arguments()).any(is_bad)
    }

    /// Notes what a call that failed has written, and forgets what is written anew.
    pub(super) fn note_files(&mut self, call: &ShellCall, is_bad: bool) {
        let is_tee = call.program() == "tee";
        let named = call.arguments().iter().filter_map(|word| match word.split_once('=') {
            Some((option, file)) if option.starts_with("--") && file.contains('.') => Some(file.to_owned()),
            _ if is_tee && !word.starts_with('-') => Some(word.clone()),
            _ => None,
        });
        let files: Vec<String> = call.writes.iter().cloned().chain(named).collect();
        if is_bad {
            self.bad_files.extend(files);
        }
    }

    /// Plays what the shell does itself; `None` for every other program.
    pub(super) fn own(&mut self, call: &'a ShellCall, values: &[VariableValue], is_asked: bool) -> Option<PlayStep> {
        match call.program() {
            "exit" | "return" => Some(self.leave(call, values)),
            "break" => Some(PlayStep { status: 0, way: ScriptFlow::Break }),
            "continue" => Some(PlayStep { status: 0, way: ScriptFlow::Next }),
            "false" => Some(on(1)),
            "set" => {
                self.set(call);
                Some(on(0))
            }
            "wait" => Some(on(if call.arguments().is_empty() { 0 } else { self.jobs })),
            "export" | "local" | "declare" | "readonly" | "typeset" => {
                for word in call.parts.iter().skip(1) {
                    // the word was filled in already: only its value is kept
                    if let Some((name, _)) = parser::assignment(word) {
                        let at = call.parts.iter().position(|other| std::ptr::eq(other, word)).unwrap_or_default();
                        let value = values.get(at).cloned().unwrap_or_default();
                        let text = value.text.and_then(|text| Some(text.split_once('=')?.1.to_owned()));
                        self.variables.insert(name, VariableValue { text, is_bad: value.is_bad });
                    }
                }
                Some(on(0))
            }
            "((" => {
                let value = values.get(1).cloned().unwrap_or_default();
                Some(on(match value.text.and_then(|text| text.parse::<i64>().ok()) {
                    Some(number) => i32::from(number == 0),
                    None if value.is_bad => 1,
                    None => self.outside(call, false, false),
                }))
            }
            "let" => {
                call.arguments().iter().for_each(|sum| {
                    self.sum(sum);
                });
                Some(on(0))
            }
            "test" | "[" | "[[" => {
                let inner = values.get(1..).unwrap_or_default();
                let inner =
                    if call.program() == "test" { inner } else { inner.split_last().map_or(inner, |(_, all)| all) };
                // A file that a failure left behind is there, and so is what it printed.
                let is_bad = values.iter().any(|value| value.is_bad) && !takes_any_text(call);
                let status = match holds(inner) {
                    Some(holds) => i32::from(!holds),
                    None => self.outside(call, is_bad, false),
                };
                Some(on(status))
            }
            name => {
                let body = *self.functions.get(name)?;
                let step = self.node(body, is_asked, false);
                Some(if step.way == ScriptFlow::Return { on(step.status) } else { step })
            }
        }
    }

    /// Plays a script within a call.
    pub(super) fn inner(&mut self, inner: &'a InnerScript, is_asked: bool, is_fed: bool) -> PlayStep {
        match inner.kind {
            InnerKind::Trap => {
                self.trap = Some(&inner.node);
                on(0)
            }
            InnerKind::FailureTrap => {
                self.failure_trap = Some(&inner.node);
                on(0)
            }
            InnerKind::Same => self.node(&inner.node, is_asked, is_fed),
            InnerKind::Shell | InnerKind::Elsewhere | InnerKind::Hidden => {
                let status = self.subshell(|play| {
                    (play.stops, play.pipefail) = (inner.stops, inner.pipefail);
                    let step = play.node(&inner.node, false, is_fed);
                    let Some(trap) = play.trap.take() else { return step };
                    play.last = step.status;
                    let end = play.node(trap, true, false);
                    if end.way == ScriptFlow::Exit { end } else { step }
                });
                on(if inner.kind == InnerKind::Hidden { 0 } else { status })
            }
        }
    }

    fn leave(&mut self, call: &ShellCall, values: &[VariableValue]) -> PlayStep {
        let way = if call.program() == "exit" { ScriptFlow::Exit } else { ScriptFlow::Return };
        let Some(value) = values.get(1) else { return PlayStep { status: self.last, way } };
        let number = value.text.as_ref().and_then(|text| text.trim().parse::<i32>().ok());
        self.is_unclear |= number.is_none() && !value.is_bad;
        PlayStep { status: number.unwrap_or(1) & 0xff, way }
    }

    fn set(&mut self, call: &ShellCall) {
        let mut words = call.arguments().iter();
        while let Some(word) = words.next() {
            let is_on = word.starts_with('-');
            let Some(letters) = word.strip_prefix(['-', '+']) else { return };
            if letters.contains('e') {
                self.stops = is_on;
            }
            if letters.ends_with('o') {
                match words.next().map_or("", String::as_str) {
                    "pipefail" => self.pipefail = is_on,
                    "errexit" => self.stops = is_on,
                    _ => {}
                }
            }
        }
    }
}

/// Says whether a test asks of what a judge prints only whether it is something, or nothing, or not this: `[ -n "$(pytest)" ]`.
/// One that fails prints something, one that is missing nothing, and neither is told from the good case.
fn takes_any_text(call: &ShellCall) -> bool {
    let judges = |word: &ShellWord| {
        word.parts.iter().any(|part| match part {
            WordPart::Run(node, _) => matches!(&**node, ShellNode::Call(call) if weight(call, false) == Weight::Judges),
            WordPart::Text(_) | WordPart::Variable { .. } | WordPart::Sum(_) => false,
        })
    };
    let is_end = |word: &str| matches!(word, "]" | "]]");
    let asked = call.arguments().iter().filter(|word| !is_end(word)).count();
    let asks = ["-n", "-z", "!="].iter().any(|sign| call.has(sign)) || asked == 1;
    asks && call.parts.iter().any(judges)
}

/// Says whether a test holds, where all that it compares is known.
fn holds(values: &[VariableValue]) -> Option<bool> {
    let texts: Vec<&str> = values.iter().map(|value| value.text.as_deref()).collect::<Option<_>>()?;
    match texts.as_slice() {
        [] => Some(false),
        ["!", rest @ ..] if !rest.is_empty() => holds(&values[1..]).map(|holds| !holds),
        [one] => Some(!one.is_empty()),
        ["-n", text] => Some(!text.is_empty()),
        ["-z", text] => Some(text.is_empty()),
        [a, sign @ ("=" | "==" | "!="), b] if !b.contains(['*', '?', '[']) => Some((a == b) == (*sign != "!=")),
        [a, sign, b] => {
            let (a, b) = (a.parse::<i64>().ok()?, b.parse::<i64>().ok()?);
            match *sign {
                "-eq" => Some(a == b),
                "-ne" => Some(a != b),
                "-gt" => Some(a > b),
                "-ge" => Some(a >= b),
                "-lt" => Some(a < b),
                "-le" => Some(a <= b),
                _ => None,
            }
        }
        _ => None,
    }
}
