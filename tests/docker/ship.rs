//! An image is built from its commit, inspected, tagged, pushed and compared, on a real engine and a real registry.

mod contract;

use super::engine::{Engine, OwnEngine, block, client, host, own};
use super::marked::{LABEL, Marked};
use super::recorder;
use super::registry::{self, Registry as Server};
use super::tags::{login, pushed};
use super::wait;
use crate::adapters::world::Project;
use crate::contract::builder::STAGES;
use crate::contract::target::end;
use bollard::Docker;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tminus_core::mask::Mask;
use tminus_core::names::{ActionId, Commit, OrderId, Version};
use tminus_core::order::{BuildStage, Call, Order, Progress, Receipt, Task};
use tminus_core::plan::{ImageBuild, Template};
use tminus_core::ports::{FailureKind, PortError, Target as _};
use tminus_services::docker::{BuildDeps, DockerOrders, ImageBuilder, Link, Recipe};
use tminus_services::git::GitRepository;
use tminus_services::http::Http;
use tminus_services::registry::{Image, Login, Registry};
use tminus_services::secrets::{Permission, Secrets};
use tminus_services::worktree::Worktree;
use tokio::sync::mpsc;

const BOUND: Duration = Duration::from_secs(120);

/// A project whose image is built on an engine, and brought to a registry.
struct Yards {
    root: TempDir,
    head: Commit,
    state: TempDir,
    socket: PathBuf,
    image: String,
    login: Option<Login>,
    build: ImageBuild,
    /// The mark is every action's id too, since builds are found by it.
    mark: String,
}

fn dockerfile(marked: &Marked, lines: &str) -> String {
    let base = super::image::base(marked);
    format!("FROM {base}\nLABEL {LABEL}={}\n{lines}\n", marked.id)
}

impl Yards {
    fn new(marked: &Marked, files: &[(&str, &str)], server: Option<&Server>) -> Self {
        Self::of(marked, Project::new(files), server)
    }

    fn of(marked: &Marked, project: Project, server: Option<&Server>) -> Self {
        let name = marked.name("api:{version}");
        let image = server.map_or_else(|| name.clone(), |server| format!("{}/{name}", server.address()));
        let login = server.map(|server| login(&server.address(), None));
        let build = ImageBuild {
            context: ".".to_owned(),
            dockerfile: "Dockerfile".to_owned(),
            args: Vec::new(),
            max_size: None,
        };
        let (state, socket, mark) = (tempfile::tempdir().unwrap(), marked.socket.clone(), marked.id.clone());
        let (head, root) = (project.head(), project.dir);
        Self { root, head, state, socket, image, login, build, mark }
    }

    /// A builder that knows nothing but what the world and the disk know, as after a restart.
    fn builder(&self) -> ImageBuilder {
        let mask = Mask::new();
        let secrets = Arc::new(Secrets::new(self.root.path(), Permission::Trusted, mask.clone()));
        let registry = self.login.clone().map(|login| Registry::new(Http::default(), secrets, login));
        let repository = Arc::new(GitRepository::open(self.root.path(), "origin").unwrap());
        let recipe = Recipe {
            artifact: "api".into(),
            image: Image::new(Template::new(&self.image), registry),
            build: self.build.clone(),
        };
        let yard = BuildDeps {
            link: Link::new(Some(format!("unix://{}", self.socket.display()))),
            orders: DockerOrders::new(self.state.path().join("builds")),
            worktree: Worktree::new(repository.clone(), self.state.path().join("checkout")),
            repository,
            mask,
        };
        ImageBuilder::new(recipe, yard)
    }

    fn order(&self, stage: BuildStage, attempt: usize) -> Order {
        let version = Version::parse("1.0.0").unwrap();
        let task = Task::Build { artifact: "api".into(), version, commit: self.head.clone(), stage, args: Vec::new() };
        let id = OrderId::new(format!("{}.{stage:?}.{attempt}", self.mark));
        Order { id, action: ActionId::new(&self.mark), env: None, task }
    }

    async fn run(&self, stage: BuildStage) -> (Result<Receipt, PortError>, Vec<Progress<String>>) {
        let builder = self.builder();
        let ticket = builder.begin(&self.order(stage, 1)).await.unwrap();
        end(&builder, &ticket).await
    }

    async fn all(&self, stages: &[BuildStage]) -> Vec<Receipt> {
        let mut receipts = Vec::new();
        for stage in stages {
            receipts.push(self.run(*stage).await.0.unwrap());
        }
        receipts
    }

    fn reference(&self) -> String {
        self.image.replace("{version}", "1.0.0")
    }

