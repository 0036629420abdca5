//! TOML files that are not tminus's own, read as plain values: `pyproject.toml` and its like.

/// Reads a TOML text as a tree of plain values; nothing when it is no TOML.
pub fn toml(text: &str) -> Option<serde_json::Value> {
    let table: toml::Table = text.parse().ok()?;
    serde_json::to_value(table).ok()
}
