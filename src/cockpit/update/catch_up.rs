//! Coming back: what happened meanwhile is found, shown once, and kept to be read again.

use super::state::State;
use crate::dialogs::MeanwhileDialog;
use crate::layout::dialog_area;
use crate::look::Meanwhile;
use jiff::Timestamp;
use tminus_core::catch_up::{Away, Parting};

impl State {
    /// Looks for what happened since this seat was left, or since an engine that this cockpit was joined to had gone.
    pub(crate) fn come_back(&mut self, gone: Option<(Timestamp, u64)>) {
        let Some(world) = &self.world else { return };
        let away = match (gone, &self.seat) {
            (Some((since, after)), _) => Some(Away { after, since, how: Parting::EngineEnded }),
            (None, Some(seat)) => world.release.away(seat),
            (None, None) => None,
        };
        let Some(away) = away.filter(|away| !world.release.catch_up(away.after, None).is_empty()) else { return };
        self.look.meanwhile = Some(Meanwhile { away, upto: None });
        if self.dialog.is_none() {
            self.show_meanwhile();
        }
    }

    /// Shows what happened meanwhile, the newest of it.
    pub(super) fn show_meanwhile(&mut self) {
        self.open(MeanwhileDialog::at_the_end(self, dialog_area(self.size)));
    }

    /// What comes from here on is not meanwhile any more: whoever read that is here.
    pub(super) fn has_read_meanwhile(&mut self) {
        let seq = self.world.as_ref().map(|world| world.release.seq);
        if let Some(meanwhile) = &mut self.look.meanwhile {
            meanwhile.upto = meanwhile.upto.or(seq);
        }
    }
}