    fn docker(&self) -> Docker {
        client(&self.socket).unwrap()
    }
}

fn lines(progress: &[Progress<String>]) -> String {
    let line = |one: &Progress<String>| match one {
        Progress::Line(text) => Some(text.clone()),
        Progress::Share { .. } => None,
    };
    progress.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

fn shares(progress: &[Progress<String>], of: &str) -> Vec<(u64, u64)> {
    let share = |one: &Progress<String>| match one {
        Progress::Share { done, total, of: counted } if counted == of => Some((*done, *total)),
        Progress::Share { .. } | Progress::Line(_) => None,
    };
    progress.iter().filter_map(share).collect()
}

#[test]
fn an_image_goes_from_its_commit_to_its_registry() {
    let (Some(engine), Some(server)) = (host(), registry::with_password("deploy", "hunter2-is-it")) else { return };
    let marked = Marked::on(&engine);
    let recorder = recorder::in_front_of(engine.socket());
    let file = dockerfile(
        &marked,
        "ARG KIND=none\nLABEL kind=$KIND\nCOPY a.txt /a.txt\nUSER app\nEXPOSE 8000\nHEALTHCHECK --interval=5s CMD [\"/a\"]",
    );
    let mut yards = Yards::new(&marked, &[("Dockerfile", &file), ("a.txt", "a\n")], Some(&server));
    yards.socket = recorder.socket();
    yards.build.args = vec![("KIND".to_owned(), "tested".to_owned())];
    yards.login = Some(login(&server.address(), Some(("deploy", "hunter2-is-it"))));
    // What lies around is not what is built.
    std::fs::write(yards.root.path().join("a.txt"), "changed\n").unwrap();
    let mut previewed = Vec::new();
    block(async {
        let builder = yards.builder();
        for stage in STAGES {
            previewed.extend(builder.calls(&yards.order(stage, 1)));
        }
        let receipts = yards.all(&STAGES).await;
        let said: Vec<&str> = receipts.iter().map(|receipt| receipt.summary.as_str()).collect();
        assert!(said[0].ends_with("takes the credentials of deploy"), "{said:?}");
        assert!(said[2].ends_with("user app, port 8000/tcp, health check every 5s"), "{said:?}");
        let delivered = receipts[5].delivered.clone().unwrap();
        assert_eq!(delivered.version.as_str(), "1.0.0");
        let seen = yards.docker().inspect_image(&yards.reference()).await.unwrap();
        let digest = delivered.digest.unwrap();
        assert!(seen.repo_digests.unwrap().iter().any(|known| known.ends_with(digest.as_str())), "{digest}");
        let labels = seen.config.unwrap().labels.unwrap();
        assert_eq!(labels["org.opencontainers.image.revision"], yards.head.as_str());
        assert_eq!(labels["org.opencontainers.image.version"], "1.0.0");
        assert_eq!(labels["kind"], "tested");
        let ready = builder.readiness(&Version::parse("1.0.0").unwrap()).await.unwrap();
        assert!(ready.is_ready() && !ready.places.is_empty(), "{ready:?}");
        assert!(ready.places.iter().all(|place| place.has == Some(true)), "{ready:?}");
        assert_eq!(ready.digest, Some(digest));
        assert_eq!(builder.observe().await.unwrap().version, Some(Version::parse("1.0.0").unwrap()));
    });
    let (mut made, mut previewed) = (made(&recorder.mutating()), paths(&previewed));
    assert!(!made.is_empty(), "nothing was recorded");
    assert!(made.iter().all(|call| previewed.contains(call)), "{made:?} was not all previewed: {previewed:?}");
    // BuildKit asks back over calls of its own; the classic builder does not.
    let is_own = |call: &String| !["POST /session", "POST /grpc"].contains(&call.as_str());
    made.retain(is_own);
    previewed.retain(is_own);
    assert_eq!(made, previewed, "what is previewed is what is done");
}

/// What reached the engine: method and path, without what only the engine knows.
fn made(requests: &[(String, String)]) -> Vec<String> {
    let path = |(method, target): &(String, String)| {
        let path = target.split('?').next().unwrap_or(target);
        let parts: Vec<&str> = path.split('/').collect();
        let is_tag = parts.last() == Some(&"tag");
        let path = if is_tag { "/images/BUILT/tag".to_owned() } else { path.to_owned() };
        format!("{method} {path}")
    };
    requests.iter().map(path).collect()
}

fn paths(calls: &[Call]) -> Vec<String> {
    let line = |call: &Call| match call {
        Call::When { call, .. } => match &**call {
            Call::Request { line, .. } => line.split('?').next().unwrap_or(line).to_owned(),
            other => other.display(),
        },
        other => other.display(),
    };
    calls.iter().map(line).collect()
}

#[test]
fn what_is_ignored_or_only_lies_around_is_not_in_the_image() {
    let Some(engine) = host() else { return };
    let marked = Marked::on(&engine);
    let file = dockerfile(&marked, "COPY . /all/");
    let files = [
        ("app/Dockerfile", file.as_str()),
        ("app/.dockerignore", "*.log\nkeys\n!keys/public\nDockerfile\n"),
        ("app/a.txt", "a"),
        ("app/b.log", "b"),
        ("app/keys/private", "p"),
        ("app/keys/public", "q"),
        ("outside.txt", "o"),
    ];
    let mut yards = Yards::new(&marked, &files, None);
    yards.build.context = "app".to_owned();
    std::fs::write(yards.root.path().join("app/untracked.txt"), "u").unwrap();
    let (progress, mut inside) = block(async {
        let (end, progress) = yards.run(BuildStage::Build).await;
        end.unwrap();
        yards.all(&[BuildStage::Inspect, BuildStage::Tag]).await;
        (progress, contents(&yards.docker(), &yards.reference()).await)
    });
    // BuildKit leaves what it was sent to build by; the classic builder takes it out again when it is ignored.
    inside.retain(|path| path != "all/Dockerfile");
    assert_eq!(inside, ["all/.dockerignore", "all/a.txt", "all/keys/public"]);
    let shares = shares(&progress, "steps");
    assert!(
        // BuildKit learns of its steps as it goes.
        matches!(shares.as_slice(), [(0, _), .., (done, total)] if *total > 1 && done == total),
        "{shares:?}"
    );
    assert!(lines(&progress).contains("COPY . /all/"), "{}", lines(&progress));
}

/// Returns the files of an image.
async fn contents(docker: &Docker, reference: &str) -> Vec<String> {
    use bollard::models::ContainerCreateBody;
    use futures::TryStreamExt as _;
    let body = ContainerCreateBody {
        image: Some(reference.to_owned()),
        cmd: Some(vec!["none".to_owned()]),
        ..Default::default()
    };
    let options: Option<bollard::query_parameters::CreateContainerOptions> = None;
    let made = docker.create_container(options, body).await.unwrap();
    let parts: Vec<_> = docker.export_container(&made.id).try_collect().await.unwrap();
    docker.remove_container(&made.id, None).await.unwrap();
    let whole = parts.concat();
    let mut archive = tar::Archive::new(whole.as_slice());
    let files = archive.entries().unwrap().map(Result::unwrap).filter(|entry| entry.header().entry_type().is_file());
    let mut names: Vec<String> = files.map(|entry| entry.path().unwrap().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.starts_with("all/"));
    names.sort();
    names
}

#[test]
fn an_image_that_stays_on_its_engine_is_delivered_by_its_id() {
    let Some(engine) = host() else { return };
    let marked = Marked::on(&engine);
    let yards = Yards::new(&marked, &[("Dockerfile", &dockerfile(&marked, "COPY Dockerfile /x"))], None);
    block(async {
        let receipts = yards.all(&[BuildStage::Build, BuildStage::Inspect, BuildStage::Tag]).await;
        let id = yards.docker().inspect_image(&yards.reference()).await.unwrap().id.unwrap();
        assert_eq!(receipts[2].delivered.clone().unwrap().digest.unwrap().as_str(), id);
        assert!(!receipts[2].summary.contains("before"), "{:?}", receipts[2]);
        let failure = yards.run(BuildStage::Push).await.0.unwrap_err();
        assert!(failure.summary.contains("names no registry"), "{failure:?}");
    });
}

#[test]
fn a_name_that_meant_another_image_is_told() {
    let Some(engine) = host() else { return };
    let marked = Marked::on(&engine);
    let yards = Yards::new(&marked, &[("Dockerfile", &dockerfile(&marked, "COPY Dockerfile /x"))], None);
    super::image::make(&marked, "api:1.0.0", super::image::Behaviour::Good);
    block(async {
        let receipts = yards.all(&[BuildStage::Build, BuildStage::Tag]).await;
        assert!(receipts[1].summary.contains(", and named sha256:"), "{:?}", receipts[1]);
    });
}

#[test]
fn an_image_that_is_too_large_is_refused_with_both_numbers() {
    let Some(engine) = host() else { return };
    let marked = Marked::on(&engine);
    let big = "x".repeat(3_000_000);
    let file = dockerfile(&marked, "COPY big.txt /big.txt");
    // The base has a file of its own: the mark.
    let size = big.len() + marked.id.len();
    let mut yards = Yards::new(&marked, &[("Dockerfile", &file), ("big.txt", &big)], None);
    yards.build.max_size = Some(2_000_000);
    block(async {
        yards.run(BuildStage::Build).await.0.unwrap();
        let failure = yards.run(BuildStage::Inspect).await.0.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Rejected);
        assert_eq!(failure.summary, "the image has 3 MB, and `max-size` is 2 MB");
        assert_eq!(failure.causes, [format!("{size} bytes, 2000000 bytes")]);
    });
}

