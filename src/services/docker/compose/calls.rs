//! The acts of a delivery, in order: what is previewed and what is done are both read off these. Pure.

use super::bare::{self, NOTHING};
use super::delivery_folder::DeliveryFolder;
use super::names::tag;
use super::rendered::Network;
use super::settings::ComposeDelivery;
use super::settled::{Handover, Settled};
use crate::docker::pull;
use bollard::models::ContainerCreateBody;
use serde_json::json;
use std::path::{Path, PathBuf};
use tminus_core::order::{Call, Delivered, Order};

/// How the program is called.
pub(super) struct ComposeScript<'a> {
    pub(super) compose: &'a ComposeDelivery,
    pub(super) settled: &'a Settled,
    pub(super) folder: &'a DeliveryFolder,
    /// The words that the program begins with.
    pub(super) program: Vec<String>,
    /// The configuration that what is there now served with; absent where the project's file counts.
    pub(super) before: Option<PathBuf>,
}

impl ComposeScript<'_> {
    /// Starts the new version beside the old one. It publishes no ports and has no name that anybody asks for.
    pub(super) fn prove(&self) -> Vec<String> {
        let candidate = self.settled.names.candidate();
        self.words(Some(&self.folder.next()), &["run", "-d", "-T", "--no-deps", "--name", &candidate, self.service()])
    }

    /// Has Compose set the new version up beside the old one and run nothing of it. Absent where the two would want one
    /// address, and with the first Compose: it links the two, which no container without a network of its own bears. There the
    /// engine itself is asked ([`bare`]).
    pub(super) fn set_up(&self) -> Option<Vec<String>> {
        let (candidate, pin) = (self.settled.names.candidate(), self.folder.next());
        let rest = ["run", "-d", "-T", "--no-deps", "--entrypoint", NOTHING, "--name", &candidate, self.service()];
        let is_possible = self.settled.needs.addresses.is_empty() && !self.settled.is_first;
        is_possible.then(|| self.words(Some(&pin), &rest))
    }

    /// Puts the new version in the place of the old one.
    pub(super) fn replace(&self) -> Vec<String> {
        match self.settled.handover {
            Handover::Quiet(_) => {
                self.words(Some(&self.folder.next()), &["up", "--no-start", "--no-deps", self.service()])
            }
            Handover::Covered(..) | Handover::Alone(_) => {
                self.words(Some(&self.folder.next()), &["up", "-d", "--no-deps", self.service()])
            }
        }
    }

    /// Starts it where nothing ran, with what it depends on; nothing that runs is touched.
    pub(super) fn start(&self) -> Vec<String> {
        self.words(Some(&self.folder.next()), &["up", "-d", "--no-recreate", self.service()])
    }

    /// Puts the old version back.
    pub(super) fn back(&self) -> Vec<String> {
        let rest = ["up", "-d", "--no-deps", self.service()];
        self.words_of(self.before.as_deref(), Some(&self.folder.before()), &rest)
    }

    /// Takes away what was started where nothing ran.
    pub(super) fn clear(&self) -> Vec<String> {
        self.words(None, &["rm", "-s", "-f", self.service()])
    }

    /// Returns the calls of an order; none of one that is not for a target like this.
    pub(super) fn calls(&self, order: &Order) -> Vec<Call> {
        let Some((from, to)) = order.task.moved() else { return Vec::new() };
        let reference = self.reference(to);
        let kept = self.settled.names.kept();
        let mut calls = Vec::new();
        if !self.compose.image.is_local() {
            let line = format!("POST /images/create?fromImage={reference}");
            calls.push(request(line).when("unless the host has it"));
        }
        if let Some(from) = from {
            let line = format!("POST /images/{}/tag?repo={kept}&tag={}", self.reference(from), tag(from));
            calls.push(request(line).when("unless it is kept already"));
            calls.extend(self.swap((&reference, order)));
        } else {
            calls.push(process(self.start()).when("where nothing runs"));
            calls.extend(self.swap((&reference, order)).into_iter().map(|call| call.when("where something runs")));
        }
        let line = format!("POST /images/{reference}/tag?repo={kept}&tag={}", tag(to));
        calls.push(request(line).when("unless it is kept already"));
        calls
            .push(request(format!("DELETE /images/{kept}:(the oldest)?noprune=false")).when("if more than 3 are kept"));
        calls.push(self.otherwise(from).when("if it does not get healthy"));
        calls
    }

    fn reference(&self, one: &Delivered) -> String {
        let found = one.digest.as_ref().and_then(|d| pull::reference(&self.compose.image, &one.version, d).ok());
        found.unwrap_or_else(|| format!("{}@(no digest)", one.version))
    }

    fn otherwise(&self, from: Option<&Delivered>) -> Call {
        process(if from.is_some() { self.back() } else { self.clear() })
    }

    fn swap(&self, of: (&str, &Order)) -> Vec<Call> {
        let (candidate, real) = (self.settled.names.candidate(), self.settled.container.clone());
        let replace = process(self.replace());
        let mut calls = Vec::new();
        match &self.settled.handover {
            Handover::Alone(_) => {
                let bare = bare::body(&self.settled.needs, of);
                let bare = bare.map(|body| created(&candidate, &body).to_vec()).unwrap_or_default();
                let set_up = self.set_up().map_or(bare, |words| vec![process(words)]);
                if !set_up.is_empty() {
                    calls.extend(set_up);
                    calls.extend(gone(&[], &candidate));
                }
                calls.push(replace);
            }
            Handover::Covered(networks, _) => {
                calls.push(process(self.prove()));
                calls.extend(named(networks, &candidate));
                calls.push(replace);
                calls.extend(gone(networks, &candidate));
            }
            Handover::Quiet(networks) => {
                calls.push(process(self.prove()));
                calls.extend(named(networks, &candidate));
                calls.push(replace);
                calls.extend(nameless(networks, &real));
                calls.push(request(format!("POST /containers/{real}/start")));
                calls.extend(named(networks, &real));
                calls.extend(gone(networks, &candidate));
            }
        }
        calls
    }

    fn words(&self, pin: Option<&Path>, rest: &[&str]) -> Vec<String> {
        self.words_of(self.settled.base.as_deref(), pin, rest)
    }

    fn words_of(&self, base: Option<&Path>, pin: Option<&Path>, rest: &[&str]) -> Vec<String> {
        let mut words = self.program.clone();
        let mut file = self.compose.file.clone();
        if let Some(base) = base {
            let folder = Path::new(&self.compose.file).parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.map_or_else(|| ".".to_owned(), |folder| folder.display().to_string());
            words.extend(["--project-directory".to_owned(), folder]);
            file = base.display().to_string();
        }
        let files = [Some(file), pin.map(|pin| pin.display().to_string())];
        words.extend(files.into_iter().flatten().flat_map(|file| ["-f".to_owned(), file]));
        words.extend(["-p".to_owned(), self.settled.names.project.clone()]);
        words.extend(rest.iter().map(ToString::to_string));
        words
    }

    fn service(&self) -> &str {
        &self.compose.service
    }
}

