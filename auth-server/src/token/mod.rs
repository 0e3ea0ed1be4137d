//! Tokens by which clients say who they are: JSON Web Tokens, of one algorithm, issuer and audience.

mod claims;
mod keys;
mod maker;
mod reader;
mod refusal;
mod rules;
#[cfg(test)]
mod tests;

pub use claims::Claims;
pub use keys::{KeyError, VerifyingKey};
pub use maker::TokenMaker;
pub use reader::{TokenReader, presented};
pub use refusal::TokenRefusal;
pub use rules::{Algorithm, TokenRules, UnknownClaims};

/// The most seconds that the clocks of issuer and server may differ.
pub const LEEWAY_LIMIT: u64 = 120;
