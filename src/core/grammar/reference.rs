//! The reference of every key of the plan file, as Markdown, made from the descriptions that the reader walks by.

use crate::grammar::plan::{KeyDescription, KeyNeed, Noun, ROOT, Table, ValueKind, Variant, VariantChoice, kinds_of};
use std::fmt::Write;

/// Returns the reference of every table and key.
pub fn reference() -> String {
    let mut page = String::from(INTRODUCTION);
    let mut seen: Vec<*const Table> = Vec::new();
    section(&mut page, "", &ROOT, &mut seen);
    page
}

const INTRODUCTION: &str = "# The plan file: every key of `tminus.toml`\n\n\
    This reference is made from the reader's own description of the file. A key that is not here is refused.\n";

/// Writes a table, then the tables that lie in it.
fn section(page: &mut String, path: &str, table: &'static Table, seen: &mut Vec<*const Table>) {
    if seen.iter().any(|s| std::ptr::eq(*s, table)) {
        return;
    }
    seen.push(table);
    let title = if path.is_empty() { "The file".to_owned() } else { format!("`{path}`") };
    // Writing to a String cannot fail.
    let _ = write!(page, "\n## {title}\n\n{}\n", table.doc);
    rows(page, table.keys);
    match &table.choice {
        VariantChoice::None => {}
        VariantChoice::Word { key, .. } => heading(page, &format!("Further keys depend on `{key}`.")),
        VariantChoice::Presence(_) => heading(page, "Exactly one of the following."),
        VariantChoice::Optional(_) => heading(page, "At most one of the following."),
    }
    table.variants().iter().for_each(|v| variant(page, table, v));
    for key in table.all_keys() {
        if let Some((suffix, inner)) = within(&key.kind) {
            let dot = if path.is_empty() { "" } else { "." };
            section(page, &format!("{path}{dot}{}{suffix}", key.name), inner, seen);
        }
    }
}

fn heading(page: &mut String, text: &str) {
    let _ = write!(page, "\n{text}\n");
}

fn variant(page: &mut String, table: &Table, variant: &Variant) {
    let name = match &table.choice {
        VariantChoice::Word { key, .. } => format!("{key} = \"{}\"", variant.word),
        VariantChoice::None | VariantChoice::Presence(_) | VariantChoice::Optional(_) => variant.word.to_owned(),
    };
    let _ = write!(page, "\n### `{name}`\n\n{}\n", variant.doc);
    rows(page, variant.keys);
}

fn rows(page: &mut String, keys: &[KeyDescription]) {
    if keys.is_empty() {
        return;
    }
    page.push_str("\n| key | value | default | |\n| --- | --- | --- | --- |\n");
    for key in keys {
        let need = match key.need {
            KeyNeed::Must => "required".to_owned(),
            KeyNeed::May => String::new(),
            KeyNeed::Default(value) => format!("`{value}`"),
        };
        let _ = writeln!(page, "| `{}` | {} | {need} | {} |", key.name, kind(&key.kind), key.doc);
    }
}

/// Returns the table that lies behind a key, and what its path gets.
fn within(kind: &ValueKind) -> Option<(&'static str, &'static Table)> {
    match kind {
        ValueKind::Table(table) => Some(("", table)),
        ValueKind::Tables(table) => Some(("[]", table)),
        ValueKind::Named(table) => Some((".NAME", table)),
        ValueKind::By(_, table) => Some((".ARTIFACT", table)),
        _ => None,
    }
}

/// Says what stands behind a key, in a few words.
fn kind(kind: &ValueKind) -> String {
    match kind {
        ValueKind::Text => "text".to_owned(),
        ValueKind::NewName => "a new name".to_owned(),
        ValueKind::Template(places) => format!("text{}", filled(places)),
        ValueKind::Bool => "`true` or `false`".to_owned(),
        ValueKind::True => "`true`".to_owned(),
        ValueKind::Integer(least, most) => match least == most {
            true => format!("`{least}`"),
            false => format!("a whole number, {least} to {most}"),
        },
        ValueKind::Number => "a number".to_owned(),
        ValueKind::Span => "a duration: `90s`, `30m`, `24h`, `7d`".to_owned(),
        ValueKind::Offset => "a signed duration: `-5d`".to_owned(),
        ValueKind::Size => "a size: `500MB`, `1GiB`".to_owned(),
        ValueKind::Share => "a share: `0.1%`".to_owned(),
        ValueKind::Limit => "a share, a duration, a size or a number".to_owned(),
        ValueKind::Path => "a path in the repository".to_owned(),
        ValueKind::PathTemplate(places) => format!("a path in the repository{}", filled(places)),
        ValueKind::AnyPath => "a path, in the repository or absolute".to_owned(),
        ValueKind::Url => "an address: `https://…`".to_owned(),
        ValueKind::Regex => "a regular expression".to_owned(),
        ValueKind::TrustedFile => "a pattern of tracked files, or an absolute path".to_owned(),
        ValueKind::Glob => "a pattern of paths: `backend/**`".to_owned(),
        ValueKind::SpanOrPath => "a duration, or a path in the repository".to_owned(),
        ValueKind::Variable => "the name of a variable".to_owned(),
        ValueKind::Command(places) => format!("a command{}", filled(places)),
        ValueKind::Commands(places) => format!("a list of commands{}", filled(places)),
        ValueKind::Secret => {
            "a secret: `{ env = \"NAME\" }`, `{ dotenv = \"FILE\", key = \"NAME\" }` or `{ command = […] }`".to_owned()
        }
        ValueKind::Settings(places) => format!("names, each with text or a secret{}", filled(places)),
        ValueKind::Texts(places) => format!("names, each with text{}", filled(places)),
        ValueKind::Json => "any value".to_owned(),
        ValueKind::Word(words) => listed(words),
        ValueKind::Name(noun) => name(*noun),
        ValueKind::List(of) => format!("a list: {}", self::kind(of)),
        ValueKind::Many(of) => format!("one, or a list: {}", self::kind(of)),
        ValueKind::Table(_) => "a table".to_owned(),
        ValueKind::Tables(_) => "a list of tables".to_owned(),
        ValueKind::Named(_) => "tables by name".to_owned(),
        ValueKind::By(noun, _) => format!("tables by the name of {} {}", article(noun.word()), noun.word()),
    }
}

fn name(noun: Noun) -> String {
    match kinds_of(noun).as_slice() {
        kinds @ [_, ..] => format!("the name of a connect of kind {}", listed(kinds)),
        [] => format!("the name of {} {}", article(noun.word()), noun.word()),
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
}

fn filled(places: &[crate::plan::Placeholder]) -> String {
    if places.is_empty() {
        return String::new();
    }
    let words: Vec<String> = places.iter().map(|p| format!("`{{{}}}`", p.word())).collect();
    format!(", with {}", words.join(" "))
}

/// Returns the article of a word.
fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_that_is_read_is_described() {
        let page = reference();
        let mut rest: Vec<&'static Table> = vec![&ROOT];
        while let Some(table) = rest.pop() {
            for key in table.all_keys() {
                assert!(page.contains(&format!("| `{}` |", key.name)), "{} is not in the reference", key.name);
                assert!(key.doc.ends_with('.'), "the sentence of {} does not end", key.name);
                rest.extend(within(&key.kind).map(|(_, inner)| inner));
            }
        }
    }
}
