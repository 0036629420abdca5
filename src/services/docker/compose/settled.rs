//! What the compose file and the program come down to: the names and ways of one delivery. Guessed before anything was
//! asked, and settled by asking Compose.

use super::environment;
use super::file::{compose_file, schema, set_project};
use super::inputs::Inputs;
use super::names::ComposeNames;
use super::needs::Needs;
use super::rendered::{Network, Rendered, Rendering, ServiceReach};
use super::renderings::AskWhen;
use super::runner::ComposeRunner;
use super::settings::{ComposeDelivery, first_project, second_project};
use super::tree;
use super::unset::{self, HandedTo, Unset};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tminus_core::plan::{HostPorts, project_name};
use tminus_core::ports::{FailureKind, PortError};

/// How the new version takes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Handover {
    /// One proves itself beside the old one and serves while that is replaced; the new one gets its names when it is
    /// healthy.
    Quiet(Vec<Network>),
    /// One proves itself beside the old one and serves while Compose replaces that: it publishes ports, or it is several.
    Covered(Vec<Network>, &'static str),
    /// There is no room for a second one.
    Alone(&'static str),
}

/// What is known of a delivery.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Settled {
    pub(super) names: ComposeNames,
    /// The name of the service's only container.
    pub(super) container: String,
    /// The ports of the host that it is to have.
    pub(super) ports: Vec<HostPorts>,
    /// What of the host's files it gets as they lie there.
    pub(super) mounts: Vec<PathBuf>,
    /// The engine's names of the volumes that it gets.
    pub(super) volumes: Vec<String>,
    /// What others made for it.
    pub(super) needs: Needs,
    pub(super) handover: Handover,
    pub(super) dependants: BTreeSet<String>,
    pub(super) settings: BTreeMap<String, String>,
    /// Which Compose rendered it.
    pub(super) by: String,
    /// The `version` of the file, for the first Compose.
    pub(super) schema: Option<String>,
    /// Whether the program is the first Compose.
    pub(super) is_first: bool,
    /// The configuration that served, where Compose is given that instead of the project's file.
    pub(super) base: Option<PathBuf>,
    /// The configuration, as Compose wrote it.
    pub(super) rendering: Rendering,
    /// Why Compose could never make what the file asks for.
    pub(super) impossible: Option<String>,
    /// The variables that nobody sets, and that the service would get.
    pub(super) unset: Unset,
}

impl Settled {
    /// Guesses what is the case most often.
    pub(super) fn guess(compose: &ComposeDelivery, root: &Path) -> Self {
        let is_first = compose.programs.first().is_some_and(|words| words.len() == 1);
        let read = || compose_file(root, &compose.file).map(|file| file.project);
        let project = compose.project.clone().or_else(read);
        let project = project.unwrap_or_else(|| second_project(root, &compose.file));
        let empty = Rendered(serde_json::Value::Null);
        Self::of(compose, project, &empty, is_first)
    }

    /// Asks Compose.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`] when the file or the service is not there, [`FailureKind::Rejected`] in Compose's own
    /// words, [`FailureKind::Unavailable`] when there is no Compose.
    pub(super) async fn ask(
        compose: &ComposeDelivery,
        (root, when): (&Path, AskWhen),
        runner: &ComposeRunner,
    ) -> Result<Self, PortError> {
        let Some(text) = runner.file(&compose.file).await? else {
            return Err(PortError::new(FailureKind::NotFound, format!("there is no {}", compose.file)));
        };
        let tool = runner.tool().await?.clone();
        let schema = schema(&text).filter(|_| tool.is_first());
        let named = match &compose.project {
            // It takes what it does not like out of every name, also out of one that it is given.
            Some(project) if tool.is_first() => Some(project_name(project)),
            Some(project) => Some(project.clone()),
            None if tool.is_first() => Some(named_by_first(compose, root)),
            None => None,
        };
        let settled = Self::rendered(compose, named, (root, when), runner).await?;
        let mut unset = settled.unset.clone();
        unset.filled_in = unset::of_service(&unset.filled_in, &text, &compose.service);
        unset.handed_on.extend(by_file((compose, root), &text, &settled.rendering));
        let unset = unset.without_values(environment_texts((compose, root)));
        Ok(Self { schema, unset, ..settled })
    }

