//! The file with a repository's own rules for secrets: read, or every mistake with its line.

use super::text::Mistakes;
use super::text::document::{self, KeyEntry, TomlNode, TomlValue};
use super::text::nearest::{nearest, quote};
use super::text::source::{Problem, Source};
use crate::secret_scan::{SecretRule, SecretRules, SecretScanner};
use std::ops::Range;
use std::path::Path;

/// How long such a file may be, in bytes.
pub const LONGEST_RULES: usize = 1 << 20;

/// How many rules it may have.
const MOST: usize = 500;

/// How long a keyword is at least: a shorter one is in every line.
const KEYWORD: usize = 3;

const KEYS: [&str; 3] = ["id", "regex", "keywords"];

/// Reads the rules of a file: `[[rule]]` with `id`, `regex` and `keywords`.
///
/// # Errors
/// Every mistake, where it stands; a secret in the file is not shown.
pub fn read_secret_rules(file: &Path, text: &str) -> Result<Vec<SecretRule>, Mistakes> {
    let source = Source::new(file, text);
    if text.len() > LONGEST_RULES {
        let says = format!("this file has {} bytes; rules have at most {LONGEST_RULES}", text.len());
        return Err(Mistakes::new(&Source::new(file, ""), vec![Problem::new(0..0, says)], &[]));
    }
    let (root, problems) = document::parse(text);
    let mut reader = RulesReader { problems, rules: Vec::new() };
    reader.root(&root);
    let RulesReader { problems, rules } = reader;
    if problems.is_empty() { Ok(rules) } else { Err(Mistakes::new(&source, problems, &secrets_of(text))) }
}

/// Finds the secrets that stand in the file itself.
fn secrets_of(text: &str) -> Vec<Range<usize>> {
    let Ok(rules) = SecretRules::new(&[]) else { return Vec::new() };
    let found = SecretScanner::new(&rules).find(text.as_bytes());
    found.into_iter().map(|found| found.span).collect()
}

struct RulesReader {
    problems: Vec<Problem>,
    rules: Vec<SecretRule>,
}

impl RulesReader {
    fn wrong(&mut self, span: &Range<usize>, says: impl Into<String>, help: &str) {
        self.problems.push(Problem::new(span.clone(), says).help(help.to_owned()));
    }

    fn root(&mut self, root: &TomlNode) {
        for KeyEntry { key, key_span, node } in root.entries() {
            match &node.value {
                TomlValue::List(rules) if key == "rule" => {
                    rules.iter().take(MOST).for_each(|rule| self.rule(rule, key_span));
                    if rules.len() > MOST {
                        self.wrong(key_span, format!("there are more than {MOST} rules"), "keep those that are needed");
                    }
                }
                _ => self.wrong(key_span, format!("{} is not known here", quote(key)), "a rule is written as [[rule]]"),
            }
        }
        if self.rules.is_empty() && self.problems.is_empty() {
            self.wrong(&(0..0), "this file has no rule", "write [[rule]] with `id`, `regex` and `keywords`");
        }
    }

    fn rule(&mut self, rule: &TomlNode, head: &Range<usize>) {
        for KeyEntry { key, key_span, .. } in rule.entries().iter().filter(|entry| !KEYS.contains(&entry.key.as_str()))
        {
            let help = nearest(key, KEYS).map_or_else(
                || "known here: `id`, `regex`, `keywords`".to_owned(),
                |meant| format!("did you mean {}?", quote(meant)),
            );
            self.wrong(key_span, format!("{} is not known here", quote(key)), &help);
        }
        let place = rule.entries().first().map_or(head, |entry| &entry.key_span);
        for key in KEYS.iter().filter(|key| rule.get(key).is_none()) {
            self.wrong(place, format!("this rule has no {}", quote(key)), "a rule has `id`, `regex` and `keywords`");
        }
        let (Some(id), Some(regex), Some(keywords)) = (rule.get("id"), rule.get("regex"), rule.get("keywords")) else {
            return;
        };
        let (id, expression, keywords) = (self.id(id), self.text(regex), self.keywords(keywords));
        let (Some(id), Some(expression), Some(keywords)) = (id, expression, keywords) else { return };
        let read = SecretRule { id, expression, keywords };
        match read.compile() {
            Ok(_) => self.rules.push(read),
            Err(bad) => self.wrong(&regex.span, format!("this regular expression cannot be used: {bad}"), "mend it"),
        }
    }

