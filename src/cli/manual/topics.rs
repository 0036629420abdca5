//! The topics: the files of `docs/`, by name.

use super::inline;

/// A page of the documentation.
#[derive(Debug)]
pub struct Topic {
    /// What it is called behind `tminus help`, and as a file of `docs/`.
    pub name: &'static str,
    /// The page, as Markdown.
    pub text: &'static str,
}

macro_rules! topics {
    ($($name:literal),+ $(,)?) => {
        /// Every topic, in reading order.
        pub const TOPICS: &[Topic] =
            &[$(Topic { name: $name, text: include_str!(concat!("../../../docs/", $name, ".md")) }),+];
    };
}

topics![
    "concepts",
    "rehearsal",
    "release",
    "docker",
    "rollback",
    "trust",
    "secrets",
    "engine",
    "pairing",
    "commands",
    "exit-codes",
    "keys",
    "settings",
    "plan",
    "lint",
    "tools",
    "files",
    "numbers",
];

impl Topic {
    /// Returns its title, which says in one line what it is about.
    pub fn title(&self) -> String {
        let first = self.text.lines().next().unwrap_or_default();
        inline::text(first.trim_start_matches(['#', ' ']))
    }
}

/// Finds a topic by its name.
pub fn named(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

/// Lists the topics, one a line, as the help of the program ends.
pub fn list() -> String {
    let longest = TOPICS.iter().map(|topic| topic.name.len()).max().unwrap_or_default();
    let line = |topic: &Topic| format!("  {:longest$}  {}\n", topic.name, topic.title());
    format!("Topics, for `tminus help TOPIC`:\n{}", TOPICS.iter().map(line).collect::<String>().trim_end())
}
