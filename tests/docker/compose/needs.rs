//! What the host, or others, do not have for the new version is told before anything of the old one is touched.

use super::shop::{Shop, programs};
use crate::docker::engine::Engine as _;
use crate::docker::image::Behaviour;
use crate::docker::marked::LABEL;
use bollard::models::{
    ContainerCreateBody, EndpointIpamConfig, EndpointSettings, HostConfig, Ipam, IpamConfig, NetworkCreateRequest,
    NetworkingConfig,
};
use bollard::query_parameters::{CreateContainerOptionsBuilder, StartContainerOptions};
use std::collections::HashMap;
use std::io::Write as _;
use tminus_core::order::{Delivered, Health};
use tminus_core::ports::Target as _;

/// Writes the file with more of the service, and more behind its networks.
fn write(shop: &Shop, more: &str, behind: &str) {
    shop.write(more);
    let path = shop.root.path().join("docker-compose.yml");
    std::fs::OpenOptions::new().append(true).open(path).unwrap().write_all(behind.as_bytes()).unwrap();
}

/// Returns when each container of the service began to run: another moment, or another container, is another start.
async fn starts(shop: &Shop) -> Vec<(String, Option<String>)> {
    let docker = shop.host.docker();
    let mut found = Vec::new();
    for (name, _) in shop.backends().await {
        let state = docker.inspect_container(name.trim_start_matches('/'), None).await.unwrap().state.unwrap();
        found.push((name, state.started_at.filter(|_| state.running == Some(true)).map(|at| format!("{at:?}"))));
    }
    found
}

/// Delivers 1.0.0, then asks for 1.2.0 by each file: it must be refused in the words of its row, and nothing be touched.
async fn refused(shop: &Shop, good: &Delivered, rows: &[(String, String, String)]) {
    let next = shop.make("1.2.0", Behaviour::Good);
    let before = starts(shop).await;
    assert!(matches!(before.as_slice(), [(_, Some(_))]), "one runs: {before:?}");
    for (nth, (more, behind, says)) in rows.iter().enumerate() {
        write(shop, more, behind);
        let failure = shop.deliver(&format!("refused-{nth}"), &next).await.unwrap_err();
        assert!(format!("{failure:?}").contains(says.as_str()), "{says}: {failure:?}");
        assert_eq!(starts(shop).await, before, "{says}: the one that served was touched");
    }
    let seen = shop.target().observe().await.unwrap();
    assert_eq!((seen.version.as_ref(), seen.health), (Some(&good.version), Health::Healthy));
}

