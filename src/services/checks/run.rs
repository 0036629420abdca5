//! `run`: a command of the plan, on the release's commit.

use super::files;
use super::measured::{LookedAgain, MeasureContext, MeasuredCheck};
use crate::probe::{CheckoutLease, CheckoutOwner, CommandPlace, ProbeDeps, given, ignored, limit};
use crate::process::{Program, ProgramExit, from_root, run};
use async_trait::async_trait;
use std::path::Path;
use tminus_core::evidence::Evidence;
use tminus_core::kinds::check::RunCheck;
use tminus_core::lint::scripts_of;
use tminus_core::mask::Mask;
use tminus_core::measurement::{Ask, GivenValue, IgnoredInput, Measurement, OutsideFile, Reading};
use tminus_core::order::Call;
use tminus_core::plan::{Check, CommandLine, EnvValue};
use tminus_core::ports::{FailureKind, PortError};

#[async_trait]
impl MeasuredCheck for RunCheck {
    /// Runs the command on the release's commit.
    async fn measure(
        &self,
        MeasureContext { around, check, ask, ground, progress }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let dir = self.dir.as_deref();
        let words: Result<Vec<String>, _> = self.run.0.iter().map(|word| word.fill(&ask.values)).collect();
        let words = words.map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))?;
        let mask = around.secrets.mask();
        let asked = Call::Process { words: words.clone(), dir: dir.map(str::to_owned) }.display();
        let ground = match ground {
            Ok(ground) => ground,
            Err(why) => return Ok(Measurement::quiet(mask.apply(&asked), Reading::Unmeasured(why.clone()))),
        };
        if let Some(why) = foreign_folder(ground, dir).await? {
            return Ok(Measurement::quiet(mask.apply(&asked), Reading::Unmeasured(why)));
        }
        around.secrets.allow_run(&format!("{} was not run", check.name)).await?;
        let runs_in = from_root(ground.dir(), dir)?;
        let before = rests_on(around, (check, ask, ground), (&self.run, &words, &runs_in)).await?;
        let program = Program::new(words.clone(), &runs_in).within(limit(check));
        let program = around.secrets.equip(program, &check.env, &ask.values).await?;
        let printed = given::printed(&around.secrets, check);
        let ended = run(&program, progress, mask).await?;
        let after = rests_on(around, (check, ask, ground), (&self.run, &words, &runs_in)).await?;
        let reading = if let Some(why) = before.replaced(&after, &scripts_of(&self.run, dir)) {
            Reading::Unmeasured(why)
        } else if ended.is_left_behind {
            Reading::Unmeasured(
                "something that it started was still running when it ended, so its result is unknown: \
                 let the command wait for all of its work"
                    .to_owned(),
            )
        } else {
            printed_by(check, &ended, mask)
        };
        let whole = ended.whole;
        // Only now, because the mask has learned the check's own secrets on the way.
        let asked = mask.apply(&asked);
        // What it has written itself is its output.
        let ignored = before.ignored.into_iter().filter(|file| after.ignored.contains(file)).collect();
        let outside = before.outside.into_iter().filter(|file| after.outside.contains(file)).collect();
        let (tail, all, sha256, bytes) = (whole.tail(mask), whole.whole(mask), whole.sha256(), whole.bytes());
        let given = [before.given, printed].concat();
        Ok(Measurement { asked, reading, tail, whole: all, sha256, bytes, ignored, given, outside })
    }

    async fn look_again(&self, asking: &MeasureContext<'_>, before: &Evidence) -> LookedAgain {
        LookedAgain::Found(Box::new(look_again(asking, before, (&self.run, self.dir.as_deref())).await))
    }
}

/// Returns what a command left behind: standard error only where a tool is expected to have written there.
fn printed_by(check: &Check, ended: &ProgramExit, mask: &Mask) -> Reading {
    let reads_errors = check.expect.tool.is_some();
    Reading::Process {
        exit: ended.exit,
        stdout: mask.apply(&ended.stdout.text()),
        stderr: if reads_errors { mask.apply(&ended.stderr.text()) } else { String::new() },
        cut: ended.stdout.is_cut() || reads_errors && ended.stderr.is_cut(),
    }
}

/// What a command rests on and no commit holds.
struct RestsOn {
    ignored: Vec<IgnoredInput>,
    given: Vec<GivenValue>,
    outside: Vec<OutsideFile>,
}

