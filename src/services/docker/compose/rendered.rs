//! A compose file as Compose itself understands it: its services, networks, and who depends on whom. Pure.

use super::file::published;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use tminus_core::hex::sha256;
use tminus_core::plan::{HostPorts, container_name};

/// A compose file, rendered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rendered(pub(super) Value);

/// A configuration as Compose wrote it; values of the environment are in it, so it is never shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Rendering(pub(super) String);

impl std::fmt::Debug for Rendering {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("•••")
    }
}

/// How one service is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ServiceReach {
    /// By names in these networks of the engine.
    Networks(Vec<Network>),
    /// In a way that leaves no room for a second one beside it, and why.
    Alone(&'static str),
}

/// A network, and the names that the service has there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Network {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
}

impl Rendered {
    /// Returns the names of the services.
    pub(super) fn services(&self) -> Vec<&str> {
        self.0["services"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
    }

    /// Returns the project's name, where the file was rendered with it.
    pub(super) fn name(&self) -> Option<&str> {
        self.0["name"].as_str()
    }

    /// Returns how a service is reached.
    pub(super) fn reach(&self, project: &str, service: &str) -> ServiceReach {
        let this = &self.0["services"][service];
        if this["network_mode"].is_string() {
            return ServiceReach::Alone("it has no network of its own");
        }
        let all = entries(this);
        if all.iter().any(|(_, entry)| entry["ipv4_address"].is_string() || entry["ipv6_address"].is_string()) {
            return ServiceReach::Alone("it has a fixed address");
        }
        let own = this["container_name"].as_str();
        let networks = all.into_iter().map(|(key, entry)| {
            let more = entry["aliases"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let names: BTreeSet<&str> = more.chain(own).filter(|name| *name != service).collect();
            let aliases = std::iter::once(service).chain(names).map(str::to_owned).collect();
            Network { name: self.network(project, key), aliases }
        });
        ServiceReach::Networks(networks.collect())
    }

    /// Returns how many containers the service is to have.
    pub(super) fn replicas(&self, service: &str) -> u64 {
        let this = &self.0["services"][service];
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
        number(&this["scale"]).or_else(|| number(&this["deploy"]["replicas"])).unwrap_or(1)
    }

    /// Says what Compose could never make: several containers of one name.
    pub(super) fn impossible(&self, service: &str) -> Option<String> {
        let name = self.0["services"][service]["container_name"].as_str()?;
        let many = Some(self.replicas(service)).filter(|many| *many > 1)?;
        Some(format!("{service} has {many} replicas and one `container_name`, {name}: only one container can have it"))
    }

    /// Returns the name of a service's only container.
    pub(super) fn container(&self, names: (&str, &str), separator: char) -> String {
        let (project, service) = names;
        let own = self.0["services"][service]["container_name"].as_str();
        own.map_or_else(|| container_name(project, service, separator), str::to_owned)
    }

    /// Returns the ports of the host that the service is to have.
    pub(super) fn ports(&self, service: &str) -> Vec<HostPorts> {
        published(&self.0["services"][service]["ports"])
    }

    /// Returns what of the host's files the service gets as they lie there: mounts, and configs and secrets that are files.
    pub(super) fn mounts(&self, service: &str) -> Vec<PathBuf> {
        let this = &self.0["services"][service];
        // Compose 1 writes a mount as `source:target`.
        let source = |mount: &Value| match mount.as_str() {
            Some(text) => text.split_once(':').map(|(source, _)| PathBuf::from(source)),
            None if mount["type"] == "bind" => mount["source"].as_str().map(PathBuf::from),
            None => None,
        };
        let mounts = this["volumes"].as_array().into_iter().flatten().filter_map(source);
        let mounts = mounts.chain(self.files(this, "configs")).chain(self.files(this, "secrets"));
        mounts.filter(|path| path.is_absolute()).collect()
    }

    /// Returns the files and folders of the host that the engine refuses to do without: configs and secrets that are files, and
    /// folders that nobody makes where they are not there. Compose 2 says which it makes; Compose 1 makes those that are written
    /// in one line.
    pub(super) fn required_files(&self, service: &str, is_first: bool) -> Vec<PathBuf> {
        let this = &self.0["services"][service];
        let is_made = |mount: &Value| match (&mount["bind"]["create_host_path"], is_first) {
            (Value::Bool(is_made), _) => *is_made,
            (_, is_first) => !is_first,
        };
        let binds = this["volumes"].as_array().into_iter().flatten();
        let binds = binds.filter(|mount| mount["type"] == "bind" && !is_made(mount));
        let binds: Vec<PathBuf> = binds.filter_map(|mount| mount["source"].as_str().map(PathBuf::from)).collect();
        let all = self.files(this, "configs").chain(self.files(this, "secrets")).chain(binds);
        all.filter(|path| path.is_absolute()).collect()
    }

    /// Returns the files that are a service's configs or secrets.
    fn files<'s>(&'s self, service: &'s Value, part: &'static str) -> impl Iterator<Item = PathBuf> + 's {
        let key = |one: &Value| one.as_str().or_else(|| one["source"].as_str()).map(str::to_owned);
        let keys = service[part].as_array().into_iter().flatten().filter_map(key);
        keys.filter_map(move |key| self.0[part][&key]["file"].as_str().map(PathBuf::from))
    }

