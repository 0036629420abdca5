//! A text that is written: its keys, and its end.

use super::state::State;
use crate::action::TextAction;
use crate::dialogs::WriteDialog;
use crate::message::Effect;
use tminus_core::question::TextNeed;

impl State {
    pub(super) fn act_text(&mut self, action: TextAction) -> Vec<Effect> {
        let Some(dialog) = self.dialog_mut::<WriteDialog>() else { return Vec::new() };
        match action {
            TextAction::NewLine | TextAction::Undo | TextAction::Redo => dialog.act(action),
            TextAction::Edit => return vec![Effect::Edit { text: dialog.written() }],
            TextAction::Submit => {
                let (text, purpose) = (dialog.written(), dialog.then.clone());
                if dialog.need == TextNeed::Required && text.is_empty() {
                    dialog.miss();
                    return Vec::new();
                }
                self.close();
                let next = self.asking(|asker| asker.next(purpose, text));
                return next.map(|next| self.lead(next)).unwrap_or_default();
            }
        }
        Vec::new()
    }
}
