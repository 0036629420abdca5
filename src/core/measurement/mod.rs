//! What a probe is asked, and what it read. Probes never judge; [`crate::judge`] does.

mod ask;
mod reading;

pub use ask::{Ask, ProbeQuestion};
pub use reading::{
    BODY_BYTES, FoundImage, FoundVersion, GivenValue, HttpAnswer, HttpTry, IgnoredInput, Measurement, OutsideFile,
    Reading, TAIL_BYTES, WholeOutput,
};
