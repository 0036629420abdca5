//! Which project this is: its plan, its repository, where its state is kept, whether its plan is trusted.

use super::find_plan::find;
use super::practice;
use super::rehearsal::Marked;
use crate::cli::appearance::variable;
use crate::cli::args::Global;
use crate::cli::exit::Stop;
use crate::cli::person;
use color_eyre::eyre::WrapErr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tminus_core::fact::{Fact, ReleaseFact};
use tminus_core::grammar::plan::{FILE_NAME, PlanFile, read};
use tminus_core::grammar::trusted_lines;
use tminus_core::names::{Commit, Version};
use tminus_core::plan::Plan;
use tminus_core::ports::{PortError, Repository as _};
use tminus_core::read_only::ReadOnly;
use tminus_core::release::{OpenRelease, Release};
use tminus_core::sentence::all_of;
use tminus_core::who::Who;
use tminus_engine::journal::{self, JournalError, JournalReader};
use tminus_engine::look_now;
use tminus_rehearsal::Scenario;
use tminus_services::git::{GitRepository, Lineage, PlanAt};
use tminus_services::patience::Patience;
use tminus_services::trusted;
use tminus_storage::identity::ProjectIdentity;
use tminus_storage::paths::Paths;
use tminus_storage::trust::{Trust, TrustState};

/// A project, found and read; nothing of it was run.
#[derive(Clone)]
pub struct Project {
    /// The folder of the plan; its paths count from here.
    pub root: PathBuf,
    /// The plan.
    pub file: PlanFile,
    /// The repository, or why git cannot read one here.
    pub repository: Result<Arc<GitRepository>, PortError>,
    /// Where things are kept.
    pub paths: Paths,
    /// The files that are trusted with the plan, one line each.
    pub covered: Vec<String>,
    /// Real, or played.
    pub kind: ProjectKind,
    /// Who acts.
    pub who: Who,
    /// The release that was named on the command line.
    pub named: Option<Version>,
    /// Whether the engine stays in this process: asked for, or everything is simulated and nothing outlives the command.
    pub is_solo: bool,
    /// Whether nothing is to be changed from here.
    pub read_only: ReadOnly,
}

/// Whether a project is real.
#[derive(Clone, Debug)]
pub enum ProjectKind {
    /// It is.
    Real,
    /// A rehearsal project that tminus laid down: its processes and requests are real, its engines are played.
    LaidDown(Box<Scenario>),
    /// The user's own plan, with everything played.
    Own(Box<Scenario>),
}

impl ProjectKind {
    /// Returns the scenario that is played.
    pub fn scenario(&self) -> Option<&Scenario> {
        match self {
            Self::Real => None,
            Self::LaidDown(scenario) | Self::Own(scenario) => Some(scenario),
        }
    }
}

fn patience(plan: &Plan) -> Patience {
    let look = plan.limits.look.duration();
    Patience::new(move || look_now(look))
}

impl Project {
    /// Finds the project that the working folder lies in.
    pub async fn find(global: &Global) -> Result<Self, Stop> {
        Self::at(&Self::nearest()?, global).await
    }

    /// Finds the plan file that the working folder lies under, and does not read it.
    pub fn nearest() -> Result<PathBuf, Stop> {
        let here = std::env::current_dir().wrap_err("the working folder is gone")?;
        let missing = || Stop::wrong("no tminus.toml here or above; `tminus init` writes a first one");
        find(&here).map_err(|no| Stop::wrong(no.to_string()))?.ok_or_else(missing)
    }

    /// Returns a command as it is typed where the person is: from elsewhere, the project's folder is gone to first.
    pub fn typed(&self, command: &str) -> String {
        let near = std::env::current_dir().ok().and_then(|here| find(&here).ok().flatten());
        typed_from(near.as_deref().and_then(Path::parent), &self.root, command)
    }

