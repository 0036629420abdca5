//! The section that is drafted for a release, and the place that it gets in its file.

use tminus_core::changelog::{CommitWords, draft, last_release, place, with_section};
use tminus_core::names::{Commit, Version};
use tminus_core::plan::Template;

fn commits(messages: &[&str]) -> Vec<CommitWords> {
    let commit = |(at, message): (usize, &&str)| CommitWords {
        id: Commit::new(format!("{at:040}")),
        parents: if message.starts_with("Merge") { 2 } else { 1 },
        message: (*message).to_owned(),
    };
    messages.iter().enumerate().map(commit).collect()
}

fn drafted(messages: &[&str]) -> String {
    draft(&commits(messages), 3, (&["Version 1.0.0".to_owned()], None))
}

#[test]
fn commits_are_grouped_by_type_breaking_ones_first_and_none_is_dropped_for_its_form() {
    let draft = drafted(&[
        "Version 1.0.0",
        "fix: no crash",
        "Merge branch 'x'",
        "feat(api)!: v2 only",
        "wip",
        "feat: search\n\nBREAKING CHANGE: the index is new",
        "feat: voice",
        "perf: faster",
        "docs: the guide",
        "chore(ci): cache",
    ]);
    let expected = "### Breaking changes\n\n- **api:** v2 only\n- search: the index is new\n\n### Added\n\n- voice\n\n\
                    ### Changed\n\n- faster\n\n### Fixed\n\n- no crash\n\n### Documentation\n\n- the guide\n\n\
                    ### Maintenance\n\n- **ci:** cache\n\n### Other commits\n\n- wip\n";
    assert_eq!(draft, expected);
}

#[test]
fn a_commit_that_was_reverted_has_no_entry_and_a_revert_of_an_older_one_has_its_own() {
    let of = |at: usize| format!("Revert \"x\"\n\nThis reverts commit {at:040}.");
    assert_eq!(drafted(&[&of(1), "feat: voice", "fix: a"]), "### Fixed\n\n- a\n");
    assert_eq!(drafted(&[&of(1), &of(2), "feat: voice"]), "### Added\n\n- voice\n", "the revert was reverted");
    assert_eq!(drafted(&[&of(99)]), "### Reverted\n\n- Revert \"x\"\n");
}

