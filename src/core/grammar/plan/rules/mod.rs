//! What must fit together across tables, which no single key can tell.

mod all;
mod circles;
mod counts;
mod fits;
mod places;
mod readable;
mod shared;

pub(super) use all::check;
pub(super) use shared::shared;
