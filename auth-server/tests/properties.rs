//! No signature that is handed out allows anything outside of what its policy lets its owner do: made
//! up policies, claims and requests, judged by the emulator's own verifier.
//!
//! `claims` and `paths` make up who asks, and for what; `rules`, `videos` and `imagex` make up what they
//! may, and say what follows from it, in their own words and not in those of the server. `raw` goes
//! through the whole server, with `queries` as they stand in an address; the others begin behind the
//! query. Each shows, too, that what was asked for is let be done: else it would show nothing.
//!
//! As many as `YUNMEI_PROPERTY_REQUESTS` says, and in proportion to it; 100,000 if it says nothing.

mod properties {
    mod claims;
    mod cos;
    mod drafts;
    mod image;
    mod imagex;
    mod keys;
    mod paths;
    mod photo;
    mod queries;
    mod raw;
    mod rules;
    mod run;
    mod tokens;
    mod videos;
    mod wire;
}
