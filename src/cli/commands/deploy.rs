//! `tminus deploy ENV`.

use super::{act, preview};
use crate::cli::args::{DeployArgs, Global, env};
use crate::cli::client::Client;
use crate::cli::exit::{Done, Stop};
use tminus_core::action::Request;
use tminus_core::command::{Command, GateCommand};

/// Deploys the release to an environment.
pub async fn run(global: &Global, args: DeployArgs) -> Done {
    // Words that are wrong are wrong whatever else was said, and before anything is opened.
    let waivers = WaiverArgs::all(&args.waive)?;
    let desk = act::asked(global, args.confirm.go).await?;
    desk.project.environment(&args.env)?;
    let request = Request::Deploy { env: env(&args.env), version: desk.focus().await? };
    if !args.confirm.go.begins() {
        return preview::instead(global, desk, request, args.confirm.go).await;
    }
    let waiting = act::waiting(&desk, &args.detach)?;
    waive(&desk, (&request, &args.env), waivers).await?;
    act::act(global, desk, request, (args.confirm.consent(), waiting)).await
}

/// What of the gate is gone on without, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct WaiverArgs {
    item: String,
    /// Whether one is needed, the engine says.
    reason: String,
}

impl WaiverArgs {
    /// Reads what stands behind each `--waive`.
    pub fn all(texts: &[String]) -> Result<Vec<Self>, Stop> {
        texts.iter().map(|text| Self::read(text)).collect()
    }

    fn read(text: &str) -> Result<Self, Stop> {
        let shape = || Stop::wrong(format!("--waive {text:?} is not CHECK=\"reason\""));
        let (item, reason) = text.split_once('=').ok_or_else(shape)?;
        let (item, reason) = (item.trim().to_owned(), reason.trim().to_owned());
        if item.is_empty() {
            return Err(shape());
        }
        Ok(Self { item, reason })
    }
}

/// Records what a person goes on without, before the action that needs it.
pub async fn waive(desk: &Client, (request, place): (&Request, &str), waivers: Vec<WaiverArgs>) -> Result<(), Stop> {
    for WaiverArgs { item, reason } in waivers {
        let release = desk.focus_of(request).await?;
        let waive = GateCommand::Waive { release, env: env(place), item, reason };
        desk.handle.command(&desk.project.who, Command::Gate(waive)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::Exit;

    #[test]
    fn a_waiver_is_a_check_and_what_stands_behind_the_first_equals_sign() {
        let read = WaiverArgs::read(" tests = x = 2 ").unwrap();
        assert_eq!(read, WaiverArgs { item: "tests".to_owned(), reason: "x = 2".to_owned() });
        for wrong in ["tests", "", "=why", " = why"] {
            assert_eq!(WaiverArgs::read(wrong).unwrap_err().exit, Exit::Wrong, "{wrong}");
        }
    }
}