    /// Returns the engine's names of the volumes that the service gets.
    pub(super) fn volumes(&self, (project, service): (&str, &str)) -> Vec<String> {
        let mounts = self.0["services"][service]["volumes"].as_array().into_iter().flatten();
        let key = |mount: &Value| match mount.as_str() {
            Some(text) => text.split_once(':').map(|(source, _)| source.to_owned()),
            None => mount["source"].as_str().map(str::to_owned).filter(|_| mount["type"] == "volume"),
        };
        let name = |key: String| {
            let entry = self.0["volumes"].get(&key)?;
            let named = || entry["name"].as_str().map(str::to_owned);
            Some(self.external("volumes", &key).or_else(named).unwrap_or_else(|| format!("{project}_{key}")))
        };
        mounts.filter_map(key).filter_map(name).collect()
    }

    /// Says whether the service publishes ports on the host: only one container can have them.
    pub(super) fn publishes(&self, service: &str) -> bool {
        self.0["services"][service]["ports"].as_array().is_some_and(|ports| !ports.is_empty())
    }

    /// Returns the services that depend on one, directly or through others.
    pub(super) fn dependants(&self, service: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut open = vec![service.to_owned()];
        while let Some(on) = open.pop() {
            for (name, other) in self.0["services"].as_object().into_iter().flatten() {
                let depends = match &other["depends_on"] {
                    Value::Object(entries) => entries.contains_key(&on),
                    Value::Array(names) => names.iter().any(|name| name == on.as_str()),
                    _ => false,
                };
                if depends && name != service && found.insert(name.clone()) {
                    open.push(name.clone());
                }
            }
        }
        found
    }

    /// Returns a hash for each setting of each service: what changed can be said later, and no value is kept.
    pub(super) fn hashes(&self) -> BTreeMap<String, String> {
        let services = self.0["services"].as_object().into_iter().flatten();
        let settings = services.flat_map(|(service, settings)| {
            let entries = settings.as_object().into_iter().flatten();
            // The image is what a delivery changes.
            entries
                .filter(|(key, value)| *key != "image" && !value.is_null())
                .map(move |(key, value)| (format!("services.{service}.{key}"), sha256(value.to_string())))
        });
        let rest = ["networks", "volumes", "configs", "secrets"];
        let others = rest.iter().flat_map(|part| {
            let entries = self.0[part].as_object().into_iter().flatten();
            entries.map(move |(key, value)| (format!("{part}.{key}"), sha256(value.to_string())))
        });
        settings.chain(others).collect()
    }

    /// Returns the engine's name of a network.
    pub(super) fn network(&self, project: &str, key: &str) -> String {
        let named = || self.0["networks"][key]["name"].as_str().map(str::to_owned);
        self.external("networks", key).or_else(named).unwrap_or_else(|| format!("{project}_{key}"))
    }

    /// Returns the engine's name of what the file calls external, of its `networks` or its `volumes`; nothing for others.
    pub(super) fn external(&self, part: &str, key: &str) -> Option<String> {
        let entry = &self.0[part][key];
        let external = &entry["external"];
        let is_external = external.as_bool() == Some(true) || external.as_str() == Some("true") || external.is_object();
        let named = entry["name"].as_str().or_else(|| external["name"].as_str());
        is_external.then(|| named.unwrap_or(key).to_owned())
    }
}

