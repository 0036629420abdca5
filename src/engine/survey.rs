//! Looking at the world: targets, what can be brought to them, branches.

use super::branch_log::look_at_log;
use super::dispatcher::Dispatcher;
use super::outside::{OutsideAsk, look_outside};
use super::report::{BranchReport, PlaceReport, Report, Survey, SurveyFollowUp};
use super::world::{World, within};
use futures::future::join_all;
use std::time::{Duration, Instant};
use tminus_core::action::Request;
use tminus_core::branch::{BranchState, BumpLook, ChangelogLook, Changes, MergeLook};
use tminus_core::failure::Failure;
use tminus_core::names::{ArtifactName, Commit, EnvName, Version};
use tminus_core::plan::VersionFile;
use tminus_core::ports::{BumpAsk, ChangelogAsk, LogAsk, MergeAsk};
use tminus_core::release::OpenRelease;

/// How many versions that ran somewhere are looked after, so that a way back is known before it is needed.
const VERSIONS_BACK: usize = 3;

/// What to look at in one place.
#[derive(Clone)]
pub(super) struct PlaceAsk {
    pub env: EnvName,
    pub artifact: ArtifactName,
    pub versions: Vec<Version>,
    /// How long the look may take.
    pub limit: Duration,
}

/// Which branch to look at.
#[derive(Clone)]
pub(super) struct BranchAsk {
    pub version: Version,
    pub branch: String,
    pub base: String,
    pub tag: String,
    pub known: Commit,
    /// The files that are to say the version.
    pub places: Vec<VersionFile>,
    /// The commits to list; none for a release that is closed.
    pub log: Option<LogAsk>,
    /// The changelog that is to have its section.
    pub changelog: ChangelogAsk,
    /// The branches that it is merged back into; none for a release that is closed.
    pub into: Vec<String>,
    /// How long the look may take.
    pub limit: Duration,
}

impl Dispatcher {
    /// Looks at everything.
    pub(super) fn survey_all(&mut self, then: SurveyFollowUp) {
        let envs = self.plan.environments.iter().map(|e| e.name.clone()).collect();
        self.survey(envs, then);
    }

    /// Looks at some environments, and at the branches.
    pub(super) fn survey(&mut self, envs: Vec<EnvName>, then: SurveyFollowUp) {
        self.survey_for(envs, None, then);
    }

    /// Looks at some environments, also for a version that somebody named.
    pub(super) fn survey_for(&mut self, envs: Vec<EnvName>, named: Option<&Version>, then: SurveyFollowUp) {
        let mut places: Vec<PlaceAsk> = envs.iter().flat_map(|env| self.place_asks(env)).collect();
        for place in &mut places {
            place.versions.extend(named.filter(|v| !place.versions.contains(v)).cloned());
        }
        let (branches, outside) = (self.branch_asks(), self.outside_asks(&then));
        let (world, reporter) = (self.world.clone(), self.reporter.clone());
        self.tasks.spawn(async move {
            let survey = look(&world, places, branches, outside).await;
            drop(reporter.send(Report::Surveyed { survey, then }).await);
        });
    }

    /// Returns the environments that a request rests on: its own, and for a deploy those that must be good before it.
    pub(super) fn rests_on(&self, request: &Request) -> Vec<EnvName> {
        let Some(env) = request.env() else { return Vec::new() };
        let is_deploy = matches!(request, Request::Deploy { .. });
        let after = self.plan.environment(env).filter(|_| is_deploy).into_iter().flat_map(|e| &e.after);
        let mut envs = vec![env.clone()];
        envs.extend(after.map(|after| after.env.clone()));
        envs
    }

    pub(super) fn place_asks(&self, env: &EnvName) -> Vec<PlaceAsk> {
        let Some(environment) = self.plan.environment(env) else { return Vec::new() };
        let ask = |artifact: &ArtifactName| PlaceAsk {
            env: env.clone(),
            artifact: artifact.clone(),
            versions: self.versions_for(env, artifact),
            limit: self.look_limits.limit(self.plan.limits.look.duration(), env, artifact),
        };
        environment.deliver.iter().map(|d| ask(&d.artifact)).collect()
    }

    /// Returns the versions whose readiness matters in a place: those on their way, the last that ran there, and the one that
    /// a rollback would bring back, however long ago that ran.
    fn versions_for(&self, env: &EnvName, artifact: &ArtifactName) -> Vec<Version> {
        let mut versions: Vec<Version> = self.release.open_versions().into_iter().cloned().collect();
        let place = self.release.environments.get(env).and_then(|e| e.places.get(artifact));
        let stays = place.map(|p| p.stays.as_slice()).unwrap_or_default();
        let mut before: Vec<Version> = Vec::new();
        for stay in stays.iter().rev() {
            if before.len() < VERSIONS_BACK && !before.contains(&stay.delivered.version) {
                before.push(stay.delivered.version.clone());
            }
        }
        versions.extend(before);
        if let Some(last) = stays.last() {
            let way = self.situation(&last.delivered.version).way_back(env);
            versions.extend(way.moves.into_iter().filter(|m| &m.artifact == artifact).map(|m| m.to.version));
        }
        let moving = self.release.active(env).map(|a| a.proposal.moves.as_slice()).unwrap_or_default();
        versions.extend(moving.iter().filter(|m| &m.artifact == artifact).map(|m| m.to.version.clone()));
        versions.sort_unstable();
        versions.dedup();
        versions
    }

