//! The commits around a branch: those since the last release, those that it and its base lack, and how far the remote's copy is.
//!
//! The history is gone through only when a tip has moved; where nothing has, a look costs four short questions.

use super::GitRepository;
use super::branch::{ahead_behind, tips};
use super::moving::unfinished;
use super::program::GitProgram;
use super::repository::{LogSeen, LogTips};
use super::stream::GitOutput;
use jiff::Timestamp;
use std::collections::HashMap;
use std::io::{Read as _, copy, sink};
use tminus_core::branch_log::{BranchLog, CheckoutNote, CommitList, LoggedCommit, RemoteApart, RemoteGap};
use tminus_core::names::Commit;
use tminus_core::ports::{LogAsk, PortError};

/// How much of what git lists is read, in bytes.
const LISTED: u64 = 8 << 20;
/// The longest subject and the longest name that are kept, in characters.
const SUBJECT: usize = 200;
const AUTHOR: usize = 60;
/// How many logs are kept: one for each release that is open.
const KEPT: usize = 8;

/// What the first questions say: where everything points, and what else is known without going through the history.
struct LogGround {
    tips: LogTips,
    notes: Vec<CheckoutNote>,
}

/// Reads the commits around a branch.
pub(super) async fn log(repository: &GitRepository, ask: &LogAsk) -> Result<BranchLog, PortError> {
    let what = format!("the commits of {} could not be listed", ask.branch);
    let asked = ask.clone();
    let ground = repository.ask(&what, move |git, about| ground(git, about, &asked)).await?;
    let known = repository.with_logs(|logs| {
        let seen = logs.iter().find(|seen| seen.ask == *ask && seen.tips == ground.tips);
        seen.map(|seen| seen.log.clone())
    });
    if let Some(known) = known {
        return Ok(BranchLog { notes: ground.notes, ..known });
    }
    let (asked, tips) = (ask.clone(), ground.tips.clone());
    let plan = repository.ask(&what, move |git, about| walks(git, about, (&asked, &tips))).await?;
    let log = BranchLog {
        new: repository.listed(plan.new, CommitList::SHOWN).await?,
        ahead: repository.listed(plan.ahead, CommitList::FEW).await?,
        behind: repository.listed(plan.behind, CommitList::FEW).await?,
        since: plan.since,
        remote: plan.remote,
        notes: ground.notes,
        unread: None,
    };
    repository.with_logs(|logs| {
        logs.retain(|seen| seen.ask.branch != ask.branch);
        logs.truncate(KEPT - 1);
        logs.push(LogSeen { ask: ask.clone(), tips: ground.tips, log: log.clone() });
    });
    Ok(log)
}

/// Which parts of the history to list: from the first commit, without what the second leads to.
struct LogWalks {
    since: Option<String>,
    new: Option<(Commit, Option<Commit>)>,
    ahead: Option<(Commit, Option<Commit>)>,
    behind: Option<(Commit, Option<Commit>)>,
    remote: Option<RemoteGap>,
}

fn ground(git: &GitProgram, about: &GitRepository, ask: &LogAsk) -> Result<LogGround, PortError> {
    let remote = &about.remote;
    let previous = ask.previous.as_ref().map(|tag| format!("refs/tags/{tag}"));
    let (local, copy) = (format!("refs/heads/{}", ask.branch), format!("refs/remotes/{remote}/{}", ask.branch));
    let (base, base_copy) = (format!("refs/heads/{}", ask.base), format!("refs/remotes/{remote}/{}", ask.base));
    let mut names = vec![local.clone(), copy.clone(), base.clone(), base_copy.clone()];
    names.extend(previous.clone());
    let tips: HashMap<String, Commit> = tips(git, &names)?;
    let tip = |name: &String| tips.get(name).cloned();
    let previous = previous.as_ref().and_then(tip);
    // Any new tag may be the nearest one.
    let all = ["for-each-ref", "--format=%(objectname) %(refname)", "refs/tags"];
    let tags = if previous.is_some() { String::new() } else { tminus_core::hex::sha256(git.line(&all)?) };
    let has_remote = git.answer(&["config", "--get-all", &format!("remote.{remote}.url")])?.is_good();
    let is_shallow = about.common_dir.join("shallow").exists();
    let mut notes = checkouts(git, about, &local)?;
    notes.extend(is_shallow.then_some(CheckoutNote::Shallow));
    notes.extend(unfinished(about).map(|what| CheckoutNote::InProgress(what.to_owned())));
    let tips = LogTips {
        here: tip(&local).or_else(|| tip(&copy)),
        ground: tip(&base).or_else(|| tip(&base_copy)),
        copy: tip(&copy),
        local: tip(&local),
        previous,
        tags,
        has_remote,
        is_shallow,
    };
    Ok(LogGround { tips, notes })
}

/// Says whether a branch is checked out here, and where else the release's is.
fn checkouts(git: &GitProgram, about: &GitRepository, local: &str) -> Result<Vec<CheckoutNote>, PortError> {
    let head = git.answer(&["symbolic-ref", "--quiet", "HEAD"])?;
    let mut notes: Vec<CheckoutNote> = Vec::new();
    if !head.is_yes()? {
        notes.push(CheckoutNote::Detached);
    }
    if head.text() != local {
        let found = git.line(&["for-each-ref", "--format=%(refname)%00%(worktreepath)", local])?;
        let path = found.lines().find_map(|line| line.split_once('\0').filter(|(name, _)| *name == local));
        let path = path.map(|(_, path)| path.to_owned()).filter(|path| !path.is_empty());
        notes.extend(path.filter(|path| about.root.as_path() != path).map(CheckoutNote::OtherWorktree));
    }
    Ok(notes)
}

