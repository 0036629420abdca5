//! The checklist: a pane of the overview with what is not good, and a view of its own with every check.

mod heading;
mod lines;
mod page;
mod pane;
mod selection;
mod whole;

pub(crate) use lines::{FIELDS, title_of};
pub(crate) use page::ChecklistPage;
pub(crate) use selection::{
    cursor, draw, enter, group_to_run, is_any_running, is_running, key_of, lacking, row_of, selected, texts,
};
