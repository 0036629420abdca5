//! `ignored`: what git ignores, asked path by path.

use super::measured::{MeasureContext, MeasuredCheck};
use async_trait::async_trait;
use tminus_core::kinds::check::IgnoredCheck;
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::ports::PortError;

#[async_trait]
impl MeasuredCheck for IgnoredCheck {
    /// Asks for each path alone: `git check-ignore a b c` is content when one of them is ignored.
    async fn measure(&self, MeasureContext { ground, .. }: &MeasureContext<'_>) -> Result<Measurement, PortError> {
        let asked = format!("whether git ignores {}, each alone", self.0.join(", "));
        let ground = match ground {
            Ok(ground) => ground,
            Err(why) => return Ok(Measurement::quiet(asked, Reading::Unmeasured(why.clone()))),
        };
        let answers = ground.repository().is_ignored(&self.0, ground.commit()).await?;
        let is_told = answers.refused.is_empty() || answers.found.iter().any(|(_, is_ignored)| !is_ignored);
        let reading =
            if is_told { Reading::Ignored(answers.found) } else { Reading::Unmeasured(answers.refused.join("; ")) };
        let notes = [answers.notes, answers.refused].concat().join("\n");
        Ok(Measurement { tail: notes, ..Measurement::quiet(asked, reading) })
    }
}
