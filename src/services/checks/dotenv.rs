//! `dotenv`: the names that are needed; the values are only looked at for being there, and go nowhere.

use super::files::inside;
use super::measured::{LookedAgain, MeasureContext, MeasuredCheck};
use crate::dotenv;
use async_trait::async_trait;
use std::path::Path;
use tminus_core::dotenv::{DotenvValue, look_up};
use tminus_core::evidence::Evidence;
use tminus_core::kinds::check::DotenvCheck;
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::ports::{FailureKind, PortError};

#[async_trait]
impl MeasuredCheck for DotenvCheck {
    async fn measure(
        &self,
        MeasureContext { ground, around, .. }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let what = names_in(self);
        let ground = match ground {
            Ok(ground) => ground,
            Err(why) => return Ok(Measurement::quiet(what, Reading::Unmeasured(why.clone()))),
        };
        around.secrets.learn_file(&self.file).await;
        let reading = names(ground.dir(), self).await?;
        Ok(Measurement::quiet(what, reading))
    }

    async fn look_again(&self, asking: &MeasureContext<'_>, _before: &Evidence) -> LookedAgain {
        let MeasureContext { around, check, ask, .. } = asking;
        if check.in_worktree {
            return LookedAgain::Not;
        }
        // A file that is in the commit counts only where the commit is checked out.
        let is_tracked = match &ask.commit {
            Some(commit) => around.repository.is_tracked(&self.file, commit).await.unwrap_or(true),
            None => true,
        };
        if is_tracked {
            return LookedAgain::Whole;
        }
        // It is no part of the commit, so it does not matter what else is in the checkout.
        let found = names(&around.root, self).await.map(|reading| Measurement::quiet(names_in(self), reading));
        LookedAgain::Found(Box::new(found))
    }
}

fn names_in(asked: &DotenvCheck) -> String {
    format!("the names in {}", asked.file)
}

async fn names(dir: &Path, asked: &DotenvCheck) -> Result<Reading, PortError> {
    let Some(real) = inside(dir, &asked.file)? else {
        return Err(PortError::new(FailureKind::NotFound, format!("{} is not there", asked.file)));
    };
    let entries = dotenv::entries(&real, &asked.file).await?;
    let (mut missing, mut empty, mut doubtful) = (Vec::new(), Vec::new(), Vec::new());
    for name in &asked.needs {
        match look_up(&entries, name) {
            DotenvValue::Missing => missing.push(name.clone()),
            DotenvValue::Empty => empty.push(name.clone()),
            DotenvValue::Doubtful(doubt) => doubtful.push(doubt),
            DotenvValue::Set | DotenvValue::Reserved(_) => {}
        }
    }
    Ok(Reading::Dotenv { missing, empty, doubtful })
}
