//! What the remote has that was not fetched: asked of git itself, which knows the way there.

use super::GitRepository;
use super::program::GitProgram;
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
