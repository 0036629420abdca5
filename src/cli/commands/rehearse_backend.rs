//! `tminus rehearse-backend`: the backend of `demo --docker`, inside its container. Its settings are variables there.

use crate::cli::args::RehearseBackendArgs;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::Interrupts;
use tminus_core::time::Span;
use tminus_rehearsal::{Alone, ask_health, serve_alone};

/// The port inside the container.
pub const PORT: u16 = 8000;
/// The variable that says which version it is.
pub const VERSION: &str = "BACKEND_VERSION";
/// The variable that says how soon the evening's traffic empties its pool.
pub const DRY_AFTER: &str = "BACKEND_POOL_LASTS";
/// The variable that says what traffic there is; only `evening` empties a pool.
const TRAFFIC: &str = "TRAFFIC";

/// Serves until it is asked to end; or asks, once, whether it is well.
pub async fn run(args: &RehearseBackendArgs) -> Done {
    if args.health {
        ask_health(PORT).await.map_err(|failure| Stop { exit: Exit::NotGood, ..Stop::from(failure) })?;
        return Ok(Exit::Good);
    }
    let version = std::env::var(VERSION).unwrap_or_else(|_| "0".to_owned());
    let is_evening = std::env::var(TRAFFIC).is_ok_and(|traffic| traffic == "evening");
    let lasts = std::env::var(DRY_AFTER).ok().filter(|_| is_evening);
    let lasts = lasts.map(|text| Span::parse(&text)).transpose().map_err(Stop::wrong)?;
    let alone = Alone { port: PORT, version, dry_after: lasts.map(|span| span.duration()) };
    // The first process of a container gets no signal that it does not listen to.
    let mut interrupts = Interrupts::listen()?;
    tokio::select! {
        served = serve_alone(alone) => served.map_err(Stop::from)?,
        _ = interrupts.next() => {}
    }
    Ok(Exit::Good)
}
