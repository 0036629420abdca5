//! What pins a service to a digest: a file that Compose is given after the project's own. Pure.

use super::settings::ComposeDelivery;
use super::settled::Settled;
use crate::docker::labels;
use serde_json::json;
use std::collections::BTreeMap;
use tminus_core::order::{Delivered, Order};

/// Returns the labels of what an order brings.
pub(super) fn marks(compose: &ComposeDelivery, order: &Order, to: &Delivered) -> BTreeMap<String, String> {
    let own = [
        (labels::ARTIFACT, compose.artifact.to_string()),
        (labels::VERSION, to.version.to_string()),
        (labels::DIGEST, to.digest.as_ref().map(ToString::to_string).unwrap_or_default()),
    ];
    labels::of(order).into_iter().chain(own.map(|(key, value)| (key.to_owned(), value))).collect()
}

/// Writes the file that pins a service. JSON is YAML that needs no quoting rules; `$` is Compose's own sign.
pub(super) fn text(settled: &Settled, image: &str, marks: &BTreeMap<String, String>) -> String {
    let (service, version) = (settled.names.service.as_str(), settled.schema.as_deref());
    let plain = |text: &str| text.replace('$', "$$");
    let marks: BTreeMap<&str, String> = marks.iter().map(|(key, value)| (key.as_str(), plain(value))).collect();
    let mut pinned = json!({ "image": plain(image), "labels": marks });
    if !settled.is_first {
        // tminus has pulled it by its digest; a `pull_policy: always` would have Compose ask a registry for that name.
        pinned["pull_policy"] = "never".into();
    }
    let body = json!({ service: pinned });
    let whole = match version {
        Some(version) => json!({ "version": version, "services": body }),
        None => json!({ "services": body }),
    };
    format!(
        "# Written by tminus: pins {service} to what was delivered. Given to compose after the project's own file.\n\
         {whole:#}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_read_as_it_was_meant() {
        let marks = BTreeMap::from([("tminus.env".to_owned(), "a: $x \"y\"\n".to_owned())]);
        let first = Settled { schema: Some("2.4".into()), is_first: true, ..Settled::plain("p", "b") };
        let pinned = text(&first, "r:5000/b@sha256:12", &marks);
        let tree = super::super::tree::read(&pinned).unwrap();
        assert!(tree["services"]["b"]["pull_policy"].is_null(), "the first Compose pulls nothing here");
        assert_eq!(tree["services"]["b"]["image"], "r:5000/b@sha256:12");
        assert_eq!(tree["services"]["b"]["labels"]["tminus.env"], "a: $$x \"y\"\n");
        assert_eq!(tree["version"], "2.4");
        let second = text(&Settled::plain("p", "b"), "sha256:12", &marks);
        let tree = super::super::tree::read(&second).unwrap();
        assert_eq!(tree["services"]["b"]["pull_policy"], "never");
    }
}
