//! yunmei against the limit that is set by the primitives it cannot do without.
//!
//! `cargo bench -p yunmei-benches --bench ratios` prints one line for each pair; with `-- --check`
//! it fails if one is over its bound. Without `--bench`, as the ordinary tests call it, it runs once
//! and judges no times.

use std::{
    hint::black_box,
    io::{self, Write},
    process::ExitCode,
};

use base64::{
    Engine,
    engine::{GeneralPurposeConfig, Simd},
};
use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::{Digest, Sha1};
use yunmei_benches::{
    interleaved::{self, Effort, Pair},
    sample,
};
use yunmei_core::{
    Operation,
    cos::{FilePath, sign::Signature, slices::Manifest},
};

/// Bytes of an HMAC-SHA1.
const DIGEST: usize = 20;

/// What COS v4 leaves as it is in a path.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// Files are read in pieces of this size.
const PIECE: usize = 256 << 10;

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let thorough = has("--bench");
    let rows = rows(thorough);
    print(&rows)?;
    let over = rows.iter().any(|row| match thorough {
        true => row.is_over(),
        false => row.allocates_too_much(),
    });
    Ok(match over && (has("--check") || !thorough) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

/// One comparison.
struct Row {
    name: &'static str,
    pair: Pair,
    bound: Option<f64>,
    allocations: u64,
    allowed: Option<u64>,
}

impl Row {
    /// With the ratio that it must keep.
    fn within(self, bound: f64) -> Row {
        let bound = Some(bound);
        Row { bound, ..self }
    }

    /// With the number of allocations that it may make.
    fn allocating(self, allowed: u64) -> Row {
        let allowed = Some(allowed);
        Row { allowed, ..self }
    }

    fn is_over(&self) -> bool {
        self.bound.is_some_and(|bound| self.pair.ratio > bound) || self.allocates_too_much()
    }

    fn allocates_too_much(&self) -> bool {
        self.allowed
            .is_some_and(|allowed| self.allocations > allowed)
    }
}

fn rows(thorough: bool) -> Vec<Row> {
    let small = match thorough {
        true => Effort {
            rounds: 1001,
            calls: 1000,
        },
        false => Effort {
            rounds: 1,
            calls: 1,
        },
    };
    let large = Effort {
        rounds: if thorough { 51 } else { 1 },
        calls: 1,
    };
    let content = sample::noise(if thorough { 64 << 20 } else { 2 << 20 });
    let mut rows = signatures(small);
    rows.push(path(small));
    rows.push(answer(small));
    rows.push(manifest(large, &content));
    rows
}

/// Times both, and counts what ours allocates.
fn compare(name: &'static str, effort: Effort, mut ours: impl FnMut(), limit: impl FnMut()) -> Row {
    let allocations = allocation_counter::measure(&mut ours).count_total;
    let mut pair = None;
    // Counting would add the same to both, and bring them closer than they are.
    allocation_counter::opt_out(|| pair = Some(interleaved::measure(effort, ours, limit)));
    Row {
        name,
        pair: pair.expect("it was measured"),
        bound: None,
        allocations,
        allowed: None,
    }
}

fn signatures(effort: Effort) -> Vec<Row> {
    let (signer, grant, stamp) = (sample::signer(), sample::grant(), sample::stamp());
    let token = signer.sign(&grant, &stamp).expect("a signature");
    let text = signer.plain_text(&grant, &stamp).expect("a text");
    let mut bare = Bare::new(&text);
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

/// The primitives of a signature and nothing else: a keyed hash of a text that is there already,
/// and base64 of both.
struct Bare {
    key: Hmac<Sha1>,
    base64: Simd,
    /// Room for the digest, and the text.
    raw: Vec<u8>,
}

impl Bare {
    fn new(text: &str) -> Bare {
        Bare {
            key: Hmac::new_from_slice(sample::KEY.as_bytes()).expect("a key"),
            base64: Simd::standard(GeneralPurposeConfig::new()),
            raw: [&[0; DIGEST], text.as_bytes()].concat(),
        }
    }

    fn sign(&mut self) -> String {
        let mut mac = self.key.clone();
        mac.update(black_box(&self.raw[DIGEST..]));
        self.raw[..DIGEST].copy_from_slice(&mac.finalize().into_bytes());
        let mut text = String::with_capacity(self.raw.len().div_ceil(3) * 4);
        self.base64.encode_string(&self.raw, &mut text);
        text
    }
}

fn path(effort: Effort) -> Row {
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

fn answer(effort: Effort) -> Row {
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

fn manifest(effort: Effort, content: &[u8]) -> Row {
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

fn print(rows: &[Row]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{:20} {:>12} {:>12} {:>7} {:>12}  bounds",
        "name", "ours_ns", "limit_ns", "ratio", "allocations"
    )?;
    for row in rows {
        let Row { name, pair, .. } = row;
        write!(
            out,
            "{name:20} {:12.1} {:12.1} {:7.3} {:12} ",
            pair.ours, pair.limit, pair.ratio, row.allocations
        )?;
        if let Some(bound) = row.bound {
            write!(out, " ratio <= {bound}")?;
        }
        if let Some(allowed) = row.allowed {
            write!(out, " allocations <= {allowed}")?;
        }
        match (row.bound, row.allowed) {
            (None, None) => writeln!(out, " none")?,
            _ => writeln!(out, " {}", if row.is_over() { "over" } else { "ok" })?,
        }
    }
    Ok(())
}
