//! The reader of `tminus.toml`: text to a validated [`crate::domain::plan::Plan`], or every mistake at once.

mod cursor;
mod describe;
mod find;
mod leaf;
mod names;
mod read;
mod repair;
mod rules;
mod secret;
mod shape;
mod tables;
mod values;

pub use super::effects::effects_of as commands;

pub use super::text::{Mistake as PlanError, Mistakes as PlanErrors};
use super::text::{document, nearest, source};
pub(super) use describe::{Choice, Key, Kind, Need, Noun, Table, Variant};
pub use find::{FILE_NAME, NoPlan, find};
pub(super) use names::NAME_PATTERN;
pub use read::{Location, PlanFile, read};
pub(super) use tables::{ROOT, usual_rules};
