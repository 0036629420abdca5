//! The wall can fail: planted faults go through the same functions, and each is named with its file and line.

use super::source::Source;
use super::{files, shape, walls};

/// Everything that the wall says about one file.
fn faults(path: &str, text: &str) -> Vec<String> {
    let source = Source::new(path, text);
    let mut faults = walls::imports(&source);
    faults.extend(walls::fences(&source));
    faults.extend(walls::kinds(&source));
    faults.extend(shape::file(&source));
    faults
}

#[track_caller]
fn assert_named(path: &str, text: &str, expected: &str) {
    let text = format!("//! Planted.\n{text}");
    let faults = faults(path, &text);
    assert!(faults.iter().any(|fault| fault.starts_with(expected)), "{expected}\nis not in {faults:#?}");
}

#[track_caller]
fn assert_good(path: &str, text: &str) {
    assert_eq!(faults(path, &format!("//! Planted.\n{text}")), [""; 0]);
}

#[test]
fn a_bad_import_is_named_however_it_is_written() {
    for text in [
        "use crate::session::wire;",
        "use crate::{world::World, session::wire};",
        "fn f() { crate::session::wire::go(); }",
        "use super::session;",
        "use super::{session::wire as ports};",
        "macro_rules! m { () => { $crate::session::wire() }; }",
        "fn f() { println!(\"{}\", crate::session::wire()); }",
        "mod inner { use super::super::session::wire; }",
        "struct S { a: Vec<crate::session::Wire> }",
    ] {
        let faults = faults("src/engine/handle.rs", &format!("//! Planted.\n{text}"));
        let is_it = |fault: &String| fault.starts_with("src/engine/handle.rs:2: engine may not import `");
        assert!(faults.iter().any(is_it), "{text}: {faults:#?}");
    }
    for (path, text, says) in [
        ("src/core/x.rs", "use crate::ports::Target;", "core may not import `crate::ports::Target`"),
        ("src/core/plan/x.rs", "use super::super::grammar::plan;", "core may not import"),
        ("src/core/ports/x.rs", "use crate::grammar::plan;", "core/ports may not import"),
        ("src/engine/journal/x.rs", "use crate::world::World;", "engine/journal may not import"),
        ("src/main.rs", "use tminus::engine::Engine;", "main may not import `tminus::engine::Engine`"),
    ] {
        assert_named(path, text, &format!("{path}:2: {says}"));
    }
}

#[test]
fn a_kind_that_is_named_where_it_should_be_asked_is_named() {
    for text in [
        "fn f(kind: &CheckKind) -> bool { matches!(kind, CheckKind::Run(_)) }",
        "use tminus_core::kinds::check::CheckKind::{Http, Run};",
        "use tminus_core::kinds::check::CheckKind::*;",
        "fn f() { match kind { tminus_core::kinds::check::CheckKind::Tls(asked) => asked, other => other } }",
    ] {
        assert_named("src/engine/x.rs", text, "src/engine/x.rs:2: engine may not name the kind `CheckKind::");
        assert_named("src/cockpit/x.rs", text, "src/cockpit/x.rs:2: cockpit may not name the kind `CheckKind::");
    }
    assert_named("src/core/lint/x.rs", "fn f() { CheckKind::Log(x) }", "src/core/lint/x.rs:2: core may not name");
    assert_good("src/services/x.rs", "fn f() { CheckKind::Run(x) }");
    assert_good("src/core/lint/x.rs", "fn f(kind: &CheckKind) { kind.word() }");
    assert_good("src/core/lint/x.rs", "const ALL: &[&str] = CheckKind::WORDS; fn f() { CheckKind::read(1) }");
}

#[test]
fn an_import_of_everything_is_named() {
    assert_named("src/engine/x.rs", "use crate::*;", "src/engine/x.rs:2: imports the crate as a whole");
    assert_named("src/engine/x.rs", "use crate as house;", "src/engine/x.rs:2: imports the crate as a whole");
}

