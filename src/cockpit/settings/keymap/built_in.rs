//! The keymaps that come with the program.

/// A keymap that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct BuiltInKeymap {
    /// Its name.
    pub name: &'static str,
    /// Its file, in the repository.
    pub file: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The keymaps: the first stands alone, each other one is laid over it.
pub const BUILT_IN: [BuiltInKeymap; 3] = [
    BuiltInKeymap {
        name: "default",
        file: "keymaps/default.toml",
        text: include_str!("../../../../keymaps/default.toml"),
    },
    BuiltInKeymap { name: "vim", file: "keymaps/vim.toml", text: include_str!("../../../../keymaps/vim.toml") },
    BuiltInKeymap { name: "emacs", file: "keymaps/emacs.toml", text: include_str!("../../../../keymaps/emacs.toml") },
];