    /// Reads the project of a plan file.
    pub async fn at(path: &Path, global: &Global) -> Result<Self, Stop> {
        let file = read_file(path).await?;
        let root = path.parent().unwrap_or(Path::new("/")).to_owned();
        let repository = GitRepository::open(&root, &file.plan.release.remote);
        let repository = repository.map(|repository| Arc::new(repository.patient(patience(&file.plan))));
        let identity = identity(repository.as_deref().ok(), &file.plan.project, &root).await;
        let paths =
            Paths::of_project(&file.plan.project, identity).map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
        let (kind, paths) = kind(global, paths)?;
        let who = actor(global, &kind)?;
        let is_solo = global.solo || variable("TMINUS_SOLO").is_some() || matches!(kind, ProjectKind::Own(_));
        let covered = trusted::lines(repository.as_deref(), &file.plan.trust_files).await;
        let (named, read_only) = (global.release.clone(), crate::cli::appearance::read_only(global));
        Ok(Self { root, file, repository, paths, covered, kind, who, named, is_solo, read_only })
    }

    /// Reads the plan file again: it may be another one by now, and trusted as that.
    pub async fn reread(self) -> Result<Self, Stop> {
        let file = read_file(&self.root.join(FILE_NAME)).await?;
        let covered = trusted::lines(self.repository.as_deref(), &file.plan.trust_files).await;
        Ok(Self { file, covered, ..self })
    }

    /// Returns how long a look at an outside service may take.
    pub fn patience(&self) -> Patience {
        patience(&self.file.plan)
    }

    /// Returns what the journal says, as it is on disk; nothing at all before the first fact.
    pub fn recorded(&self) -> Result<Release, Stop> {
        match JournalReader::open(&self.paths.journal()).and_then(|reader| reader.records(0)) {
            Ok(records) => Ok(Release::of(&records)),
            Err(JournalError::Missing(_)) => Ok(Release::default()),
            Err(error) => Err(color_eyre::Report::from(error).into()),
        }
    }

    /// Returns the release that a command is about: the named one, or the only one that is open.
    pub fn focus(&self, release: &Release) -> Result<Version, Stop> {
        if let Some(named) = &self.named {
            return match release.openings.contains_key(named) {
                true => Ok(named.clone()),
                false => Err(Stop::wrong(format!("{named} is not open: `tminus release cut {named}` opens it"))),
            };
        }
        let (open, odd): (Vec<_>, Vec<_>) =
            release.open_versions().into_iter().partition(|version| Version::parse(version.as_str()).is_ok());
        match open.as_slice() {
            [only] => Ok((*only).clone()),
            [] if !odd.is_empty() => Err(Stop::wrong(unnameable(release, &odd))),
            // What was released last is still looked after: verified, and rolled back.
            [] => match release.openings.values().max_by_key(|o| o.opened) {
                Some(last) => Ok(last.version.clone()),
                None => Err(self.without_release()),
            },
            many => {
                let name = |version: &&&Version| release.openings.get(**version).map(OpenRelease::name);
                let names: Vec<_> = many.iter().filter_map(|version| name(&version)).collect();
                let odd = if odd.is_empty() { String::new() } else { format!(". {}", unnameable(release, &odd)) };
                Err(Stop::wrong(format!("{} are open: say which with --release{odd}", names.join(", "))))
            }
        }
    }

    /// Says that there is no release; where a journal was taken away, that is the reason.
    fn without_release(&self) -> Stop {
        match journal::rescued_beside(&self.paths.journal()) {
            Some(says) => Stop::cannot_tell(says),
            None => Stop::wrong("no release is open: `tminus release cut VERSION` opens one"),
        }
    }

