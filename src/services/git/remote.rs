//! What the remote has that was not fetched: asked of git itself, which knows the way there.

use super::GitRepository;
use super::program::GitProgram;
use tminus_core::branch::TagObject;
use tminus_core::kinds::repository::{PushAct, RefTip};
use tminus_core::names::Commit;
use tminus_core::ports::PortError;

impl GitRepository {
    /// Returns the commit of a tag on the remote; `None` when it has no such tag, or there is no remote.
    ///
    /// # Errors
    /// When git cannot be run, or the remote does not answer in time.
    pub async fn remote_tag(&self, tag: &str) -> Result<Option<Commit>, PortError> {
        let what = format!("{} did not say whether it has the tag {tag}", self.remote);
        let tag = tag.to_owned();
        self.ask(&what, move |git, about| of_remote(git, about, &tag)).await
    }
}

impl GitRepository {
    /// Returns where the branch of a push stands on the remote; its object is that of the tag which goes with it.
    ///
    /// # Errors
    /// When git cannot be run, or the remote does not answer in time.
    pub(super) async fn pushed_tip(&self, push: &PushAct) -> Result<Option<RefTip>, PortError> {
        let what = format!("{} did not say where it has {}", push.remote, push.branch);
        let push = push.clone();
        self.ask(&what, move |git, about| {
            let git = git.clone().asking_a_remote(about.filters, about.patience.now())?;
            let branch = format!("refs/heads/{}", push.branch);
            let tag = push.tag.as_ref().map(|tag| format!("refs/tags/{}", tag.name));
            let mut words = vec!["ls-remote", "--", &push.remote, &branch];
            words.extend(tag.as_deref());
            let text = git.line(&words).map_err(without_prompt)?;
            Ok(pushed(&text, &branch, tag.as_deref()))
        })
        .await
    }
}

/// Says what nobody was asked, where git would have asked.
fn without_prompt(failure: PortError) -> PortError {
    let said = failure.sentence();
    let is_asking = ["askpass", "prompts disabled", "Authentication failed"].iter().any(|words| said.contains(words));
    if is_asking { failure.because("it wants a password, and git has none: nothing is asked here") } else { failure }
}

fn pushed(text: &str, branch: &str, tag: Option<&str>) -> Option<RefTip> {
    let lines = || text.lines().filter_map(|line| line.split_once('\t'));
    let of = |wanted: &str| lines().find(|(_, name)| *name == wanted).map(|(id, _)| id.to_owned());
    let commit = of(branch)?;
    let id = tag.map_or_else(|| commit.clone(), |tag| of(tag).unwrap_or_default());
    Some(RefTip { commit: Commit::new(commit), object: TagObject { id, subject: None } })
}

fn of_remote(git: &GitProgram, about: &GitRepository, tag: &str) -> Result<Option<Commit>, PortError> {
    if !git.answer(&["config", "--get-all", &format!("remote.{}.url", about.remote)])?.is_good() {
        return Ok(None);
    }
    let (whole, peeled) = (format!("refs/tags/{tag}"), format!("refs/tags/{tag}^{{}}"));
    let git = git.clone().asking_a_remote(about.filters, about.patience.now())?;
    let text = git.line(&["ls-remote", "--", &about.remote, &whole, &peeled])?;
    Ok(named(&text, &whole, &peeled))
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
