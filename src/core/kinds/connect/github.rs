//! `kind = "github"`.

use super::keys::TOKEN;
use super::kind::or;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::{TableCursor, ValueKind, Variant, may, must, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// GitHub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GitHubConnect {
    /// `repo`: `owner/name`.
    pub repo: String,
    /// `url`: `https://api.github.com` by default.
    pub url: Option<String>,
    /// `token`.
    pub token: Secret,
}

impl Described for GitHubConnect {
    const GRAMMAR: Variant = variant(
        "github",
        "GitHub.",
        &[
            must("repo", ValueKind::Text, "The repository: `owner/name`."),
            may("url", ValueKind::Url, "The address of its API.").or("https://api.github.com"),
            TOKEN,
        ],
    );

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self { repo: table.text("repo")?, url: table.url("url"), token: table.secret("token")? })
    }
}

impl KindOfConnection for GitHubConnect {
    fn reach(&self) -> Reach<'_> {
        let address = format!("{} for {}", or(self.url.as_ref(), "api.github.com"), self.repo);
        Reach::Address(address, vec![&self.token])
    }
}
