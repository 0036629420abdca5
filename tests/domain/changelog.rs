//! The section of a version in a changelog.

use super::changelog_texts::{HONEST, HOSTILE};
use jiff::civil::date;
use tminus_core::changelog::{ChangelogFormat, ChangelogSection, section};

/// Looks for 2.0.0 in a file of this name, on a day in August 2026.
fn looked_up(file: &str, text: &str) -> Result<ChangelogSection, String> {
    section(text, ChangelogFormat::of(file), ("2.0.0", "v2.0.0"), date(2026, 8, 1))
}

fn found(text: &str) -> ChangelogSection {
    looked_up("CHANGES", text).unwrap()
}

fn of_product(text: &str, tag: &str) -> ChangelogSection {
    section(text, ChangelogFormat::Markdown, ("2.0.0", tag), date(2026, 8, 1)).unwrap()
}

#[test]
fn a_section_with_a_text_is_found_in_every_kind_of_heading() {
    for text in [
        "# Changelog\n\n## [2.0.0] - 2026-01-01\n### Added\n- x\n\n## [1.9.0]\n- y\n\n[2.0.0]: https://x/compare/v1.9.0...v2.0.0\n",
        "# Changelog\n## [2.0.0](https://github.com/x/y/compare/v1.9.0...v2.0.0) (2026-01-01)\n\n### Features\n\n* x\n",
        "Tool 2.0.0 (2026-07-16)\n=======================\n\n- x\n",
        "2.0.0 / 2026-01-01\n==================\n- x\n",
        "# Changelog\n## app-v2.0.0 (2026-01-01)\n- x\n",
        "# 2.0.0\nText.\n",
        "## v2.0.0\n\nText\n",
        "**2.0.0**\n\n- x\n\n**1.9.0**\n- y\n",
        "**2.0.0** (2026-01-01)\n- x\n",
        "=========\nChangelog\n=========\n\n2.0.0 (2026-01-01)\n------------------\n\n* x\n\n1.9.0\n-----\n* y\n",
        "# Changelog\n## Unreleased\n- z\n## 2.0.0\n- x\n",
        "# Changelog\n\n## Release 2.0.0\n* a\n",
        "## Version 2.0.0 — 2026-01-01\n* a\n",
        "# What's new in 2.0.0\n- x\n",
        "## 2026-01-01, Version 2.0.0 'Hydrogen' (Current), @x\n\ntext\n",
        "# 2.x\n## 2.0.0\n- x\n# 1.x\n## 1.9.0\n- y\n",
        "# Changelog\n## 2.0.0 (2026-01-01)\n### Removed since 1.9.0\n- x\n",
        "= Changelog\n\n== 2.0.0\n\n* x\n",
        "# Changelog\n<!-- next -->\n## 2.0.0\n```\ncode\n```\n",
        "Changelog\n#########\n\n2.0.0\n*****\n\nFeatures\n========\n\n- x\n",
        "## 2.0.0 \"Codename\"\n- x\n",
        "## \u{1F680} 2.0.0\n- x\n",
        "### 2.0.0 (2026-01-01)\n\n##### Bug Fixes\n\n* x\n## 1.9.0\n* y\n",
        "# [2.0.0-note]\n- x\n# [2.0.0]\n- y\n",
        "<a name=\"2.0.0\"></a>\n# 2.0.0 (2026-01-01)\n* x\n",
        "## 2.0.0 released on 2026-01-01\n- x\n",
        "# mycompany/thing 2.0.0\n\n- x\n",
        "2.0.0 (2026-01-01)\n  * x\n\n1.9.0 (2025-01-01)\n  * y\n",
        "Changes\n\nv2.0.0 - 2026-01-01\n    - x\n",
        "# C\n## Tool 2.0.0\n- x\n## Tool 1.9.0\n- x\n",
        "# C\n## Release 2.0.0\n- x\n## 1.9.0\n- x\n",
        "# C\n<pre>\nold\n</pre>\n## 2.0.0 - 2026-08-02\n- x\n",
    ] {
        let found = found(text);
        assert!(matches!(found, ChangelogSection::Written { .. }), "{found:?}\n{text}");
    }
}

