//! Each step of signing, framing and reading by itself.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use http::{Method, Response};
use sha1::Sha1;
use yunmei_benches::sample::{self, wanxiang as samples};
use yunmei_core::{
    Operation,
    cos::{FilePath, sign::Signature, sign::Signer, slices::Manifest},
    fangtang::{self, token::SignedToken},
    vcloud::{self, Parameters, sts2::SessionToken},
    wanxiang::{self, sign::Verifier},
};

fn signatures(criterion: &mut Criterion) {
    let (signer, grant, stamp) = (sample::signer(), sample::grant(), sample::stamp());
    let token = signer.sign(&grant, &stamp).expect("a signature");
    let text = signer.plain_text(&grant, &stamp).expect("a text");
    let mut group = criterion.benchmark_group("cos signature");
    group.bench_function("prepare the key", |bencher| {
        let (app, credentials) = (sample::bucket().app(), sample::credentials());
        let bucket = sample::bucket();
        bencher.iter(|| Signer::new(app, bucket.name(), &credentials));
    });
    group.bench_function("sign", |bencher| {
        bencher.iter(|| signer.sign(black_box(&grant), black_box(&stamp)));
    });
    group.bench_function("sign into a buffer", |bencher| {
        let mut out = String::with_capacity(2048);
        bencher.iter(|| {
            out.clear();
            signer.sign_into(&mut out, black_box(&grant), black_box(&stamp))
        });
    });
    group.bench_function("decode", |bencher| {
        bencher.iter(|| Signature::decode(black_box(token.expose())));
    });
    group.bench_function("decode and verify", |bencher| {
        bencher.iter(|| Signature::decode(black_box(token.expose()))?.verify(&signer));
    });
    group.bench_function("bare HMAC-SHA1 of the same text", |bencher| {
        let key = Hmac::<Sha1>::new_from_slice(sample::KEY.as_bytes()).expect("a key");
        bencher.iter(|| {
            let mut mac = key.clone();
            mac.update(black_box(text.as_bytes()));
            mac.finalize().into_bytes()
        });
    });
    group.finish();
}

fn wanxiang_signatures(criterion: &mut Criterion) {
    let stamp = sample::stamp();
    let (grant, usage, until) = (samples::grant(), samples::usage(), samples::until());
    let token = samples::signer_v2().sign(&grant, &stamp).expect("a token");
    let mut group = criterion.benchmark_group("wanxiang signature");
    group.bench_function("prepare the key", |bencher| {
        bencher.iter(samples::signer_v2);
    });
    for (name, signer) in [("v1", samples::signer_v1()), ("v2", samples::signer_v2())] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| signer.sign(black_box(&grant), black_box(&stamp)));
        });
    }
    group.bench_function("v2 into a buffer", |bencher| {
        let (signer, mut out) = (samples::signer_v2(), String::with_capacity(2048));
        bencher.iter(|| {
            out.clear();
            signer.sign_into(&mut out, black_box(&grant), black_box(&stamp))
        });
    });
    group.bench_function("v1 from an address", |bencher| {
        let signer = samples::url_signer();
        bencher.iter(|| signer.app_sign(black_box(samples::V1_URL), usage, black_box(&stamp)));
    });
    group.bench_function("v2 from an address", |bencher| {
        let signer = samples::url_signer();
        bencher.iter(|| signer.app_sign_v2(black_box(samples::V2_URL), usage, black_box(&stamp)));
    });
    group.bench_function("detection", |bencher| {
        let signer = samples::detection_signer();
        bencher.iter(|| signer.sign(black_box(until), black_box(&stamp)));
    });
    group.bench_function("decode and verify", |bencher| {
        let verifier = Verifier::new(&samples::credentials());
        bencher.iter(|| {
            wanxiang::sign::Signature::decode(black_box(token.expose()))?.verify(&verifier)
        });
    });
    group.finish();
}

fn fangtang_tokens(criterion: &mut Criterion) {
    let (key, now) = (sample::fangtang::key(), sample::fangtang::now());
    let text = fangtang::token(&key, now);
    let mut group = criterion.benchmark_group("fangtang token");
    group.bench_function("make", |bencher| {
        bencher.iter(|| fangtang::token(black_box(&key), black_box(now)));
    });
    group.bench_function("make in a buffer", |bencher| {
        let mut out = String::with_capacity(64);
        bencher.iter(|| {
            out.clear();
            fangtang::token::token_into(&mut out, black_box(&key), black_box(now));
        });
    });
    group.bench_function("decode and verify", |bencher| {
        bencher.iter(|| SignedToken::decode(black_box(text.expose()))?.verify(&key));
    });
    group.finish();
}