#[test]
fn what_a_message_says_is_one_short_line_that_markdown_and_a_terminal_only_show() {
    for (message, entry) in [
        ("feat: <!-- x", "&lt;!-- x"),
        ("# 9.9.9", "\\# 9.9.9"),
        ("1. one", "1\\. one"),
        ("feat: `code_x` of *x* [y](z)", "`code_x` of \\*x\\* \\[y\\](z)"),
        ("feat: ``` {{ x }}", "\\`\\`\\` &#123;&#123; x &#125;&#125;"),
        ("feat: \u{1b}]0;t\u{7}bell\u{202e}x", "bellx"),
    ] {
        let draft = drafted(&[message]);
        assert!(draft.ends_with(&format!("- {entry}\n")), "{message:?}: {draft:?}");
    }
    let many: Vec<String> = (0..900).map(|at| format!("feat: {at} {}", "x".repeat(500))).collect();
    let draft = drafted(&many.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(
        draft.len() < 16 * 1024 && draft.contains("more\n") && draft.lines().all(|line| line.chars().count() < 170)
    );
}

#[test]
fn the_heading_is_as_the_newest_one_of_the_file_and_stands_above_it() {
    for (newest, heading) in [
        ("## [0.9.4] - 2026-01-01", "## [1.0.0] - YYYY-MM-DD"),
        ("## 0.9.4", "## 1.0.0"),
        ("# v0.9.4 (2026-01-01)", "# v1.0.0 (YYYY-MM-DD)"),
        ("## [0.9.4](https://x/0.9.3...0.9.4) (2026-01-01)", "## 1.0.0 (YYYY-MM-DD)"),
        ("## 0.9.4 2026-01-01", "## 1.0.0 YYYY-MM-DD"),
    ] {
        let text = format!("# Changelog\n\n{newest}\n\n- old\n");
        let place = place(&text, "CHANGELOG.md", ("1.0.0", "v1.0.0")).unwrap();
        assert_eq!((place.heading.as_str(), place.line, place.lines), (heading, 3, 2..2), "{newest}");
    }
    assert_eq!(place("# Changelog\n", "CHANGELOG.md", ("1.0.0", "v1.0.0")).unwrap().heading, "## 1.0.0 - YYYY-MM-DD");
}

#[test]
fn what_is_unreleased_becomes_the_section_and_line_ends_and_links_stay() {
    let text = "# Changelog\r\n\r\n## [Unreleased]\r\n\r\n### Added\r\n\r\n- voice\r\n\r\n## [0.9.4] - 2026-01-01\r\n\r\n- old\r\n\r\n[0.9.4]: https://x\r\n";
    let place = place(text, "CHANGELOG.md", ("1.0.0", "v1.0.0")).unwrap();
    assert_eq!(
        (place.unreleased.as_str(), place.heading.as_str()),
        ("### Added\n\n- voice", "## [1.0.0] - YYYY-MM-DD")
    );
    assert_eq!(place.line, 5);
    let section = "## [1.0.0] - 2026-11-30\n\n### Added\n\n- voice";
    let new = with_section(text, "CHANGELOG.md", ("1.0.0", "v1.0.0"), section).unwrap();
    let expected = text.replace("## [Unreleased]\r\n", "## [Unreleased]\r\n\r\n## [1.0.0] - 2026-11-30\r\n");
    assert_eq!(new, expected);
    let alone = "# Changelog\n\n## Unreleased\n\n[x]: https://x\n";
    let new = with_section(alone, "CHANGELOG.md", ("1.0.0", "v1.0.0"), "## 1.0.0\n\n- a").unwrap();
    assert_eq!(new, "# Changelog\n\n## Unreleased\n\n## 1.0.0\n\n- a\n\n[x]: https://x\n");
}

#[test]
fn a_section_that_is_there_is_refused_with_its_line_and_so_is_what_would_hide_another() {
    let there = |text: &str, file: &str| place(text, file, ("1.0.0", "v1.0.0")).unwrap_err();
    assert_eq!(there("# C\n\n## v1.0.0\n\n- a\n", "C.md"), "line 3 has a section for 1.0.0 already");
    assert_eq!(
        there("# C\n\n## Unreleased\n\n## [Unreleased]\n", "C.md"),
        "lines 3 and 5 are both headings of what is unreleased"
    );
    assert_eq!(there("x\n", "NEWS.rst"), "only a changelog of Markdown (`.md`) is written");
    assert_eq!(
        there("# C\n\n0.9.4\n-----\n\n- a\n", "C.md"),
        "line 3: only headings that begin with `#` can be followed"
    );
    let text = "# C\n\n## 0.9.4\n\n- old\n";
    for section in ["## 1.0.0\n\n- a\n<!-- ", "## 1.0.0\n\n```\n- a", "## 2.0.0\n\n- a", "## 1.0.0", "- a"] {
        let refused = with_section(text, "C.md", ("1.0.0", "v1.0.0"), section);
        assert!(refused.is_err(), "{section:?}: {refused:?}");
    }
}

#[test]
fn the_last_release_is_the_highest_version_and_one_on_its_way_counts_only_for_another_such() {
    let tags = ["v0.9.10", "v0.9.9", "v1.0.0-rc.9", "v1.0.0-rc.10", "v1.0.0", "nightly", "vx", "w0.9.11"];
    let of =
        |version| last_release(tags.iter().copied(), &Template::new("v{version}"), &Version::parse(version).unwrap());
    assert_eq!(of("1.0.0"), Some("v0.9.10"));
    assert_eq!(of("1.1.0-rc.1"), Some("v1.0.0"));
    assert_eq!(of("1.0.0-rc.11"), Some("v1.0.0"), "of tags that are not in its history nobody asks");
    let before = |version| {
        let tags = tags.iter().copied().filter(|tag| *tag != "v1.0.0");
        last_release(tags, &Template::new("v{version}"), &Version::parse(version).unwrap())
    };
    assert_eq!(before("1.0.0-rc.11"), Some("v1.0.0-rc.10"));
}

#[test]
fn what_waits_under_unreleased_without_a_text_stays_there() {
    let text = "# Changelog\n\n## [Unreleased]\n\n<!-- new entries here -->\n\n### Added\n\n## [0.9.4] - 2026-01-01\n\n- old\n";
    let section = "## [1.0.0] - 2026-11-30\n\n- voice\n\n";
    let new = with_section(text, "CHANGELOG.md", ("1.0.0", "v1.0.0"), section).unwrap();
    assert_eq!(new, text.replace("## [0.9.4]", &format!("{section}## [0.9.4]")));
}

#[test]
fn a_file_whose_lines_end_in_different_ways_is_not_written() {
    let text = "# Changelog\n\n## 0.9.4\r\n\n- old\n";
    let why = place(text, "CHANGELOG.md", ("1.0.0", "v1.0.0")).unwrap_err();
    assert_eq!(why, "its lines end in different ways, and writing one would change others");
}

#[test]
fn the_revert_of_a_merge_is_named_and_what_the_merge_brought_too() {
    let commit = |id: &str, parents, message: &str| CommitWords {
        id: Commit::new(id.repeat(40)),
        parents,
        message: message.to_owned(),
    };
    let merge = "b".repeat(40);
    let revert =
        format!("Revert \"Merge branch 'voice'\"\n\nThis reverts commit {merge}, reversing\nchanges made to x.");
    let commits = [commit("c", 1, &revert), commit("b", 2, "Merge branch 'voice'"), commit("a", 1, "feat: voice")];
    let text = draft(&commits, 3, (&[], None));
    assert!(
        text.contains("- voice") && text.contains("### Reverted") && text.contains("Merge branch 'voice'"),
        "{text}"
    );
}

#[test]
fn a_message_that_only_looks_conventional_is_told_whole() {
    let draft = drafted(&["net/http: fix header leak", "Note: this is prose", "fix: a crash"]);
    assert!(draft.contains("- net/http: fix header leak") && draft.contains("- Note: this is prose"), "{draft}");
    assert!(draft.contains("### Fixed\n\n- a crash") && !draft.contains("Maintenance"), "{draft}");
}

#[test]
fn what_is_unreleased_is_found_however_its_heading_goes_on() {
    for heading in ["[Unreleased] - ReleaseDate", "Unreleased (TBD)", "Unreleased changes", "[Unreleased](https://x)"] {
        let text = format!("# C\n\n## {heading}\n\n- curated\n\n## 0.9.4\n\n- old\n");
        let place = place(&text, "CHANGELOG.md", ("1.0.0", "v1.0.0")).unwrap();
        assert_eq!(place.unreleased, "- curated", "{heading}");
    }
}
