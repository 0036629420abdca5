//! Read-only: one rule says what is changed where.

use super::Tale;
use tminus_core::admit::Deed;
use tminus_core::names::EnvName;
use tminus_core::read_only::{ReadOnly, ReadOnlyBar};

#[test]
fn one_rule_says_what_is_changed_where() {
    let plan = Tale::new().plan;
    let [staging, production] = ["staging", "production"].map(|name| plan.environment(&EnvName::new(name)));
    let everywhere = Some(ReadOnlyBar::Everywhere);
    for (set, deed, at, bar) in [
        (ReadOnly::Off, Deed::Act, production, None),
        (ReadOnly::On, Deed::Look, production, None),
        (ReadOnly::On, Deed::Check, None, everywhere.clone()),
        (ReadOnly::On, Deed::Act, staging, everywhere),
        (ReadOnly::Protected, Deed::Look, production, None),
        (ReadOnly::Protected, Deed::Act, staging, None),
        (ReadOnly::Protected, Deed::Check, None, None),
        (ReadOnly::Protected, Deed::Approve, production, Some(ReadOnlyBar::In(EnvName::new("production")))),
    ] {
        assert_eq!(set.bars(deed, at), bar, "{set:?} {deed:?}");
    }
}
