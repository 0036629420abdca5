//! The `tminus` program: nothing here but the way into [`tminus::cli`].

fn main() {}
