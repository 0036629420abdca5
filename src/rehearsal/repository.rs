//! A git repository that is only played, for a rehearsal of a user's own plan.

use super::acts::{BRANCHES, PlayedKind, is_merge, left, object, played_kind};
use super::shared::SharedWorld;
use async_trait::async_trait;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use tminus_core::branch::{
    BranchBase, BranchState, BumpLook, ChangelogLook, Changes, Checkout, MergeLook, TagObject, VersionEdit,
};
use tminus_core::branch_log::{BranchLog, CommitList, LoggedCommit, RemoteApart, RemoteGap};
use tminus_core::changelog::DAY;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::hex::sha256;
use tminus_core::kinds::repository::PushAct;
use tminus_core::names::Commit;
use tminus_core::plan::Placeholder;
use tminus_core::ports::{BumpAsk, ChangelogAsk, LogAsk, MergeAsk, Repository};
use tokio::sync::mpsc::Sender;

/// Commits on a played branch that its base has not, and the other way round.
const AHEAD: u64 = 7;
const BEHIND: u64 = 2;

/// An hour, in seconds.
const HOUR: i64 = 3_600;

/// Where the names of tags begin.
const TAGS: &str = "refs/tags/";

/// The played repository: its base branch, the tags of what was deployed, and the branches that were created.
pub(crate) struct PlayedRepository(pub SharedWorld);

#[async_trait]
impl Repository for PlayedRepository {
    async fn branch(&self, branch: &str, base: &str, tag: &str) -> Result<BranchState, Failure> {
        let commit = self.commit(branch)?;
        let (ahead, behind) = if commit.is_some() && branch != base { (AHEAD, BEHIND) } else { (0, 0) };
        // Nothing of a checkout is read in a rehearsal, so it is never another one than the release's.
        let (now, name) = (self.0.now(), format!("{TAGS}{tag}"));
        let made = self.0.read(|world| left(world, now).remove(&name).map(|name| name.tip.object))?;
        let copy = PushAct::name("origin", branch);
        let copied = self.0.read(|world| left(world, now).remove(&copy).map(|name| name.tip.commit))?;
        let remote = match (copied, &commit) {
            (Some(there), _) => Some(there),
            // Whoever played before this release began pushed what there was.
            (None, Some(commit)) => Some(self.made_here(commit)?.1),
            (None, None) => None,
        };
        let pushed = Some(remote == commit);
        let (branch, tag, checkout) = (branch.to_owned(), self.commit(tag)?, Checkout::Clean);
        // What was deployed before tminus looked has a tag that it did not make.
        let there = tag.as_ref().map(|commit| TagObject { id: commit.to_string(), subject: None });
        Ok(BranchState {
            branch,
            commit,
            ahead,
            behind,
            uncounted: None,
            pushed,
            remote,
            remote_ahead: None,
            tag,
            checkout,
            changed: Vec::new(),
            ignored: Vec::new(),
            tag_object: made.or(there),
            unmet: Vec::new(),
            unlooked: None,
            bump: None,
            held: Vec::new(),
            unsaved: Vec::new(),
            no_tag: None,
            merges: Vec::new(),
            changelog: None,
        })
    }

    async fn log(&self, ask: &LogAsk) -> Result<BranchLog, Failure> {
        let since = match &ask.previous {
            Some(tag) => self.commit(tag)?.map(|_| tag.clone()),
            None => None,
        };
        if self.commit(&ask.branch)?.is_none() || ask.branch == ask.base {
            return Ok(BranchLog { since, ..BranchLog::default() });
        }
        let ahead = self.commits(&ask.branch, AHEAD);
        let remote = RemoteGap { name: format!("origin/{}", ask.branch), apart: RemoteApart::By(0, 0) };
        Ok(BranchLog {
            since,
            new: ahead.clone(),
            ahead,
            behind: self.commits(&ask.base, BEHIND),
            remote: Some(remote),
            notes: Vec::new(),
            unread: None,
        })
    }

    /// It moves only by orders, and what they do is looked at when they end.
    async fn watch(&self, moved: Sender<()>) -> Result<(), Failure> {
        moved.closed().await;
        Ok(())
    }

    /// No file is read: each says what was there before, until a bump.
    async fn bump(&self, at: &Commit, ask: &BumpAsk) -> Result<BumpLook, Failure> {
        if self.made_here(at)?.0.contains(&PlayedKind::Bump) {
            return Ok(BumpLook::default());
        }
        let past = self.0.read(|world| {
            let mut landed = world.sites.iter().flat_map(|site| &site.past).map(|landed| landed.version.clone());
            landed.rfind(|version| *version != ask.version)
        })?;
        let from = past.map_or_else(|| "0.0.0".to_owned(), |version| version.to_string());
        let files: BTreeSet<&str> = ask.places.iter().map(|place| place.file.as_str()).collect();
        let edit = |file: &str| VersionEdit {
            file: file.to_owned(),
            line: 1,
            from: from.clone(),
            to: ask.version.to_string(),
        };
        Ok(BumpLook { edits: files.into_iter().map(edit).collect(), refused: Vec::new() })
    }

    /// No file is read, and no commit: the section is not there until it is written.
    async fn changelog(&self, at: &Commit, ask: &ChangelogAsk) -> Result<ChangelogLook, Failure> {
        let version = &ask.version;
        if self.made_here(at)?.0.contains(&PlayedKind::Changelog) {
            let refused = vec![format!("{}: line 3 has a section for {version} already", ask.file)];
            return Ok(ChangelogLook { refused, ..ChangelogLook::default() });
        }
        let (heading, drafted) = (format!("## [{version}] - {DAY}"), "### Added\n\n- what was rehearsed\n".to_owned());
        Ok(ChangelogLook { line: 3, heading, drafted, ..ChangelogLook::default() })
    }