#[test]
fn a_build_that_fails_says_where_and_with_which_words() {
    let Some(engine) = host() else { return };
    let marked = Marked::on(&engine);
    let file = dockerfile(&marked, "COPY Dockerfile /x\nCOPY missing.txt /y");
    let mut yards = Yards::new(&marked, &[("Dockerfile", &file), ("link", "x")], None);
    block(async {
        let failure = yards.run(BuildStage::Build).await.0.unwrap_err();
        // The classic builder counts all lines of the file, BuildKit those that make something.
        let is_named = ["Step 4/", "[2/2] COPY missing.txt"].iter().any(|step| failure.summary.contains(step));
        assert!(failure.summary.starts_with("api 1.0.0 was not built: ") && is_named, "{failure:?}");
        assert!(failure.causes[0].contains("missing.txt"), "{failure:?}");
        assert!(failure.causes.len() > 1, "the last lines are told: {failure:?}");
        for (context, dockerfile, kind) in [
            ("nowhere", "Dockerfile", FailureKind::NotFound),
            (".", "Other", FailureKind::NotFound),
            (".", "../Dockerfile", FailureKind::Rejected),
        ] {
            yards.build.context = context.to_owned();
            yards.build.dockerfile = dockerfile.to_owned();
            let builder = yards.builder();
            let ticket = builder.begin(&yards.order(BuildStage::Build, dockerfile.len() + context.len())).await;
            let failure = end(&builder, &ticket.unwrap()).await.0.unwrap_err();
            assert_eq!(failure.kind, kind, "{context} {dockerfile} {failure:?}");
        }
    });
}

