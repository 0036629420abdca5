//! Reads Kubernetes manifests: what runs, in which namespace, from which image.

use super::found::{Manifest, Workload};
use super::text::may_stand;
use tminus_core::yaml::{Aliases, Yaml, documents};

/// Says whether manifests are looked for in a folder.
pub(super) fn is_manifest_folder(folder: &str) -> bool {
    folder.split('/').any(|part| matches!(part, "k8s" | "kubernetes" | "manifests" | "deploy" | "deployment"))
}

/// Adds the workloads of a manifest to its folder; text that is no manifest adds nothing.
pub(super) fn add(folder: &str, text: &str, manifests: &mut Vec<Manifest>) {
    let documents: Vec<Yaml> = documents(text, Aliases::OfScalars).collect::<Result<_, _>>().unwrap_or_default();
    let found: Vec<Workload> = documents.iter().filter_map(workload).collect();
    if found.is_empty() {
        return;
    }
    match manifests.iter_mut().find(|m| m.folder == folder) {
        Some(manifest) => manifest.workloads.extend(found),
        None => manifests.push(Manifest { folder: folder.to_owned(), workloads: found }),
    }
}

fn workload(document: &Yaml) -> Option<Workload> {
    let kind = match document.get("kind")?.text()? {
        "Deployment" => "deployment",
        "StatefulSet" => "statefulset",
        "DaemonSet" => "daemonset",
        _ => return None,
    };
    let text = |keys: &[&str]| Some(document.at(keys)?.text()?.to_owned());
    let name = text(&["metadata", "name"]).filter(|n| may_stand(n))?;
    let containers = document.at(&["spec", "template", "spec", "containers"]);
    let image = containers.and_then(|c| c.items().first()?.get("image")?.text()).map(str::to_owned);
    Some(Workload {
        name: format!("{kind}/{name}"),
        namespace: text(&["metadata", "namespace"]).filter(|n| may_stand(n)),
        image,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workloads_are_found_among_other_documents() {
        let text = "kind: Namespace\nmetadata: {name: bayitplus}\n---\nkind: Deployment\nmetadata: {name: backend, namespace: \
                    bayitplus}\nspec: {template: {spec: {containers: [{image: 'r/backend:1'}]}}}\n";
        let mut manifests = Vec::new();
        add("k8s", text, &mut manifests);
        add("k8s", "{{ helm }}", &mut manifests);
        let workload = &manifests[0].workloads[0];
        assert_eq!((workload.name.as_str(), workload.namespace.as_deref()), ("deployment/backend", Some("bayitplus")));
        assert_eq!((manifests.len(), manifests[0].workloads.len()), (1, 1));
    }
}
