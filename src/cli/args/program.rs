//! What is about the program itself: the rehearsal, trust, and what a shell and a reader need.

use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The scenario
    #[arg(long, value_name = "NAME", default_value = "bad-release")]
    pub scenario: String,
    /// List the scenarios
    #[arg(long)]
    pub list: bool,
    /// Create the rehearsal project in this folder, and keep it
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Do not open the cockpit
    #[arg(long)]
    pub no_open: bool,
    /// Run it on this machine's Docker engine: real containers, built from this program and removed at the end
    #[arg(long, conflicts_with = "no_open")]
    pub docker: bool,
    /// Play the whole scenario from its script, print the timeline, and compare the journal with the expected facts
    #[arg(long, conflicts_with_all = ["dir", "no_open"])]
    pub headless: bool,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Also write tminus.schema.json beside it, and the line that points editors to it
    #[arg(long)]
    pub schema: bool,
}

#[derive(Debug, Args)]
pub struct LintArgs {
    /// List the rules
    #[arg(long)]
    pub rules: bool,
}

#[derive(Debug, Args)]
pub struct TrustArgs {
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Revoke the trust
    #[arg(long, conflicts_with = "yes")]
    pub revoke: bool,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for every command into this folder
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct RehearseBackendArgs {
    /// Check the health of the backend in this container
    #[arg(long)]
    pub health: bool,
}
