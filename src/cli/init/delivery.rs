//! What is built, and where it goes: artifacts and environments made of Dockerfiles, compose files and manifests.

use super::environments::{distance, environment_name, is_local, known_environment};
use super::found::{Compose, InitFindings, Service, Workload};
use super::text::{list, may_stand, name, quoted, unique};

/// What a plan says about building and delivering.
#[derive(Debug, Default)]
pub(super) struct ProposedDelivery {
    artifacts: Vec<ProposedArtifact>,
    /// The environments, the safest to deploy to first.
    pub environments: Vec<ProposedEnvironment>,
    /// Names of log sources, and the containers that they are.
    logs: Vec<(String, String)>,
    /// The compose projects and services that are delivered to: two environments never share one.
    places: Vec<(String, String)>,
}

/// Said of a project that the plan names.
const OWN_PROJECT: &str = "  # of its own: without it, Compose takes both files for one project";

#[derive(Debug)]
struct ProposedArtifact {
    name: String,
    image: String,
    /// Where it is built: the context, and the name of the Dockerfile in it.
    build: Option<(String, String)>,
}

/// An environment of the proposal.
#[derive(Debug)]
pub(super) struct ProposedEnvironment {
    /// Its name.
    pub name: String,
    /// Its address, where it is this machine's.
    pub url: Option<String>,
    /// The path of its health check.
    pub health: Option<String>,
    delivers: Vec<(String, String)>,
    logs: Vec<String>,
}

impl ProposedDelivery {
    /// Makes artifacts and environments of what was found.
    pub(super) fn of(found: &InitFindings) -> Self {
        let mut delivery = Self { artifacts: artifacts(found), ..Self::default() };
        for compose in &found.compose {
            delivery.compose(compose);
        }
        for manifest in &found.manifests {
            for workload in &manifest.workloads {
                delivery.workload(&manifest.folder, workload);
            }
        }
        delivery.environments.sort_by_key(|env| distance(&env.name));
        delivery
    }

    fn compose(&mut self, compose: &Compose) {
        let known: Vec<(&Service, &ProposedArtifact)> =
            compose.services.iter().filter_map(|s| Some((s, self.artifact_of(s)?))).collect();
        let Some((first, _)) = known.first() else { return };
        let name = environment_name(&compose.file);
        let url = first.port.filter(|_| is_local(&name)).map(|port| format!("http://127.0.0.1:{port}"));
        let mut delivers: Vec<(String, String)> = Vec::new();
        let (taken, mut places) = (&self.places, Vec::new());
        for (service, artifact) in &known {
            let place = (compose.project.clone().unwrap_or_else(|| compose.file.clone()), service.name.clone());
            let project = match taken.contains(&place) {
                true => format!(", project = {}", quoted(&format!("{}-{name}", place.0))),
                false => String::new(),
            };
            let why = if project.is_empty() { "" } else { OWN_PROJECT };
            let with = format!(
                "{{ with = \"compose\", file = {}, service = {}{project} }}{why}",
                quoted(&compose.file),
                quoted(&service.name)
            );
            places.push(place);
            // one artifact is delivered once to an environment
            if !delivers.iter().any(|(taken, _)| *taken == artifact.name) {
                delivers.push((artifact.name.clone(), with));
            }
        }
        // Where nothing says how to ask it, that it answers at all is asked.
        let health = first.health.clone().or_else(|| first.port.map(|_| "/".to_owned()));
        let called = |service: &Service| {
            let place = places.iter().find(|(_, name)| *name == service.name).filter(|_| compose.project.is_some())?;
            let own = if taken.contains(place) { format!("{}-{name}", place.0) } else { place.0.clone() };
            Some(format!("{own}-{}-1", service.name))
        };
        let containers: Vec<Option<String>> =
            compose.services.iter().map(|service| service.container.clone().or_else(|| called(service))).collect();
        self.places.extend(places);
        let logs = compose.services.iter().zip(containers).filter_map(|(service, c)| self.log(service, c)).collect();
        self.add(ProposedEnvironment { name, url, health, delivers, logs });
    }

