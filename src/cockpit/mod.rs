//! The terminal: keymap, update, panes, dialogs, widgets, theme and the loop.
