//! Images of a small backend, made of nothing but busybox: good ones, and ones that fail in a way of their own.
//!
//! They are loaded as `docker save` writes them, in one request; a builder would make a container for each of their lines.
//! Each has one layer, and no other image has the same: nothing that another test removes is a part of it.

use super::engine::{block, client};
use super::marked::{LABEL, Marked};
use bollard::Docker;
use bollard::query_parameters::ImportImageOptionsBuilder;
use futures::StreamExt;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

/// The port that it listens on inside.
pub const PORT: u16 = 8000;
const BUSYBOX: &str = "/bin/busybox";

/// What an image does when it is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// It answers at `/api/health` and `/api/version`, and its health check passes; until [`Image::turn_bad`].
    Good,
    /// It answers, but not at `/api/health`: its health check fails.
    Unhealthy,
    /// It says why on its log, and ends with status 3.
    Crashes,
    /// It runs and never listens; its health check says `starting` for minutes.
    NeverReady,
    /// It is good, and does not end when it is asked to: it must be killed.
    Stubborn,
    /// It is good, and leaves so many files in its container that the engine takes a while to remove it.
    Littering,
    /// It is good, and brings a megabyte that no other image has and that nothing makes smaller.
    Heavy,
}

/// An image that was made here; removed with its mark.
pub struct Image {
    /// Its name and tag.
    pub reference: String,
    /// What the engine knows it by: `sha256:…`.
    pub id: String,
}

/// Makes an image. `name_tag` is `api:1.0.0`; the mark is put before it, and the tag is the version that it tells.
pub fn make(marked: &Marked, name_tag: &str, behaviour: Behaviour) -> Image {
    make_as(marked, &marked.name(name_tag), behaviour)
}

/// Makes an image under a whole name: that of a registry, for one.
pub fn make_as(marked: &Marked, reference: &str, behaviour: Behaviour) -> Image {
    let version = reference.rsplit(':').next().unwrap_or("0");
    let (files, config) = (files(marked, version, behaviour), config(marked, behaviour));
    let id = block(async {
        let docker = client(&marked.socket).unwrap();
        load(&docker, reference, (&files, config)).await;
        docker.inspect_image(reference).await.unwrap().id.unwrap()
    });
    Image { reference: reference.to_owned(), id }
}

/// Makes an image with nothing in it to build on, and returns its name.
///
/// The engine's builder looks for what it has built before among all children of a build's base. Those of `scratch` are
/// every image there is, and it fails when another test removes one of them meanwhile.
pub fn base(marked: &Marked) -> String {
    let reference = marked.name("base:1");
    block(async {
        let docker = client(&marked.socket).unwrap();
        load(&docker, &reference, (&[mark(marked)], json!({ "Labels": { LABEL: marked.id } }))).await;
    });
    reference
}

/// Makes the good backend in a container bad from now on: its health check fails, and so does every client.
pub fn turn_bad(marked: &Marked, container: &str) {
    exec(marked, container, &[BUSYBOX, "rm", "-r", "/www/api"]);
}

fn exec(marked: &Marked, container: &str, words: &[&str]) {
    let words = words.iter().map(ToString::to_string).collect();
    block(async {
        let docker = client(&marked.socket).unwrap();
        let config = bollard::models::ExecConfig { cmd: Some(words), ..Default::default() };
        let made = docker.create_exec(container, config).await.unwrap();
        let detached = bollard::exec::StartExecOptions { detach: true, ..Default::default() };
        docker.start_exec(&made.id, Some(detached)).await.unwrap();
    });
}

