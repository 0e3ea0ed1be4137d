//! The program `yunmei`, run as a person runs it.

#![cfg(unix)]

mod auth_server;
mod config;
mod cos;
mod cos_folders;
mod cos_folders_down;
mod cos_folders_up;
mod cos_messages;
mod cos_trees;
mod demo;
mod edit;
mod emulator;
mod exit_status;
#[path = "../../src/demo/media/film.rs"]
mod film;
mod films;
mod iam;
mod image;
mod image_messages;
mod imagex;
mod interruption;
mod photo;
mod photo_surroundings;
mod pictures;
mod sts;
mod support;
mod vcloud_call;
mod vcloud_keys;
mod video;
mod vod;
mod vod_messages;
mod vod_parts;
