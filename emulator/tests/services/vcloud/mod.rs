//! TTVcloud, and its successor's dialect.

mod commits;
mod edit;
mod fetches;
mod iam;
mod imagex;
mod imagex_files;
mod restart;
mod sessions;
mod signatures;
mod spaces;
mod uploads;
mod videos;
