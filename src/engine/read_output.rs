//! What a check printed, as it is kept: read when somebody looks at it, and told to every screen.

use super::dispatcher::Dispatcher;
use super::handle::Accepted;
use super::report::CommandReply;
use std::sync::Arc;
use tminus_core::kept_output::{OutputFile, OutputLook, shown_end};
use tminus_core::telemetry::Telemetry;

impl Dispatcher {
    /// Reads a kept output aside; the answer comes behind what is told.
    pub(super) fn read_output(&mut self, file: OutputFile, reply: CommandReply) {
        let (world, events, seq) = (self.world.clone(), self.events.clone(), self.release.seq);
        self.tasks.spawn(async move {
            let (state, text) = world.outputs.read(&file).await;
            let end = world.mask.text(shown_end(&text));
            events.telemetry(Telemetry::Output(Arc::new(OutputLook { sha256: file.sha256, state, end })));
            drop(reply.send(Ok(Accepted::Recorded(seq))));
        });
    }
}
