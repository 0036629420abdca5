//! The calls that a delivery makes in the world that is played. Pure; `begin` makes these and no others.

use std::collections::BTreeMap;
use tminus_core::order::{Call, Delivered, Order, Task};
use tminus_core::plan::{DeliverKind, Placeholder, Template};

/// Returns the calls of an order to a target.
pub(crate) fn calls(kind: &DeliverKind, name: &Template, order: &Order) -> Vec<Call> {
    let (to, is_back) = match &order.task {
        Task::Provide { to, .. } => return vec![pull(kind, &pinned(name, to))],
        Task::Deliver { to, .. } => (to, false),
        Task::Restore { to, .. } => (to, true),
        Task::Run { words, dir, .. } => return vec![Call::Process { words: words.clone(), dir: dir.clone() }],
        Task::Build { .. } => return Vec::new(),
    };
    let image = pinned(name, to);
    let label = format!("tminus.action={}", order.action);
    let request = |line: String, body: String| Call::Request {
        service: format!("{} (rehearsed)", kind.word()),
        line,
        body: Some(body).filter(|body| !body.is_empty()),
    };
    match kind {
        DeliverKind::Docker { container, .. } => vec![
            request(format!("POST /images/create?fromImage={image}"), String::new()),
            request(format!("POST /containers/{container}/stop"), String::new()),
            request(format!("POST /containers/create?name={container}"), format!("image {image}, label {label}")),
            request(format!("POST /containers/{container}/start"), String::new()),
        ],
        DeliverKind::Compose { file, service, .. } => vec![
            request(format!("-f {file} pull {service}"), format!("image {image}")),
            request(format!("-f {file} up -d --wait --no-deps {service}"), format!("image {image}, label {label}")),
        ],
        DeliverKind::Kubernetes { namespace, manifests, workload, .. } => {
            let apply = manifests.as_ref().map(|dir| request(format!("apply -n {namespace} -f {dir}"), String::new()));
            let body = format!("image {image}, annotation {label}");
            let set = request(format!("PATCH {namespace}/{workload}"), body);
            // Going back names the image; the manifests of the new version stay out of it.
            apply.filter(|_| !is_back).into_iter().chain([set]).collect()
        }
        DeliverKind::TestFlight { groups, .. } => vec![
            request("POST /v1/builds".to_owned(), format!("{} build {}", to.version, build(to))),
            request("POST /v1/betaAppReviewSubmissions".to_owned(), format!("groups {}", groups.join(", "))),
        ],
        DeliverKind::AppStore { phased, .. } => {
            let rollout = if *phased { "released over seven days" } else { "released to all at once" };
            vec![
                request("POST /v1/reviewSubmissions".to_owned(), format!("{} build {}", to.version, build(to))),
                request("POST /v1/appStoreVersionReleaseRequests".to_owned(), rollout.to_owned()),
            ]
        }
        DeliverKind::Command { deploy, undo, dir, .. } => {
            let lines = if is_back { undo } else { deploy };
            let words = |line: &tminus_core::plan::CommandLine| line.0.iter().map(|word| filled(word, to)).collect();
            lines.iter().map(|line| Call::Process { words: words(line), dir: dir.clone() }).collect()
        }
    }
}

/// Returns the call that brings an image to where it is going to run.
fn pull(kind: &DeliverKind, image: &str) -> Call {
    let line = format!("POST /images/create?fromImage={image}");
    Call::Request { service: format!("{} (rehearsed)", kind.word()), line, body: None }
}

/// Returns the reference of an image with its digest, where it is known.
fn pinned(name: &Template, to: &Delivered) -> String {
    let image = filled(name, to);
    match &to.digest {
        Some(digest) => format!("{image}@{digest}"),
        None => image,
    }
}

/// Fills the version; what else has no value in the world is left as it stands.
pub(crate) fn filled(text: &Template, to: &Delivered) -> String {
    let digest = to.digest.as_ref().map(|digest| digest.as_str().to_owned()).unwrap_or_default();
    let version = to.version.as_str().to_owned();
    let mut values: BTreeMap<_, _> = Placeholder::ALL.into_iter().map(|p| (p, format!("{{{}}}", p.word()))).collect();
    values.extend([
        (Placeholder::Version, version.clone()),
        (Placeholder::Previous, version),
        (Placeholder::Digest, digest),
    ]);
    text.fill(&values).unwrap_or_else(|_| text.as_str().to_owned())
}

fn build(to: &Delivered) -> &str {
    to.digest.as_ref().map_or("that is uploaded", |build| build.as_str())
}