#[test]
fn the_cockpit_knows_the_engine_by_its_handle_alone() {
    assert_good("src/cockpit/x.rs", "use tminus_engine::{EngineHandle, Snapshot};\nuse tminus_logs::level::Level;");
    assert_named(
        "src/cockpit/x.rs",
        "use tminus_engine::{EngineHandle, Engine};",
        "src/cockpit/x.rs:2: cockpit may not",
    );
    assert_named(
        "src/cockpit/x.rs",
        "use tminus_engine;",
        "src/cockpit/x.rs:2: cockpit may not import `tminus_engine`",
    );
}

#[test]
fn an_allowed_import_is_no_fault() {
    assert_good(
        "src/engine/handle.rs",
        "use tminus_core::fact::Fact;\nuse super::start::Engine;\nuse crate::journal::Journal;",
    );
    assert_good("src/engine/session/x.rs", "use crate::EngineHandle;\nuse super::wire;\nuse super::super::handle;");
    assert_good("src/cli/deploy/run.rs", "use tminus_services::docker;\nuse super::super::words;\nuse clap::Parser;");
    assert_good("src/core/grammar/x.rs", "use crate::plan::Plan;\nuse crate::version_file::read;");
    assert_good("src/main.rs", "fn main() { tminus::cli::main() }");
}

#[test]
fn a_circle_of_files_is_named_also_through_a_face() {
    let made = |files: &[(&str, &str)]| files.iter().map(|(path, text)| Source::new(path, text)).collect::<Vec<_>>();
    let face = ("src/engine/lib.rs", "mod a; mod b; mod c; pub use a::A; pub use c::*;");
    let good = made(&[face, ("src/engine/a.rs", "use super::b::B; struct A;"), ("src/engine/b.rs", "struct B;")]);
    assert_eq!(files::circles(&good), [""; 0]);
    let expected = "a circle of files goes through src/engine/a.rs, src/engine/b.rs";
    for (back, in_c) in [
        ("use super::a::A;", ""),
        ("use crate::A;", ""),
        ("fn f() { super::A::new() }", ""),
        ("use super::{A as Other};", ""),
    ] {
        let a = ("src/engine/a.rs", "use super::b::B; struct A;");
        let bad = made(&[face, a, ("src/engine/b.rs", back), ("src/engine/c.rs", in_c)]);
        assert_eq!(files::circles(&bad), [expected], "{back}");
    }
    let through_all = made(&[
        face,
        ("src/engine/a.rs", "use super::C; struct A;"),
        ("src/engine/c.rs", "mod d; pub struct C; fn f() { d::go() }"),
        ("src/engine/c/d.rs", "use super::super::A;"),
    ]);
    let expected = "a circle of files goes through src/engine/a.rs, src/engine/c.rs, src/engine/c/d.rs";
    assert_eq!(files::circles(&through_all), [expected]);
    let is_seen = made(&[("src/engine/c.rs", "mod d; use d::D;"), ("src/engine/c/d.rs", "pub(super) struct D;")]);
    assert_eq!(files::circles(&is_seen), [""; 0]);
    let two = made(&[("src/logs/a.rs", "use crate::b::B;"), ("src/engine/b.rs", "use crate::a::A;")]);
    assert_eq!(files::circles(&two), [""; 0], "two crates");
    let in_tests = "#[cfg(test)]\nmod tests { use super::super::a::A; }";
    let tests_may = made(&[face, ("src/engine/a.rs", "use super::b::B; struct A;"), ("src/engine/b.rs", in_tests)]);
    assert_eq!(files::circles(&tests_may), [""; 0]);
}

