//! What a person adopts: something that tminus did not bring, as they saw it before they decided.

use super::names::{ActionId, ArtifactName, EnvName};
use super::order::Delivered;
use serde::{Deserialize, Serialize};

/// What somebody else left of an artifact in an environment. An adoption is of exactly this, and of nothing that came later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoptable {
    /// The artifact.
    pub artifact: ArtifactName,
    /// What runs there; absent where its version cannot be told.
    pub running: Option<Delivered>,
    /// Who brought that.
    pub brought: BroughtBy,
    /// The fact that told of it first: the same version seen again after another one is something else.
    pub told: u64,
    /// The action whose id it carries, where this journal does not know it.
    pub action: Option<ActionId>,
}

/// Who brought what runs somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BroughtBy {
    /// A deploy of this journal.
    Tminus,
    /// A rollback of this journal, of a version that no deploy of it brought.
    RollBack,
    /// Perhaps a deploy of this journal: no digest tells whether it is what that brought.
    PerhapsTminus,
    /// Somebody else, or nobody knows who.
    SomebodyElse,
}

impl BroughtBy {
    /// Says it of what runs somewhere: `tminus did not deliver it`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Tminus => "tminus delivered it",
            Self::RollBack => "a rollback brought it back and tminus never deployed it",
            Self::PerhapsTminus => "whether tminus delivered it is unknown",
            Self::SomebodyElse => "tminus did not deliver it",
        }
    }
}

impl Adoptable {
    /// Names it: `backend 1.0.0 (sha256:…)`.
    pub fn name(&self) -> String {
        self.running
            .as_ref()
            .map_or_else(|| self.artifact.to_string(), |running| format!("{} {running}", self.artifact))
    }

    /// Says what there is, and why it is not tminus's own.
    pub fn words(&self, env: &EnvName) -> String {
        let foreign = Some(self.brought).filter(|brought| *brought != BroughtBy::Tminus);
        let mut parts: Vec<String> = foreign.map(|brought| brought.words().to_owned()).into_iter().collect();
        parts.extend(self.action.as_ref().map(|id| format!("it carries {id}, which is not in this journal")));
        let there = match self.running {
            Some(_) => format!("{} runs in {env}", self.name()),
            None => format!("something runs in {env} as {}", self.artifact),
        };
        std::iter::once(there).chain(parts).collect::<Vec<_>>().join(", and ")
    }
}
