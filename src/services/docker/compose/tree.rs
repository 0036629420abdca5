//! A rendered compose file as a tree: JSON of the second version, YAML of the first. It is kept as small as it is.

use serde_json::Value;
use tminus_core::yaml::{Aliases, Yaml, documents};

/// How many values it may have, those that an alias repeats counted each time.
const MOST: usize = 100_000;

/// Reads a text; an error says why it cannot be read.
pub(super) fn read(text: &str) -> Result<Value, String> {
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        Err(_no_json) => yaml(text),
    }
}

fn yaml(text: &str) -> Result<Value, String> {
    let first = documents(text, Aliases::UpTo(MOST)).next().ok_or("it is empty")?;
    first.map(value).map_err(|error| error.to_string())
}

fn value(yaml: Yaml) -> Value {
    match yaml {
        // Without quotes, these are no text.
        Yaml::Plain(text) if matches!(text.as_str(), "" | "~" | "null") => Value::Null,
        Yaml::Plain(text) | Yaml::Quoted(text) | Yaml::Tagged(text) => Value::String(text),
        Yaml::Alias => Value::Null,
        Yaml::List(items) => Value::Array(items.into_iter().map(value).collect()),
        Yaml::Table(entries) => entries.into_iter().map(|entry| (entry.name, value(entry.value))).collect(),
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
