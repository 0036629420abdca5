//! The key that both ways to Apple have.

use crate::grammar::plan::{KeyDescription, Noun, ValueKind, must};

/// The service that both go through.
pub(super) const CONNECT: KeyDescription =
    must("connect", ValueKind::Name(Noun::Connect(&["app-store-connect"])), "The App Store Connect service.");
