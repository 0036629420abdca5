//! The JSON schema of a theme, for editors, made from the roles that there are.

use super::file::NAMES;
use super::{Role, Theme};
use serde_json::{Map, Value, json};

/// Returns the schema (JSON Schema, draft 2020-12).
pub fn theme_schema() -> Value {
    let names = Theme::built_in().map(|(name, _)| name);
    let looks: Map<String, Value> =
        Role::ALL.iter().map(|role| (role.name().to_owned(), json!({ "$ref": "#/$defs/look" }))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "a theme of tminus",
        "type": "object",
        "properties": {
            "base": { "enum": names, "description": "The built-in theme that supplies everything not set here." },
            "background": { "$ref": "#/$defs/colour" },
            "look": { "type": "object", "properties": looks, "additionalProperties": false },
        },
        "additionalProperties": false,
        "$defs": {
            "colour": { "anyOf": [
                { "enum": NAMES },
                { "type": "integer", "minimum": 0, "maximum": 255 },
                { "type": "string", "pattern": "^#[0-9a-fA-F]{6}$" },
            ] },
            "look": {
                "type": "object",
                "properties": {
                    "fg": { "$ref": "#/$defs/colour" },
                    "bg": { "$ref": "#/$defs/colour" },
                    "bold": { "type": "boolean" },
                    "underline": { "type": "boolean" },
                    "reverse": { "type": "boolean" },
                },
                "additionalProperties": false,
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_and_every_built_in_theme_is_in_the_schema() {
        let schema = theme_schema();
        let looks = &schema["properties"]["look"]["properties"];
        assert!(Role::ALL.iter().all(|role| looks[role.name()].is_object()));
        assert!(schema["properties"]["base"]["enum"].as_array().unwrap().contains(&json!("tritanopia")));
    }
}
