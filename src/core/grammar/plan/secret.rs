//! What looks like a secret, and references to secrets. Reading the secret itself is not its story.

use super::document::{TomlNode, TomlValue};
use super::leaf::{self, Leaf};
use super::source::Problem;
use crate::mask::{has_key_block, is_secret_name};
use crate::plan::{EnvValue, Secret, Template};
use std::ops::Range;

/// How a secret is written.
pub(super) const REFERENCES: &str =
    "write where it comes from: { env = \"NAME\" }, { dotenv = \"FILE\", key = \"NAME\" } or { command = [\"…\"] }";

/// Reads a reference to a secret; a table with other keys is no reference.
pub(super) fn secret(node: &TomlNode) -> Leaf<Secret> {
    let keys: Vec<&str> = node.entries().iter().map(|e| e.key.as_str()).collect();
    let get =
        |key: &str| node.get(key).ok_or_else(|| Problem::new(node.span.clone(), "this is no reference to a secret"));
    match keys.as_slice() {
        ["env"] => leaf::variable(get("env")?).map(Secret::Env),
        ["dotenv", "key"] | ["key", "dotenv"] => {
            Ok(Secret::Dotenv { file: leaf::path(get("dotenv")?)?, key: leaf::variable(get("key")?)? })
        }
        ["command"] => leaf::command(get("command")?).map(Secret::Command),
        _ => Err(misplaced(node)),
    }
}

fn misplaced(node: &TomlNode) -> Problem {
    let says = match node.value {
        TomlValue::Table(_) => "this is no reference to a secret",
        TomlValue::Text(_)
        | TomlValue::Integer(_)
        | TomlValue::Float(_)
        | TomlValue::Bool(_)
        | TomlValue::Moment
        | TomlValue::List(_) => "a secret is never written into the plan",
    };
    Problem::new(node.span.clone(), says).help(REFERENCES.to_owned())
}

/// Reads plain text, or a reference to a secret.
pub(super) fn setting(node: &TomlNode) -> Leaf<EnvValue> {
    match &node.value {
        TomlValue::Text(text) => Ok(EnvValue::Plain(Template::new(text.clone()))),
        TomlValue::Table(_) => secret(node).map(EnvValue::Secret),
        _ => Err(leaf::expected(node, "text or a reference to a secret")),
    }
}

/// Says whether a text holds what services hand out as a secret.
pub(super) fn is_secret_text(text: &str) -> bool {
    has_key_block(text) || has_issued_token(text) || has_password_in_address(text)
}

/// Beginnings of tokens as their services document them, and how many letters follow at least.
const ISSUED: [(&str, usize); 17] = [
    ("ghp_", 30),
    ("gho_", 30),
    ("ghs_", 30),
    ("ghu_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xapp-", 20),
    ("AKIA", 16),
    ("ASIA", 16),
    ("sk_live_", 16),
    ("sk-ant-", 16),
    ("sntrys_", 20),
    ("npm_", 30),
    ("AIza", 30),
    ("hooks.slack.com/services/", 20),
];

fn has_issued_token(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/');
    let follows = |rest: &str| rest.chars().take_while(|c| is_part(*c)).count();
    ISSUED.iter().any(|(begin, least)| {
        text.match_indices(begin).any(|(at, _)| {
            let stands_alone = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
            stands_alone && follows(&text[at + begin.len()..]) >= *least
        })
    })
}

/// Finds `scheme://user:password@host`, where the password is not a placeholder or a variable.
fn has_password_in_address(text: &str) -> bool {
    text.match_indices("://").any(|(at, _)| {
        let rest = &text[at + 3..];
        let authority = &rest[..rest.find(|c: char| c.is_whitespace() || "/?#'\"".contains(c)).unwrap_or(rest.len())];
        let password = authority.rsplit_once('@').and_then(|(user, _)| user.split_once(':')).map(|(_, p)| p);
        password.is_some_and(|p| !p.is_empty() && !p.starts_with(['$', '{']))
    })
}

/// Says whether text behind a name is a secret that should not stand there.
pub(super) fn is_literal_secret(name: &str, text: &str) -> bool {
    (is_secret_name(name) && !text.is_empty()) || is_secret_text(text)
}

/// Returns the part of a line that could not be parsed which may hold a secret: behind a secret's name, or in a service.
pub(super) fn in_broken_line(text: &str, line: &Range<usize>) -> Option<Range<usize>> {
    let broken = text.get(line.clone())?;
    let before = text.get(..line.start)?;
    let header = before.lines().rev().find(|l| l.trim_start().starts_with('['));
    let is_service = header.is_some_and(|h| h.trim_start().trim_start_matches('[').trim_start().starts_with("connect"));
    let begin = if is_secret_text(broken) {
        0
    } else if is_service && !broken.trim_start().starts_with('[') {
        broken.find(['=', ':', '"', '\'']).map_or(0, |at| at + 1)
    } else {
        behind_secret_name(broken)?
    };
    Some(line.start + begin..line.end)
}

fn behind_secret_name(line: &str) -> Option<usize> {
    line.match_indices(['=', ':']).find_map(|(at, _)| {
        let name = line[..at].trim_end().trim_end_matches(['"', '\'']);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let length: usize = name.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum();
        let name = &name[name.len() - length..];
        let is_named = is_secret_name(name) || matches!(name.to_lowercase().as_str(), "pass" | "pwd" | "uri" | "auth");
        is_named.then_some(at + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_look() {
        let token = format!("Bearer ghp_{}", "a1".repeat(18));
        for text in [token.as_str(), "mongodb://admin:hunter2@db/app", "-----BEGIN EC PRIVATE KEY-----"] {
            assert!(is_secret_text(text), "{text} passed as harmless");
        }
        for text in ["https://api.example.com:8000/a@b", "postgres://u:$PASS@db", "ghp_short", "op://release/asc/key"] {
            assert!(!is_secret_text(text), "{text} was taken for a secret");
        }
    }
}
