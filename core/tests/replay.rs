//! The recorded cases, carried out again: we are compatible with what was recorded.
//!
//! `YUNMEI_REGENERATE=1 cargo test -p yunmei-core --test replay` writes requests, signed texts and
//! outcomes anew after a deliberate change, never answers. Read the difference before keeping it.

use yunmei_fixtures::{case_directories, cases, regenerate, regeneration_wanted, replay};

#[test]
fn every_recorded_case_comes_out_as_it_was_recorded() {
    if regeneration_wanted() {
        for directory in case_directories().expect("the folder of the cases") {
            regenerate(&directory).expect("a case that can be carried out");
        }
    }
    let cases = cases().expect("cases that can be read");
    let differences: Vec<String> = cases
        .iter()
        .filter_map(|case| replay(case).err())
        .map(|mismatch| mismatch.to_string())
        .collect();
    assert!(
        differences.is_empty(),
        "{} of {} cases differ\n\n{}\n",
        differences.len(),
        cases.len(),
        differences.join("\n\n")
    );
}
