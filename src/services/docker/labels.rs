//! The labels that everything of tminus carries on an engine: an order is found by them after a crash.

use std::collections::HashMap;
use tminus_core::order::Order;

/// The action that brought it.
pub(super) const ACTION: &str = "tminus.action";
/// The order that made it.
pub(super) const ORDER: &str = "tminus.order";
/// The environment that it belongs to.
pub(super) const ENV: &str = "tminus.env";
/// The artifact that it runs.
pub(super) const ARTIFACT: &str = "tminus.artifact";
/// The version of the artifact.
pub(super) const VERSION: &str = "tminus.version";
/// The digest that was delivered.
pub(super) const DIGEST: &str = "tminus.digest";

/// What it was given of the checkout itself, as JSON.
pub(super) const MOUNTED: &str = "tminus.mounted";

/// Returns the labels of what an order makes.
pub(super) fn of(order: &Order) -> HashMap<String, String> {
    let env = order.env.as_ref().map(|env| (ENV.to_owned(), env.to_string()));
    let own = [(ACTION.to_owned(), order.action.to_string()), (ORDER.to_owned(), order.id.to_string())];
    own.into_iter().chain(env).collect()
}
