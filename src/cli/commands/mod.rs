//! One file for each command.

pub mod act;
pub mod approve;
pub mod build;
pub mod check;
pub mod cockpit;
pub mod completions;
pub mod config;
pub mod demo;
pub mod demo_docker;
pub mod deploy;
pub mod doctor;
pub mod doctor_screen;
pub mod fly;
pub mod init;
pub mod journal;
pub mod lint;
pub mod logs;
pub mod man;
pub mod plan;
pub mod rehearse_backend;
pub mod release;
pub mod rollback;
pub mod settle;
pub mod status;
pub mod trust;
pub mod verify;