/// A file of an image: where it lies, and what it holds.
pub type ImageFile = (&'static str, Vec<u8>);

/// Returns what makes a layer one that no other test has.
pub fn mark(marked: &Marked) -> ImageFile {
    ("mark", marked.id.clone().into_bytes())
}

/// Returns busybox, which is all that runs in an image.
pub fn busybox() -> ImageFile {
    let bytes = std::fs::read(BUSYBOX).unwrap_or_else(|error| panic!("{BUSYBOX} (busybox-static): {error}"));
    ("bin/busybox", bytes)
}

/// Gives an engine an image of one layer, with what the OCI calls its config.
pub async fn load(docker: &Docker, reference: &str, (files, config): (&[ImageFile], Value)) {
    let layer = layer(files);
    let diff_id = format!("sha256:{}", hex(&layer));
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    let config = json!({
        "architecture": architecture, "os": "linux", "config": config,
        "rootfs": { "type": "layers", "diff_ids": [diff_id] }, "history": [{ "created_by": "the tests" }],
    });
    let config = config.to_string().into_bytes();
    let name = format!("{}.json", hex(&config));
    let manifest = json!([{ "Config": name, "RepoTags": [reference], "Layers": ["layer.tar"] }]).to_string();
    let mut archive = tar::Builder::new(Vec::new());
    add(&mut archive, name, &config);
    add(&mut archive, "layer.tar", &layer);
    add(&mut archive, "manifest.json", manifest.as_bytes());
    let (options, body) = (ImportImageOptionsBuilder::new().quiet(true).build(), archive.into_inner().unwrap());
    let mut lines = docker.import_image(options, bollard::body_full(body.into()), None);
    while let Some(line) = lines.next().await {
        line.unwrap_or_else(|error| panic!("{reference} was not loaded: {error}"));
    }
}

fn layer(files: &[ImageFile]) -> Vec<u8> {
    let mut layer = tar::Builder::new(Vec::new());
    let folders: std::collections::BTreeSet<PathBuf> =
        files.iter().flat_map(|(path, _)| Path::new(path).ancestors().skip(1).map(Path::to_owned)).collect();
    for folder in folders.iter().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Directory);
        header.set_size(0);
        header.set_mode(0o755);
        layer.append_data(&mut header, folder, &[][..]).unwrap();
    }
    for (path, bytes) in files {
        add(&mut layer, path, bytes);
    }
    layer.into_inner().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn files(marked: &Marked, version: &str, behaviour: Behaviour) -> Vec<ImageFile> {
    let answer = format!("{{\"status\":\"ok\",\"version\":\"{version}\"}}\n").into_bytes();
    let mut files = vec![mark(marked), busybox(), ("entry.sh", entry(version, behaviour).into_bytes())];
    files.push(("www/api/version", answer.clone()));
    if behaviour == Behaviour::Heavy {
        files.push(("www/noise", noise(&format!("{} {version}", marked.id))));
    }
    if behaviour != Behaviour::Unhealthy {
        files.push(("www/api/health", answer));
    }
    files
}

/// A megabyte that follows from a word, and looks like chance.
fn noise(word: &str) -> Vec<u8> {
    let mut state = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    std::iter::repeat_with(next).take((1 << 20) / 8).flatten().collect()
}

fn config(marked: &Marked, behaviour: Behaviour) -> Value {
    const SECOND: u64 = 1_000_000_000;
    let grace = match behaviour {
        Behaviour::NeverReady | Behaviour::Littering => 300 * SECOND,
        Behaviour::Good | Behaviour::Unhealthy | Behaviour::Crashes | Behaviour::Stubborn | Behaviour::Heavy => {
            SECOND / 2
        }
    };
    let asks = format!("http://127.0.0.1:{PORT}/api/health");
    // There is no shell in the image, so each command is a list of words.
    json!({
        "Labels": { LABEL: marked.id },
        "ExposedPorts": { format!("{PORT}/tcp"): {} },
        "Entrypoint": [BUSYBOX, "sh", "/entry.sh"],
        "Healthcheck": {
            "Test": ["CMD", BUSYBOX, "wget", "-q", "-O", "-", asks],
            "Interval": SECOND, "Timeout": 10 * SECOND, "StartPeriod": grace, "Retries": 2,
        },
    })
}

fn entry(version: &str, behaviour: Behaviour) -> String {
    let serve = format!("{BUSYBOX} httpd -f -vv -p {PORT} -h /www & wait\n");
    let started = format!("{BUSYBOX} echo \"INFO backend {version} started\"\n");
    let ends = "trap 'exit 0' TERM\n";
    match behaviour {
        Behaviour::Good | Behaviour::Unhealthy | Behaviour::Heavy => format!("{started}{ends}{serve}"),
        Behaviour::Littering => {
            let litter = "i=0\nwhile [ $i -lt 60000 ]; do : > /litter/$i; i=$((i + 1)); done\n";
            format!("{BUSYBOX} mkdir /litter\n{litter}{started}{ends}{serve}")
        }
        Behaviour::Crashes => format!("{BUSYBOX} echo \"ERROR backend {version}: no database\" >&2\nexit 3\n"),
        Behaviour::NeverReady => {
            format!(
                "{BUSYBOX} echo \"INFO backend {version} waits for a database\"\n{ends}{BUSYBOX} sleep 3600 & wait\n"
            )
        }
        // Ignored here, a signal is ignored by what is started from here too.
        Behaviour::Stubborn => format!("{started}trap '' TERM\n{serve}"),
    }
}

fn add(context: &mut tar::Builder<Vec<u8>>, path: impl AsRef<Path>, bytes: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o755);
    header.set_mtime(0);
    context.append_data(&mut header, path, bytes).unwrap();
}
