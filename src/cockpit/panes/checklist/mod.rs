//! The checklist: a pane of the overview with what is not good, and a view of its own with every check.

mod heading;
mod lines;
mod pane;
mod selection;
mod whole;

pub(crate) use lines::{FIELDS, title_of};
pub(crate) use selection::{count, draw, key_of, lacking, row_of, selected, target, texts};
