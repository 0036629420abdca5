//! What `tminus help TOPIC` prints, and the examples of every page.

use super::{TOPICS, list, page};
use crate::cli::args::Cli;
use clap::Parser;
use std::collections::BTreeSet;
use std::path::Path;

/// The page of `docs/` that is about the program's making and not its use.
const NO_TOPIC: &str = "ux-matrix";

/// Returns the code of a page, line by line.
fn code(markdown: &str) -> Vec<&str> {
    let fenced = markdown.split("```").skip(1).step_by(2);
    fenced.flat_map(|block| block.lines().skip(1)).collect()
}

#[test]
fn every_page_of_the_documentation_is_a_topic() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let files = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let names: BTreeSet<String> = files.filter_map(|f| Some(f.file_stem()?.to_string_lossy().into_owned())).collect();
    let topics = TOPICS.iter().map(|topic| topic.name.to_owned());
    assert_eq!(names, topics.chain([NO_TOPIC.to_owned()]).collect());
}

#[test]
fn no_line_of_a_topic_is_wider_than_a_terminal_of_80_columns() {
    for topic in TOPICS {
        let code = code(topic.text);
        for line in page(topic.text).lines().filter(|line| !code.iter().any(|c| c.trim() == line.trim())) {
            assert!(line.chars().count() <= 80, "{}: {line}", topic.name);
        }
    }
}

#[test]
fn nothing_of_markdown_is_left_in_a_topic() {
    for topic in TOPICS {
        let printed = page(topic.text);
        assert!(printed.lines().count() > 10, "{} is short: {printed}", topic.name);
        let code = code(topic.text);
        for line in printed.lines().filter(|line| !code.iter().any(|c| c.trim() == line.trim())) {
            // A pattern of paths, such as scripts/**, is no emphasis.
            let line = line.replace("/**", "");
            let is_left = ["`", "**", "](", "<!--"].iter().any(|mark| line.contains(mark));
            let begins = line.trim_start().starts_with(['#', '|']);
            assert!(!is_left && !begins, "{}: {line}", topic.name);
        }
    }
}

/// Returns the words of a text, letters and digits alone.
fn words(text: &str) -> BTreeSet<String> {
    let plain = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    text.split_whitespace().map(plain).collect()
}

#[test]
fn every_word_of_a_page_is_printed() {
    for topic in TOPICS {
        let lines = topic.text.lines().filter(|l| !l.starts_with("<!--") && !l.starts_with("```") && !l.contains("]("));
        let (source, printed) = (words(&lines.collect::<Vec<_>>().join("\n")), words(&page(topic.text)));
        let missing: Vec<&String> = source.difference(&printed).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", topic.name);
    }
}

#[test]
fn the_list_has_a_line_for_each_topic() {
    let list = list();
    assert_eq!(list.lines().count(), TOPICS.len() + 1);
    for (line, topic) in list.lines().skip(1).zip(TOPICS) {
        let about = line.trim_start().strip_prefix(topic.name).map(str::trim).unwrap_or_default();
        assert!(about.len() > 5 && line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_page_is_laid_out_for_reading() {
    let source = "# A page of `code`\n\nOne *word* of\n`it`, and [more](engine.md).\n\n- an item\n  that goes on\n- another\n\n\
                  ```\nleft   as it is\n```\n\n| key | what |\n| --- | --- |\n| `a\\|b` | c |\n";
    let printed = "A PAGE OF CODE\n\n    One word of 'it', and more ('tminus help engine').\n\n    - an item that goes on\n    \
                   - another\n\n      left   as it is\n\n    key  what\n    ---  ----\n    a|b  c\n";
    assert_eq!(page(source), printed);
}

#[test]
fn every_command_in_an_example_is_a_command_line_of_this_program() {
    let front = include_str!("../../../README.md");
    let mut count = 0;
    for text in TOPICS.iter().map(|topic| topic.text).chain([front]) {
        let commands = code(text).into_iter().filter(|line| line.starts_with("tminus"));
        for line in commands {
            let written = line.split(" #").next().unwrap_or_default();
            let words = shell_words::split(written).unwrap_or_else(|error| panic!("{line}: {error}"));
            // What a command printed stands in the same blocks.
            if let Err(error) = Cli::try_parse_from(&words) {
                panic!("{line}: {error}");
            }
            count += 1;
        }
    }
    assert!(count > 30, "{count} commands");
}
