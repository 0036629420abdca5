//! The version of a file: read where it surely is, refused where it may be another.

use super::version_texts::{HONEST, HOSTILE};
use tminus_core::version_file::read;

fn says(file: &str, text: &str, key: &str) -> Result<String, (Option<usize>, String)> {
    read(file, text.as_bytes(), key).map(|written| written.version).map_err(|unread| (unread.line, unread.why))
}

#[test]
fn each_kind_of_file_is_read_by_its_own_rules() {
    let plist = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\"><dict><!-- <key>V</key><string>0.9</string> --><key>V</key><string>1.0.0</string><key>B</key><true/></dict></plist>";
    let pbx = "// !$*UTF8*$!\n{\n objects = {\n /* Begin */\n A1 /* Debug */ = {\n isa = X;\n buildSettings = {\n MARKETING_VERSION = 1.0.0;\n PRODUCT_NAME = \"$(TARGET_NAME)\";\n };\n };\n B = { buildSettings = { MARKETING_VERSION = 1.0.0; }; };\n };\n}\n";
    for (file, text, key) in [
        (
            "Cargo.toml",
            "[package]\nname = \"x\"\nversion = \"1.0.0\" # 0.9.0\n[dependencies]\nserde = { version = \"1\" }",
            "package.version",
        ),
        ("pyproject.toml", "[tool.poetry]\nversion = \"1.0.0\"", "tool.poetry.version"),
        ("pyproject.toml", "[project]\nname='x'\nversion = '1.0.0'\n[tool.poetry]\nversion='0.9'", "project.version"),
        ("package.json", r#"{"name":"x","version": "1.0.0","engines":{"version":"2"}}"#, "version"),
        (
            "package-lock.json",
            r#"{"version": "1.0.0","lockfileVersion":3,"packages":{"":{"version":"1.0.0"}}}"#,
            "packages..version",
        ),
        ("Info.plist", plist, "V"),
        ("chart.yaml", "# c\nname: x\nversion: 1.0.0\napp:\n  version: \"1.0.0\" # now\n", "app.version"),
        (
            "Chart.yaml",
            "apiVersion: v2\nappVersion: '1.0.0'\nversion: 0.2.1\ndependencies:\n - name: a\n   version: 2.0.0\n",
            "appVersion",
        ),
        (
            "build.gradle",
            "plugins {\n id 'a' version '9'\n}\nandroid {\n  // versionName \"0.9.0\"\n  defaultConfig {\n    versionCode 4\n    versionName \"1.0.0\"\n  }\n  buildTypes { debug { versionNameSuffix '-debug' } }\n}",
            "versionName",
        ),
        (
            "build.gradle.kts",
            "plugins { id(\"a\") version \"9\" }\nversion = \"1.0.0\"\nandroid { defaultConfig { versionName = \"1.0.0\" } }",
            "version",
        ),
        (
            "app/build.gradle.kts",
            "android {\n defaultConfig {\n  versionName = \"1.0.0\"\n }\n}",
            "android.defaultConfig.versionName",
        ),
        ("build.gradle", "group = 'x'\nversion = '1.0.0'\n", "version"),
        ("build.gradle", "plugins {\n    id 'com.x' version '2.0'\n}\nversion '1.0.0'\n", "version"),
        ("gradle.properties", "versionOther=2\nversion=1.0.0", "version"),
        ("gradle.properties", "# version=0.9.0\nversion = 1.0.0\n", "version"),
        ("VERSION", "1.0.0\n", ""),
        ("VERSION", "1.0.0\r\n\n", "version"),
        ("version.txt", "1.0.0", "x"),
        (
            "a/__init__.py",
            "\"\"\"Doc.\n__version__ = \"0.9.0\"\n\"\"\"\nfrom x import y\n\n__version__ = \"1.0.0\"  # c\nprint(__version__)\n",
            "__version__",
        ),
        ("__about__.py", "__version__: str = \"1.0.0\"\n", "__version__"),
        (
            "__about__.py",
            "__all__ = [\"__version__\", \"x\"]\n__version__ = '1.0.0'\nif __version__ == '0.9':\n    pass\n",
            "__version__",
        ),
        (
            "setup.py",
            "from setuptools import setup\nsetup(\n    name=\"x\",\n    version=\"1.0.0\",\n    python_requires='>=3.8')\n",
            "version",
        ),
        ("setup.cfg", "[metadata]\nname = x\nversion = 1.0.0\n\n[options]\nzip_safe = no\n", "metadata.version"),
        ("setup.cfg", "[metadata]\nname = x\nversion = 1.0.0\n", "version"),
        ("lib/x/version.rb", "module X\n  VERSION = \"1.0.0\"\nend\n", "VERSION"),
        ("lib/x/version.rb", "# frozen_string_literal: true\n\nmodule X\n  VERSION = '1.0.0'.freeze\nend\n", "VERSION"),
        (
            "x.gemspec",
            "Gem::Specification.new do |s|\n  s.name = 'x'\n  s.version = '1.0.0'\n  s.add_dependency 'y', '~> 2'\nend\n",
            "s.version",
        ),
        ("x.podspec", "Pod::Spec.new do |s|\n  s.version          = '1.0.0'\nend\n", "version"),
        ("v.go", "package v\n\nconst Version = \"1.0.0\"\n", "Version"),
        ("v.go", "package v\n\nvar (\n\tVersion string = \"1.0.0\"\n\tX = 'a'\n)\n", "Version"),
        ("v.rs", "pub const VERSION: &str = \"1.0.0\";\nfn f<'a>(x: &'a str) -> char { '\"' }\n", "VERSION"),
        ("v.rs", "pub const VERSION: &'static str = \"1.0.0\";\n", "VERSION"),
        ("v.ts", "export const version = '1.0.0';\nexport interface A { version: string; }\n", "version"),
        ("v.js", "module.exports = { version: \"1.0.0\" };\n", "version"),
        ("v.js", "// version: '0.9'\n/* version: '0.9' */\nexport const VERSION = `1.0.0`\n", "VERSION"),
        ("V.swift", "public let version: String = \"1.0.0\"\n", "version"),
        ("V.kt", "const val VERSION = \"1.0.0\"\n", "VERSION"),
        ("V.java", "class V {\n  public static final String VERSION = \"1.0.0\";\n}\n", "VERSION"),
        ("v.h", "#ifndef V_H\n#define V_H\n#define VERSION \"1.0.0\"\n#endif\n", "VERSION"),
        (
            "mix.exs",
            "defmodule X do\n  @version \"1.0.0\"\n  def project do\n    [version: @version]\n  end\nend\n",
            "@version",
        ),
        ("App.xcconfig", "// cfg\nMARKETING_VERSION = 1.0.0 // now\n", "MARKETING_VERSION"),
        ("App.xcodeproj/project.pbxproj", pbx, "MARKETING_VERSION"),
        (
            "pom.xml",
            "<?xml version=\"1.0\"?>\n<project xmlns=\"x\"><parent><version>3</version></parent><!-- <version>0</version> --><version>1.0.0</version></project>",
            "project.version",
        ),
        (
            "A.csproj",
            "<Project Sdk=\"x\"><PropertyGroup><Version>1.0.0</Version></PropertyGroup></Project>",
            "Project.PropertyGroup.Version",
        ),
        ("config.xml", "<widget id=\"a\" version=\"1.0.0\"><name>x</name></widget>", "widget.version"),
        (".env", "A=1\nVERSION=\"1.0.0\"\n", "VERSION"),
        ("composer.json", "{\"version\":\"1.0.0\"}", "version"),
        ("pubspec.yaml", "name: x\nversion: 1.0.0\n", "version"),
    ] {
        assert_eq!(says(file, text, key).as_deref(), Ok("1.0.0"), "{file}:\n{text}");
    }
}

#[test]
fn what_may_not_be_the_version_is_refused() {
    for (file, text, key) in [
        ("build.gradle", "android {\n /* versionName \"1.0.0\" */\n}", "versionName"),
        (
            "build.gradle",
            "android { productFlavors { paid { versionName \"1.0.0\" }\n free { versionName \"0.9.0\" } } }",
            "versionName",
        ),
        ("build.gradle", "android { productFlavors { paid { versionName \"1.0.0\" } } }", "versionName"),
        (
            "build.gradle",
            "android { defaultConfig { versionName \"1.0.0\"\n versionNameSuffix \"-beta\" } }",
            "versionName",
        ),
        ("build.gradle", "def v = '1.0.0'\nversionName v\n", "versionName"),
        ("build.gradle", "versionName \"1.0.0\" + suffix\n", "versionName"),
        ("build.gradle", "if (false) { versionName \"1.0.0\" }\n", "versionName"),
        ("build.gradle", "versionName \"1.0.0\"\nversionName = computeIt()\n", "versionName"),
        ("a.py", "__version__ = \"1.0.0\"\n__version__ = \"0.9.0\"\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\" if False else \"0.9.0\"\n", "__version__"),
        ("a.py", "__version__ = (\n  \"1.0.0\"\n  \"-rc1\"\n)\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\" \"rc\"\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\" \\\n   \"rc\"\n", "__version__"),
        ("a.py", "if False:\n    __version__ = \"1.0.0\"\n", "__version__"),
        ("a.py", "if True: pass\nelse: __version__ = \"1.0.0\"\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\n__version__ += \".post1\"\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\".replace('1', '0')\n", "__version__"),
        ("a.py", "__version__ = Version(\"Twisted\", 24, 7, 0)\n", "__version__"),
        ("a.py", "a, __version__ = \"1.0.0\", \"0.9.0\"\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\nx = __version__ = \"0.9.0\"\n", "__version__"),
        ("a.py", "__version__ = f\"1.0.{x}\"\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\nglobals()[\"__version__\"] = \"0.9.0\"\n", "__version__"),
        (
            "a.py",
            "__version__ = \"1.0.0\"\ntry:\n    from ._version import __version__\nexcept ImportError:\n    pass\n",
            "__version__",
        ),
        ("a.py", "# __version__ = \"1.0.0\"\n", "__version__"),
        ("a.py", "def f():\n    __version__ = \"1.0.0\"\n", "__version__"),
        ("setup.cfg", "[bumpversion]\nversion = 1.0.0\n[metadata]\nversion = 0.9.0\n", "version"),
        ("setup.cfg", "[metadata]\nlong = x\n  version = 1.0.0\n", "version"),
        ("setup.cfg", "[metadata]\nversion = 1.0.0\n  .post1\n", "version"),
        ("setup.cfg", "[metadata]\nversion = attr: x.__version__\n", "metadata.version"),
        ("x.ini", "[a]\nversion=1.0.0\n[a]\nversion=0.9.0\n", "a.version"),
        ("x.properties", "version=1.0.0\nversion=0.9.0\n", "version"),
        ("x.properties", "version=1.0.0\\\n  -SNAPSHOT\n", "version"),
        ("x.properties", "note=see \\\n  version=1.0.0\n", "version"),
        ("a.yaml", "version: 1.0.0\n---\nversion: 0.9.0\n", "version"),
        ("a.yaml", "items:\n  - version: 1.0.0\n", "items.version"),
        ("a.yaml", "items:\n- version: 1.0.0\n", "version"),
        ("a.yaml", "text: |\n  version: 1.0.0\n", "text.version"),
        ("a.yaml", "text: >\n version: 1.0.0\n", "version"),
        ("a.yaml", "version: 1.0.0\nversion: 0.9.0\n", "version"),
        ("a.yaml", "version: 1.10\n", "version"),
        ("a.yaml", "version: ${VERSION}\n", "version"),
        ("VERSION", "1.0.0\n0.9.0\n", ""),
        ("VERSION", "", ""),
        ("VERSION", "# note\n1.0.0\n", ""),
        ("VERSION", "version = 1.0.0\n", ""),
        ("v.rb", "module X\nend\n", "VERSION"),
        ("v.rb", "=begin\nVERSION = \"1.0.0\"\n=end\n", "VERSION"),
        ("v.rb", "X = <<~TEXT\n  VERSION = \"1.0.0\"\nTEXT\n", "VERSION"),
        ("v.rb", "VERSION = [1, 0, 0].join('.')\n", "VERSION"),
        ("v.rb", "x = 1\n__END__\nVERSION = \"1.0.0\"\n", "VERSION"),
        ("v.rb", "VERSION = \"1.0.0\" unless true\n", "VERSION"),
        ("v.rb", "if false\n  VERSION = \"1.0.0\"\nend\n", "VERSION"),
        ("v.xyz", "1.0.0", "x"),
        ("Makefile", "VERSION = 1.0.0\nall:\n", "VERSION"),
        ("a.json", "{\"version\":\"0.9.0\",\"version\":\"1.0.0\"}", "version"),
        ("a.json", "// x\n{\"version\":\"1.0.0\"}", "version"),
        ("a.json", "{\"version\": 1.0}", "version"),
        ("a.json", "{\"version\": [\"1.0.0\"]}", "version"),
        ("a.toml", "version = 1.10", "version"),
        ("a.toml", "version.workspace = true", "version"),
        ("a.toml", "v = '1'\nv = '2'", "v"),
        (
            "i.plist",
            "<plist version=\"1.0\"><dict><key>V</key><string>1.0.0</string><key>V</key><string>0.9.0</string></dict></plist>",
            "V",
        ),
        (
            "i.plist",
            "<plist version=\"1.0\"><dict><key>V</key><string>$(MARKETING_VERSION)</string></dict></plist>",
            "V",
        ),
        ("i.plist", "<plist version=\"1.0\"><dict><!--<key>V</key><string>1.0.0</string>--></dict></plist>", "V"),
        ("i.plist", "<plist>", "V"),
        (
            "p.pbxproj",
            "{ A = { MARKETING_VERSION = 1.0.0; }; B = { MARKETING_VERSION = 0.9.0; }; }",
            "MARKETING_VERSION",
        ),
        ("a.xcconfig", "MARKETING_VERSION = 1.0.0\nMARKETING_VERSION[config=Debug] = 0.9.0\n", "MARKETING_VERSION"),
        ("pom.xml", "<project><version>${revision}</version></project>", "project.version"),
        ("v.go", "package v\nvar Version = \"1.0.0\"\nfunc init() { Version = \"0.9.0\" }\n", "Version"),
        ("v.go", "package v\n/* const Version = \"1.0.0\" */\n", "Version"),
        ("v.h", "#if 0\n#define VERSION \"1.0.0\"\n#endif\n", "VERSION"),
        ("v.js", "const s = `\nversion: '1.0.0'\n`\n", "version"),
        ("v.js", "const version = x ? '1.0.0' : '0.9.0'\n", "version"),
        ("v.js", "const version = '1.0.0'\n  .replace('1', '2')\n", "version"),
        ("v.js", "const version = process.env.V || '1.0.0'\n", "version"),
        ("v.rs", "/* /* */ const VERSION: &str = \"1.0.0\"; */", "VERSION"),
        ("v.rs", "const VERSION: &str = env!(\"X\");", "VERSION"),
        (".env", "VERSION=1.0.0\nVERSION=0.9.0\n", "VERSION"),
        ("a.py", "__version__ = \"1.0.0\"\n__version__, x = \"0.9.0\", 1\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\n(x, __version__) = 1, \"0.9.0\"\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\nfrom b import *\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\ntry:\n    from b import *\nexcept ImportError:\n    pass\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\nfrom b import v as __version__\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\nfor __version__ in [\"0.9.0\"]: pass\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\nwith f() as __version__:\n    pass\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\nif (__version__ := \"0.9.0\"):\n    pass\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\nglobals().update(x)\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\nexec(open(\"b.py\").read())\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\ndel __version__\n", "__version__"),
        ("a.py", "__version__ = \"1.0.0\"\n__version__ += \".post1\"\n", "__version__"),
        ("a.py", "if x:\n    __version__ = \"1.0.0\"\nelse:\n    __version__ = \"0.9.0\"\n", "__version__"),
        ("a.xcconfig", "MARKETING_VERSION = 1.0.0\n#include \"Over.xcconfig\"\n", "MARKETING_VERSION"),
        ("a.xcconfig", "MARKETING_VERSION = 1.0.0\n#include? \"Over.xcconfig\"\n", "MARKETING_VERSION"),
        ("v.rb", "VERSION = \"1.0.0\"\nremove_const :VERSION\nconst_set :VERSION, \"0.9.0\"\n", "VERSION"),
        ("v.rb", "VERSION = \"1.0.0\"\nVERSION.replace(\"0.9.0\")\n", "VERSION"),
        ("v.rb", "VERSION = \"1.0.0\"\nVERSION, X = \"0.9.0\", 1\n", "VERSION"),
        ("a.yaml", "base: &b\n  version: 1.0.0\napp:\n  <<: *b\n", "app.version"),
        ("a.toml", "[p]\nversion = '1.0.0'\n[p]\nversion = '0.9.0'\n", "p.version"),
        ("a.toml", "p.version = '1.0.0'\np.version = '0.9.0'\n", "p.version"),
        ("a.json", "{\"version\":\"1.0.0\" /* x */}", "version"),
    ] {
        let found = says(file, text, key);
        assert!(found.is_err(), "{file}: {found:?}\n{text}");
    }
}

#[test]
fn what_stands_in_a_comment_or_a_docstring_does_not_hide_what_ships() {
    let gradle = "/*\nversionName \"1.0.0\"\n*/\nandroid { defaultConfig { versionName \"0.9.0\" } }";
    assert_eq!(says("build.gradle", gradle, "versionName").as_deref(), Ok("0.9.0"));
    let python = "\"\"\"\n__version__ = \"1.0.0\"\n\"\"\"\n__version__ = \"0.9.0\"\n";
    assert_eq!(says("a.py", python, "__version__").as_deref(), Ok("0.9.0"));
}

#[test]
fn what_only_uses_a_name_gives_it_no_other_value() {
    for (file, text, key) in [
        ("a.py", "from b import *\n__version__ = \"1.0.0\"\n", "__version__"),
        (
            "a.py",
            "__version__ = \"1.0.0\"\nexec(code, {})\nprint(__version__, x)\ny = [v for v in __version__]\n",
            "__version__",
        ),
        ("a.py", "__version__ = \"1.0.0\"\nparts = f(__version__, sep=\".\")\nx = globals()\n", "__version__"),
        ("v.rb", "VERSION = \"1.0.0\"\nputs VERSION.sub(\".\", \"-\")\n", "VERSION"),
        ("a.xcconfig", "#include \"Base.xcconfig\"\nMARKETING_VERSION = 1.0.0\n", "MARKETING_VERSION"),
    ] {
        assert_eq!(says(file, text, key).as_deref(), Ok("1.0.0"), "{file}\n{text}");
    }
}

#[test]
fn a_refusal_names_both_places() {
    let (line, why) = says("a.py", "__version__ = \"1.0.0\"\n\n__version__ = \"0.9.0\"\n", "__version__").unwrap_err();
    assert_eq!(line, Some(3));
    assert!(why.contains("\"1.0.0\" in line 1 is not \"0.9.0\" in line 3"), "{why}");
    let (line, why) = says("version.xyz", "1.0.0", "x").unwrap_err();
    assert_eq!(line, None);
    assert!(why.starts_with("tminus does not read a version from a .xyz file"), "{why}");
}

#[test]
fn a_binary_property_list_is_read() {
    let mut list = plist::Dictionary::new();
    list.insert("CFBundleShortVersionString".to_owned(), "1.0.0".into());
    let mut bytes = Vec::new();
    plist::Value::Dictionary(list).to_writer_binary(&mut bytes).unwrap();
    let found = read("ios/Info.plist", &bytes, "CFBundleShortVersionString").unwrap();
    assert_eq!((found.version.as_str(), found.line), ("1.0.0", None));
}

#[test]
fn ordinary_files_of_every_kind_are_read() {
    for (file, key, text) in HONEST {
        assert_eq!(says(file, text, key).as_deref(), Ok("1.0.0"), "{file}\n{text}");
    }
}

#[test]
fn no_text_passes_that_may_ship_another_version() {
    for (file, key, text) in HOSTILE {
        let found = says(file, text, key);
        assert_ne!(found.as_deref(), Ok("1.0.0"), "{file}\n{text}");
        let Err((line, why)) = found else { continue };
        // The parser of JSON tells no lines of what it has read.
        let is_whole = why.starts_with("it has no ") || why.starts_with("only some builds take");
        let is_told = line.is_some() || is_whole || file.ends_with(".json") || file.ends_with(".jsonc");
        assert!(is_told, "{file}: {why}\n{text}");
    }
}
