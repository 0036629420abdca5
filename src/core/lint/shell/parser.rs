//! Words and operators put together into a tree, as a shell would; what is broken is read as far as it goes.

use super::lexer::{ShellToken, tokens};
use super::tree::{ShellCall, ShellNode, ShellWord, WordPart};

/// How deep scripts, brackets and branches may stand in each other; what is deeper is left out.
const DEEPEST: usize = 24;

/// How many commands `&&` and `||` may join in one go; what is longer is read as several lists.
const LONGEST: usize = 200;

struct ShellParser {
    tokens: std::iter::Peekable<std::vec::IntoIter<ShellToken>>,
    depth: usize,
}

/// Reads a script; `depth` says how deep in other scripts it stands. Its calls have no number yet.
pub(super) fn parse(text: &str, depth: usize) -> ShellNode {
    if depth > DEEPEST {
        return ShellNode::List(Vec::new());
    }
    let mut parser = ShellParser { tokens: tokens(text, depth, parse).into_iter().peekable(), depth };
    let mut all = Vec::new();
    while parser.tokens.peek().is_some() {
        all.push(parser.list(&[]));
        // a bracket or a keyword that closes nothing
        parser.tokens.next();
    }
    if all.len() == 1 { all.remove(0) } else { ShellNode::List(all) }
}