/// Returns the networks of a service, by their keys in the file.
pub(super) fn entries(service: &Value) -> Vec<(&str, &Value)> {
    match &service["networks"] {
        Value::Object(entries) if !entries.is_empty() => entries.iter().map(|(key, v)| (key.as_str(), v)).collect(),
        Value::Array(keys) if !keys.is_empty() => keys.iter().filter_map(|k| Some((k.as_str()?, k))).collect(),
        _ => vec![("default", &Value::Null)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(text: &str) -> Rendered {
        Rendered(super::super::tree::read(text).unwrap())
    }

    #[test]
    fn networks_have_the_engines_names_whichever_version_wrote_them() {
        let two = rendered(
            r#"{"name":"p","services":{"b":{"networks":{"default":{"aliases":["api"]},"db":null}}},
                "networks":{"default":{"name":"p_default"},"db":{"name":"shared","external":true}}}"#,
        );
        let one = rendered(
            "services:\n  b:\n    networks:\n      default:\n        aliases: [api]\n      db: {}\n\
                            networks:\n  db:\n    external: true\n    name: shared\n",
        );
        let network = |name: &str, aliases: &[&str]| Network {
            name: name.into(),
            aliases: aliases.iter().map(ToString::to_string).collect(),
        };
        let wanted = ServiceReach::Networks(vec![network("p_default", &["b", "api"]), network("shared", &["b"])]);
        assert_eq!(two.reach("p", "b"), wanted);
        assert_eq!(one.reach("p", "b"), wanted);
        assert_eq!(
            rendered("services: {b: {image: x}}").reach("q", "b"),
            ServiceReach::Networks(vec![network("q_default", &["b"])])
        );
    }

    #[test]
    fn several_containers_of_one_name_cannot_be_made() {
        let two = rendered("services: {b: {container_name: web, deploy: {replicas: 2}}}").impossible("b");
        assert!(two.is_some_and(|why| why.contains("b has 2 replicas and one `container_name`, web")));
        assert_eq!(rendered("services: {b: {container_name: web}}").impossible("b"), None);
        assert_eq!(rendered("services: {b: {scale: 2}}").impossible("b"), None);
    }

    #[test]
    fn there_is_no_room_beside_a_fixed_address_or_the_hosts_network() {
        let fixed = rendered("services: {b: {networks: {n: {ipv4_address: 10.0.0.2}}}}");
        assert!(matches!(fixed.reach("p", "b"), ServiceReach::Alone(_)));
        assert!(matches!(rendered("services: {b: {network_mode: host}}").reach("p", "b"), ServiceReach::Alone(_)));
    }

    #[test]
    fn what_is_mounted_is_found_whichever_version_wrote_it() {
        let two = rendered(
            r#"{"services":{"b":{"volumes":[{"type":"bind","source":"/r/conf","target":"/c"},
                {"type":"volume","source":"v","target":"/v"}],"configs":[{"source":"c"}],"secrets":[{"source":"s"}]}},
                "configs":{"c":{"file":"/r/c"}},"secrets":{"s":{"file":"/r/s"},"t":{"file":"/r/t"}}}"#,
        );
        let one = rendered(
            "services: {b: {volumes: ['/r/conf:/c:ro', 'v:/v:rw'], configs: [{source: c}], secrets: [s]}}\n\
             configs: {c: {file: /r/c}}\nsecrets: {s: {file: /r/s}, t: {file: /r/t}}\n",
        );
        let wanted = ["/r/conf", "/r/c", "/r/s"].map(PathBuf::from);
        assert_eq!((two.mounts("b"), one.mounts("b")), (wanted.to_vec(), wanted.to_vec()));
    }

    #[test]
    fn what_must_lie_on_the_host_is_told_from_what_is_made_there() {
        let paths = |all: &[&str]| all.iter().map(PathBuf::from).collect::<Vec<_>>();
        let two = rendered(
            r#"{"services":{"b":{"volumes":[{"type":"bind","source":"/a","bind":{"create_host_path":true}},
                {"type":"bind","source":"/b","bind":{"create_host_path":false}},{"type":"bind","source":"/c"},
                {"type":"volume","source":"v"},{"type":"volume","source":"w"}],"configs":[{"source":"c"}]}},
                "configs":{"c":{"file":"/r/c"}},"volumes":{"v":{"name":"p_v"},"w":{"external":true,"name":"kept"}}}"#,
        );
        assert_eq!(two.required_files("b", false), paths(&["/r/c", "/b"]));
        assert_eq!(two.volumes(("p", "b")), ["p_v", "kept"]);
        let one = rendered(
            "services: {b: {volumes: ['/a:/a:rw', {type: bind, source: /b, target: /b}, 'v:/v:rw'], secrets: [s]}}\n\
             secrets: {s: {file: /r/s}}\nvolumes: {v: {}}\n",
        );
        assert_eq!(one.required_files("b", true), paths(&["/r/s", "/b"]));
        assert_eq!(one.volumes(("p", "b")), ["p_v"]);
    }

    #[test]
    fn who_depends_through_others_is_found_and_a_circle_ends() {
        let file = rendered("services: {a: {depends_on: [b]}, b: {depends_on: {c: {}}}, c: {depends_on: [a]}, d: {}}");
        assert_eq!(file.dependants("c"), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
        assert!(file.dependants("d").is_empty());
    }

    #[test]
    fn a_hash_tells_of_a_change_and_not_of_the_value() {
        let before = rendered("services: {b: {image: x:1, environment: {KEY: hunter2}}}").hashes();
        let after = rendered("services: {b: {image: x:2, environment: {KEY: hunter3}}}").hashes();
        assert_eq!(before.keys().collect::<Vec<_>>(), ["services.b.environment"]);
        assert_ne!(before, after);
        assert!(!format!("{before:?}").contains("hunter"));
    }
}
