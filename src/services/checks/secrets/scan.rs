//! A scan from one end to the other: what earlier ones read, what is new in the history, what the checkout changes.

use super::blobs::{FileOutcome, ReadBy, read, sizes};
use super::cache::{ReadRange, ScanCache};
use super::checkout::CheckoutFiles;
use super::findings::{AllowList, SecretPlace, copies, places};
use super::history::{HistoryList, HistoryPart};
use super::object::ObjectName;
use crate::git::GitProgram;
use crate::probe::ProbeDeps;
use std::collections::BTreeSet;
use std::sync::Arc;
use tminus_core::hex::sha256;
use tminus_core::kinds::check::{SecretsReading, UnreadFiles};
use tminus_core::names::Commit;
use tminus_core::ports::{FailureKind, PortError};

/// What is scanned.
pub(super) struct ScanScope<'a> {
    pub(super) commit: &'a Commit,
    /// Where it begins: as the plan names it, and the commit that this is.
    pub(super) since: Option<(String, Commit)>,
    /// How large a file may be, in bytes.
    pub(super) largest: u64,
    pub(super) allow: AllowList<'a>,
}

/// What a scan came to.
pub(super) struct ScanResult {
    /// The reading, without what is told of the places.
    pub(super) reading: SecretsReading,
    pub(super) places: Vec<SecretPlace>,
}

impl ScanScope<'_> {
    /// Says in words what is scanned.
    fn words(&self) -> String {
        match &self.since {
            Some((name, _)) => format!("the history since {name}"),
            None => "the whole history".to_owned(),
        }
    }

    /// Says what was asked, with its commits.
    pub(super) fn asked(&self) -> String {
        match &self.since {
            Some((name, since)) => {
                format!("secrets in the history since {name} ({}..{})", since.short(), self.commit.short())
            }
            None => format!("secrets in the whole history of {}", self.commit.short()),
        }
    }
}

/// Scans the history and the checkout.
pub(super) async fn scan(around: &ProbeDeps, scope: &ScanScope<'_>, by: &ReadBy) -> Result<ScanResult, PortError> {
    let (repository, git) = (&around.repository, around.repository.program());
    let scope_hash = sha256(format!("{} {}", by.rules.hash(), scope.largest));
    let folder = around.state.join("secrets");
    let key = around.secrets.key();
    let mut cache = ScanCache::open(&folder, key, &scope_hash, scope.commit.as_str().len() / 2);
    let since = scope.since.as_ref().map(|(_, since)| since.clone());
    let before = read_before(&git, &cache, (since.as_ref(), scope.commit)).await?;
    let without = since.iter().cloned().chain(before.iter().map(|range| Commit::new(range.until.clone()))).collect();
    let part = HistoryPart { until: scope.commit.clone(), without };
    let list = part.list(&git).await?;
    let mut gaps = list.gaps(repository);
    let mut history = read_history(&git, &mut cache, (&list, scope.largest), by).await?;
    if let Some(before) = &before {
        history.go_on_from(before);
    }
    let (commits, files) = (history.range.commits, history.range.files);
    if commits == 0 {
        gaps.push(format!("no commit is in {}: it begins where it ends", scope.words()));
    }
    let whole = HistoryPart { until: scope.commit.clone(), without: since.iter().cloned().collect() };
    add_copies(&git, (&part, &whole), (scope, by), &mut history.range).await?;
    if gaps.is_empty() {
        let (since, until) = (since.map(|since| since.to_string()), scope.commit.to_string());
        cache.add_range(ReadRange { since, until, ..history.range.clone() });
    }
    let mut left_out = history.range.left_out;
    left_out.submodules = repository.submodules_at(scope.commit).await? as u64;
    let mut places = history.range.places;
    let uncommitted =
        read_checkout(around, &mut cache, (scope.largest, by), &mut left_out, &mut gaps, &mut places).await?;
    let kept = tokio::task::spawn_blocking(move || cache.keep()).await;
    kept.map_err(|error| PortError::new(FailureKind::Malformed, error.to_string()))?;
    let remembered = history.remembered;
    let reading = SecretsReading {
        scope: scope.words(),
        commits,
        files,
        remembered,
        uncommitted,
        left_out,
        gaps,
        ..SecretsReading::default()
    };
    Ok(ScanResult { reading, places })
}

