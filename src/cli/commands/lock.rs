//! `tminus lock ENV` and `tminus unlock ENV`: who holds an environment, and why.

use super::act;
use crate::cli::args::{Global, LockArgs, UnlockArgs, env};
use crate::cli::client::Client;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use serde_json::json;
use tminus_core::command::Command;
use tminus_core::lock::LockCommand;
use tminus_core::names::EnvName;

/// Locks an environment, or takes its lock over.
pub async fn take(global: &Global, args: LockArgs) -> Done {
    let desk = act::deciding(global).await?;
    let env = env(&args.env);
    let until = args.lapse.map(|span| span.after(desk.handle.now()));
    let (reason, typed) = (args.reason, args.confirm);
    let command = match args.take_over {
        Some(from) => LockCommand::TakeOver { env: env.clone(), from, reason, until, typed },
        None => LockCommand::Take { env: env.clone(), reason, until },
    };
    desk.once(async |desk| ask(global, desk, (env, command)).await).await
}

/// Lets an environment go.
pub async fn release(global: &Global, args: UnlockArgs) -> Done {
    let desk = act::deciding(global).await?;
    let env = env(&args.env);
    let command = LockCommand::Release { env: env.clone() };
    desk.once(async |desk| ask(global, desk, (env, command)).await).await
}

async fn ask(global: &Global, desk: &Client, (env, command): (EnvName, LockCommand)) -> Done {
    desk.handle.command(&desk.project.who, Command::Lock(command)).await?;
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let lock = snapshot.release.locks.find(&env);
    if global.json {
        json::print(json!({ "environment": env, "lock": lock }));
        return Ok(Exit::Good);
    }
    let words = lock.map_or_else(|| "unlocked".to_owned(), |lock| lock.words(desk.handle.now()));
    show::line(&format!("{env} is {words}"));
    Ok(Exit::Good)
}
