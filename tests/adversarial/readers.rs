//! A reader reads what ships, or says that it cannot.

use super::case::{Case, evil, good, refused, run_all};
use super::project::{Project, Ran};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

pub fn cases() -> Vec<Case> {
    [versions(), changelogs(), environment_files(), answers(), files_and_commands(), logs(), plans()]
        .into_iter()
        .flatten()
        .collect()
}

fn checked(p: &Project, release: &str, check: &str) -> Ran {
    p.plan(&format!(
        "[release]\n{release}\n[env.staging]\ngate = [\"pre-deploy\"]\n[check.it]\nphase = \"pre-deploy\"\ntitle = \"It\"\n{check}\n"
    ));
    p.cut();
    p.tm("check it")
}

/// Reads the version of one file, which has this text.
fn version(p: &Project, (file, text, key): (&str, &str, &str)) -> Ran {
    p.file(file, text);
    checked(p, &format!("versions = [{{ file = \"{file}\", key = \"{key}\" }}]"), "versions = true")
}

/// A file, its text, and the key in it.
type Place = (&'static str, &'static str, &'static str);

/// How a check ends, and the words of its reason.
type Reason = (i32, &'static str);

fn versions() -> Vec<Case> {
    const WRONG: &[(&str, Place, Reason)] = &[
        (
            "a-gradle-name-in-a-comment",
            ("build.gradle", "/*\nversionName \"1.0.0\"\n*/\nversionName \"0.9.0\"\n", "versionName"),
            (1, "build.gradle:4 says \"0.9.0\""),
        ),
        (
            "a-gradle-flavour",
            (
                "app/build.gradle",
                "android { productFlavors {\n paid { versionName \"1.0.0\" }\n free { versionName \"0.9.0\" }\n} }\n",
                "versionName",
            ),
            (4, "versionName is in one of several productFlavors: name it in the key, with dots"),
        ),
        (
            "a-gradle-suffix",
            ("build.gradle", "versionName \"1.0.0\"\nversionNameSuffix \"-beta\"\n", "versionName"),
            (4, "build.gradle:2: versionName gets another text by versionNameSuffix"),
        ),
        (
            "a-python-docstring",
            ("a.py", "\"\"\"\n__version__ = \"1.0.0\"\n\"\"\"\n__version__ = \"0.9.0\"\n", "__version__"),
            (1, "a.py:4 says \"0.9.0\""),
        ),
        (
            "a-second-assignment",
            ("a.py", "__version__ = \"1.0.0\"\n__version__ = \"0.9.0\"\n", "__version__"),
            (4, "a.py:2: __version__ occurs 2 times, and \"1.0.0\" in line 1 is not \"0.9.0\" in line 2"),
        ),
        (
            "a-conditional-expression",
            ("a.py", "__version__ = \"1.0.0\" if False else \"0.9.0\"\n", "__version__"),
            (4, "a.py:1: __version__ is computed, and only a plain text can be read"),
        ),
        (
            "a-branch-that-never-runs",
            ("a.py", "if False:\n    __version__ = \"1.0.0\"\n", "__version__"),
            (4, "a.py:2: __version__ comes after `if`, so whether it counts is unknown"),
        ),
        (
            "a-version-that-is-added-to",
            ("a.py", "__version__ = \"1.0.0\"\n__version__ += \".post1\"\n", "__version__"),
            (4, "a.py:2: __version__ is computed, and only a plain text can be read"),
        ),
        (
            "another-ini-section",
            ("setup.cfg", "[old]\nversion = 1.0.0\n[metadata]\nversion = 0.9.0\n", "version"),
            (4, "setup.cfg:4: version occurs 2 times, and \"1.0.0\" in line 2 is not \"0.9.0\" in line 4"),
        ),
        (
            "a-property-twice",
            ("a.properties", "version=1.0.0\nversion=0.9.0\n", "version"),
            (4, "a.properties:2: version occurs 2 times, and \"1.0.0\" in line 1 is not \"0.9.0\" in line 2"),
        ),
        (
            "a-property-that-goes-on",
            ("a.properties", "version=1.0.0\\\n  -SNAPSHOT\n", "version"),
            (4, "a.properties:1: version goes over several lines"),
        ),
        (
            "two-yaml-documents",
            ("a.yaml", "version: 1.0.0\n---\nversion: 0.9.0\n", "version"),
            (4, "a.yaml:3: version occurs 2 times, and \"1.0.0\" in line 1 is not \"0.9.0\" in line 3"),
        ),
        ("a-yaml-list-element", ("a.yaml", "items:\n- version: 1.0.0\n", "version"), (4, "a.yaml: it has no version")),
        (
            "a-yaml-block-text",
            ("a.yaml", "note: |\n  version: 1.0.0\nversion: 0.9.0\n", "version"),
            (1, "a.yaml:3 says \"0.9.0\""),
        ),
        (
            "a-version-file-with-more-lines",
            ("VERSION", "1.0.0\n0.9.0\n", "version"),
            (4, "VERSION:2: it has 2 lines, but a plain file contains the version alone"),
        ),
        (
            "a-json-name-twice",
            ("a.json", "{\"version\": \"0.9.0\", \"version\": \"1.0.0\"}", "version"),
            (4, "a.json: version occurs 2 times, and \"0.9.0\" is not \"1.0.0\""),
        ),
        (
            "a-plist-key-twice",
            (
                "Info.plist",
                "<plist version=\"1.0\"><dict><key>V</key><string>0.9.0</string><key>V</key><string>1.0.0</string></dict></plist>",
                "V",
            ),
            (4, "Info.plist:1: V occurs 2 times, and \"0.9.0\" in line 1 is not \"1.0.0\" in line 1"),
        ),
        (
            "a-ruby-comment-block",
            ("v.rb", "=begin\nVERSION = \"1.0.0\"\n=end\nVERSION = \"0.9.0\"\n", "VERSION"),
            (1, "v.rb:4 says \"0.9.0\""),
        ),
        (
            "a-go-init",
            ("v.go", "package v\n\nvar Version = \"1.0.0\"\n\nfunc init() { Version = \"0.9.0\" }\n", "Version"),
            (4, "v.go:5: Version comes after `func`, so whether it counts is unknown"),
        ),
        (
            "a-go-build-constraint",
            ("v.go", "//go:build never\n\npackage v\n\nconst Version = \"1.0.0\"\n", "Version"),
            (4, "v.go:1: Version is in a file that only some builds take"),
        ),
        (
            "a-rust-attribute",
            ("v.rs", "#[cfg(any())]\npub const VERSION: &str = \"1.0.0\";\n", "VERSION"),
            (4, "v.rs:2: VERSION comes after `#[cfg]`, so whether it counts is unknown"),
        ),
        (
            "a-macro-that-is-undefined",
            ("v.h", "#define VERSION \"1.0.0\"\n#undef VERSION\n", "VERSION"),
            (4, "v.h:2: VERSION may be overridden by `undef`"),
        ),
        (
            "a-ruby-text-that-grows",
            ("v.rb", "VERSION = \"1.0.0\"\nVERSION << \".rc1\"\n", "VERSION"),
            (4, "v.rb:2: VERSION is computed, and only a plain text can be read"),
        ),
        (
            "a-php-page",
            ("v.php", "<?php $x = 1; ?>\nconst VERSION = \"1.0.0\";\n", "VERSION"),
            (4, "v.php: it has no VERSION"),
        ),
        (
            "an-object-that-is-spread",
            ("v.js", "const a = {\n  version: \"1.0.0\",\n  ...other\n}\n", "a.version"),
            (4, "v.js:3: a.version may be overridden by what comes after it in the same object"),
        ),
        (
            "a-project-under-a-condition",
            (
                "A.csproj",
                "<Project>\n<PropertyGroup Condition=\"false\">\n<Version>1.0.0</Version>\n</PropertyGroup>\n</Project>\n",
                "Project.PropertyGroup.Version",
            ),
            (4, "A.csproj:3: Project.PropertyGroup.Version is inside a Condition, so whether it counts is unknown"),
        ),
        (
            "a-setting-of-xcode-for-some-builds",
            (
                "A.pbxproj",
                "{ A = {\nMARKETING_VERSION = 1.0.0;\n\"MARKETING_VERSION[sdk=iphoneos*]\" = 0.9.0;\n}; }\n",
                "MARKETING_VERSION",
            ),
            (4, "A.pbxproj:3: MARKETING_VERSION has a value for some builds only"),
        ),
        (
            "a-property-with-an-escape-in-its-name",
            ("a.properties", "version=1.0.0\n\\u0076ersion=0.9.0\n", "version"),
            (4, "a.properties:2: version occurs 2 times, and \"1.0.0\" in line 1 is not \"0.9.0\" in line 2"),
        ),
        (
            "an-environment-text-of-several-lines",
            ("a.env", "X=\"\nVERSION=1.0.0\n\"\n", "VERSION"),
            (4, "a.env:2: VERSION is in a text of several lines, which not every reader supports"),
        ),
        (
            "a-json-parent-twice",
            ("a.json", "{\"a\": {\"version\": \"1.0.0\"}, \"a\": {}}", "a.version"),
            (4, "a.json: a.version is in \"a\", which occurs twice, once without it"),
        ),
        (
            "a-gradle-setter",
            ("build.gradle", "version = '1.0.0'\nsetVersion('0.9.0')\n", "version"),
            (4, "build.gradle:2: version may be overridden by a setter"),
        ),
        (
            "a-candidate-of-python",
            ("pyproject.toml", "[project]\nversion = \"1.0.0rc1\"\n", "project.version"),
            (1, "pyproject.toml:2 says \"1.0.0rc1\""),
        ),
        (
            "a-snapshot",
            ("gradle.properties", "version=1.0.0-SNAPSHOT\n", "version"),
            (1, "gradle.properties:1 says \"1.0.0-SNAPSHOT\""),
        ),
        (
            "a-zero-less",
            ("VERSION", "1.0\n", "version"),
            (
                4,
                "VERSION:1 says \"1.0\", and whether that is 1.0.0 is unclear: it differs only in trailing zeros, which not every tool ignores",
            ),
        ),
        (
            "a-range",
            ("package.json", "{\"version\": \"^1.0.0\"}", "version"),
            (4, "package.json says \"^1.0.0\", and whether that is 1.0.0 is unclear: there is text before the version"),
        ),
        (
            "a-character-that-nobody-sees",
            ("package.json", "{\"version\": \"1.0.0\\u200b\"}", "version"),
            (
                4,
                "package.json says \"1.0.0\\u{200b}\", and whether that is 1.0.0 is unclear: it has a character that no version has",
            ),
        ),
        (
            "a-nul",
            ("VERSION", "1.0.0\0\n", "version"),
            (
                4,
                "VERSION:1 says \"1.0.0\\0\", and whether that is 1.0.0 is unclear: it has a character that no version has",
            ),
        ),
        (
            "two-property-lists",
            ("Info.plist", "<plist><dict><key>V</key><string>1.0.0</string></dict></plist><plist/>", "V"),
            (4, "Info.plist:1: it is no property list: it is not XML: a second document begins here"),
        ),
        (
            "a-string-with-elements",
            ("Info.plist", "<plist><dict><key>V</key><string>1.0<b/>.0</string></dict></plist>", "V"),
            (4, "Info.plist:1: V is text with elements in it, not text"),
        ),
        (
            "a-maven-property",
            ("pom.xml", "<project><version>${revision}</version></project>", "project.version"),
            (4, "pom.xml:1: project.version is \"${revision}\", which a build fills in"),
        ),
        (
            "two-targets-of-xcode",
            (
                "A.pbxproj",
                "{ A = { MARKETING_VERSION = 1.0.0; }; B = { MARKETING_VERSION = 0.9.0; }; }\n",
                "MARKETING_VERSION",
            ),
            (4, "A.pbxproj:1: MARKETING_VERSION occurs 2 times, and \"1.0.0\" in line 1 is not \"0.9.0\" in line 1"),
        ),
    ];
    const RIGHT: &[(&str, Place)] = &[
        ("cargo", ("Cargo.toml", "[package]\nname = \"x\"\nversion = \"1.0.0\"\n", "package.version")),
        ("package-json", ("package.json", "{\"name\": \"x\", \"version\": \"1.0.0\"}", "version")),
        ("poetry", ("pyproject.toml", "[tool.poetry]\nversion = \"1.0.0\"\n", "tool.poetry.version")),
        ("pep-621", ("pyproject.toml", "[project]\nversion = \"1.0.0\"\n", "project.version")),
        ("chart", ("Chart.yaml", "apiVersion: v2\nversion: 0.1.0\nappVersion: \"1.0.0\"\n", "appVersion")),
        (
            "gradle",
            (
                "app/build.gradle",
                "plugins { id 'x' version '8' }\nandroid {\n defaultConfig {\n  // versionName \"0.9.0\"\n  versionName \"1.0.0\"\n }\n \
             buildTypes { debug { versionNameSuffix '-d' } }\n}\n",
                "versionName",
            ),
        ),
        ("init-py", ("x/__init__.py", "\"\"\"X.\"\"\"\n\n__version__: str = \"1.0.0\"  # now\n", "__version__")),
        ("version-rb", ("lib/version.rb", "module X\n  VERSION = \"1.0.0\".freeze\nend\n", "VERSION")),
        ("version-file", ("VERSION", "1.0.0\n\n", "version")),
        ("version-file-with-a-v", ("VERSION", "v1.0.0\n", "version")),
        ("version-file-in-quotes", ("VERSION", "\"1.0.0\"\n", "version")),
        ("pubspec-with-a-build", ("pubspec.yaml", "name: app\nversion: 1.0.0+4\n", "version")),
        (
            "the-same-in-every-target",
            (
                "A.pbxproj",
                "{ A = { MARKETING_VERSION = 1.0.0; }; B = { MARKETING_VERSION = 1.0.0; }; }\n",
                "MARKETING_VERSION",
            ),
        ),
    ];
    let wrong = WRONG.iter().map(|(name, place, (code, says))| {
        evil(*code, format!("versions-{name}"), move |p| version(p, *place).says(place.0).says(says))
    });
    let right = RIGHT.iter().map(|(name, place)| good(format!("versions-{name}"), |p| version(p, *place)));
    let binary = good("versions-binary-plist", |p| {
        let mut list = plist::Dictionary::new();
        list.insert("CFBundleShortVersionString".to_owned(), "1.0.0".into());
        let mut bytes = Vec::new();
        plist::Value::Dictionary(list).to_writer_binary(&mut bytes).unwrap();
        p.file("Info.plist", bytes);
        let place = "versions = [{ file = \"Info.plist\", key = \"CFBundleShortVersionString\" }]";
        checked(p, place, "versions = true")
    });
    wrong.chain(right).chain([binary]).collect()
}

fn changelogs() -> Vec<Case> {
    const WRONG: &[(&str, &str, Reason)] = &[
        (
            "other-version-that-names-it",
            "# Changelog\n## 0.9.1 (what 1.0.0 will break)\n- x\n",
            (1, "it has no section for 1.0.0: line 2 only mentions it"),
        ),
        ("html-comment", "# Changelog\n<!--\n## 1.0.0\n-->\n## 0.9.0\n- x\n", (1, "it has no section for 1.0.0")),
        ("code-fence", "# Changelog\n## 0.9.0\n```sh\n# 1.0.0\n```\n", (1, "it has no section for 1.0.0")),
        ("unreleased", "# 1.0.0 [Unreleased]\n- x\n", (1, "line 1 says that 1.0.0 is \"unreleased\"")),
        ("below-unreleased", "## Unreleased\n### 1.0.0\n- x\n", (1, "line 2 says that 1.0.0 is \"unreleased\"")),
        (
            "empty",
            "# Changelog\n## 1.0.0\n### Added\n\n## 0.9.0\n- x\n",
            (1, "nothing is written under 1.0.0, in line 2"),
        ),
        ("only-todo", "## 1.0.0\n- TODO\n", (1, "nothing is written under 1.0.0, in line 1")),
        ("upgrading", "## Upgrading to 1.0.0\n- x\n", (1, "it has no section for 1.0.0: line 1 only mentions it")),
        (
            "twice",
            "## 1.0.0\n- a\n## 1.0.0\n- b\n",
            (4, "lines 1 and 3 both begin a section for 1.0.0: keep one, or say in `tag` which product it is"),
        ),
        (
            "twice-and-one-is-not-out",
            "## 1.0.0\n- a\n## 1.0.0 - unreleased\n- b\n",
            (4, "lines 1 and 3 both begin a section for 1.0.0: keep one, or say in `tag` which product it is"),
        ),
        ("first-line", "## 1.0.0\n\n*Unreleased*\n\n- x\n", (1, "line 1 says that 1.0.0 is \"unreleased\"")),
        (
            "date-of-no-calendar",
            "## 1.0.0 - 2026-02-30\n- x\n",
            (4, "CHANGELOG.md: line 1: 2026-02-30 is no day of the calendar"),
        ),
    ];
    const OTHERS: &[(&str, (&str, &str), Reason)] = &[
        ("asciidoc-comment", ("C.adoc", "////\n== 1.0.0\nx\n////\n"), (1, "it has no section for 1.0.0")),
        (
            "asciidoc-condition",
            ("C.adoc", "ifdef::never[]\n== 1.0.0\n- x\nendif::[]\n"),
            (4, "C.adoc: line 2: the section for 1.0.0 stands under a condition"),
        ),
        (
            "restructured-comment",
            ("C.rst", "1.0.0\n=====\n\n.. only a comment\n   of two lines\n"),
            (1, "nothing is written under 1.0.0, in line 1"),
        ),
        ("org-comment", ("C.org", "* COMMENT 1.0.0\n- x\n"), (1, "it has no section for 1.0.0")),
    ];
    const RIGHT: &[(&str, &str)] = &[
        ("keep-a-changelog", "# Changelog\n## [Unreleased]\n## [1.0.0] - 2026-01-01\n### Added\n- x\n"),
        ("html", "<h2 id=\"v1\">1.0.0 <small>2026</small></h2>\n<p>x</p>\n"),
        ("underlined", "Tool 1.0.0 (2026-01-01)\n=======================\n\n- x\n"),
        ("tag-name", "# Changelog\n## app-v1.0.0 (2026-01-01)\n- x\n"),
        ("bold", "**1.0.0**\n\n- x\n"),
        ("compare-link", "# [1.0.0](https://x/compare/v0.9.0...v1.0.0) (2026-01-01)\n\n* x\n"),
    ];
    let checked = |p: &Project, file: &str, text: &str| {
        p.file(file, text);
        checked(p, &format!("changelog = \"{file}\""), "changelog = true")
    };
    let in_markdown = WRONG.iter().map(|(name, text, reason)| (*name, ("CHANGELOG.md", *text), *reason));
    let wrong = in_markdown.chain(OTHERS.iter().copied()).map(move |(name, (file, text), (code, says))| {
        evil(code, format!("changelog-{name}"), move |p| checked(p, file, text).says(says))
    });
    let right = RIGHT
        .iter()
        .map(move |(name, text)| good(format!("changelog-{name}"), move |p| checked(p, "CHANGELOG.md", text)));
    wrong.chain(right).collect()
}

fn environment_files() -> Vec<Case> {
    const WRONG: &[(&str, &str, Reason)] = &[
        ("changeme", "KEY=changeme\n", (4, "KEY has no value to count on: it is a placeholder")),
        (
            "angle-brackets",
            "KEY=<your-key>\n",
            (4, "KEY has no value to count on: it is a place to fill in, between brackets"),
        ),
        ("todo", "KEY=TODO\n", (4, "KEY has no value to count on: it is a placeholder")),
        ("null", "KEY=null\n", (4, "KEY has no value to count on: it is a placeholder")),
        ("undefined", "KEY=\"undefined\"\n", (4, "KEY has no value to count on: it is a placeholder")),
        (
            "reference-to-nothing",
            "KEY=${NOBODY_SETS_THIS}\n",
            (4, "KEY has no value to count on: it needs ${NOBODY_SETS_THIS}, which the file does not set"),
        ),
        ("quotes-in-quotes", "KEY=\"''\"\n", (1, "KEY is empty")),
        ("crosses", "KEY=sk-xxxxxxxxxxxx\n", (4, "KEY has no value to count on: it is a placeholder")),
        ("your-key-here", "KEY=your-api-key-here\n", (4, "KEY has no value to count on: it is a placeholder")),
        (
            "example-host",
            "KEY=https://api.example.com\n",
            (4, "KEY has no value to count on: it is an example, which no service answers to"),
        ),
        (
            "two-values",
            "KEY=a1b2c3\nKEY=d4e5f6\n",
            (4, "KEY has no value to count on: it has another value in line 1: keep one of them"),
        ),
        ("space", "KEY=\"   \"\n", (1, "KEY is empty")),
        ("itself", "KEY=${KEY}\n", (4, "KEY has no value to count on: it needs ${KEY}, which the file does not set")),
        (
            "command",
            "KEY=$(cat key)\n",
            (
                4,
                "KEY has no value to count on: it is a command, which a shell runs and most readers of such files do not",
            ),
        ),
        ("template", "KEY=__KEY__\n", (4, "KEY has no value to count on: it is a place that a template fills")),
        (
            "template-of-a-workflow",
            "KEY=${{ secrets.KEY }}\n",
            (4, "KEY has no value to count on: it is a place that a template fills"),
        ),
        ("character-that-nobody-sees", "KEY=\u{200b}\n", (1, "KEY is empty")),
        ("nul", "KEY=a1\0\n", (4, "KEY has no value to count on: it has a NUL in it, and no variable can")),
        (
            "address-of-nobody",
            "KEY=user@example.com\n",
            (4, "KEY has no value to count on: it is an example, which no service answers to"),
        ),
        (
            "address-in-a-url",
            "KEY=postgres://app:pw@example.com/db\n",
            (4, "KEY has no value to count on: it is an example, which no service answers to"),
        ),
    ];
    const RIGHT: &[(&str, &str)] = &[
        ("value", "KEY=a1b2c3\n"),
        ("reference-to-a-value", "HOST=db.bayit.io\nKEY=\"mongodb://${HOST}/app\"\n"),
        ("same-value-twice", "KEY=a1b2c3\nKEY=a1b2c3\n"),
        ("dollar-in-a-password", "KEY='pa$$w0rd$x'\n"),
        ("zero", "KEY=0\n"),
        ("sender-that-wants-no-answer", "KEY=noreply@example.org\n"),
        ("region", "KEY=NA\n"),
    ];
    let checked = |p: &Project, text: &str| {
        p.file(".gitignore", ".env\n").file(".env", text);
        checked(p, "", "dotenv = { file = \".env\", needs = [\"KEY\"] }")
    };
    let wrong = WRONG.iter().map(move |(name, text, (code, says))| {
        evil(*code, format!("dotenv-{name}"), move |p| checked(p, text).says(says))
    });
    let right = RIGHT.iter().map(move |(name, text)| good(format!("dotenv-{name}"), move |p| checked(p, text)));
    wrong.chain(right).collect()
}

/// Answers one request with this head and body, and returns where.
fn answer(head: &str, body: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let answer = format!("HTTP/1.1 200 OK\r\n{head}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
    std::thread::spawn(move || {
        let Ok((mut stream, _)) = listener.accept() else { return };
        let _request = stream.read(&mut [0; 4096]);
        let _gone = stream.write_all(answer.as_bytes());
    });
    url
}

fn answers() -> Vec<Case> {
    const WRONG: &[(&str, (&str, &str, &str), Reason)] = &[
        (
            "one-element-for-two",
            ("", r#"{"nodes": [{"s": "up"}, {"s": "down"}]}"#, r#"json = { nodes = [{ s = "up" }, { s = "up" }] }"#),
            (1, "has too few elements {\"s\":\"up\"}"),
        ),
        (
            "beyond-2-to-the-53",
            ("", r#"{"build": 9007199254740992}"#, "json = { build = 9007199254740993 }"),
            (1, "build is 9007199254740992, not 9007199254740993"),
        ),
        (
            "a-name-twice",
            ("", r#"{"status": "unhealthy", "status": "healthy"}"#, r#"json = { status = "healthy" }"#),
            (4, "the body is not JSON: \"status\" occurs twice in one object"),
        ),
        (
            "a-header-twice",
            ("x-version: 0.9.0\r\nx-version: 1.0.0\r\n", "{}", r#"header = { x-version = "1.0.0" }"#),
            (4, "the header x-version is \"0.9.0, 1.0.0\", and 1 of its 2 values is \"1.0.0\""),
        ),
        (
            "a-header-with-a-list",
            ("x-version: 1.0.0, 0.9.0\r\n", "{}", r#"header = { x-version = "1.0.0" }"#),
            (4, "the header x-version is \"1.0.0, 0.9.0\", and 1 of its 2 values is \"1.0.0\""),
        ),
        (
            "a-header-that-denies-it",
            ("x-version: not 1.0.0\r\n", "{}", r#"header = { x-version = "1.0.0" }"#),
            (1, "the header x-version is \"not 1.0.0\", not \"1.0.0\""),
        ),
    ];
    const RIGHT: &[(&str, &str, &str, &str)] = &[
        (
            "two-elements-for-two",
            "",
            r#"{"nodes": [{"s": "up", "n": 2}, {"s": "up", "n": 1}]}"#,
            r#"json = { nodes = [{ s = "up" }, { n = 2 }] }"#,
        ),
        ("a-large-number", "", r#"{"build": 9007199254740993}"#, "json = { build = 9007199254740993 }"),
        (
            "a-media-type",
            "content-type: application/json; charset=utf-8\r\n",
            "{}",
            r#"header = { content-type = "application/json" }"#,
        ),
        ("a-header", "x-version: 1.0.0\r\n", "{}", r#"header = { x-version = "1.0.0" }"#),
    ];
    let asked = |p: &Project, (head, body, expect): (&str, &str, &str)| {
        let url = answer(head, body);
        checked(p, "", &format!("http = {{ get = \"{url}\" }}\nexpect = {{ status = 200, {expect} }}"))
    };
    let wrong = WRONG.iter().map(move |(name, question, (code, says))| {
        evil(*code, format!("http-{name}"), move |p| asked(p, *question).says(says))
    });
    let right = RIGHT
        .iter()
        .map(move |(name, head, body, expect)| good(format!("http-{name}"), move |p| asked(p, (head, body, expect))));
    wrong.chain(right).collect()
}

fn files_and_commands() -> Vec<Case> {
    let run = |p: &Project, script: &str, expect: &str| {
        checked(p, "", &format!("run = [\"sh\", \"-c\", '''{script}''']\ntimeout = \"9s\"\nexpect = {{ {expect} }}"))
    };
    vec![
        evil(4, "file-that-is-a-folder", |p| {
            p.file("NOTES.md/keep", "x");
            checked(p, "", "file = { path = \"NOTES.md\" }").says("is a folder, not a file")
        }),
        evil(4, "file-from-the-future", |p| {
            p.file("NOTES.md", "x");
            p.sh("git add -A; GIT_COMMITTER_DATE=2099-01-01T00:00:00Z git commit -qm notes");
            checked(p, "", "file = { path = \"NOTES.md\", newer-than = \"30d\" }").says("in the future")
        }),
        good("file-that-is-new", |p| {
            p.file("NOTES.md", "x");
            checked(p, "", "file = { path = \"NOTES.md\", newer-than = \"30d\" }")
        }),
        evil(4, "run-that-leaves-the-work-behind", move |p| {
            run(p, "(sleep 2; exit 1) & echo begun", "has = \"begun\"")
                .says("something that it started was still running when it ended")
        }),
        evil(4, "run-whose-session-leaver-says-ok", move |p| {
            run(p, "setsid sh -c \"sleep 0.3; echo ok\" &", "has = \"ok\"")
                .says("something that it started was still running when it ended")
        }),
        good("run-that-pipes-through-tee", move |p| run(p, "echo ok | tee /dev/null", "has = \"ok\"")),
    ]
}

fn logs() -> Vec<Case> {
    vec![
        evil(4, "log-of-a-command-that-prints-what-is-old", |p| {
            verified(p, "command = [\"cat\", \"{world}/log\"]", "echo started >> {world}/log", "true")
                .says("it has no time stamp, so it may be of an earlier start")
        }),
        evil(4, "log-line-from-the-future", |p| {
            verified(p, "file = \"{world}/log\"", "echo 2099-01-01T00:00:00Z started >> {world}/log", "true")
                .says("it has a time stamp in the future")
        }),
        evil(4, "log-old-line-with-its-level-first", |p| {
            verified(
                p,
                "file = \"{world}/log\"",
                "echo INFO $(date -u -d '-1 hour' +%FT%TZ) started >> {world}/log",
                "true",
            )
            .says("site has no lines from that time")
        }),
        evil(4, "log-old-line-in-seconds", |p| {
            verified(p, "file = \"{world}/log\"", "echo $(date -d '-1 hour' +%s) started >> {world}/log", "true")
                .says("site has no lines from that time")
        }),
        evil(4, "log-line-with-two-dates", |p| {
            let line = "echo '{\"ts\": 1000000000, \"ts\": '$(date +%s)', \"msg\": \"started\"}' >> {world}/log";
            verified(p, "file = \"{world}/log\"", "true", line).says("line 1 of site has it")
        }),
        good("log-line-with-its-level-first", |p| {
            verified(p, "file = \"{world}/log\"", "true", "echo INFO $(date -u +%FT%TZ) started >> {world}/log")
        }),
        good("log-line-in-seconds-of-a-command", |p| {
            let line = "echo $(date +%s.%N) started >> {world}/log";
            verified(p, "command = [\"cat\", \"{world}/log\"]", "true", line)
        }),
        evil(4, "log-line-of-the-version-before", |p| {
            verified(p, "file = \"{world}/log\"", STARTED, "true").says("site has no lines from that time")
        }),
        evil(4, "log-old-line-in-utc-on-a-machine-west-of-it", |p| {
            laid_out(p, "file = \"{world}/log\"", "true");
            p.sh(&at(p, "date -u -d '-1 hour' '+%F %T started' >> {world}/log"));
            p.done("deploy staging --yes");
            p.tm_with(&[("TZ", "America/Los_Angeles")], "verify staging").says("site has no lines from that time")
        }),
        good("log-line-written-while-it-is-delivered", |p| verified(p, "file = \"{world}/log\"", "true", STARTED)),
        good("log-line-of-a-command-with-a-stamp", |p| {
            verified(p, "command = [\"cat\", \"{world}/log\"]", STARTED, STARTED)
        }),
        evil(4, "log-a-redeploy-that-says-nothing", |p| {
            laid_out(
                p,
                "file = \"{world}/log\"",
                "[ -e {world}/log ] || echo $(date -u +%FT%TZ) started >> {world}/log",
            );
            p.done("deploy staging --yes");
            p.done("verify staging");
            p.done("deploy staging --yes");
            p.tm("verify staging").says("site has no lines from that time")
        }),
    ]
}

const STARTED: &str = "echo $(date -u +%FT%TZ) started >> {world}/log";

fn at(p: &Project, line: &str) -> String {
    line.replace("{world}", p.world().to_str().unwrap())
}

/// A staging whose delivery does this too, and whose verification looks for a line that says `started`.
fn laid_out(p: &Project, log: &str, delivery: &str) {
    p.script("deliver.sh", &at(p, &format!("#!/bin/sh\necho $1 > {{world}}/staging\n{delivery}\n")));
    p.runs("staging", "0.9.0");
    p.plan(&format!(
        "[env.staging]\nverify = [\"started\"]\nlogs = [\"site\"]\n\
         deliver.site = {{ with = \"command\", current = [[\"cat\", \"{{world}}/staging\"]], deploy = [[\"./deliver.sh\", \"{{version}}\"]], \
         undo = [[\"./deliver.sh\", \"{{previous}}\"]], timeout = \"9s\" }}\n\
         [log.site]\n{log}\n[check.started]\nphase = \"post-deploy\"\ntitle = \"It started\"\n\
         log = {{ source = \"site\", has = \"started\", within = \"1s\" }}\n"
    ));
    p.cut();
}

fn verified(p: &Project, log: &str, before: &str, during: &str) -> Ran {
    laid_out(p, log, during);
    p.sh(&at(p, before));
    p.done("deploy staging --yes");
    p.tm("verify staging")
}

fn plans() -> Vec<Case> {
    let plan = |p: &Project, tables: &str| {
        p.plan(tables).commit();
        p.tm("lint")
    };
    vec![
        refused("a-version-file-of-an-unknown-kind", move |p| {
            plan(p, "[release]\nversions = [{ file = \"version.nix\", key = \"version\" }]\n")
                .says("does not read a version from a .nix file")
        }),
        refused("a-manual-check-in-a-verification", move |p| {
            let place = p.place("staging");
            let tables = format!(
                "[env.staging]\n{place}verify = [\"said\"]\n[check.said]\nphase = \"post-deploy\"\ntitle = \"S\"\nmanual = true\n"
            );
            plan(p, &tables).says("answered by a person")
        }),
        refused("a-delivery-that-nobody-can-look-at", move |p| {
            plan(p, "[env.staging]\ndeliver.site = { with = \"command\", deploy = [[\"true\"]], undo = [[\"true\", \"{previous}\"]] }\n").says("current")
        }),
    ]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
