//! A project in a folder of its own, with a place of its own that commands deliver to.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What every plan of a case begins with.
const HEAD: &str =
    "format = 1\n[project]\nname = \"T\"\n[artifact.site]\nimage = \"registry.example.com/t:{version}\"\n";

/// A repository with a plan, and the home of its person.
pub struct Project {
    home: TempDir,
}

/// What one command came to.
pub struct Ran {
    pub words: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
    /// Whether a word of what it said was asked for.
    pub has_reason: bool,
}

impl Project {
    /// Makes an empty repository on the branch `main`.
    pub fn new() -> Self {
        let project = Self { home: tempfile::tempdir().unwrap() };
        for folder in ["project", "world", "run"] {
            fs::create_dir(project.home.path().join(folder)).unwrap();
        }
        fs::set_permissions(project.home.path().join("run"), fs::Permissions::from_mode(0o700)).unwrap();
        project.git(&["init", "--quiet", "--initial-branch=main"]);
        project
    }

    /// The repository.
    pub fn dir(&self) -> PathBuf {
        self.home.path().join("project")
    }

    /// A folder outside the repository, where deliveries leave what "runs" in a file of the environment's name.
    pub fn world(&self) -> PathBuf {
        self.home.path().join("world")
    }

    /// Writes a file of the repository, with the folders above it.
    pub fn file(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.dir().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Writes a file that can be run.
    pub fn script(&self, path: &str, text: &str) -> &Self {
        self.file(path, text);
        fs::set_permissions(self.dir().join(path), fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// Writes the plan: a name and an artifact `site`, then these tables. `{world}` becomes the folder of the world.
    pub fn plan(&self, tables: &str) -> &Self {
        self.file("tminus.toml", format!("{HEAD}{}", tables.replace("{world}", self.world().to_str().unwrap())))
    }

    /// Returns the line of an environment that a command delivers to: the file of its name in the world has the version.
    pub fn place(&self, env: &str) -> String {
        let at = self.world().join(env);
        let at = at.display();
        format!(
            "deliver.site = {{ with = \"command\", current = [[\"cat\", \"{at}\"]], \
             deploy = [[\"sh\", \"-c\", \"echo {{version}} > {at}\"]], undo = [[\"sh\", \"-c\", \"echo {{previous}} > {at}\"]], \
             timeout = \"9s\" }}\n"
        )
    }

    /// Says what "runs" in an environment.
    pub fn runs(&self, env: &str, version: &str) -> &Self {
        fs::write(self.world().join(env), format!("{version}\n")).unwrap();
        self
    }

    /// Runs git, which must succeed.
    #[track_caller]
    pub fn git(&self, words: &[&str]) -> String {
        let done = self.at_home(Command::new("git").args(words)).output().unwrap();
        assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// Commits whatever is there.
    #[track_caller]
    pub fn commit(&self) -> &Self {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=x"]);
        self
    }

    /// Commits everything, trusts the plan, and cuts 1.0.0.
    #[track_caller]
    pub fn cut(&self) -> &Self {
        self.commit().done("trust --yes");
        self.done("release cut 1.0.0");
        self
    }

    /// Runs tminus, whatever comes of it. The words are split as a shell does.
    #[track_caller]
    pub fn tm(&self, words: &str) -> Ran {
        self.tm_with(&[], words)
    }

    /// Runs tminus with more of an environment.
    #[track_caller]
    pub fn tm_with(&self, env: &[(&str, &str)], words: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tminus"));
        command.args(shell_words::split(words).unwrap());
        self.at_home(&mut command).env("TMINUS_SOLO", "1").envs(env.iter().copied());
        let done = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran {
            words: words.to_owned(),
            code: done.status.code(),
            out: text(done.stdout),
            err: text(done.stderr),
            has_reason: false,
        }
    }

    /// Types lines into `tminus --plain`, and ends its input.
    #[track_caller]
    pub fn typed(&self, lines: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tminus"));
        command.arg("--plain").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.at_home(&mut command).env("TMINUS_SOLO", "1").spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), lines.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let (out, err) = (text(done.stdout), text(done.stderr));
        Ran { words: "--plain".to_owned(), code: done.status.code(), out, err, has_reason: false }
    }

    /// Runs tminus, and does something as soon as it has said a word on stderr, while it runs on.
    #[track_caller]
    pub fn tm_meanwhile(&self, words: &str, word: &str, meanwhile: impl Fn()) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tminus"));
        command.args(shell_words::split(words).unwrap()).stdin(Stdio::null()).stderr(Stdio::piped());
        let mut child = self.at_home(&mut command).env("TMINUS_SOLO", "1").stdout(Stdio::piped()).spawn().unwrap();
        let (mut err, mut is_said) = (String::new(), false);
        for line in BufReader::new(child.stderr.take().unwrap()).lines() {
            err += &format!("{}\n", line.unwrap());
            if !is_said && err.contains(word) {
                is_said = true;
                meanwhile();
            }
        }
        let done = child.wait_with_output().unwrap();
        let out = String::from_utf8_lossy(&done.stdout).into_owned();
        let ran = Ran { words: words.to_owned(), code: done.status.code(), out, err, has_reason: false };
        assert!(is_said, "{word:?} was not said while it ran: {ran}");
        ran
    }

    /// Runs tminus in another folder.
    #[track_caller]
    pub fn tm_in(&self, dir: &std::path::Path, words: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tminus"));
        command.args(shell_words::split(words).unwrap());
        let command = self.at_home(&mut command).env("TMINUS_SOLO", "1").current_dir(dir);
        let done = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran {
            words: words.to_owned(),
            code: done.status.code(),
            out: text(done.stdout),
            err: text(done.stderr),
            has_reason: false,
        }
    }

    /// Runs tminus, which must end with 0.
    #[track_caller]
    pub fn done(&self, words: &str) -> Ran {
        let ran = self.tm(words);
        assert_eq!(ran.code, Some(0), "a step on the way: {ran}");
        ran
    }

    /// Runs a command of the person in the repository, by a shell.
    #[track_caller]
    pub fn sh(&self, line: &str) -> &Self {
        let done = self.at_home(Command::new("sh").args(["-ec", line])).output().unwrap();
        assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
        self
    }

    /// Says whether a text is anywhere in what tminus keeps of the project.
    #[track_caller]
    pub fn is_kept(&self, text: &str) -> bool {
        let folders = ["state", "run"].map(|name| self.home.path().join(name));
        let found = Command::new("grep").args(["-raqF", "-e", text, "--"]).args(folders).status().unwrap();
        match found.code() {
            Some(0) => true,
            Some(1) => false,
            _ => panic!("nobody could look for {text}: {found}"),
        }
    }

    fn at_home<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let home = self.home.path();
        for name in ["TMINUS_NAME", "NO_COLOR", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_GLOBAL"] {
            command.env_remove(name);
        }
        let folder = |name: &str| home.join(name);
        command.current_dir(self.dir()).env("HOME", home).env("XDG_RUNTIME_DIR", folder("run"));
        command.env("XDG_STATE_HOME", folder("state")).env("XDG_CONFIG_HOME", folder("config"));
        command.env("XDG_DATA_HOME", folder("share")).env("XDG_CACHE_HOME", folder("cache"));
        command.env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "dana").env(format!("GIT_{who}_EMAIL"), "dana@example.com");
        }
        command
    }
}

