//! What merging a release's branch into another one comes to: git merges the two where nobody sees it, and writes what comes of it
//! into a folder that is thrown away.

use super::GitRepository;
use super::branch::{ahead_behind, tips};
use super::moving::{self, MovingLook, checked_out};
use super::program::{GitProgram, entries};
use super::repository::{MergeOutcome, MergeSeen};
use tminus_core::branch::{MergeLook, SHALLOW};
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, MergeAsk, PortError};

/// How many files are named.
const NAMED: usize = 5;

/// How many merges are remembered: those of a release and a hotfix.
const SEEN: usize = 16;

/// Returns what a merge comes to. What the other branch has under other commits, picked or squashed, is merged: then merging changes
/// none of its files.
pub(super) fn look(git: &GitProgram, about: &GitRepository, ask: &MergeAsk) -> Result<MergeLook, PortError> {
    let MergeAsk { branch, at: from, into } = ask;
    let (remote, local) = (&about.remote, format!("refs/heads/{into}"));
    let copy = format!("refs/remotes/{remote}/{into}");
    let tips = tips(git, &[local.clone(), copy.clone()])?;
    let (here, there) = (tips.get(&local), tips.get(&copy));
    let look = MergeLook { into: into.clone(), at: here.cloned(), ..MergeLook::default() };
    // Where the remote has it, it is merged back, however old the branch here is.
    for tip in [here, there].into_iter().flatten() {
        if outcome(git, about, (from, tip))? == Some(MergeOutcome::Nothing) {
            return Ok(MergeLook {
                missing: Some(0),
                pushed: is_in(git, (here, there))?,
                held: ways(git, about, into)?,
                ..look
            });
        }
    }
    let Some(at) = here else {
        let refused = match there {
            Some(_) => format!("there is no {into} here: `git branch {into} {remote}/{into}` makes it"),
            None => format!("there is no branch {into}"),
        };
        let missing = there.map(|there| outcome(git, about, (from, there))).transpose()?.flatten().map(|o| o.count());
        return Ok(MergeLook { missing, refused: vec![refused], ..look });
    };
    let Some(outcome) = outcome(git, about, (from, at))? else {
        return Ok(MergeLook { refused: vec![format!("{SHALLOW}: `git fetch --unshallow`")], ..look });
    };
    let mut refused = Vec::new();
    if let Some(there) = there
        && ahead_behind((git, about), at, there)?.is_none_or(|(_, behind)| behind > 0)
    {
        refused.push(format!("{into} lacks commits of {remote}/{into}: update it first"));
    }
    if let MergeOutcome::Conflicts(_, files) = &outcome {
        let says = format!("{branch} and {into} change the same in {}", named(files));
        refused.push(format!("{says}: {}", by_hand(git, (branch, into))?));
    }
    let (missing, pushed) = (Some(outcome.count()), is_in(git, (here, there))?);
    Ok(MergeLook { missing, pushed, held: ways(git, about, into)?, refused, ..look })
}

/// Says how a person merges it, and how they give that up.
pub(super) fn by_hand(git: &GitProgram, (branch, into): (&str, &str)) -> Result<String, PortError> {
    let merge = format!("git merge --no-ff {branch}");
    let place = match checked_out(git, into)? {
        Some(there) => format!("in {}, `{merge}`", there.display()),
        None => format!("`git switch {into} && {merge}`"),
    };
    Ok(format!("{place}, mend the files and commit, or `git merge --abort`"))
}

pub(super) fn named(files: &[String]) -> String {
    let more = files.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", files[..files.len().min(NAMED)].join(", "))
}

/// Returns the programs by which the repository's own configuration merges files.
pub(super) fn drivers(git: &GitProgram) -> Result<Vec<String>, PortError> {
    let words = ["config", "--show-scope", "-z", "--name-only", "--get-regexp", r"^merge\..*\.driver$"];
    let answer = git.answer(&words)?;
    let found: Vec<String> = if answer.is_yes()? { entries(answer.bytes()).collect() } else { Vec::new() };
    let own = found.chunks(2).filter(|pair| matches!(pair[0].as_str(), "local" | "worktree"));
    Ok(own.filter_map(|pair| pair.get(1)).cloned().collect())
}

