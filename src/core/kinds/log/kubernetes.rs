//! `kubernetes`: what pods print.

use super::KindOfLog;
use crate::grammar::plan::{
    KeyDescription, Table, TableCursor, ValueKind, Variant, may, must, plain as table_of, variant,
};
use crate::kinds::family::Described;
use crate::touches::{TouchKind, through};
use serde::{Deserialize, Serialize};

/// Pods by a selector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KubernetesOrigin {
    /// `context` of the kubeconfig.
    pub context: Option<String>,
    /// `namespace`.
    pub namespace: String,
    /// `selector`.
    pub selector: String,
    /// `container` of the pod.
    pub container: Option<String>,
}

const KEYS: &[KeyDescription] = &[must("kubernetes", ValueKind::Table(&PODS), "Which pods.")];

static PODS: Table = table_of(
    "Pods by a selector.",
    &[
        may("context", ValueKind::Text, "The context of the kubeconfig; the current one when absent."),
        must("namespace", ValueKind::Text, "The namespace."),
        must("selector", ValueKind::Text, "The selector: `app=backend`."),
        may("container", ValueKind::Text, "The container of the pod, where it has more than one."),
    ],
);

impl Described for KubernetesOrigin {
    const GRAMMAR: Variant = variant("kubernetes", "Pods.", KEYS);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        let pods = table.table(Self::GRAMMAR.word)?;
        Some(Self {
            context: pods.text("context"),
            namespace: pods.text("namespace")?,
            selector: pods.text("selector")?,
            container: pods.text("container"),
        })
    }
}

impl KindOfLog for KubernetesOrigin {
    fn touch(&self) -> (TouchKind<'_>, String) {
        let container = self.container.as_ref().map(|c| format!(", container {c:?}")).unwrap_or_default();
        let place = format!("{:?}{container}{}", self.namespace, through(self.context.as_ref()));
        (TouchKind::Asks, format!("the pods {:?} of {place}", self.selector))
    }
}
