//! The program `yunmei`, run as a person runs it.

#![cfg(unix)]

mod config;
mod cos;
mod demo;
mod emulator;
mod exit_status;
mod image;
mod photo;
mod pictures;
mod support;
mod video;
