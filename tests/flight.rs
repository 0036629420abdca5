//! Flights: the built program, run as a person or a script runs it, one process after another.

mod crash;
mod drill;
mod world;
