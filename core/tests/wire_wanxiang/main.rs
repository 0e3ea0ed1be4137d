//! What the reference client put on the wire, and what the core puts there: the same, but for its
//! faults (dossier of Wanxiang, section 12).
//!
//! The recordings are in the file of golden vectors. They were made with one time and one number for
//! all signatures, so signatures are compared as they are. Of forms, the parts are compared: name, file
//! name and content, in their order; of JSON, the values.

mod detection;
mod file_ids;
mod photos;
mod recordings;
mod results;
mod videos;

/// Tests of recordings by name. What is listed is what is tested: see
/// [`every_recording_is_tested_once`].
macro_rules! recorded {
    ($($(#[$attribute:meta])* $test:ident: [$($name:literal),+ $(,)?] => $check:expr;)+) => {
        pub(crate) const TESTED: &[&str] = &[$($($name),+),+];

        $(
            $(#[$attribute])*
            #[test]
            fn $test() {
                let check: fn(&crate::recordings::Recording) = $check;
                for name in [$($name),+] {
                    check(&crate::recordings::recording(name));
                }
            }
        )+
    };
}
pub(crate) use recorded;

#[test]
fn every_recording_is_tested_once() {
    let mut tested = [
        photos::TESTED,
        file_ids::TESTED,
        videos::TESTED,
        detection::TESTED,
    ]
    .concat();
    tested.sort_unstable();
    let recordings = recordings::recordings();
    let mut recorded: Vec<&str> = recordings.iter().map(|one| one.name.as_str()).collect();
    recorded.sort_unstable();
    assert_eq!(tested, recorded);
    assert_eq!(recorded.len(), 48);
}
