//! `tminus verify ENV`.

use super::act::{self, Waiting};
use crate::cli::args::{Global, VerifyArgs, env};
use crate::cli::exit::Done;
use crate::domain::action::{Patience, Request};
use crate::domain::command::Consent;

/// Verifies what runs in an environment.
///
/// Where time is virtual, waiting costs nothing, so it goes on to the horizon that was asked for.
pub async fn run(global: &Global, args: VerifyArgs) -> Done {
    let desk = act::desk(global).await?;
    let patience = match args.wait || desk.rehearsal.is_some() {
        true => Patience::UntilDue,
        false => Patience::Now,
    };
    let request = Request::Verify { env: env(&args.env), horizon: args.horizon, patience };
    act::act(global, desk, request, (Consent::default(), Waiting::ToTheEnd)).await
}
