//! `tminus help TOPIC`: the documentation. The help of commands alone is clap's.

use crate::cli::args::Cli;
use crate::cli::exit::{Exit, Stop};
use crate::cli::{manual, show};
use clap::{Command, CommandFactory};
use tminus_core::grammar::text::nearest::{nearest, quote};

/// Answers `help TOPIC`; nothing where the command line asks for something else.
pub fn answer(words: &[String]) -> Option<Result<Exit, Stop>> {
    let [first, name] = words else { return None };
    if first != "help" || name.starts_with('-') {
        return None;
    }
    match (manual::named(name), command(name)) {
        (None, None) => Some(Err(unknown(name))),
        (None, Some(_)) => None,
        (Some(topic), command) => {
            if let Some(mut command) = command {
                show::text(&format!("{}\n", command.render_help()));
            }
            show::text(&manual::page(topic.text));
            Some(Ok(Exit::Good))
        }
    }
}

/// Returns a command as it stands in the whole command line.
fn command(name: &str) -> Option<Command> {
    let mut whole = Cli::command();
    whole.build();
    whole.find_subcommand(name).cloned()
}

fn unknown(name: &str) -> Stop {
    let commands = Cli::command();
    let visible = commands.get_subcommands().filter(|command| !command.is_hide_set()).map(Command::get_name);
    let near = nearest(name, manual::TOPICS.iter().map(|topic| topic.name).chain(visible));
    let meant = near.map_or_else(|| "`tminus help` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
    Stop::wrong(format!("no topic or command is called {}; {meant}", quote(name)))
}
