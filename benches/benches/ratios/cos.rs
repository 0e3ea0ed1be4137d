//! What COS v4 costs.

use std::hint::black_box;

use bytes::Bytes;
use http::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::{Digest, Sha1};
use yunmei_benches::{interleaved::Effort, sample};
use yunmei_core::{
    Operation,
    cos::{FilePath, sign::Signature, slices::Manifest},
};

use crate::{
    bare,
    row::{Row, compare},
};

/// What COS v4 leaves as it is in a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// Files are read in pieces of this size.
const PIECE: usize = 256 << 10;

pub(crate) fn signatures(effort: Effort) -> Vec<Row> {
    let (signer, grant, stamp) = (sample::signer(), sample::grant(), sample::stamp());
    let token = signer.sign(&grant, &stamp).expect("a signature");
    let text = signer.plain_text(&grant, &stamp).expect("a text");
    let mut bare = bare::Signature::new(sample::KEY, &text);
    assert_eq!(bare.sign(), token.expose(), "the limit signs the same");

    let sign = compare(
        "cos sign",
        effort,
        || drop(black_box(signer.sign(black_box(&grant), black_box(&stamp)))),
        || drop(black_box(bare.sign())),
    );
    let mut out = String::with_capacity(2048);
    let sign_into = compare(
        "cos sign_into",
        effort,
        || {
            out.clear();
            let result = signer.sign_into(&mut out, black_box(&grant), black_box(&stamp));
            black_box(&result);
        },
        || drop(black_box(bare.sign())),
    );
    let verify = compare(
        "cos verify",
        effort,
        || {
            let signature = Signature::decode(black_box(token.expose()));
            let verdict = signature.and_then(|signature| signature.verify(&signer));
            black_box(&verdict);
        },
        || drop(black_box(bare.sign())),
    );
    vec![
        sign.within(1.4).allocating(1),
        sign_into.within(1.4).allocating(0),
        verify.within(2.5),
    ]
}

pub(crate) fn path(effort: Effort) -> Row {
    compare(
        "cos path, 64 bytes",
        effort,
        || drop(black_box(FilePath::new(black_box(sample::PATH)))),
        || {
            let encoded = utf8_percent_encode(black_box(sample::PATH), PLAIN);
            drop(black_box(encoded.to_string()));
        },
    )
}

pub(crate) fn answer(effort: Effort) -> Row {
    let stat = sample::bucket().stat(&sample::file());
    let response = Response::new(Bytes::from_static(sample::STAT.as_bytes()));
    assert!(stat.parse(&response).is_ok());
    compare(
        "cos stat answer",
        effort,
        || drop(black_box(stat.parse(black_box(&response)))),
        || {
            let body = black_box(response.body());
            let document: Result<serde_json::Value, _> = serde_json::from_slice(body);
            drop(black_box(document));
        },
    )
}

pub(crate) fn manifest(effort: Effort, content: &[u8]) -> Row {
    compare(
        "cos manifest",
        effort,
        || {
            let mut builder = Manifest::builder();
            for piece in black_box(content).chunks(PIECE) {
                builder.update(piece);
            }
            drop(black_box(builder.finish()));
        },
        || {
            let mut sha1 = Sha1::new();
            for piece in black_box(content).chunks(PIECE) {
                sha1.update(piece);
            }
            black_box(sha1.finalize());
        },
    )
    .within(1.05)
}
