//! Tencent COS v4.

mod downloads;
mod files;
mod folders;
mod forms;
mod hostile;
mod moves;
mod restart;
mod signatures;
mod slice_openings;
mod slices;
mod wire;
