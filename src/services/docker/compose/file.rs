//! A compose file as it stands on disk, read without Compose: what project it is, and what its services say. It is for
//! before anything may be run; an action asks Compose.

use super::environment;
use super::settings::second_project;
use super::tree;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use tminus_core::plan::{ComposeFile, ComposeService, HostPorts, project_name};

/// The variable that names a project.
const PROJECT_NAME: &str = "COMPOSE_PROJECT_NAME";

/// Reads a compose file of a plan; `None` when it cannot be read, or says its name in a way that only Compose knows.
pub fn compose_file(root: &Path, file: &str) -> Option<ComposeFile> {
    let text = std::fs::read_to_string(root.join(file)).ok()?;
    let tree = tree::read(&text).ok()?;
    let all = tree["services"].as_object()?;
    let services = all.iter().map(|(name, value)| (name.clone(), service(value, is_awaited(all, name)))).collect();
    Some(ComposeFile { project: project(root, file, &tree)?, services })
}

/// Returns the project that a compose file is: by the variable, by its own `name`, or by its folder.
fn project(root: &Path, file: &str, tree: &Value) -> Option<String> {
    if let Some(set) = set_project(&environment::files(root, file)) {
        return Some(project_name(&set));
    }
    match tree["name"].as_str() {
        Some(name) if name.contains('$') => None,
        Some(name) => Some(name.to_owned()),
        None => Some(second_project(root, file)),
    }
}

/// Returns what the variable says: of this process, else of environment files.
pub(super) fn set_project(files: &[PathBuf]) -> Option<String> {
    let of_process = std::env::var(PROJECT_NAME).ok().filter(|set| !set.is_empty());
    of_process.or_else(|| environment::values(files, PROJECT_NAME).into_iter().find(|set| !set.is_empty()))
}

fn service(value: &Value, is_awaited: bool) -> ComposeService {
    let text = |key: &str| field(value, key).and_then(Value::as_str).map(str::to_owned);
    ComposeService {
        container: text("container_name").filter(|name| !name.contains('$')),
        image: text("image"),
        ports: field(value, "ports").map(published).unwrap_or_default(),
        build: field(value, "build").map(Value::to_string),
        is_occasional: is_awaited
            || field(value, "profiles").is_some()
            || text("restart").is_some_and(|restart| restart == "no"),
    }
}

/// Reads the ports of a service, in either form; left out are those that the engine chooses, or that are filled in.
pub(super) fn published(ports: &Value) -> Vec<HostPorts> {
    let text = |value: &Value| value.as_str().map(str::to_owned).or_else(|| Some(value.as_u64()?.to_string()));
    let one = |port: &Value| match port {
        Value::Object(long) => {
            let part = |key: &str| long.get(key).and_then(text);
            let address = part("host_ip").map(|address| format!("{address}:")).unwrap_or_default();
            let protocol = part("protocol").unwrap_or_else(|| "tcp".to_owned());
            HostPorts::read(&format!("{address}{}:{}/{protocol}", part("published")?, part("target")?))
        }
        short => HostPorts::read(&text(short)?),
    };
    ports.as_array().into_iter().flatten().filter_map(one).collect()
}

/// Says whether some service waits for another to run to its end.
fn is_awaited(services: &Map<String, Value>, name: &str) -> bool {
    let waits = |other: &Value| {
        let on = field(other, "depends_on").and_then(|on| on.get(name)?["condition"].as_str());
        on == Some("service_completed_successfully")
    };
    services.values().any(waits)
}

/// Returns a key of a service, through the merge keys of YAML.
fn field<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    if let Some(found) = value.get(key).filter(|found| !found.is_null()) {
        return Some(found);
    }
    match value.get("<<")? {
        Value::Array(all) => all.iter().find_map(|one| field(one, key)),
        one => field(one, key),
    }
}

/// Returns the `version` of a compose file: the first Compose wants the same in every file.
pub(super) fn schema(file: &str) -> Option<String> {
    let value = file.lines().find_map(|line| line.strip_prefix("version:"))?;
    let value = value.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    (!value.is_empty()).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = root.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        root
    }

    #[test]
    fn a_file_is_the_project_of_its_variable_its_name_or_its_folder() {
        let services = "services: {web: {image: a}}\n";
        let named = format!("name: shop\n{services}");
        let dotenv = "A\n# COMPOSE_PROJECT_NAME=x\nexport COMPOSE_PROJECT_NAME = 'My.Shop' # y\n";
        let root = root(&[
            ("one/c.yml", services),
            ("two/c.yml", named.as_str()),
            ("three/c.yml", named.as_str()),
            ("three/.env", dotenv),
            ("four/c.yml", "name: ${STAGE}\nservices: {}\n"),
        ]);
        let project = |file: &str| compose_file(root.path(), file).map(|file| file.project);
        assert_eq!(project("one/c.yml").as_deref(), Some("one"));
        assert_eq!(project("two/c.yml").as_deref(), Some("shop"));
        assert_eq!(project("three/c.yml").as_deref(), Some("myshop"));
        assert_eq!(project("four/c.yml"), None, "only Compose knows");
        assert_eq!(project("five/c.yml"), None);
    }

    #[test]
    fn ports_are_read_in_both_forms() {
        let ports =
            tree::read("[\"127.0.0.1:80:8000\", {target: 90, published: \"81\", host_ip: 127.0.0.1}, 9000, \"$P:1\"]");
        let shown: Vec<String> = published(&ports.unwrap()).iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["127.0.0.1:80", "127.0.0.1:81"]);
    }

    #[test]
    fn what_a_service_is_made_of_is_found_through_merge_keys() {
        let text = "x-app: &app {image: shop, container_name: one}\nservices:\n  web: {<<: *app}\n  \
                    migrate: {<<: *app, container_name: null}\n  api: {depends_on: {migrate: {condition: \
                    service_completed_successfully}}}\n";
        let root = root(&[("c.yml", text)]);
        let file = compose_file(root.path(), "c.yml").unwrap();
        assert_eq!(file.services["web"].image.as_deref(), Some("shop"));
        assert_eq!(file.services["web"].container.as_deref(), Some("one"));
        assert!(file.services["migrate"].is_occasional && !file.services["web"].is_occasional);
    }

    #[test]
    fn the_schema_is_that_of_the_file() {
        assert_eq!(schema("# x\nversion: '3.8' # y\nservices: {}\n").as_deref(), Some("3.8"));
        assert_eq!(schema("services:\n  version: 1\n"), None);
    }
}
