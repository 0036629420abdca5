//! Texts of files with a version, as people write them and as nobody should: file, key, text. The version is 1.0.0.

/// Ordinary files, which say it.
pub const HONEST: &[(&str, &str, &str)] = &[
    ("a.go", "Version", "package a\n\nconst help = `\nVersion = \"0.9.0\"\n`\n\nconst Version = `1.0.0`\n"),
    (
        "a.php",
        "version",
        "<?php\n$version = '1.0.0';\npreg_match('/^1/', $version, $found);\necho strlen($version), $flags & $mask;\n",
    ),
    (
        "a.php",
        "version",
        "<?php\nfunction fill(&$text) { $text = ''; }\n$version = '1.0.0';\nfill($other);\nforeach ($all as $one) {\n  show($one, $version);\n}\n",
    ),
    (
        "a.js",
        "app.version",
        "const app = { version: \"1.0.0\" };\nconst other = app;\nif (other.version === \"2.0.0\") { console.log(other.version); }\nother.name = \"x\";\n",
    ),
    (
        "pkg/__init__.py",
        "__version__",
        r##""""A package.

>>> pkg.__version__
'0.9.0'
"""

from __future__ import annotations

import os
import typing as t

from .core import *
from .core import run, stop

__all__ = ["run", "stop", "__version__"]
__author__ = "Somebody"
__version__ = "1.0.0"
"""The version."""

VERSION_INFO = tuple(int(part) for part in __version__.split("."))


def main(argv: t.Sequence[str] = ()) -> int:
    """Prints "the version"."""
    if "--version" in argv:
        print(f"pkg {__version__}")
        return 0
    for name in argv:
        print(name, __version__)
    return run(argv, version=__version__)


class Client:
    agent = "pkg/" + __version__

    def __init__(self) -> None:
        self.version = __version__


if __name__ == "__main__":
    raise SystemExit(main())
"##,
    ),
    (
        "setup.py",
        "version",
        r##"#!/usr/bin/env python
import os
from setuptools import find_packages, setup

here = os.path.abspath(os.path.dirname(__file__))
with open(os.path.join(here, "README.md"), encoding="utf-8") as file:
    long_description = file.read()

setup(
    name="thing",
    version="1.0.0",
    description="It's a thing",
    long_description=long_description,
    packages=find_packages(exclude=["tests"]),
    install_requires=["requests>=2"],
    extras_require={
        "dev": ["pytest"],
    },
    entry_points={"console_scripts": ["thing=thing.cli:main"]},
)
"##,
    ),
    (
        "setup.cfg",
        "metadata.version",
        "[metadata]\nname = thing\nversion = 1.0.0\nlong_description = file: README.md\n\n[options]\ninstall_requires =\n    requests\n    # version = 2\n",
    ),
    (
        "app/config.py",
        "Config.VERSION",
        "class Config:\n    DEBUG = False\n    VERSION = '1.0.0'\n\n    def show(self):\n        return self.VERSION\n",
    ),
    (
        "lib/x/version.rb",
        "VERSION",
        r##"# frozen_string_literal: true

module X
  # The version of X.
  VERSION = "1.0.0"

  def self.gem_version
    Gem::Version.new(VERSION)
  end

  class Error < StandardError; end

  MAJOR, MINOR = VERSION.split(".").first(2).map(&:to_i)
  private_constant :MAJOR

  def self.banner(name = nil)
    return "x #{VERSION}" if name.nil?

    <<~TEXT
      #{name} #{VERSION}
    TEXT
  end
end
"##,
    ),
    (
        "x.gemspec",
        "spec.version",
        r##"# frozen_string_literal: true

require_relative "lib/x/version"

Gem::Specification.new do |spec|
  spec.name = "x"
  spec.version = "1.0.0"
  spec.authors = ["Somebody"]
  spec.required_ruby_version = ">= 3.2.0"
  spec.metadata["homepage_uri"] = spec.homepage

  gemspec = File.basename(__FILE__)
  spec.files = IO.popen(%w[git ls-files -z], chdir: __dir__, err: IO::NULL) do |ls|
    ls.readlines("\x0", chomp: true).reject do |f|
      (f == gemspec) ||
        f.start_with?(*%w[bin/ Gemfile .gitignore test/])
    end
  end
  spec.bindir = "exe"
  spec.executables = spec.files.grep(%r{\Aexe/}) { |f| File.basename(f) }
  spec.require_paths = ["lib"]
  spec.add_dependency "rack", "~> 3.0"
end
"##,
    ),
    (
        "X.podspec",
        "s.version",
        r##"Pod::Spec.new do |s|
  s.name             = 'X'
  s.version          = '1.0.0'
  s.summary          = 'It is "X".'
  s.source           = { :git => 'https://example.org/x.git', :tag => s.version.to_s }
  s.ios.deployment_target = '13.0'
  s.source_files = 'X/Classes/**/*'
  if ENV['X_STATIC'] then
    s.static_framework = true
  end
end
"##,
    ),
    (
        "mix.exs",
        "version",
        r##"defmodule X.MixProject do
  use Mix.Project

  def project do
    [
      app: :x,
      version: "1.0.0",
      elixir: "~> 1.16",
      start_permanent: Mix.env() == :prod,
      elixirc_paths: elixirc_paths(Mix.env()),
      deps: deps()
    ]
  end

  def application do
    [extra_applications: [:logger], mod: {X.Application, []}]
  end

  defp elixirc_paths(:test), do: ["lib", "test/support"]
  defp elixirc_paths(_), do: ["lib"]

  defp deps do
    [
      {:jason, "~> 1.4"},
      {:phoenix, "~> 1.7"}
    ]
  end
end
"##,
    ),
    (
        "mix.exs",
        "@version",
        "defmodule X.MixProject do\n  use Mix.Project\n\n  @version \"1.0.0\"\n  @url \"https://x\"\n\n  def project do\n    [app: :x, version: @version, docs: [source_ref: \"v#{@version}\"]]\n  end\nend\n",
    ),
    (
        "version.go",
        "Version",
        r##"// Package version says what this build is.
package version

import (
	"fmt"
	"runtime"
)

// Version is the version; go:build does not matter here.
const Version = "1.0.0"

var (
	// Commit is filled in by the linker.
	Commit = "unknown"
	quote  = '"'
	usage  = `x "version"
const Version = "0.9.0"
`
)

// String says it all.
func String() string {
	if Commit == "" {
		return Version
	}
	return fmt.Sprintf("%s (%s, %s)", Version, Commit, runtime.Version())
}
"##,
    ),
    (
        "internal/info.go",
        "Version",
        "package internal\n\nvar Info = struct{ Version string }{\n\tVersion: \"1.0.0\",\n}\n",
    ),
    (
        "version.php",
        "VERSION",
        r##"<?php

declare(strict_types=1);

namespace App;

use App\Util\Text; // what's this

# An old comment: const VERSION = "0.9.0";
#[Attribute]
final class Version extends Base implements \JsonSerializable
{
    public const NAME = 'app';
    public const VERSION = '1.0.0';

    public function __toString(): string
    {
        $text = <<<TEXT
        const VERSION = "0.9.0";
        TEXT;
        return self::NAME . '/' . self::VERSION . $text;
    }
}
"##,
    ),
    (
        "config/app.php",
        "version",
        "<?php\n\nreturn [\n    'name' => env('APP_NAME', 'App'),\n    'version' => '1.0.0',\n    'debug' => (bool) env('APP_DEBUG', false),\n];\n",
    ),
    (
        "plugin.php",
        "version",
        "<?php\n$version = '1.0.0';\necho \"v$version\";\nif ($version === '0.9.0') { die('old'); }\n?>\n<p>version = \"0.9.0\"</p>\n",
    ),
    (
        "app/build.gradle",
        "versionName",
        r##"plugins {
    id 'com.android.application' version '8.1.0' apply false
    id "org.jetbrains.kotlin.android"
}

apply from: "$rootDir/gradle/common.gradle"

def isCi = System.getenv('CI') != null

android {
    namespace 'com.x'
    compileSdk 34
    signingConfigs {
        release {
            storeFile file("x.jks")
        }
    }
    defaultConfig {
        applicationId "com.x"
        versionCode 7
        versionName "1.0.0"
        testInstrumentationRunner "androidx.test.runner.AndroidJUnitRunner"
    }
    buildTypes {
        debug {
            versionNameSuffix "-debug"
        }
        release {
            minifyEnabled true
            proguardFiles getDefaultProguardFile('proguard-android-optimize.txt'), 'proguard-rules.pro'
        }
    }
}

dependencies {
    implementation 'androidx.core:core-ktx:1.12.0'
}

task showVersion {
    doLast { println "v${android.defaultConfig.versionName}" }
}
"##,
    ),
    (
        "build.gradle.kts",
        "version",
        r##"plugins {
    kotlin("jvm") version "1.9.22"
    application
}

group = "com.x"
version = "1.0.0"

repositories { mavenCentral() }

dependencies {
    implementation("a:b:1.2.3")
    testImplementation(kotlin("test"))
}

tasks.jar {
    manifest { attributes("Implementation-Version" to project.version) }
}

println("building ${project.name} ${version}")
"##,
    ),
    (
        "build.gradle",
        "version",
        "allprojects {\n    group = 'com.x'\n    version = '1.0.0'\n}\n\nsubprojects {\n    apply plugin: 'java'\n    archivesBaseName = \"x-$version\"\n}\n",
    ),
    (
        "build.sbt",
        "version",
        r##"ThisBuild / scalaVersion := "3.3.1"
ThisBuild / version := "1.0.0"

lazy val root = (project in file("."))
  .settings(
    name := "x",
    libraryDependencies += "org.scalatest" %% "scalatest" % "3.2.17" % Test
  )
  .enablePlugins(JavaAppPackaging)
"##,
    ),
    ("build.sbt", "version", "name := \"x\"\n\nversion := \"1.0.0\"\n\nscalaVersion := \"2.13.12\"\n"),
    (
        "build.sbt",
        "version",
        "lazy val root = (project in file(\".\"))\n  .settings(\n    name := \"x\",\n    version := \"1.0.0\"\n  )\n  .enablePlugins(DockerPlugin)\n",
    ),
    (
        "include/x/version.h",
        "X_VERSION",
        r##"/* The version of x. */
#ifndef X_VERSION_H
#define X_VERSION_H

#include <stdint.h>

#define X_VERSION_MAJOR 1
#define X_VERSION "1.0.0"
#define X_BANNER "x " X_VERSION

#ifdef __cplusplus
extern "C" {
#endif

#define X_CHECK(a, b) \
    do { \
        if ((a) != (b)) return -1; \
    } while (0)

const char *x_version(void);

#ifdef __cplusplus
}
#endif

#endif /* X_VERSION_H */
"##,
    ),
    (
        "version.hpp",
        "version",
        "#pragma once\n#include <string>\nnamespace x {\ninline constexpr const char* version = \"1.0.0\";\nstruct info { int major; };\n}\n",
    ),
    (
        "version.c",
        "version",
        "#include \"version.h\"\n\nstatic const char quote = '\"';\nconst char version[] = \"1.0.0\";\n\nconst char *get(void) { return version; }\n",
    ),
    (
        "src/lib.rs",
        "VERSION",
        r##"#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(missing_docs)]
//! A library: `const VERSION: &str = "0.9.0"`.

pub mod parser;

use std::fmt;

/// The version.
pub const VERSION: &str = "1.0.0";

/// A name with a lifetime.
pub struct Name<'a>(pub &'a str);

impl<'a> fmt::Display for Name<'a> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quote = '"';
        write!(f, "{}{quote}{}", self.0, VERSION)
    }
}

/// Says the version.
pub fn version() -> &'static str {
    VERSION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said() {
        assert_eq!(version(), VERSION, r#"a "raw" text"#);
    }
}
"##,
    ),
    (
        "src/version.rs",
        "VERSION",
        "pub struct Info;\n\nimpl Info {\n    #[allow(dead_code)]\n    pub const VERSION: &'static str = \"1.0.0\";\n}\n",
    ),
    (
        "A/A.csproj",
        "Project.PropertyGroup.Version",
        r##"<Project Sdk="Microsoft.NET.Sdk">

  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net8.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <Version>1.0.0</Version>
  </PropertyGroup>

  <PropertyGroup Condition="'$(Configuration)' == 'Debug'">
    <DefineConstants>DEBUG</DefineConstants>
  </PropertyGroup>

  <ItemGroup>
    <PackageReference Include="Newtonsoft.Json" Version="13.0.3" />
    <PackageReference Include="Serilog"><Version>3.1.1</Version></PackageReference>
  </ItemGroup>

  <Target Name="After" AfterTargets="Build">
    <Message Text="done" />
  </Target>

</Project>
"##,
    ),
    (
        "Version.cs",
        "Version",
        "using System;\n\nnamespace X;\n\n/// <summary>It's here.</summary>\npublic static class Build\n{\n    public const string Version = \"1.0.0\";\n    public static string Show() => $\"v{Version}\";\n}\n",
    ),
    (
        "App.xcodeproj/project.pbxproj",
        "MARKETING_VERSION",
        r##"// !$*UTF8*$!
{
	archiveVersion = 1;
	objects = {
/* Begin XCBuildConfiguration section */
		A1 /* Debug */ = {
			isa = XCBuildConfiguration;
			buildSettings = {
				ASSETCATALOG_COMPILER_APPICON_NAME = AppIcon;
				CURRENT_PROJECT_VERSION = 1;
				"CODE_SIGN_IDENTITY[sdk=iphoneos*]" = "iPhone Developer";
				MARKETING_VERSION = 1.0.0;
				PRODUCT_NAME = "$(TARGET_NAME)";
			};
			name = Debug;
		};
		A2 /* Release */ = {
			isa = XCBuildConfiguration;
			buildSettings = {
				MARKETING_VERSION = 1.0.0;
			};
			name = Release;
		};
/* End XCBuildConfiguration section */
	};
	rootObject = A0 /* Project object */;
}
"##,
    ),
    (
        "package.json",
        "version",
        "{\n  \"name\": \"x\",\n  \"version\": \"1.0.0\",\n  \"scripts\": { \"version\": \"git add -A\" },\n  \"dependencies\": { \"a\": \"^2.0.0\" }\n}\n",
    ),
    (
        "pom.xml",
        "project.version",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n  <modelVersion>4.0.0</modelVersion>\n  <parent><groupId>p</groupId><version>3.2.0</version></parent>\n  <artifactId>x</artifactId>\n  <version>1.0.0</version>\n  <dependencies><dependency><version>9</version></dependency></dependencies>\n  <profiles><profile><id>ci</id><properties><x>1</x></properties></profile></profiles>\n</project>\n",
    ),
    (
        "pom.xml",
        "project.properties.revision",
        "<project><properties><java.version>17</java.version><revision>1.0.0</revision></properties></project>",
    ),
    (
        "Chart.yaml",
        "version",
        "apiVersion: v2\nname: x\ndescription: A chart\ntype: application\nversion: 1.0.0\nappVersion: \"2.4.1\"\ndependencies:\n  - name: redis\n    version: 18.x.x\n",
    ),
    (
        ".env",
        "VERSION",
        "# the app\nNAME='my app'\nKEY=\"-----BEGIN-----\nMIIEvQ\n-----END-----\"\nAPP_VERSION=2\nexport VERSION=1.0.0 # now\n",
    ),
    (
        "gradle.properties",
        "version",
        "# Gradle\norg.gradle.jvmargs=-Xmx2g \\\n  -Dfile.encoding=UTF-8\nversion = 1.0.0\nkey.with\\:colon=x\n",
    ),
    ("app.ini", "app.version", "; app\n[app]\nname = x\nversion = 1.0.0\n\n[log]\nlevel = info\n"),
    (
        "src/version.ts",
        "version",
        r##"import { join } from "node:path";

/** The version. */
export const version = "1.0.0";

export interface Info {
  version: string;
  name?: string;
}

const slash = /\/"/g;
const half = (join.length + 1) / 2;

export function describe(info: Info): string {
  if (!info.version) return `none of ${version}`;
  return `${info.name ?? "x"}@${info.version.replace(slash, "")} ${half}`;
}
"##,
    ),
    (
        "src/config.js",
        "config.version",
        "'use strict'\n\nconst base = require('./base')\n\nconst config = {\n  ...base,\n  name: 'x',\n  version: '1.0.0',\n  log: { level: 'info', print() { return config.version } },\n}\n\nmodule.exports = config\n",
    ),
    (
        "vite.config.ts",
        "version",
        "import { defineConfig } from 'vite'\n\nexport default defineConfig({\n  define: { debug: false },\n  version: '1.0.0',\n})\n",
    ),
    (
        "Sources/X/Version.swift",
        "current",
        "import Foundation\n\npublic enum Version {\n    /// Now.\n    public static let current = \"1.0.0\"\n    public static var text: String { \"v\\(current)\" }\n}\n",
    ),
    (
        "Version.kt",
        "VERSION",
        "package com.x\n\nobject Version {\n    const val VERSION = \"1.0.0\"\n    const val QUOTE = '\"'\n    fun show(name: String = \"x\") = \"$name ${VERSION.trim()}\"\n}\n",
    ),
    (
        "Version.java",
        "VERSION",
        "package com.x;\n\n/** It's the version. */\npublic final class Version {\n    public static final String VERSION = \"1.0.0\";\n    private static final char QUOTE = '\"';\n\n    private Version() {\n    }\n\n    public static String show() {\n        return \"x \" + VERSION + QUOTE;\n    }\n}\n",
    ),
    (
        "lib/version.dart",
        "version",
        "/// The version.\nconst String version = '1.0.0';\n\nString show() => 'v$version ${version.length}';\n",
    ),
    (
        "Version.scala",
        "version",
        "package x\n\nobject Version {\n  val version: String = \"1.0.0\"\n  def show = s\"v$version\"\n}\n\ncase class Info(name: String) {\n  val text = Version.version\n}\n",
    ),
    (
        "api.proto",
        "version",
        "syntax = \"proto3\";\npackage x;\noption (info) = {\n  title: \"x\"\n  version: \"1.0.0\"\n};\nmessage A { string name = 1; }\n",
    ),
    (
        "App.xcconfig",
        "MARKETING_VERSION",
        "#include \"Base.xcconfig\"\n// now\nMARKETING_VERSION = 1.0.0\nCODE_SIGN_IDENTITY[sdk=iphoneos*] = iPhone\n",
    ),
    (
        "X.csproj",
        "Project.PropertyGroup.VersionPrefix",
        "<Project><PropertyGroup><VersionPrefix>1.0.0</VersionPrefix><VersionSuffix></VersionSuffix></PropertyGroup></Project>",
    ),
    ("v.php", "version", "<?php\nreturn array('version' => '1.0.0', 'a' => array('b', 'c'));\n"),
    ("v.php", "version", "<?php\nreturn ['version' => '1.0.0', 'a' => array_merge(['b'], ['c'])];\n"),
    ("a.php", "version", "<?php require \"x.php\";\n$version = \"1.0.0\";\n"),
    ("a.php", "VERSION", "<?php const VERSION = \"1.0.0\"; include \"v.php\";\n"),
    (
        "a.php",
        "X_VERSION",
        "<?php\n/* Plugin */\nif ( ! defined( 'ABSPATH' ) ) { exit; }\ndefine( 'X_VERSION', '1.0.0' );\ndefine('X_PATH', __DIR__);\nrequire X_PATH . '/a.php';\n",
    ),
    ("a.php", "X_VERSION", "<?php\ndefine('X_VERSION', '1.0.0');\n"),
    ("a.php", "VERSION", "<?php\ndefine('X_VERSION', '0.9');\ndefine(\"VERSION\", \"1.0.0\");\necho VERSION;\n"),
    ("a.js", "version", "module.exports = Object.freeze({ version: \"1.0.0\" })\n"),
    ("a.ts", "version", "export const app = { version: \"1.0.0\", list: [1, 2].map(x => x) } as const\n"),
    ("a.ts", "version", "export const app = {\n  version: \"1.0.0\",\n} satisfies App\n\nexport function f() {}\n"),
    ("a.js", "version", "export default defineConfig(\n  { version: \"1.0.0\" },\n)\n"),
    ("a.ts", "app.version", "const app: App = { meta: { version: \"1.0.0\" }, a: [ { b: 1 } ] };\n"),
    (
        "a.ts",
        "VERSION",
        "const m = new Map<string, number>();\nconst f = <T>(x: T) => x;\nexport const VERSION = \"1.0.0\";\n",
    ),
    ("a.tsx", "VERSION", "export const VERSION = \"1.0.0\";\nexport function A() {\n  return <p>{VERSION}</p>;\n}\n"),
    ("a.scala", "version", "object A {\n  def f[T <: B](x: Int) = x < 3\n  val version = \"1.0.0\"\n}\n"),
    ("a.js", "VERSION", "if (a < b) { c() }\nfor (let i = 0; i <n; i++) {}\nexport const VERSION = \"1.0.0\"\n"),
    ("a.py", "version", "INFO = {\"version\": \"1.0.0\", \"x\": [1, 2] + y}\n"),
    ("a.py", "INFO.version", "INFO = {\n    \"name\": \"x\",\n    \"version\": \"1.0.0\",\n}\n\nprint(INFO)\n"),
    ("a.rb", "version", "INFO = { version: \"1.0.0\" }.freeze\n"),
    ("mix.exs", "version", "defmodule A do\n  def project, do: [app: :a, version: \"1.0.0\"]\nend\n"),
    (
        "v.hpp",
        "VERSION",
        "#pragma once\n#include <string_view>\nnamespace x {\ninline constexpr std::string_view VERSION{\"1.0.0\"};\n}\n",
    ),
    ("v.hpp", "VERSION", "constexpr const char* VERSION{\"1.0.0\"};\n"),
    ("v.hpp", "VERSION", "constexpr char VERSION[]{\"1.0.0\"};\n"),
    ("v.hpp", "VERSION", "struct A {\n  static constexpr std::string_view VERSION { \"1.0.0\" };\n};\n"),
    ("v.cc", "VERSION", "const std::string VERSION(\"1.0.0\");\n"),
    ("tsconfig.json", "version", "{\n  // c\n  \"version\": \"1.0.0\", /* x */\n}\n"),
    ("tsconfig.build.json", "version", "{ \"version\": \"1.0.0\", \"x\": [\"//\", \"/*\"], }"),
    ("a.jsonc", "version", "// \"version\": \"0.9.0\"\n{ \"version\": \"1.0.0\", \"u\": \"http://x/*\" }\n"),
    ("deno.json", "version", "{ \"version\": \"1.0.0\", // now\n \"a\": [1,2,], }"),
    ("a.jsonc", "version", "{ \"a\": \"\\\"//\", \"version\": \"1.0.0\" }"),
    (
        "debian/changelog",
        "x",
        "x (1.0.0-1) unstable; urgency=medium\n\n  * a\n\n -- A <a@b>  Mon, 01 Jan 2026 00:00:00 +0000\n",
    ),
    ("a/debian/changelog", "x", "\nx (1:1.0.0-1) unstable; urgency=medium\n\n  * a\n"),
];

/// Texts that may ship another version, or none: none of them says 1.0.0 with certainty.
pub const HOSTILE: &[(&str, &str, &str)] = &[
    ("a.go", "Version", "package a\n\nconst Version = `1.0.0\n`\n"),
    ("a.go", "Version", "package a\n\nvar Version = `\n1.0.0`\n"),
    ("a.py", "VERSION", "VERSION = \"\"\"1.0.0\n\"\"\"\n"),
    ("a.js", "version", "export const version = `1.0.0\n`;\n"),
    ("a.php", "version", "<?php\n$version = '1.0.0';\n$other = &$version;\n$other = '2.0.0';\n"),
    ("a.php", "version", "<?php\n$version = '1.0.0';\nforeach (['2.0.0'] as &$version) {\n}\n"),
    ("a.php", "version", "<?php\n$version = '1.0.0';\nforeach (['a' => '2.0.0'] as $key => $version) {\n}\n"),
    ("a.php", "version", "<?php\nfunction bump(&$text) { $text = '2.0.0'; }\n$version = '1.0.0';\nbump($version);\n"),
    (
        "a.php",
        "version",
        "<?php\n$bump = function ($to, &$text) { $text = $to; };\n$version = '1.0.0';\n$bump('2.0.0', $version);\n",
    ),
    ("a.php", "version", "<?php\n$version = '1.0.0';\nexec('git describe', $version);\n"),
    ("a.js", "app.version", "const app = { version: \"1.0.0\" };\nconst other = app;\nother.version = \"2.0.0\";\n"),
    (
        "a.js",
        "app.version",
        "const app = { version: \"1.0.0\" };\nlet a = app, b;\nb = a;\nb[\"version\"] = \"2.0.0\";\n",
    ),
    (
        "a.js",
        "config.app.version",
        "const config = { app: { version: \"1.0.0\" } };\nconst c = config;\nc.app.version += \"-beta\";\n",
    ),
    (
        "a.ts",
        "app.version",
        "const app = { version: \"1.0.0\" };\nconst other: App = app as App;\nother.version = \"2.0.0\";\n",
    ),
    ("a.py", "app.version", "app = {\"version\": \"1.0.0\"}\nother = app\nother[\"version\"] = \"2.0.0\"\n"),
    (
        "build.gradle",
        "android.defaultConfig.versionName",
        "android { defaultConfig { versionName '1.0.0' }\n productFlavors { a { versionName '0.9.0' } } }\n",
    ),
    (
        "build.gradle",
        "android.defaultConfig.versionName",
        "android { defaultConfig { versionName '1.0.0' }\n buildTypes { release { versionName '0.9.0' } } }\n",
    ),
    (
        "build.gradle",
        "android.defaultConfig.versionName",
        "android {\n defaultConfig { versionName '1.0.0' }\n applicationVariants.all { v -> v.outputs.all { versionNameOverride = '0.9.0' } }\n}\n",
    ),
    ("v_windows.go", "Version", "package a\n\nconst Version = \"1.0.0\"\n"),
    ("v_test.go", "Version", "package a\n\nconst Version = \"1.0.0\"\n"),
    ("a.js", "a.version", "const a = { version: \"1.0.0\", version() { return \"0.9.0\" } }\n"),
    ("a.json", "version", "{\n<<<<<<< HEAD\n  \"version\": \"1.0.0\"\n=======\n>>>>>>> x\n}\n"),
    ("VERSION", "x", "<<<<<<< HEAD\n1.0.0\n=======\n0.9.0\n>>>>>>> x\n"),
    ("a.php", "VERSION", "<?php # const VERSION = \"1.0.0\";\n"),
    ("a.php", "VERSION", "<?php $x = 1; ?>\nconst VERSION = \"1.0.0\";\n"),
    ("a.php", "VERSION", "<?php $x = <<<T\nconst VERSION = \"1.0.0\";\nT;\n"),
    ("a.php", "VERSION", "<?php $x = <<<'T'\n  T2\nconst VERSION = \"1.0.0\";\n  T . \"x\";\n"),
    ("a.php", "version", "<?php $version = \"1.0.0\"; $version .= \"-beta\";\n"),
    ("a.php", "VERSION", "<?php return;\nconst VERSION = \"1.0.0\";\n"),
    ("a.php", "VERSION", "<?php // ?> const VERSION = \"1.0.0\";\n"),
    ("a.php", "VERSION", "<?php\ndefine('VERSION', '0.9.0');\nconst VERSION = '1.0.0';\n"),
    ("a.php", "version", "<?php\n$version = '1.0.0';\nunset($version);\n[$version] = ['0.9.0'];\n"),
    ("a.php", "VERSION", "<?php __halt_compiler();\nconst VERSION = \"1.0.0\";\n"),
    ("a.php", "version", "<?php\n$version = '1.0.0';\n$version ??= '0.9.0';\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\"\n#undef VERSION\n"),
    ("a.h", "VERSION", "// x \\\n#define VERSION \"1.0.0\"\n"),
    ("a.h", "VERSION", "// x \\  \n#define VERSION \"1.0.0\"\n"),
    ("a.h", "VERSION", "#ifndef VERSION\n#define VERSION \"1.0.0\"\n#endif\n"),
    ("a.h", "VERSION", "#define A\n#ifndef B\n#define B\n#define VERSION \"1.0.0\"\n#endif\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\"\n#un\\\ndef VERSION\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\"\n#pragma pop_macro(\"VERSION\")\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\"\n#include \"over.h\"\n"),
    ("a.h", "VERSION", "#if defined(A)\n#elif 1\n#define VERSION \"1.0.0\"\n#endif\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\"\n%:undef VERSION\n"),
    ("a.cc", "VERSION", "auto s = R\"(\n#define VERSION \"1.0.0\"\n)\";\n"),
    ("a.c", "version", "const char version[] = \"1.0.0\"\n  SUFFIX;\n"),
    ("a.c", "version", "void f(void) { const char *version = \"1.0.0\"; }\n"),
    ("a.c", "version", "struct a *f(void) { const char *version = \"1.0.0\"; }\n"),
    ("a.rs", "VERSION", "#[cfg(any())]\nconst VERSION: &str = \"1.0.0\";\n"),
    ("a.rs", "VERSION", "#[allow(x)]\n#[cfg_attr(all(), cfg(any()))]\npub const VERSION: &str = \"1.0.0\";\n"),
    ("a.rs", "VERSION", "#![cfg(any())]\nuse std::fmt;\nconst VERSION: &str = \"1.0.0\";\n"),
    ("a.rs", "VERSION", "#[cfg(test)]\nmod tests {\n    pub const VERSION: &str = \"1.0.0\";\n}\n"),
    ("a.rs", "VERSION", "macro_rules! m {\n    () => { pub const VERSION: &str = \"1.0.0\"; };\n}\n"),
    ("a.rs", "VERSION", "fn f() -> impl Fn() {\n    const VERSION: &str = \"1.0.0\";\n}\n"),
    (
        "a.rs",
        "VERSION",
        "const A: &[u8] = br\"\\\"; const VERSION: &str = \"0.9.0\"; // \"\nconst B: &str = r\"\nconst VERSION: &str = \"; const X: &str = \"1.0.0\";\n",
    ),
    ("a.go", "Version", "//go:build never\n\npackage a\nconst Version = \"1.0.0\"\n"),
    ("a.go", "Version", "// +build ignore\n\npackage a\nconst Version = \"1.0.0\"\n"),
    ("a.go", "Version", "package a\n\nfunc f() { Version := \"1.0.0\" }\n"),
    ("a.go", "Version", "package a\n\nvar (\n\tX, Version = \"0.9.0\", \"1.0.0\"\n)\n"),
    (
        "a.go",
        "Version",
        "package a\n\nvar Version, X = \"1.0.0\", \"2\"\nfunc init() { Version, X = \"0.9.0\", \"1\" }\n",
    ),
    ("a.rb", "VERSION", "X = <<~T\nVERSION = \"1.0.0\"\nT\n"),
    ("a.rb", "VERSION", "X = <<T\nVERSION = \"1.0.0\"\nT\n"),
    ("a.rb", "VERSION", "f(<<~A, <<~B)\nA\nVERSION = \"1.0.0\"\nB\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\"\nVERSION << \".rc1\"\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\"\nVERSION[0] = \"2\"\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\"\nVERSION.gsub!(/1/, \"2\")\n"),
    ("a.rb", "VERSION", "if false\nVERSION = \"1.0.0\"\nend\n"),
    ("a.rb", "VERSION", "foo do\nVERSION = \"1.0.0\"\nend\n"),
    ("a.rb", "VERSION", "begin\n  require 'x'\nrescue LoadError\n  VERSION = \"1.0.0\"\nend\n"),
    ("a.rb", "VERSION", "x = %q(\nVERSION = \"1.0.0\"\n)\n"),
    ("a.rb", "VERSION", "x = '#{'; VERSION = \"0.9.0\"; y = '}'\nz = \"\nVERSION = '1.0.0'\n\"\n"),
    ("a.rb", "VERSION", "x = \"#{\"\"}\nVERSION = '1.0.0'\n\"\n"),
    ("a.rb", "VERSION", "return unless defined?(X)\nVERSION = \"1.0.0\"\n"),
    ("a.rb", "VERSION", "x = /'/\nVERSION = \"0.9.0\"\ny = /'/ ? '\nVERSION = \"1.0.0\"\n' : 1\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\", \"x\"\n"),
    (
        "a.gemspec",
        "s.version",
        "Gem::Specification.new do |s|\n  s.version = \"1.0.0\"\n  s.version << \".pre\" if ENV[\"PRE\"]\nend\n",
    ),
    ("a.podspec", "version", "Pod::Spec.new do |s|\n  s.subspec 'A' do |a|\n    a.version = '1.0.0'\n  end\nend\n"),
    ("a.js", "a.version", "const a = { version: \"1.0.0\", ...other }\n"),
    ("a.js", "a.version", "const a = { version: \"1.0.0\", get version() { return \"0.9.0\" } }\n"),
    ("a.js", "a.version", "const a = { version: \"1.0.0\", [\"vers\" + \"ion\"]: \"0.9.0\" }\n"),
    ("a.js", "a.version", "const a = { version: \"1.0.0\" }\nObject.assign(a, { b: 1 })\n"),
    ("a.js", "a.version", "const a = { version: \"1.0.0\" }\na[key] = \"0.9.0\"\n"),
    ("a.js", "a.version", "const a = { version: \"1.0.0\" }\ndelete a.version\n"),
    ("a.js", "version", "let version = \"1.0.0\"; ({ version } = other)\n"),
    ("a.js", "version", "let version = \"1.0.0\"\n;[version] = [\"0.9.0\"]\n"),
    ("a.js", "version", "const r = /`/\nconst t = `\nconst version = \"1.0.0\"\n`\n"),
    ("a.js", "version", "const t = `${`x`}\nconst version = \"1.0.0\"\n`\n"),
    ("a.js", "version", "version: \"1.0.0\"\n"),
    ("a.js", "version", "const f = () => {\n  const version = \"1.0.0\"\n}\n"),
    ("a.js", "version", "let version = \"1.0.0\"\nversion ||= other\n"),
    ("a.js", "version", "let version = \"1.0.0\"\nv\\u0065rsion = \"0.9.0\"\n"),
    ("a.js", "version", "const version = \"1.0.0\"\n[0]\n"),
    ("a.js", "version", "a && (exports.version = \"1.0.0\")\n"),
    ("a.ts", "version", "type A = { version: \"1.0.0\" }\n"),
    ("a.ts", "version", "class A {\n  version: \"1.0.0\"\n}\n"),
    ("a.ts", "version", "export interface A {\n  readonly version: \"1.0.0\"\n}\n"),
    (
        "a.csproj",
        "Project.PropertyGroup.Version",
        "<Project><PropertyGroup Condition=\"false\"><Version>1.0.0</Version></PropertyGroup></Project>",
    ),
    (
        "a.csproj",
        "Project.PropertyGroup.Version",
        "<Project><PropertyGroup><Version Condition=\"'$(A)' == ''\">1.0.0</Version></PropertyGroup></Project>",
    ),
    (
        "a.csproj",
        "Project.PropertyGroup.Version",
        "<Project><PropertyGroup><Version>1.0.0</Version><VERSION>0.9.0</VERSION></PropertyGroup></Project>",
    ),
    (
        "a.csproj",
        "Project.PropertyGroup.Version",
        "<Project><PropertyGroup><Version>1.0.0</Version></PropertyGroup><Target Name=\"x\"><PropertyGroup><Version>0.9.0</Version></PropertyGroup></Target></Project>",
    ),
    (
        "a.csproj",
        "Project.PropertyGroup.Version",
        "<Project><PropertyGroup><Version>1.0.0</Version></PropertyGroup><Import Project=\"o.props\"/></Project>",
    ),
    (
        "a.csproj",
        "Project.PropertyGroup.VersionPrefix",
        "<Project><PropertyGroup><VersionPrefix>1.0.0</VersionPrefix><VersionSuffix>beta</VersionSuffix></PropertyGroup></Project>",
    ),
    (
        "a.csproj",
        "Project.Choose.When.PropertyGroup.Version",
        "<Project><Choose><When Condition=\"false\"><PropertyGroup><Version>1.0.0</Version></PropertyGroup></When></Choose></Project>",
    ),
    (
        "pom.xml",
        "project.properties.revision",
        "<project><properties><revision>1.0.0</revision></properties><profiles><profile><properties><revision>0.9.0</revision></properties></profile></profiles></project>",
    ),
    (
        "p.pbxproj",
        "MARKETING_VERSION",
        "{ a = { MARKETING_VERSION = 1.0.0; \"MARKETING_VERSION[sdk=iphoneos*]\" = 0.9.0; }; }",
    ),
    ("a.properties", "version", "version=1.0.0\n\\u0076ersion=0.9.0\n"),
    ("a.properties", "version", "version=1.0.0\nver\\sion=0.9.0\n"),
    ("a.properties", "version", "version=1.0.0\rversion=0.9.0\n"),
    ("a.properties", "version", "version=1.0.0\\u002drc1\n"),
    ("a.ini", "s.version", "[s]\nversion=1.0.0\nVersion=0.9.0\n"),
    ("a.ini", "s.version", "[s]\nversion=1.0.0%(suffix)s\n"),
    (".env", "VERSION", "X=\"\nVERSION=1.0.0\n\"\n"),
    (".env", "VERSION", "VERSION=1.0.0\nVERSION+=-rc1\n"),
    (".env", "VERSION", "VERSION=1.0.0\nreadonly VERSION=0.9.0\n"),
    (".env", "VERSION", "VERSION=1.0.0\nX=1; VERSION=0.9.0\n"),
    (".env", "VERSION", "VERSION=1.0.0\nunset VERSION\n"),
    (".env", "VERSION", "VERSION=\"1.0.0\n-rc1\"\n"),
    ("a.json", "a.version", "{\"a\":{\"version\":\"1.0.0\"},\"a\":{}}"),
    ("a.json", "a.version", "{\"a\":{\"version\":\"1.0.0\"},\"a\":null}"),
    ("a.yaml", "version", "version: !Sub 1.0.0\n"),
    ("build.sbt", "version", "version := \"1.0.0\"\nversion ~= (_ + \"-x\")\n"),
    ("build.sbt", "version", "version := \"1.0.0\"\nversion in ThisBuild := \"0.9.0\"\n"),
    ("build.sbt", "version", "version := \"1.0.0\"\nversion <<= version { v => v }\n"),
    ("build.gradle", "version", "version = '1.0.0'\nsetVersion('0.9.0')\n"),
    ("build.gradle", "version", "version = '1.0.0'\nproject.setProperty('version', '0.9.0')\n"),
    ("build.gradle", "version", "version = '1.0.0'\napply from: 'v.gradle'\n"),
    ("build.gradle", "version", "afterEvaluate { version = '1.0.0' }\n"),
    ("build.gradle", "version", "task x {\n  version = '1.0.0'\n}\n"),
    ("build.gradle", "version", "def s = /'/\nversion = '0.9.0'\ndef t = /'/ + '''\nversion = '1.0.0'\n'''\n"),
    ("build.gradle.kts", "version", "version = \"1.0.0\"\nproject.version.set(\"0.9.0\")\n"),
    ("build.gradle.kts", "version", "tasks.register(\"x\") {\n    version = \"1.0.0\"\n}\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\"\ndef __version__(): return \"0.9.0\"\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\"\nclass __version__: pass\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\"\nimport b as __version__\n"),
    ("a.py", "__version__", "__version__: \"1.0.0\"\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\",\n"),
    ("a.py", "__version__", "with open(x) as f:\n    __version__ = \"1.0.0\"\n"),
    ("a.py", "__version__", "class A:\n    __version__ = \"1.0.0\"\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\"\nsetattr(sys.modules[__name__], \"__version__\", \"0.9.0\")\n"),
    ("setup.py", "version", "setup(\n    version=\"1.0.0\"\n    if x else \"0.9.0\",\n)\n"),
    ("setup.py", "a.version", "a = {\"version\": \"1.0.0\", **other}\n"),
    ("a.swift", "version", "let t = #\"x\" \"#; let u = \"\"\"\nlet version = \"1.0.0\"\n\"\"\"\n"),
    ("a.swift", "version", "#if DEBUG\nlet version = \"1.0.0\"\n#endif\n"),
    ("a.swift", "version", "struct A {\n    init() { let version = \"1.0.0\" }\n}\n"),
    ("a.kt", "VERSION", "val a = \"\"\"\\\"\"\"\nval b = \"\"\"\nconst val VERSION = \"1.0.0\"\n\"\"\"\n"),
    ("a.kt", "version", "val f = { val version = \"1.0.0\" }\n"),
    (
        "a.java",
        "VERSION",
        "class A { /* \\u002a\\u002f static String VERSION = \"0.9.0\"; /* */ /* \n static String VERSION = \"1.0.0\"; */ }\n",
    ),
    (
        "a.java",
        "VERSION",
        "class A { // \\u000a static String VERSION = \"0.9.0\";\n }\n class B { static String VERSION = \"1.0.0\"; }",
    ),
    ("a.java", "VERSION", "class A { void f() { String VERSION = \"1.0.0\"; } }\n"),
    (
        "a.cs",
        "Version",
        "class A { string t = @\"\\\"; const string Version = \"0.9.0\"; string u = @\"; const string Version = \"\"1.0.0\"\" \"; }",
    ),
    ("a.cs", "Version", "#if NEVER\nclass A { const string Version = \"1.0.0\"; }\n#endif\n"),
    ("a.dart", "version", "const a = r'\\'; const version = '0.9.0'; const b = r'; const version = \"1.0.0\"; ';\n"),
    ("mix.exs", "version", "defmodule A do\n  def project do\n    [version: \"1.0.0\" <> \"-x\"]\n  end\nend\n"),
    ("mix.exs", "version", "defmodule A do\n  def other do\n    [version: \"1.0.0\"]\n  end\nend\n"),
    (
        "mix.exs",
        "version",
        "defmodule A do\n  def project do\n    if x(), do: [version: \"1.0.0\"], else: []\n  end\nend\n",
    ),
    ("mix.exs", "version", "defmodule A do\n  @doc ~S\"\"\"\n  version: \"1.0.0\"\n  \"\"\"\nend\n"),
    ("a.scala", "version", "object A {\n  def f = {\n    val version = \"1.0.0\"\n  }\n}\n"),
    ("a.proto", "version", "option version = \"1.0.0\" \"-x\";\n"),
    ("a.cc", "VERSION", "auto s = LR\"(\n#define VERSION \"1.0.0\"\n)\";\n"),
    (
        "a.cs",
        "Version",
        "class A { string t = $@\"\\\"; const string Version = \"0.9.0\"; string u = $@\"; const string Version = \"\"1.0.0\"\" \"; }",
    ),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\"\n__END__X\nVERSION = \"0.9.0\"\n"),
    ("a.rb", "VERSION", "=begin\n=endless\nVERSION = \"1.0.0\"\n=end\n"),
    ("a.rb", "VERSION", "x = -> {\n  VERSION = \"1.0.0\"\n}\n"),
    ("a.rb", "VERSION", "Proc.new do\n  VERSION = \"1.0.0\"\nend\n"),
    ("a.rb", "VERSION", "false and VERSION = \"1.0.0\"\n"),
    ("a.rb", "VERSION", "false && VERSION = \"1.0.0\"\n"),
    ("a.js", "version", "let version\nif (x)\n  version = \"1.0.0\"\n"),
    ("a.js", "version", "let version\nif (x) {\n} else\n  version = \"1.0.0\"\n"),
    ("build.gradle", "version", "if (x)\n  version = '1.0.0'\n"),
    ("a.php", "version", "<?php if (false):\n$x = 1;\n$version = \"1.0.0\";\nendif;\n"),
    ("a.scala", "version", "object A:\n  def f =\n    val version = \"1.0.0\"\n"),
    ("a.kt", "version", "val version = \"1.0.0\"\n    get() = field + \"-x\"\n"),
    ("a.js", "version", "let version = \"1.0.0\"\nfor (version of other);\n"),
    ("a.js", "a.version", "let a = { version: \"1.0.0\" }\na = other\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\"\nObject.send :remove_const, :VERSION\n"),
    (
        "a.go",
        "Version",
        "package a\n\nvar Version = \"1.0.0\"\n\nfunc init() { flag.StringVar(&Version, \"v\", \"0.9.0\", \"\") }\n",
    ),
    ("a.go", "Version", "package a\n\nvar Version = \"1.0.0\"\n\nfunc init() { *(&Version) = \"0.9.0\" }\n"),
    ("a.c", "version", "char version[] = \"1.0.0\";\nvoid f(void) { strcpy(version, \"0.9.0\"); }\n"),
    ("a.php", "version", "<?php\n$version = '1.0.0';\nlist($version) = ['0.9.0'];\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\"\n#define VERSION\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\"\n#define VERSION OTHER\n"),
    ("a.swift", "version", "struct A { let version = \"1.0.0\" }\nstruct B { var version: String { \"0.9.0\" } }\n"),
    (
        "a.cs",
        "Version",
        "class A { const string Version = \"1.0.0\"; }\nclass B { string Version { get { return \"0.9.0\"; } } }\n",
    ),
    ("a.env", "VERSION", "X=a\"\nVERSION=1.0.0\n\"\n"),
    ("a.properties", "version", "version=1.0.0\n%prod.version=0.9.0\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\"\na = $'\nVERSION = \"0.9.0\"\nb = $'\n"),
    ("a.swift", "version", "let r = /\"\"\"/\nlet s = \"\"\"\nlet version = \"1.0.0\"\n\"\"\"\n"),
    (
        "mix.exs",
        "version",
        "defmodule A do\n  def project do\n    Keyword.put([version: \"1.0.0\"], :version, \"0.9.0\")\n  end\nend\n",
    ),
    ("VERSION", "version", "1.0.0\u{2028}0.9.0\n"),
    ("a.py", "__version__", "x = 1 #\u{202e} \n__version__ = \"1.0.0\"\n"),
    ("v.php", "version", "<?php\nreturn array_merge(['version' => '1.0.0'], require 'o.php');\n"),
    ("a.php", "version", "<?php $version = \"1.0.0\"; include \"v.php\";\n"),
    ("a.tsx", "VERSION", "const x = <p>\nconst VERSION = \"1.0.0\";\n</p>;\n"),
    (
        "X.csproj",
        "Project.PropertyGroup.VersionPrefix",
        "<Project><PropertyGroup><VersionPrefix>1.0.0</VersionPrefix><Version>0.9.0</Version></PropertyGroup></Project>",
    ),
    (
        "X.csproj",
        "Project.PropertyGroup.VersionPrefix",
        "<Project><PropertyGroup><VersionPrefix>1.0.0</VersionPrefix></PropertyGroup><PropertyGroup Condition=\"x\"><version>0.9.0</version></PropertyGroup></Project>",
    ),
    ("v.php", "version", "<?php\nreturn ['version' => '1.0.0'] + require 'o.php';\n"),
    ("v.php", "version", "<?php\nreturn require('o.php') + ['version' => '1.0.0'];\n"),
    ("v.php", "version", "<?php\nreturn array_merge(array('version' => '1.0.0'), $o);\n"),
    ("v.php", "version", "<?php\nreturn array_replace(\n  ['version' => '1.0.0'],\n  require 'o.php',\n);\n"),
    ("v.php", "version", "<?php\nreturn ['version' => '1.0.0', ...$o];\n"),
    ("v.php", "version", "<?php\nreturn collect(['version' => '1.0.0'])->merge($o)->all();\n"),
    ("a.php", "version", "<?php $version = \"1.0.0\"; require_once __DIR__ . \"/v.php\";\n"),
    ("a.php", "version", "<?php $version = \"1.0.0\"; extract($_GET);\n"),
    ("a.php", "version", "<?php $version = \"1.0.0\"; $$name = \"0.9.0\";\n"),
    ("a.php", "X_VERSION", "<?php\nif (!defined('X_VERSION')) { define('X_VERSION', '1.0.0'); }\n"),
    ("a.php", "X_VERSION", "<?php\nif (!defined('X_VERSION'))\n define('X_VERSION', '1.0.0');\n"),
    ("a.php", "X_VERSION", "<?php\ndefined('X_VERSION') || define('X_VERSION', '1.0.0');\n"),
    ("a.php", "X_VERSION", "<?php\ndefined('X_VERSION') or define('X_VERSION', '1.0.0');\n"),
    ("a.php", "X_VERSION", "<?php\ndefine('X_VERSION', '1.0.0' . '-rc1');\n"),
    ("a.php", "X_VERSION", "<?php\ndefine('X_VERSION', '1.0.0', true);\n"),
    ("a.php", "X_VERSION", "<?php\n$o->define('X_VERSION', '1.0.0');\n"),
    ("a.php", "X_VERSION", "<?php\nA::define('X_VERSION', '1.0.0');\n"),
    ("a.php", "X_VERSION", "<?php\nfunction f() { define('X_VERSION', '1.0.0'); }\n"),
    ("a.php", "X_VERSION", "<?php\nreturn;\ndefine('X_VERSION', '1.0.0');\n"),
    ("a.php", "X_VERSION", "<?php\ndefine('X_VERSION', '0.9.0');\ndefine('X_VERSION', '1.0.0');\n"),
    ("a.php", "X_VERSION", "<?php\n// define('X_VERSION', '1.0.0');\n"),
    ("a.php", "X_VERSION", "<?php\n$x = \"define('X_VERSION', '1.0.0');\";\n"),
    ("a.js", "version", "module.exports = merge({ version: \"1.0.0\" }, require(\"./o\"))\n"),
    ("a.js", "version", "module.exports = Object.assign({}, { version: \"1.0.0\" }, require(\"./o\"))\n"),
    ("a.js", "version", "module.exports = { version: \"1.0.0\" } && other\n"),
    ("a.js", "version", "export const { version = \"1.0.0\" } = other\n"),
    ("a.js", "version", "const f = ({ version = \"1.0.0\" }) => version\n"),
    ("a.jsx", "version", "const x = <A version=\"1.0.0\" />\n"),
    ("a.jsx", "VERSION", "const x = (\n  <>\n  const VERSION = \"1.0.0\";\n  </>\n)\n"),
    ("a.js", "VERSION", "x.VERSION = \"0.9.0\"; const y = <a>`</a>\nx.VERSION = \"1.0.0\"\nconst z = <a>`</a>\n"),
    ("a.scala", "version", "object A {\n  val x = <p>\n val version = \"1.0.0\"\n  </p>\n}\n"),
    ("setup.py", "version", "setup(**dict({\"version\": \"1.0.0\"}, **other))\n"),
    ("a.py", "version", "INFO = {\"version\": \"1.0.0\"} | other\n"),
    ("a.py", "version", "INFO = merge({\"version\": \"1.0.0\"}, other)\n"),
    ("a.rb", "version", "INFO = { version: \"1.0.0\" }.merge(OTHER)\n"),
    ("a.rb", "version", "INFO = {\n  version: \"1.0.0\"\n}\n  .merge(OTHER)\n"),
    ("mix.exs", "version", "defmodule A do\n  def project do\n    [version: \"1.0.0\"] ++ other()\n  end\nend\n"),
    ("mix.exs", "version", "defmodule A do\n  def project do\n    other() ++ [version: \"1.0.0\"]\n  end\nend\n"),
    (
        "mix.exs",
        "version",
        "defmodule A do\n  def project do\n    Keyword.merge([version: \"1.0.0\"], other())\n  end\nend\n",
    ),
    (
        "mix.exs",
        "version",
        "defmodule A do\n  def project do\n    [version: \"1.0.0\"]\n    |> Keyword.merge(other())\n  end\nend\n",
    ),
    ("build.gradle", "version", "ext.info = [version: \"1.0.0\"] + other\n"),
    ("v.hpp", "VERSION", "constexpr std::string_view VERSION{\"1.0.0\", 3};\n"),
    ("v.hpp", "VERSION", "constexpr std::string_view VERSION{\"1.0.0\" SUFFIX};\n"),
    ("v.hpp", "VERSION", "f(VERSION{\"1.0.0\"});\n"),
    ("v.hpp", "VERSION", "auto x = VERSION{\"1.0.0\"};\n"),
    ("v.hpp", "VERSION", "void f() { const std::string VERSION{\"1.0.0\"}; }\n"),
    ("v.hpp", "VERSION", "#if 0\nconstexpr std::string_view VERSION{\"1.0.0\"};\n#endif\n"),
    ("v.hpp", "VERSION", "#define X const char* VERSION = \"1.0.0\";\n"),
    ("v.hpp", "VERSION", "struct A { std::string VERSION{\"1.0.0\"}; A() : VERSION{\"0.9.0\"} {} };\n"),
    ("v.hpp", "VERSION", "struct A { std::string VERSION{\"1.0.0\"}; A() : VERSION{x} {} };\n"),
    ("package.json", "version", "{\n  // c\n  \"version\": \"1.0.0\"\n}\n"),
    ("a.jsonc", "version", "/* { \"version\": \"1.0.0\" }"),
    ("a.jsonc", "version", "{ /* \"version\": \"1.0.0\" */ }"),
    ("a.jsonc", "version", "{ \"version\": \"1.0.0\" /*/ }"),
    ("a.jsonc", "version", "{ \"version\": \"1.0.0\",, }"),
    ("a.jsonc", "version", "{ \"version\": \"1.0.0\", \"version\": \"0.9.0\" }"),
    ("a.jsonc", "version", "{ \"version\": \"1.0.0\" // \r \"version\": \"0.9.0\"\n }"),
    ("deno.json", "version", "<<<<<<< HEAD\n{ \"version\": \"1.0.0\" }\n=======\n>>>>>>> x\n"),
    ("debian/changelog", "x", "x (1.0.0~rc1-1) unstable; urgency=medium\n"),
    ("debian/changelog", "x", "x (0.9.0-1) unstable; urgency=medium\n\nx (1.0.0-1) unstable; urgency=medium\n"),
    ("debian/changelog", "x", "# x\nx (1.0.0-1) unstable; urgency=medium\n"),
    ("debian/changelog", "x", " x (1.0.0-1) unstable; urgency=medium\n"),
    ("changelog", "x", "x (1.0.0-1) unstable; urgency=medium\n"),
    (
        "Cargo.toml",
        "package.version",
        "[package]\nversion.workspace = true\n[workspace.package]\nversion = \"1.0.0\"\n",
    ),
    ("Cargo.toml", "package.version", "[package]\nversion = \"1.0.0\"\nversion = \"0.9.0\"\n"),
    ("pyproject.toml", "project.version", "[project]\ndynamic = [\"version\"]\nversion = \"1.0.0\"\n"),
    ("pyproject.toml", "tool.poetry.version", "[project]\nversion = \"0.9.0\"\n[tool.poetry]\nversion = \"1.0.0\"\n"),
    ("a.yaml", "version", "version: 1.0.0\n---\nversion: 0.9.0\n"),
    ("a.yaml", "version", "base: &b\n  version: 0.9.0\n<<: *b\nversion: 1.0.0\nversion: 0.9.0\n"),
    ("a.yaml", "a.version", "a:\n  <<: *x\n  version: 1.0.0\n"),
    ("a.yaml", "version", "version: |\n  1.0.0\n  0.9.0\n"),
    ("a.yaml", "version", "version: >-\n  1.0.0\n  -rc1\n"),
    ("a.yaml", "version", "# version: 1.0.0\nversion: ${VERSION:-1.0.0}\n"),
    ("a.yaml", "version", "version: {{ .Values.v }}\n"),
    ("a.yaml", "version", "x: |\n  version: 1.0.0\n"),
    ("pubspec.yaml", "version", "version: 1.0.0-dev\n"),
    (
        "package.json",
        "version",
        "{\"version\": \"1.0.0\", \"publishConfig\": {\"version\": \"0.9\"}, \"version\": \"0.9.0\"}",
    ),
    ("package.json", "version", "{\"version\": [\"1.0.0\"]}"),
    ("package.json", "version", "{\"Version\": \"1.0.0\"}"),
    ("package.json", "version", "{\"version\": \"1.0.0\"} {\"version\":\"0.9.0\"}"),
    ("package.json", "version", "{\"\\u0076ersion\": \"0.9.0\", \"version\": \"1.0.0\"}"),
    ("pom.xml", "project.version", "<project><version>1.0.0</version><version>0.9.0</version></project>"),
    ("pom.xml", "project.version", "<project><version>1.0.0${suffix}</version></project>"),
    (
        "pom.xml",
        "project.version",
        "<project><!-- <version>1.0.0</version> --><parent><version>1.0.0</version></parent></project>",
    ),
    ("pom.xml", "project.version", "<!DOCTYPE p [<!ENTITY v \"0.9.0\">]><project><version>&v;</version></project>"),
    (
        "X.csproj",
        "Project.PropertyGroup.Version",
        "<Project><PropertyGroup><Version>1.0.0</Version></PropertyGroup><PropertyGroup><Version>0.9.0</Version></PropertyGroup></Project>",
    ),
    (
        "X.csproj",
        "Project.PropertyGroup.Version",
        "<Project><PropertyGroup><Version>1.0.0</Version><Version>$(Version)-rc</Version></PropertyGroup></Project>",
    ),
    (
        "X.csproj",
        "Project.PropertyGroup.Version",
        "<Project><Choose><Otherwise><PropertyGroup><Version>1.0.0</Version></PropertyGroup></Otherwise></Choose></Project>",
    ),
    (
        "X.csproj",
        "Project.PropertyGroup.Version",
        "<Project TreatAsLocalProperty=\"Version\"><PropertyGroup><Version>1.0.0</Version></PropertyGroup><ItemGroup><X/></ItemGroup><Target Name=\"a\"><CreateProperty Value=\"0.9.0\"><Output TaskParameter=\"Value\" PropertyName=\"Version\"/></CreateProperty></Target></Project>",
    ),
    (
        "Info.plist",
        "V",
        "<plist version=\"1.0\"><dict><key>V</key><string>1.0.0</string><key>V</key><string>0.9.0</string></dict></plist>",
    ),
    (
        "Info.plist",
        "V",
        "<plist version=\"1.0\"><dict><key>V</key><string>$(MARKETING_VERSION)</string></dict></plist>",
    ),
    ("a.php", "version", "<?php\n$version = \"1.0.0\";\n$x = &$version;\n$x = \"0.9.0\";\n"),
    ("a.php", "version", "<?php\n$version = \"1.0.0\";\nforeach ([\"0.9.0\"] as $version) {}\n"),
    ("a.php", "version", "<?php\n$GLOBALS[\"version\"] = \"1.0.0\";\nversion();\n$version = \"0.9.0\";\n"),
    ("a.php", "version", "<?php\n$version = <<<X\n1.0.0\nX;\n$version .= \"-rc\";\n"),
    (
        "a.php",
        "VERSION",
        "<?php\nclass A { const VERSION = \"1.0.0\"; }\nclass B extends A { const VERSION = \"0.9.0\"; }\n",
    ),
    ("a.php", "version", "<?php\nreturn array_filter([\"version\" => \"1.0.0\"], fn($x) => false);\n"),
    ("a.php", "version", "<?php\nif (1): ?>\n<?php $version = \"1.0.0\"; ?>\n<?php endif;\n"),
    ("a.php", "version", "<?php\n$f = fn() => [\"version\" => \"1.0.0\"];\n"),
    ("a.php", "version", "<?php\n$a = new class { public $version = \"1.0.0\"; };\n$a->version = \"0.9.0\";\n"),
    ("a.ts", "version", "declare const version: \"1.0.0\"\n"),
    ("a.ts", "version", "export let version: string = \"1.0.0\"\nexport function f() { version = \"0.9.0\" }\n"),
    ("a.js", "version", "var version = \"1.0.0\"\nwith (o) { version = \"0.9.0\" }\n"),
    ("a.js", "version", "export const version = process.env.V ?? \"1.0.0\"\n"),
    ("a.js", "version", "export const version = \"1.0.0\".replace(\"1\", \"2\")\n"),
    ("a.js", "version", "export const version = \"1.0.0\" || x\n"),
    ("a.js", "version", "const version = \"1.0.0\"; { var x = 1 }\nlabel: { const version = \"0.9.0\" }\n"),
    ("a.js", "a.version", "const a = { version: \"1.0.0\" }\nReflect.set(a, \"version\", \"0.9.0\")\n"),
    ("a.js", "a.version", "const a = new Proxy({ version: \"1.0.0\" }, {})\n"),
    ("a.js", "version", "/* eslint */ `${\"1.0.0\"}`; const version = `1.0.0${x}`\n"),
    ("a.js", "version", "const version = \"1.0.0\" // \u{2028} version = \"0.9.0\"\n"),
    ("a.js", "version", "module.exports.version = \"1.0.0\"\nmodule.exports = other\n"),
    ("a.ts", "version", "enum A { version = \"1.0.0\" }\nenum A { version = \"0.9.0\" }\n"),
    ("a.ts", "version", "abstract class A { version = \"1.0.0\" }\nclass B extends A { version = \"0.9.0\" }\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\"\n__version__: str\n__version__ += \"rc1\"\n"),
    ("a.py", "__version__", "try:\n    __version__ = \"1.0.0\"\nexcept E:\n    pass\n"),
    ("a.py", "__version__", "for __version__ in [\"1.0.0\", \"0.9.0\"]: pass\n__version__ = \"1.0.0\"\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\"\nwith a() as __version__: pass\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\"\n(__version__ := \"0.9.0\")\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\"\nmatch x:\n    case __version__: pass\n"),
    ("a.py", "__version__", "__version__ = (\"1.0.0\" \".dev0\")\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\" \\\n  \".dev0\"\n"),
    ("a.py", "__version__", "__version__ = b\"1.0.0\"\n"),
    (
        "a.py",
        "__version__",
        "def f():\n  global __version__\n  __version__ = \"0.9.0\"\n__version__ = \"1.0.0\"\nf()\n",
    ),
    ("a.py", "__version__", "__version__ = \"1.0.0\"; __version__ = x\n"),
    ("a.py", "__version__", "if True: __version__ = \"1.0.0\"\n"),
    ("a.py", "__version__", "__version__ = \"1.0.0\"\ntry: pass\nexcept E as __version__: pass\n"),
    ("setup.py", "version", "setup(version=\"1.0.0\" + s)\n"),
    ("setup.py", "version", "setup(use_scm_version=True, version=\"1.0.0\")\n"),
    ("a.go", "Version", "package a\n/*\nconst Version = \"1.0.0\"\n*/\n"),
    ("a.go", "Version", "package a\nconst Version = \"1.0.0\" + \"-rc\"\n"),
    ("a.go", "Version", "package a\nvar Version = \"1.0.0\"\nfunc init() { p := &Version; *p = \"x\" }\n"),
    ("a.go", "Version", "package a\ntype T struct { Version string `default:\"1.0.0\"` }\n"),
    ("a.go", "Version", "package a\nconst (\n Version = \"1.0.0\"\n Other = iota\n)\nvar x = T{Version: \"0.9.0\"}\n"),
    ("a.rs", "VERSION", "macro! { const VERSION: &str = \"1.0.0\"; }\n"),
    ("a.rs", "VERSION", "html!(const VERSION: &str = \"1.0.0\";);\n"),
    ("a.rs", "VERSION", "const VERSION: &str = concat!(\"1.0.0\", \"-rc\");\n"),
    ("a.rs", "VERSION", "static mut VERSION: &str = \"1.0.0\"; fn f() { unsafe { VERSION = \"0.9.0\" } }\n"),
    ("a.rs", "VERSION", "fn f() { const VERSION: &str = \"1.0.0\"; }\n"),
    ("a.rs", "VERSION", "#[cfg(feature = \"x\")]\npub mod a {\n pub const VERSION: &str = \"1.0.0\";\n}\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\" \"-rc\"\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\" SUFFIX\n"),
    ("a.h", "VERSION", "#define VERSION(x) \"1.0.0\"\n"),
    ("a.h", "VERSION", "#define VERSION \"1.0.0\"\n#define VERSION \"0.9.0\"\n"),
    ("a.h", "VERSION", "#ifdef X\n#else\n#define VERSION \"1.0.0\"\n#endif\n"),
    ("a.h", "VERSION", "#if 0\n#endif\n#ifndef VERSION\n# define VERSION \"1.0.0\"\n#endif\n"),
    (
        "a.cpp",
        "VERSION",
        "[[maybe_unused]] static const char* VERSION = \"1.0.0\"; void f() { VERSION = \"0.9.0\"; }\n",
    ),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\" if X\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\" unless X\n"),
    ("a.rb", "VERSION", "VERSION ||= \"1.0.0\"\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\" \"-rc\"\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\" + ENV[\"X\"].to_s\n"),
    ("a.rb", "VERSION", "VERSION = \"1.0.0\"\nmodule A; VERSION = \"0.9.0\"; end\n"),
    (
        "a.gemspec",
        "s.version",
        "Gem::Specification.new do |s|\n  s.version = \"1.0.0\"\n  s.version = \"#{s.version}-pre\" if x\nend\n",
    ),
    ("build.gradle", "version", "version = \"1.0.0-${x}\"\n"),
    ("build.gradle", "version", "version = \"1.0.0\"\nif (x) { version = \"0.9.0\" }\n"),
    ("build.gradle", "version", "version = \"1.0.0\"\nversion += \"-SNAPSHOT\"\n"),
    (
        "build.gradle",
        "version",
        "buildscript { ext.version = \"1.0.0\" }\nversion = project.findProperty(\"v\") ?: \"1.0.0\"\n",
    ),
    ("build.gradle.kts", "version", "version = providers.gradleProperty(\"v\").getOrElse(\"1.0.0\")\n"),
    ("A.java", "VERSION", "class A { static String VERSION = \"1.0.0\"; static { VERSION = \"0.9.0\"; } }\n"),
    ("A.java", "VERSION", "@interface A { String VERSION() default \"1.0.0\"; }\n"),
    ("A.kt", "VERSION", "val VERSION by lazy { \"1.0.0\" }\n"),
    ("A.swift", "version", "let version = { \"1.0.0\" }()\n"),
    ("A.swift", "version", "var version = \"1.0.0\" { didSet { version = \"0.9.0\" } }\n"),
    ("A.swift", "version", "func f(version: String = \"1.0.0\") {}\n"),
    ("A.cs", "Version", "[assembly: AssemblyVersion(\"1.0.0\")]\nclass A { string Version => \"0.9.0\"; }\n"),
    (
        "A.cs",
        "Version",
        "class A { public string Version { get; set; } = \"1.0.0\"; }\nclass B { B() { Version = \"0.9.0\"; } }\n",
    ),
    ("a.py", "f", "def f(version=\"1.0.0\"): pass\n"),
    ("a.py", "version", "def f(version=\"1.0.0\"): pass\n"),
    ("a.rb", "version", "def f(version = \"1.0.0\"); end\n"),
    ("a.js", "version", "function f(version = \"1.0.0\") {}\n"),
    ("a.js", "version", "const f = (version = \"1.0.0\") => version\n"),
    ("a.php", "version", "<?php function f($version = \"1.0.0\") {}\n"),
    ("A.kt", "version", "fun f(version: String = \"1.0.0\") = version\n"),
    ("A.kt", "version", "class A(val version: String = \"1.0.0\")\n"),
    ("a.dart", "version", "void f({String version = \"1.0.0\"}) {}\n"),
    ("a.dart", "version", "class A { A({this.version = \"1.0.0\"}); final String version; }\n"),
    ("a.scala", "version", "case class A(version: String = \"1.0.0\")\n"),
    ("a.cpp", "version", "void f(const char* version = \"1.0.0\");\n"),
    ("a.ts", "version", "class A { constructor(public version = \"1.0.0\") {} }\n"),
    ("a.go", "Version", "package a\nfunc f() { f2(Version = \"1.0.0\") }\n"),
    ("a.properties", "version", "version=1.0.0\\\n-rc1\n"),
    ("a.properties", "version", "version=1.0.0 # now\n"),
    ("a.ini", "version", "[a]\nversion=1.0.0\n[b]\nversion=0.9.0\n"),
    ("setup.cfg", "metadata.version", "[metadata]\nversion = attr: x.__version__\n"),
    ("setup.cfg", "metadata.version", "[metadata]\nversion = 1.0.0\n  -rc\n"),
    (".env", "VERSION", "VERSION=1.0.0\n#VERSION=0.9.0\nVERSION=0.9.0\n"),
    (".env", "VERSION", "VERSION=$(cat v)\n"),
    (".env", "VERSION", "VERSION=`echo 1.0.0`\n"),
    (".env", "VERSION", "VERSION=1.0.0$X\n"),
    (".env", "VERSION", "VERSION=\"1.0.0\"-rc\n"),
    (".env", "VERSION", "VERSION=1.0.0 -rc\n"),
    ("a.xcconfig", "V", "V = 1.0.0\nV[config=Release] = 0.9.0\n"),
    ("a.xcconfig", "V", "V = $(inherited)1.0.0\n"),
    ("VERSION", "x", "# 1.0.0\n"),
    ("VERSION", "x", "1.0.0 # old\n"),
    ("VERSION", "x", "version=1.0.0\n"),
];
