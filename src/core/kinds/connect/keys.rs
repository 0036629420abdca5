//! Keys that several services have.

use crate::grammar::plan::{KeyDescription, ValueKind, may, must};

pub(super) const URL: KeyDescription = must("url", ValueKind::Url, "Its address.");
pub(super) const USER: KeyDescription = may("user", ValueKind::Text, "The user.");
pub(super) const PASSWORD: KeyDescription = may("password", ValueKind::Secret, "The user's password.");
pub(super) const TOKEN: KeyDescription = must("token", ValueKind::Secret, "The token.");
