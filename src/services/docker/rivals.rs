//! The other deliveries of a plan: none of them may go to the same place. The plan alone often cannot tell, because files,
//! variables and the engines themselves say where a place is; so this is asked again before anything is brought there.

use super::compose::compose_file;
use super::link::Link;
use std::path::Path;
use std::sync::Arc;
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::plan::{container_name, project_name, uses_name};

/// Another delivery of the plan.
#[derive(Clone)]
pub struct Rival {
    /// Its environment.
    pub env: EnvName,
    /// What it delivers.
    pub artifact: ArtifactName,
    /// The way to its engine.
    pub link: Link,
    /// Where it goes there.
    pub at: RivalPlace,
}

/// Where another delivery goes on its engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RivalPlace {
    /// A container by its name.
    Container(String),
    /// A service of a compose project.
    Service {
        /// The compose file, from the root of the repository.
        file: String,
        /// `project`, where the plan names one.
        project: Option<String>,
        /// The service.
        service: String,
    },
}

/// All of them. Cheap to clone.
#[derive(Clone, Default)]
pub struct Rivals {
    all: Arc<Vec<Rival>>,
}

/// Where somebody goes: what the others are compared with.
pub(super) struct Ours<'a> {
    pub(super) link: &'a Link,
    /// The compose project and service, where it is one.
    pub(super) service: Option<(&'a str, &'a str)>,
    /// The container, where its name is known.
    pub(super) container: Option<&'a str>,
}

impl Rivals {
    /// Makes them of the plan's other deliveries.
    pub fn new(all: Vec<Rival>) -> Self {
        Self { all: Arc::new(all) }
    }

    /// Says which of them goes to the same place; `None` when none does.
    pub(super) async fn there(&self, root: &Path, ours: &Ours<'_>) -> Option<String> {
        for rival in self.all.iter() {
            let Some(place) = rival.place(root, ours) else { continue };
            if ours.link.is_to(&rival.link) || same_engine(ours.link, &rival.link).await {
                let (artifact, env) = (&rival.artifact, &rival.env);
                return Some(format!(
                    "{artifact} of {env} is at the same place, {place}: what is brought here would replace it. Give one \
                     of the two a place of its own in the plan."
                ));
            }
        }
        None
    }
}

impl Rival {
    /// Returns the place that both go to, were their engines the same.
    fn place(&self, root: &Path, ours: &Ours<'_>) -> Option<String> {
        let is_ours = |name: &&String| ours.container.is_some_and(|own| uses_name(own, name) || uses_name(name, own));
        match &self.at {
            RivalPlace::Container(name) => Some(name).filter(is_ours).map(|name| format!("the container {name}")),
            RivalPlace::Service { file, project, service } => {
                let known = compose_file(root, file);
                let own = known.as_ref().and_then(|known| known.services.get(service)?.container.clone());
                if let Some(name) = own.as_ref().filter(is_ours) {
                    return Some(format!("the container {name}"));
                }
                let project = project.as_deref().map(project_name).or_else(|| known.map(|known| known.project))?;
                if ours.service.is_some_and(|(ours, of)| project == project_name(ours) && service == of) {
                    return Some(format!("compose project {project}, service {service}"));
                }
                // Whichever Compose it is: ours has the name that this one gives.
                let names = ['-', '_'].map(|separator| container_name(&project, service, separator));
                let taken = names.iter().filter(|_| own.is_none()).find(is_ours)?;
                Some(format!("the container {taken}"))
            }
        }
    }
}

/// Asks both engines who they are: one engine may have many addresses. One that does not say so within a look is another:
/// nobody waits longer for another environment's engine.
async fn same_engine(one: &Link, other: &Link) -> bool {
    let asked = tokio::time::timeout(one.patience().now() / 2, async { tokio::join!(id(one), id(other)) });
    matches!(asked.await, Ok((Some(one), Some(other))) if one == other)
}

async fn id(link: &Link) -> Option<String> {
    link.near().await?.info().await.ok()?.id.filter(|id| !id.is_empty())
}