    pub(super) fn branch_asks(&self) -> Vec<BranchAsk> {
        let ask = |o: &OpenRelease| {
            let tag = self.tag_of(&o.version);
            BranchAsk {
                version: o.version.clone(),
                branch: o.branch.clone(),
                base: self.plan.release.base.clone(),
                log: o.closed.is_none().then(|| self.log_ask(o, &tag)),
                tag,
                known: o.commit.clone(),
                places: self.plan.release.versions.clone(),
                changelog: ChangelogAsk {
                    file: self.plan.release.changelog_file().to_owned(),
                    version: o.version.clone(),
                    tags: self.plan.release.tag.clone(),
                },
                into: if o.closed.is_none() { self.situation(&o.version).goes_back_to() } else { Vec::new() },
                limit: self.limit(None, None),
            }
        };
        self.release.watched().into_iter().map(ask).collect()
    }
}

async fn look(world: &World, places: Vec<PlaceAsk>, branches: Vec<BranchAsk>, outside: Vec<OutsideAsk>) -> Survey {
    let (places, branches, outside) = futures::join!(
        join_all(places.into_iter().map(|ask| look_at_place(world, ask))),
        join_all(branches.into_iter().map(|ask| look_at_branch(world, ask))),
        look_outside(world, outside)
    );
    Survey { places, branches, outside }
}

pub(super) async fn look_at_place(world: &World, ask: PlaceAsk) -> PlaceReport {
    let PlaceAsk { env, artifact, versions, limit } = ask;
    let asked = Instant::now();
    let target = match world.target(Some(&env), Some(&artifact)) {
        Ok(target) => target,
        Err(failure) => return PlaceReport { env, artifact, asked, took: None, seen: Err(failure), ready: Vec::new() },
    };
    let what = format!("{artifact} in {env}");
    let answers = versions.into_iter().map(|version| {
        let (target, what) = (target.clone(), what.clone());
        async move {
            let readiness = within(limit, &what, target.readiness(&version)).await;
            (version, readiness)
        }
    });
    let (seen, mut ready) = futures::join!(within(limit, &what, target.observe()), join_all(answers));
    // What is met there for the first time is what a rollback would bring back.
    let met = seen.as_ref().ok().and_then(|seen| seen.version.clone());
    if let Some(version) = met.filter(|met| !ready.is_empty() && ready.iter().all(|(asked, _)| asked != met)) {
        let readiness = within(limit, &what, target.readiness(&version)).await;
        ready.push((version, readiness));
    }
    PlaceReport { env, artifact, asked, took: Some(asked.elapsed()), seen, ready }
}

pub(super) async fn look_at_branch(world: &World, ask: BranchAsk) -> BranchReport {
    let asked = Instant::now();
    let state = within(ask.limit, "the repository", branch(world, &ask));
    let (state, log) = futures::join!(state, look_at_log(world, ask.log.as_ref(), ask.limit));
    BranchReport { version: ask.version, asked, known: ask.known, state, log }
}

async fn branch(world: &World, ask: &BranchAsk) -> Result<(BranchState, Option<Changes>), Failure> {
    let mut state = world.repository.branch(&ask.branch, &ask.base, &ask.tag).await?;
    if let Some(commit) = state.commit.clone().filter(|_| !ask.places.is_empty()) {
        let (places, version, tag) = (ask.places.clone(), ask.version.clone(), ask.tag.clone());
        // What a bump would come to hides nothing else where it cannot be told.
        let look = world.repository.bump(&commit, &BumpAsk { places, version, tag }).await;
        let unknown = |failure: Failure| BumpLook { edits: Vec::new(), refused: vec![failure.sentence()] };
        state.bump = Some(look.unwrap_or_else(unknown));
    }
    if let Some(commit) = &state.commit {
        let look = world.repository.changelog(commit, &ask.changelog).await;
        let unknown =
            |failure: Failure| ChangelogLook { refused: vec![failure.sentence()], ..ChangelogLook::default() };
        state.changelog = Some(look.unwrap_or_else(unknown));
    }
    for into in &ask.into {
        // A branch that is gone may be merged all the same.
        let at = state.commit.clone().unwrap_or_else(|| ask.known.clone());
        let asked = MergeAsk { branch: ask.branch.clone(), at, into: into.clone() };
        let unknown = |failure: Failure| MergeLook {
            into: into.clone(),
            refused: vec![failure.sentence()],
            ..MergeLook::default()
        };
        state.merges.push(world.repository.merge_back(&asked).await.unwrap_or_else(unknown));
    }
    let changes = match &state.commit {
        Some(commit) if *commit != ask.known => Some(world.repository.changes(&ask.known, commit).await?),
        Some(_) | None => None,
    };
    Ok((state, changes))
}
