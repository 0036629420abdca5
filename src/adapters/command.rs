//! Commands of the plan as targets.
