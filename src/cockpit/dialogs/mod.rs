//! What lies over the screen: the preview, a confirmation, a choice, a text, a refusal.

mod buttons;
mod catch_up;
mod choose;
mod confirm;
mod dialog;
mod effect;
mod entries;
mod fuzzy;
mod leave;
mod palette;
mod preview;
mod preview_lines;
mod prompt;
mod saying;
mod shape;
mod write;

pub(crate) use buttons::Buttons;
pub(crate) use catch_up::MeanwhileDialog;
pub(crate) use choose::ChooseDialog;
pub(crate) use confirm::ConfirmDialog;
pub(crate) use dialog::{Dialog, Keepsake, LetterUse, Pressed, Way};
pub(crate) use entries::{EntryTarget, PaletteEntry, PaletteScope};
pub(crate) use leave::{Farewell, LeaveDialog};
pub(crate) use palette::PaletteDialog;
pub(crate) use preview::{PreviewChange, PreviewDialog, blockers, is_gate_alike};
pub use preview_lines::preview_text;
pub(crate) use prompt::{BeforePrompt, Prompt, PromptKind};
pub(crate) use saying::{SayingDialog, in_a_line};
pub(crate) use shape::{DialogSheet, text_width};
pub(crate) use write::WriteDialog;
