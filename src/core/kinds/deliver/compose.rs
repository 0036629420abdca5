//! `with = "compose"`: one service of a compose file.

use super::kind::NO_HEALTH_CHECK;
use super::{DeliverPlace, KindOfDelivery, OnEngine, PlayedCourse, PlayedOrder, PlayedPlace};
use crate::grammar::plan::ValueKind;
use crate::kinds::context::CONTEXT;
use crate::kinds::settings::settings;
use crate::order::Call;
use crate::plan::{PlaceFacts, container_name, project_name};
use crate::touches::{FileUse, Touch, TouchKind, details, of_one_line, one, plain};

settings! {
    /// One service of a compose file.
    pub struct ComposeDeliver = "compose" {
        /// The compose file.
        file: String = must("file", ValueKind::Path),
        /// The service in it.
        service: String = must("service", ValueKind::Text),
        /// The compose project's name; as Compose itself names it when absent.
        project: Option<String> = may("project", ValueKind::Text),
        /// Which engine it goes to, `ssh://staging`.
        context: Option<String> = shared(CONTEXT),
    }
}

impl KindOfDelivery for ComposeDeliver {
    fn touches<'a>(&'a self, at: &str) -> Vec<Touch<'a>> {
        let Self { file, service, project, context } = self;
        let details = details(&[("project", one(project.as_ref())), ("context", one(context.as_ref()))]);
        let kinds =
            vec![("", TouchKind::Engine(context.as_deref())), (".file", TouchKind::Reads(file, FileUse::Compose))];
        of_one_line(at, format!("starts {} of {}{details}", plain(service), plain(file)), kinds)
    }

    fn played(&self) -> PlayedPlace<'_> {
        PlayedPlace { service: "the container engine", far: "registry", near: Some("host"), course: PlayedCourse::Host }
    }

    fn played_calls(&self, order: &PlayedOrder<'_>) -> Vec<Call> {
        let (file, service, image) = (&self.file, &self.service, &order.image);
        let label = &order.label;
        vec![
            order.request(format!("-f {file} pull {service}"), format!("image {image}")),
            order.request(
                format!("-f {file} up -d --wait --no-deps {service}"),
                format!("image {image}, label {label}"),
            ),
        ]
    }

    fn place(&self, _app: Option<&str>, facts: &PlaceFacts) -> Option<DeliverPlace> {
        let (service, engine) = (&self.service, facts.engine(&self.context));
        let known = facts.compose.get(&self.file);
        let this = known.and_then(|known| known.services.get(service));
        let own = this.and_then(|this| this.container.as_deref());
        let project = self.project.as_deref().map(project_name).or_else(|| known.map(|known| known.project.clone()));
        // A file that nobody read may say another. With the first Compose, its own answer is compared before anything is
        // brought.
        let made = || this.and(project.as_deref()).map(|project| container_name(project, service, '-'));
        let name = own.map(str::to_owned).or_else(made);
        let ports = this.map(|this| this.ports.clone()).unwrap_or_default();
        let on_engine = OnEngine { engine: engine.clone(), name, ports };
        let (key, words) = match project {
            Some(project) => {
                let words = format!("compose project {project}, service {service}");
                (("service", vec![engine, project, service.clone()]), words)
            }
            None => {
                let file = self.file.trim_start_matches("./");
                let words = format!("{file}, service {service}");
                (("file", vec![engine, file.to_owned(), service.clone()]), words)
            }
        };
        let instead = "another `project` for one of them";
        Some(DeliverPlace { keys: vec![key], on_engine: Some(on_engine), words, instead })
    }

    fn reads_checkout(&self) -> bool {
        true
    }

    fn pulls(&self) -> bool {
        true
    }

    fn unknown_health(&self, is_up: bool) -> Option<&'static str> {
        is_up.then_some(NO_HEALTH_CHECK)
    }

    fn makes(&self, container: &str, context: Option<&str>) -> bool {
        self.context.as_deref() == context && is_called(container, &self.service)
    }

    fn compose_service(&self) -> Option<(&str, &str)> {
        Some((&self.file, &self.service))
    }
}

/// Says whether a container has the name that Compose gives the only one of a service: `shop-web-1`, `shop_web_1`.
fn is_called(container: &str, service: &str) -> bool {
    let ends = |separator: char| {
        let name = container.strip_suffix("1").and_then(|name| name.strip_suffix(separator));
        let project = name.and_then(|name| name.strip_suffix(service)).and_then(|name| name.strip_suffix(separator));
        project.is_some_and(|project| !project.is_empty())
    };
    container == service || ends('-') || ends('_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(file: &str, [project, context]: [Option<&str>; 2]) -> Vec<String> {
        let [project, context] = [project, context].map(|name| name.map(str::to_owned));
        let deliver = ComposeDeliver { file: file.to_owned(), service: "backend".to_owned(), project, context };
        let mut lines: Vec<String> = deliver.touches("d").into_iter().map(|touch| touch.line).collect();
        lines.dedup();
        lines
    }

    #[test]
    fn a_file_that_is_named_like_a_context_is_not_read_as_one() {
        let named = lines("compose.yml (context \"prod\")", [None, None]);
        assert_ne!(named, lines("compose.yml", [None, Some("prod")]));
    }

    #[test]
    fn what_a_plan_leaves_out_is_not_told_and_a_value_stays_in_its_quotes() {
        let compose = |project| lines("compose.yml", [project, None]);
        let told = [compose(None), compose(Some("shop\"; context \"far"))].concat();
        assert_eq!(
            told,
            ["d starts backend of compose.yml", r#"d starts backend of compose.yml (project "shop\"; context \"far")"#]
        );
    }
}
