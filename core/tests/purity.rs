//! The core has no input and output: neither in what it depends on nor in what it calls.
//!
//! `clippy.toml` beside the manifest refuses single functions, with a reason for each; this test covers
//! the whole modules they are in, and runs without clippy.

#![expect(
    clippy::disallowed_methods,
    reason = "a test reads the sources and asks the compiler for its host"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::Command,
};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Sockets, runtimes, TLS, randomness, clocks, files. A `*` stands for any rest.
const FORBIDDEN: [&str; 44] = [
    "async-*",
    "attohttpc",
    "aws-lc*",
    "chrono*",
    "curl*",
    "dirs*",
    "etcetera",
    "fastrand",
    "futures*",
    "getrandom",
    "h2",
    "h3",
    "humantime",
    "hyper*",
    "instant",
    "isahc",
    "jiff*",
    "log",
    "mio",
    "native-tls",
    "openssl*",
    "polling",
    "quinn*",
    "rand",
    "rand_*",
    "reqwest*",
    "ring",
    "rustix",
    "rustls*",
    "smol*",
    "socket2",
    "surf",
    "tempfile",
    "time",
    "time-*",
    "tokio*",
    "tower*",
    "tracing*",
    "trust-dns*",
    "hickory*",
    "ureq*",
    "walkdir",
    "web-time",
    "webpki*",
];

/// More is a sign that something heavy came in.
const PACKAGES: usize = 45;

/// Modules of the standard library that reach out of the process, or wait.
const REACHING_OUT: [&str; 7] = [
    "std::env",
    "std::fs",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "::now()",
];

#[test]
fn the_core_depends_on_nothing_that_reaches_out() {
    let names = dependencies();
    assert!(
        names.len() <= PACKAGES,
        "{} packages: {names:?}",
        names.len()
    );
    let forbidden: Vec<_> = names.iter().filter(|name| is_forbidden(name)).collect();
    assert!(forbidden.is_empty(), "{forbidden:?}");
    // The walk found something at all.
    for expected in ["bytes", "http", "serde_json", "sha1"] {
        assert!(names.contains(expected), "{names:?}");
    }
}

#[test]
fn the_list_of_what_is_forbidden_catches_names_and_beginnings() {
    for bad in [
        "tokio",
        "tokio-util",
        "rand",
        "rand_core",
        "openssl-sys",
        "time",
        "getrandom",
    ] {
        assert!(is_forbidden(bad), "{bad}");
    }
    for good in ["bytes", "random-looking", "timeless", "ringbuffer", "logos"] {
        assert!(!is_forbidden(good), "{good}");
    }
}

#[test]
fn the_sources_call_nothing_that_reaches_out() {
    let mut found = Vec::new();
    visit(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    assert!(found.is_empty(), "{found:#?}");
}

fn is_forbidden(name: &str) -> bool {
    FORBIDDEN
        .iter()
        .any(|forbidden| match forbidden.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => name == *forbidden,
        })
}

/// The names of all packages that are built into the core on this machine, without itself.
fn dependencies() -> BTreeSet<String> {
    let metadata = metadata();
    let resolve = metadata.resolve.as_ref().expect("a resolved graph");
    let nodes: BTreeMap<_, _> = (resolve.nodes.iter())
        .map(|node| (&node.id, node))
        .collect();
    let root = resolve.root.as_ref().expect("a root package");
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![root]);
    while let Some(id) = waiting.pop() {
        let built_in = nodes[id].deps.iter().filter(|dependency| {
            let mut kinds = dependency.dep_kinds.iter();
            kinds.any(|kind| kind.kind != DependencyKind::Development)
        });
        for dependency in built_in {
            if seen.insert(&dependency.pkg) {
                waiting.push(&dependency.pkg);
            }
        }
    }
    seen.into_iter()
        .map(|id| metadata[id].name.to_string())
        .collect()
}

fn metadata() -> Metadata {
    // Only packages for this machine are sure to be here: the others were never needed for the build.
    let arguments = ["--filter-platform".to_owned(), host()];
    MetadataCommand::new()
        .manifest_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .features(cargo_metadata::CargoOpt::AllFeatures)
        .other_options(arguments)
        .exec()
        .expect("cargo metadata")
}

/// What the compiler calls this machine.
fn host() -> String {
    let compiler = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(compiler).arg("-vV").output().expect("rustc");
    let text = String::from_utf8(output.stdout).expect("text");
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.expect("a host").to_owned()
}

/// Collects the lines below `folder` that name what reaches out, comments left aside.
fn visit(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, found);
            continue;
        }
        for (index, line) in fs::read_to_string(&path)
            .expect("a source")
            .lines()
            .enumerate()
        {
            let code = line.trim_start();
            let reaches = REACHING_OUT.iter().any(|name| code.contains(name));
            if reaches && !code.starts_with("//") {
                found.push(format!("{}:{}: {code}", path.display(), index + 1));
            }
        }
    }
}
