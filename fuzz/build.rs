//! Tells the compiler of a name that it does not know: `cargo fuzz` sets `cfg(fuzzing)`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(fuzzing)");
}
