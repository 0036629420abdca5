//! JSON as it was written: a name that comes twice stays there twice, because readers do not agree which one counts.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::collections::BTreeSet;
use std::fmt;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonTree {
    /// `null`, `true` or `false`.
    Plain(Value),
    /// A number.
    Number(Number),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<JsonTree>),
    /// Names and values, in their order.
    Object(Vec<(String, JsonTree)>),
}

impl JsonTree {
    /// Reads a text that is one JSON value.
    ///
    /// # Errors
    /// Says why it is none, with line and column.
    pub fn parse(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|why| why.to_string())
    }

    /// Makes a plain value of it.
    ///
    /// # Errors
    /// Names the first name that comes twice in one object.
    pub fn into_value(self) -> Result<Value, String> {
        Ok(match self {
            Self::Plain(value) => value,
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::String(text),
            Self::List(items) => Value::Array(items.into_iter().map(Self::into_value).collect::<Result<_, _>>()?),
            Self::Object(entries) => {
                let mut seen = BTreeSet::new();
                if let Some((name, _)) = entries.iter().find(|(name, _)| !seen.insert(name.as_str())) {
                    return Err(format!("{name:?} occurs twice in one object"));
                }
                let entries = entries.into_iter().map(|(name, tree)| Ok((name, tree.into_value()?)));
                Value::Object(entries.collect::<Result<Map<_, _>, String>>()?)
            }
        })
    }
}

impl<'de> Deserialize<'de> for JsonTree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = JsonTree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<JsonTree, E> {
        Ok(JsonTree::Plain(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<JsonTree, E> {
        Ok(JsonTree::Plain(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<JsonTree, E> {
        Ok(JsonTree::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<JsonTree, E> {
        Ok(JsonTree::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<JsonTree, E> {
        Ok(Number::from_f64(value).map_or(JsonTree::Plain(Value::Null), JsonTree::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<JsonTree, E> {
        Ok(JsonTree::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<JsonTree, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(JsonTree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<JsonTree, A::Error> {
        let mut object = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            object.push(entry);
        }
        Ok(JsonTree::Object(object))
    }
}
