//! `tminus settle ENV --adopt REASON`: a person adopts what somebody else left in an environment.

use crate::cli::args::env;
use crate::cli::client::Client;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{ask, show};
use tminus_core::command::{Command, GateCommand};
use tminus_core::names::Version;
use tminus_core::situation::Situation;

/// What was said about an adoption.
pub struct AdoptArgs {
    /// The environment, as it was written.
    pub place: String,
    /// Why.
    pub reason: String,
    /// The name that was typed, where it is protected.
    pub typed: Option<String>,
    /// Who says yes.
    pub yes: AdoptYes,
}

/// Who says yes to what was found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdoptYes {
    /// The command said it already.
    Said,
    /// The person at the terminal, once they have seen it.
    Asked,
}

/// Looks, shows what is there, and adopts exactly that.
pub async fn adopt(desk: &Client, args: AdoptArgs) -> Done {
    let AdoptArgs { place: what, reason, typed, yes } = args;
    desk.project.environment(&what)?;
    desk.handle.command(&desk.project.who, Command::Refresh).await?;
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let place = env(&what);
    let (plan, release, now) = (&*snapshot.plan, &*snapshot.release, desk.handle.now());
    // Where this journal never opened a release, no version has anything to do with it.
    let version = desk.project.focus(release).or_else(|_| Version::parse("0").map_err(Stop::wrong))?;
    let situation = Situation { plan, release, version: &version, now };
    situation.may_adopt(&place)?;
    let adoptable = situation.adoptable_in(&place);
    if adoptable.is_empty() {
        return Err(Stop::refused(format!(
            "there is nothing to adopt in {what}: it carries no action that this journal does not know, and no version of \
             its releases that somebody else delivered"
        )));
    }
    adoptable.iter().for_each(|seen| show::hint(&seen.words(&place)));
    if yes == AdoptYes::Asked && !ask::yes("adopt it?").await? {
        return Err(Stop::refused("nothing was adopted: `--yes` adopts it without a question"));
    }
    for seen in adoptable {
        let says = format!("{} runs in {place}: adopted", seen.name());
        let (release, env, typed, reason) = (version.clone(), place.clone(), typed.clone(), reason.clone());
        let adopt = GateCommand::Adopt { release, env, seen, typed, reason };
        desk.handle.command(&desk.project.who, Command::Gate(adopt)).await?;
        show::line(&says);
    }
    Ok(Exit::Good)
}