    /// Refuses to bring anything whose configuration has holes: an empty password is no password.
    ///
    /// # Errors
    /// [`FailureKind::Rejected`], naming each variable that is not set.
    pub(super) fn require_set(&self, compose: &ComposeDelivery) -> Result<(), PortError> {
        match self.unset.says(&compose.file) {
            Some(says) => Err(PortError::new(FailureKind::Rejected, says)),
            None => Ok(()),
        }
    }

    /// Returns the engine's names of the networks that it is to be in.
    pub(super) fn networks(&self) -> impl Iterator<Item = &String> {
        let named = match &self.handover {
            Handover::Quiet(networks) | Handover::Covered(networks, _) => networks.as_slice(),
            Handover::Alone(_) => &[],
        };
        named.iter().map(|network| &network.name).chain(self.needs.addresses.iter().map(|(network, _)| network))
    }

    /// Asks Compose about a project by its name.
    ///
    /// # Errors
    /// As [`Self::ask`].
    pub(super) async fn named(
        &self,
        compose: &ComposeDelivery,
        (named, when): (String, AskWhen),
        runner: &ComposeRunner,
    ) -> Result<Self, PortError> {
        let settled = Self::rendered(compose, Some(named), (Path::new("/"), when), runner).await?;
        Ok(Self { schema: self.schema.clone(), unset: self.unset.clone(), ..settled })
    }

    async fn rendered(
        compose: &ComposeDelivery,
        named: Option<String>,
        (root, when): (&Path, AskWhen),
        runner: &ComposeRunner,
    ) -> Result<Self, PortError> {
        let tool = runner.tool().await?;
        let files = std::slice::from_ref(&compose.file);
        let (rendered, written, unset) = runner.render(files, (named.as_deref(), when)).await?;
        let services = rendered.services();
        if !services.contains(&compose.service.as_str()) {
            let summary = format!("{} has no service {}", compose.file, compose.service);
            return Err(
                PortError::new(FailureKind::NotFound, summary).because(format!("it has {}", services.join(", ")))
            );
        }
        let project = named.or_else(|| rendered.name().map(str::to_owned));
        let project = project.unwrap_or_else(|| second_project(root, &compose.file));
        let rendering = Rendering(written);
        let by = tool.version.clone();
        let mut handed_on = unset::passed(&rendered.0, &compose.service);
        handed_on.extend(unset::made_of(&rendered.0, &compose.service, |name| is_set((compose, root), name)));
        let unset = Unset { filled_in: unset, handed_on, ..Unset::default() };
        Ok(Self { by, rendering, unset, ..Self::of(compose, project, &rendered, tool.is_first()) })
    }

    /// Reads the configuration that a version served with; nothing is asked of Compose. An error says why it cannot be used.
    ///
    /// A variable that was missing then is missing now, too; what a secret is made of is asked for now.
    pub(super) fn served(
        (compose, root): (&ComposeDelivery, &Path),
        known: &Self,
        (path, text): (PathBuf, String),
    ) -> Result<Self, String> {
        // The first Compose does not read what the second one wrote; the other way round it does.
        if known.is_first && text.starts_with('{') {
            return Err("was written by Compose 2, which the Compose 1 that is used here does not read".to_owned());
        }
        let rendered = Rendered(tree::read(&text).map_err(|why| format!("cannot be read: {why}"))?);
        if !rendered.services().contains(&compose.service.as_str()) {
            return Err(format!("has no service {}", compose.service));
        }
        let given = compose.project.as_deref();
        let given = given.map(|name| if known.is_first { project_name(name) } else { name.to_owned() });
        let named = given.or_else(|| rendered.name().map(str::to_owned));
        let project = named.unwrap_or_else(|| known.names.project.clone());
        let schema = schema(&text).filter(|_| known.is_first);
        let (base, by, rendering) = (Some(path), known.by.clone(), Rendering(text));
        let handed_on = unset::made_of(&rendered.0, &compose.service, |name| is_set((compose, root), name));
        let unset = Unset { handed_on, ..Unset::default() };
        Ok(Self { by, schema, base, rendering, unset, ..Self::of(compose, project, &rendered, known.is_first) })
    }