#[test]
fn a_context_that_leads_out_of_the_checkout_is_refused() {
    let Some(engine) = host() else { return };
    let marked = Marked::on(&engine);
    let project = Project::new(&[("Dockerfile", &dockerfile(&marked, ""))]);
    std::os::unix::fs::symlink("/etc", project.path().join("etc")).unwrap();
    project.commit(&[]);
    let mut yards = Yards::of(&marked, project, None);
    yards.build.context = "etc".to_owned();
    block(async {
        let failure = yards.run(BuildStage::Build).await.0.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Rejected);
        assert!(failure.summary.contains("leads out"), "{failure:?}");
    });
}

#[test]
fn a_tag_that_somebody_moved_is_a_conflict() {
    let (Some(engine), Some(server)) = (host(), registry::open()) else { return };
    let marked = Marked::on(&engine);
    let yards = Yards::new(&marked, &[("Dockerfile", &dockerfile(&marked, "COPY Dockerfile /x"))], Some(&server));
    block(async { yards.all(&STAGES[..5]).await });
    let other = pushed(&marked, &server, "api:1.0.0");
    block(async {
        let failure = yards.run(BuildStage::Compare).await.0.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Conflict);
        assert!(failure.summary.starts_with(&format!("the registry says {other}, pushed was sha256:")), "{failure:?}");
        assert!(failure.summary.contains("somebody moved the tag 1.0.0"), "{failure:?}");
    });
}

/// Layers of many bytes that nothing makes smaller, so that a push takes a while.
fn heavy(marked: &Marked) -> Vec<(String, String)> {
    let layers = 3;
    let copies: Vec<String> = (0..layers).map(|n| format!("COPY big{n} /big{n}")).collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64 ^ std::process::id() as u64;
    let mut noise = || {
        (0..6_000_000 / 16).fold(String::with_capacity(6_000_000), |mut text, _| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(&format!("{state:016x}"));
            text
        })
    };
    let mut files = vec![("Dockerfile".to_owned(), dockerfile(marked, &copies.join("\n")))];
    files.extend((0..layers).map(|n| (format!("big{n}"), noise())));
    files
}

