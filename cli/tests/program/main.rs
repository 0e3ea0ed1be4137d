//! The program `yunmei`, run as a person runs it.

#![cfg(unix)]

mod config;
mod cos;
mod demo;
mod emulator;
mod exit_status;
mod image;
mod image_messages;
mod interruption;
mod photo;
mod photo_surroundings;
mod pictures;
mod support;
mod video;
