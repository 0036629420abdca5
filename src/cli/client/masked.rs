//! The log sources of a plan, each made safe with the `mask` of its own table.

use crate::cli::exit::Stop;
use std::collections::HashMap;
use std::sync::Arc;
use tminus_core::mask::Mask;
use tminus_core::names::LogName;
use tminus_core::plan::Plan;
use tminus_core::ports::LogSource;
use tminus_services::logs::SafeLog;
use tminus_services::secrets::Secrets;

/// Sources as the adapters read them.
pub(super) type RawLogs = HashMap<LogName, Arc<dyn LogSource<String>>>;

/// What has to be known before the first line is shown.
pub(super) type PreloadedSecrets = Option<Arc<Secrets>>;

pub(super) type MaskedLogs = HashMap<LogName, Arc<dyn LogSource>>;

/// Puts the mask of each table around its source.
pub(super) fn masked(logs: RawLogs, plan: &Plan, (mask, known): (&Mask, PreloadedSecrets)) -> Result<MaskedLogs, Stop> {
    let one = |(name, source): (LogName, Arc<dyn LogSource<String>>)| {
        let patterns = plan.log(&name).map(|log| log.mask.as_slice()).unwrap_or_default();
        let mask = mask.with_patterns(patterns).map_err(|bad| Stop::wrong(format!("log.{name}: {bad}")))?;
        Ok((name, Arc::new(SafeLog::new(source, mask, known.clone())) as Arc<dyn LogSource>))
    };
    logs.into_iter().map(one).collect()
}
