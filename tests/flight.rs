//! Flights: the built program, run as a person or a script runs it, one process after another.

mod asked;
mod begin;
mod beneath;
mod commands;
pub mod crash;
mod docker;
mod doctor;
pub mod drill;
mod engine;
mod environment;
mod harbour;
mod interrupt;
pub mod kiosk;
mod real;
mod regrets;
mod screen;
mod stay;
mod survive;
mod team;
mod told;
pub mod world;
