//! The commands about who holds an environment.

use super::global::span;
use clap::Args;

#[derive(Debug, Args)]
pub struct LockArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
    /// The reason, shown to everybody whom the lock blocks
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// How long (30m, 2h); without it, until somebody unlocks
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    pub lapse: Option<tminus_core::time::Span>,
    /// Take over the lock from its holder, by name; the journal records it
    #[arg(long, value_name = "HOLDER")]
    pub take_over: Option<String>,
    /// The environment's name; taking over the lock of a protected one requires it
    #[arg(long, value_name = "ENV", requires = "take_over")]
    pub confirm: Option<String>,
}

#[derive(Debug, Args)]
pub struct UnlockArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
}
