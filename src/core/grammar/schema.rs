//! A JSON schema of the plan file for editors, made from the descriptions that the reader walks by.

use crate::grammar::plan::{Choice, Key, Kind, NAME_PATTERN, Need, ROOT, Table, Variant};
use serde_json::{Map, Value, json};

/// Returns the schema (JSON Schema, draft 2020-12).
pub fn schema() -> Value {
    let mut schema = table(&ROOT);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("tminus.toml");
    schema
}

fn table(table: &'static Table) -> Value {
    let one = |v: &'static Variant, word: Option<&'static str>| {
        let mut schema = object(v.doc, table.keys.iter().chain(v.keys));
        if let Some(key) = word {
            schema["properties"][key] = json!({ "const": v.word });
        }
        schema
    };
    let all: Vec<Value> = match &table.choice {
        Choice::None => return object(table.doc, table.keys.iter()),
        Choice::Word { key, variants } => variants.iter().map(|v| one(v, Some(key))).collect(),
        Choice::Presence(variants) => variants.iter().map(|v| one(v, None)).collect(),
        Choice::Optional(variants) => {
            let none = object(table.doc, table.keys.iter());
            std::iter::once(none).chain(variants.iter().map(|v| one(v, None))).collect()
        }
    };
    json!({ "description": table.doc, "oneOf": all })
}

fn object(doc: &str, keys: impl Iterator<Item = &'static Key> + Clone) -> Value {
    let required: Vec<&str> = keys.clone().filter(|k| k.need == Need::Must).map(|k| k.name).collect();
    let properties: Map<String, Value> = keys.map(|k| (k.name.to_owned(), property(k))).collect();
    json!({
        "description": doc,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(key: &Key) -> Value {
    let mut schema = kind(&key.kind);
    schema["description"] = match key.need {
        Need::Must | Need::May => json!(key.doc),
        Need::Default(value) => json!(format!("{} {value} when left out.", key.doc)),
    };
    schema
}

fn kind(kind: &Kind) -> Value {
    match kind {
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::True => json!({ "const": true }),
        Kind::Integer(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Limit => json!({ "type": ["string", "number"] }),
        Kind::Span => pattern(r"^\d+(ms|s|m|h|d)$"),
        Kind::Offset => pattern(r"^[+-]?\d+(ms|s|m|h|d)$"),
        Kind::Size => pattern(r"^\d+(\.\d+)? *(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$"),
        Kind::Share => pattern(r"^\d+(\.\d+)? *%$"),
        Kind::Url => pattern("^https?://"),
        Kind::NewName => pattern(NAME_PATTERN),
        Kind::Variable => pattern("^[A-Za-z_][A-Za-z0-9_]*$"),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Text
        | Kind::Path
        | Kind::PathTemplate(_)
        | Kind::AnyPath
        | Kind::Regex
        | Kind::Glob
        | Kind::TrustedFile
        | Kind::SpanOrPath
        | Kind::Name(_) => json!({ "type": "string", "minLength": 1 }),
        Kind::Template(_) => json!({ "type": "string" }),
        Kind::Json => json!({}),
        Kind::Command(_) => json!({ "anyOf": [{ "type": "string", "minLength": 1 }, words()] }),
        Kind::Commands(_) => json!({ "anyOf": [{ "type": "string", "minLength": 1 }, list(&words())] }),
        Kind::Secret => secret(),
        Kind::Settings(_) => map(&json!({ "anyOf": [{ "type": "string" }, secret()] })),
        Kind::Texts(_) => map(&json!({ "type": "string" })),
        Kind::List(of) => list(&self::kind(of)),
        Kind::Many(of) => json!({ "anyOf": [self::kind(of), list(&self::kind(of))] }),
        Kind::Table(table) => self::table(table),
        Kind::Tables(table) => list(&self::table(table)),
        Kind::Named(table) | Kind::By(_, table) => json!({
            "type": "object",
            "patternProperties": { NAME_PATTERN: self::table(table) },
            "additionalProperties": false,
        }),
    }
}

fn pattern(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

fn list(of: &Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn words() -> Value {
    json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 })
}

fn map(of: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": of })
}

fn secret() -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let one = |properties: Value, required: &[&str]| json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    json!({ "oneOf": [
        one(json!({ "env": text }), &["env"]),
        one(json!({ "dotenv": text, "key": text }), &["dotenv", "key"]),
        one(json!({ "command": kind(&Kind::Command(&[])) }), &["command"]),
    ] })
}
