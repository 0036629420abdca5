//! The linter names plans that pass whatever happens, and no others.

use super::case::{Case, run_all};

pub fn cases() -> Vec<Case> {
    vec![]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
