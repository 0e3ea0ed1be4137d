//! Fuzz target: the property is `yunmei_fuzz::vcloud_session_token`.
#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| yunmei_fuzz::vcloud_session_token::check(bytes));

#[cfg(not(fuzzing))]
fn main() -> std::io::Result<()> {
    yunmei_fuzz::replay::main("vcloud_session_token")
}
