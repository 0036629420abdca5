//! `tminus release tag` and the like: one subcommand for each kind of action on the repository.

use super::global::{Detach, GoAhead, Timeout, version};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, Subcommand};
use tminus_core::kinds::repository::ActKind;
use tminus_core::names::Version;

/// The option that opens an editor.
const EDIT: &str = "edit";

#[derive(Debug, Args)]
pub struct ActArgs {
    /// The release; the open one by default
    #[arg(value_parser = version)]
    pub version: Option<Version>,
    #[command(flatten)]
    pub detach: Detach,
    #[command(flatten)]
    pub timeout: Timeout,
    #[command(flatten)]
    pub go: GoAhead,
    /// Undo it
    #[arg(long)]
    pub undo: bool,
}

/// An action on the repository: of which kind, and what was written behind it.
#[derive(Debug)]
pub struct ActCmd {
    pub kind: ActKind,
    pub args: ActArgs,
    /// A person's editor is opened on the draft.
    pub edit: bool,
}

impl FromArgMatches for ActCmd {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let found = matches.subcommand().and_then(|(name, own)| Some((ActKind::named(name)?, own)));
        let (kind, own) = found.ok_or_else(|| clap::Error::new(clap::error::ErrorKind::MissingSubcommand))?;
        let edit = kind.names().edit.is_some() && own.get_flag(EDIT);
        Ok(Self { kind, args: ActArgs::from_arg_matches(own)?, edit })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Subcommand for ActCmd {
    fn augment_subcommands(command: Command) -> Command {
        ActKind::ALL.iter().map(|kind| kind.names()).fold(command, |command, names| {
            let own = ActArgs::augment_args(Command::new(names.forward.verb)).about(names.about);
            let flag = |help: &'static str| {
                Arg::new(EDIT).long(EDIT).action(ArgAction::SetTrue).conflicts_with("undo").help(help)
            };
            command.subcommand(own.args(names.edit.map(flag)))
        })
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        ActKind::named(name).is_some()
    }
}
