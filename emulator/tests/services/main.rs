//! The emulator as its callers meet it, over the wire. One program, so that what the tests share is
//! compiled and linked once.

mod cos;
mod fangtang;
mod faults;
mod handle;
mod support;
mod vcloud;
mod wanxiang;
