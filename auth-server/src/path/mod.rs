//! Paths that requests ask for: decoded once, normalised, and refused on any trick.
//!
//! A path that comes out of here begins with one `/`, has no empty, dotted or blank segment, no
//! character that some software takes for a slash, a dot or an escape, and is in Unicode's composed
//! form (NFC), so that two spellings of one name cannot be two files.
//!
//! | what | types |
//! |---|---|
//! | the escapes of a query, resolved once | [`decode`] |
//! | a path that may be signed | [`SafePath`] |
//! | where somebody's files are | [`Template`] |

mod characters;
mod decoded;
mod refusal;
mod safe;
mod segment;
mod template;

pub(crate) use characters::is_visible;
pub use decoded::decode;
pub use refusal::PathRefusal;
pub use safe::SafePath;
pub use template::{Template, TemplateError};

/// The longest path, in bytes without its slash: what the service takes (dossier of COS, section 5).
pub const LENGTH_LIMIT: usize = 850;
