//! The tools whose output tminus reads, for `expect = { tool = "…" }`: one file each, and a line here.

mod bandit;
mod cargo_test;
mod counts;
mod eslint;
mod istanbul;
mod jest;
mod kind;
mod npm_audit;
mod pip_audit;
mod pytest;
mod safety;
mod tox;
mod trouble;
mod vitest;

pub use kind::{PrintedForm, Tool, ToolOutput, ToolReading, ToolReport, said};

/// All tools, in the order of the documentation.
pub static TOOLS: [&Tool; 11] = [
    &pytest::PYTEST,
    &pytest::PYTEST_COV,
    &tox::TOX,
    &jest::JEST,
    &vitest::VITEST,
    &cargo_test::CARGO_TEST,
    &eslint::ESLINT,
    &bandit::BANDIT,
    &pip_audit::PIP_AUDIT,
    &safety::SAFETY,
    &npm_audit::NPM_AUDIT,
];

/// The words of all tools, in the same order.
pub const TOOL_WORDS: &[&str] = &{
    let mut words = [""; TOOLS.len()];
    let mut at = 0;
    while at < words.len() {
        words[at] = TOOLS[at].word;
        at += 1;
    }
    words
};

/// Finds a tool by its word.
pub fn tool(word: &str) -> Option<&'static Tool> {
    TOOLS.into_iter().find(|tool| tool.word == word)
}
