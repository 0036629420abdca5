//! What may stand in a command, whoever sends it: a socket takes any text, the journal keeps it for ever, and every screen shows
//! it. The command line and the dialogs refuse the same before they ask.
//!
//! What only names something known (a check, an environment, an open release) is refused where it is looked for. Facts of older
//! journals are not asked: what stands there can be read, and a release of any name can be closed.

use crate::action::Request;
use crate::command::{ActionCommand, CheckCommand, Command, GateCommand, Refusal, ReleaseCommand};
use crate::kinds::repository::LONGEST_SECTION;
use crate::lock::LockCommand;
use crate::names::{Commit, Version};
use crate::notation::is_unprintable;
use crate::seat::SeatCommand;
use crate::time::age;
use jiff::Timestamp;
use std::time::Duration;

/// How long a name may be, and a text that a person writes, in letters.
const NAME: usize = 200;
const TEXT: usize = 4_000;
/// How far away a moment may be that a person names.
const FAR: Duration = Duration::from_secs(10 * 366 * 86_400);

/// Refuses a command that holds what nothing could be called, or nobody would write.
pub(super) fn check(command: &Command, now: Timestamp) -> Result<(), Refusal> {
    match command {
        Command::Release(command) => of_release(command),
        Command::Check(CheckCommand::Run { .. } | CheckCommand::Cancel { .. } | CheckCommand::ReadOutput { .. }) => {
            Ok(())
        }
        Command::Check(CheckCommand::Say { note, .. }) => text("the note", note),
        Command::Gate(GateCommand::Approve { note, .. }) => text("the note", note),
        Command::Gate(GateCommand::Waive { item, reason, .. }) => {
            name("the item", item)?;
            text("the reason", reason)
        }
        // What was seen is compared with what is there.
        Command::Gate(GateCommand::Adopt { typed, reason, .. }) => {
            typed.as_deref().map_or(Ok(()), |typed| name("the typed name", typed))?;
            text("the reason", reason)
        }
        Command::Action(command) => of_action(command),
        Command::Seat(command) => of_seat(command),
        Command::Lock(command) => of_lock(command, now),
        Command::Refresh => Ok(()),
    }
}

fn of_release(command: &ReleaseCommand) -> Result<(), Refusal> {
    match command {
        ReleaseCommand::Cut { hotfix_of: Some(tag), .. } if of_branch(tag).is_err() => of_branch(tag),
        ReleaseCommand::Open { version: _, branch, commit, previous }
        | ReleaseCommand::Cut { version: _, branch, commit, previous, hotfix_of: _ } => {
            of_branch(branch)?;
            of_commit(commit)?;
            previous.as_ref().map_or(Ok(()), of_version)
        }
        // T-0 is compared with now where it is set.
        ReleaseCommand::Schedule { .. } => Ok(()),
        ReleaseCommand::Reach { milestone, note, .. } => {
            name("the milestone", milestone)?;
            text("the note", note)
        }
        ReleaseCommand::Close { note, unmerged, .. } => {
            text("the note", note)?;
            unmerged.iter().try_for_each(|why| text("the reason", why))
        }
    }
}

fn of_action(command: &ActionCommand) -> Result<(), Refusal> {
    match command {
        ActionCommand::Start { request, consent, .. } => {
            consent.typed.as_deref().map_or(Ok(()), |typed| name("the typed name", typed))?;
            of_request(request)
        }
        ActionCommand::Stop { .. } | ActionCommand::Retry { .. } | ActionCommand::Leave { .. } => Ok(()),
        ActionCommand::Accept { note, .. } => text("the note", note),
    }
}

fn of_request(request: &Request) -> Result<(), Refusal> {
    match request {
        Request::Deploy { version, .. } | Request::Build { version, .. } | Request::Cut { version } => {
            of_version(version)
        }
        Request::Act { version, text, .. } => {
            of_version(version)?;
            text.as_deref().map_or(Ok(()), of_section)
        }
        Request::RollBack { to, reason, .. } => {
            to.as_ref().map_or(Ok(()), of_version)?;
            text("the reason", reason)
        }
        Request::Verify { .. } => Ok(()),
    }
}

