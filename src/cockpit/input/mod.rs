//! The terminal's own side: its bytes read on a thread of their own, and made keys, pastes, clicks and answers.

mod bytes;
mod heard;
mod reader;
mod sequence;

pub(crate) use reader::Keyboard;
