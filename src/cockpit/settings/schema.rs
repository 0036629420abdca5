//! The JSON schema of `config.toml`, for editors, made from the settings that are read.

use super::known::SETTINGS;
use super::value::SettingKind;
use serde_json::{Map, Value, json};

/// Returns the schema (JSON Schema, draft 2020-12).
pub fn config_schema() -> Value {
    let setting = |setting: &'static super::known::KnownSetting| {
        let mut schema = kind(setting.kind);
        schema["description"] = json!(setting.help);
        if !setting.default.is_empty() {
            schema["default"] = json!(setting.default);
        }
        (setting.name.to_owned(), schema)
    };
    let properties: Map<String, Value> = SETTINGS.iter().map(setting).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "config.toml of tminus",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn kind(kind: SettingKind) -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    match kind {
        SettingKind::Word(words) => json!({ "enum": words }),
        SettingKind::Theme => {
            let pair = json!({ "light": text, "dark": text });
            json!({ "anyOf": [text, { "type": "object", "properties": pair, "additionalProperties": false }] })
        }
        SettingKind::Zone | SettingKind::Command | SettingKind::TimeFormat => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_in_the_schema_with_its_help() {
        let schema = config_schema();
        for setting in SETTINGS {
            assert_eq!(schema["properties"][setting.name]["description"], json!(setting.help), "{}", setting.name);
        }
        assert_eq!(schema["properties"]["mouse"]["enum"], json!(["on", "off"]));
        assert_eq!(schema["additionalProperties"], json!(false));
    }
}