fn vcloud_signatures(criterion: &mut Criterion) {
    let (signer, now) = (sample::vcloud::signer(), sample::vcloud::now());
    let mut group = criterion.benchmark_group("vcloud signature");
    group.bench_function("prepare and derive the key", |bencher| {
        let play = sample::vcloud::play();
        bencher.iter(|| sample::vcloud::signer().sign_query(&Method::GET, "/", &play, now));
    });
    for (name, query) in [
        ("play", sample::vcloud::play()),
        ("fetch, CJK", sample::vcloud::fetch()),
    ] {
        let get = sample::vcloud::get(&query, &sample::vcloud::HEADERS);
        group.bench_function(format!("headers, {name}"), |bencher| {
            bencher.iter(|| signer.sign_headers(black_box(&get), black_box(now)));
        });
        group.bench_function(format!("query, {name}"), |bencher| {
            bencher
                .iter(|| signer.sign_query(&Method::GET, "/", black_box(&query), black_box(now)));
        });
        let wire = query.encode();
        group.bench_function(format!("encode, {name}"), |bencher| {
            bencher.iter(|| black_box(&query).encode());
        });
        group.bench_function(format!("decode, {name}"), |bencher| {
            bencher.iter(|| Parameters::decode(black_box(&wire)));
        });
    }
    group.finish();
}

fn temporary_keys(criterion: &mut Criterion) {
    let (issuer, stamp) = (sample::vcloud::issuer(), sample::vcloud::stamp());
    let policy = sample::vcloud::policy();
    let lifetime = sample::vcloud::LIFETIME;
    let keys = issuer.issue(Some(&policy), lifetime, &stamp);
    let keys = keys.expect("temporary keys");
    let mut group = criterion.benchmark_group("vcloud temporary keys");
    group.bench_function("prepare the key", |bencher| {
        let credentials = sample::vcloud::credentials();
        bencher.iter(|| vcloud::sts2::Issuer::new(black_box(&credentials)));
    });
    group.bench_function("write the policy", |bencher| {
        bencher.iter(|| black_box(&policy).to_json());
    });
    group.bench_function("issue", |bencher| {
        bencher.iter(|| issuer.issue(black_box(Some(&policy)), lifetime, black_box(&stamp)));
    });
    group.bench_function("decode and verify", |bencher| {
        let (token, now) = (keys.session_token().expose(), sample::vcloud::now());
        bencher.iter(|| {
            SessionToken::decode(black_box(token))?.verify(&issuer, keys.access_key(), now)
        });
    });
    group.finish();
}

fn paths_and_requests(criterion: &mut Criterion) {
    let (bucket, stamp) = (sample::bucket(), sample::stamp());
    criterion.bench_function("path of 64 bytes", |bencher| {
        bencher.iter(|| FilePath::new(black_box(sample::PATH)));
    });
    let stat = bucket.stat(&sample::file());
    criterion.bench_function("request of stat", |bencher| {
        bencher.iter(|| stat.request(black_box(&stamp)));
    });
    let upload = bucket.upload(
        &sample::file(),
        &yunmei_core::cos::Content::unchecked(1 << 20),
    );
    criterion.bench_function("request of an upload", |bencher| {
        bencher.iter(|| upload.request(black_box(&stamp)));
    });
    let answer = Response::new(Bytes::from_static(sample::STAT.as_bytes()));
    criterion.bench_function("answer to stat", |bencher| {
        bencher.iter(|| stat.parse(black_box(&answer)));
    });
}

fn manifests(criterion: &mut Criterion) {
    let content = sample::noise(4 << 20);
    let mut group = criterion.benchmark_group("manifest");
    group.throughput(Throughput::Bytes(content.len() as u64));
    group.sample_size(20);
    group.bench_function("4 MiB in pieces of 256 KiB", |bencher| {
        bencher.iter(|| {
            let mut builder = Manifest::builder();
            for piece in content.chunks(256 << 10) {
                builder.update(piece);
            }
            builder.finish()
        });
    });
    group.finish();
}

criterion_group!(
    benches,
    signatures,
    wanxiang_signatures,
    fangtang_tokens,
    vcloud_signatures,
    temporary_keys,
    paths_and_requests,
    manifests
);
criterion_main!(benches);