/// A container gets names only by being connected anew.
fn named(networks: &[Network], container: &str) -> Vec<Call> {
    let connect = |network: &Network| connect(&network.name, container, &network.aliases);
    networks.iter().flat_map(|network| [disconnect(&network.name, container), connect(network)]).collect()
}

fn nameless(networks: &[Network], container: &str) -> Vec<Call> {
    networks.iter().flat_map(|n| [disconnect(&n.name, container), connect(&n.name, container, &[])]).collect()
}

fn gone(networks: &[Network], container: &str) -> Vec<Call> {
    let leave = networks.iter().map(|network| disconnect(&network.name, container));
    let end = [
        // Without a time the engine gives it the service's own, `stop_grace_period`.
        request(format!("POST /containers/{container}/stop")),
        request(format!("DELETE /containers/{container}?force=true&v=true")),
    ];
    leave.chain(end).collect()
}

/// A container that is made by the engine itself, and started.
fn created(name: &str, body: &ContainerCreateBody) -> [Call; 2] {
    let line = format!("POST /containers/create?name={name}");
    let create = Call::Request { service: "docker".to_owned(), line, body: Some(json!(body).to_string()) };
    [create, request(format!("POST /containers/{name}/start"))]
}

fn disconnect(network: &str, container: &str) -> Call {
    let body = json!({ "Container": container, "Force": true }).to_string();
    Call::Request {
        service: "docker".to_owned(),
        line: format!("POST /networks/{network}/disconnect"),
        body: Some(body),
    }
}

fn connect(network: &str, container: &str, aliases: &[String]) -> Call {
    let body = json!({ "Container": container, "EndpointConfig": { "Aliases": aliases } }).to_string();
    Call::Request { service: "docker".to_owned(), line: format!("POST /networks/{network}/connect"), body: Some(body) }
}

fn request(line: String) -> Call {
    Call::Request { service: "docker".to_owned(), line, body: None }
}

const fn process(words: Vec<String>) -> Call {
    Call::Process { words, dir: None }
}
