//! The primitives of signatures and tokens, and nothing else.

mod temporary;
mod tencent;
mod vcloud;

pub(crate) use temporary::Temporary;
pub(crate) use tencent::{Signature, Token};
pub(crate) use vcloud::Hashes;

/// A small hex digit.
fn digit(value: u8) -> u8 {
    b"0123456789abcdef"[usize::from(value & 15)]
}
