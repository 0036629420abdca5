//! What lies over the screen: the preview, a confirmation, a choice, a text, a refusal.

mod buttons;
mod choose;
mod confirm;
mod dialog;
mod preview;
mod preview_lines;
mod prompt;
mod refused;
mod shape;
mod write;

pub(crate) use buttons::{Button, Buttons};
pub(crate) use choose::{Choice, ChooseDialog};
pub(crate) use confirm::{ConfirmDialog, Then};
pub(crate) use dialog::Dialog;
pub(crate) use preview::{Go, PreviewDialog};
pub(crate) use prompt::{Prompt, PromptKind};
pub(crate) use refused::RefusedDialog;
pub(crate) use write::{Need, WriteDialog, Writing};