    /// Makes one of a service with nothing special about it.
    #[cfg(test)]
    pub(super) fn plain(project: &str, service: &str) -> Self {
        let text = format!("{{\"services\":{{\"{service}\":{{\"image\":\"x\"}}}}}}");
        let rendered = Rendered(tree::read(&text).unwrap());
        Self::shaped((project.to_owned(), service), &rendered, false)
    }

    fn of(compose: &ComposeDelivery, project: String, rendered: &Rendered, is_first: bool) -> Self {
        Self::shaped((project, &compose.service), rendered, is_first)
    }

    fn shaped((project, service): (String, &str), rendered: &Rendered, is_first: bool) -> Self {
        let handover = match rendered.reach(&project, service) {
            ServiceReach::Alone(why) => Handover::Alone(why),
            ServiceReach::Networks(networks) if rendered.publishes(service) => {
                Handover::Covered(networks, "it publishes ports")
            }
            ServiceReach::Networks(networks) if rendered.replicas(service) != 1 => {
                Handover::Covered(networks, "it has several containers")
            }
            ServiceReach::Networks(networks) => Handover::Quiet(networks),
        };
        let separator = if is_first { '_' } else { '-' };
        Self {
            container: rendered.container((&project, service), separator),
            ports: rendered.ports(service),
            mounts: rendered.mounts(service),
            volumes: rendered.volumes((&project, service)),
            needs: Needs::of(rendered, (&project, service), is_first),
            handover,
            dependants: rendered.dependants(service),
            settings: rendered.hashes(),
            by: String::new(),
            schema: None,
            is_first,
            base: None,
            rendering: Rendering::default(),
            impossible: rendered.impossible(service),
            unset: Unset::default(),
            names: ComposeNames { project, service: service.to_owned() },
        }
    }
}

/// Says whether a variable has a value: in this process, or in the files that Compose reads.
fn is_set((compose, root): (&ComposeDelivery, &Path), name: &str) -> bool {
    std::env::var_os(name).is_some() || !environment::values(&environment::files(root, &compose.file), name).is_empty()
}

/// Returns what environment files name and nobody sets.
fn by_file(
    (compose, root): (&ComposeDelivery, &Path),
    text: &str,
    rendering: &Rendering,
) -> BTreeMap<String, HandedTo> {
    let (Ok(written), Ok(rendered)) = (tree::read(text), tree::read(&rendering.0)) else { return BTreeMap::new() };
    let read = |file: &str| std::fs::read_to_string(compose_folder(compose, root).join(file)).ok();
    unset::passed_by_file((&written, &rendered), &compose.service, read)
}

/// Returns the environment files that Compose may read, with their names from the root.
fn environment_texts((compose, root): (&ComposeDelivery, &Path)) -> Vec<(String, String)> {
    let inputs = Inputs::of(root, std::slice::from_ref(&compose.file));
    let named = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    inputs.env_files().filter_map(|path| Some((named(path), std::fs::read_to_string(path).ok()?))).collect()
}

fn compose_folder(compose: &ComposeDelivery, root: &Path) -> PathBuf {
    root.join(&compose.file).parent().map_or_else(|| root.to_owned(), Path::to_owned)
}

/// Returns the name that the first Compose gives a project, by its own rule (`get_project_name`): it never prints it.
fn named_by_first(compose: &ComposeDelivery, root: &Path) -> String {
    let files = [environment::beside(root, &compose.file)];
    set_project(&files).map_or_else(|| first_project(root, &compose.file), |set| project_name(&set))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_of_the_second_compose_is_not_given_to_the_first_without_a_word() {
        let compose = super::super::settings::ComposeDelivery::plain("c.yml", "web");
        let known = |is_first| Settled { is_first, ..Settled::plain("p", "web") };
        let served = |is_first, text: &str| {
            Settled::served((&compose, Path::new("/")), &known(is_first), ("/x".into(), text.to_owned()))
        };
        let (json, yaml) = (r#"{"services":{"web":{"image":"x"}}}"#, "services:\n  web:\n    image: x\n");
        assert!(served(true, json).unwrap_err().contains("was written by Compose 2"));
        assert!(served(false, json).is_ok() && served(false, yaml).is_ok() && served(true, yaml).is_ok());
        assert_eq!(served(false, "services:\n  api:\n    image: x\n").unwrap_err(), "has no service web");
        assert!(served(false, "[").unwrap_err().starts_with("cannot be read"));
    }
}
