//! When the delivery was over that brought what runs.

use super::Tale;
use tminus_core::names::EnvName;

#[test]
fn a_line_is_waited_for_from_the_end_of_the_delivery_that_brought_what_runs() {
    let mut tale = Tale::cleared();
    let ended = |tale: &Tale| tale.situation().delivery_ended(&EnvName::new("production"));
    assert_eq!(ended(&tale), None);
    let at = tale.now;
    tale.flown();
    assert_eq!(ended(&tale), Some(at));
}
