//! `run`: a command of the plan, on the release's commit.

use super::check::{Surroundings, limit, quiet};
use super::ground::{Ground, GroundOrReason};
use super::{file, given, ignored};
use crate::adapters::process::{Program, from_root, run};
use crate::domain::lint::scripts_of;
use crate::domain::measurement::{Ask, IgnoredInput, Measurement, Reading};
use crate::domain::order::Call;
use crate::domain::plan::{Check, CommandLine};
use crate::ports::{FailureKind, PortError, ProgressSender};
use std::path::Path;

/// Runs the command on the release's commit.
pub(super) async fn measure(
    around: &Surroundings,
    (check, ask, ground): (&Check, &Ask, &GroundOrReason),
    (command, dir): (&CommandLine, Option<&str>),
    progress: &ProgressSender,
) -> Result<Measurement, PortError> {
    let words: Result<Vec<String>, _> = command.0.iter().map(|word| word.fill(&ask.values)).collect();
    let words = words.map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))?;
    let mask = around.secrets.mask();
    let asked = Call::Process { words: words.clone(), dir: dir.map(str::to_owned) }.display();
    let ground = match ground {
        Ok(ground) => ground,
        Err(why) => return Ok(quiet(mask.apply(&asked), Reading::Unmeasured(why.clone()))),
    };
    if let Some(why) = foreign_folder(ground, dir).await? {
        return Ok(quiet(mask.apply(&asked), Reading::Unmeasured(why)));
    }
    around.secrets.allow_run(&format!("{} was not run", check.name)).await?;
    let runs_in = from_root(ground.dir(), dir)?;
    let named_in = ignored::words_of(command, check, ask)?;
    let before = named(ground, &runs_in, &named_in).await?;
    let given = given::given(&around.secrets, check, command).await;
    let program = Program::new(words, &runs_in).within(limit(check));
    let program = around.secrets.equip(program, &check.env, &ask.values).await?;
    let ended = run(&program, progress, mask).await?;
    let after = named(ground, &runs_in, &named_in).await?;
    let given_after = given::given(&around.secrets, check, command).await;
    let another = given.iter().find(|value| !given_after.contains(value));
    let rewritten = scripts_of(command, dir).into_iter().find(|script| {
        let at = |all: &[IgnoredInput]| all.iter().find(|file| file.path.ends_with(script.as_str())).cloned();
        at(&before) != at(&after)
    });
    let reading = if let Some(script) = rewritten {
        Reading::Unmeasured(format!("{script}, which git ignores, changed while it ran: commit it"))
    } else if let Some(value) = another {
        Reading::Unmeasured(format!("{} changed while it ran: run it again", value.name))
    } else if ended.is_left_behind {
        Reading::Unmeasured(
            "something that it started was still running when it ended, so its result is unknown: \
             let the command wait for all of its work"
                .to_owned(),
        )
    } else {
        Reading::Process { exit: ended.exit, stdout: mask.apply(&ended.stdout.text()), cut: ended.stdout.is_cut() }
    };
    let whole = ended.whole;
    // Only now, because the mask has learned the check's own secrets on the way.
    let asked = mask.apply(&asked);
    // What it has written itself is its output.
    let ignored = before.into_iter().filter(|file| after.contains(file)).collect();
    let (tail, sha256, bytes) = (whole.tail(mask), whole.sha256(), whole.bytes());
    Ok(Measurement { asked, reading, tail, sha256, bytes, ignored, given })
}

/// Looks again at what no commit holds of what the command rests on: the files that it names, and the values that it is given.
pub(super) async fn look_again(
    around: &Surroundings,
    (check, ask): (&Check, &Ask),
    (command, dir): (&CommandLine, Option<&str>),
) -> Result<Measurement, PortError> {
    let ignored = match check.in_worktree {
        true => Vec::new(),
        false => ignored::look_again(around, (check, ask), (command, dir)).await?,
    };
    let given = given::given(&around.secrets, check, command).await;
    Ok(Measurement { ignored, given, ..quiet(check.title.clone(), Reading::Unmeasured(String::new())) })
}

/// Says why what lies in a folder counts for nothing: it is not part of the commit.
async fn foreign_folder(ground: &Ground, dir: Option<&str>) -> Result<Option<String>, PortError> {
    let Some(dir) = dir else { return Ok(None) };
    match file::inside(ground.dir(), dir)? {
        Some(real) => file::stray(ground, &real, dir).await,
        None => Ok(None),
    }
}

/// Looks at the files that the command names and that git ignores.
async fn named(ground: &Ground, dir: &Path, words: &[String]) -> Result<Vec<IgnoredInput>, PortError> {
    match ground.checkout() {
        Some(top) => ignored::look((ground.repository(), ground.commit()), (top, dir), words).await,
        None => Ok(Vec::new()),
    }
}
