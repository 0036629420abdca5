//! The commands about who holds an environment.

use super::global::span;
use clap::Args;

#[derive(Debug, Args)]
pub struct LockArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
    /// Why; the people it blocks read this
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// How long: 30m, 2h; without this, until someone unlocks it
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    pub lapse: Option<tminus_core::time::Span>,
    /// Take it over from its holder, by name; the journal records that
    #[arg(long, value_name = "HOLDER")]
    pub take_over: Option<String>,
    /// The environment's name, to take over the lock of a protected one
    #[arg(long, value_name = "ENV", requires = "take_over")]
    pub confirm: Option<String>,
}

#[derive(Debug, Args)]
pub struct UnlockArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
}