#[test]
fn a_push_that_was_cut_off_is_found_and_pushed_on() {
    let (Some(engine), Some(server)) = (host(), registry::open()) else { return };
    let marked = Marked::on(&engine);
    let files = heavy(&marked);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let yards = Yards::new(&marked, &files, Some(&server));
    block(async {
        yards.all(&STAGES[..4]).await;
        let order = yards.order(BuildStage::Push, 1);
        let builder = yards.builder();
        let ticket = builder.begin(&order).await.unwrap();
        let (sender, mut receiver) = mpsc::channel(1_024);
        // As a kill does: nothing is told to stop, nobody waits any more.
        tokio::select! {
            end = builder.follow(&ticket, sender) => panic!("it was not cut off: {end:?}"),
            () = async {
                while let Some(told) = receiver.recv().await {
                    if matches!(told, Progress::Share { .. }) {
                        break;
                    }
                }
            } => {}
        }
        drop(builder);
        let again = yards.builder();
        assert_eq!(again.begin(&order).await.unwrap_err().kind, FailureKind::Conflict);
        let ticket = again.find(&order.id).await.unwrap().expect("it was begun");
        let (receipt, progress) = end(&again, &ticket).await;
        let receipt = receipt.unwrap();
        assert!(receipt.summary.contains(" at the registry"), "{receipt:?}");
        let shares = shares(&progress, "bytes pushed");
        assert!(!shares.is_empty() && shares.iter().all(|(done, total)| done <= total), "{shares:?}");
        assert_eq!(end(&again, &ticket).await.0, Ok(receipt), "following again changes nothing");
        let digest = yards.run(BuildStage::Compare).await.0.unwrap().delivered.unwrap().digest;
        assert!(digest.is_some());
    });
}

#[test]
fn a_registry_that_goes_away_in_the_middle_of_a_push_is_waited_for() {
    let (Some(engine), Some(mut server)) = (host(), registry::open()) else { return };
    let marked = Marked::on(&engine);
    let yards = Yards::new(&marked, &[("Dockerfile", &dockerfile(&marked, "COPY Dockerfile /x"))], Some(&server));
    block(async { yards.all(&STAGES[..4]).await });
    server.stop();
    block(async {
        let builder = yards.builder();
        let ticket = builder.begin(&yards.order(BuildStage::Push, 1)).await.unwrap();
        let (sender, mut receiver) = mpsc::channel::<Progress<String>>(1_024);
        let waited = async {
            let told = receiver.recv().await;
            assert!(matches!(&told, Some(Progress::Line(text)) if text.contains("it is waited for")), "{told:?}");
            server.start();
            while receiver.recv().await.is_some() {}
        };
        let (end, ()) = tokio::join!(builder.follow(&ticket, sender), waited);
        assert!(end.unwrap().summary.contains("at the registry"));
    });
}

#[test]
fn a_build_that_is_stopped_ends() {
    let Some(engine) = host() else { return };
    let marked = Marked::on(&engine);
    let files = heavy(&marked);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let yards = Yards::new(&marked, &files, None);
    block(async {
        let builder = yards.builder();
        let ticket = builder.begin(&yards.order(BuildStage::Build, 1)).await.unwrap();
        let (sender, mut receiver) = mpsc::channel(1_024);
        let stopped = async {
            receiver.recv().await.expect("it builds");
            builder.cancel(&ticket).await.unwrap();
            while receiver.recv().await.is_some() {}
        };
        let (end, ()) = tokio::join!(builder.follow(&ticket, sender), stopped);
        assert_eq!(end.unwrap_err().kind, FailureKind::Cancelled);
    });
}

#[test]
fn an_engine_that_restarts_in_the_middle_of_a_build_builds_it_once_it_is_back() {
    let Some(mut engine) = own() else { return };
    let marked = Marked::on(&engine);
    let files = heavy(&marked);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let yards = Yards::new(&marked, &files, None);
    let (sender, mut receiver) = mpsc::channel(1_024);
    let builder = yards.builder();
    let order = yards.order(BuildStage::Build, 1);
    let following = std::thread::spawn(move || {
        block(async {
            let ticket = builder.begin(&order).await.unwrap();
            builder.follow(&ticket, sender).await
        })
    });
    let mut told = Vec::new();
    wait::until("a step of the build", BOUND, || {
        told.extend(receiver.try_recv().ok());
        lines(&told).contains("Step 2/").then_some(())
    });
    restart(&mut engine);
    wait::until("the end of the build", BOUND, || {
        while let Ok(one) = receiver.try_recv() {
            told.push(one);
        }
        following.is_finished().then_some(())
    });
    let receipt = following.join().unwrap().unwrap();
    assert!(receipt.summary.starts_with("built sha256:"), "{receipt:?}\n{}", lines(&told));
    assert!(lines(&told).contains("it is waited for"), "it was not interrupted:\n{}", lines(&told));
}

fn restart(engine: &mut OwnEngine) {
    engine.kill();
    engine.start();
}
