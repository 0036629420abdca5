//! `ignored`: what git ignores, asked path by path.

use super::check::{Surroundings, quiet};
use super::ground;
use crate::domain::measurement::{Ask, Measurement, Reading};
use crate::domain::plan::Check;
use crate::ports::PortError;

/// Asks for each path alone: `git check-ignore a b c` is content when one of them is ignored.
pub(super) async fn ignored(
    around: &Surroundings,
    (check, ask): (&Check, &Ask),
    paths: &[String],
) -> Result<Measurement, PortError> {
    let asked = format!("whether git ignores {}, each alone", paths.join(", "));
    let ground = match ground::find(around, check, ask).await? {
        Ok(ground) => ground,
        Err(why) => return Ok(quiet(asked, Reading::Unmeasured(why))),
    };
    let answers = ground.repository().is_ignored(paths, ground.commit()).await?;
    let is_told = answers.refused.is_empty() || answers.found.iter().any(|(_, is_ignored)| !is_ignored);
    let told = if is_told { Reading::Ignored(answers.found) } else { Reading::Unmeasured(answers.refused.join("; ")) };
    let reading = ground.moved().await?.map_or(told, Reading::Unmeasured);
    let notes = [answers.notes, answers.refused].concat().join("\n");
    Ok(Measurement { tail: notes, ..quiet(asked, reading) })
}
