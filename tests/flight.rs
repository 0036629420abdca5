//! Flights: the built program, run as a person or a script runs it, one process after another.

mod commands;
mod crash;
mod docker;
mod doctor;
mod drill;
mod harbour;
mod interrupt;
mod kiosk;
mod real;
mod regrets;
mod screen;
mod survive;
mod world;