/// Finds a range that was read whole and that the commit goes on from.
async fn read_before(
    git: &GitProgram,
    cache: &ScanCache,
    (since, until): (Option<&Commit>, &Commit),
) -> Result<Option<ReadRange>, PortError> {
    let ranges: Vec<ReadRange> = cache.ranges(since.map(Commit::as_str)).cloned().collect();
    let (git, until) = (git.clone(), until.clone());
    let found = tokio::task::spawn_blocking(move || {
        ranges.into_iter().find(|range| {
            let words = ["merge-base", "--is-ancestor", &range.until, until.as_str()];
            range.until == until.as_str() || git.answer(&words).is_ok_and(|answer| answer.is_good())
        })
    });
    found.await.map_err(|error| PortError::new(FailureKind::Malformed, error.to_string()))
}

/// What reading a part of the history came to.
struct ReadHistory {
    range: ReadRange,
    remembered: u64,
}

impl ReadHistory {
    /// Puts what was read before in front of it.
    fn go_on_from(&mut self, before: &ReadRange) {
        let UnreadFiles { binary, large, pointers, submodules: _ } = before.left_out;
        let left_out = &mut self.range.left_out;
        (left_out.binary, left_out.large) = (left_out.binary + binary, left_out.large + large);
        left_out.pointers += pointers;
        self.range.commits += before.commits;
        self.range.files += before.files;
        self.remembered += before.files;
        self.range.places.splice(0..0, before.places.iter().cloned());
        self.range.copied.extend(before.copied.iter().cloned());
    }
}

/// Reads the files of a list that no earlier scan read.
async fn read_history(
    git: &GitProgram,
    cache: &mut ScanCache,
    (list, largest): (&HistoryList, u64),
    by: &ReadBy,
) -> Result<ReadHistory, PortError> {
    let known: Vec<Option<FileOutcome>> = list.objects.iter().map(|object| cache.outcome(&object.name)).collect();
    let asked: Vec<usize> = (0..list.objects.len()).filter(|at| known[*at].is_none()).collect();
    let names: Vec<ObjectName> = asked.iter().map(|at| list.objects[*at].name).collect();
    let sizes = sizes(git, &names).await?;
    let is_file = asked.iter().zip(sizes).filter_map(|(at, size)| Some((*at, size?)));
    let (small, large): (Vec<_>, Vec<_>) = is_file.partition(|(_, size)| *size <= largest);
    let files: Vec<(ObjectName, u64)> = small.iter().map(|(at, size)| (list.objects[*at].name, *size)).collect();
    let outcomes = read(git, by, &files).await?;
    let mut all: Vec<(usize, FileOutcome)> =
        known.into_iter().enumerate().filter_map(|(at, known)| Some((at, known?))).collect();
    let remembered = all.len() as u64;
    for ((at, _), outcome) in small.iter().zip(outcomes) {
        cache.add(list.objects[*at].name, &outcome);
        all.push((*at, outcome));
    }
    all.sort_by_key(|(at, _)| *at);
    let mut left_out = UnreadFiles { large: large.len() as u64, ..UnreadFiles::default() };
    let (files, mut found) = (all.len() as u64, Vec::new());
    for (at, outcome) in all {
        let object = &list.objects[at];
        let commit = list.commits.get(object.commit).map(ToString::to_string);
        found.extend(taken(outcome, &mut left_out, |hits| {
            places(hits, &object.path, commit, Some(object.name.to_string()))
        }));
    }
    let commits = list.commits.len() as u64;
    let files = files - left_out.binary;
    let range = ReadRange {
        since: None,
        until: String::new(),
        commits,
        files,
        left_out,
        places: found,
        copied: BTreeSet::new(),
    };
    Ok(ReadHistory { range, remembered })
}

