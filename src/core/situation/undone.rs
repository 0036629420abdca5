//! What the extra steps of deploys did that is still so: what a rollback past them undoes, and what stays done after it.

use super::Situation;
use super::steps::run;
use super::unmet::StartDoubt;
use crate::action::{Move, Proposal, Request, StepTask, StepUndo};
use crate::names::{EnvName, Version};
use crate::order::{Delivered, Task};
use crate::plan::{CommandLine, ExtraStep, Undo};
use crate::release::{ActionState, PlaceState, StepPhase, StepState, may_be_same};

/// What stands before a step's title where a rollback undoes it.
const UNDO: &str = "Undo: ";

/// An extra step that a deploy did, and no rollback has undone since.
#[derive(Clone, Copy)]
pub(super) struct StepDone<'a> {
    deploy: &'a ActionState,
    state: &'a StepState,
}

/// The undo of a step, as a rollback runs it.
pub(super) struct StepToUndo {
    /// What the step of the rollback is called.
    pub title: String,
    /// Its undo, with everything filled in.
    pub task: StepTask,
}

impl<'a> StepDone<'a> {
    fn title(&self) -> &'a str {
        &self.state.step.title
    }

    fn version(&self) -> &'a Version {
        let proposal = &self.deploy.proposal;
        proposal.moves.first().map_or(&proposal.release, |first| &first.to.version)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.title() == other.title() && self.version() == other.version()
    }

    /// Names it where a rollback undoes the steps of more than one deploy.
    fn long_title(&self) -> String {
        format!("{UNDO}{} ({})", self.title(), self.version())
    }

    /// Says that it stays done.
    fn stays(&self, why: &str) -> String {
        format!("{} of {} stays done: {why}", self.title(), self.version())
    }
}

