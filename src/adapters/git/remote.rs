//! What the remote has that was not fetched: asked of git itself, which knows the way there.

use super::GitRepository;
use crate::adapters::process::{Ended, Program, run};
use crate::domain::mask::Mask;
use crate::domain::names::Commit;
use crate::ports::{FailureKind, PortError};
use std::time::Duration;

/// How long the remote may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

impl GitRepository {
    /// Returns the commit of a tag on the remote; `None` when it has no such tag, or there is no remote.
    ///
    /// # Errors
    /// When git cannot be run, or the remote does not answer in time.
    pub async fn remote_tag(&self, tag: &str) -> Result<Option<Commit>, PortError> {
        if self.say(&["remote", "get-url", &self.remote]).await?.exit != Some(0) {
            return Ok(None);
        }
        let (whole, peeled) = (format!("refs/tags/{tag}"), format!("refs/tags/{tag}^{{}}"));
        let ended = self.say(&["ls-remote", "--", &self.remote, &whole, &peeled]).await?;
        if ended.exit != Some(0) {
            let summary = format!("{} did not say whether it has the tag {tag}", self.remote);
            return Err(PortError::new(FailureKind::Unreachable, summary));
        }
        Ok(named(&ended.stdout.text(), &whole, &peeled))
    }

    async fn say(&self, words: &[&str]) -> Result<Ended, PortError> {
        let words = std::iter::once("git").chain(words.iter().copied()).map(str::to_owned).collect();
        let program = Program::new(words, &self.root).variable("GIT_TERMINAL_PROMPT", "0").within(ANSWER);
        let (nobody, _) = tokio::sync::mpsc::channel(1);
        run(&program, &nobody, &Mask::new()).await
    }
}

/// Reads the answer; an annotated tag comes with the commit it points to.
fn named(text: &str, whole: &str, peeled: &str) -> Option<Commit> {
    let lines: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('\t')).collect();
    let of = |wanted: &str| lines.iter().find(|(_, name)| *name == wanted).map(|(id, _)| Commit::new(*id));
    of(peeled).or_else(|| of(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_on_the_remote_is_the_commit_that_it_leads_to() {
        let text = "aa\trefs/tags/v1\nbb\trefs/tags/v1^{}\n";
        assert_eq!(named(text, "refs/tags/v1", "refs/tags/v1^{}"), Some(Commit::new("bb")));
        assert_eq!(named("aa\trefs/tags/v1\n", "refs/tags/v1", "refs/tags/v1^{}"), Some(Commit::new("aa")));
        assert_eq!(named("", "refs/tags/v1", "refs/tags/v1^{}"), None);
    }
}
