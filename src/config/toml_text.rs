//! Any TOML file as a plain value, for those who look for one key in a file that is not tminus's own.

/// Reads a TOML document; `None` when it is none.
pub fn read_toml(text: &str) -> Option<serde_json::Value> {
    let table: toml::Table = text.parse().ok()?;
    serde_json::to_value(table).ok()
}
