//! Every property over its corpus, and over mutations of it.

use std::{fs, path::Path};

use yunmei_fuzz::{
    TARGETS,
    replay::{corpus, holds, mutations, property},
};

/// How many mutations each target gets: as many as fit into a moment.
const MUTATIONS: usize = 600;

fn replay(target: &str) {
    let files = corpus(target).expect("a corpus");
    assert!(!files.is_empty());
    let mut seeds = Vec::new();
    for file in files {
        let bytes = fs::read(&file).expect("a readable file");
        assert!(holds(property(target), &bytes), "{}", file.display());
        seeds.push(bytes);
    }
    for bytes in mutations(&seeds, MUTATIONS) {
        let shown = bytes.escape_ascii();
        assert!(holds(property(target), &bytes), "b\"{shown}\"");
    }
}

macro_rules! replays {
    ($($target:ident)*) => {
        $(
            #[test]
            fn $target() {
                replay(stringify!($target));
            }
        )*

        #[test]
        fn every_target_is_replayed_and_has_a_program() {
            let replayed = [$(stringify!($target)),*];
            assert_eq!(TARGETS.map(|(name, _)| name), replayed);
            for target in replayed {
                let program = format!("fuzz_targets/{target}.rs");
                assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(&program).exists());
            }
        }
    };
}

replays! {
    cos_signature
    cos_path
    cos_requests
    cos_answers
    cos_manifest
    cos_uploads
    cos_downloads
    wanxiang_signature
    wanxiang_requests
    wanxiang_answers
    wanxiang_uploads
    fangtang_requests
    fangtang_answers
    fangtang_jobs
    vcloud_signature
    vcloud_session_token
    vcloud_requests
    vcloud_answers
    vcloud_uploads
}