    fn text(&mut self, node: &TomlNode) -> Option<String> {
        let text = node.text().filter(|text| !text.is_empty()).map(str::to_owned);
        if text.is_none() {
            self.wrong(
                &node.span,
                format!("a text is expected here, and this is {}", node.what()),
                "write a text in quotes",
            );
        }
        text
    }

    fn id(&mut self, node: &TomlNode) -> Option<String> {
        let id = self.text(node)?;
        let is_name = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let is_own = || SecretRules::new(&[]).is_ok_and(|own| own.position(&id).is_some());
        if !is_name {
            self.wrong(&node.span, "this cannot be the name of a rule", "small letters, digits and `-`, at most 64");
        } else if is_own() {
            self.wrong(&node.span, format!("{} is a rule of tminus", quote(&id)), "give yours another name");
        } else if self.rules.iter().any(|rule| rule.id == id) {
            self.wrong(&node.span, format!("there are two rules {}", quote(&id)), "give one another name");
        } else {
            return Some(id);
        }
        None
    }

    fn keywords(&mut self, node: &TomlNode) -> Option<Vec<String>> {
        let words: Vec<String> = node.items().iter().filter_map(|item| item.text().map(str::to_owned)).collect();
        let is_list = !words.is_empty() && words.len() == node.items().len();
        let is_long = words.iter().all(|word| (KEYWORD..=128).contains(&word.len()) && !word.contains('\n'));
        if is_list && is_long {
            return Some(words);
        }
        let help = format!("write words of {KEYWORD} letters or more of which a line has one: keywords = [\"bayit_\"]");
        self.wrong(&node.span, "these are no keywords", &help);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[rule]]\nid = \"bayit-key\"\nregex = 'bayit_[0-9]{6}'\nkeywords = [\"bayit_\"]\n";

    fn says(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        read_secret_rules(Path::new("rules.toml"), &GOOD.replace(from, to)).unwrap_err().to_string()
    }

    #[test]
    fn a_rule_is_read_and_each_mistake_has_its_line_and_its_caret() {
        let rules = read_secret_rules(Path::new("rules.toml"), GOOD).unwrap();
        assert_eq!((rules[0].id.as_str(), rules[0].keywords.as_slice()), ("bayit-key", &["bayit_".to_owned()][..]));
        let error = says("[0-9]{6}", "(");
        assert!(error.starts_with("rules.toml:3:9: this regular expression cannot be used: "), "{error}");
        assert!(error.contains("3 | regex = 'bayit_('\n") && error.contains("^^^"), "{error}");
        for (from, to, place) in [
            ("bayit_[0-9]{6}", "a*", "3:9: this regular expression cannot be used: an empty line satisfies it"),
            ("regex", "regx", "3:1: `regx` is not known here"),
            ("[\"bayit_\"]", "[\"b\"]", "4:12: these are no keywords"),
            ("[\"bayit_\"]", "[]", "4:12: these are no keywords"),
            ("\"bayit-key\"", "\"Bayit Key\"", "2:6: this cannot be the name of a rule"),
            ("\"bayit-key\"", "\"github-token\"", "2:6: `github-token` is a rule of tminus"),
            ("[[rule]]", "[[rules]]", "1:3: `rules` is not known here"),
            ("keywords = [\"bayit_\"]", "", "2:1: this rule has no `keywords`"),
        ] {
            let error = says(from, to);
            assert!(error.contains(&format!("rules.toml:{place}")), "{to}: {error}");
        }
        let twice = read_secret_rules(Path::new("rules.toml"), &GOOD.repeat(2)).unwrap_err().to_string();
        assert!(twice.contains("there are two rules `bayit-key`"), "{twice}");
        assert!(read_secret_rules(Path::new("rules.toml"), "").is_err(), "no rule at all");
    }

    #[test]
    fn a_secret_in_the_file_is_not_shown_with_a_mistake() {
        let token = ["gh", "p_", &"a1B2c3".repeat(6)].concat();
        let error = says("bayit_[0-9]{6}", &format!("({token}"));
        assert!(!error.contains(&token) && error.contains("•••"), "{error}");
    }
}
