//! TTVcloud and its successor: signatures, temporary keys, policies, parameters.

mod contents;
mod headers;
mod parameters;
mod policies;
mod queries;
mod reference;
mod samples;
mod session_tokens;
mod weights;
