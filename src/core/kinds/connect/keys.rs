//! Keys that several services have.

use crate::grammar::plan::{Key, Kind, may, must};

pub(super) const URL: Key = must("url", Kind::Url, "Its address.");
pub(super) const USER: Key = may("user", Kind::Text, "The user.");
pub(super) const PASSWORD: Key = may("password", Kind::Secret, "The user's password.");
pub(super) const TOKEN: Key = must("token", Kind::Secret, "The token.");
