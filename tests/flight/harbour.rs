//! A real project whose backend is built, pushed to a registry with a password, and delivered to the engine of this machine.

use super::world::{Flight, Told};
use crate::docker::engine;
use crate::docker::image::{self, Behaviour};
use crate::docker::marked::{LABEL, Marked};
use crate::docker::registry::{self, Registry};
use bollard::auth::DockerCredentials;
use bollard::query_parameters::{ListImagesOptionsBuilder, PushImageOptionsBuilder};
use futures::StreamExt;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

const PASSWORD: &str = "a password that nobody sees";

const PLAN: &str = r#"format = 1

[project]
name = "Harbour"

[release]
base   = "main"
branch = "release/{version}"
tag    = "v{version}"

[team.engineering]
members = ["dana", "omer"]

[artifact.backend]
image    = "ADDRESS/harbour/backend:{version}"
build    = { context = "backend", max-size = "50MB" }
registry = "registry"

[connect.registry]
kind     = "registry"
url      = "http://ADDRESS"
user     = "deploy"
password = { env = "HARBOUR_PASSWORD" }

[env.staging]
url    = "URL"
verify = ["health"]
logs   = ["backend"]
DELIVER

[check.health]
phase   = "post-deploy"
title   = "It answers"
http    = { get = "{url}/api/health", tries = 3 }
expect  = { status = 200 }
timeout = "5s"

[check.image]
phase   = "pre-deploy"
title   = "The image is small"
image   = { artifact = "backend", max-size = "50MB" }
timeout = "10s"

[log.backend]
container = "MARK-backend"
"#;

const ENTRY: &str = "/bin/busybox echo \"INFO backend VERSION started\"\ntrap 'exit 0' TERM\n\
     /bin/busybox httpd -f -p 8000 -h /www & wait\n";

/// The project, its home, its registry, and what it makes on the engine.
pub struct Harbour {
    pub flight: Flight,
    pub registry: Registry,
    /// Where the project finds the registry.
    pub address: String,
    pub marked: Marked,
    pub url: String,
}

impl Harbour {
    /// Makes the project, trusted, with nothing built and nothing delivered; `deliver` writes how it is delivered.
    pub fn new(deliver: impl FnOnce(&Marked, &str) -> String) -> Option<Self> {
        Self::by_way_of(Registry::address, deliver)
    }

    /// The same, with something before the registry, whose address is given in its place.
    pub fn by_way_of(
        front: impl FnOnce(&Registry) -> String,
        deliver: impl FnOnce(&Marked, &str) -> String,
    ) -> Option<Self> {
        let engine = engine::host()?;
        let registry = registry::with_password("deploy", PASSWORD)?;
        let marked = Marked::on(&engine);
        let port = format!("127.0.0.1:{}", crate::ports::free());
        let (flight, address) = (Flight::empty(), front(&registry));
        let harbour = Self { flight, registry, address, url: format!("http://{port}"), marked };
        let plan = PLAN
            .replace("DELIVER", &deliver(&harbour.marked, &port.to_string()))
            .replace("ADDRESS", &harbour.address)
            .replace("URL", &harbour.url)
            .replace("MARK", &harbour.marked.id);
        harbour.write("tminus.toml", &plan);
        let mut options = git2::RepositoryInitOptions::new();
        git2::Repository::init_opts(&harbour.flight.dir, options.initial_head("main")).unwrap();
        fs::create_dir_all(harbour.flight.dir.join("backend")).unwrap();
        fs::copy("/bin/busybox", harbour.flight.dir.join("backend/busybox")).unwrap();
        harbour.good("0.1.0");
        harbour.commit();
        harbour.expect(0, &["trust", "--yes"]);
        Some(harbour)
    }

    /// Changes where staging is found: behind a path of its front.
    pub fn found_at(&self, path: &str) {
        let plan = fs::read_to_string(self.flight.dir.join("tminus.toml")).unwrap();
        let url = &self.url;
        self.write("tminus.toml", &plan.replace(&format!("\"{url}\""), &format!("\"{url}{path}\"")));
        self.expect(0, &["trust", "--yes"]);
    }

    /// Writes a backend that answers, and tells its version.
    pub fn good(&self, version: &str) {
        self.backend(version);
        self.write("backend/www/api/health", &format!("{{\"status\":\"ok\",\"version\":\"{version}\"}}\n"));
    }

    /// Writes a backend that runs, and whose health check fails.
    pub fn unhealthy(&self, version: &str) {
        self.backend(version);
        fs::remove_file(self.flight.dir.join("backend/www/api/health")).ok();
    }

    fn backend(&self, version: &str) {
        let check = r#"["/bin/busybox", "wget", "-q", "-O", "-", "http://127.0.0.1:8000/api/health"]"#;
        let (id, base) = (&self.marked.id, image::base(&self.marked));
        self.write("backend/Dockerfile", &format!(
            "FROM {base}\nLABEL {LABEL}={id}\nCOPY busybox /bin/busybox\nCOPY www /www\nCOPY entry.sh /entry.sh\nEXPOSE 8000\n\
             HEALTHCHECK --interval=1s --timeout=1s --start-period=500ms --retries=2 CMD {check}\n\
             ENTRYPOINT [\"/bin/busybox\", \"sh\", \"/entry.sh\"]\n"
        ));
        self.write("backend/entry.sh", &ENTRY.replace("VERSION", version));
        self.write("backend/www/api/version", &format!("{{\"version\":\"{version}\"}}\n"));
        self.write("backend/.dockerignore", "notes\n");
        self.write("backend/notes", version);
    }

