//! A small real project: a repository, a plan whose deliveries are commands, and a world of plain files outside it.

use super::world::{Flight, Told};
use std::fs;
use std::path::PathBuf;

/// The project, its people and what is delivered; the rest of a plan says where to.
pub const PROJECT: &str = r#"format = 1

[project]
name = "Kiosk"

[release]
base   = "main"
branch = "release/{version}"
tag    = "v{version}"

[team.engineering]
members = ["dana", "omer"]

[artifact.site]
image = "registry.example.com/kiosk:{version}"
"#;

/// Returns the line of an environment that is delivered to by writing a file of the world.
pub fn delivery(env: &str) -> String {
    let (now, put) = (format!(r#"[["cat", "WORLD/{env}"]]"#), r#""sh", "scripts/put.sh", "WORLD", "{env}""#);
    let orders = format!(r#"deploy = [[{put}, "{{version}}"]], undo = [[{put}, "{{previous}}"]]"#);
    format!(r#"deliver.site = {{ with = "command", current = {now}, {orders}, timeout = "30s" }}"#)
}

const PLACES: &str = r#"
[env.staging]
gate   = ["pre-deploy"]
verify = ["up"]
logs   = ["site"]
STAGING

[env.production]
gate      = ["pre-deploy", "review"]
verify    = ["up"]
protected = true
approvals = { count = 2, from = "engineering", own = true, same-user = false }
PRODUCTION

[[env.staging.step]]
at      = "before"
title   = "Warm the cache"
run     = ["sh", "scripts/warm.sh", "WORLD"]
undo    = ["true"]
timeout = "30s"

[check.tests]
phase   = "pre-deploy"
title   = "Tests pass"
run     = ["sh", "scripts/tests.sh", "WORLD"]
timeout = "10s"

[check.read]
phase  = "review"
title  = "Somebody read it"
manual = true
owner  = "engineering"

[check.up]
phase   = "post-deploy"
title   = "It is up"
run     = ["test", "-e", "WORLD/staging"]
timeout = "10s"

[log.site]
file = "site.log"
"#;

/// Brings a version to an environment, by writing it there.
pub const PUT: &str = r#"set -eu
echo "$*" >> "$1/began"
test ! -e "$1/full" || { echo "the disk of $2 is full" >&2; exit 7; }
echo "$3" > "$1/$2"
"#;

/// Waits on a pipe when the test made one, so that the test decides when the step ends.
const WARM: &str = r#"set -eu
echo "warming" >> "$1/began"
test ! -p "$1/go" || read -r word < "$1/go"
"#;

/// Holds a pipe open for as long as it lives, when the test made one.
const TESTS: &str = r#"echo measured >> "$1/measured"
if test -p "$1/held"; then exec 3> "$1/held"; echo began >&3; exec sleep 300; fi
test ! -e "$1/broken"
"#;

/// The project, its home, and its world.
pub struct Kiosk {
    pub flight: Flight,
    pub world: PathBuf,
}

impl Kiosk {
    /// Writes the project, with `0.9.0` delivered everywhere; its plan is not trusted yet.
    pub fn new() -> Self {
        let flight = Flight::empty();
        let world = flight.home().join("world");
        fs::create_dir(&world).unwrap();
        fs::write(world.join("staging"), "0.9.0\n").unwrap();
        fs::write(world.join("production"), "0.9.0\n").unwrap();
        let kiosk = Self { flight, world };
        kiosk.write("tminus.toml", &kiosk.plan());
        kiosk.write("scripts/put.sh", PUT);
        kiosk.write("scripts/warm.sh", WARM);
        kiosk.write("scripts/tests.sh", TESTS);
        kiosk.write(".gitignore", "site.log\n");
        let mut options = git2::RepositoryInitOptions::new();
        let repository = git2::Repository::init_opts(&kiosk.flight.dir, options.initial_head("main")).unwrap();
        let first = repository.find_object(commit_all(&repository), None).unwrap();
        repository.tag_lightweight("v0.9.0", &first, false).unwrap();
        kiosk
    }

    /// The project with its plan trusted and `1.0.0` cut.
    pub fn cut() -> Self {
        let kiosk = Self::new();
        kiosk.flight.expect(0, &["trust", "--yes"]);
        kiosk.flight.expect(0, &["release", "cut", "1.0.0"]);
        kiosk
    }

    pub fn plan(&self) -> String {
        let places = PLACES.replace("STAGING", &delivery("staging")).replace("PRODUCTION", &delivery("production"));
        format!("{PROJECT}{places}").replace("WORLD", self.world.to_str().unwrap())
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.flight.dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn repository(&self) -> git2::Repository {
        git2::Repository::open(&self.flight.dir).unwrap()
    }

    /// Commits everything as it is.
    pub fn commit(&self) {
        commit_all(&self.repository());
    }

    /// Acts under another name of the same system user.
    #[track_caller]
    pub fn named(&self, code: i32, name: &str, words: &[&str]) -> Told {
        let told = self.flight.run_with(&[("TMINUS_NAME", name)], words);
        assert_eq!(told.code, Some(code), "{told}");
        told
    }

    /// Reads a file of the world; empty when it is not there.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.world.join(name)).unwrap_or_default()
    }
}

fn commit_all(repository: &git2::Repository) -> git2::Oid {
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    index.write().unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let who = git2::Signature::now("dana", "dana@example.com").unwrap();
    let before = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<&git2::Commit<'_>> = before.iter().collect();
    repository.commit(Some("HEAD"), &who, &who, "begin", &tree, &parents).unwrap()
}
