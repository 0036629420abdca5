//! Files to validated values: the plan file, keymaps, themes, paths, trust.
