//! `kind = "command"`.

use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ValueKind, places};
use crate::kinds::settings::settings;
use crate::plan::CommandLine;

settings! {
    /// A service that a command asks.
    pub struct CommandConnect = "command" for [Metrics, Telling, Flags] {
        /// The command.
        run: CommandLine = must("run", ValueKind::Command(places::METRIC)),
    }
}

impl KindOfConnection for CommandConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Command(&self.run)
    }
}
