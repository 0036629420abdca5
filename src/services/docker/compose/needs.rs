//! What a service takes for granted on its host and Compose makes for nobody: networks and volumes that the file calls
//! external, containers that it joins, addresses of its own. Pure.

use super::rendered::Rendered;
use bollard::models::DeviceRequest;
use serde_json::Value;
use std::net::IpAddr;
use std::path::PathBuf;

/// What must be there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Needs {
    /// The external networks, by the engine's names.
    pub(super) networks: Vec<String>,
    /// The external volumes, by the engine's names.
    pub(super) volumes: Vec<String>,
    /// The containers whose network it joins.
    pub(super) containers: Vec<String>,
    /// The addresses of its own, each with the engine's name of its network.
    pub(super) addresses: Vec<(String, IpAddr)>,
    /// The devices of the host.
    pub(super) devices: Vec<Device>,
    /// The graphics cards and other devices that a driver of the engine gives.
    pub(super) device_requests: Vec<DeviceRequest>,
    /// The files and folders of the host that nobody makes.
    pub(super) files: Vec<PathBuf>,
    /// The runtime of the engine, where it is not the usual one.
    pub(super) runtime: Option<String>,
    /// The user that it runs as, where the file says so: the image must know the name.
    pub(super) user: Option<String>,
}

/// A device of the host, and how the container has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Device {
    pub(super) source: String,
    pub(super) target: String,
    pub(super) permissions: String,
}

impl Needs {
    /// Reads them from a configuration.
    pub(super) fn of(rendered: &Rendered, (project, service): (&str, &str), is_first: bool) -> Self {
        let this = &rendered.0["services"][service];
        let joined = this["network_mode"].as_str().and_then(|mode| mode.strip_prefix("container:"));
        let text = |key: &str| this[key].as_str().map(str::to_owned).or_else(|| Some(this[key].as_u64()?.to_string()));
        let mut needs = Self {
            containers: joined.into_iter().map(str::to_owned).collect(),
            volumes: volumes(rendered, this),
            devices: this["devices"].as_array().into_iter().flatten().filter_map(device).collect(),
            device_requests: device_requests(this),
            files: rendered.required_files(service, is_first),
            runtime: text("runtime"),
            user: text("user"),
            ..Self::default()
        };
        if this["network_mode"].is_string() {
            return needs;
        }
        for (key, entry) in super::rendered::entries(this) {
            needs.networks.extend(rendered.external("networks", key));
            let fixed = [&entry["ipv4_address"], &entry["ipv6_address"]].into_iter().filter_map(Value::as_str);
            let fixed = fixed.filter_map(|address| address.parse().ok());
            needs.addresses.extend(fixed.map(|address| (rendered.network(project, key), address)));
        }
        needs
    }
}

/// Reads a device; Compose 1 writes it as `source:target:permissions`.
fn device(entry: &Value) -> Option<Device> {
    let parts: Vec<&str> = match entry.as_str() {
        Some(text) => text.split(':').collect(),
        None => ["source", "target", "permissions"].iter().map_while(|key| entry[*key].as_str()).collect(),
    };
    let source = parts.first()?;
    let part = |at: usize, usual: &str| (*parts.get(at).unwrap_or(&usual)).to_owned();
    Some(Device { source: (*source).to_owned(), target: part(1, source), permissions: part(2, "rwm") })
}

