//! What a repository holds that a plan can be made of. Every text in it came from outside.

/// Everything that was found, each list in the order of its paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InitFindings {
    /// The name of the folder.
    pub folder: String,
    /// Dockerfiles.
    pub dockerfiles: Vec<Dockerfile>,
    /// Compose files.
    pub compose: Vec<Compose>,
    /// Python projects.
    pub python: Vec<Python>,
    /// Node projects.
    pub node: Vec<NodeProject>,
    /// Property lists of Apple apps.
    pub plists: Vec<InfoPlist>,
    /// Other files that say a version.
    pub written: Vec<VersionPlace>,
    /// Kubernetes manifests, by their folder.
    pub manifests: Vec<Manifest>,
    /// The change log.
    pub changelog: Option<String>,
    /// Environment files.
    pub dotenv: Vec<DotenvFile>,
    /// What git knows; absent outside a repository.
    pub git: Option<GitFindings>,
    /// Files that were too large, too deep or not readable: said in a comment, never guessed at.
    pub unread: Vec<String>,
}

impl InitFindings {
    /// Returns every place where a version is written: file, key, and what stands there.
    pub(super) fn versions(&self) -> Vec<(String, String, String)> {
        let inside = |dir: &str, name: &str| if dir == "." { name.to_owned() } else { format!("{dir}/{name}") };
        let python = self.python.iter().filter_map(|p| {
            let (key, version) = p.version.clone()?;
            Some((inside(&p.dir, "pyproject.toml"), key, version))
        });
        let node = self
            .node
            .iter()
            .filter_map(|n| Some((inside(&n.dir, "package.json"), "version".to_owned(), n.version.clone()?)));
        let plists =
            self.plists.iter().map(|p| (p.file.clone(), "CFBundleShortVersionString".to_owned(), p.version.clone()));
        let written = self.written.iter().map(|w| (w.file.clone(), w.key.clone(), w.version.clone()));
        python.chain(node).chain(plists).chain(written).collect()
    }
}

/// A Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dockerfile {
    /// Its folder, `.` for the root.
    pub context: String,
    /// Its name in that folder.
    pub name: String,
}

/// A compose file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compose {
    /// The file.
    pub file: String,
    /// The project that Compose makes of it, where that can be known.
    pub project: Option<String>,
    /// Its services, in its own order.
    pub services: Vec<Service>,
}

/// A service of a compose file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// `container_name`.
    pub container: Option<String>,
    /// `image`.
    pub image: Option<String>,
    /// The folder that it is built from, from the root.
    pub build: Option<String>,
    /// The first port that the machine offers.
    pub port: Option<u16>,
    /// The path that its health check asks over HTTP.
    pub health: Option<String>,
}

/// A Python project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    /// Its folder, `.` for the root.
    pub dir: String,
    /// Where the version stands, and which it is.
    pub version: Option<(String, String)>,
    /// Whether poetry runs its commands.
    pub has_poetry: bool,
    /// Whether pytest is there.
    pub has_pytest: bool,
}

/// A Node project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeProject {
    /// Its folder, `.` for the root.
    pub dir: String,
    /// `version`.
    pub version: Option<String>,
    /// Its scripts that check something.
    pub scripts: Vec<NodeScript>,
    /// `npm`, `yarn` or `pnpm`, by the lock file.
    pub runner: &'static str,
}

/// A script of a Node project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeScript {
    /// Its name.
    pub name: String,
    /// The tool that it is, where tminus reads that one's output.
    pub tool: Option<&'static str>,
}

/// A property list that says a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InfoPlist {
    /// The file.
    pub file: String,
    /// `CFBundleShortVersionString`.
    pub version: String,
    /// `CFBundleIdentifier`, where it is no variable.
    pub bundle: Option<String>,
}

/// A file that says a version under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionPlace {
    /// The file.
    pub file: String,
    /// The key.
    pub key: String,
    /// The version.
    pub version: String,
}

/// The manifests of one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The folder.
    pub folder: String,
    /// What runs.
    pub workloads: Vec<Workload>,
}

/// Something that runs in a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// `deployment/backend`.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// The image of its first container.
    pub image: Option<String>,
}

/// An environment file; its values are never read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DotenvFile {
    /// The file.
    pub file: String,
    /// Whether git ignores it.
    pub is_ignored: bool,
}

/// What git knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitFindings {
    /// Branches, without the remote's name.
    pub branches: Vec<String>,
    /// The branch that is checked out.
    pub head: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Remotes.
    pub remotes: Vec<String>,
}