    /// Says that a commit does not hold the plan that lies here: what it checks there counts for no release.
    pub async fn uncommitted_plan(&self, commit: &Commit) -> Option<String> {
        let at = self.repository.as_ref().ok()?.holds_plan(commit).await.ok()?;
        let is = match at {
            PlanAt::Same => return None,
            PlanAt::Other => "holds another tminus.toml than the one here",
            PlanAt::Missing => "has no tminus.toml",
        };
        let base = &self.file.plan.release.base;
        Some(format!(
            "{} {is}, so checks of files and commands cannot count for it. Commit tminus.toml on {base} before a release is cut",
            commit.short()
        ))
    }

    /// Says the same of the commit that is checked out.
    pub async fn uncommitted_here(&self) -> Option<String> {
        let commit = self.repository.as_ref().ok()?.resolve("HEAD").await.ok()??;
        self.uncommitted_plan(&commit).await
    }

    /// Says which environments there are, when one was named that is none of them.
    pub fn environment(&self, name: &str) -> Result<(), Stop> {
        let names: Vec<&str> = self.file.plan.environments.iter().map(|e| e.name.as_str()).collect();
        match names.contains(&name) {
            true => Ok(()),
            false => Err(Stop::wrong(format!("the plan has no environment {name}; it has {}", all_of(&names)))),
        }
    }

    /// Says that a word names nothing, where it is no environment; that it is no action was seen before.
    pub fn action_or_environment(&self, what: &str) -> Result<(), Stop> {
        self.environment(what)
            .map_err(|stop| Stop { report: stop.report.wrap_err(format!("no action {what}")), ..stop })
    }

    /// Finds an artifact of the plan, or says which there are.
    pub fn artifact(&self, name: &str) -> Result<(), Stop> {
        let names: Vec<&str> = self.file.plan.artifacts.iter().map(|a| a.name.as_str()).collect();
        match names.contains(&name) {
            true => Ok(()),
            false => Err(Stop::wrong(format!("the plan has no artifact {name}; it has {}", all_of(&names)))),
        }
    }

    /// Returns the lines that a person trusts: what the plan touches, what guards it, and the files that it names.
    pub fn trusted_lines(&self) -> Vec<String> {
        [trusted_lines(&self.file.plan), self.covered.clone()].concat()
    }

    /// Returns whether a person trusts what this plan touches.
    pub fn trust(&self) -> Result<TrustState, Stop> {
        let trust = Trust::load(&self.paths).map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
        Ok(trust.state(&self.root, &self.trusted_lines()))
    }

    /// Stops unless the plan may run; one that is only played runs nothing, and one that touches nothing needs no trust
    /// before it was given some.
    pub fn require_trust(&self) -> Result<(), Stop> {
        if matches!(self.kind, ProjectKind::Own(_)) {
            return Ok(());
        }
        match self.trust()? {
            TrustState::Trusted { .. } => Ok(()),
            TrustState::Never if self.trusted_lines().is_empty() => Ok(()),
            TrustState::Never => Err(Stop::refused(format!(
                "{} is not trusted, so nothing in it is run and no secret is read. Read it, then run `tminus trust`.",
                self.root.join("tminus.toml").display()
            ))),
            TrustState::Changed { added, removed } => {
                let added = added.iter().map(|line| format!("\n  + {line}"));
                let lines: String = added.chain(removed.iter().map(|line| format!("\n  - {line}"))).collect();
                Err(Stop::refused(format!(
                    "the plan has changed since you trusted it:{lines}\nRead it, then run `tminus trust`."
                )))
            }
        }
    }
}

/// How much of a version is shown that no command line can name, in letters.
const SHOWN: usize = 32;

/// Returns a version as a person can read it: an older tminus recorded any text as one.
pub fn named(version: &Version) -> String {
    match (Version::parse(version.as_str()), version.as_str().chars().nth(SHOWN)) {
        (Ok(_), _) => version.to_string(),
        (Err(_), None) => format!("{:?}", version.as_str()),
        (Err(_), Some(_)) => format!("{:?}…", version.as_str().chars().take(SHOWN).collect::<String>()),
    }
}

