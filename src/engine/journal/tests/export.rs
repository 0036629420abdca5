//! What is printed of a journal, entry by entry.

use super::*;

#[test]
fn a_fact_of_a_newer_tminus_is_an_error_and_still_verifies_and_exports() {
    let (_folder, path) = place();
    let mut journal = Journal::open(&path).unwrap();
    journal.append(&dana(), at(0), vec![closed("known")]).unwrap();
    crate::journal::entry::tests::append_unknown(&mut journal.connection);
    let refused = journal.records(0).unwrap_err();
    assert!(refused.to_string().starts_with("entry 2 of the journal is a `moon.landed`"), "{refused}");
    assert_eq!(verify(&path).unwrap().count, 2);
    let mut out = Vec::new();
    export(&path, &mut out).unwrap();
    assert!(String::from_utf8(out).unwrap().lines().last().unwrap().contains("\"kind\":\"moon.landed\""));
}

#[test]
fn the_export_carries_the_chain() {
    let (_folder, path) = place();
    written(&path);
    let mut out = Vec::new();
    let verified = export(&path, &mut out).unwrap();
    let lines: Vec<serde_json::Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[3]["hash"], verified.head.as_str());
    assert_eq!(lines[3]["previous"], lines[2]["hash"]);
    assert_eq!(lines[1]["kind"], "gate.approved");
    assert_eq!(lines[1]["who"]["host"], "bastion");
    assert_eq!(lines[1]["fact"]["fact"]["approved"]["note"], "looks good");
}

#[test]
fn the_export_steers_no_terminal_and_holds_what_was_written() {
    let (_folder, path) = place();
    let note = "\u{9b}31mred \u{202e}live\u{2066} שלום";
    let mut journal = Journal::open(&path).unwrap();
    journal.append(&dana(), at(1), vec![approved(note)]).unwrap();
    let mut out = Vec::new();
    export(&path, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(!out.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{2066}')), "{out:?}");
    let line: serde_json::Value = serde_json::from_str(out.trim_end()).unwrap();
    assert_eq!(line["fact"]["fact"]["approved"]["note"], note);
}
