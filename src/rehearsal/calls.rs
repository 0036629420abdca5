//! The calls that a delivery makes in the world that is played. Pure; `begin` makes these and no others.

use tminus_core::kinds::deliver::{DeliverKind, PlayedOrder, filled};
use tminus_core::order::{Call, Delivered, Order, Task};
use tminus_core::plan::Template;

/// Returns the calls of an order to a target.
pub(crate) fn calls(kind: &DeliverKind, name: &Template, order: &Order) -> Vec<Call> {
    let (to, is_back) = match &order.task {
        Task::Provide { to, .. } => return vec![pull(kind, &pinned(name, to))],
        Task::Deliver { to, .. } => (to, false),
        Task::Restore { to, .. } => (to, true),
        Task::Run { words, dir, .. } => return vec![Call::Process { words: words.clone(), dir: dir.clone() }],
        Task::Build { .. } | Task::Act { .. } => return Vec::new(),
    };
    let (image, label) = (pinned(name, to), format!("tminus.action={}", order.action));
    kind.played_calls(&PlayedOrder { way: kind.word(), to, is_back, image, label })
}

/// Returns the call that brings an image to where it is going to run.
fn pull(kind: &DeliverKind, image: &str) -> Call {
    let line = format!("POST /images/create?fromImage={image}");
    Call::Request { service: format!("{} (rehearsed)", kind.word()), line, body: None }
}

/// Returns the reference of an image with its digest, where it is known.
fn pinned(name: &Template, to: &Delivered) -> String {
    let image = filled(name, to);
    match &to.digest {
        Some(digest) => format!("{image}@{digest}"),
        None => image,
    }
}
