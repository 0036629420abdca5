//! The checklist: a pane of the overview with what is not good, and a view of its own with every check.

mod lines;
mod pane;
mod whole;

pub(crate) use lines::{FIELDS, count, key_of, lacking, row_of, selected, selected_line, target, texts, title_of};
pub(crate) use pane::draw;