    /// What a played branch has of its own is in no other one until it is merged.
    async fn merge_back(&self, ask: &MergeAsk) -> Result<MergeLook, Failure> {
        let (name, now) = (format!("{BRANCHES}{}", ask.into), self.0.now());
        let is_merged = self.0.read(|world| {
            let tip = left(world, now).remove(&name).map(|there| there.tip.commit);
            tip.is_some_and(|tip| is_merge(world, &tip))
        })?;
        let missing = Some(if is_merged { 0 } else { AHEAD });
        let at = self.commit(&name)?.or(self.commit(&ask.into)?);
        Ok(MergeLook { into: ask.into.clone(), at, missing, ..MergeLook::default() })
    }

    async fn resolve(&self, name: &str) -> Result<Option<Commit>, Failure> {
        self.commit(name)
    }

    /// A played history is never rewritten.
    async fn contains(&self, _: &Commit, _: &Commit) -> Result<bool, Failure> {
        Ok(true)
    }

    async fn changes(&self, from: &Commit, to: &Commit) -> Result<Changes, Failure> {
        Ok(Changes { paths: Vec::new(), everything: from != to })
    }

    async fn tags(&self) -> Result<Vec<(String, Timestamp)>, Failure> {
        let now = self.0.now();
        self.0.read(|world| {
            let landed = world.sites.iter().flat_map(|site| &site.past);
            let mut tags: Vec<_> = landed.map(|landed| (self.tag(landed.version.as_str()), landed.at)).collect();
            let made = left(world, now).into_iter();
            tags.extend(made.filter_map(|(name, about)| Some((name.strip_prefix(TAGS)?.to_owned(), about.since))));
            tags.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.cmp(&other.1)));
            tags.dedup_by(|later, first| later.0 == first.0);
            tags.sort_by_key(|(_, at)| std::cmp::Reverse(*at));
            tags
        })
    }

    async fn base(&self, name: &str) -> Result<Option<BranchBase>, Failure> {
        let base = |commit| BranchBase { name: name.to_owned(), commit, remote: None, fetched: None };
        Ok(self.commit(name)?.map(base))
    }

    async fn try_branch(&self, branch: &str, at: &Commit) -> Result<(), Failure> {
        match self.commit(&format!("{BRANCHES}{branch}"))?.filter(|there| there != at) {
            None => Ok(()),
            Some(there) => {
                let says = format!("the branch {branch} cannot be created: it exists already, at {}", there.short());
                Err(Failure::new(FailureKind::Conflict, says))
            }
        }
    }
}

impl PlayedRepository {
    /// Returns as many played commits as a branch is said to have of its own.
    fn commits(&self, branch: &str, count: u64) -> CommitList {
        // A commit does not get younger: what is told changes once an hour.
        let hour = self.0.now().as_second().div_euclid(HOUR) * HOUR;
        let ago = |number: u64| hour - HOUR * i64::try_from(count - number).unwrap_or_default();
        let one = |number: u64| LoggedCommit {
            commit: played(&self.0.plan().project, &format!("{branch} {number}")),
            at: Timestamp::from_second(ago(number)).unwrap_or_default(),
            author: "the rehearsal".to_owned(),
            subject: format!("commit {number} of {branch}, which is only played"),
        };
        CommitList::of((1..=count).rev().map(one).collect(), CommitList::SHOWN)
    }

    /// Returns the kinds of the commits that were made here, from one back to where the branch stood before them.
    fn made_here(&self, at: &Commit) -> Result<(Vec<PlayedKind>, Commit), Failure> {
        self.0.read(|world| {
            let (mut kinds, mut at) = (Vec::new(), at.clone());
            while let Some((kind, before)) = world.orders.iter().find_map(|begun| {
                let made = played_kind(begun).filter(|_| object(begun).id == at.as_str())?;
                Some(made)
            }) {
                kinds.push(kind);
                at = before;
            }
            (kinds, at)
        })
    }

    fn tag(&self, version: &str) -> String {
        let values = BTreeMap::from([(Placeholder::Version, version.to_owned())]);
        self.0.plan().release.tag.fill(&values).unwrap_or_default()
    }

    fn commit(&self, name: &str) -> Result<Option<Commit>, Failure> {
        let (plan, now) = (self.0.plan(), self.0.now());
        self.0.read(|world| {
            let mut left = left(world, now);
            let names = [name.to_owned(), format!("{TAGS}{name}"), format!("{BRANCHES}{name}")];
            if let Some(name) = names.iter().find_map(|name| left.remove(name)) {
                return Some(name.tip.commit);
            }
            let is_commit = name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
            let tags: BTreeSet<_> = world
                .sites
                .iter()
                .flat_map(|site| &site.past)
                .map(|landed| self.tag(landed.version.as_str()))
                .collect();
            match name {
                _ if is_commit => Some(Commit::new(name)),
                "HEAD" => Some(played(&plan.project, &plan.release.base)),
                _ if name == plan.release.base => Some(played(&plan.project, name)),
                _ if tags.contains(name) => Some(played(&plan.project, name)),
                _ => None,
            }
        })
    }
}

/// Returns the commit that a played project has under a name.
fn played(project: &str, name: &str) -> Commit {
    Commit::new(&sha256(format!("{project}\n{name}"))[..40])
}
