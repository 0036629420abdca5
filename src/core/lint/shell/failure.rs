//! Whether a part of a script surely fails.

use super::tree::ShellNode;

/// Says whether a script surely ends with a failure there.
pub(in crate::lint) fn fails(node: &ShellNode) -> bool {
    match node {
        ShellNode::Call(call) => match call.program() {
            "false" => true,
            "exit" | "return" => {
                call.arguments().first().is_some_and(|status| status.parse().is_ok_and(|n: u32| n > 0))
            }
            _ => false,
        },
        ShellNode::List(all) => all.last().is_some_and(fails),
        ShellNode::Subshell(one) => fails(one),
        ShellNode::And(..)
        | ShellNode::Or(..)
        | ShellNode::Not(_)
        | ShellNode::Pipe(_)
        | ShellNode::Background(_)
        | ShellNode::If(..)
        | ShellNode::While(..)
        | ShellNode::Until(..)
        | ShellNode::For(..)
        | ShellNode::Case(..)
        | ShellNode::Define(..) => false,
    }
}
