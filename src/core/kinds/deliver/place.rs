//! Where a delivery goes, as far as the plan says it.

use crate::plan::HostPorts;

/// The parts of a name, never joined: what is joined can be taken apart in two ways.
pub type PlaceKey = (&'static str, Vec<String>);

/// Where a delivery goes.
pub struct DeliverPlace {
    /// What it is known by; two with one key in common are one place.
    pub keys: Vec<PlaceKey>,
    /// What it takes on an engine, where it is an engine's.
    pub on_engine: Option<OnEngine>,
    /// The place in words: `the container shop`.
    pub words: String,
    /// What to write so that two of them are not one place.
    pub instead: &'static str,
}

/// What a delivery takes on an engine.
pub struct OnEngine {
    /// The engine.
    pub engine: String,
    /// The name of its container, where that is known.
    pub name: Option<String>,
    /// The ports of the host that it publishes.
    pub ports: Vec<HostPorts>,
}
