//! The rehearsal's project as values: its files, and the history that brought it where it stands.

/// A file of the project's first commit.
macro_rules! files {
    ($($path:literal: $asset:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../assets/rehearsal/", $asset)))),*]
    };
}

/// What the first commit holds, apart from the project's own word.
pub(crate) const FILES: &[(&str, &str)] = files! {
    "README.md": "README.md",
    ".gitignore": "gitignore.txt",
    "CHANGELOG.md": "CHANGELOG.md",
    "PRIVACY_POLICY.md": "PRIVACY_POLICY.md",
    "backend/pyproject.toml": "backend/pyproject.toml",
    "backend/poetry.lock": "backend/poetry.lock",
    "backend/Dockerfile": "backend/Dockerfile",
    "backend/app/main.py": "backend/app/main.py",
    "backend/app/content.py": "backend/app/content.py",
    "backend/app/pool.py": "backend/app/pool.py",
    "backend/tests/test_main.py": "backend/tests/test_main.py",
    "backend/tests/test_content.py": "backend/tests/test_content.py",
    "backend/tests/test_pool.py": "backend/tests/test_pool.py",
    "mobile-app/package.json": "mobile-app/package.json",
    "mobile-app/ios/BayitPlus/Info.plist": "mobile-app/ios/BayitPlus/Info.plist",
    "mobile-app/src/App.tsx": "mobile-app/src/App.tsx",
    "mobile-app/src/App.test.tsx": "mobile-app/src/App.test.tsx",
    "docker-compose.staging.yml": "docker-compose.staging.yml",
    "docker-compose.prod.yml": "docker-compose.prod.yml",
    "k8s/namespace.yaml": "k8s/namespace.yaml",
    "k8s/deployment.yaml": "k8s/deployment.yaml",
    "k8s/service.yaml": "k8s/service.yaml",
    "scripts/backend-tests.sh": "scripts/backend-tests.sh",
    "scripts/quality.sh": "scripts/quality.sh",
    "scripts/security.sh": "scripts/security.sh",
    "scripts/locked.sh": "scripts/locked.sh",
    "scripts/mobile-lint.sh": "scripts/mobile-lint.sh",
    "scripts/mobile-tests.sh": "scripts/mobile-tests.sh",
    "scripts/migrate.sh": "scripts/migrate.sh",
    "tminus.toml": "../plans/rehearsal.toml",
};

/// A file that git ignores, with values that open nothing.
pub(crate) const DOTENV: (&str, &str) = ("backend/.env.production", include_str!("../../assets/rehearsal/dotenv.txt"));

/// The version that the project's release is about.
pub(crate) const VERSION: &str = "1.0.0";

/// Where the version is written.
const VERSION_FILES: [&str; 3] =
    ["backend/pyproject.toml", "mobile-app/package.json", "mobile-app/ios/BayitPlus/Info.plist"];

const IMAGE_FILES: [&str; 3] = ["docker-compose.staging.yml", "docker-compose.prod.yml", "k8s/deployment.yaml"];

/// One commit after the first.
pub(crate) struct ProjectCommit {
    /// How many hours before the present.
    pub hours_ago: i64,
    /// Who.
    pub author: &'static str,
    /// The message.
    pub message: &'static str,
    /// What it does to the files.
    pub edits: Vec<Edit>,
    /// The tag that it gets.
    pub tag: Option<&'static str>,
}

/// One edit of one file.
pub(crate) enum Edit {
    /// The file is written whole.
    Write(&'static str, &'static str),
    /// A text in it becomes another.
    Replace(&'static str, &'static str, &'static str),
}

const DAY: i64 = 24;

fn change(hours_ago: i64, author: &'static str, message: &'static str, edits: Vec<Edit>) -> ProjectCommit {
    ProjectCommit { hours_ago, author, message, edits, tag: None }
}

fn tagged(tag: &'static str, change: ProjectCommit) -> ProjectCommit {
    ProjectCommit { tag: Some(tag), ..change }
}

fn bump(files: &[&'static str], from: &'static str, to: &'static str) -> Vec<Edit> {
    files.iter().map(|file| Edit::Replace(file, from, to)).collect()
}

fn everywhere(from: &'static str, to: &'static str) -> Vec<Edit> {
    bump(&VERSION_FILES, from, to).into_iter().chain(bump(&IMAGE_FILES, from, to)).collect()
}

fn noted(section: &'static str, mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.push(Edit::Replace("CHANGELOG.md", "# Changelog\n", section));
    edits
}

/// The commits of the base branch until the release branch leaves it.
pub(crate) fn before_the_branch() -> Vec<ProjectCommit> {
    const NOTES: &str = "# Changelog\n\n## [0.9.4]\n- Pages of content no longer repeat a title\n- Faster sign-in\n";
    let page = Edit::Replace("backend/app/content.py", "size=20", "size=24");
    let wait = Edit::Replace("backend/app/pool.py", "timeout=2.0", "timeout=1.5");
    let voice = vec![
        Edit::Write("backend/app/voice.py", include_str!("../../assets/rehearsal/later/voice.py")),
        Edit::Write("backend/tests/test_voice.py", include_str!("../../assets/rehearsal/later/test_voice.py")),
    ];
    vec![
        tagged("v0.9.3", change(50 * DAY, "noa", "Release 0.9.3", vec![wait])),
        change(33 * DAY, "lior", "content: more titles on a page", vec![page]),
        tagged("v0.9.4", change(23 * DAY, "dana", "Release 0.9.4", noted(NOTES, everywhere("0.9.3", "0.9.4")))),
        change(9 * DAY, "omer", "voice: commands behind a flag", voice),
    ]
}

/// The commits of the release branch.
pub(crate) fn on_the_branch() -> Vec<ProjectCommit> {
    const NOTES: &str = "# Changelog\n\n## [1.0.0]\n- Voice commands, for hands that are full\n- English, Hebrew and Spanish\n- Starts in a third of the time\n";
    const PURPOSE: &str = "<key>NSMicrophoneUsageDescription</key>\n\t<string>To hear the commands that you say</string>\n\t<key>CFBundleShortVersionString</key>";
    let replace = |file, from, to| vec![Edit::Replace(file, from, to)];
    let empty =
        replace("backend/app/content.py", "    return items[", "    # An empty page is a page.\n    return items[");
    let policy = replace("PRIVACY_POLICY.md", "Nothing is sold.", "Voices are not kept. Nothing is sold.");
    let plist = replace("mobile-app/ios/BayitPlus/Info.plist", "<key>CFBundleShortVersionString</key>", PURPOSE);
    let pool = replace("backend/app/pool.py", "CONNECTIONS = 10", "CONNECTIONS = 20");
    vec![
        change(5 * DAY, "dana", "Version 1.0.0 everywhere", bump(&VERSION_FILES, "0.9.4", VERSION)),
        change(5 * DAY - 2, "dana", "CHANGELOG: what is new in 1.0.0", noted(NOTES, Vec::new())),
        change(4 * DAY, "lior", "privacy: voices are not kept", policy),
        change(4 * DAY - 3, "omer", "app: the microphone's purpose is said", plist),
        change(3 * DAY, "omer", "content: an empty page is a page", empty),
        change(2 * DAY, "dana", "pool: 20 connections", pool),
        change(DAY, "dana", "The image of 1.0.0 in compose and cluster", bump(&IMAGE_FILES, "0.9.4", VERSION)),
    ]
}

/// The commits that the base branch got meanwhile.
pub(crate) fn beside_the_branch() -> Vec<ProjectCommit> {
    let search = Edit::Write("backend/app/search.py", include_str!("../../assets/rehearsal/later/search.py"));
    let words = Edit::Write("docs/search.md", include_str!("../../assets/rehearsal/later/search.md"));
    vec![
        change(3 * DAY, "noa", "search: a first draft", vec![search]),
        change(2 * DAY, "noa", "docs: how search will work", vec![words]),
    ]
}
