//! One place has one name and one owner.

use super::case::{Case, run_all};

pub fn cases() -> Vec<Case> {
    vec![]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
