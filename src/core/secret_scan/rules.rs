//! The rules that a scan goes by: tminus's own, and those of a repository.

use super::shapes::{NAMED, NAMES, SHAPES, ShapeReach};
use crate::hex::sha256;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::{Regex, RegexBuilder};
use std::sync::OnceLock;

/// Raised where the same text may be judged in another way than before: what was remembered of it then counts no more.
const EDITION: u32 = 2;

/// How large an expression may become, in bytes.
const LARGEST: usize = 1 << 22;

/// A rule of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRule {
    /// Its name.
    pub id: String,
    /// The expression; its group `secret`, or all of it, is the value.
    pub expression: String,
    /// Words of which a line has one, whatever the case: only such a line is held against the expression.
    pub keywords: Vec<String>,
}

/// Why a rule cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadSecretRule(pub String);

impl SecretRule {
    /// Compiles the expression.
    ///
    /// # Errors
    /// What is wrong with it; one that an empty line satisfies finds nothing in particular.
    pub fn compile(&self) -> Result<Regex, BadSecretRule> {
        let compiled = RegexBuilder::new(&self.expression).size_limit(LARGEST).build();
        let compiled = compiled.map_err(|error| BadSecretRule(last_line(&error)))?;
        match compiled.is_match(b"") {
            true => Err(BadSecretRule("an empty line satisfies it".to_owned())),
            false => Ok(compiled),
        }
    }
}

fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
    last.trim().trim_start_matches("error: ").to_owned()
}

/// How a rule finds its value.
pub(super) enum RuleTest {
    /// By an expression.
    Expression(RuleExpression),
    /// By a telling name with a random value.
    Named,
}

/// An expression that is compiled when a text first needs it.
pub(super) struct RuleExpression {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
    pub(super) reach: ShapeReach,
    pub(super) origin: RuleOrigin,
}

/// Whose a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleOrigin {
    /// tminus's own: placeholders are left out.
    BuiltIn,
    /// The repository's: what its expression says is found.
    Repository,
}

impl RuleExpression {
    /// Returns the expression; nothing where it is none, which a test rules out for tminus's own.
    pub(super) fn get(&self) -> Option<&Regex> {
        let build = || RegexBuilder::new(self.source).unicode(false).size_limit(LARGEST).build().ok();
        self.compiled.get_or_init(build).as_ref()
    }
}

/// The rules of a scan.
pub struct SecretRules {
    ids: Vec<String>,
    pub(super) tests: Vec<RuleTest>,
    /// Finds every keyword at once.
    pub(super) keywords: AhoCorasick,
    /// The rule of each keyword.
    pub(super) of_keyword: Vec<usize>,
    hash: String,
}

impl SecretRules {
    /// Puts tminus's own rules and those of a repository together.
    ///
    /// # Errors
    /// The first rule that cannot be used.
    pub fn new(own: &[SecretRule]) -> Result<Self, BadSecretRule> {
        let (mut ids, mut tests, mut keywords, mut of_keyword) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut add = |id: &str, test: RuleTest, words: &mut dyn Iterator<Item = &str>| {
            for word in words {
                keywords.push(word.to_ascii_lowercase());
                of_keyword.push(ids.len());
            }
            ids.push(id.to_owned());
            tests.push(test);
        };
        for shape in SHAPES {
            let (compiled, reach, origin) = (OnceLock::new(), shape.reach, RuleOrigin::BuiltIn);
            let test = RuleTest::Expression(RuleExpression { source: shape.expression, compiled, reach, origin });
            add(shape.id, test, &mut shape.keywords.iter().copied());
        }
        add(NAMED, RuleTest::Named, &mut NAMES.iter().copied());
        for rule in own {
            let compiled = OnceLock::from(Some(rule.compile()?));
            let (reach, origin) = (ShapeReach::Line, RuleOrigin::Repository);
            let test = RuleTest::Expression(RuleExpression { source: "", compiled, reach, origin });
            add(&rule.id, test, &mut rule.keywords.iter().map(String::as_str));
        }
        let built =
            AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(&keywords);
        let keywords = built.map_err(|error| BadSecretRule(format!("the keywords cannot be looked for: {error}")))?;
        Ok(Self { ids, tests, keywords, of_keyword, hash: hash(own) })
    }

    /// Returns the name of a rule.
    pub fn id(&self, rule: usize) -> &str {
        self.ids.get(rule).map_or("", String::as_str)
    }

    /// Finds a rule by its name.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.ids.iter().position(|known| known == id)
    }

    /// Returns the names of the rules.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.iter().map(String::as_str)
    }

    /// Returns what stands for all of them: two sets that judge a text alike have the same.
    pub fn hash(&self) -> &str {
        &self.hash
    }
}

fn hash(own: &[SecretRule]) -> String {
    let shapes: Vec<_> = SHAPES.iter().map(|shape| (shape.id, shape.expression, shape.keywords)).collect();
    let own: Vec<_> = own.iter().map(|rule| (&rule.id, &rule.expression, &rule.keywords)).collect();
    // A list is written with its lengths, so no two sets are written alike.
    sha256(format!("{EDITION} {shapes:?} {NAMES:?} {own:?}"))
}
