//! The reader of `tminus.toml`: text to a validated [`crate::plan::Plan`], or every mistake at once.

mod cursor;
mod describe;
mod from_key;
pub(crate) mod leaf;
mod names;
mod read;
mod repair;
mod rules;
mod secret;
mod shape;
mod tables;
mod values;

pub use crate::grammar::text::{Mistake as PlanError, Mistakes as PlanErrors};
use crate::grammar::text::{document, nearest, source};
pub(crate) use cursor::TableCursor;
pub(crate) use describe::{
    KeyDescription, KeyNeed, Noun, ServiceUse, Table, ValueKind, Variant, VariantChoice, may, must, places, plain,
    variant,
};
pub(crate) use from_key::FromKey;
pub(super) use names::{NAME_PATTERN, kinds_of};
pub use read::{FILE_NAME, Location, PlanFile, read};
pub(crate) use tables::expect;
pub(super) use tables::{ROOT, usual_rules};
