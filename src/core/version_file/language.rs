//! The languages of programs and build files, as one table: what is a comment or a text in each, and which blocks always run.

/// What is peculiar to a family of languages, beyond what the table says of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Braces, and statements that end with a semicolon.
    Semicolons,
    /// C and C++: a preprocessor, and lines that a backslash carries on.
    Preprocessed,
    /// Attributes, lifetimes, `r#"…"#`.
    Rust,
    /// Code only between `<?php` and `?>`.
    Php,
    /// Braces, and statements that end with the line.
    Lines,
    /// Build constraints before the package.
    Go,
    /// JavaScript and TypeScript.
    Script,
    /// Groovy and Kotlin as Gradle runs them: every block is a closure.
    Gradle,
    /// Scala and sbt.
    Scala,
    /// Blocks by indentation.
    Python,
    /// Blocks by `end`, heredocs, `%w[…]`.
    Ruby,
    /// Blocks by `do` and `end`, sigils.
    Elixir,
    /// Names and values, and nothing that runs.
    Settings,
}

impl Syntax {
    /// Says whether a statement ends where its line does.
    pub(super) const fn ends_with_lines(self) -> bool {
        !matches!(self, Self::Semicolons | Self::Preprocessed | Self::Rust | Self::Php | Self::Settings)
    }
}

/// How a language writes comments and texts.
#[derive(Debug)]
pub struct Language {
    endings: &'static [&'static str],
    pub(super) syntax: Syntax,
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    pub(super) nests: bool,
    /// Quotes of texts that may go over lines, longest first.
    pub(super) long_quotes: &'static [&'static str],
    /// Quotes of texts on one line.
    pub(super) quotes: &'static [&'static str],
    /// Quotes in which a backslash is a letter like any other.
    pub(super) raw_quotes: &'static [&'static str],
    /// Quotes whose texts have places that code fills, and what opens such a place.
    pub(super) filled: (&'static [&'static str], &'static [&'static str]),
    /// `/…/` may be a pattern.
    pub(super) has_patterns: bool,
    /// What begins something that this reader does not follow.
    pub(super) unfollowed: &'static [&'static str],
    /// Escapes that count in comments too.
    pub(super) escapes: &'static [&'static str],
    /// Words that open a block which always runs.
    pub(super) containers: &'static [&'static str],
    /// `name = { … }` is a value, and no code that runs later.
    pub(super) has_objects: bool,
    /// `<name>…</name>` may be a value.
    pub(super) has_markup: bool,
}

const C: Language = Language {
    endings: &["c", "h", "cc", "cpp", "hpp"],
    syntax: Syntax::Preprocessed,
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    nests: false,
    long_quotes: &[],
    quotes: &["\"", "'"],
    raw_quotes: &[],
    filled: (&[], &[]),
    has_patterns: false,
    unfollowed: &["R\"", "LR\"", "uR\"", "UR\"", "u8R\"", "%:", "??"],
    escapes: &[],
    containers: &["namespace", "extern", "class", "struct", "enum"],
    has_objects: true,
    has_markup: false,
};

const SEMICOLONS: Language = Language {
    endings: &["java"],
    syntax: Syntax::Semicolons,
    long_quotes: &["\"\"\""],
    unfollowed: &[],
    escapes: &["\\u000", "\\u002", "\\u003", "\\u005", "\\u007", "\\uu"],
    containers: &["class", "interface", "enum", "record"],
    has_objects: false,
    ..C
};

const LINES: Language = Language {
    endings: &["swift"],
    syntax: Syntax::Lines,
    nests: true,
    quotes: &["\""],
    filled: (&["\"", "\"\"\""], &["\\("]),
    has_patterns: true,
    unfollowed: &["#\""],
    containers: &["class", "struct", "enum", "extension", "actor"],
    ..SEMICOLONS
};

const GRADLE: Language = Language {
    endings: &["gradle", "groovy"],
    syntax: Syntax::Gradle,
    long_quotes: &["\"\"\"", "'''"],
    filled: (&["\"", "\"\"\""], &["${"]),
    has_patterns: true,
    unfollowed: &["$/"],
    containers: &[
        "android",
        "defaultConfig",
        "allprojects",
        "subprojects",
        "ext",
        "class",
        "productFlavors",
        "buildTypes",
        "flavors",
    ],
    ..SEMICOLONS
};