impl ShellParser {
    fn op(&mut self) -> Option<&'static str> {
        match self.tokens.peek() {
            Some(ShellToken::Op(op)) => Some(op),
            _ => None,
        }
    }

    fn take_op(&mut self, wanted: &str) -> bool {
        self.tokens.next_if(|token| matches!(token, ShellToken::Op(op) if *op == wanted)).is_some()
    }

    fn skip_lines(&mut self) {
        while self.take_op("\n") {}
    }

    /// Returns the next word, where it could be a keyword.
    fn keyword(&mut self) -> Option<String> {
        match self.tokens.peek() {
            Some(ShellToken::Word(word)) if !word.is_quoted => Some(word.text()),
            _ => None,
        }
    }

    fn take_keyword(&mut self, wanted: &str) -> bool {
        let is_it = self.keyword().as_deref() == Some(wanted);
        if is_it {
            self.tokens.next();
        }
        is_it
    }

    fn list(&mut self, until: &[&str]) -> ShellNode {
        let mut all = Vec::new();
        self.depth += 1;
        loop {
            while self.take_op(";") || self.take_op("\n") || self.take_op("&") {}
            let is_closed = matches!(self.op(), Some(")" | ";;"));
            let is_keyword = self.keyword().is_some_and(|word| until.contains(&word.as_str()));
            if is_closed || is_keyword || self.tokens.peek().is_none() || self.depth > DEEPEST {
                break;
            }
            let node = self.and_or();
            all.push(if self.take_op("&") { ShellNode::Background(Box::new(node)) } else { node });
        }
        self.depth -= 1;
        if all.len() == 1 { all.remove(0) } else { ShellNode::List(all) }
    }

    fn and_or(&mut self) -> ShellNode {
        let mut left = self.pipeline();
        for _ in 0..LONGEST {
            let is_and = match self.op() {
                Some("&&") => true,
                Some("||") => false,
                _ => return left,
            };
            self.tokens.next();
            self.skip_lines();
            let right = Box::new(self.pipeline());
            left = if is_and { ShellNode::And(Box::new(left), right) } else { ShellNode::Or(Box::new(left), right) };
        }
        left
    }

    fn pipeline(&mut self) -> ShellNode {
        if self.take_keyword("coproc") {
            return ShellNode::Background(Box::new(self.command()));
        }
        let mut is_turned = false;
        loop {
            if self.take_keyword("!") {
                is_turned = !is_turned;
            } else if !(self.take_keyword("time") || self.take_keyword("-p")) {
                break;
            }
        }
        let mut all = vec![self.command()];
        while self.take_op("|") {
            self.skip_lines();
            all.push(self.command());
        }
        let node = if all.len() == 1 { all.remove(0) } else { ShellNode::Pipe(all) };
        if is_turned { ShellNode::Not(Box::new(node)) } else { node }
    }

    fn command(&mut self) -> ShellNode {
        let node = match self.tokens.peek() {
            Some(ShellToken::Op("(")) => self.subshell(),
            Some(ShellToken::Sum(_)) => self.sum(),
            _ => match self.keyword().as_deref() {
                Some("{") => self.between("{", "}"),
                Some("if") => self.branch(),
                Some(word @ ("while" | "until")) => self.conditional_loop(word == "until"),
                Some("for" | "select") => self.item_loop(),
                Some("case") => self.case(),
                Some("function") => self.function(),
                Some("[[") => return self.double_bracket(),
                _ => return self.simple(),
            },
        };
        self.redirected(node)
    }

    /// Lets every call of a compound write where the whole of it writes.
    fn redirected(&mut self, mut node: ShellNode) -> ShellNode {
        while let Some(token) =
            self.tokens.next_if(|t| matches!(t, ShellToken::Writes(_) | ShellToken::Reads(_) | ShellToken::Here(_)))
        {
            if let ShellToken::Writes(target) = token {
                add_write(&mut node, &target.text());
            }
        }
        node
    }

    fn subshell(&mut self) -> ShellNode {
        self.tokens.next();
        let inner = self.list(&[]);
        self.take_op(")");
        ShellNode::Subshell(Box::new(inner))
    }

    fn between(&mut self, open: &str, close: &str) -> ShellNode {
        self.take_keyword(open);
        let inner = self.list(&[close]);
        self.take_keyword(close);
        inner
    }

    fn sum(&mut self) -> ShellNode {
        let Some(ShellToken::Sum(sum)) = self.tokens.next() else { return ShellNode::List(Vec::new()) };
        let words = vec!["((".to_owned(), sum.clone()];
        let parts = vec![ShellWord::plain("(("), ShellWord { parts: vec![WordPart::Sum(sum)], is_quoted: true }];
        ShellNode::Call(ShellCall { words, parts, ..ShellCall::default() })
    }

    fn branch(&mut self) -> ShellNode {
        let mut arms = Vec::new();
        let mut otherwise = None;
        self.tokens.next();
        loop {
            let test = self.list(&["then", "fi"]);
            self.take_keyword("then");
            let then = self.list(&["elif", "else", "fi"]);
            arms.push((test, then));
            if !self.take_keyword("elif") {
                break;
            }
        }
        if self.take_keyword("else") {
            otherwise = Some(Box::new(self.list(&["fi"])));
        }
        self.take_keyword("fi");
        ShellNode::If(arms, otherwise)
    }

    fn body(&mut self) -> Box<ShellNode> {
        while self.take_op(";") || self.take_op("\n") {}
        self.take_keyword("do");
        let body = self.list(&["done"]);
        self.take_keyword("done");
        Box::new(body)
    }

    fn conditional_loop(&mut self, is_until: bool) -> ShellNode {
        self.tokens.next();
        let test = Box::new(self.list(&["do", "done"]));
        let body = self.body();
        if is_until { ShellNode::Until(test, body) } else { ShellNode::While(test, body) }
    }

    fn item_loop(&mut self) -> ShellNode {
        self.tokens.next();
        let name = match self.tokens.next() {
            Some(ShellToken::Word(word)) => word.text(),
            // for ((…)): how often it goes round is not worked out here
            _ => String::new(),
        };
        self.skip_lines();
        let mut words = Vec::new();
        if self.take_keyword("in") {
            while let Some(ShellToken::Word(word)) = self.tokens.next_if(|t| matches!(t, ShellToken::Word(_))) {
                words.push(word);
            }
        }
        let body = self.body();
        ShellNode::For(name, words, body)
    }

    fn case(&mut self) -> ShellNode {
        self.tokens.next();
        let word = match self.tokens.next() {
            Some(ShellToken::Word(word)) => word,
            _ => ShellWord::default(),
        };
        self.skip_lines();
        self.take_keyword("in");
        let mut arms = Vec::new();
        loop {
            while self.take_op("\n") || self.take_op(";") || self.take_op(";;") {}
            if self.take_keyword("esac") || self.tokens.peek().is_none() {
                break;
            }
            self.take_op("(");
            let mut patterns = Vec::new();
            while let Some(token) = self.tokens.next_if(|t| matches!(t, ShellToken::Word(_) | ShellToken::Op("|"))) {
                if let ShellToken::Word(pattern) = token {
                    patterns.push(pattern.text());
                }
            }
            if !self.take_op(")") {
                break;
            }
            arms.push((patterns, self.list(&["esac"])));
        }
        ShellNode::Case(word, arms)
    }

    fn function(&mut self) -> ShellNode {
        self.tokens.next();
        let name = self.keyword().unwrap_or_default();
        self.tokens.next();
        self.definition(name)
    }

    fn definition(&mut self, name: String) -> ShellNode {
        if self.take_op("(") {
            self.take_op(")");
        }
        self.skip_lines();
        self.depth += 1;
        let body = if self.depth > DEEPEST { ShellNode::List(Vec::new()) } else { self.command() };
        self.depth -= 1;
        ShellNode::Define(name, Box::new(body))
    }

    /// Reads `[[ … ]]`, where `&&`, `<` and brackets belong to the test.
    fn double_bracket(&mut self) -> ShellNode {
        let mut parts = Vec::new();
        for token in self.tokens.by_ref() {
            let word = match token {
                ShellToken::Word(word) | ShellToken::Reads(word) | ShellToken::Writes(word) => word,
                ShellToken::Op("\n" | ";") => break,
                ShellToken::Op(op) => ShellWord::plain(op),
                ShellToken::Here(_) => continue,
                ShellToken::Sum(sum) => ShellWord { parts: vec![WordPart::Sum(sum)], is_quoted: true },
            };
            let is_end = !word.is_quoted && word.text() == "]]";
            parts.push(word);
            if is_end {
                break;
            }
        }
        ShellNode::Call(ShellCall { words: parts.iter().map(ShellWord::text).collect(), parts, ..ShellCall::default() })
    }

    fn simple(&mut self) -> ShellNode {
        let mut call = ShellCall::default();
        while let Some(token) = self.tokens.next_if(|t| !matches!(t, ShellToken::Op(_) | ShellToken::Sum(_))) {
            match token {
                ShellToken::Word(word) if call.parts.is_empty() => match assignment(&word) {
                    Some(pair) => call.assigned.push(pair),
                    None => call.parts.push(word),
                },
                ShellToken::Word(word) => call.parts.push(word),
                ShellToken::Writes(target) => call.writes.push(target.text()),
                ShellToken::Reads(target) => call.reads.push(target.text()),
                ShellToken::Here(body) => call.here = Some(body),
                ShellToken::Op(_) | ShellToken::Sum(_) => {}
            }
        }
        if call.parts.len() == 1 && call.assigned.is_empty() && self.op() == Some("(") {
            return self.definition(call.parts[0].text());
        }
        let is_empty = call.parts.is_empty() && call.assigned.is_empty();
        if is_empty
            && self.tokens.peek().is_some_and(|t| matches!(t, ShellToken::Op("&&" | "||" | "|") | ShellToken::Sum(_)))
        {
            // an operator with nothing before it
            self.tokens.next();
        }
        call.words = call.parts.iter().map(ShellWord::text).collect();
        ShellNode::Call(call)
    }
}

