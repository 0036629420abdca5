//! Programs that tminus runs: a list of words, no shell, an own process group, bounded output.

mod capture;
mod group;
mod memory;
mod offer;
mod program;
mod run;
mod search;
mod stream;
mod watch;

pub use capture::{Captured, OutputTail};
pub(crate) use group::RunningGroup;
pub use group::{GRACE, Group};
pub use memory::MemoryOutput;
pub use offer::LineOffer;
pub use program::{GIT_VARIABLES, Program, from_root};
pub use run::{ProgramExit, run};
pub use search::found_on_path;
pub use stream::stream;
pub use watch::{FileWatch, last_words};
