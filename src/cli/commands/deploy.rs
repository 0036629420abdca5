//! `tminus deploy ENV`.

use super::act;
use crate::cli::args::{DeployArgs, Global, env};
use crate::cli::desk::Desk;
use crate::cli::exit::{Done, Stop};
use crate::domain::action::Request;
use crate::domain::command::{Command, GateCommand};

/// Deploys the release to an environment.
pub async fn run(global: &Global, args: DeployArgs) -> Done {
    let desk = match args.confirm.yes && !args.confirm.preview {
        true => act::desk(global).await?,
        false => act::looking(global).await?,
    };
    desk.project.environment(&args.env)?;
    let request = Request::Deploy { env: env(&args.env), version: desk.focus().await? };
    if args.confirm.preview {
        return act::preview(global, desk, request).await;
    }
    if !args.confirm.yes {
        return Err(Stop::refused("nothing was done: `--preview` shows what would be, `--yes` does it"));
    }
    let waiting = act::waiting(&desk, &args.detach)?;
    for waiver in &args.waive {
        waive(&desk, &args.env, waiver).await?;
    }
    act::act(global, desk, request, (args.confirm.consent(), waiting)).await
}

async fn waive(desk: &Desk, environment: &str, text: &str) -> Result<(), Stop> {
    let shape = || Stop::wrong(format!("--waive {text:?} is not CHECK=\"reason\""));
    let (item, reason) = text.split_once('=').ok_or_else(shape)?;
    let release = desk.focus().await?;
    let (item, reason) = (item.trim().to_owned(), reason.trim().to_owned());
    let waive = GateCommand::Waive { release, env: env(environment), item, reason };
    desk.handle.command(&desk.project.who, Command::Gate(waive)).await?;
    Ok(())
}