/// A section of a changelog is longer than a note, and has lines.
fn of_section(text: &str) -> Result<(), Refusal> {
    if text.len() > LONGEST_SECTION {
        return Err(Refusal::unknown(format!(
            "the text has {} bytes, and at most {LONGEST_SECTION} are written",
            text.len()
        )));
    }
    match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        Some(sign) => Err(Refusal::unknown(format!("the text has the control character {sign:?}"))),
        None => Ok(()),
    }
}

fn of_seat(command: &SeatCommand) -> Result<(), Refusal> {
    match command {
        // Of what a client says of itself as much is kept as has room on a screen.
        SeatCommand::Sit { place, .. } => plain("the terminal's name", place, usize::MAX),
        SeatCommand::Rise { why } => plain("the reason", why, usize::MAX),
        SeatCommand::Ask | SeatCommand::Give { .. } | SeatCommand::Decline { .. } | SeatCommand::Take => Ok(()),
    }
}

fn of_lock(command: &LockCommand, now: Timestamp) -> Result<(), Refusal> {
    match command {
        LockCommand::Take { reason, until, .. } | LockCommand::TakeOver { reason, until, .. } => {
            text("the reason", reason)?;
            match until {
                Some(until) if is_far(*until, now) => Err(Refusal::unknown(format!(
                    "{until} is more than ten years away: leave the time out, and the lock stays until it is released"
                ))),
                Some(_) | None => Ok(()),
            }
        }
        LockCommand::Release { .. } => Ok(()),
    }
}

/// Says whether a moment is one that nobody means: a year that was mistyped.
pub(super) fn is_far(at: Timestamp, now: Timestamp) -> bool {
    age(at.max(now), at.min(now)) > FAR
}

fn of_version(version: &Version) -> Result<(), Refusal> {
    Version::parse(version.as_str()).map(drop).map_err(|not_one| Refusal::unknown(not_one.to_string()))
}

/// What git-check-ref-format(1) refuses, and a name that a program would take for an option.
fn of_branch(branch: &str) -> Result<(), Refusal> {
    name("the branch", branch)?;
    let is_wrong = |c: char| c.is_whitespace() || matches!(c, '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    let is_bad = branch.is_empty()
        || branch.starts_with(['-', '/', '.'])
        || branch.ends_with(['/', '.'])
        || branch.contains("..")
        || branch.contains("//")
        || branch.contains("@{")
        || branch.contains(is_wrong);
    if is_bad { Err(Refusal::unknown(format!("{branch:?} cannot name a branch"))) } else { Ok(()) }
}

fn of_commit(commit: &Commit) -> Result<(), Refusal> {
    let text = commit.as_str();
    match (4..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(()),
        false => Err(Refusal::unknown("a commit is named by hexadecimal digits")),
    }
}

fn name(what: &str, name: &str) -> Result<(), Refusal> {
    plain(what, name, NAME)?;
    match name.contains(['\n', '\t']) {
        true => Err(Refusal::unknown(format!("{what} is one line, without a tab"))),
        false => Ok(()),
    }
}

fn text(what: &str, text: &str) -> Result<(), Refusal> {
    plain(what, text, TEXT)
}

/// Refuses what is too long, and what a terminal would follow; a line break and a tab it only shows.
fn plain(what: &str, text: &str, longest: usize) -> Result<(), Refusal> {
    if text.chars().nth(longest).is_some() {
        return Err(Refusal::unknown(format!("{what} is longer than {longest} letters")));
    }
    match text.chars().find(|c| is_unprintable(*c) && !matches!(c, '\n' | '\t')) {
        None => Ok(()),
        Some(c) => Err(Refusal::unknown(format!(
            "{what} holds U+{:04X}, which a terminal follows or does not show: leave it out",
            u32::from(c)
        ))),
    }
}
