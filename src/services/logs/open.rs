//! Log sources of files and commands, made of the plan.

use super::{CommandLog, FileLog};
use crate::deps::Deps;
use std::sync::Arc;
use tminus_core::kinds::log::{CommandOrigin, FileOrigin, LogOrigin};
use tminus_core::plan::LogStream;
use tminus_core::ports::LogSource;

/// Opens a file that grows.
pub fn open_file(log: &LogStream, deps: &Deps) -> Option<Arc<dyn LogSource<String>>> {
    let LogOrigin::File(FileOrigin(path)) = &log.origin else { return None };
    Some(Arc::new(FileLog::new(log.name.clone(), deps.secrets.root().join(path), deps.clock.clone())))
}

/// Opens what a command prints.
pub fn open_command(log: &LogStream, deps: &Deps) -> Option<Arc<dyn LogSource<String>>> {
    let LogOrigin::Command(CommandOrigin(command)) = &log.origin else { return None };
    let (secrets, clock) = (deps.secrets.clone(), deps.clock.clone());
    Some(Arc::new(CommandLog::new(log.name.clone(), command.clone(), secrets, clock)))
}
