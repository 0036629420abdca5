//! A reader reads what ships, or says that it cannot.

use super::case::{Case, run_all};

pub fn cases() -> Vec<Case> {
    vec![]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