/// Makes a network of others, with one container at `.9`.
async fn others(shop: &Shop, range: &str) -> (String, String) {
    let (docker, network, holder) = (shop.host.docker(), shop.marked.name("others"), shop.marked.name("holder"));
    let labels = || Some(HashMap::from([(LABEL.to_owned(), shop.marked.id.clone())]));
    let config = vec![IpamConfig { subnet: Some(format!("{range}.0/24")), ..IpamConfig::default() }];
    let ipam = Some(Ipam { config: Some(config), ..Ipam::default() });
    let request = NetworkCreateRequest { name: network.clone(), labels: labels(), ipam, ..Default::default() };
    docker.create_network(request).await.unwrap();
    let ipam_config =
        Some(EndpointIpamConfig { ipv4_address: Some(format!("{range}.9")), ..EndpointIpamConfig::default() });
    let endpoint = EndpointSettings { ipam_config, ..EndpointSettings::default() };
    let body = ContainerCreateBody {
        image: Some(shop.marked.name("api:1.0.0")),
        entrypoint: Some(["/bin/busybox", "sleep", "600"].map(str::to_owned).to_vec()),
        labels: labels(),
        host_config: Some(HostConfig { network_mode: Some(network.clone()), ..HostConfig::default() }),
        networking_config: Some(NetworkingConfig {
            endpoints_config: Some(HashMap::from([(network.clone(), endpoint)])),
        }),
        ..ContainerCreateBody::default()
    };
    let named = CreateContainerOptionsBuilder::new().name(&holder).build();
    docker.create_container(Some(named), body).await.unwrap();
    docker.start_container(&holder, None::<StartContainerOptions>).await.unwrap();
    (network, holder)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_should_have_made_and_did_not_is_told_in_the_preview_and_nothing_is_begun() {
    for program in programs() {
        let Some(shop) = Shop::new(program, "") else { return };
        let good = shop.make("1.0.0", Behaviour::Good);
        shop.deliver("o1", &good).await.unwrap();
        let range = format!("10.231.{}", crate::ports::free() % 250);
        let (network, holder) = others(&shop, &range).await;
        let external = format!("  other: {{external: true, name: {network}}}\n");
        let at = |address: &str| format!("    networks: {{default: {{}}, other: {{ipv4_address: {address}}}}}\n");
        let rows = [
            (
                "    networks: [default, other]\n".to_owned(),
                "  other: {external: true, name: tm-none}\n".to_owned(),
                "the network tm-none is not there: it is external".to_owned(),
            ),
            (
                "    volumes: ['data:/data']\n".to_owned(),
                "volumes:\n  data: {external: true, name: tm-none}\n".to_owned(),
                "the volume tm-none is not there: it is external".to_owned(),
            ),
            (
                "    network_mode: 'container:tm-none'\n".to_owned(),
                String::new(),
                "the container tm-none, whose network the service joins, is not there".to_owned(),
            ),
            (
                at(&format!("{range}.9")),
                external.clone(),
                format!("the address {range}.9 is taken by the container {holder}"),
            ),
            (at("10.232.0.9"), external, format!("the address 10.232.0.9 is in no subnet of the network {network}")),
        ];
        refused(&shop, &good, &rows).await;
        let next = shop.make("1.2.0", Behaviour::Good);
        for (more, behind, says) in &rows {
            write(&shop, more, behind);
            let ready = shop.target().readiness(&next.version).await.unwrap();
            assert!(ready.blockers.iter().any(|why| why.contains(says.as_str())), "{says}: {ready:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_host_cannot_give_is_found_out_while_the_only_one_still_serves() {
    for program in programs() {
        let (is_first, port) = (program.len() == 1, crate::ports::free());
        let ask = format!("[CMD, /bin/busybox, wget, -q, -O, '-', 'http://127.0.0.1:{port}/api/health']");
        let more = format!(
            "    network_mode: host\n    stop_grace_period: 1s\n    \
             entrypoint: [/bin/busybox, httpd, -f, -p, '127.0.0.1:{port}', -h, /www]\n    \
             healthcheck: {{test: {ask}, interval: 1s, timeout: 10s, retries: 2}}\n"
        );
        let Some(shop) = Shop::new(program, &more) else { return };
        let good = shop.make("1.0.0", Behaviour::Good);
        shop.deliver("o1", &good).await.unwrap();
        let with = |key: &str| format!("{more}    {key}\n");
        let rows = [
            (with("devices: ['/dev/tm-none:/dev/tm-none']"), String::new(), "/dev/tm-none".to_owned()),
            (with("user: tm-nobody"), String::new(), "tm-nobody".to_owned()),
            (with("runtime: tm-none"), String::new(), "the engine has no runtime tm-none".to_owned()),
        ];
        let cards = "deploy: {resources: {reservations: {devices: [{driver: tm-none, capabilities: [gpu]}]}}}";
        let mut rows = rows.to_vec();
        rows.insert(0, (with(cards), String::new(), "could not select device driver".to_owned()));
        if is_first {
            // Whether Compose 2 makes a folder that is not there is its own to say.
            let bind = |source: &str| with(&format!("volumes: [{{type: bind, source: {source}, target: /tm-none}}]"));
            rows.insert(0, (bind("/tm-none"), String::new(), "bind source path does not exist: /tm-none".to_owned()));
            rows.insert(0, (bind("./tm-none"), String::new(), "./tm-none is gone".to_owned()));
        }
        refused(&shop, &good, &rows).await;
        let next = shop.make("1.2.0", Behaviour::Good);
        // The runtime is known before anything is begun.
        let ready = shop.target().readiness(&next.version).await.unwrap();
        assert!(ready.blockers.iter().chain(&ready.deploy).any(|why| why.contains("no runtime tm-none")), "{ready:?}");
        // What can be set up is delivered.
        shop.write(&with("devices: ['/dev/null:/dev/tm-some']"));
        shop.deliver("o9", &next).await.unwrap();
        assert_eq!(shop.now().await, Some(next));
        assert_eq!(shop.backends().await.len(), 1);
    }
}
