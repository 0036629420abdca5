//! The rollback is real, and the preview promises no other.

use super::case::{Case, run_all};

pub fn cases() -> Vec<Case> {
    vec![]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
