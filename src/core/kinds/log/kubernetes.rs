//! `kubernetes`: what pods print.

use super::KindOfLog;
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::touches::{TouchKind, through};

settings! {
    /// Pods by a selector.
    pub struct KubernetesOrigin = "kubernetes": "Which pods." {
        /// The context of the kubeconfig; the current one when absent.
        context: Option<String> = may("context", ValueKind::Text),
        /// The namespace.
        namespace: String = must("namespace", ValueKind::Text),
        /// The selector: `app=backend`.
        selector: String = must("selector", ValueKind::Text),
        /// The container of the pod, where it has more than one.
        container: Option<String> = may("container", ValueKind::Text),
    }
}

impl KindOfLog for KubernetesOrigin {
    fn touch(&self) -> (TouchKind<'_>, String) {
        let container = self.container.as_ref().map(|c| format!(", container {c:?}")).unwrap_or_default();
        let place = format!("{:?}{container}{}", self.namespace, through(self.context.as_ref()));
        (TouchKind::Asks, format!("the pods {:?} of {place}", self.selector))
    }
}