#[test]
fn what_only_mentions_the_version_or_says_nothing_of_it_is_no_section() {
    for text in [
        "# Changelog\n## 1.9.0\n### Deprecated, gone in 2.0.0\n- x\n",
        "# Changelog\n## 2.0.0 [Unreleased]\n- x\n",
        "# 2.0.0 [Unreleased]\n- x\n",
        "## [Unreleased] (2.0.0)\n- x\n",
        "# Changelog\n## 1.9.0\n```\n# from 2.0.0 on\n```\n",
        "# Changelog\n<!--\n## 2.0.0\n-->\n## 1.9.0\n- x\n",
        "# Changelog\n## 2.0.0\n\n## 1.9.0\n- x\n",
        "## 1.9.0 (what 2.0.0 will break)\n- x\n",
        "## Upgrading to 2.0.0\n- x\n",
        "## 2.0.0.1\n- x\n",
        "## 12.0.0\n- x\n",
        "## 2.0.0-rc1\n- x\n",
        "2.0.0 is out\n\n- x\n",
        "[2.0.0]: https://x\n",
        "## 2.0.0\n### Added\n### Fixed\n\n## 1.9\n- x\n",
        "## 2.0.0\n- TODO\n",
        "## 2.0.0 - YYYY-MM-DD\n- x\n",
        "## 2.0.0 (TBD)\n- x\n",
        "# C\n<pre>\n## 2.0.0\n- x\n</pre>\n## 1.9.0\n- x\n",
        "# C\n<PRE class=\"x\">\n## 2.0.0\n- x\n",
        "# C\n## 2.0.0 - 20XX-XX-XX\n- x\n",
        "# C\n## 2.0.0 (2026-MM-DD)\n- x\n",
        "# C\n## 2.0.0 - ????-??-??\n- x\n",
        "# C\n## 2.0.0 - 2099-01-01\n- x\n",
        "# C\n## 2.0.0 (2099/01/01)\n- x\n",
        "# C\n## lodash 2.0.0\n- x\n## 1.9.0\n- x\n",
        "## 1.9.0\n\n2.0.0 (2026-01-01)\n  - x\n",
        "## 2.0.0\n<!-- - x -->\n## 1.9.0\n- x\n",
        "## Unreleased\n### 2.0.0\n- x\n",
        "# Changelog\n\n    ## 2.0.0\n    - x\n",
        "## Since 2.0.0\n- x\n",
        "## 2.0.0\n- a\n## 2.0.0\n- b\n",
        "~~~\n## 2.0.0\n- x\n~~~\n",
        "````\n```\n## 2.0.0\n- x\n````\n",
        "## 2.0.0 compatibility\n- x\n",
        "- ## 2.0.0\n",
        "> ## 2.0.0\n> - x\n",
        "## 1.9.0\n**2.0.0** will be big\n",
        "## 1.9.0\n\n**2.0.0**\n\n- x\n",
        "## Roadmap: 2.0.0\n- x\n",
        "",
        "## Planned for 2.0.0\n- x\n",
        "## 2.0.0 (upcoming)\n- x\n",
        "## 2.0.0 [YANKED]\n- x\n",
        "# Changelog\n\n## 2.0.0\n\n[2.0.0]: https://x\n",
        "## 1.9.0\n- x\n<!-- ## 2.0.0 - x -->\n",
        "## 2.0.0\n\n_Nothing yet._\n\n## 1.9.0\n- a\n",
    ] {
        let found = found(text);
        assert!(!matches!(found, ChangelogSection::Written { .. }), "{found:?}\n{text}");
    }
}

#[test]
fn a_heading_says_what_kind_of_release_it_is_and_is_still_of_the_version() {
    for kind in ["Hotfix", "Patch release", "Beta", "Bugfix"] {
        let text = format!("# C\n## {kind} 2.0.0\n- x\n## 1.9.0\n- x\n## 1.8.0\n- x\n");
        assert!(matches!(found(&text), ChangelogSection::Written { .. }), "{text}");
    }
}

#[test]
fn the_section_of_another_product_is_another_section() {
    let both = "## lib-v2.0.0\n- x\n## app-v2.0.0\n- y\n";
    assert_eq!(of_product(both, "app-v2.0.0"), ChangelogSection::Written { line: 3 });
    assert_eq!(of_product("## lib-v2.0.0\n- x\n", "app-v2.0.0"), ChangelogSection::Missing);
    assert_eq!(of_product(both, "v2.0.0"), ChangelogSection::Several { lines: (1, 3) });
}

#[test]
fn ordinary_changelogs_of_every_format_are_read() {
    for (file, text) in HONEST {
        let found = looked_up(file, text);
        assert!(matches!(found, Ok(ChangelogSection::Written { .. })), "{file}: {found:?}\n{text}");
    }
}

#[test]
fn no_changelog_passes_that_no_reader_surely_sees() {
    for (file, text) in HOSTILE {
        let found = looked_up(file, text);
        assert!(!matches!(found, Ok(ChangelogSection::Written { .. })), "{file}: {found:?}\n{text}");
    }
}

