//! `ignored`: what git ignores, asked path by path.

use super::ground::GroundOrReason;
use super::surroundings::quiet;
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::ports::PortError;

/// Asks for each path alone: `git check-ignore a b c` is content when one of them is ignored.
pub(super) async fn ignored(ground: &GroundOrReason, paths: &[String]) -> Result<Measurement, PortError> {
    let asked = format!("whether git ignores {}, each alone", paths.join(", "));
    let ground = match ground {
        Ok(ground) => ground,
        Err(why) => return Ok(quiet(asked, Reading::Unmeasured(why.clone()))),
    };
    let answers = ground.repository().is_ignored(paths, ground.commit()).await?;
    let is_told = answers.refused.is_empty() || answers.found.iter().any(|(_, is_ignored)| !is_ignored);
    let reading =
        if is_told { Reading::Ignored(answers.found) } else { Reading::Unmeasured(answers.refused.join("; ")) };
    let notes = [answers.notes, answers.refused].concat().join("\n");
    Ok(Measurement { tail: notes, ..quiet(asked, reading) })
}
