//! A JSON schema of the plan file for editors, made from the descriptions that the reader walks by.

use crate::grammar::plan::{KeyDescription, KeyNeed, NAME_PATTERN, ROOT, Table, ValueKind, Variant, VariantChoice};
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
        VariantChoice::None => return object(table.doc, table.keys.iter()),
        VariantChoice::Word { key, variants } => variants.iter().map(|v| one(v, Some(key))).collect(),
        VariantChoice::Presence(variants) => variants.iter().map(|v| one(v, None)).collect(),
        VariantChoice::Optional(variants) => {
            let none = object(table.doc, table.keys.iter());
            std::iter::once(none).chain(variants.iter().map(|v| one(v, None))).collect()
        }
    };
    json!({ "description": table.doc, "oneOf": all })
}

fn object(doc: &str, keys: impl Iterator<Item = &'static KeyDescription> + Clone) -> Value {
    let required: Vec<&str> = keys.clone().filter(|k| k.need == KeyNeed::Must).map(|k| k.name).collect();
    let properties: Map<String, Value> = keys.map(|k| (k.name.to_owned(), property(k))).collect();
    json!({
        "description": doc,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(key: &KeyDescription) -> Value {
    let mut schema = kind(&key.kind);
    schema["description"] = match key.need {
        KeyNeed::Must | KeyNeed::May => json!(key.doc),
        KeyNeed::Default(value) => json!(format!("{} {value} when left out.", key.doc)),
    };
    schema
}

fn kind(kind: &ValueKind) -> Value {
    match kind {
        ValueKind::Bool => json!({ "type": "boolean" }),
        ValueKind::True => json!({ "const": true }),
        ValueKind::Integer(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        ValueKind::Number => json!({ "type": "number" }),
        ValueKind::Limit => json!({ "type": ["string", "number"] }),
        ValueKind::Span => pattern(r"^\d+(ms|s|m|h|d)$"),
        ValueKind::Offset => pattern(r"^[+-]?\d+(ms|s|m|h|d)$"),
        ValueKind::Size => pattern(r"^\d+(\.\d+)? *(B|kB|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$"),
        ValueKind::Share => pattern(r"^\d+(\.\d+)? *%$"),
        ValueKind::Url => pattern("^https?://"),
        ValueKind::NewName => pattern(NAME_PATTERN),
        ValueKind::Variable => pattern("^[A-Za-z_][A-Za-z0-9_]*$"),
        ValueKind::Word(words) => json!({ "enum": words }),
        ValueKind::Text
        | ValueKind::Path
        | ValueKind::PathTemplate(_)
        | ValueKind::AnyPath
        | ValueKind::Regex
        | ValueKind::Glob
        | ValueKind::TrustedFile
        | ValueKind::SpanOrPath
        | ValueKind::Name(_) => json!({ "type": "string", "minLength": 1 }),
        ValueKind::Template(_) => json!({ "type": "string" }),
        ValueKind::Json => json!({}),
        ValueKind::Command(_) => json!({ "anyOf": [{ "type": "string", "minLength": 1 }, words()] }),
        ValueKind::Commands(_) => json!({ "anyOf": [{ "type": "string", "minLength": 1 }, list(&words())] }),
        ValueKind::Secret => secret(),
        ValueKind::Settings(_) => map(&json!({ "anyOf": [{ "type": "string" }, secret()] })),
        ValueKind::Texts(_) => map(&json!({ "type": "string" })),
        ValueKind::List(of) => list(&self::kind(of)),
        ValueKind::Many(of) => json!({ "anyOf": [self::kind(of), list(&self::kind(of))] }),
        ValueKind::Table(table) => self::table(table),
        ValueKind::Tables(table) => list(&self::table(table)),
        ValueKind::Named(table) | ValueKind::By(_, table) => json!({
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
        one(json!({ "command": kind(&ValueKind::Command(&[])) }), &["command"]),
    ] })
}
