//! `[connect.*]`: the services that tminus talks to.

use crate::kinds::connect::ConnectKind;
use crate::names::ConnectName;
use serde::{Deserialize, Serialize};

/// A service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connect {
    /// The table's name.
    pub name: ConnectName,
    /// `kind`, and what that kind needs.
    pub kind: ConnectKind,
}