/// Counts what a file came to, and makes the places of its secrets.
fn taken(
    outcome: FileOutcome,
    left_out: &mut UnreadFiles,
    places: impl FnOnce(Vec<super::blobs::FileHit>) -> Vec<SecretPlace>,
) -> Vec<SecretPlace> {
    match outcome {
        FileOutcome::Clean => Vec::new(),
        FileOutcome::Binary => {
            left_out.binary += 1;
            Vec::new()
        }
        FileOutcome::Pointer => {
            left_out.pointers += 1;
            Vec::new()
        }
        FileOutcome::Found(hits) => places(hits),
    }
}

/// Adds the other paths of files whose secrets may stay where they were listed: a copy elsewhere may not. Where an earlier scan
/// did that, only what is new is looked through.
async fn add_copies(
    git: &GitProgram,
    (new, whole): (&HistoryPart, &HistoryPart),
    (scope, by): (&ScanScope<'_>, &ReadBy),
    range: &mut ReadRange,
) -> Result<(), PortError> {
    let is_allowed = |place: &&SecretPlace| scope.allow.has(by.rules.id(place.rule), &place.path);
    let files: BTreeSet<ObjectName> = range
        .places
        .iter()
        .filter(is_allowed)
        .filter_map(|place| ObjectName::parse(place.file.as_ref()?.as_bytes()))
        .collect();
    let (known, unknown): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| range.copied.contains(&file.to_string()));
    let mut found = copies(git, &new.words(), &known).await?;
    found.extend(copies(git, &whole.words(), &unknown).await?);
    let mut more = Vec::new();
    for place in &range.places {
        let others = found.iter().filter(|copy| place.file.as_ref() == Some(&copy.file) && copy.path != place.path);
        more.extend(others.map(|copy| SecretPlace {
            path: copy.path.clone(),
            commit: Some(copy.commit.clone()),
            ..place.clone()
        }));
    }
    more.retain(|place| !range.places.contains(place));
    range.places.extend(more);
    range.copied.extend(unknown.iter().map(ToString::to_string));
    Ok(())
}

/// Reads what the checkout changes in tracked files; returns how many those are.
async fn read_checkout(
    around: &ProbeDeps,
    cache: &mut ScanCache,
    (largest, by): (u64, &ReadBy),
    left_out: &mut UnreadFiles,
    gaps: &mut Vec<String>,
    found: &mut Vec<SecretPlace>,
) -> Result<u64, PortError> {
    let (repository, git) = (around.repository.clone(), around.repository.program());
    let files = CheckoutFiles::of(&repository).await?;
    let names: Vec<ObjectName> = files.staged.iter().map(|(name, _)| *name).collect();
    let sizes = sizes(&git, &names).await?;
    let sized = files.staged.iter().zip(sizes).filter_map(|((name, path), size)| Some((*name, path, size?)));
    let (small, large): (Vec<_>, Vec<_>) = sized.partition(|(_, _, size)| *size <= largest);
    left_out.large += large.len() as u64;
    let asked: Vec<(ObjectName, u64)> = small.iter().map(|(name, _, size)| (*name, *size)).collect();
    let mut count = 0;
    for ((name, path, _), outcome) in small.iter().zip(read(&git, by, &asked).await?) {
        count += 1;
        cache.add(*name, &outcome);
        found.extend(taken(outcome, left_out, |hits| places(hits, path, None, None)));
    }
    let by: ReadBy = ReadBy { rules: Arc::clone(&by.rules), mark: Arc::clone(&by.mark) };
    let written = tokio::task::spawn_blocking(move || files.read(repository.root(), largest, &by)).await;
    let written = written.map_err(|error| PortError::new(FailureKind::Malformed, error.to_string()))?;
    left_out.large += written.large;
    let mask = around.secrets.mask();
    gaps.extend(written.gaps.iter().map(|gap| mask.apply(gap)));
    for (path, outcome) in written.read {
        count += 1;
        found.extend(taken(outcome, left_out, |hits| places(hits, &path, None, None)));
    }
    Ok(count)
}
