//! `kind = "github"`.

use super::kind::or;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// GitHub.
    pub struct GitHubConnect = "github" {
        /// The repository: `owner/name`.
        repo: String = must("repo", ValueKind::Text),
        /// The address of its API.
        url: Option<String> = may("url", ValueKind::Url).or("https://api.github.com"),
        /// The token.
        token: Secret = must("token", ValueKind::Secret),
    }
}

impl KindOfConnection for GitHubConnect {
    fn reach(&self) -> Reach<'_> {
        let address = format!("{} for {}", or(self.url.as_ref(), "api.github.com"), self.repo);
        Reach::Address(address, vec![&self.token])
    }
}