#[test]
fn a_crate_outside_its_fence_is_named() {
    for (path, text, name) in [
        ("src/engine/x.rs", "use rusqlite::Connection;", "rusqlite"),
        ("src/cli/x.rs", "use git2::Repository;", "git2"),
        ("src/cli/x.rs", "fn f() { toml::from_str(\"\") }", "toml"),
        ("src/engine/x.rs", "use ratatui;", "ratatui"),
        ("src/logs/x.rs", "use {std::fmt, reqwest::Client};", "reqwest"),
        ("src/logs/x.rs", "use tokio::fs;", "tokio"),
        ("src/core/x.rs", "async fn f() { tokio::spawn(g()) }", "tokio"),
        ("src/services/x.rs", "use ::hyper::Request;", "hyper"),
        ("src/engine/session/x.rs", "#[derive(clap::Parser)] struct S;", "clap"),
    ] {
        assert_named(path, text, &format!("{path}:2: {name} may not stand in"));
    }
}

#[test]
fn an_impure_core_is_named() {
    for text in [
        "use std::fs;",
        "use std::{fmt, process::Command};",
        "use std::net::TcpStream;",
        "fn f() { SystemTime::now() }",
        "fn f() { jiff::Timestamp::now() }",
        "fn f() { let t = std::time::Instant::now(); }",
    ] {
        assert_named("src/core/x.rs", text, "src/core/x.rs:2: core is pure");
    }
    assert_named("src/core/x.rs", "use libc::c_int;", "src/core/x.rs:2: core may not use libc");
}

#[test]
fn words_that_end_the_program_are_named() {
    for (text, what) in [
        ("fn f() { g().unwrap(); }", "`.unwrap(…)`"),
        ("fn f() { g()\n.expect(\"x\"); }", "`.expect(…)`"),
        ("fn f() { panic!(\"x\") }", "`panic!`"),
        ("fn f() { todo!() }", "`todo!`"),
        ("fn f() { std::unimplemented!() }", "`unimplemented!`"),
        ("fn f() { vec![g().unwrap()] }", "`.unwrap(…)`"),
        ("fn f() { g().map(Option::unwrap) }", "`Option::unwrap`"),
        ("#[allow(dead_code)] fn f() {}", "`#[allow(…)]`"),
        ("#[cfg_attr(unix, allow(dead_code))] fn f() {}", "`#[allow(…)]`"),
    ] {
        let line = if text.contains('\n') { 3 } else { 2 };
        assert_named("src/logs/x.rs", text, &format!("src/logs/x.rs:{line}: {what}"));
    }
    assert_named("src/logs/x.rs", "mod a { #![allow(unused)] }", "src/logs/x.rs:2: `#[allow(…)]`");
}

#[test]
fn tests_may_do_what_code_may_not() {
    let text = "fn f() {}\n#[cfg(test)]\nmod tests {\n    use rusqlite::Connection;\n    #[test]\n    fn t() { f().unwrap(); panic!() }\n}\n";
    assert_good("src/logs/x.rs", text);
    let not_only = text.replace("cfg(test)", "cfg(not(test))");
    assert_named("src/logs/x.rs", &not_only, "src/logs/x.rs:5: rusqlite may not stand in logs");
    let text = "#[expect(dead_code, reason = \"x\")]\nfn unwrap_or_not() { g().unwrap_or(1); g().expect_err }";
    assert_good("src/logs/x.rs", text);
}

#[test]
fn a_file_of_tests_is_left_out_and_its_neighbour_is_not() {
    let sources = vec![
        Source::new("src/logs/mod.rs", "#[cfg(test)] mod tests; mod ring;"),
        Source::new("src/logs/tests.rs", "fn f() { g().unwrap() }"),
        Source::new("src/logs/tests/more.rs", "fn f() { g().unwrap() }"),
        Source::new("src/logs/ring.rs", ""),
    ];
    let left: Vec<String> = Source::without_test_files(sources).into_iter().map(|source| source.path).collect();
    assert_eq!(left, ["src/logs/mod.rs", "src/logs/ring.rs"]);
}