async fn rests_on(
    around: &ProbeDeps,
    (check, ask, ground): (&Check, &Ask, &CheckoutLease),
    (command, words, dir): (&CommandLine, &[String], &Path),
) -> Result<RestsOn, PortError> {
    let naming = ignored::words_of(command, check, ask)?;
    let ignored = named(ground, dir, &naming).await?;
    let given = given::given(&around.secrets, check, command).await;
    let (owner, top) = match ground.checkout() {
        Some(top) => (CheckoutOwner::Person, top),
        None => (CheckoutOwner::Tminus, ground.top()),
    };
    let (top, dir, words, path) = (top.to_owned(), dir.to_owned(), words.to_vec(), path_of(check, ask)?);
    let outside = CommandPlace { top, dir, owner, path, words, naming }.look().await?;
    Ok(RestsOn { ignored, given, outside })
}

impl RestsOn {
    /// Says what was replaced while the command ran, so that nobody knows which of the two it saw.
    fn replaced(&self, after: &Self, scripts: &[String]) -> Option<String> {
        let is_script = |path: &str| scripts.iter().any(|script| path.ends_with(script.as_str()));
        let ignored = self.ignored.iter().find(|file| is_script(&file.path) && !after.ignored.contains(file));
        let ignored = ignored.or_else(|| {
            let is_new = |file: &&IgnoredInput| !self.ignored.iter().any(|before| before.path == file.path);
            after.ignored.iter().filter(is_new).find(|file| is_script(&file.path))
        });
        let given = self.given.iter().find(|value| !after.given.contains(value)).map(|value| &value.name);
        let is_decisive = |file: &&OutsideFile| file.is_program() || is_script(&file.named);
        let outside = self.outside.iter().filter(is_decisive).find(|file| !after.outside.contains(file));
        let other = given.or_else(|| outside.map(|file| &file.named));
        ignored
            .map(|file| format!("{}, which git ignores, changed while it ran: commit it", file.path))
            .or_else(|| other.map(|name| format!("{name} changed while it ran: run it again")))
    }
}

/// Returns the `PATH` that the plan sets for a check.
fn path_of(check: &Check, ask: &Ask) -> Result<Option<String>, PortError> {
    let set = check.env.iter().find_map(|(name, setting)| match setting {
        EnvValue::Plain(text) if name == "PATH" => Some(text.fill(&ask.values)),
        EnvValue::Plain(_) | EnvValue::Secret(_) => None,
    });
    set.transpose().map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))
}

/// Looks again at what the verdict of a command rests on and no commit holds: the files that it names, the values that it is
/// given, the programs that it starts.
async fn look_again(
    MeasureContext { around, check, ask, .. }: &MeasureContext<'_>,
    before: &Evidence,
    (command, dir): (&CommandLine, Option<&str>),
) -> Result<Measurement, PortError> {
    let ignored = match check.in_worktree || before.ignored.is_empty() {
        true => Vec::new(),
        false => ignored::look_again(around, (check, ask), (command, dir)).await?,
    };
    let given = match before.given.is_empty() {
        true => Vec::new(),
        false => {
            let printed = given::printed(&around.secrets, check);
            let unasked = given::unasked(&before.given, (check, &printed));
            [given::given(&around.secrets, check, command).await, printed, unasked].concat()
        }
    };
    let scene = CommandPlace {
        top: around.repository.root().to_owned(),
        dir: from_root(&around.root, dir)?,
        owner: CheckoutOwner::Person,
        path: path_of(check, ask)?,
        words: Vec::new(),
        naming: Vec::new(),
    };
    let outside = scene.look_again(before.outside.clone()).await?;
    Ok(Measurement {
        ignored,
        given,
        outside,
        ..Measurement::quiet(check.title.clone(), Reading::Unmeasured(String::new()))
    })
}

/// Says why what lies in a folder counts for nothing: it is not part of the commit.
async fn foreign_folder(ground: &CheckoutLease, dir: Option<&str>) -> Result<Option<String>, PortError> {
    let Some(dir) = dir else { return Ok(None) };
    match files::inside(ground.dir(), dir)? {
        Some(real) => files::stray(ground, &real, dir).await,
        None => Ok(None),
    }
}

/// Looks at the files that the command names and that git ignores.
async fn named(ground: &CheckoutLease, dir: &Path, words: &[String]) -> Result<Vec<IgnoredInput>, PortError> {
    match ground.checkout() {
        Some(top) => ignored::look((ground.repository(), ground.commit()), (top, dir), words).await,
        None => Ok(Vec::new()),
    }
}
