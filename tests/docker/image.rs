//! Images of a small backend, built from nothing but busybox: good ones, and ones that fail in a way of their own.

use super::engine::{block, client};
use super::marked::{LABEL, Marked};
use bollard::Docker;
use bollard::query_parameters::BuildImageOptionsBuilder;
use futures::StreamExt;
use std::path::Path;

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

/// An image that was built here; removed with its mark.
pub struct Image {
    /// Its name and tag.
    pub reference: String,
    /// What the engine knows it by: `sha256:…`.
    pub id: String,
}

/// Builds an image. `name_tag` is `api:1.0.0`; the mark is put before it, and the tag is the version that it tells.
pub fn make(marked: &Marked, name_tag: &str, behaviour: Behaviour) -> Image {
    make_as(marked, &marked.name(name_tag), behaviour)
}

/// Builds an image under a whole name: that of a registry, for one.
pub fn make_as(marked: &Marked, reference: &str, behaviour: Behaviour) -> Image {
    let version = reference.rsplit(':').next().unwrap_or("0");
    let context = context(marked, version, behaviour);
    let id = block(async {
        let docker = client(&marked.socket).unwrap();
        build(&docker, reference, context).await;
        docker.inspect_image(reference).await.unwrap().id.unwrap()
    });
    Image { reference: reference.to_owned(), id }
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

/// Builds what lies in an archive, under a name.
pub async fn build(docker: &Docker, reference: &str, context: Vec<u8>) {
    // Another image may be removed with the layers that both share while this one stands on them.
    let mut tries = 0;
    while let Err(why) = build_once(docker, reference, context.clone()).await {
        tries += 1;
        let is_shared =
            ["unknown parent image", "No such image", "layer does not exist"].iter().any(|w| why.contains(w));
        assert!(tries < 5 && is_shared, "{reference} was not built: {why}");
    }
}

async fn build_once(docker: &Docker, reference: &str, context: Vec<u8>) -> Result<(), String> {
    let options = BuildImageOptionsBuilder::new().t(reference).rm(true).forcerm(true).build();
    let mut lines = docker.build_image(options, None, Some(bollard::body_full(context.into())));
    while let Some(line) = lines.next().await {
        line.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The mark comes first: nothing that another test removes is under it. Then what all versions share, so that it is
/// built once.
fn context(marked: &Marked, version: &str, behaviour: Behaviour) -> Vec<u8> {
    let mut context = tar::Builder::new(Vec::new());
    let busybox = std::fs::read(BUSYBOX).unwrap_or_else(|error| panic!("{BUSYBOX} (busybox-static): {error}"));
    add(&mut context, "busybox", &busybox);
    add(&mut context, "entry.sh", entry(version, behaviour).as_bytes());
    let answer = format!("{{\"status\":\"ok\",\"version\":\"{version}\"}}\n");
    if behaviour == Behaviour::Heavy {
        add(&mut context, "www/noise", &noise(&format!("{} {version}", marked.id)));
    }
    add(&mut context, "www/api/version", answer.as_bytes());
    if behaviour != Behaviour::Unhealthy {
        add(&mut context, "www/api/health", answer.as_bytes());
    }
    add(&mut context, "Dockerfile", dockerfile(marked, behaviour).as_bytes());
    context.into_inner().unwrap()
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

fn dockerfile(marked: &Marked, behaviour: Behaviour) -> String {
    let grace = match behaviour {
        Behaviour::NeverReady | Behaviour::Littering => "300s",
        Behaviour::Good | Behaviour::Unhealthy | Behaviour::Crashes | Behaviour::Stubborn | Behaviour::Heavy => "500ms",
    };
    // There is no shell in the image, so each command is a list of words.
    format!(
        "FROM scratch\n\
         LABEL {LABEL}={id}\n\
         COPY busybox {BUSYBOX}\n\
         COPY www /www\n\
         COPY entry.sh /entry.sh\n\
         EXPOSE {PORT}\n\
         HEALTHCHECK --interval=1s --timeout=1s --start-period={grace} --retries=2 \
         CMD [\"{BUSYBOX}\", \"wget\", \"-q\", \"-O\", \"-\", \"http://127.0.0.1:{PORT}/api/health\"]\n\
         ENTRYPOINT [\"{BUSYBOX}\", \"sh\", \"/entry.sh\"]\n",
        id = marked.id,
    )
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
