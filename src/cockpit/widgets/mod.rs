//! The small things that panes and dialogs are drawn with.

mod bar;
mod chart;
mod frame;
mod list;
mod lit;
mod row;
mod split;
mod text;
mod track;

pub(crate) use bar::{bar, sparks};
pub(crate) use chart::{ChartMarks, ChartPart, ChartPieces, Point, line_chart, measured, sparkline, value_bar};
pub(crate) use frame::{Focus, frame};
pub(crate) use list::{ListCursor, draw_list, draw_long_list, draw_page, draw_window, mark, point, rest, window};
pub(crate) use lit::light;
pub(crate) use row::Row;
pub(crate) use split::{split_across, split_down};
pub(crate) use text::{cut, cut_front, fold_lines, safe, short_digests, take_last, width};
pub(crate) use track::Track;