#[test]
fn a_file_or_a_function_that_is_too_long_is_named() {
    assert_named("src/logs/x.rs", &"// x\n".repeat(400), "src/logs/x.rs:1: has 401 lines");
    assert_good("src/logs/x.rs", &"// x\n".repeat(399));
    let function = |lines: usize| {
        format!("struct S;\nimpl S {{\n    /// Doc.\n    fn f() {{\n{}    }}\n}}", "\n".repeat(lines - 2))
    };
    assert_named("src/logs/x.rs", &function(61), "src/logs/x.rs:5: function f has 61 lines");
    assert_good("src/logs/x.rs", &function(60));
    let tests = format!("fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}", "// x\n".repeat(500));
    assert_good("src/logs/x.rs", &tests);
}

#[test]
fn a_file_that_does_not_open_with_its_story_is_named() {
    assert_eq!(faults("src/logs/x.rs", "/// Not this.\nfn f() {}"), ["src/logs/x.rs:1: does not open with `//!`"]);
}

#[test]
fn a_mod_file_that_does_more_than_list_is_named() {
    assert_named("src/logs/mod.rs", "mod a;\nfn f() {}", "src/logs/mod.rs:3: mod.rs holds more");
    assert_named("src/logs/mod.rs", "mod a { fn f() {} }", "src/logs/mod.rs:2: mod.rs holds more");
    assert_named("src/logs/lib.rs", "mod a;\nfn f() {}", "src/logs/lib.rs:3: lib.rs holds more");
    assert_good("src/logs/mod.rs", "mod a;\npub use a::B;\n#[cfg(test)]\nmod tests;");
}

#[test]
fn an_eighth_crate_and_a_stray_file_are_named() {
    let folder = tempfile::TempDir::new().unwrap();
    for member in ["core", "logs", "storage", "services", "rehearsal", "engine", "utils"] {
        std::fs::create_dir_all(folder.path().join("src").join(member)).unwrap();
    }
    std::fs::write(folder.path().join("src/lib.rs"), "").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "").unwrap();
    let faults = shape::crates(&folder.path().join("src"));
    let expected = [
        "src/utils: is no crate of the house",
        "src/cli: is missing",
        "src/cockpit: is missing",
        "src/main.rs: is missing",
    ];
    assert_eq!(faults, expected);
    assert_eq!(shape::top(folder.path()), ["notes.txt: does not belong at the top"]);
}

#[test]
fn a_manifest_that_breaks_a_wall_is_named() {
    let manifest = |used: &str| {
        format!(
            "[package]\nname = \"x\"\n\n[dependencies]\nserde.workspace = true\n{used}\n[dev-dependencies]\ntminus-services.workspace = true\n"
        )
    };
    assert_eq!(
        shape::manifest("cockpit", &manifest("tminus-core.workspace = true\ntminus-engine.workspace = true\n")),
        [""; 0]
    );
    let expected = ["src/cockpit/Cargo.toml: cockpit may not use services"];
    assert_eq!(shape::manifest("cockpit", &manifest("tminus-services = { path = \"../services\" }\n")), expected);
    assert_eq!(shape::manifest("core", &manifest("tminus-logs.workspace = true\n")).len(), 1);
}

#[test]
fn a_name_that_two_types_have_is_named_wherever_they_stand() {
    let doubled = |second: &str| {
        super::types::doubled(&[
            Source::new("src/core/a.rs", "pub struct Entry;"),
            Source::new("src/logs/b.rs", second),
        ])
    };
    let fault = ["src/logs/b.rs:1: `Entry` is a type of src/core/a.rs:1 already"];
    for second in [
        "struct Entry;",
        "enum Entry {}",
        "trait Entry {}",
        "type Entry = u8;",
        "fn f() { struct Entry; }",
        "mod inner { pub struct Entry; }",
        "settings! { pub struct Entry = \"entry\" {} }",
    ] {
        assert_eq!(doubled(second), fault, "{second}");
    }
    for second in ["impl T for X { type Entry = u8; }", "use a::Entry;", "#[cfg(test)]\nmod tests { struct Entry; }"] {
        assert_eq!(doubled(second), Vec::<String>::new(), "{second}");
    }
}