    fn workload(&mut self, folder: &str, workload: &Workload) {
        let Some(artifact) = self.artifacts.iter().find(|a| runs(workload, a)) else { return };
        let namespace = workload.namespace.as_deref().unwrap_or("default");
        let with = format!(
            "{{ with = \"kubernetes\", namespace = {}, manifests = {}, workload = {} }}",
            quoted(namespace),
            quoted(folder),
            quoted(&workload.name)
        );
        let delivers = vec![(artifact.name.clone(), with)];
        let part = folder.split('/').find_map(known_environment);
        let name = part.unwrap_or("production").to_owned();
        self.add(ProposedEnvironment { name, url: None, health: None, delivers, logs: Vec::new() });
    }

    /// Adds an environment, or to one of that name what it does not have yet.
    fn add(&mut self, env: ProposedEnvironment) {
        let Some(known) = self.environments.iter_mut().find(|e| e.name == env.name) else {
            return self.environments.push(env);
        };
        for (artifact, with) in env.delivers {
            if !known.delivers.iter().any(|(taken, _)| *taken == artifact) {
                known.delivers.push((artifact, with));
            }
        }
    }

    /// Returns the log source of a service whose container is known by name: its own, or the one that Compose gives.
    fn log(&mut self, service: &Service, container: Option<String>) -> Option<String> {
        let container = container.filter(|c| may_stand(c) && !c.contains('$'))?;
        if let Some((known, _)) = self.logs.iter().find(|(_, taken)| *taken == container) {
            return Some(known.clone());
        }
        let mut taken = self.logs.iter().map(|(name, _)| name.clone()).collect();
        let name = unique(name(&service.name, "service"), &mut taken);
        self.logs.push((name.clone(), container));
        Some(name)
    }

    /// Writes the log sources.
    pub(super) fn write_logs(&self, text: &mut String) {
        if self.logs.is_empty() {
            return;
        }
        text.push_str("# ── What it says ──\n");
        for (name, container) in &self.logs {
            text.push_str(&format!("[log.{name}]\ncontainer = {}\n", quoted(container)));
        }
        text.push('\n');
    }

    fn artifact_of(&self, service: &Service) -> Option<&ProposedArtifact> {
        let is_built = |a: &&ProposedArtifact| {
            a.build.as_ref().is_some_and(|(context, _)| Some(context) == service.build.as_ref())
        };
        let is_named = |a: &&ProposedArtifact| service.image.as_deref().is_some_and(|i| is_same_image(i, &a.image));
        self.artifacts.iter().find(is_built).or_else(|| self.artifacts.iter().find(is_named))
    }

    /// Returns the environment whose gate the checklist stands before: the last one.
    pub(super) fn last(&self) -> Option<&ProposedEnvironment> {
        self.environments.last()
    }

    /// Writes the tables; `checks` are those that the gate of the last environment waits for.
    pub(super) fn write(&self, checks: &str, text: &mut String) {
        text.push_str("# ── What is built ──\n");
        for artifact in &self.artifacts {
            text.push_str(&format!("[artifact.{}]\nimage = {}", artifact.name, quoted(&artifact.image)));
            if !artifact.image.contains('/') {
                text.push_str("  # put the registry's name before it, so that other machines can have it");
            }
            text.push('\n');
            if let Some((context, dockerfile)) = &artifact.build {
                text.push_str(&format!(
                    "build = {{ context = {}, dockerfile = {} }}\n",
                    quoted(context),
                    quoted(dockerfile)
                ));
            }
            text.push('\n');
        }
        if self.artifacts.is_empty() {
            text.push_str(NO_ARTIFACT);
        }
        text.push_str("# ── Where it goes ──\n");
        let last = self.last().map(|env| env.name.as_str());
        let has_staging = self.environments.iter().any(|env| env.name == "staging");
        for env in &self.environments {
            write_environment(env, last.map(|last| (last, checks)), text);
            if env.name == "production" && has_staging {
                text.push_str(AFTER_STAGING);
            }
            text.push('\n');
        }
        if self.environments.is_empty() {
            text.push_str(NO_ENVIRONMENT);
        }
    }
}

const AFTER_STAGING: &str = "\
# after   = [{ env = \"staging\", horizon = \"30m\" }]  # the same digest must have stayed good there that long
";

