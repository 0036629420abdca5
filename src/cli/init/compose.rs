//! Reads compose files: services, their images, ports and health checks.

use super::found::{Compose, Service};
use super::text::may_stand;
use tminus_core::yaml::{Aliases, Yaml, documents};

/// How many values a compose file may have, what an alias repeats counted each time.
const MOST: usize = 100_000;

/// Reads a compose file; nothing when it has no services.
pub(super) fn read(file: &str, text: &str) -> Option<Compose> {
    let documents = documents(text, Aliases::UpTo(MOST)).collect::<Result<Vec<_>, _>>().ok()?;
    let folder = file.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let entries = documents.first()?.get("services")?.entries();
    let usable = entries.iter().filter(|entry| may_stand(&entry.name));
    let services: Vec<Service> = usable.map(|entry| service(folder, &entry.name, &entry.value)).collect();
    (!services.is_empty()).then(|| Compose { file: file.to_owned(), project: None, services })
}

fn service(folder: &str, name: &str, value: &Yaml) -> Service {
    let text = |key: &str| value.merged(key).and_then(Yaml::text).filter(|t| !t.is_empty()).map(str::to_owned);
    let build = value.merged("build");
    let context = build.and_then(|b| b.text().or_else(|| b.merged("context")?.text())).filter(|c| !c.is_empty());
    Service {
        name: name.to_owned(),
        container: text("container_name"),
        image: text("image"),
        build: context.and_then(|context| joined(folder, context)),
        port: value.merged("ports").map(Yaml::items).unwrap_or_default().iter().find_map(port),
        health: value.merged("healthcheck").and_then(|check| health(check.merged("test")?)),
    }
}

/// Joins a folder and a path; nothing when it leads out of the root.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|p| *p != "." && !p.is_empty()).collect();
    if path.starts_with('/') || path.contains("://") {
        return None;
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// Reads the machine's port of `"8000:8000"`, `"127.0.0.1:8000:80/tcp"` or `{ published: 8000 }`.
fn port(entry: &Yaml) -> Option<u16> {
    if let Some(published) = entry.get("published") {
        return published.text()?.parse().ok();
    }
    let text = entry.text()?;
    let parts: Vec<&str> = text.split(':').collect();
    parts.get(parts.len().checked_sub(2)?)?.parse().ok()
}

/// Finds the path that a health check asks over HTTP.
fn health(test: &Yaml) -> Option<String> {
    let words: Vec<&str> = match test.text() {
        Some(text) => text.split_whitespace().collect(),
        None => test.items().iter().filter_map(Yaml::text).flat_map(str::split_whitespace).collect(),
    };
    let url = words.iter().find_map(|word| word.trim_matches(['"', '\'']).strip_prefix("http://"))?;
    let (_, path) = url.split_once('/')?;
    let is_plain = path.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.".contains(c));
    is_plain.then(|| format!("/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_of_the_guide_are_read() {
        let text = "version: '3.8'\nservices:\n  backend:\n    image: registry.example.com/bayitplus/backend:1.0.0\n    \
                    container_name: bayitplus-backend\n    ports:\n      - \"8000:8000\"\n    healthcheck:\n      test: [\"CMD\", \
                    \"curl\", \"-f\", \"http://localhost:8000/api/health\"]\n  nginx:\n    image: nginx:alpine\n    ports:\n      - \"80:80\"\n";
        let found = read("docker-compose.prod.yml", text).unwrap();
        assert_eq!(found.services[0].container.as_deref(), Some("bayitplus-backend"));
        assert_eq!((found.services[0].port, found.services[0].health.as_deref()), (Some(8000), Some("/api/health")));
        assert_eq!((found.services[1].name.as_str(), found.services[1].port), ("nginx", Some(80)));
    }

    #[test]
    fn what_a_service_takes_from_an_anchor_is_its_own() {
        let text = "x-app: &app\n  build: .\n  image: shop/app\nservices:\n  web:\n    <<: *app\n    ports: ['8080:80']\n  worker:\n    <<: [*app]\n    image: shop/worker\n";
        let found = read("docker-compose.yml", text).unwrap();
        let of = |at: usize| (found.services[at].image.as_deref(), found.services[at].build.as_deref());
        assert_eq!((of(0), of(1)), ((Some("shop/app"), Some(".")), (Some("shop/worker"), Some("."))));
        assert_eq!(found.services[0].port, Some(8080));
    }

    #[test]
    fn a_build_outside_the_root_is_not_ours() {
        assert_eq!(joined("deploy", "../backend").as_deref(), Some("backend"));
        assert_eq!(joined(".", "."), Some(".".to_owned()));
        assert_eq!(joined("deploy", "../../etc"), None);
        assert_eq!(joined(".", "/etc"), None);
        assert_eq!(joined(".", "https://example.com/x.git"), None);
    }

    #[test]
    fn ports_are_read_in_every_form() {
        let of = |text: &str| documents(text, Aliases::OfScalars).next().and_then(|d| port(&d.ok()?));
        assert_eq!(of("'8000:80'"), Some(8000));
        assert_eq!(of("'127.0.0.1:8001:80/tcp'"), Some(8001));
        assert_eq!(of("{target: 80, published: 9000}"), Some(9000));
        assert_eq!(of("'80'"), None);
        assert_eq!(of("'${PORT}:80'"), None);
    }
}
