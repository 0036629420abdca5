//! The commands about who holds an environment.

use super::global::span;
use clap::Args;

#[derive(Debug, Args)]
pub struct LockArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
    /// The reason, which everybody whom the lock blocks sees
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// How long (30m, 2h); by default until somebody unlocks it
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    pub lapse: Option<tminus_core::time::Span>,
    /// Take the lock over from its holder, by name; the journal records it
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