impl<'a> Situation<'a> {
    /// Returns the steps to undo where a rollback moves an environment so: those of every deploy that it leaves, newest first.
    pub(super) fn steps_to_undo(&self, env: &EnvName, moves: &[Move]) -> Vec<StepToUndo> {
        let done = self.done_since(env, moves);
        let versions = |d: &StepDone<'a>| done.first().is_some_and(|first| first.version() != d.version());
        let has_several = done.iter().any(versions);
        let undo = |d: &StepDone<'a>| {
            let step = self.step_of(env, d)?;
            let Undo::Run(command) = &step.undo else { return None };
            let task = self.undo_of((env, d), (step, command), moves).ok()?;
            let title = if has_several { d.long_title() } else { format!("{UNDO}{}", d.title()) };
            Some(StepToUndo { title, task })
        };
        done.iter().filter_map(undo).collect()
    }

    /// Returns the undo of a step as it can run, or says why it cannot: the one place that decides what a rollback does and
    /// what its preview promises.
    fn undo_of(
        &self,
        (env, done): (&EnvName, &StepDone<'a>),
        (step, command): (&ExtraStep, &CommandLine),
        moves: &[Move],
    ) -> Result<StepTask, String> {
        // One of which nobody can tell whether it can be started is tried.
        if let Some(StartDoubt::Missing(why)) = self.step_undo_doubt(step) {
            return Err(why);
        }
        let deploy = self.as_written(env, done.deploy, moves);
        let values = Situation { version: &deploy.release, ..*self }.values_of(&deploy);
        run(step, command, &values).map_err(|unknown| format!("its undo cannot be filled in: {unknown}"))
    }

    /// Says whether a rollback that moves an environment so has a step to undo.
    pub(super) fn has_undo(&self, env: &EnvName, moves: &[Move]) -> bool {
        !self.steps_to_undo(env, moves).is_empty()
    }

    /// Says what a rollback that moves an environment so leaves done, because it has no undo that can run, or the plan no such
    /// step now.
    pub fn stays_done(&self, env: &EnvName, moves: &[Move]) -> Vec<String> {
        let done = self.done_since(env, moves);
        let stays = |d: &StepDone<'a>| match self.step_of(env, d).map(|step| (step, &step.undo)) {
            Some((step, Undo::Run(command))) => {
                self.undo_of((env, d), (step, command), moves).err().map(|why| d.stays(&why))
            }
            Some((_, Undo::Irreversible(why))) => Some(format!("{}: {why}", d.title())),
            Some((_, Undo::Unsaid)) => Some(format!("{}: the plan names no undo", d.title())),
            None => Some(d.stays(&match &d.state.step.undo {
                StepUndo::By(how) => format!("the plan no longer has this step; its undo was `{how}`"),
                StepUndo::Irreversible(why) => why.clone(),
                StepUndo::Unsaid | StepUndo::Nothing => "the plan no longer has this step".to_owned(),
            })),
        };
        let mut all: Vec<String> = Vec::new();
        for says in done.iter().rev().filter_map(stays) {
            if !all.contains(&says) {
                all.push(says);
            }
        }
        all
    }

    /// Says which steps have an undo that a rollback would run and that cannot be started, or perhaps not.
    pub fn undos_unmet(&self, env: &EnvName, moves: &[Move]) -> Vec<String> {
        let done = self.done_since(env, moves);
        let says = |d: &StepDone<'a>| match self.step_undo_doubt(self.step_of(env, d)?)? {
            StartDoubt::Missing(why) => Some(d.stays(&why)),
            StartDoubt::Unknown(why) => Some(format!("{} of {}: {why}", d.title(), d.version())),
        };
        done.iter().rev().filter_map(says).collect()
    }

    fn step_of(&self, env: &EnvName, done: &StepDone<'a>) -> Option<&'a ExtraStep> {
        self.plan.environment(env)?.steps.iter().find(|step| step.title == done.title())
    }

    /// Returns what is done of the deploys that came after what is gone back to, newest first; what two of them did of one
    /// version is done once.
    fn done_since(&self, env: &EnvName, moves: &[Move]) -> Vec<StepDone<'a>> {
        let since = self.deploys_since(env, moves);
        let mut all: Vec<StepDone<'a>> = Vec::new();
        for done in self.all_done(env) {
            if since.iter().any(|d| d.id == done.deploy.id) && !all.iter().any(|known| known.is_same(&done)) {
                all.push(done);
            }
        }
        all.reverse();
        all
    }

    /// Returns the deploys since the last one that brought what is gone back to, oldest first; where none did, those after it
    /// was first seen here.
    fn deploys_since(&self, env: &EnvName, moves: &[Move]) -> Vec<&'a ActionState> {
        let is_deploy = |a: &&ActionState| matches!(a.proposal.request, Request::Deploy { .. });
        let deploys: Vec<&ActionState> = self.begun_here(env).filter(is_deploy).collect();
        let is_target = |(deploy, m): (&ActionState, &Move)| {
            let brought = self.brought_as(env, deploy, m);
            moves.iter().any(|back| back.artifact == m.artifact && back.to == brought)
        };
        if let Some(at) = deploys.iter().rposition(|a| a.proposal.moves.iter().any(|m| is_target((a, m)))) {
            return deploys[at + 1..].to_vec();
        }
        let places = self.release.environments.get(env).map(|state| &state.places);
        let first_seen = |back: &Move| {
            let place: Option<&PlaceState> = places.and_then(|places| places.get(&back.artifact));
            place?.stays.iter().find(|stay| stay.delivered == back.to).map(|stay| stay.seq)
        };
        let from = moves.iter().filter_map(first_seen).min().unwrap_or_default();
        deploys.into_iter().filter(|a| a.touched.is_some_and(|touched| touched.seq > from)).collect()
    }

    /// Returns every step that is done now, oldest first.
    fn all_done(&self, env: &EnvName) -> Vec<StepDone<'a>> {
        let mut done: Vec<StepDone<'a>> = Vec::new();
        for action in self.begun_here(env) {
            let succeeded = action.steps.iter().filter(|s| s.phase == StepPhase::Succeeded && is_extra(&s.step.task));
            for state in succeeded {
                match &action.proposal.request {
                    Request::Deploy { .. } => done.push(StepDone { deploy: action, state }),
                    Request::RollBack { .. } => take_back(&mut done, &state.step.title),
                    Request::Verify { .. } | Request::Build { .. } | Request::Cut { .. } | Request::Act { .. } => {}
                }
            }
        }
        done
    }

    /// Returns a deploy as the undo of its steps is written: `{version}` is what it brought, `{previous}` what it replaced.
    ///
    /// Where it replaced nothing else, that is what the rollback brings back; of an artifact that is back already, what the
    /// deploy before it replaced that brought the same, else what runs.
    fn as_written(&self, env: &EnvName, deploy: &ActionState, moves: &[Move]) -> Proposal {
        let back = |m: &Move| moves.iter().find(|back| back.artifact == m.artifact).map(|back| back.to.clone());
        let is_other = |m: &Move, from: &Delivered| !may_be_same(from, &m.to);
        let before = |m: &Move| {
            let earlier = self.begun_here(env).take_while(|a| a.id != deploy.id);
            let of = |a: &'a ActionState| {
                let is_it = |e: &&Move| {
                    e.artifact == m.artifact && self.brought_as(env, a, e) == self.brought_as(env, deploy, m)
                };
                a.proposal.moves.iter().find(is_it)
            };
            let replaced = earlier.filter_map(of).filter_map(|e| e.from.clone().filter(|from| is_other(m, from)));
            replaced.last()
        };
        let places = self.release.environments.get(env).map(|state| &state.places);
        let running = |m: &Move| places.and_then(|places| places.get(&m.artifact)).and_then(PlaceState::running);
        let replaced = |m: &Move| -> Option<Delivered> {
            let own = m.from.clone().filter(|from| from != &m.to);
            own.or_else(|| back(m)).or_else(|| before(m)).or_else(|| running(m).filter(|there| is_other(m, there)))
        };
        let written = |m: &Move| Move { from: replaced(m), ..m.clone() };
        let moves = deploy.proposal.moves.iter().map(written).collect();
        Proposal { moves, ..deploy.proposal.clone() }
    }

    /// Returns what a deploy was to bring, as the target tells it.
    fn brought_as(&self, env: &EnvName, deploy: &ActionState, moved: &Move) -> Delivered {
        deploy.as_told(&moved.to, self.stays_of(env, &moved.artifact))
    }

    fn begun_here(&self, env: &EnvName) -> impl Iterator<Item = &'a ActionState> {
        self.release.actions.iter().filter(move |a| a.proposal.request.env() == Some(env) && a.started.is_some())
    }
}

/// Takes out what a step of a rollback has undone: the newest of its title.
fn take_back(done: &mut Vec<StepDone<'_>>, title: &str) {
    let is_it = |d: &StepDone<'_>| title.strip_prefix(UNDO) == Some(d.title()) || title == d.long_title();
    let Some(undone) = done.iter().rev().copied().find(is_it) else { return };
    done.retain(|d| !d.is_same(&undone));
}

fn is_extra(task: &StepTask) -> bool {
    matches!(task.ordered(), Some((None, Task::Run { .. })))
}
