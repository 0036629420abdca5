//! Whatever is killed in the middle of an action: the world was begun once, the journal is whole, and whoever comes next is
//! told what is true. Engines, terminals, connections and tmux servers here are real processes.

mod facts;
mod house;
mod pair;
mod points;
mod seat;
mod watcher;
