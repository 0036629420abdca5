//! `tminus completions`: what a shell needs to complete a command line, made from the command line itself.

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::exit::{Done, Exit};
use crate::cli::show;
use clap::CommandFactory;

/// Prints the script of a shell.
pub fn run(args: &CompletionsArgs) -> Done {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tminus", &mut script);
    show::text(&String::from_utf8_lossy(&script));
    Ok(Exit::Good)
}