/// Whether merging starts programs, whoever configured them: drivers, and the filters that a renormalization asks.
fn starts_programs(git: &GitProgram) -> Result<bool, PortError> {
    git.answer(&["config", "--name-only", "--get-regexp", r"^merge\.(.*\.driver|renormalize)$"])?.is_yes()
}

impl MergeOutcome {
    const fn count(&self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Clean(count) | Self::Conflicts(count, _) | Self::Untold(count) => *count,
        }
    }
}

fn ways(git: &GitProgram, about: &GitRepository, into: &str) -> Result<Vec<String>, PortError> {
    let MovingLook { held, unsaved } = moving::look(git, about, (into, None))?;
    Ok([held, unsaved].concat())
}

fn is_in(git: &GitProgram, (here, there): (Option<&Commit>, Option<&Commit>)) -> Result<bool, PortError> {
    let (Some(here), Some(there)) = (here, there) else { return Ok(false) };
    git.answer(&["merge-base", "--is-ancestor", here.as_str(), there.as_str()])?.is_yes()
}

/// Returns what merging one commit into another comes to; nothing where the history here is too short to tell.
fn outcome(
    git: &GitProgram,
    about: &GitRepository,
    (from, into): (&Commit, &Commit),
) -> Result<Option<MergeOutcome>, PortError> {
    let is_same = |seen: &&MergeSeen| seen.from == *from && seen.into == *into;
    let seen = about.merged.lock().ok().and_then(|seen| seen.iter().find(is_same).map(|seen| seen.outcome.clone()));
    if seen.is_some() {
        return Ok(seen);
    }
    let Some((count, _)) = ahead_behind((git, about), from, into)? else { return Ok(None) };
    let outcome = if count == 0 { MergeOutcome::Nothing } else { merged(git, about, (from, into), count)? };
    if let Ok(mut seen) = about.merged.lock() {
        if seen.len() >= SEEN {
            seen.remove(0);
        }
        seen.push(MergeSeen { from: from.clone(), into: into.clone(), outcome: outcome.clone() });
    }
    Ok(Some(outcome))
}

fn merged(
    git: &GitProgram,
    about: &GitRepository,
    (from, into): (&Commit, &Commit),
    count: u64,
) -> Result<MergeOutcome, PortError> {
    // A look starts no program.
    if starts_programs(git)? {
        return Ok(MergeOutcome::Untold(count));
    }
    let failed = |error: std::io::Error| {
        PortError::new(FailureKind::Rejected, "no folder could be made for a merge").because(error.to_string())
    };
    let objects = tempfile::tempdir().map_err(failed)?;
    let aside = git
        .clone()
        .variable("GIT_OBJECT_DIRECTORY", objects.path())
        .variable("GIT_ALTERNATE_OBJECT_DIRECTORIES", about.common_dir.join("objects"));
    let words = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", into.as_str(), from.as_str()];
    let answer = aside.answer(&words)?;
    match answer.is_yes() {
        Ok(true) => {
            let tree = git.line(&["rev-parse", "--verify", &format!("{into}^{{tree}}")])?;
            let is_same = entries(answer.bytes()).next().is_some_and(|made| made == tree);
            Ok(if is_same { MergeOutcome::Nothing } else { MergeOutcome::Clean(count) })
        }
        Ok(false) => Ok(MergeOutcome::Conflicts(count, entries(answer.bytes()).skip(1).collect())),
        // A git before 2.38 merges nothing aside.
        Err(failure) if failure.sentence().contains("usage") => Ok(MergeOutcome::Untold(count)),
        Err(failure) => Err(failure),
    }
}