/// Returns the name and the value of `NAME=value`, `NAME+=value`.
pub(super) fn assignment(word: &ShellWord) -> Option<(String, ShellWord)> {
    let Some(WordPart::Text(first)) = word.parts.first() else { return None };
    let (name, rest) = first.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut parts = vec![WordPart::Text(rest.to_owned())];
    parts.extend(word.parts[1..].iter().cloned());
    Some((name.to_owned(), ShellWord { parts, is_quoted: word.is_quoted }))
}

fn add_write(node: &mut ShellNode, target: &str) {
    match node {
        ShellNode::Call(call) => call.writes.push(target.to_owned()),
        ShellNode::Not(one)
        | ShellNode::Background(one)
        | ShellNode::Subshell(one)
        | ShellNode::Define(_, one)
        | ShellNode::For(_, _, one) => {
            add_write(one, target);
        }
        ShellNode::Pipe(all) | ShellNode::List(all) => all.iter_mut().for_each(|one| add_write(one, target)),
        ShellNode::And(a, b) | ShellNode::Or(a, b) | ShellNode::While(a, b) | ShellNode::Until(a, b) => {
            add_write(a, target);
            add_write(b, target);
        }
        ShellNode::If(arms, otherwise) => {
            arms.iter_mut().for_each(|(_, then)| add_write(then, target));
            otherwise.iter_mut().for_each(|one| add_write(one, target));
        }
        ShellNode::Case(_, arms) => arms.iter_mut().for_each(|(_, one)| add_write(one, target)),
    }
}
