//! `with = "compose"` by the real programs, the second and the first Compose, on the engine of this machine.

mod back;
mod contract;
mod hands;
mod needs;
mod places;
mod shop;
mod swaps;
