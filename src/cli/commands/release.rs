//! `tminus release …`: open, schedule, done, close. Cutting is in `cut`.

use super::cut::{self, CutRequest};
use super::hotfix::{self, HotfixRequest};
use super::opening::{open_release, say};
use super::release_act;
use super::release_base::bare;
use crate::cli::args::{Global, GoAhead, ReleaseCmd};
use crate::cli::ask;
use crate::cli::client::{Client, named};
use crate::cli::exit::{Done, Exit, Stop};
use jiff::Timestamp;
use serde_json::json;
use tminus_core::command::{Command, ReleaseCommand};
use tminus_core::fact::{Fact, ReleaseFact};
use tminus_core::names::Version;
use tminus_core::time::{Offset, t_clock};

/// Does what was asked about a release.
pub async fn run(global: &Global, command: ReleaseCmd) -> Done {
    match command {
        ReleaseCmd::Cut { version, at, yes } => cut::run(global, CutRequest { version, at, yes }).await,
        ReleaseCmd::Hotfix { version, from, preview, yes } => {
            let go = GoAhead { preview, yes };
            hotfix::run(global, HotfixRequest { version, from, go }).await
        }
        ReleaseCmd::Act(act) => release_act::run(global, act).await,
        ReleaseCmd::Open { version } => open(global, version).await,
        ReleaseCmd::Schedule { time } => schedule(global, &time).await,
        ReleaseCmd::Done { milestone, note } => done(global, &milestone, note).await,
        ReleaseCmd::Close { note, entry, yes, without_merge_back: _, why } => {
            close(global, (note, entry, why), yes).await
        }
    }
}

async fn open(global: &Global, version: Version) -> Done {
    let says = bare(global).await?.once(async |desk| open_release(desk, &version).await).await?;
    say(global, &says, json!({ "opened": version }));
    Ok(Exit::Good)
}

async fn schedule(global: &Global, time: &str) -> Done {
    let desk = bare(global).await?;
    let version = desk.focus().await?;
    let now = desk.handle.now();
    let zero = moment(time, now)?;
    let schedule = ReleaseCommand::Schedule { version: version.clone(), zero };
    desk.handle.command(&desk.project.who, Command::Release(schedule)).await?;
    say(
        global,
        &format!("T-0 of {version} is {zero:.0}: {}", t_clock(now, zero)),
        json!({ "release": version, "zero": zero }),
    );
    desk.close().await;
    Ok(Exit::Good)
}

/// Records that a milestone was reached; the plan's own title is recorded, also where its offset was named.
async fn done(global: &Global, milestone: &str, note: String) -> Done {
    let (version, title) = bare(global).await?.once(async |desk| reach(desk, milestone, note).await).await?;
    say(global, &format!("{version}: done: {title}"), json!({ "release": version, "done": title }));
    Ok(Exit::Good)
}

async fn reach(desk: &Client, milestone: &str, note: String) -> Result<(Version, String), Stop> {
    let version = desk.focus().await?;
    let all = &desk.project.file.plan.milestones;
    let offset = Offset::parse(milestone).ok();
    let of_offset: Vec<_> = all.iter().filter(|m| Some(m.at) == offset).collect();
    let title = match (all.iter().find(|m| m.title == milestone), of_offset.as_slice()) {
        (Some(titled), _) => titled.title.clone(),
        (None, [only]) => only.title.clone(),
        (None, _) => {
            let known: Vec<_> = all.iter().map(|m| format!("\"{}\" ({})", m.title, m.at)).collect();
            let known = if known.is_empty() { "it has none".to_owned() } else { known.join(", ") };
            return Err(Stop::wrong(format!("the plan has no milestone {milestone:?}: {known}")));
        }
    };
    let reach = ReleaseCommand::Reach { version: version.clone(), milestone: title.clone(), note };
    desk.handle.command(&desk.project.who, Command::Release(reach)).await?;
    Ok((version, title))
}

/// The note, the entry of the journal that opened the release, and why it is not merged back first.
type CloseWords = (String, Option<u64>, Option<String>);

async fn close(global: &Global, what: CloseWords, yes: bool) -> Done {
    let version = bare(global).await?.once(async |desk| close_at(desk, what, yes).await).await?;
    let says = match Version::parse(version.as_str()) {
        Ok(_) => format!("{version} is closed; `tminus release open {version}` opens it again"),
        Err(_) => "it is closed".to_owned(),
    };
    say(global, &says, json!({ "closed": version }));
    Ok(Exit::Good)
}

async fn close_at(desk: &Client, (note, entry, unmerged): CloseWords, yes: bool) -> Result<Version, Stop> {
    let version = match entry {
        Some(entry) => opened_by(desk, entry).await?,
        None => desk.focus().await?,
    };
    let name = named(&version);
    if !yes && !ask::yes(&format!("Close {name}? Nothing can be deployed from it afterwards.")).await? {
        return Err(Stop::refused(format!("{name} stays open; `--yes` closes it without a question")));
    }
    let close = ReleaseCommand::Close { version: version.clone(), note, unmerged };
    desk.handle.command(&desk.project.who, Command::Release(close)).await?;
    Ok(version)
}

/// Returns the release that an entry of the journal opened.
async fn opened_by(desk: &Client, entry: u64) -> Result<Version, Stop> {
    let (snapshot, _) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let story = &snapshot.release.story;
    match story.iter().find(|record| record.seq == entry).map(|record| &record.fact) {
        Some(Fact::Release(ReleaseFact::Opened { version, .. })) => Ok(version.clone()),
        Some(_) | None => Err(Stop::wrong(format!("entry {entry} of the journal opens no release"))),
    }
}

/// Reads a time: RFC 3339, or an offset from now.
fn moment(text: &str, now: Timestamp) -> Result<Timestamp, Stop> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let wrong = || Stop::wrong(format!("{text:?} is no time: write 2026-11-22T14:00:00Z, or +2h"));
    let is_offset = text.starts_with(['+', '-']);
    let offset = Offset::parse(text).ok().filter(|_| is_offset).ok_or_else(wrong)?;
    Ok(offset.from(now))
}
