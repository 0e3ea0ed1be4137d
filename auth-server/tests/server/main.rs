//! The server over real sockets, in front of the emulator.

mod article;
mod floods;
mod half_closed;
mod malformed;
mod openapi;
mod private_pictures;
mod proxies;
mod secrets;
mod statuses;
mod support;
mod tls;
