//! The key that both ways to Apple have.

use crate::grammar::plan::{Key, Kind, Noun, must};

/// The service that both go through.
pub(super) const CONNECT: Key =
    must("connect", Kind::Name(Noun::Connect(&["app-store-connect"])), "The App Store Connect service.");