impl Ran {
    /// Whether it ended as one that shows, and is not judged by its status: `status` without `--gate`.
    pub fn is_a_look(&self) -> bool {
        self.words.starts_with("status") && !self.words.contains("--gate") && self.code == Some(0)
    }

    /// Whether a person, or a script, would go on after it.
    pub fn is_green(&self) -> bool {
        let goes = self.out.replace("NO-GO", "").contains("GO");
        self.code == Some(0) && (!self.is_a_look() || goes)
    }

    /// Asserts that it says something.
    #[track_caller]
    pub fn says(self, words: &str) -> Self {
        assert!(self.out.contains(words) || self.err.contains(words), "{words:?} is not said: {self}");
        Self { has_reason: true, ..self }
    }

    /// Asserts that it does not say something.
    #[track_caller]
    pub fn never_says(self, words: &str) -> Self {
        assert!(!self.out.contains(words) && !self.err.contains(words), "{words:?} is said: {self}");
        self
    }

    /// Asserts that it is a lint that finds what a rule is about.
    #[track_caller]
    pub fn finds(self, rule: &str) -> Self {
        assert!(self.words == "lint", "{self}");
        self.says(rule).ends(1)
    }

    /// Asserts its status.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { words, code, out, err, .. } = self;
        write!(f, "tminus {words} ended with {code:?}\n--- out\n{out}\n--- err\n{err}")
    }
}
