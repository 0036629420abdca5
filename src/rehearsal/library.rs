//! The scenarios that are built into tminus.

use crate::scenario::{Scenario, read};
use tminus_core::grammar::text::Mistakes;

/// Every scenario file; a new one gets its line here.
const FILES: [(&str, &str); 8] = [
    ("assets/scenarios/smooth.toml", include_str!("../../assets/scenarios/smooth.toml")),
    ("assets/scenarios/bad-release.toml", include_str!("../../assets/scenarios/bad-release.toml")),
    ("assets/scenarios/slow-rollout.toml", include_str!("../../assets/scenarios/slow-rollout.toml")),
    ("assets/scenarios/crash-loop.toml", include_str!("../../assets/scenarios/crash-loop.toml")),
    ("assets/scenarios/image-missing.toml", include_str!("../../assets/scenarios/image-missing.toml")),
    ("assets/scenarios/rollback-impossible.toml", include_str!("../../assets/scenarios/rollback-impossible.toml")),
    ("assets/scenarios/review-rejected.toml", include_str!("../../assets/scenarios/review-rejected.toml")),
    ("assets/scenarios/service-down.toml", include_str!("../../assets/scenarios/service-down.toml")),
];

/// The scenarios that are flown over a real engine.
const ON_DOCKER: [(&str, &str); 2] = [
    ("assets/docker/smooth.toml", include_str!("../../assets/docker/smooth.toml")),
    ("assets/docker/bad-release.toml", include_str!("../../assets/docker/bad-release.toml")),
];

/// No scenario has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnknownScenario {
    /// None has it.
    #[error("no scenario is called {name:?}{}", nearest.as_ref().map(|near| format!("; did you mean {near:?}?")).unwrap_or_else(|| "; `tminus demo --list` names them".to_owned()))]
    Unknown {
        /// The name that was asked for.
        name: String,
        /// The name that is nearest.
        nearest: Option<String>,
    },
    /// It is there and cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Mistakes),
}

impl Scenario {
    /// Reads every scenario that is built in, in the order in which they are shown.
    ///
    /// # Errors
    /// When one of them cannot be read; a test keeps that from being shipped.
    pub fn all() -> Result<Vec<Self>, Mistakes> {
        FILES.iter().map(|(file, text)| read(file, text)).collect()
    }

    /// Finds a scenario by its name.
    ///
    /// # Errors
    /// When there is none, with the nearest name.
    pub fn named(name: &str) -> Result<Self, UnknownScenario> {
        among(Self::all()?, name)
    }

    /// Reads the scenarios that are flown over a real engine, where time is real too.
    ///
    /// # Errors
    /// When one of them cannot be read; a test keeps that from being shipped.
    pub fn all_on_docker() -> Result<Vec<Self>, Mistakes> {
        ON_DOCKER.iter().map(|(file, text)| read(file, text)).collect()
    }

    /// Finds a scenario that is flown over a real engine.
    ///
    /// # Errors
    /// When there is none, with the nearest name.
    pub fn named_on_docker(name: &str) -> Result<Self, UnknownScenario> {
        among(Self::all_on_docker()?, name)
    }
}

fn among(all: Vec<Scenario>, name: &str) -> Result<Scenario, UnknownScenario> {
    let names: Vec<_> = all.iter().map(|scenario| scenario.name.as_str()).collect();
    let nearest = similar::get_close_matches(name, &names, 1, 0.4).first().map(|near| (*near).to_owned());
    let unknown = UnknownScenario::Unknown { name: name.to_owned(), nearest };
    all.into_iter().find(|scenario| scenario.name == name).ok_or(unknown)
}