const RUBY: Language = Language {
    endings: &["rb", "gemspec", "podspec"],
    syntax: Syntax::Ruby,
    line_comments: &["#"],
    block_comment: None,
    long_quotes: &["\"", "'", "`"],
    quotes: &[],
    filled: (&["\"", "`"], &["#{"]),
    has_patterns: true,
    unfollowed: &["?\"", "?'", "$\"", "$'", "$`"],
    containers: &["module", "class", "Specification", "Spec"],
    ..C
};

const SCRIPT: Language = Language {
    endings: &["js", "mjs", "cjs", "jsx", "tsx"],
    syntax: Syntax::Script,
    long_quotes: &["`"],
    filled: (&["`"], &["${"]),
    has_patterns: true,
    unfollowed: &["<!--"],
    containers: &["class", "namespace", "module", "enum", "default"],
    has_objects: true,
    has_markup: true,
    ..SEMICOLONS
};

static LANGUAGES: [Language; 18] = [
    C,
    SEMICOLONS,
    LINES,
    GRADLE,
    RUBY,
    Language {
        endings: &["cs"],
        unfollowed: &["@\"", "@$\"", "$@\"", "\"\"\""],
        containers: &["namespace", "class", "struct", "record", "interface"],
        ..SEMICOLONS
    },
    Language {
        endings: &["dart"],
        nests: true,
        long_quotes: &["\"\"\"", "'''"],
        filled: (&["\"", "'", "\"\"\"", "'''"], &["${"]),
        unfollowed: &["r\"", "r'"],
        containers: &["class", "mixin", "extension", "enum"],
        has_objects: true,
        ..SEMICOLONS
    },
    Language { endings: &["pbxproj", "proto"], syntax: Syntax::Settings, ..C },
    Language {
        endings: &["php"],
        syntax: Syntax::Php,
        line_comments: &["//", "#"],
        long_quotes: &["\"", "'", "`"],
        quotes: &[],
        filled: (&["\"", "`"], &["${", "{$"]),
        containers: &["namespace", "class", "interface", "trait", "enum"],
        ..SEMICOLONS
    },
    Language {
        endings: &["rs"],
        syntax: Syntax::Rust,
        nests: true,
        long_quotes: &["\""],
        quotes: &[],
        containers: &["mod", "impl"],
        has_objects: true,
        ..SEMICOLONS
    },
    SCRIPT,
    Language { endings: &["ts", "mts", "cts"], has_markup: false, ..SCRIPT },
    Language {
        endings: &["go"],
        syntax: Syntax::Go,
        long_quotes: &["`"],
        raw_quotes: &["`"],
        containers: &[],
        has_objects: true,
        ..SEMICOLONS
    },
    Language {
        endings: &["kt"],
        has_patterns: false,
        quotes: &["\"", "'"],
        raw_quotes: &["\"\"\""],
        filled: (&["\"", "\"\"\""], &["${"]),
        unfollowed: &[],
        containers: &["object", "class", "interface"],
        ..LINES
    },
    Language {
        endings: &["kts"],
        nests: true,
        long_quotes: &["\"\"\""],
        raw_quotes: &["\"\"\""],
        has_patterns: false,
        ..GRADLE
    },
    Language {
        endings: &["scala", "sbt"],
        has_markup: true,
        has_patterns: false,
        syntax: Syntax::Scala,
        quotes: &["\"", "'"],
        raw_quotes: &["\"\"\""],
        filled: (&[], &[]),
        unfollowed: &[],
        containers: &["object", "class", "trait", "package"],
        ..LINES
    },
    Language {
        endings: &["py", "pyi"],
        syntax: Syntax::Python,
        line_comments: &["#"],
        block_comment: None,
        long_quotes: &["\"\"\"", "'''"],
        unfollowed: &[],
        containers: &[],
        ..C
    },
    Language {
        endings: &["ex", "exs"],
        syntax: Syntax::Elixir,
        long_quotes: &["\"\"\"", "'''", "\"", "'"],
        filled: (&["\"", "'", "\"\"\"", "'''"], &["#{"]),
        has_patterns: false,
        containers: &["defmodule", "project"],
        ..RUBY
    },
];

/// Returns the language of an ending.
pub(super) fn language(ending: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.endings.contains(&ending))
}
