//! How a table of the plan file is described: the one list of keys that the reader, the reference and the schema use.

use crate::plan::Placeholder;

/// A table: which keys it has, and what they mean.
pub(crate) struct Table {
    /// What the table is for.
    pub doc: &'static str,
    /// The keys that it always has.
    pub keys: &'static [KeyDescription],
    /// Keys that depend on what kind of thing it is.
    pub choice: VariantChoice,
    /// Where a key belongs that does not fit here: a phrase, and the table that has it.
    pub cousins: &'static [(&'static str, &'static Table)],
}

/// How a table chooses among variants.
pub(crate) enum VariantChoice {
    /// It has none.
    None,
    /// One key names the variant: `kind = "registry"`.
    Word {
        /// The key.
        key: &'static str,
        /// What it may say.
        variants: &'static [Variant],
    },
    /// The variant is the one whose first key is there; exactly one is.
    Presence(&'static [Variant]),
    /// As `Presence`, where none at all is fine too.
    Optional(&'static [Variant]),
}

/// One variant of a table.
pub(crate) struct Variant {
    /// The word that names it, or its first key.
    pub word: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its own keys.
    pub keys: &'static [KeyDescription],
    /// What it can be used for elsewhere in the plan, for a kind of service.
    pub uses: &'static [ServiceUse],
}

/// What services of several kinds can be used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ServiceUse {
    /// It is asked for numbers: `[metric.*] from`.
    Metrics,
    /// It reaches people: `[team.*] tell`.
    Telling,
    /// It turns flags: `[flag.*] connect`.
    Flags,
}

/// One key.
pub(crate) struct KeyDescription {
    /// Its name in the file.
    pub name: &'static str,
    /// What stands there.
    pub kind: ValueKind,
    /// Whether it may be left out.
    pub need: KeyNeed,
    /// What it means, in one sentence.
    pub doc: &'static str,
}

/// Whether a key may be left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyNeed {
    /// It may not.
    Must,
    /// It may, and nothing takes its place.
    May,
    /// It may, and this takes its place.
    Default(&'static str),
}

/// What stands behind a key.
#[derive(Clone, Copy)]
pub(crate) enum ValueKind {
    /// Text that is not empty.
    Text,
    /// Text that names something new.
    NewName,
    /// Text with these placeholders.
    Template(&'static [Placeholder]),
    /// `true` or `false`.
    Bool,
    /// `true`, and nothing else.
    True,
    /// A whole number within these bounds.
    Integer(i64, i64),
    /// A number.
    Number,
    /// A duration: `90s`, `30m`.
    Span,
    /// A signed duration: `-5d`.
    Offset,
    /// A size: `500MB`, `1GiB`.
    Size,
    /// A share: `0.1%`.
    Share,
    /// A limit with its unit: share, duration, size or number.
    Limit,
    /// A path inside the repository.
    Path,
    /// A path inside the repository, with these placeholders.
    PathTemplate(&'static [Placeholder]),
    /// A path inside the repository, or an absolute one.
    AnyPath,
    /// An address: `https://…`.
    Url,
    /// A regular expression.
    Regex,
    /// A pattern of paths: `backend/**`.
    Glob,
    /// A pattern of tracked files, or the absolute path of one outside the repository.
    TrustedFile,
    /// A duration, or a path.
    SpanOrPath,
    /// The name of an environment variable.
    Variable,
    /// A command, with these placeholders.
    Command(&'static [Placeholder]),
    /// A list of commands, with these placeholders.
    Commands(&'static [Placeholder]),
    /// A reference to a secret.
    Secret,
    /// Names, each with text or a reference to a secret.
    Settings(&'static [Placeholder]),
    /// Names, each with text.
    Texts(&'static [Placeholder]),
    /// Any value, compared as JSON.
    Json,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The name of something in this plan.
    Name(Noun),
    /// A list.
    List(&'static ValueKind),
    /// A list, or one alone.
    Many(&'static ValueKind),
    /// A table within.
    Table(&'static Table),
    /// `[[…]]`: a list of tables.
    Tables(&'static Table),
    /// Tables by name: `[check.NAME]`.
    Named(&'static Table),
    /// Tables by the name of something in this plan: `deliver.ARTIFACT`.
    By(Noun, &'static Table),
}

/// What a name can be the name of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Noun {
    /// `[env.*]`.
    Env,
    /// `[check.*]`.
    Check,
    /// `[metric.*]`.
    Metric,
    /// `[check.*]` or `[metric.*]`.
    Verifier,
    /// `[artifact.*]`.
    Artifact,
    /// `[connect.*]`, of one of these kinds; of any when empty.
    Connect(&'static [&'static str]),
    /// `[connect.*]`, of a kind that can be used for this.
    Service(ServiceUse),
    /// `[log.*]`.
    Log,
    /// `[flag.*]`.
    Flag,
    /// `[team.*]`.
    Team,
    /// `[severity.*]`.
    Severity,
    /// A phase, built in or from `phases`.
    Phase,
    /// A team, or a member of one.
    Owner,
}

impl Noun {
    /// Returns what it is called in a sentence.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Env => "environment",
            Self::Check => "check",
            Self::Metric => "metric",
            Self::Verifier => "check or metric",
            Self::Artifact => "artifact",
            Self::Connect(_) | Self::Service(_) => "connect",
            Self::Log => "log",
            Self::Flag => "flag",
            Self::Team => "team",
            Self::Severity => "severity",
            Self::Phase => "phase",
            Self::Owner => "team or member",
        }
    }
}

/// Describes a key that may not be left out.
pub(crate) const fn must(name: &'static str, kind: ValueKind, doc: &'static str) -> KeyDescription {
    KeyDescription { name, kind, need: KeyNeed::Must, doc }
}

/// Describes a key that may be left out.
pub(crate) const fn may(name: &'static str, kind: ValueKind, doc: &'static str) -> KeyDescription {
    KeyDescription { name, kind, need: KeyNeed::May, doc }
}

impl KeyDescription {
    /// Says what takes the key's place when it is left out.
    pub(crate) const fn or(self, text: &'static str) -> Self {
        Self { name: self.name, kind: self.kind, need: KeyNeed::Default(text), doc: self.doc }
    }
}

/// Describes a variant.
pub(crate) const fn variant(word: &'static str, doc: &'static str, keys: &'static [KeyDescription]) -> Variant {
    Variant { word, doc, keys, uses: &[] }
}

impl Variant {
    /// Says what it can be used for elsewhere in the plan.
    pub(crate) const fn used_for(self, uses: &'static [ServiceUse]) -> Self {
        Self { uses, ..self }
    }
}

/// Describes a table without variants.
pub(crate) const fn plain(doc: &'static str, keys: &'static [KeyDescription]) -> Table {
    Table { doc, keys, choice: VariantChoice::None, cousins: &[] }
}

impl Table {
    /// Returns the variants, none when there is no choice.
    pub(crate) const fn variants(&self) -> &'static [Variant] {
        match &self.choice {
            VariantChoice::None => &[],
            VariantChoice::Word { variants, .. }
            | VariantChoice::Presence(variants)
            | VariantChoice::Optional(variants) => variants,
        }
    }

    /// Returns every key of the table and of all its variants.
    pub(crate) fn all_keys(&self) -> impl Iterator<Item = &'static KeyDescription> {
        self.keys.iter().chain(self.variants().iter().flat_map(|v| v.keys))
    }
}

/// Where a text may stand decides which placeholders have a value there.
pub(crate) mod places {
    use crate::plan::Placeholder::{self, *};

    /// Nowhere is anything filled in.
    pub(crate) const NOTHING: &[Placeholder] = &[];
    /// Names of branches and tags.
    pub(crate) const VERSION: &[Placeholder] = &[Version, Major, Minor, Patch];
    /// What is true of a release wherever it goes.
    pub(crate) const RELEASE: &[Placeholder] = &[Version, Tag, Branch, Previous, PreviousTag];
    /// An image, which is known before any release is.
    pub(crate) const IMAGE: &[Placeholder] = &[Version, Tag];
    /// What is there now, whatever release that is.
    pub(crate) const NOW: &[Placeholder] = &[Env, Url];
    /// A check, which may be asked about an environment.
    pub(crate) const CHECK: &[Placeholder] = &[Version, Tag, Branch, Previous, PreviousTag, Env, Url];
    /// A deploy: the environment is known, and what is delivered.
    pub(crate) const DELIVER: &[Placeholder] = &[Version, Tag, Branch, Previous, PreviousTag, Env, Url, Image, Digest];
    /// A query of a metric.
    pub(crate) const METRIC: &[Placeholder] = &[Version, Tag, Previous, PreviousTag, Env, Horizon];
}
