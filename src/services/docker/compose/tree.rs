//! A rendered compose file as a tree: JSON of the second version, YAML of the first. It is kept as small as it is.

use serde_json::{Map, Value};
use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::TScalarStyle;

/// How deep a file may nest.
const DEEPEST: usize = 64;
/// How many values it may have, those that an alias repeats counted each time.
const MOST: usize = 100_000;

enum Open {
    List(Vec<Value>, usize),
    Table(Map<String, Value>, Option<String>, usize),
}

/// Reads a text; an error says why it cannot be read.
pub(super) fn read(text: &str) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(_no_json) => yaml(text),
    }
}

fn yaml(text: &str) -> Result<Value, String> {
    let mut parser = Parser::new_from_str(text);
    let mut stack: Vec<Open> = Vec::new();
    let mut named: Vec<(usize, Value)> = Vec::new();
    let mut count = 0_usize;
    loop {
        let (event, _) = parser.next_token().map_err(|error| error.to_string())?;
        let ended = match event {
            Event::StreamEnd => return Err("it is empty".to_owned()),
            Event::SequenceStart(anchor, _) => {
                stack.push(Open::List(Vec::new(), anchor));
                None
            }
            Event::MappingStart(anchor, _) => {
                stack.push(Open::Table(Map::new(), None, anchor));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => stack.pop().map(|open| match open {
                Open::List(items, anchor) => (Value::Array(items), anchor),
                Open::Table(entries, _, anchor) => (Value::Object(entries), anchor),
            }),
            // Without quotes, these are no text.
            Event::Scalar(text, TScalarStyle::Plain, anchor, _) if matches!(text.as_str(), "" | "~" | "null") => {
                Some((Value::Null, anchor))
            }
            Event::Scalar(text, _, anchor, _) => Some((Value::String(text), anchor)),
            Event::Alias(anchor) => {
                let found = named.iter().rev().find(|(name, _)| *name == anchor);
                found.map(|(_, value)| (value.clone(), 0))
            }
            Event::Nothing | Event::StreamStart | Event::DocumentStart | Event::DocumentEnd => None,
        };
        if stack.len() > DEEPEST {
            return Err("it nests too deep".to_owned());
        }
        let Some((value, anchor)) = ended else { continue };
        count += if anchor == 0 { size(&value) } else { 1 };
        if count > MOST {
            return Err("it has too many values".to_owned());
        }
        if anchor > 0 {
            named.push((anchor, value.clone()));
        }
        match stack.last_mut() {
            None => return Ok(value),
            Some(Open::List(items, _)) => items.push(value),
            Some(Open::Table(entries, key, _)) => match key.take() {
                None => *key = Some(value.as_str().unwrap_or_default().to_owned()),
                Some(key) => drop(entries.insert(key, value)),
            },
        }
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Object(entries) => 1 + entries.values().map(size).sum::<usize>(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn both_ways_of_writing_are_read() {
        let yaml = "services:\n  a:\n    ports: ['80:80', x]\n    env: &e {K: v}\n  b:\n    env: *e\n";
        let json = r#"{"services":{"a":{"ports":["80:80","x"],"env":{"K":"v"}},"b":{"env":{"K":"v"}}}}"#;
        assert_eq!(read(yaml).unwrap(), read(json).unwrap());
    }

    #[test]
    fn a_file_that_grows_without_end_is_refused() {
        let line = |n: usize| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", "));
        let bomb: String = std::iter::once("a0: &a0 x\n".to_owned()).chain((1..9).map(line)).collect();
        assert!(read(&bomb).is_err());
        assert!(read(&"[".repeat(1000)).is_err());
        assert!(read("").is_err());
    }
}
