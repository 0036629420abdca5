//! `tminus completions`: what a shell needs to complete a command line. The shell asks tminus itself at each TAB.

use crate::cli::args::{CompletionsArgs, command};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::show;
use clap_complete::CompleteEnv;
use clap_complete::env::Shells;

/// The variable by which a shell asks; its value names the shell.
const ASKED: &str = "TMINUS_COMPLETE";

/// Prints the script of a shell.
pub fn run(args: &CompletionsArgs) -> Done {
    let shells = Shells::builtins();
    let shell = shells.completer(&args.shell.to_string());
    let shell = shell.ok_or_else(|| Stop::wrong(format!("there is no completion for {}", args.shell)))?;
    let mut script = Vec::new();
    let written = shell.write_registration(ASKED, "tminus", "tminus", "tminus", &mut script);
    written.map_err(color_eyre::Report::from)?;
    show::text(&String::from_utf8_lossy(&script));
    Ok(Exit::Good)
}

/// Answers a shell that asks what could stand at the cursor; says whether one did.
pub fn answer() -> Result<bool, clap::Error> {
    let answering = CompleteEnv::with_factory(command).var(ASKED).bin("tminus").completer("tminus");
    answering.try_complete(std::env::args_os(), std::env::current_dir().ok().as_deref())
}
