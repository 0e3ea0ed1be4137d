//! No signature that is handed out allows anything outside of what its policy lets its owner do: made
//! up requests, judged by the emulator's own verifier.
//!
//! As many as `YUNMEI_PROPERTY_REQUESTS` says; 100,000 if it says nothing.

mod properties {
    mod cos;
    mod image;
    mod requests;
    mod vcloud;
}
