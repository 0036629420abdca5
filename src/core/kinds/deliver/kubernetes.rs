//! `with = "kubernetes"`: one workload of a cluster.

use super::{DeliverPlace, KindOfDelivery, PlayedCourse, PlayedOrder, PlayedPlace};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::order::Call;
use crate::plan::PlaceFacts;
use crate::touches::{FileUse, Touch, TouchKind, details, of_one_line, one, plain};

settings! {
    /// One workload of a cluster.
    pub struct KubernetesDeliver = "kubernetes" {
        /// The context of the kubeconfig; the current one when absent.
        context: Option<String> = may("context", ValueKind::Text),
        /// The namespace.
        namespace: String = must("namespace", ValueKind::Text),
        /// A folder that is applied.
        manifests: Option<String> = may("manifests", ValueKind::Path),
        /// The workload: `deployment/backend`.
        workload: String = must("workload", ValueKind::Text),
        /// The container of the pod, where it has more than one.
        container: Option<String> = may("container", ValueKind::Text),
    }
}

impl KindOfDelivery for KubernetesDeliver {
    fn touches<'a>(&'a self, at: &str) -> Vec<Touch<'a>> {
        let Self { context, namespace, manifests, workload, container } = self;
        let details = details(&[
            ("context", one(context.as_ref())),
            ("manifests", one(manifests.as_ref())),
            ("container", one(container.as_ref())),
        ]);
        let files = manifests.iter().map(|file| (".manifests", TouchKind::Reads(file, FileUse::Manifests)));
        let kinds = std::iter::once(("", TouchKind::Changes)).chain(files).collect();
        of_one_line(at, format!("changes {} in {}{details}", plain(workload), plain(namespace)), kinds)
    }

    fn played(&self) -> PlayedPlace<'_> {
        PlayedPlace {
            service: "the cluster",
            far: "registry",
            near: Some("node"),
            course: PlayedCourse::Cluster(&self.workload),
        }
    }

    fn played_calls(&self, order: &PlayedOrder<'_>) -> Vec<Call> {
        let Self { namespace, manifests, workload, .. } = self;
        let apply = manifests.iter().map(|dir| order.request(format!("apply -n {namespace} -f {dir}"), String::new()));
        let body = format!("image {}, annotation {}", order.image, order.label);
        let set = order.request(format!("PATCH {namespace}/{workload}"), body);
        // Going back names the image; the manifests of the new version stay out of it.
        apply.filter(|_| !order.is_back).chain([set]).collect()
    }

    fn place(&self, _app: Option<&str>, _facts: &PlaceFacts) -> Option<DeliverPlace> {
        let Self { context, namespace, workload, container, manifests: _ } = self;
        let parts = [context, container].map(|part| part.clone().unwrap_or_default());
        let key = [parts.as_slice(), &[namespace.clone(), workload.clone()]].concat();
        Some(DeliverPlace {
            keys: vec![("workload", key)],
            on_engine: None,
            words: format!("{workload} in the namespace {namespace}"),
            instead: "another `namespace` for one of them",
        })
    }

    fn reads_checkout(&self) -> bool {
        self.manifests.is_some()
    }

    fn pulls(&self) -> bool {
        true
    }
}
