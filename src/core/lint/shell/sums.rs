//! `$((…))`: as much arithmetic as scripts use to count failures.

use super::play::{Play, VariableValue};

impl Play<'_> {
    /// Works a sum out, as far as it is known, and keeps what it assigns.
    pub(super) fn sum(&mut self, sum: &str) -> VariableValue {
        let text: String = sum.chars().filter(|c| !c.is_whitespace() && !matches!(c, '$' | '"')).collect();
        match self.number(&text) {
            Some(number) => VariableValue { text: Some(number.to_string()), is_bad: false },
            None => {
                let is_bad = self.variables.iter().any(|(name, value)| value.is_bad && text.contains(name.as_str()));
                VariableValue { text: None, is_bad }
            }
        }
    }

    fn number(&mut self, text: &str) -> Option<i64> {
        if let Some(name) = text.strip_suffix("++").or(text.strip_prefix("++")) {
            return self.keep(name, self.term(name)? + 1);
        }
        if let Some((name, more)) = text.split_once("+=").or(text.split_once("|=")) {
            let number = self.term(name)? + self.number(more)?;
            return self.keep(name, number);
        }
        for sign in ["||", "&&", "==", "!=", ">=", "<=", ">", "<"] {
            let Some((a, b)) = text.split_once(sign) else { continue };
            let (a, b) = (self.number(a)?, self.number(b)?);
            return Some(i64::from(match sign {
                "||" => a != 0 || b != 0,
                "&&" => a != 0 && b != 0,
                "==" => a == b,
                "!=" => a != b,
                ">=" => a >= b,
                "<=" => a <= b,
                ">" => a > b,
                _ => a < b,
            }));
        }
        if let Some((name, value)) = text.split_once('=') {
            let number = self.number(value)?;
            return self.keep(name, number);
        }
        text.split(['+', '|']).map(|term| self.term(term)).sum()
    }

    fn keep(&mut self, name: &str, number: i64) -> Option<i64> {
        self.variables.insert(name.to_owned(), VariableValue { text: Some(number.to_string()), is_bad: false });
        Some(number)
    }

    fn term(&self, term: &str) -> Option<i64> {
        if let Ok(number) = term.parse() {
            return Some(number);
        }
        match self.variables.get(term) {
            Some(value) => {
                value.text.as_ref().and_then(|text| if text.is_empty() { Some(0) } else { text.parse().ok() })
            }
            None if term == "?" => Some(i64::from(self.last)),
            // what was never set counts as nothing
            None => term.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some(0),
        }
    }
}
