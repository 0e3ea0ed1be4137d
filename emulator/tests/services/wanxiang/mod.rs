//! Tencent Wanxiang.

mod detection;
mod downloads;
mod links;
mod photos;
mod processing;
mod restart;
mod service;
mod signatures;
mod slice_openings;
mod slices;
mod videos;
mod wire;
