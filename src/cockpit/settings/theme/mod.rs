//! Themes: which colour and weight each role on the screen has.
//!
//! A theme says nothing about signs and words: state is never told by colour alone.

mod contrast;
mod file;
mod look;
mod schema;

pub use contrast::{contrast, ink_on, rgb};
pub use look::{Background, Colour, Role, RoleStyle, Theme, ThemeChoice};
pub use schema::theme_schema;
