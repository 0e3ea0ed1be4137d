//! Hands scoped signatures to clients that may not hold a secret.
//!
//! A client says who it is with a JSON Web Token, and what it wants. A [policy] says who may
//! have what; what it does not name is refused. What comes out is a signature for one file or folder
//! and a short while, with the address, headers and form fields to send it with, so that the client
//! goes to the cloud by itself.
//!
//! | what | module |
//! |---|---|
//! | paths, decoded once and refused on any trick | [`path`] |
//! | who may have what | [`policy`] |
//! | tokens, read and made | [`token`] |
//! | what was granted, signed | [`sign`] |
//! | routes, limits, connections | [`server`] |
//!
//! Only [`server`] reads a clock and speaks to the network: the rest takes time and chance as
//! arguments.
//!
//! ```
//! use yunmei_auth_server::{path::SafePath, policy::{Asked, Denial, Operation, Policy, Service}, token::Claims};
//!
//! let policy = Policy::parse(r#"
//!     [token]
//!     algorithm = "HS256"
//!     issuer = "https://accounts.example.com"
//!     audience = "yunmei"
//!
//!     [[rules]]
//!     name = "own pictures"
//!     service = "cos"
//!     bucket = "examplebucket"
//!     path = "/users/{sub}/"
//!     operations = ["upload"]
//! "#)?;
//! let alice = Claims::new([("sub".into(), "alice".into())].into_iter().collect());
//!
//! let mut asked = Asked::new(Service::Cos, Operation::Upload);
//! asked.path = Some(SafePath::new("/users/alice/cat.jpg")?);
//! assert!(policy.decide(&alice, &asked).is_ok());
//! asked.path = Some(SafePath::new("/users/bob/cat.jpg")?);
//! assert_eq!(policy.decide(&alice, &asked).err(), Some(Denial::Path));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod path;
pub mod policy;
pub mod server;
pub mod sign;
pub mod token;
