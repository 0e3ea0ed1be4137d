//! Fangtang photo repair.

mod calls;
mod pictures;
mod restart;
