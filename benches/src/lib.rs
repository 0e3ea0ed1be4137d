//! What yunmei costs beside the bare primitives it cannot do without.
//!
//! | bench | measures |
//! |---|---|
//! | `signing` | each step by itself, with criterion: for whoever changes one |
//! | `ratios` | yunmei against the limit set by the primitives, and the bounds that it keeps |
//! | `upload` | an upload from a file against curl: time and memory |
//! | `signing_server` | signatures a second against a bare route; memory of idle connections |
//!
//! `cargo bench -p yunmei-benches --bench ratios` prints its table; `-- --check` behind it makes
//! what is over its bound a failure. The ordinary tests run all of them once, briefly.

pub mod interleaved;
pub mod sample;
