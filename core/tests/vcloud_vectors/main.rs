//! What the reference put on the wire, and what the core puts there: the same, but for the blanks in
//! its JSON and for its faults (dossier of TTVcloud, section 14).
//!
//! The recordings are in the file of golden vectors. Of the vectors there, those are tested here that
//! record a fault of the reference: what is right has a test of its own. All others are checked by the
//! fixtures.

mod deviating;
mod input;
mod recordings;
mod services;
mod videos;
mod wire;

use std::sync::LazyLock;

use serde_json::Value;
use yunmei_fixtures::vectors::TTVCLOUD;

static FILE: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(TTVCLOUD).expect("JSON"));

/// Tests of recordings by name. What is listed is what is tested: see
/// [`every_recording_is_tested_once`].
macro_rules! recorded {
    ($($(#[$attribute:meta])* $test:ident: $name:literal => $check:expr;)+) => {
        pub(crate) const TESTED: &[&str] = &[$($name),+];

        $(
            $(#[$attribute])*
            #[test]
            fn $test() {
                let check: fn(&crate::recordings::Recording) = $check;
                check(&crate::recordings::Recording::named(concat!("wire/", $name)));
            }
        )+
    };
}
pub(crate) use recorded;

#[test]
fn every_recording_is_tested_once() {
    let mut tested = [videos::TESTED, services::TESTED].concat();
    tested.sort_unstable();
    let recordings = FILE["wire"].as_array().expect("a list").iter();
    let mut recorded: Vec<&str> = recordings
        .map(|recording| {
            let name = recording["name"].as_str().expect("a name");
            name.strip_prefix("wire/").expect("a recording")
        })
        .collect();
    recorded.sort_unstable();
    assert_eq!(tested, recorded);
    assert_eq!(recorded.len(), 18);
}