/// Reads what is asked of the engine's drivers: all that there are, where no count is named.
fn device_requests(service: &Value) -> Vec<DeviceRequest> {
    let texts = |list: &Value| -> Vec<String> {
        list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let request = |entry: &Value| {
        let ids = Some(texts(&entry["device_ids"])).filter(|ids| !ids.is_empty());
        let counted = |count: &Value| count.as_i64().or_else(|| count.as_str()?.parse().ok());
        let count = counted(&entry["count"]).or_else(|| ids.is_none().then_some(-1));
        let options = entry["options"].as_object().into_iter().flatten();
        let options = options.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        DeviceRequest {
            driver: entry["driver"].as_str().map(str::to_owned),
            count,
            device_ids: ids,
            capabilities: Some(vec![texts(&entry["capabilities"])]),
            options: Some(options.collect()),
        }
    };
    let listed = service["deploy"]["resources"]["reservations"]["devices"].as_array();
    listed.into_iter().flatten().map(request).collect()
}

/// Returns the external volumes of a service. Compose 1 writes a mount as `source:target`.
fn volumes(rendered: &Rendered, service: &Value) -> Vec<String> {
    let source = |mount: &Value| match mount.as_str() {
        Some(text) => text.split_once(':').map(|(source, _)| source.to_owned()),
        None if mount["type"] == "volume" => mount["source"].as_str().map(str::to_owned),
        None => None,
    };
    let mounts = service["volumes"].as_array().into_iter().flatten();
    mounts.filter_map(source).filter_map(|key| rendered.external("volumes", &key)).collect()
}

/// Says whether an address is in a subnet, `10.0.0.0/24`; nothing where that is no subnet.
pub(super) fn is_within(address: IpAddr, subnet: &str) -> Option<bool> {
    let (base, length) = subnet.split_once('/')?;
    let (base, length): (IpAddr, u32) = (base.parse().ok()?, length.parse().ok()?);
    let (one, other, width) = match (address, base) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (u128::from(u32::from(one)), u128::from(u32::from(other)), 32),
        (IpAddr::V6(one), IpAddr::V6(other)) => (u128::from(one), u128::from(other), 128),
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return Some(false),
    };
    let hosts = u32::checked_sub(width, length)?;
    let part = |bits: u128| bits.checked_shr(hosts).unwrap_or(0);
    Some(part(one) == part(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(text: &str) -> Needs {
        Needs::of(&Rendered(super::super::tree::read(text).unwrap()), ("p", "b"), false)
    }

    #[test]
    fn only_what_is_external_must_be_there_whichever_version_wrote_it() {
        let two = needs(
            r#"{"services":{"b":{"networks":{"own":{"ipv4_address":"10.0.0.2"},"db":null},"volumes":[
                {"type":"volume","source":"v","target":"/v"},{"type":"volume","source":"w","target":"/w"},
                {"type":"bind","source":"/v","target":"/x"}]}},
                "networks":{"own":{"name":"p_own"},"db":{"name":"shared","external":true}},
                "volumes":{"v":{"name":"kept","external":true},"w":{"name":"p_w"}}}"#,
        );
        let one = needs(
            "services:\n  b:\n    networks: {own: {ipv4_address: 10.0.0.2}, db: {}}\n    volumes: ['v:/v:rw', 'w:/w', '/v:/x']\n\
             networks: {own: {}, db: {external: true, name: shared}}\nvolumes: {v: {external: {name: kept}}, w: {}}\n",
        );
        assert_eq!(two, one);
        assert_eq!((two.networks, two.volumes), (vec!["shared".to_owned()], vec!["kept".to_owned()]));
        assert_eq!(two.addresses, [("p_own".to_owned(), "10.0.0.2".parse().unwrap())]);
    }

    #[test]
    fn a_container_whose_network_is_joined_must_be_there() {
        assert_eq!(needs("services: {b: {network_mode: 'container:vpn'}}").containers, ["vpn"]);
        assert_eq!(needs("services: {b: {network_mode: host}}"), Needs::default());
    }

    #[test]
    fn what_the_host_must_have_is_found_whichever_version_wrote_it() {
        let two = needs(
            r#"{"services":{"b":{"devices":[{"source":"/dev/a","target":"/dev/b","permissions":"r"},{"source":"/dev/c"}],
                "runtime":"nvidia","user":"1000"}}}"#,
        );
        let one = needs("services: {b: {devices: ['/dev/a:/dev/b:r', '/dev/c'], runtime: nvidia, user: 1000}}");
        assert_eq!(two, one);
        let device = |source: &str, target: &str, permissions: &str| Device {
            source: source.into(),
            target: target.into(),
            permissions: permissions.into(),
        };
        assert_eq!(two.devices, [device("/dev/a", "/dev/b", "r"), device("/dev/c", "/dev/c", "rwm")]);
        assert_eq!((two.runtime.as_deref(), two.user.as_deref()), (Some("nvidia"), Some("1000")));
        let gpu = |count: &str| {
            let reserved = format!("devices: [{{driver: nvidia, capabilities: [gpu]{count}}}]");
            let asked = needs(&format!("services: {{b: {{deploy: {{resources: {{reservations: {{{reserved}}}}}}}}}}}"));
            asked.device_requests.first().map(|asked| (asked.driver.clone().unwrap(), asked.count))
        };
        assert_eq!(gpu(", count: 1"), Some(("nvidia".to_owned(), Some(1))));
        assert_eq!(gpu(""), Some(("nvidia".to_owned(), Some(-1))), "all that there are");
        assert_eq!(gpu(", device_ids: ['0']"), Some(("nvidia".to_owned(), None)));
    }

    #[test]
    fn an_address_is_in_its_subnet_and_in_no_other() {
        let within = |address: &str, subnet: &str| is_within(address.parse().unwrap(), subnet);
        assert_eq!(within("10.0.0.255", "10.0.0.0/24"), Some(true));
        assert_eq!(within("10.0.1.0", "10.0.0.0/24"), Some(false));
        assert_eq!(within("10.0.1.0", "0.0.0.0/0"), Some(true));
        assert_eq!(within("fd00::2", "fd00::/64"), Some(true));
        assert_eq!(within("fd00::2", "10.0.0.0/24"), Some(false));
        assert_eq!(within("10.0.1.0", "ten"), None);
    }
}