/// Says which open releases no command line can name, and how each is closed.
fn unnameable(release: &Release, odd: &[&Version]) -> String {
    let opened = |version: &Version| {
        let is_it = |fact: &Fact| matches!(fact, Fact::Release(ReleaseFact::Opened { version: v, .. }) if v == version);
        release.story.iter().find(|record| is_it(&record.fact)).map_or(0, |record| record.seq)
    };
    let each = |version: &&Version| {
        format!(
            "{} is open, which can name no version: `tminus release close --entry {}` closes it",
            named(version),
            opened(version)
        )
    };
    odd.iter().map(each).collect::<Vec<_>>().join("; ")
}

async fn read_file(path: &Path) -> Result<PlanFile, Stop> {
    let text = tokio::fs::read_to_string(path).await.wrap_err_with(|| format!("{} cannot be read", path.display()));
    let text = text.map_err(|report| Stop { exit: crate::cli::exit::Exit::Wrong, report, reasons: Vec::new() })?;
    read(path, &text).map_err(Stop::wrong)
}

/// Returns a command as it is typed in a folder whose nearest project is in `near`.
fn typed_from(near: Option<&Path>, root: &Path, command: &str) -> String {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    match near == Some(root.as_path()) {
        true => command.to_owned(),
        false => format!("cd {} && {command}", shell_words::quote(&root.to_string_lossy())),
    }
}

/// Says what a project is known by, so that every clone of it on this machine has one journal.
async fn identity(repository: Option<&GitRepository>, name: &str, root: &Path) -> ProjectIdentity {
    let Some(repository) = repository else { return ProjectIdentity::of_folder(root) };
    let known = Paths::remembered_commits(name, repository.common_dir());
    // To find the first commits of a long history takes a second; that they are still here takes nothing.
    let lineage = match repository.has_all(&known).await {
        true => Lineage { commits: known, is_partial: false, remotes: repository.remotes().await },
        false => repository.lineage().await.unwrap_or_default(),
    };
    ProjectIdentity {
        commits: lineage.commits,
        is_partial: lineage.is_partial,
        remotes: lineage.remotes,
        repository: Some(repository.common_dir().to_owned()),
        folder: root.to_owned(),
    }
}

fn kind(global: &Global, paths: Paths) -> Result<(ProjectKind, Paths), Stop> {
    let played = |name: &str| Ok::<_, Stop>(Scenario::named(name).map_err(Stop::wrong)?.at_pace(practice::pace()?));
    if let Some(name) = &global.rehearse {
        let scenario = played(name)?;
        let below = Paths::below(&paths.rehearsals().join(&scenario.name));
        return Ok((ProjectKind::Own(Box::new(scenario)), below));
    }
    match Marked::read(&paths)? {
        Some(marked) => Ok((ProjectKind::LaidDown(Box::new(played(&marked.scenario)?)), paths)),
        None => Ok((ProjectKind::Real, paths)),
    }
}

fn actor(global: &Global, kind: &ProjectKind) -> Result<Who, Stop> {
    match (&global.acting, kind) {
        (None, _) => Ok(person::local()),
        (Some(name), ProjectKind::LaidDown(_) | ProjectKind::Own(_)) => person::played(name),
        (Some(_), ProjectKind::Real) => {
            Err(Stop::wrong("--as plays another person, which only a rehearsal allows; you act as yourself here"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_typed_as_it_is_in_its_project_and_behind_the_way_there_from_elsewhere() {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap().join("my demo");
        std::fs::create_dir(&root).unwrap();
        assert_eq!(typed_from(Some(&root), &root, "tminus wait a"), "tminus wait a");
        let there = format!("cd '{}' && tminus wait a", root.display());
        assert_eq!(typed_from(None, &root, "tminus wait a"), there);
        assert_eq!(typed_from(root.parent(), &root, "tminus wait a"), there, "another project is nearer");
    }
}
