//! The small things that panes and dialogs are drawn with.

mod bar;
mod frame;
mod list;
mod row;
mod split;
mod text;
mod track;

pub(crate) use bar::{bar, sparks};
pub(crate) use frame::{Attention, frame};
pub(crate) use list::{Cursor, draw_list, draw_long_list, draw_page, draw_window, window};
pub(crate) use row::Row;
pub(crate) use split::{split_across, split_down};
pub(crate) use text::{cut, fold_lines, safe, short_digests, width};
pub(crate) use track::Track;
