//! Words and operators put together into a tree, as a shell would; what is broken is read as far as it goes.

use super::lexer::{Token, tokens};
use super::tree::{Call, Node, Part, Word};

/// How deep scripts, brackets and branches may stand in each other; what is deeper is left out.
const DEEPEST: usize = 24;

/// How many commands `&&` and `||` may join in one go; what is longer is read as several lists.
const LONGEST: usize = 200;

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    depth: usize,
}

/// Reads a script; `depth` says how deep in other scripts it stands. Its calls have no number yet.
pub(super) fn parse(text: &str, depth: usize) -> Node {
    if depth > DEEPEST {
        return Node::List(Vec::new());
    }
    let mut parser = Parser { tokens: tokens(text, depth, parse).into_iter().peekable(), depth };
    let mut all = Vec::new();
    while parser.tokens.peek().is_some() {
        all.push(parser.list(&[]));
        // a bracket or a keyword that closes nothing
        parser.tokens.next();
    }
    if all.len() == 1 { all.remove(0) } else { Node::List(all) }
}

impl Parser {
    fn op(&mut self) -> Option<&'static str> {
        match self.tokens.peek() {
            Some(Token::Op(op)) => Some(op),
            _ => None,
        }
    }

    fn take_op(&mut self, wanted: &str) -> bool {
        self.tokens.next_if(|token| matches!(token, Token::Op(op) if *op == wanted)).is_some()
    }

    fn skip_lines(&mut self) {
        while self.take_op("\n") {}
    }

    /// Returns the next word, where it could be a keyword.
    fn keyword(&mut self) -> Option<String> {
        match self.tokens.peek() {
            Some(Token::Word(word)) if !word.is_quoted => Some(word.text()),
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

    fn list(&mut self, until: &[&str]) -> Node {
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
            all.push(if self.take_op("&") { Node::Background(Box::new(node)) } else { node });
        }
        self.depth -= 1;
        if all.len() == 1 { all.remove(0) } else { Node::List(all) }
    }

    fn and_or(&mut self) -> Node {
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
            left = if is_and { Node::And(Box::new(left), right) } else { Node::Or(Box::new(left), right) };
        }
        left
    }

    fn pipeline(&mut self) -> Node {
        if self.take_keyword("coproc") {
            return Node::Background(Box::new(self.command()));
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
        let node = if all.len() == 1 { all.remove(0) } else { Node::Pipe(all) };
        if is_turned { Node::Not(Box::new(node)) } else { node }
    }

    fn command(&mut self) -> Node {
        let node = match self.tokens.peek() {
            Some(Token::Op("(")) => self.subshell(),
            Some(Token::Sum(_)) => self.sum(),
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
    fn redirected(&mut self, mut node: Node) -> Node {
        while let Some(token) =
            self.tokens.next_if(|t| matches!(t, Token::Writes(_) | Token::Reads(_) | Token::Here(_)))
        {
            if let Token::Writes(target) = token {
                add_write(&mut node, &target.text());
            }
        }
        node
    }

    fn subshell(&mut self) -> Node {
        self.tokens.next();
        let inner = self.list(&[]);
        self.take_op(")");
        Node::Subshell(Box::new(inner))
    }

    fn between(&mut self, open: &str, close: &str) -> Node {
        self.take_keyword(open);
        let inner = self.list(&[close]);
        self.take_keyword(close);
        inner
    }

    fn sum(&mut self) -> Node {
        let Some(Token::Sum(sum)) = self.tokens.next() else { return Node::List(Vec::new()) };
        let words = vec!["((".to_owned(), sum.clone()];
        let parts = vec![Word::plain("(("), Word { parts: vec![Part::Sum(sum)], is_quoted: true }];
        Node::Call(Call { words, parts, ..Call::default() })
    }

    fn branch(&mut self) -> Node {
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
        Node::If(arms, otherwise)
    }

    fn body(&mut self) -> Box<Node> {
        while self.take_op(";") || self.take_op("\n") {}
        self.take_keyword("do");
        let body = self.list(&["done"]);
        self.take_keyword("done");
        Box::new(body)
    }

    fn conditional_loop(&mut self, is_until: bool) -> Node {
        self.tokens.next();
        let test = Box::new(self.list(&["do", "done"]));
        let body = self.body();
        if is_until { Node::Until(test, body) } else { Node::While(test, body) }
    }

    fn item_loop(&mut self) -> Node {
        self.tokens.next();
        let name = match self.tokens.next() {
            Some(Token::Word(word)) => word.text(),
            // for ((…)): how often it goes round is not worked out here
            _ => String::new(),
        };
        self.skip_lines();
        let mut words = Vec::new();
        if self.take_keyword("in") {
            while let Some(Token::Word(word)) = self.tokens.next_if(|t| matches!(t, Token::Word(_))) {
                words.push(word);
            }
        }
        let body = self.body();
        Node::For(name, words, body)
    }

    fn case(&mut self) -> Node {
        self.tokens.next();
        let word = match self.tokens.next() {
            Some(Token::Word(word)) => word,
            _ => Word::default(),
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
            while let Some(token) = self.tokens.next_if(|t| matches!(t, Token::Word(_) | Token::Op("|"))) {
                if let Token::Word(pattern) = token {
                    patterns.push(pattern.text());
                }
            }
            if !self.take_op(")") {
                break;
            }
            arms.push((patterns, self.list(&["esac"])));
        }
        Node::Case(word, arms)
    }

    fn function(&mut self) -> Node {
        self.tokens.next();
        let name = self.keyword().unwrap_or_default();
        self.tokens.next();
        self.definition(name)
    }

    fn definition(&mut self, name: String) -> Node {
        if self.take_op("(") {
            self.take_op(")");
        }
        self.skip_lines();
        self.depth += 1;
        let body = if self.depth > DEEPEST { Node::List(Vec::new()) } else { self.command() };
        self.depth -= 1;
        Node::Define(name, Box::new(body))
    }

    /// Reads `[[ … ]]`, where `&&`, `<` and brackets belong to the test.
    fn double_bracket(&mut self) -> Node {
        let mut parts = Vec::new();
        for token in self.tokens.by_ref() {
            let word = match token {
                Token::Word(word) | Token::Reads(word) | Token::Writes(word) => word,
                Token::Op("\n" | ";") => break,
                Token::Op(op) => Word::plain(op),
                Token::Here(_) => continue,
                Token::Sum(sum) => Word { parts: vec![Part::Sum(sum)], is_quoted: true },
            };
            let is_end = !word.is_quoted && word.text() == "]]";
            parts.push(word);
            if is_end {
                break;
            }
        }
        Node::Call(Call { words: parts.iter().map(Word::text).collect(), parts, ..Call::default() })
    }

    fn simple(&mut self) -> Node {
        let mut call = Call::default();
        while let Some(token) = self.tokens.next_if(|t| !matches!(t, Token::Op(_) | Token::Sum(_))) {
            match token {
                Token::Word(word) if call.parts.is_empty() => match assignment(&word) {
                    Some(pair) => call.assigned.push(pair),
                    None => call.parts.push(word),
                },
                Token::Word(word) => call.parts.push(word),
                Token::Writes(target) => call.writes.push(target.text()),
                Token::Reads(target) => call.reads.push(target.text()),
                Token::Here(body) => call.here = Some(body),
                Token::Op(_) | Token::Sum(_) => {}
            }
        }
        if call.parts.len() == 1 && call.assigned.is_empty() && self.op() == Some("(") {
            return self.definition(call.parts[0].text());
        }
        let is_empty = call.parts.is_empty() && call.assigned.is_empty();
        if is_empty && self.tokens.peek().is_some_and(|t| matches!(t, Token::Op("&&" | "||" | "|") | Token::Sum(_))) {
            // an operator with nothing before it
            self.tokens.next();
        }
        call.words = call.parts.iter().map(Word::text).collect();
        Node::Call(call)
    }
}

/// Returns the name and the value of `NAME=value`, `NAME+=value`.
pub(super) fn assignment(word: &Word) -> Option<(String, Word)> {
    let Some(Part::Text(first)) = word.parts.first() else { return None };
    let (name, rest) = first.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut parts = vec![Part::Text(rest.to_owned())];
    parts.extend(word.parts[1..].iter().cloned());
    Some((name.to_owned(), Word { parts, is_quoted: word.is_quoted }))
}

fn add_write(node: &mut Node, target: &str) {
    match node {
        Node::Call(call) => call.writes.push(target.to_owned()),
        Node::Not(one) | Node::Background(one) | Node::Subshell(one) | Node::Define(_, one) | Node::For(_, _, one) => {
            add_write(one, target);
        }
        Node::Pipe(all) | Node::List(all) => all.iter_mut().for_each(|one| add_write(one, target)),
        Node::And(a, b) | Node::Or(a, b) | Node::While(a, b) | Node::Until(a, b) => {
            add_write(a, target);
            add_write(b, target);
        }
        Node::If(arms, otherwise) => {
            arms.iter_mut().for_each(|(_, then)| add_write(then, target));
            otherwise.iter_mut().for_each(|one| add_write(one, target));
        }
        Node::Case(_, arms) => arms.iter_mut().for_each(|(_, one)| add_write(one, target)),
    }
}