    /// Commits what lies there to the main branch, and opens the version on it; the one before is closed.
    pub fn open(&self, version: &str, before: Option<&str>) {
        if let Some(before) = before {
            self.expect(0, &["--release", before, "release", "close", "--yes"]);
            let repository = git2::Repository::open(&self.flight.dir).unwrap();
            // The branch of the release before is what is checked out.
            repository.set_head("refs/heads/main").unwrap();
        }
        self.commit();
        self.expect(0, &["release", "cut", version]);
    }

    fn commit(&self) {
        let repository = git2::Repository::open(&self.flight.dir).unwrap();
        let mut index = repository.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let who = git2::Signature::now("dana", "dana@example.com").unwrap();
        let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<_> = parent.iter().collect();
        repository.commit(Some("HEAD"), &who, &who, "as it is", &tree, &parents).unwrap();
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.flight.dir.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Runs a command that must end with a status, with the right password.
    #[track_caller]
    pub fn expect(&self, code: i32, words: &[&str]) -> Told {
        self.with(code, PASSWORD, words)
    }

    /// The same with a password of the test's choice, which must not be told.
    #[track_caller]
    pub fn with(&self, code: i32, password: &str, words: &[&str]) -> Told {
        let told = self.flight.run_with(&[("HARBOUR_PASSWORD", password)], words);
        assert_eq!(told.code, Some(code), "{told}");
        assert!(!told.out.contains(password) && !told.err.contains(password), "a password is told: {told}");
        told
    }

    /// Starts a command with the right password, for a test that ends it in its middle.
    pub fn start(&self, words: &[&str]) -> std::process::Child {
        self.flight.bare(words).env("HARBOUR_PASSWORD", PASSWORD).spawn().unwrap()
    }

    /// Acts under the name of a member of the team.
    #[track_caller]
    pub fn named(&self, code: i32, name: &str, words: &[&str]) -> Told {
        let told = self.flight.run_with(&[("HARBOUR_PASSWORD", PASSWORD), ("TMINUS_NAME", name)], words);
        assert_eq!(told.code, Some(code), "{told}");
        told
    }

    /// Pushes another image under a version's tag, as somebody with the password might.
    pub fn move_tag(&self, version: &str) {
        let reference = format!("{}/harbour/backend:{version}", self.registry.address());
        image::make_as(&self.marked, &reference, Behaviour::Good);
        engine::block(async {
            let login = DockerCredentials {
                username: Some("deploy".to_owned()),
                password: Some(PASSWORD.to_owned()),
                ..DockerCredentials::default()
            };
            let name = reference.rsplit_once(':').unwrap().0;
            let options = PushImageOptionsBuilder::new().tag(version).build();
            let docker = engine::client(&self.marked.socket).unwrap();
            let mut pushed = docker.push_image(name, Some(options), Some(login));
            while let Some(line) = pushed.next().await {
                line.unwrap();
            }
        });
    }

    /// Returns the name of the container of a service, as Compose made it.
    pub fn container(&self, service: &str) -> String {
        let words = ["-f", "compose.yml", "-p", &self.marked.id, "ps", "-q", service];
        let listed = std::process::Command::new("docker-compose").args(words).current_dir(&self.flight.dir).output();
        let listed = String::from_utf8(listed.unwrap().stdout).unwrap();
        assert_eq!(listed.lines().count(), 1, "{listed}");
        listed.trim().to_owned()
    }

    /// Returns how many images the engine has that were built of a version here.
    pub fn built(&self, version: &str) -> usize {
        let labels = [format!("{LABEL}={}", self.marked.id), format!("org.opencontainers.image.version={version}")];
        let filters = HashMap::from([("label".to_owned(), labels.to_vec())]);
        let options = ListImagesOptionsBuilder::new().filters(&filters).build();
        engine::block(async {
            engine::client(&self.marked.socket).unwrap().list_images(Some(options)).await.unwrap().len()
        })
    }

    /// Returns the digest that the registry itself answers for a version, past whatever stands before it.
    pub fn digest(&self, version: &str) -> Option<String> {
        let url = format!("http://{}/v2/harbour/backend/manifests/{version}", self.registry.address());
        engine::block(async {
            let client = reqwest::Client::builder().no_proxy().build().unwrap();
            let ask = client.head(url).basic_auth("deploy", Some(PASSWORD));
            let answer =
                ask.header("accept", "application/vnd.docker.distribution.manifest.v2+json").send().await.unwrap();
            Some(answer.headers().get("docker-content-digest")?.to_str().unwrap().to_owned())
        })
    }

    /// Starts a service that the plan does not deliver, with the first Compose.
    pub fn compose_up(&self, service: &str) {
        let words = ["-f", "compose.yml", "-p", &self.marked.id, "up", "-d", "--no-deps", service];
        let up = std::process::Command::new("docker-compose").args(words).current_dir(&self.flight.dir).output();
        let up = up.unwrap();
        assert!(up.status.success(), "{}", String::from_utf8_lossy(&up.stderr));
    }

    /// Returns what `status --json` says of staging.
    pub fn staging(&self) -> serde_json::Value {
        let status = self.expect(0, &["status", "--json"]).json();
        status["environments"].as_array().unwrap().iter().find(|e| e["name"] == "staging").unwrap().clone()
    }
}
