//! `run`: a command of the plan, on the release's commit.

use super::check::{Surroundings, limit, quiet};
use super::ground;
use crate::adapters::process::{Program, from_root, run};
use crate::domain::measurement::{Ask, Measurement, Reading};
use crate::domain::order::Call;
use crate::domain::plan::{Check, CommandLine};
use crate::ports::{FailureKind, PortError, ProgressSender};

/// Runs the command, and looks before and after whether the checkout is the release's commit.
pub(super) async fn measure(
    around: &Surroundings,
    (check, ask): (&Check, &Ask),
    (command, dir): (&CommandLine, Option<&str>),
    progress: &ProgressSender,
) -> Result<Measurement, PortError> {
    let words: Result<Vec<String>, _> = command.0.iter().map(|word| word.fill(&ask.values)).collect();
    let words = words.map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))?;
    let mask = around.secrets.mask();
    let asked = Call::Process { words: words.clone(), dir: dir.map(str::to_owned) }.display();
    let ground = match ground::find(around, check, ask).await? {
        Ok(ground) => ground,
        Err(why) => return Ok(quiet(mask.apply(&asked), Reading::Unmeasured(why))),
    };
    let program = Program::new(words, from_root(ground.dir(), dir)?).within(limit(check));
    let program = around.secrets.equip(program, &check.env, &ask.values).await?;
    let ended = run(&program, progress, mask).await?;
    let reading = match ground.moved().await? {
        Some(why) => Reading::Unmeasured(why),
        None if ended.is_left_behind => Reading::Unmeasured(
            "something that it started was still running when it ended, so nobody can tell what came of that: \
             let the command wait for all of its work"
                .to_owned(),
        ),
        None => {
            Reading::Process { exit: ended.exit, stdout: mask.apply(&ended.stdout.text()), cut: ended.stdout.is_cut() }
        }
    };
    let whole = ended.whole;
    // Only now, because the mask has learned the check's own secrets on the way.
    let asked = mask.apply(&asked);
    Ok(Measurement { asked, reading, tail: whole.tail(mask), sha256: whole.sha256(), bytes: whole.bytes() })
}