#[test]
fn what_only_a_tool_can_tell_is_said_with_its_line() {
    let why = |file: &str, text: &str| looked_up(file, text).unwrap_err();
    assert_eq!(
        why("C.adoc", "ifdef::x[]\n== 2.0.0\n- x\nendif::[]\n"),
        "line 2: the section for 2.0.0 stands under a condition"
    );
    assert_eq!(
        why("C.rst", "C\n=\n\n.. include:: more.rst\n"),
        "line 4 brings in another file, which may have a section for 2.0.0"
    );
    assert_eq!(why("C.md", "## 2.0.0 - 2026-02-30\n- x\n"), "line 1: 2026-02-30 is no day of the calendar");
    let both = looked_up("C.md", "## 2.0.0\n- x\n\n## 2.0.0 - unreleased\n- y\n");
    assert_eq!(both, Ok(ChangelogSection::Several { lines: (1, 4) }));
}

#[test]
fn what_stands_there_until_somebody_writes_is_no_text() {
    for text in ["## 2.0.0\nTODO: write\n", "## 2.0.0\n- tbd: what changed\n", "## 2.0.0\n- TODO(dana): write\n"] {
        assert_eq!(found(text), ChangelogSection::Empty { line: 1 }, "{text}");
    }
    assert_eq!(found("## 2.0.0\n- todo lists: sorted by date\n"), ChangelogSection::Written { line: 1 });
}

#[test]
fn a_section_of_a_roadmap_or_whose_first_line_says_so_is_not_out() {
    for (text, line) in [
        ("## 2.0.0\n**Status: unreleased**\n- a\n", 1),
        ("## 2.0.0\n\n**Status:** unreleased\n- a\n", 1),
        ("# Roadmap\n## 2.0.0\n- a\n# Changes\n## 1.9.0\n- b\n", 2),
        ("# Shop roadmap\n## 2.0.0\n- a\n", 2),
    ] {
        assert!(matches!(found(text), ChangelogSection::Unreleased { line: at, .. } if at == line), "{text}");
    }
    for text in ["# Changelog and roadmap\n## 2.0.0\n- a\n", "# Next.js\n## 2.0.0\n**Highlights**\n- a\n"] {
        assert_eq!(found(text), ChangelogSection::Written { line: 2 }, "{text}");
    }
}

#[test]
fn all_lines_of_a_title_are_its_own() {
    let of = |text: &str| looked_up("CHANGELOG.md", text).unwrap();
    assert!(matches!(of("## 1.9.0\nUpgrade to\n2.0.0\n---\ntext\n"), ChangelogSection::Mentioned { .. }));
    assert_eq!(of("# Log\n\n2.0.0\n---\ntext\n"), ChangelogSection::Written { line: 3 });
}

#[test]
fn a_changelog_of_a_hundred_thousand_headings_is_read_once() {
    let of = |text: &str| looked_up("CHANGELOG.md", text).unwrap();
    let many = 100_000;
    let taken_in: String = (0..many).map(|n| format!("## lodash{n} 2.0.0\n- a\n")).collect();
    assert_eq!(of(&taken_in), ChangelogSection::Mentioned { line: 1 });
    let under = format!("# 1.0.0 {}\n{}", "x ".repeat(many), "## 2.0.0\n".repeat(many));
    assert_eq!(of(&under), ChangelogSection::Mentioned { line: 2 });
    assert_eq!(of(&"## 2.0.0\n- a\n".repeat(many)), ChangelogSection::Several { lines: (1, 3) });
    let steps: String = (0..many).map(|n| format!("{} part {n}\n", "#".repeat(1 + n % 6))).collect();
    assert_eq!(of(&format!("{steps}# 2.0.0\n- a\n")), ChangelogSection::Written { line: many + 1 });
    let marks = ["<", "<b@", "&", "&amp"].map(|mark| mark.repeat(many)).join("\n");
    assert_eq!(of(&format!("## 2.0.0\n{marks}\n")), ChangelogSection::Written { line: 1 });
}

#[test]
fn what_is_one_line_to_most_readers_is_not_read() {
    let why = looked_up("CHANGELOG.md", "# Changelog\r\r## 2.0.0\r\r- a\r").unwrap_err();
    assert!(why.contains("carriage returns"), "{why}");
    assert_eq!(looked_up("CHANGELOG.md", "## 2.0.0\r\n- a\r\n").unwrap(), ChangelogSection::Written { line: 1 });
}

#[test]
fn a_note_that_is_never_closed_costs_no_more_for_being_one_of_many() {
    let of = |text: &str| looked_up("CHANGELOG.md", text).unwrap();
    let many = "[//]: # (never closed\n".repeat(20_000) + "\n## 2.0.0\n- a\n";
    let began = std::time::Instant::now();
    assert_eq!(of(&many), ChangelogSection::Written { line: 20_002 });
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}
