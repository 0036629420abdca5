//! The `tminus` program: nothing here but the way into [`tminus::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    tminus::cli::main()
}