const NO_ARTIFACT: &str = "\
# No Dockerfile was found. An artifact is built once and delivered unchanged:
# [artifact.backend]
# image = \"registry.example.com/backend:{version}\"

";

const NO_ENVIRONMENT: &str = "\
# Nothing was found that says where it goes:
# [env.staging]
# url = \"https://staging.example.com\"
# deliver.backend = { with = \"compose\", file = \"docker-compose.yml\", service = \"backend\" }
# [env.production]
# url       = \"https://example.com\"
# protected = true
# gate      = [\"pre-deploy\"]
# after     = [{ env = \"staging\", horizon = \"30m\" }]
# deliver.backend = { with = \"command\", current = [[\"./current.sh\"]], deploy = [[\"./deploy.sh\", \"{version}\"]], undo = [[\"./deploy.sh\", \"{previous}\"]] }

";

fn write_environment(env: &ProposedEnvironment, gate: Option<(&str, &str)>, text: &mut String) {
    text.push_str(&format!("[env.{}]\n", env.name));
    match &env.url {
        Some(url) => text.push_str(&format!("url       = {}\n", quoted(url))),
        None => {
            text.push_str("# url     = \"https://…\"  # what {url} stands for in the checks that are in its verify\n")
        }
    }
    match gate.filter(|(last, _)| *last == env.name) {
        // A gate that asks for nothing proves nothing, and stays closed.
        Some((_, "")) => text.push_str("# gate    = [\"pre-deploy\"]  # once a check has that phase\n"),
        Some(_) => text.push_str("gate      = [\"pre-deploy\"]  # the phases that must be good before a deploy here\n"),
        None => {}
    }
    if env.name == "production" {
        text.push_str("protected = true            # the person types the environment's name\n");
    }
    if env.health.is_some() && env.url.is_some() {
        text.push_str("verify    = [\"health\"]\n");
    }
    for (artifact, with) in &env.delivers {
        text.push_str(&format!("deliver.{artifact} = {with}\n"));
    }
    if !env.logs.is_empty() {
        text.push_str(&format!("logs      = {}\n", list(env.logs.iter().map(String::as_str))));
    }
}

fn artifacts(found: &InitFindings) -> Vec<ProposedArtifact> {
    let services: Vec<&Service> = found.compose.iter().flat_map(|c| &c.services).collect();
    let mut taken = Vec::new();
    found
        .dockerfiles
        .iter()
        .map(|file| {
            let service = services.iter().find(|s| s.build.as_ref() == Some(&file.context));
            let folder = file.context.rsplit('/').next().filter(|f| *f != ".");
            let called = service.map(|s| s.name.as_str()).or(folder).unwrap_or(&found.folder);
            let name = unique(name(called, "app"), &mut taken);
            let by_name = || services.iter().filter_map(|s| s.image.as_deref()).find(|i| last_part(i) == name);
            let said = service.and_then(|s| s.image.as_deref()).or_else(by_name).and_then(repository);
            let image = format!("{}:{{version}}", said.unwrap_or(&name));
            ProposedArtifact { name, image, build: Some((file.context.clone(), file.name.clone())) }
        })
        .collect()
}

/// Returns an image's name without tag and digest, where it is a plain one.
fn repository(image: &str) -> Option<&str> {
    let name = image.split('@').next()?;
    let end = name.rfind(':').filter(|at| !name[*at..].contains('/')).unwrap_or(name.len());
    let name = &name[..end];
    let is_plain =
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "/-_.:".contains(c));
    is_plain.then_some(name)
}

fn last_part(image: &str) -> &str {
    repository(image).and_then(|name| name.rsplit('/').next()).unwrap_or_default()
}

fn is_same_image(one: &str, other: &str) -> bool {
    let other = other.trim_end_matches(":{version}");
    repository(one).is_some_and(|name| name == other)
}

/// Says whether a workload runs an artifact: by its image, or by its own name.
fn runs(workload: &Workload, artifact: &ProposedArtifact) -> bool {
    let by_image =
        workload.image.as_deref().is_some_and(|i| is_same_image(i, &artifact.image) || last_part(i) == artifact.name);
    by_image || workload.name.rsplit('/').next() == Some(&artifact.name)
}
