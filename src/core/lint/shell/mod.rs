//! Commands as a shell reads them: enough of its grammar to say what happens to a status, never to run anything.

mod always;
mod failure;
mod flow;
mod lexer;
mod own;
mod parser;
mod play;
mod programs;
mod script;
mod sums;
mod tree;
mod weight;
mod wrapped;

pub(super) use always::only_describes_itself;
pub(super) use failure::fails;
pub(super) use play::{Failing, Play, Visits};
pub(super) use script::{Script, Shell, read};
pub(super) use tree::{InnerKind, ShellCall, ShellNode, WordPart, loses};
pub(super) use weight::{Weight, weight};
pub(super) use wrapped::is_shell;
