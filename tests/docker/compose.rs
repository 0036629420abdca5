//! `with = "compose"` by the real programs, the second and the first Compose, on the engine of this machine.

mod contract;
mod hands;
mod shop;
mod swaps;
