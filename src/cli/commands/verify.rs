//! `tminus verify ENV`.

use super::act;
use crate::cli::args::{Global, VerifyArgs, env};
use crate::cli::exit::Done;
use tminus_core::action::{HorizonWait, Request};
use tminus_core::command::Consent;

/// Verifies what runs in an environment.
///
/// Where time is virtual, which it is in a rehearsal without an engine of its own, waiting costs nothing, so it goes on to
/// the horizon that was asked for.
pub async fn run(global: &Global, args: VerifyArgs) -> Done {
    let desk = act::desk(global).await?;
    let waiting = act::waiting(&desk, &args.detach)?;
    let is_virtual = desk.rehearsal.is_some() && desk.joined().is_none();
    let patience = match args.wait || is_virtual {
        true => HorizonWait::UntilDue,
        false => HorizonWait::Now,
    };
    let request = Request::Verify { env: env(&args.env), horizon: args.horizon, patience };
    act::act(global, desk, request, (Consent::default(), waiting)).await
}