fn walks(git: &GitProgram, about: &GitRepository, (ask, tips): (&LogAsk, &LogTips)) -> Result<LogWalks, PortError> {
    let mut walks = LogWalks { since: None, new: None, ahead: None, behind: None, remote: None };
    walks.remote = remote_gap(git, about, (ask, tips))?;
    let Some(here) = &tips.here else { return Ok(walks) };
    // Where the history here ends before the two meet, git would list all of it.
    let is_joined = |a: &Commit, b: &Commit| match tips.is_shallow {
        true => git.answer(&["merge-base", a.as_str(), b.as_str()])?.is_yes(),
        false => Ok(true),
    };
    let previous = ask.previous.clone().zip(tips.previous.clone());
    let since = match previous {
        Some((tag, at)) if is_joined(here, &at)? => Some((tag, at)),
        Some(_) => None,
        None => nearest(git, (here, &ask.tag))?,
    };
    walks.new = Some((here.clone(), since.as_ref().map(|(_, at)| at.clone())));
    walks.since = since.map(|(tag, _)| tag);
    if let Some(ground) = tips.ground.as_ref().filter(|ground| *ground != here)
        && is_joined(here, ground)?
    {
        walks.ahead = Some((here.clone(), Some(ground.clone())));
        walks.behind = Some((ground.clone(), Some(here.clone())));
    }
    Ok(walks)
}

/// Returns the tag of the newest commit behind a branch that has one, other than that of the release. `git describe` and
/// whatever else knows it go through the whole history.
fn nearest(git: &GitProgram, (here, own): (&Commit, &str)) -> Result<Option<(String, Commit)>, PortError> {
    let tagged =
        git.line(&["for-each-ref", "--format=%(objectname) %(*objectname) %(refname:lstrip=2)", "refs/tags"])?;
    let mut tags: HashMap<&str, &str> = HashMap::new();
    for line in tagged.lines() {
        let mut fields = line.splitn(3, ' ');
        let (Some(object), Some(behind), Some(tag)) = (fields.next(), fields.next(), fields.next()) else { continue };
        if tag != own {
            tags.insert(if behind.is_empty() { object } else { behind }, tag);
        }
    }
    if tags.is_empty() {
        return Ok(None);
    }
    let most = format!("--max-count={}", CommitList::COUNTED + 1);
    let commits = git.line(&["rev-list", &most, here.as_str(), "--"])?;
    Ok(commits.lines().find_map(|id| Some(((*tags.get(id)?).to_owned(), Commit::new(id)))))
}

fn remote_gap(
    git: &GitProgram,
    about: &GitRepository,
    (ask, tips): (&LogAsk, &LogTips),
) -> Result<Option<RemoteGap>, PortError> {
    if !tips.has_remote {
        return Ok(None);
    }
    let apart = match (&tips.local, &tips.copy) {
        (_, None) => RemoteApart::NoCopy,
        (None, Some(_)) => RemoteApart::OnlyCopy,
        (Some(here), Some(there)) => match ahead_behind((git, about), here, there)? {
            Some((unpushed, incoming)) => RemoteApart::By(unpushed, incoming),
            None => RemoteApart::Unknown,
        },
    };
    Ok(Some(RemoteGap { name: format!("{}/{}", about.remote, ask.branch), apart }))
}

impl GitRepository {
    fn with_logs<T>(&self, read: impl FnOnce(&mut Vec<LogSeen>) -> T) -> T {
        read(&mut self.logs.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    async fn listed(&self, walk: Option<(Commit, Option<Commit>)>, kept: usize) -> Result<CommitList, PortError> {
        let Some((from, without)) = walk else { return Ok(CommitList::default()) };
        let mut words: Vec<String> =
            ["log", "-z", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--format=%H %ct %aN%n%s"]
                .map(str::to_owned)
                .into();
        words.push(format!("--max-count={}", CommitList::COUNTED + 1));
        words.push(from.to_string());
        words.extend(without.map(|without| format!("^{without}")));
        words.push("--".to_owned());
        let text = self.program().stream(&words, Vec::new(), bounded).await?;
        let list = CommitList::of(commits(&text), kept);
        let is_more = list.is_more || text.len() as u64 >= LISTED;
        Ok(CommitList { is_more, ..list })
    }
}

/// Reads as much as is kept, and lets the rest go by.
fn bounded(out: &mut GitOutput) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    out.by_ref().take(LISTED).read_to_end(&mut bytes)?;
    copy(out, &mut sink())?;
    Ok(bytes)
}

/// Reads what was listed. An entry ends with a NUL; one that was cut off is not read.
fn commits(listed: &[u8]) -> Vec<LoggedCommit> {
    let entries = listed.split_inclusive(|byte| *byte == 0).filter_map(|entry| entry.strip_suffix(&[0]));
    entries.filter_map(|entry| commit(&String::from_utf8_lossy(entry))).collect()
}

fn commit(entry: &str) -> Option<LoggedCommit> {
    let (about, subject) = entry.split_once('\n').unwrap_or((entry, ""));
    let mut about = about.splitn(3, ' ');
    let (id, second, author) = (about.next()?, about.next()?, about.next().unwrap_or_default());
    let at = second.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    let first = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    Some(LoggedCommit {
        commit: Commit::new(id),
        at: at.unwrap_or(Timestamp::UNIX_EPOCH),
        author: first(author, AUTHOR),
        subject: first(subject, SUBJECT),
    })
}
