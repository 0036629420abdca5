//! One file or folder per outside service, each behind a port. Adapters never know each other, except for the small
//! shared ones: `process`, `http`, `book`, `patience`, `content`, the registry that an image comes from, and the way to the repository and its
//! secrets that probes stand on.

pub mod all;
mod checks;
pub mod clock;
pub mod command;
pub mod connects;
mod content;
pub mod deps;
pub mod docker;
pub mod dotenv;
mod env_file;
pub mod git;
pub mod github;
pub mod http;
pub mod logs;
pub mod order_store;
pub mod output_store;
pub mod patience;
pub mod probe;
pub mod process;
pub mod prometheus;
pub mod registry;
pub mod secrets;
pub mod trusted;
mod variable_lists;
pub mod variables;
pub mod worktree;
