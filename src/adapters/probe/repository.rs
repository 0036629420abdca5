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
    let found = ground.repository().is_ignored(paths).await?;
    let reading = ground.moved().await?.map_or(Reading::Ignored(found), Reading::Unmeasured);
    Ok(quiet(asked, reading))
}
